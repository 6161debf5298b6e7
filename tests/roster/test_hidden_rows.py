"""Lost rows that do not show their id: whom they may hide has not left, everybody else may have."""

from pathlib import Path

import pytest

from inventory.records import School
from inventory.records.changes import Plan, ScopeState
from inventory.records.people import AccountState
from inventory.records.places import SchoolType
from inventory.rosters.settings import SourceSettings
from tests.desk import NO_GRACE, Desk
from tests.roster.test_several_schools import City
from tests.rosters.packages import CITY, pupil

NORD = School(id="nord", number="012345", name="Nord", school_type=SchoolType.GYMNASIUM)
PUPILS = ("1;Ida;Huber;5a", "2;Ben;Kern;5a", "3;Lea;Thal;5a", "4;Leon;Müller;5b",
          "5;Leon;Müller;5c")  # fmt: skip
SOURCE = SourceSettings.model_validate({
    "name": "Nord", "files": "*", "format": "csv", "school": "012345", "roles": ["student"],
    "columns": {"record_id": "Nr", "family_name": "Name", "given_name": "Vorname",
                "school_class": "Klasse"},
})  # fmt: skip


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A school with five pupils, two of one name."""
    desk = Desk(tmp_path_factory.mktemp("hidden") / "place", NO_GRACE)
    desk.add(NORD)
    desk.apply(delivered(desk, *PUPILS))
    return desk


def delivered(desk: Desk, *lines: str) -> Plan:
    path = desk.place.folder / "pupils.csv"
    path.write_text("".join(f"{line}\n" for line in ("Nr;Vorname;Name;Klasse", *lines)), "utf-8")
    desk.take_in(SOURCE, path)
    return desk.plan()


def leavers(desk: Desk, plan: Plan) -> list[str]:
    return [change.key for change in desk.changes(plan) if change.inferred]


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        (";Ida;Huber;5a", ["Thal, Lea (012345)"]),
        ("1,00E+05;Ida Maria;Huber;6a", ["Thal, Lea (012345)"]),
        ("1;Ida;Huber;5a;too many", ["Thal, Lea (012345)"]),
        (";Ida;Hube;5a", None),  # nobody of this name
        (";Ben;Kern;5a", None),  # the one of this name has a row of his own
        ("x;Id", None),
        ("Ida;Huber;;5a", None),  # shifted: what stands in the id's column is no id
        ("10;Ida;Huber;5\ufffd", ["Thal, Lea (012345)"]),
        ("10;Neu;Neumann;5\ufffd", ["Huber, Ida (012345)", "Thal, Lea (012345)"]),
    ],
)
def test_a_row_that_tells_the_name_of_one_missing_person_hides_no_other(
    year: Desk, lost: str, expected: list[str] | None
) -> None:
    plan = delivered(year, *PUPILS[3:], PUPILS[1], lost)
    (scope,) = plan.scopes
    if expected is None:
        assert leavers(year, plan) == []
        assert (scope.state, scope.lines) == (ScopeState.PARTIAL, ("pupils.csv, 5",))
    else:
        assert sorted(leavers(year, plan)) == expected
        assert (scope.state, scope.lines) == (ScopeState.DELIVERED, ())


def test_of_two_people_of_one_name_nobody_knows_which(year: Desk) -> None:
    plan = delivered(year, *PUPILS[1:3], ";Leon;Müller;5b")
    assert leavers(year, plan) == []
    plan = delivered(year, *PUPILS[:2], PUPILS[3], ";Leon;Müller;5c")
    assert leavers(year, plan) == ["Thal, Lea (012345)"], "one of them has a row of his own"


def test_a_row_that_tells_its_school_keeps_only_its_people(tmp_path: Path) -> None:
    city = City(tmp_path / "place")
    city.deliver(CITY)
    city.settle()
    nameless = [pupil("", "Neu", "Neumann"), pupil("", "Otto", "Vater", "sued", role="parent")]
    stay = {"n1", "s1", "t1"}
    users = [u for u in CITY["users"] if u["sourcedId"] in stay]
    enrolled = [e for e in CITY["enrollments"] if e["userSourcedId"] in stay]
    city.deliver({**CITY, "users": [*users, *nameless], "enrollments": enrolled}, code=7)
    said = city("plan", "roster", code=3)
    assert "sources: 3 of 4 delivered" in said.out
    assert "Source 012345 Student: nobody can tell whom these lines are about" in said.err
    assert "so nobody there has left: users.csv, 5. Correct them" in said.err
    city.settle()
    places = city.people()
    assert places["Ella"] == set(), "left the primary school"
    assert places["Björn"], "may be the one in the line without an id"
    assert places["Cem"]
    assert city.states()[AccountState.GRACE] == 1
