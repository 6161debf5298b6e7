"""The last of a role has left, or the file was made without that role: which of the two is it?"""

from pathlib import Path

import pytest

from inventory.records import Enrolment, School
from inventory.records.changes import Plan
from inventory.records.places import SchoolType
from inventory.rosters.settings import SourceSettings
from tests.desk import Desk, guards
from tests.roster.test_several_schools import City
from tests.rosters.packages import CITY, Tables, pupil

NORD = School(id="nord", number="012345", name="Nord", school_type=SchoolType.GYMNASIUM)
SOURCE = SourceSettings.model_validate({
    "name": "Nord", "files": "*", "format": "csv", "school": "012345",
    "roles": ["student", "teacher", "staff"],
    "columns": {"record_id": "Nr", "family_name": "Name", "given_name": "Vorname",
                "role": "Rolle"},
})  # fmt: skip
PUPILS = ("1;Ida;Huber;student", "2;Ben;Kern;student", "3;Lea;Thal;student")
TEACHERS = ("4;Eva;Lang;teacher", "5;Uwe;Kurz;teacher")
STAFF = ("6;Uta;Amt;staff",)


def delivered(desk: Desk, *lines: str) -> Plan:
    path = desk.place.folder / "people.csv"
    path.write_text("".join(f"{line}\n" for line in ("Nr;Vorname;Name;Rolle", *lines)), "utf-8")
    desk.take_in(SOURCE, path)
    return desk.plan()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path / "place")
    found.add(NORD)
    return found


def scopes(plan: Plan) -> dict[str, tuple[str, int, int | None]]:
    return {s.role: (s.state.value, s.rows, s.rows_before) for s in plan.scopes}


def leaving(desk: Desk, plan: Plan) -> list[str]:
    return [change.key for change in desk.changes(plan) if change.inferred]


def test_the_last_of_a_role_leaves_when_the_others_of_the_file_are_there(desk: Desk) -> None:
    desk.apply(delivered(desk, *PUPILS, *TEACHERS, *STAFF))
    plan = delivered(desk, *PUPILS, *TEACHERS)
    assert scopes(plan)["staff"] == ("delivered", 0, 1)
    assert leaving(desk, plan) == ["Amt, Uta (012345)"]
    assert guards(plan) == []
    desk.apply(plan)
    assert scopes(delivered(desk, *PUPILS, *TEACHERS)) == {
        "student": ("delivered", 3, 3), "teacher": ("delivered", 2, 2), "staff": ("delivered", 0, 0)
    }  # fmt: skip


def test_a_role_with_nobody_left_trips_the_guard_from_two_on(desk: Desk) -> None:
    desk.apply(delivered(desk, *PUPILS, *TEACHERS, *STAFF))
    assert guards(delivered(desk, *PUPILS, *STAFF)) == ["leavers:012345:teacher"]
    assert guards(delivered(desk, *PUPILS, TEACHERS[0], *STAFF)) == []


def test_a_file_for_each_role_empties_no_other_role(desk: Desk) -> None:
    """One source takes both, one after the other: neither says anything of the other's people."""
    delivered(desk, *PUPILS)
    desk.apply(delivered(desk, *TEACHERS))
    assert {e.role.value for e in desk.all(Enrolment)} == {"student", "teacher"}  # type: ignore[attr-defined]
    for lines in (PUPILS, TEACHERS):
        plan = delivered(desk, *lines)
        assert leaving(desk, plan) == []
        assert scopes(plan).keys() == {"student", "teacher"}


def _without(*keys: str) -> Tables:
    users = [u for u in CITY["users"] if u["sourcedId"] not in keys]
    enrolled = [e for e in CITY["enrollments"] if e["userSourcedId"] not in keys]
    return {**CITY, "users": users, "enrollments": enrolled}


def test_in_a_package_the_last_teacher_of_a_school_leaves_and_a_school_left_out_stays(
    tmp_path: Path,
) -> None:
    city = City(tmp_path / "place")
    city.deliver(CITY)
    city.settle()
    nord_only = [{**u, "orgSourcedIds": "nord"} if u["sourcedId"] == "t1" else u
                 for u in CITY["users"]]  # fmt: skip
    made = city.deliver({**CITY, "users": nord_only})
    assert ("sued", "teacher") in made, "the file has teachers: at the other school"
    city.settle()
    assert city.people()["Eva"] == {("nord", "teacher", "5a")}
    assert ("nord", "teacher") in city.deliver(_without("t1")), "pupils came beside them before"
    uta = pupil("v1", "Uta", "Amt", "nord", role="administrator")
    pupils_gone = _without("s1", "s2", "t1")
    made = city.deliver({**pupils_gone, "users": [*pupils_gone["users"], uta]})
    assert {school for school, _role in made} == {"nord"}, "of the other the file says nothing"
    said = city("plan", "roster", code=3)
    assert "Source 012345 teacher: 0 rows" not in said.err, "empty twice is no news"
    city.settle()
    people = city.people()
    assert people["Eva"] == set()
    assert people["Dana"] == {("sued", "student", "1a")}
