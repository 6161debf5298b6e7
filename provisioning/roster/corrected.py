"""A corrected name in a source without ids: somebody disappears, and somebody new appears.

Such a source knows people by name and birth date, so a correction makes another person of them.
Where both are in the same class and role it is asked whether they are one, instead of locking
out the one and making the other an account.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz

from inventory.records import Person
from inventory.rosters.values import NAME_KEY
from provisioning.roster.desired import Scope, Wish, Wishes
from provisioning.roster.letters import to_letters
from provisioning.roster.links import Links
from provisioning.roster.wishing import Known, Place

_NEAR = 85
"""Of 100, where no birth date tells more."""

Key = tuple[str, str, str]


def corrected(
    known: Mapping[str, Known], links: Links, wishes: Wishes
) -> dict[str, tuple[str, Scope]]:
    """Newcomers who may be somebody missing from their class: that person, and where.

    Nobody is in two pairs: where two could be meant, the given name decides or nothing does.
    """
    new: defaultdict[Place, list[str]] = defaultdict(list)
    for person_id, wish in wishes.people.items():
        held = known.get(person_id)
        if (held is None or held.person is None) and _has_name_key(wish.keys):
            for place in wish.places:
                new[place].append(person_id)
    if not new:
        return {}
    gone: defaultdict[Place, list[str]] = defaultdict(list)
    for place, person_id in _missing(known, wishes, new):
        gone[place].append(person_id)
    found: dict[str, tuple[str, Scope]] = {}
    for place, missing in gone.items():
        for newcomer, person_id in _pairs(missing, new[place], known, links, wishes):
            found.setdefault(newcomer, (person_id, place[:2]))
    return found


def _missing(
    known: Mapping[str, Known], wishes: Wishes, asked: Iterable[Place]
) -> Iterator[tuple[Place, str]]:
    """Who would leave one of these places only because no row names them any more."""
    places = {place for place in asked if place[:2] in wishes.covered}
    for person_id, one in known.items():
        wish = wishes.people.get(person_id) or Wish()
        for place in places.intersection(one.enrolments):
            scope = place[:2]
            told = scope in wish.left | wish.lost or any(p[:2] == scope for p in wish.places)
            if one.person is not None and not told:
                yield place, person_id


def _pairs(
    missing: Iterable[str],
    newcomers: Iterable[str],
    known: Mapping[str, Known],
    links: Links,
    wishes: Wishes,
) -> Iterator[tuple[str, str]]:
    """Each newcomer of a class with the one missing person they may be, where it is one."""
    likes: dict[str, list[str]] = {}
    for newcomer in newcomers:
        wish = wishes.people[newcomer]
        mine: dict[str, Person] = {}
        for each in missing:
            person = known[each].person
            if (
                person is not None
                and _told_by_name(known[each].keys, wish.keys)
                and _alike(person, wish)
                and not links.apart(each, newcomer)
            ):
                mine[each] = person
        same = [each for each, one in mine.items()
                if to_letters(one.given_name) == to_letters(wish.given_name)]  # fmt: skip
        likes[newcomer] = same or [*mine]
    claimed = [each for its in likes.values() for each in its]
    for newcomer, its in likes.items():
        if len(its) == 1 and claimed.count(its[0]) == 1:
            yield newcomer, its[0]


def _has_name_key(keys: Iterable[Key]) -> bool:
    return any(record_id.startswith(NAME_KEY) for _system, _school, record_id in keys)


def _told_by_name(one: Iterable[Key], other: Iterable[Key]) -> bool:
    """True when one database knows both, and not both by an id that is made of no name."""
    databases = {key[:2] for key in one if _has_name_key([key])}
    databases &= {key[:2] for key in other if _has_name_key([key])}
    return any(
        all(_has_name_key([key]) for key in keys if key[:2] == database)
        for database in databases
        for keys in (one, other)
    )


def _alike(person: Person, wish: Wish) -> bool:
    """The same birth date; the same name with another one; a near name where none is known."""
    first, second = _spoken(person.given_name, person.family_name), _spoken(
        wish.given_name, wish.family_name
    )  # fmt: skip
    if person.birth_date and wish.birth_date:
        return person.birth_date == wish.birth_date or first == second
    return max(fuzz.ratio(first, second), fuzz.token_sort_ratio(first, second)) >= _NEAR


def _spoken(given_name: str, family_name: str) -> str:
    words = f"{given_name} {family_name}".replace("-", " ").split()
    return " ".join(filter(None, map(to_letters, words)))
