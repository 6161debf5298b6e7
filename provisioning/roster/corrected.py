"""A corrected name in a source without ids: somebody disappears, and somebody new appears.

Such a source knows people by name and birth date, so a correction makes another person of them.
Where both are in the same class and role, or at the same school with more that is alike, it is
asked whether they are one, instead of locking out the one and making the other an account.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set

from rapidfuzz import fuzz

from inventory.records import Person
from inventory.rosters.values import NAME_KEY
from provisioning.roster.desired import Naming, Scope, Wish, Wishes
from provisioning.roster.keeping import missing_from
from provisioning.roster.letters import to_letters
from provisioning.roster.links import Links
from provisioning.roster.people import KeyWords, Known, People, Place, some_at_a_time

_NEAR = 85
"""Of 100, where no birth date tells more."""


def corrected(newcomers: Mapping[str, Wish], people: People, wishes: Wishes) -> dict[str, str]:
    """Which of these newcomers may be somebody missing from their class or school: that person.

    `newcomers` are told by their names. Nobody is in two pairs: where two could be meant, the
    given name decides or nothing does.
    """
    in_class: defaultdict[Place, dict[str, Wish]] = defaultdict(dict)
    at_school: defaultdict[Scope, dict[str, Wish]] = defaultdict(dict)
    for person_id, wish in newcomers.items():
        for place in wish.places:
            in_class[place][person_id] = at_school[place[:2]][person_id] = wish
    born = {(scope, wish.birth_date) for scope, here in at_school.items() for wish in here.values()}
    from_class: defaultdict[Place, dict[str, Known]] = defaultdict(dict)
    from_school: defaultdict[Scope, dict[str, Known]] = defaultdict(dict)
    for scope, person_id, known in _missing(people, wishes, at_school.keys()):
        for place in in_class.keys() & known.enrolments.keys():
            if place[:2] == scope:
                from_class[place][person_id] = known
        if known.person and (scope, known.person.birth_date) in born:
            from_school[scope][person_id] = known
    found: dict[str, str] = {}
    for place, missing in from_class.items():
        for newcomer, person_id in _pairs(missing, in_class[place], people.links, _alike):
            found.setdefault(newcomer, person_id)
    taken = {*found.values()}
    for scope, missing in from_school.items():  # in summer every class has another name
        others = {each: known for each, known in missing.items() if each not in taken}
        here = {each: wish for each, wish in at_school[scope].items() if each not in found}
        found.update(_pairs(others, here, people.links, _share_a_name))
    return found


def _missing(
    people: People, wishes: Wishes, asked: Set[Scope]
) -> Iterator[tuple[Scope, str, Known]]:
    """Who would leave one of these schools and roles only because no row names them any more."""
    scopes = asked & wishes.covered.keys()
    if not scopes:
        return
    nobody = Naming()
    unnamed = (
        person for person, school in people.enrolled_in(scopes)
        if school not in wishes.ids.get(person, nobody).there
    )  # fmt: skip
    for part in some_at_a_time(dict.fromkeys(unnamed)):
        wished = wishes.of(part)
        for person_id, one in people.of(part).items():
            missing = missing_from(one, wished.get(person_id) or Wish(), wishes.covered)
            for scope in sorted(missing & scopes):
                yield scope, person_id, one


def _pairs(
    missing: Mapping[str, Known],
    newcomers: Mapping[str, Wish],
    links: Links,
    alike: Callable[[Person, Wish], bool],
) -> Iterator[tuple[str, str]]:
    """Each newcomer with the one missing person they may be, where it is one."""
    likes: dict[str, list[str]] = {}
    for newcomer, wish in newcomers.items():
        mine: dict[str, Person] = {}
        for each, one in missing.items():
            person = one.person
            if (
                person is not None
                and _told_by_name(one.keys, wish.keys)
                and alike(person, wish)
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


def _share_a_name(person: Person, wish: Wish) -> bool:
    """The same birth date and one of the names: what is left to go by in another class."""
    if not person.birth_date or person.birth_date != wish.birth_date:
        return False
    return (
        to_letters(person.given_name) == to_letters(wish.given_name)
        or to_letters(person.family_name) == to_letters(wish.family_name)
    )  # fmt: skip


def _spoken(given_name: str, family_name: str) -> str:
    words = f"{given_name} {family_name}".replace("-", " ").split()
    return " ".join(filter(None, map(to_letters, words)))
