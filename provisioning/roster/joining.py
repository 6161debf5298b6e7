"""Newcomers who are people we know: proposed by year group, or kept waiting for a decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from inventory.messages import _, say
from inventory.records import Enrolment, Link, Person, School, SchoolClass
from inventory.records.base import Edit, derive_id
from inventory.records.changes import Notice
from provisioning.roster.desired import Wish, Wishes
from provisioning.roster.links import Likely, Links, compare_newcomers, join
from provisioning.roster.wishing import Known, PersonPlan


@dataclass
class Joined:
    """The wishes with likely newcomers joined, and what to tell about them.

    `moves`: known person -> the newcomer joined with them.
    """

    wishes: Wishes
    moves: Mapping[str, str] = field(default_factory=dict)
    newcomers: Mapping[str, Wish] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)

    def proposed(
        self,
        plan: PersonPlan,
        schools: Mapping[str, School],
        classes: Mapping[str, SchoolClass],
    ) -> PersonPlan:
        """The plan as a proposal to approve, when it rests on a likeness; else as it is."""
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
        parts = ("moves", schools[school].number, "" if role == "student" else role, year_group)
        return replace(
            plan, school=school, role=role, year_group=year_group, inferred=False,
            proposal=":".join(filter(None, parts)),
            reason=say(_("Same name and birth date: keeps the account and comes to this school")),
            edits=[Edit(None, link), *plan.edits],
        )  # fmt: skip


def find_likely(
    known: Mapping[str, Known], links: Links, wishes: Wishes, schools: Mapping[str, School],
    classes: Mapping[str, SchoolClass],
) -> Likely:  # fmt: skip
    """What likeness says of everybody whom the inventory does not hold yet."""
    held = {each for each, one in known.items() if one.person is not None}
    if all(each in held for each, wish in wishes.people.items() if wish.places):
        return Likely()  # nearly every plan: nobody is new
    people: dict[str, Person] = {}
    enrolments: dict[str, list[Enrolment]] = {}
    for person_id, one in known.items():
        if one.person is not None:
            people[person_id] = one.person
            enrolments[person_id] = list(one.enrolments.values())
    # Vocational schools have no final grade: they count the years of a course.
    of_age = {school.id for school in schools.values() if school.final_grade is not None}
    grades = {
        each.id: each.grade for each in classes.values()
        if each.grade is not None and each.school in of_age
    }  # fmt: skip
    return compare_newcomers(people, enrolments, wishes.people, links, grades)


def join_newcomers(
    known: Mapping[str, Known], links: Links, wishes: Wishes, schools: Mapping[str, School],
    classes: Mapping[str, SchoolClass],
) -> Joined:  # fmt: skip
    """Join what is clear, leave out what is not: those get no account until it is decided."""
    likely = find_likely(known, links, wishes, schools, classes)
    if not (likely.moves or likely.open):
        return Joined(wishes)
    people = {p: wish for p, wish in wishes.people.items() if p not in likely.open}
    newcomers, moves = {}, {}
    for newcomer, person_id in likely.moves.items():
        newcomers[newcomer] = people.pop(newcomer)
        people[person_id] = join(people.get(person_id, Wish()), newcomers[newcomer])
        moves[person_id] = newcomer
    joined = replace(wishes, people=people)
    notices = [_question(wishes.people[each], each, schools) for each in sorted(likely.open)]
    return Joined(joined, moves, newcomers, notices)


def _question(wish: Wish, newcomer: str, schools: Mapping[str, School]) -> Notice:
    """It names only the newcomer: whom they could be is asked for with `schoolnet links`."""
    school = min(wish.places)[0]
    message = _(
        "{name} at {school} may be somebody we know already, and gets no account until it is "
        "decided: `schoolnet links` shows who."
    )
    name = f"{wish.family_name}, {wish.given_name}"
    return Notice(school=school, record=newcomer,
                  message=say(message, name=name, school=schools[school].name))  # fmt: skip
