"""A whole file of leavers, guests or waiting people, and the only one of a role at each school."""

from pathlib import Path

import pytest

from inventory.errors import GuardError
from inventory.records import School
from inventory.records.changes import Expected, Plan
from inventory.records.people import AccountState
from inventory.records.places import SchoolType
from inventory.rosters.settings import SourceSettings
from tests.desk import Desk, guards
from tests.roster import test_emptied_roles as emptied

SUED = School(id="sued", number="023456", name="Süd", school_type=SchoolType.GRUNDSCHULE)
SCHILD = SourceSettings.model_validate(
    {"name": "Süd", "files": "*", "format": "schild", "school": "023456", "roles": ["student"]}
)
HEADER = "Interne ID-Nummer;Nachname;Vorname;Klasse;Geburtsdatum;Status;Aufnahmedatum;Entlassdatum"
GUARD = "leavers:023456:student"
HERE, LEFT = "2;01.08.2025;", "9;01.08.2025;"


def delivered(desk: Desk, *statuses: str, classes: str = "3a", year: str = "2026/27") -> Plan:
    """One pupil for each status; the classes in turn."""
    path = desk.place.folder / "pupils.csv"
    names = classes.split()
    rows = [f"{n};Name{chr(97 + n)};Kim;{names[n % len(names)]};0{n + 1}.05.2017;{status}"
            for n, status in enumerate(statuses)]  # fmt: skip
    path.write_text("\n".join((HEADER, *rows, "")), "utf-8")
    desk.take_in(SCHILD, path, year, {"not-promoted": "those who leave keep their class"})
    return desk.plan()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path / "place")
    found.add(SUED)
    return found


@pytest.mark.parametrize("status", [
    LEFT, "2;01.08.2025;31.07.2026", "6;01.08.2025;", "1;01.08.2025;", "0;01.08.2027;",
])  # fmt: skip
def test_a_file_in_which_nobody_is_there_is_held(desk: Desk, status: str) -> None:
    desk.apply(delivered(desk, *[HERE] * 8))
    plan = delivered(desk, *[status] * 8)
    assert guards(plan) == [GUARD]
    (hold,) = plan.holds
    assert len(hold.changes) == 8
    assert "status" in str(hold.message)
    with pytest.raises(GuardError, match=GUARD):
        desk.apply(plan)
    assert {*desk.accounts().values()} == {AccountState.ACTIVE}
    mixed = delivered(desk, *[status] * 5)
    assert guards(mixed) == [GUARD], "some named, some missing: nobody is left all the same"
    assert len(mixed.holds[0].changes) == 8


def test_leavers_whom_the_source_names_are_held_only_when_nobody_stays(desk: Desk) -> None:
    desk.apply(delivered(desk, *[HERE] * 8))
    plan = delivered(desk, HERE, *[LEFT] * 7)
    assert guards(plan) == []
    assert {c.expected for c in desk.changes(plan)} == {Expected.TOLD}


def test_a_final_grade_may_leave_as_a_whole(desk: Desk) -> None:
    desk.apply(delivered(desk, *[HERE] * 8, classes="4a"))
    assert guards(delivered(desk, *[LEFT] * 8, classes="4a", year="2027/28")) == []


def test_those_beside_a_final_grade_are_nobody_too_many(desk: Desk) -> None:
    desk.apply(delivered(desk, *[HERE] * 8, classes="4a 3a"))
    plan = delivered(desk, *[LEFT] * 8, classes="4a 3a", year="2027/28")
    assert guards(plan) == [GUARD]
    assert len(plan.holds[0].changes) == 4


def test_the_only_one_of_a_role_may_leave_at_three_schools_but_not_everywhere(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path / "place")
    numbers = [f"03456{n}" for n in range(5)]
    desk.add(*(emptied.NORD.model_copy(update={"id": n, "number": n}) for n in numbers))

    def deliver(*without: str) -> Plan:
        for number in numbers:
            path = desk.place.folder / f"{number}.csv"
            name = f"{chr(97 + int(number[-1])) * 3}"  # or it is asked whether they are one
            people = [f"1;Ida;Hu{name};student", f"2;Eva;La{name};teacher"]
            people += [] if number in without else [f"3;Uta;Amt{name};staff"]
            path.write_text("\n".join(("Nr;Vorname;Name;Rolle", *people, "")), "utf-8")
            settings = {"name": number, "school": number}
            desk.take_in(emptied.SOURCE.model_copy(update=settings), path)
        return desk.plan()

    desk.apply(deliver())
    assert len(desk.changes(deliver(*numbers[:3]))) == 3
    assert guards(desk.plan()) == []
    plan = deliver(*numbers[:4])
    assert guards(plan) == ["leavers:staff"]
    assert len(plan.holds[0].changes) == 4
