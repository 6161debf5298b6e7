"""Newcomers who are people we know: proposed by year group, or kept waiting for a decision."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache

from inventory.messages import _, say
from inventory.records import Link, School, SchoolClass
from inventory.records.base import Edit, derive_id
from inventory.records.changes import Notice
from inventory.records.people import Role
from provisioning.roster.comparing import Somebody
from provisioning.roster.corrected import corrected, has_name_key
from provisioning.roster.desired import Naming, Scope, Wish, Wishes
from provisioning.roster.keeping import kept_meanwhile
from provisioning.roster.links import Likely, compare_newcomers
from provisioning.roster.people import Known, People, some_at_a_time
from provisioning.roster.wishing import PersonPlan


@dataclass
class Joined:
    """The wishes with likely newcomers joined, and what to tell about them.

    `moves`: known person -> the newcomer joined with them; `newcomers`: what is wished for
    those; `apart`: newcomers for whom nothing is planned by themselves; `kept`: see `Likely`.
    """

    wishes: Wishes
    moves: Mapping[str, str] = field(default_factory=dict)
    newcomers: Mapping[str, Wish] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()
    kept: Mapping[str, Set[Scope]] = field(default_factory=dict)
    notices: Sequence[Notice] = ()

    def persons(self, known: Iterable[str]) -> Iterator[str]:
        """Everybody to plan for: whom the deliveries name, then the others who are `known`."""
        yield from (each for each in self.wishes.ids if each not in self.apart)
        yield from (each for each in known if each not in self.wishes.ids)

    def of(self, persons: Sequence[str]) -> dict[str, Wish]:
        """What is wished for these persons."""
        wishes = self.wishes.of(persons)
        for person in persons if self.kept else ():
            if person in self.kept:
                wish = wishes.get(person, Wish())
                wishes[person] = replace(wish, lost=wish.lost | self.kept[person])
        for person in persons if self.moves else ():
            if person in self.moves:
                newcomer = self.newcomers[self.moves[person]]
                wishes[person] = _join(wishes.get(person, Wish()), newcomer)
        return wishes

    def proposed(
        self,
        plan: PersonPlan,
        known: Known,
        schools: Mapping[str, School],
        classes: Mapping[str, SchoolClass],
    ) -> PersonPlan:
        """The plan of `known`, as a proposal to approve when it rests on a likeness."""
        newcomer = self.moves.get(plan.person.id)
        if newcomer is None:
            return plan
        school, role, class_id = min(self.newcomers[newcomer].places)
        grade = classes[class_id].grade if class_id in classes else None
        year_group = "" if grade is None else str(grade)
        link = Link(
            id=derive_id("link", plan.person.id, newcomer), person=plan.person.id, other=newcomer,
            same=True,
        )  # fmt: skip
        home = {place[0] for place in known.enrolments}
        if not home and known.person is not None:
            home = {known.person.school}
        reason = _("Same name and birth date: keeps the account and comes to this school")
        if school in home:
            reason = _("Same name and birth date as somebody of this school: keeps the account")
        parts = ("moves", schools[school].number, "" if role == "student" else role, year_group)
        return replace(
            plan, school=school, role=role, year_group=year_group, inferred=False,
            proposal=":".join(filter(None, parts)),
            reason=say(reason),
            edits=[Edit(None, link), *plan.edits],
        )  # fmt: skip


def find_likely(people: People, wishes: Wishes) -> Likely:
    """What likeness says of everybody whom the inventory does not hold yet."""
    newcomers: list[Somebody] = []
    told_by_name: dict[str, Wish] = {}
    ages = _Ages(people.schools, {**people.classes, **wishes.classes})
    new = (each for each in reversed(wishes.ids) if each not in people.ids)
    for part in some_at_a_time(new):  # who was taken in first comes first
        wanted = wishes.of(part)
        wished = {each: wanted[each] for each in part if each in wanted and wanted[each].places}
        newcomers += (_newcomer(each, wish, wishes, ages) for each, wish in wished.items())
        told_by_name |= {each: one for each, one in wished.items() if has_name_key(one.keys)}
    if not newcomers:
        return Likely()  # nearly every plan: nobody is new
    held = _held(people, wishes, ages)
    likely = compare_newcomers(newcomers, held, people.ids.keys(), people.links)
    for newcomer, person_id in corrected(told_by_name, people, wishes).items():
        if newcomer not in likely.moves:
            others = {*likely.open.get(newcomer, ()), person_id}
            likely.open[newcomer] = tuple(sorted(others))
    kept = kept_meanwhile(likely.open, people, wishes)
    moving = {*likely.moves.values()}  # a proposal takes nothing away before it is approved
    likely.kept.update((each, scopes) for each, scopes in kept.items() if each not in moving)
    return likely


class _Ages:
    """Tells a pupil's age group from the classes of schools where grades go with age."""

    def __init__(self, schools: Mapping[str, School], classes: Mapping[str, SchoolClass]) -> None:
        # Vocational schools have no final grade: they count the years of a course.
        of_age = {school.id for school in schools.values() if school.final_grade is not None}
        self._grades = {
            each.id: each.grade for each in classes.values()
            if each.grade is not None and each.school in of_age
        }  # fmt: skip

    def began(self, role: str, school_class: str, year: str) -> int | None:
        """The year in which the age group of a pupil of this class was in grade 0."""
        grade = self._grades.get(school_class) if role == Role.STUDENT.value else None
        return None if grade is None else int(year[:4]) - grade


def _newcomer(person: str, wish: Wish, wishes: Wishes, ages: _Ages) -> Somebody:
    began = (ages.began(*place[1:], year) for place, year in wish.places.items())
    naming = wishes.ids[person]
    return Somebody(
        person, wish.given_name, wish.family_name, wish.birth_date, _databases(naming),
        naming.year, naming.pupil, max(filter(None, began), default=None),
    )  # fmt: skip


def _held(people: People, wishes: Wishes, ages: _Ages) -> Iterator[Somebody]:
    pupils: set[str] = set()
    began: dict[str, int] = {}
    for person, role, school_class, year in people.enrolments():
        if role == Role.STUDENT.value:
            pupils.add(person)
        if (found := ages.began(role, school_class, year)) is not None:
            began[person] = max(found, began.get(person, found))
    for person, given_name, family_name, born in people.named():
        if people.links.resolve(person) == person:
            naming = wishes.ids.get(person, Naming())
            yield Somebody(
                person, given_name, family_name, born, _databases(naming), naming.year,
                naming.pupil or person in pupils, began.get(person),
            )  # fmt: skip


@lru_cache(maxsize=4096)
def _databases(naming: Naming) -> frozenset[tuple[str, str]]:
    """Where the person is or will be by the sources' word. Who left may come back as new there."""
    return frozenset(one for one in naming.databases if one[1] in naming.there)


def join_newcomers(people: People, wishes: Wishes) -> Joined:
    """Join what is clear, leave out what is not: those get no account until it is decided."""
    likely = find_likely(people, wishes)
    if not (likely.moves or likely.open):
        return Joined(wishes)
    newcomers = wishes.of(likely.moves)
    return Joined(
        wishes,
        moves={likely.moves[newcomer]: newcomer for newcomer in newcomers},
        newcomers=newcomers,
        apart=frozenset({*likely.moves, *likely.open}),
        kept=likely.kept,
        notices=[
            _question(wish, each, likely.open[each], people.schools)
            for each, wish in sorted(wishes.of(likely.open).items())
        ],
    )


def _join(into: Wish, other: Wish) -> Wish:
    """What both say of one person; names are those of `other`, the newer one, unless
    the school that becomes the home spells them otherwise."""
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
        told=other.told | into.told,
    )


QUESTION = _(
    "{name} at {school} may be somebody we know already, and gets no account until it is "
    "decided: `schoolnet links` shows who."
)
"""Of a newcomer; `others`, which is not said, are the ids of those they could be."""


def _question(
    wish: Wish, newcomer: str, others: Sequence[str], schools: Mapping[str, School]
) -> Notice:
    """It names only the newcomer: whom they could be is asked for with `schoolnet links`."""
    school = min(wish.places)[0]
    name = f"{wish.family_name}, {wish.given_name}"
    message = say(QUESTION, name=name, school=schools[school].name, others=" ".join(others))
    return Notice(school=school, record=newcomer, message=message)
