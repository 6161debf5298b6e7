"""Two people compared by their names and birth dates alone, whoever else there is."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from provisioning.roster.letters import to_letters
from provisioning.roster.spelling import Pair, Spelling, is_slip, to_sound, to_words

_ALIKE = 85
"""Of 100: Schmidt and Schmitt, Jannik and Yannick are alike, Lea and Tim Schmidt are not."""

_ALIKE_IN_A_FAMILY = 75
"""Of 100, for given names: Mohamad and Muhammed are alike, Emily and Emilia are not."""

_DATES_BY_A_DIGIT = 20
"""About so many birth dates that pupils have differ from a given one in one digit."""

NameKey = tuple[str, str]
KeyAndSound = tuple[str, str, str]


class Somebody(NamedTuple):
    """A person as far as likeness asks.

    `databases` are (system, school) whose delivery in force names the person; `year` is the
    latest school year in which one says that the person is there, empty when none does.
    `began` is the year in which a pupil's age group was in grade 0, None when no class says so.
    """

    id: str
    given_name: str
    family_name: str
    birth_date: date | None
    databases: frozenset[tuple[str, str]]
    year: str
    pupil: bool
    began: int | None = None


def is_free(known: Somebody, newcomer: Somebody) -> bool:
    """Whether the known person may have gone to the newcomer's school.

    Who is there in the same school year at another school is more likely a namesake.
    """
    return known.year < newcomer.year


def are_of_one_age(known: Somebody, newcomer: Somebody) -> bool:
    """Whether the classes allow it: a year may have been repeated, or nothing is known."""
    if known.began is None or newcomer.began is None:
        return True
    return known.began <= newcomer.began <= known.began + 1


def name_key(given_name: str, family_name: str) -> NameKey:
    """First given name and family name as letters: René and Rene are the same here."""
    return key_and_sound(given_name, family_name)[:2]


@lru_cache(maxsize=200_000)
def key_and_sound(given_name: str, family_name: str) -> KeyAndSound:
    """The key, and how its given name sounds."""
    first = to_letters((given_name.replace("-", " ").split() or [""])[0])
    return first, to_letters(family_name).replace("-", ""), to_sound(first)


def may_be(known: Somebody, newcomer: Somebody) -> bool:
    """Whether no database tells the two apart."""
    return known.id != newcomer.id and known.databases.isdisjoint(newcomer.databases)


def words_of(one: Somebody) -> tuple[list[str], list[str]]:
    """Given and family names."""
    return to_words(one.given_name), to_words(one.family_name)


def equals(known: Somebody, newcomer: Somebody) -> bool:
    """Whether the names are the same. Muhammed Ali and Muhammed Emin are two, brothers perhaps."""
    if name_key(known.given_name, known.family_name) != name_key(
        newcomer.given_name, newcomer.family_name
    ):
        return False
    return compare_given(known, newcomer) is not None


def share_something(one: KeyAndSound, other: KeyAndSound) -> bool:
    """Whether a closer look is worth it; nearly everybody born on one day is told apart here."""
    if one[1] == other[1] or one[2] == other[2]:
        return True
    return one[1].startswith(other[0]) and other[1].startswith(one[0])


def parts_of(one: Somebody) -> tuple[str, str]:
    """What is the same of two of one age group with a slip in one name."""
    _given, family, sound = key_and_sound(one.given_name, one.family_name)
    return f"{one.began} {family},", f"{one.began} {sound}"


def have_one_slip(one: Somebody, other: Somebody) -> bool:
    """Whether one part is the same and the other one a letter beside; quick."""
    (given, family), (others_given, others_family) = (
        name_key(who.given_name, who.family_name) for who in (one, other)
    )
    return is_slip(family, others_family) if given == others_given else is_slip(given, others_given)


def compare(one: Somebody, other: Somebody) -> tuple[Pair, Pair] | None:
    """Given and family names of two who are alike but for one slip, else None."""
    (given, family), (others_given, others_family) = words_of(one), words_of(other)
    first, last = compare_given(one, other), Pair.of(family, others_family)
    if first and last and Spelling.SAME in (first.spelling, last.spelling):
        return first, last
    if given == others_family and family == others_given:  # in the wrong columns
        same = Spelling.SAME
        return Pair(given, others_given, same), Pair(family, others_family, same)
    return None


def compare_given(one: Somebody, other: Somebody) -> Pair | None:
    """The given names of two when they are alike, else None."""
    mine, theirs = to_words(one.given_name), to_words(other.given_name)
    if 1 in (len(mine), len(theirs)):  # a source has all given names, or the first one only
        return Pair.of(mine, theirs) or Pair.of(mine[:1], theirs[:1])
    return Pair.of(mine, theirs)


def sounds_like(one: Somebody, other: Somebody) -> bool:
    """Whether the names are as a whole nearly the same."""
    (given, family), (others_given, others_family) = words_of(one), words_of(other)
    if family == others_family:  # what they share must not make brothers and sisters alike
        mine = (word for word in given if word not in others_given)
        theirs = (word for word in others_given if word not in given)
        return fuzz.ratio(" ".join(mine), " ".join(theirs)) >= _ALIKE_IN_A_FAMILY
    first, second = " ".join((*given, *family)), " ".join((*others_given, *others_family))
    # In their order and sorted: family and given name may have changed places.
    return max(fuzz.ratio(first, second), fuzz.token_sort_ratio(first, second)) >= _ALIKE


def dates_like(one: date, other: date) -> int:
    """How many dates are as near: by day and month exchanged, by one digit; 0 when not near."""
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return 1
    digits = zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True)
    return _DATES_BY_A_DIGIT if sum(a != b for a, b in digits) == 1 else 0
