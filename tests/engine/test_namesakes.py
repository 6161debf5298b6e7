"""Second accounts at small schools: two where nobody else is new, and a few at each of many."""

from collections.abc import Iterator

import pytest

from inventory.messages import say
from inventory.records import Enrolment, School
from inventory.records.changes import Action, Change
from inventory.records.people import Role
from provisioning.engine.guards import GuardSettings
from provisioning.engine.namesakes import NamesakeLimit
from tests.directory.city import City

NUMBERS = [f"01234{n}" for n in range(8)]


def new_people(school: str, namesakes: int, others: int) -> Iterator[Change]:
    for n in range(namesakes + others):
        yield Change(
            id=f"{school}-{n}", target="roster", action=Action.CREATE, kind="person", key="",
            school=school, role="teacher", reason=say("new"), namesake=n < namesakes,
        )  # fmt: skip


@pytest.mark.parametrize(("schools", "held"), [
    ([(5, 0, 0)], ["namesakes:012340:teacher"]),
    ([(2, 0, 40)], ["namesakes:012340:teacher"]),
    ([(1, 0, 0)], []),
    ([(4, 1, 0)], []),
    ([(5, 5, 30), (0, 0, 40)], []),
    ([(5, 0, 0), (5, 0, 0)], ["namesakes:012340:teacher", "namesakes:012341:teacher"]),
    ([(3, 1, 0)] * 2, ["namesakes:teacher"]),
    ([(1, 1, 0)] * 5, []),
    ([(1, 0, 0)] * 6, ["namesakes:teacher"]),
    ([(1, 0, 9)] * 6, []),
    ([(1, 0, 8)] * 6, ["namesakes:teacher"]),
    ([(5, 0, 0), (4, 2, 0), (2, 1, 0)], ["namesakes:012340:teacher", "namesakes:teacher"]),
])  # fmt: skip
def test_who_is_held(schools: list[tuple[int, int, int]], held: list[str]) -> None:
    """Each school: new people with a namesake, without one, and who is there already."""
    inventory = City()
    guard = NamesakeLimit(inventory, GuardSettings())
    for number, (namesakes, others, there) in zip(NUMBERS, schools, strict=False):
        inventory.put(School(id=number, number=number, name=number, school_type="Grundschule"))
        for n in range(namesakes + others + there):
            inventory.put(Enrolment(
                id=f"{number}-{n}", person=f"{number}-{n}", school=number, role=Role.TEACHER,
                school_year="2026/27",
            ))  # fmt: skip
        for change in new_people(number, namesakes, others):
            guard.see(change)
    holds = {hold.name: hold for hold in guard.holds()}
    assert [*holds] == held
    caught = [change for hold in holds.values() for change in hold.changes]
    assert len(caught) == len({*caught}), "nobody has to be lifted twice"
