"""Which persons are one: decisions that were made, and what is still open.

A person gets an id when a delivery is taken in. A school's database knows nothing of the
others, so a pupil who goes to another school comes as somebody new. Here such newcomers are
compared with the people we know. Nothing is joined silently: a clear case is proposed for
approval, an unclear one waits until somebody decides.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from inventory.records import Enrolment, Link, Person
from inventory.records.people import Role
from inventory.store.protocol import Reader
from provisioning.roster.candidates import Crowd
from provisioning.roster.comparing import Somebody, is_free
from provisioning.roster.desired import Wish


class Links:
    """The stored decisions."""

    def __init__(self, links: Iterable[Link]) -> None:
        self._same: dict[str, str] = {}
        self._apart: set[frozenset[str]] = set()
        for link in links:
            if link.same:
                self._same[link.other] = link.person
            else:
                self._apart.add(frozenset((link.person, link.other)))

    def resolve(self, person: str) -> str:
        """The person whom an id stands for: itself, unless it was joined with another."""
        seen = {person}
        while (one := self._same.get(person)) is not None and one not in seen:
            person = one
            seen.add(one)
        return person

    def apart(self, one: str, other: str) -> bool:
        """True when it was decided that these two are not one."""
        return bool(self._apart) and frozenset((one, other)) in self._apart


@dataclass
class Likely:
    """What likeness says of the newcomers.

    `moves`: newcomer -> the one known person with this name and birth date, who is not named
    elsewhere for the same year. `open`: newcomer -> everybody it could be.
    """

    moves: dict[str, str] = field(default_factory=dict)
    open: dict[str, tuple[str, ...]] = field(default_factory=dict)


def stored_links(inventory: Reader) -> Links:
    """All decisions."""
    return Links(inventory.records(Link))


def compare_newcomers(
    people: Mapping[str, Person],
    enrolments: Mapping[str, Collection[Enrolment]],
    wishes: Mapping[str, Wish],
    links: Links,
    grades: Mapping[str, int],
) -> Likely:
    """Compare everybody the inventory does not hold yet with those it holds, and each other.

    `people` and `enrolments` are the inventory's, by person. `grades` are those of classes, where
    they tell an age.
    """
    newcomers = sorted(
        (_newcomer(each, wish, grades) for each, wish in wishes.items()
         if each not in people and wish.places),
        key=lambda one: (one.year, one.id),
    )  # fmt: skip
    if not newcomers:
        return Likely()
    held = (
        _known(person, enrolments.get(each, ()), wishes.get(each), grades)
        for each, person in people.items()
        if links.resolve(each) == each
    )
    crowd = Crowd(held, newcomers)
    likely = Likely()
    claims: defaultdict[str, list[str]] = defaultdict(list)
    for newcomer in newcomers:
        found = crowd.like(newcomer)
        exact = [one for one in found.exact if not links.apart(one.id, newcomer.id)]
        near = [one for one in found.near if not links.apart(one.id, newcomer.id)]
        if len(exact) == 1 and exact[0].id in people and is_free(exact[0], newcomer):
            likely.moves[newcomer.id] = exact[0].id
            claims[exact[0].id].append(newcomer.id)
        elif exact or near:
            likely.open[newcomer.id] = tuple(sorted(one.id for one in exact or near))
        else:
            crowd.add(newcomer)
    for known, several in claims.items():
        if len(several) > 1:
            for newcomer_id in several:
                del likely.moves[newcomer_id]
                likely.open[newcomer_id] = (known,)
    return likely


def join(into: Wish, other: Wish) -> Wish:
    """What both say of one person; names are those of `other`, the newer one."""
    return Wish(
        given_name=other.given_name or into.given_name,
        family_name=other.family_name or into.family_name,
        birth_date=other.birth_date or into.birth_date,
        service_email=other.service_email or into.service_email,
        keys=into.keys | other.keys,
        places=into.places | other.places,
        present=into.present or other.present,
        starts_on=None if into.present or other.present else other.starts_on or into.starts_on,
        left=into.left | other.left,
        lost=into.lost | other.lost,
        source=other.source or into.source,
    )


def _newcomer(person: str, wish: Wish, grades: Mapping[str, int]) -> Somebody:
    return Somebody(
        person, wish.given_name, wish.family_name, wish.birth_date, _databases(wish),
        max(wish.places.values()), _is_pupil(place[1] for place in wish.places),
        _began(((*place[1:], year) for place, year in wish.places.items()), grades),
    )  # fmt: skip


def _known(
    person: Person, enrolments: Collection[Enrolment], wish: Wish | None, grades: Mapping[str, int]
) -> Somebody:
    roles = {enrolment.role.value for enrolment in enrolments}
    roles |= {place[1] for place in wish.places} if wish else set()
    return Somebody(
        person.id, person.given_name, person.family_name, person.birth_date,
        _databases(wish) if wish else frozenset(),
        max(wish.places.values()) if wish and wish.places else "", _is_pupil(roles),
        _began(((e.role.value, e.school_class, e.school_year) for e in enrolments), grades),
    )  # fmt: skip


def _databases(wish: Wish) -> frozenset[tuple[str, str]]:
    """Where the person is or will be by the sources' word. Who left may come back as new there."""
    there = {place[0] for place in wish.places}
    return frozenset((system, school) for system, school, _key in wish.keys if school in there)


def _began(places: Iterable[tuple[str, str, str]], grades: Mapping[str, int]) -> int | None:
    """From role, class and school year: the year in which a pupil's age group was in grade 0."""
    years = (
        int(year[:4]) - grades[school_class]
        for role, school_class, year in places
        if school_class in grades and role == Role.STUDENT.value
    )
    return max(years, default=None)


def _is_pupil(roles: Iterable[str]) -> bool:
    return Role.STUDENT.value in roles
