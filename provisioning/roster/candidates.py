"""Who of the people we know could a newcomer be? Likeness by name and birth date, no decision.

Two rows of one database are two people, whatever their names: the school tells them apart by
their ids. Between databases the same name and birth date is the same person in all likelihood;
a spelling or a digit that differs is worth a question. Of people whom two schools name for one
year it is only worth one where chance does not explain it (docs/decisions/0039).
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from itertools import chain, islice
from typing import NamedTuple

from provisioning.roster.commonness import Commonness
from provisioning.roster.comparing import (
    NameKey,
    Somebody,
    are_of_one_age,
    compare,
    compare_given,
    dates_like,
    equals,
    have_one_slip,
    is_free,
    key_and_sound,
    may_be,
    name_key,
    parts_of,
    share_something,
    sounds_like,
    words_of,
)
from provisioning.roster.letters import to_letters
from provisioning.roster.spelling import Pair, Spelling

_BY_CHANCE = 1e-4
"""A likeness that so many people are expected to have by chance is not asked about. With 70,000
newcomers that is at most a handful of needless questions, with a hundred nearly never one."""


class Likeness(NamedTuple):
    """Whom a newcomer equals, and whom they only resemble (asked when nobody equals them)."""

    exact: list[Somebody]
    near: list[Somebody]


class Crowd:
    """All people a newcomer could be, found by birth date and by name."""

    def __init__(self, people: Iterable[Somebody], newcomers: Iterable[Somebody]) -> None:
        """`newcomers` are counted from the beginning, and found once they are added."""
        self._people = list(people)
        self._held, self._newcomers = len(self._people), newcomers
        self._by_birth: defaultdict[date | None, list[Somebody]] = defaultdict(list)
        for one in self._people:
            self._by_birth[one.birth_date].append(one)
        self._by_name: defaultdict[NameKey, list[Somebody]] | None = None
        self._by_part: dict[bool, defaultdict[str, list[Somebody]]] = {}
        """Of pupils (True) and of others; made when the first of them is asked about."""
        self._pupils_undated = any(one.pupil and one.birth_date is None for one in self._people)

    def add(self, one: Somebody) -> None:
        """Let later newcomers be compared with this one too."""
        self._people.append(one)
        self._by_birth[one.birth_date].append(one)
        if self._by_name is not None:
            self._by_name[name_key(one.given_name, one.family_name)].append(one)
        if one.pupil in self._by_part:
            _index_parts(self._by_part[one.pupil], one)

    def like(self, newcomer: Somebody) -> Likeness:
        """Everybody who could be this newcomer."""
        born = newcomer.birth_date
        mine = key_and_sound(newcomer.given_name, newcomer.family_name)
        near = []
        if born is not None:
            alike = [
                one
                for one in self._by_birth[born]
                if (
                    share_something(key_and_sound(one.given_name, one.family_name), mine)
                    or is_free(one, newcomer)
                )
                and may_be(one, newcomer)
            ]
            if exact := [one for one in alike if equals(one, newcomer)]:
                return Likeness(exact, [])
            near = [one for one in alike if self._is_near(one, newcomer)]
        near += [
            one
            for one in self._named(mine[:2])
            if one.birth_date != born or born is None
            if may_be(one, newcomer) and equals(one, newcomer) and self._may_be_asked(one, newcomer)
        ]
        return Likeness([], near or self._misspelt(newcomer))

    def _misspelt(self, newcomer: Somebody) -> list[Somebody]:
        """Who is a slip beside the newcomer where a birth date is not known.

        Of pupils those who may have come from another school, in the same age group.
        """
        dated = newcomer.birth_date is not None
        if newcomer.pupil and (newcomer.began is None or (dated and not self._pupils_undated)):
            return []
        if newcomer.pupil not in self._by_part:
            index = self._by_part[newcomer.pupil] = defaultdict(list)
            for one in self._people:
                if one.pupil == newcomer.pupil:
                    _index_parts(index, one)
        alike = {
            one.id: one
            for part in parts_of(newcomer)
            for one in self._by_part[newcomer.pupil].get(part, ())
            if not one.pupil or is_free(one, newcomer)
            if not (dated and one.birth_date)
            if have_one_slip(one, newcomer) and may_be(one, newcomer)
        }
        chances = self._common.of_age(newcomer.began) if alike else 0
        return [one for one in alike.values() if self._is_slip(one, newcomer, chances)]

    def _is_near(self, known: Somebody, newcomer: Somebody) -> bool:
        """Of people born on one day: is it worth a question whether they are one?"""
        if is_free(known, newcomer):
            alike = compare(known, newcomer) is not None or sounds_like(known, newcomer)
            return alike and not self._may_be_twins(known, newcomer)
        return self._is_slip(known, newcomer, self._common.born_on(newcomer.birth_date) - 1)

    def _is_slip(self, known: Somebody, newcomer: Somebody, others: int) -> bool:
        """Whether a slip explains the likeness, and chance among so many others does not."""
        pairs = compare(known, newcomer)
        if pairs is None:
            return False
        given, family = pairs
        if given.spelling is Spelling.SLIP and not self._common.is_no_name(*given[:2]):
            return False  # twins, more likely
        return others * self._common.share(given, family) <= _BY_CHANCE

    def _may_be_twins(self, known: Somebody, newcomer: Somebody) -> bool:
        """Whether they are of one family, and have two given names that many others bear."""
        if to_letters(known.family_name) != to_letters(newcomer.family_name):
            return False
        given = compare_given(known, newcomer)
        if given is not None and given.spelling is not Spelling.SLIP:
            return False
        return self._common.are_two_names(words_of(known)[0], words_of(newcomer)[0])

    def _may_be_asked(self, known: Somebody, newcomer: Somebody) -> bool:
        """Of people of one name: is the birth date so alike, or unknown, that it must be asked?"""
        key = name_key(newcomer.given_name, newcomer.family_name)
        born, others_born = known.birth_date, newcomer.birth_date
        if born is None or others_born is None:
            # Pupils' namesakes are everywhere; teachers at two schools are not rare.
            if not (known.pupil or newcomer.pupil):
                return True
            if not are_of_one_age(known, newcomer):
                return False
            if is_free(known, newcomer):
                return True
            chances = self._common.of_age(newcomer.began)
        else:
            dates = dates_like(born, others_born)
            if is_free(known, newcomer) or not dates:
                return bool(dates)
            chances = dates * self._common.born_on(born)
        if len(self._named(key)) > 1 or words_of(known) != words_of(newcomer):
            return False
        given, family = zip(words_of(known), words_of(newcomer), strict=True)
        same = Pair(*given, Spelling.SAME), Pair(*family, Spelling.SAME)
        return chances * self._common.share(*same) <= _BY_CHANCE

    @cached_property
    def _common(self) -> Commonness:
        """Counted for the first who resembles somebody: most plans need none."""
        return Commonness(chain(islice(self._people, self._held), self._newcomers))

    def _named(self, key: NameKey) -> list[Somebody]:
        if self._by_name is None:  # made for the first who equals nobody: most plans need none
            self._by_name = defaultdict(list)
            for one in self._people:
                self._by_name[name_key(one.given_name, one.family_name)].append(one)
        return self._by_name.get(key, [])


def _index_parts(index: defaultdict[str, list[Somebody]], one: Somebody) -> None:
    if not one.pupil or one.began is not None:
        for part in parts_of(one):
            index[part].append(one)
