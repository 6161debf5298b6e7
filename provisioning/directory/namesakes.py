"""Two of one name in a class: what their handouts say beside it, so that each gets the own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from inventory.messages import Message, _, say
from inventory.records import Enrolment, Person, SchoolClass
from inventory.records.people import Role
from inventory.store.protocol import Reader
from inventory.store.queries import And, Eq, in_parts
from provisioning.directory.handouts import Handout


def told_apart(inventory: Reader, handouts: Sequence[Handout]) -> list[Handout]:
    """The handouts, with the birthday at the names that two pupils of the class have.

    All who are in the class count, also those who have their password already: the teacher looks
    at the whole class.
    """
    classes = {one.id for one in inventory.records(SchoolClass)}
    mine = {h.group: {one.person for one in h.accounts} for h in handouts if h.group in classes}
    pupil = Eq(field="role", value=Role.STUDENT.value)
    for part in in_parts("school_class", mine):
        for enrolment in inventory.records(Enrolment, And(parts=(part, pupil))):
            mine[enrolment.school_class].add(enrolment.person)
    everybody = {person for members in mine.values() for person in members}
    people = {
        person.id: person
        for part in in_parts("id", everybody)
        for person in inventory.records(Person, part)
    }
    marks = {group: marks_of(people[p] for p in m if p in people) for group, m in mine.items()}
    return [_marked(handout, marks.get(handout.group, {})) for handout in handouts]


def marks_of(people: Iterable[Person]) -> Mapping[str, Message]:
    """By person, what tells them from others of their name: as little of the birth date as does.

    Nothing where it is not known, or where namesakes were born on one day: then only the user
    name is left.
    """
    by_name: defaultdict[str, list[Person]] = defaultdict(list)
    for person in people:
        by_name[f"{person.given_name} {person.family_name}".casefold()].append(person)
    found = {}
    for namesakes in by_name.values():
        for person in namesakes:
            others = [o.birth_date for o in namesakes if o is not person and o.birth_date]
            if len(namesakes) == 1 or person.birth_date is None or person.birth_date in others:
                continue
            born = person.birth_date
            parts = {"day": f"{born:%d}", "month": f"{born:%m}", "year": f"{born:%Y}"}
            if (born.day, born.month) in {(one.day, one.month) for one in others}:
                found[person.id] = say(_("born on {day}/{month}/{year}"), **parts)
            else:
                found[person.id] = say(_("birthday on {day}/{month}"), **parts)
    return found


def _marked(handout: Handout, marks: Mapping[str, Message]) -> Handout:
    if not any(one.person in marks for one in handout.accounts):
        return handout
    accounts = [replace(one, apart=marks.get(one.person)) for one in handout.accounts]
    return replace(handout, accounts=accounts)
