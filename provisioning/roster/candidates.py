"""Who of the people we know could a newcomer be? Likeness by name and birth date, no decision.

Two rows of one database are two people, whatever their names: the school tells them apart by
their ids. Between databases the same name and birth date is the same person in all likelihood;
a spelling or a digit that differs is worth a question.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from provisioning.roster.letters import to_letters

_ALIKE = 85
"""Of 100: Schmidt and Schmitt, Jannik and Yannick are alike, Lea and Tim Schmidt are not."""

NameKey = tuple[str, str]


class Somebody(NamedTuple):
    """A person as far as likeness asks.

    `databases` are (system, school) whose delivery in force names the person; `year` is the
    latest school year in which one says that the person is there, empty when none does.
    """

    id: str
    given_name: str
    family_name: str
    birth_date: date | None
    databases: frozenset[tuple[str, str]]
    year: str
    pupil: bool


class Likeness(NamedTuple):
    """Whom a newcomer equals, and whom they only resemble (asked when nobody equals them)."""

    exact: list[Somebody]
    near: list[Somebody]


class Crowd:
    """All people a newcomer could be, found by birth date and by name."""

    def __init__(self, people: Iterable[Somebody]) -> None:
        self._people = list(people)
        self._by_birth: defaultdict[date | None, list[Somebody]] = defaultdict(list)
        for one in self._people:
            self._by_birth[one.birth_date].append(one)
        self._by_name: defaultdict[NameKey, list[Somebody]] | None = None

    def add(self, one: Somebody) -> None:
        """Let later newcomers be compared with this one too."""
        self._people.append(one)
        self._by_birth[one.birth_date].append(one)
        if self._by_name is not None:
            self._by_name[name_key(one.given_name, one.family_name)].append(one)

    def like(self, newcomer: Somebody) -> Likeness:
        """Everybody who could be this newcomer."""
        key = name_key(newcomer.given_name, newcomer.family_name)
        born = newcomer.birth_date
        same_day = [] if born is None else self._by_birth[born]
        others = [one for one in same_day if _may_be(one, newcomer)]
        exact = [one for one in others if name_key(one.given_name, one.family_name) == key]
        if exact:
            return Likeness(exact, [])
        near = [one for one in others if is_free(one, newcomer) and _sounds_like(one, newcomer)]
        near += [
            one
            for one in self._named(key)
            if one.birth_date != born or born is None
            if _may_be(one, newcomer) and _may_be_asked(one, newcomer)
        ]
        return Likeness([], near)

    def _named(self, key: NameKey) -> list[Somebody]:
        if self._by_name is None:  # made for the first who equals nobody: most plans need none
            self._by_name = defaultdict(list)
            for one in self._people:
                self._by_name[name_key(one.given_name, one.family_name)].append(one)
        return self._by_name.get(key, [])


def is_free(known: Somebody, newcomer: Somebody) -> bool:
    """Whether the known person may have gone to the newcomer's school.

    Who is there in the same school year at another school is more likely a namesake.
    """
    return known.year < newcomer.year


@lru_cache(maxsize=16384)
def name_key(given_name: str, family_name: str) -> NameKey:
    """First given name and family name as letters: René and Rene are the same here."""
    first = (given_name.replace("-", " ").split() or [""])[0]
    return to_letters(first), to_letters(family_name).replace("-", "")


def _may_be(known: Somebody, newcomer: Somebody) -> bool:
    return known.id != newcomer.id and known.databases.isdisjoint(newcomer.databases)


def _sounds_like(one: Somebody, other: Somebody) -> bool:
    first, second = _spoken(one), _spoken(other)
    # In their order and sorted: family and given name may have changed places.
    if max(fuzz.ratio(first, second), fuzz.token_sort_ratio(first, second)) >= _ALIKE:
        return True
    given, others = ({*to_words(who.given_name)} for who in (one, other))
    same_family = to_letters(one.family_name) == to_letters(other.family_name)
    return same_family and bool(given and others) and (given <= others or others <= given)


def _spoken(one: Somebody) -> str:
    return " ".join((*to_words(one.given_name), *to_words(one.family_name)))


def to_words(text: str) -> list[str]:
    """The words of a name as letters; a hyphen ends a word."""
    return [letters for part in text.replace("-", " ").split() if (letters := to_letters(part))]


def _may_be_asked(known: Somebody, newcomer: Somebody) -> bool:
    """Of people of one name: is the birth date so alike, or unknown, that it must be asked?"""
    if known.birth_date is not None and newcomer.birth_date is not None:
        return is_free(known, newcomer) and _one_slip(known.birth_date, newcomer.birth_date)
    # Without birth dates pupils' namesakes are everywhere; teachers at two schools are not rare.
    return is_free(known, newcomer) or not (known.pupil or newcomer.pupil)


def _one_slip(one: date, other: date) -> bool:
    """One digit differs, or day and month are exchanged."""
    digits = zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True)
    swapped = (one.year, one.month, one.day) == (other.year, other.day, other.month)
    return swapped or sum(a != b for a, b in digits) == 1
