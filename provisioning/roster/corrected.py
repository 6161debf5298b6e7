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
from provisioning.roster.people import KeyWords, Known, People, Place, some_at_a_time

_NEAR = 85
"""Of 100, where no birth date tells more."""


def corrected(
    newcomers: Mapping[str, Wish], people: People, wishes: Wishes
) -> dict[str, tuple[str, Scope]]:
    """Which of these newcomers may be somebody missing from their class: that person, and where.

    `newcomers` are told by their names. Nobody is in two pairs: where two could be meant, the
    given name decides or nothing does.
    """
    new: defaultdict[Place, list[str]] = defaultdict(list)
    for person_id, wish in newcomers.items():
        for place in wish.places:
            new[place].append(person_id)
    gone: defaultdict[Place, dict[str, Known]] = defaultdict(dict)
    for place, person_id, known in _missing(people, wishes, new.keys()):
        gone[place][person_id] = known
    found: dict[str, tuple[str, Scope]] = {}
    for place, missing in gone.items():
        here = {each: newcomers[each] for each in new[place]}
        for newcomer, person_id in _pairs(missing, here, people.links):
            found.setdefault(newcomer, (person_id, place[:2]))
    return found


def _missing(
    people: People, wishes: Wishes, asked: Iterable[Place]
) -> Iterator[tuple[Place, str, Known]]:
    """Who would leave one of these places only because no row names them any more."""
    places = {place for place in asked if place[:2] in wishes.covered}
    if not places:
        return
    for part in some_at_a_time(dict.fromkeys(people.enrolled_in(places))):
        wished = wishes.of(part)
        for person_id, one in people.of(part).items():
            wish = wished.get(person_id) or Wish()
            for place in places.intersection(one.enrolments):
                scope = place[:2]
                told = scope in wish.left | wish.lost or any(p[:2] == scope for p in wish.places)
                if not told:
                    yield place, person_id, one


def _pairs(
    missing: Mapping[str, Known], newcomers: Mapping[str, Wish], links: Links
) -> Iterator[tuple[str, str]]:
    """Each newcomer of a class with the one missing person they may be, where it is one."""
    likes: dict[str, list[str]] = {}
    for newcomer, wish in newcomers.items():
        mine: dict[str, Person] = {}
        for each, one in missing.items():
            person = one.person
            if (
                person is not None
                and _told_by_name(one.keys, wish.keys)
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


def has_name_key(keys: Iterable[KeyWords]) -> bool:
    """Whether one of the keys is made of name and birth date."""
    return any(record_id.startswith(NAME_KEY) for _system, _school, record_id in keys)


def _told_by_name(one: Iterable[KeyWords], other: Iterable[KeyWords]) -> bool:
    """True when one database knows both, and not both by an id that is made of no name."""
    databases = {key[:2] for key in one if has_name_key([key])}
    databases &= {key[:2] for key in other if has_name_key([key])}
    return any(
        all(has_name_key([key]) for key in keys if key[:2] == database)
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
