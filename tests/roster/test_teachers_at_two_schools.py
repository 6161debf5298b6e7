"""A teacher in two schools' databases is one person when an id that holds everywhere says so."""

from datetime import date
from pathlib import Path

import pytest

from inventory.records import Account, Enrolment, Person, School
from inventory.records.runs import RunState
from inventory.rosters.settings import SourceSettings
from tests.desk import Desk, total

SCHOOLS = [
    School.model_validate({"id": who, "number": number, "name": who, "school_type": "Gymnasium"})
    for who, number in (("north", "100001"), ("south", "100002"))
]
GUID = "5f0c1d2e-0a1b-4c3d-8e4f-1a2b3c4d5e6f"
HEADER = "eindeutige Nummer (GUID);Nachname;Vorname;Kürzel;E-Mail (Dienstlich)"
MARRIED = "Klein-Groß"


@pytest.fixture(params=["both new", "one known"])
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Desk:
    found = Desk(tmp_path / "place")
    found.clock.turn_to(date(2026, 8, 20))
    found.add(*SCHOOLS)
    found.known = request.param == "one known"  # type: ignore[attr-defined]
    return found


def deliver(desk: Desk, school: School, *teachers: str) -> None:
    source = SourceSettings.model_validate({
        "name": school.name, "files": "*", "format": "schild", "school": school.number,
        "roles": ["teacher"],
    })  # fmt: skip
    path = desk.place.folder / "teachers.csv"
    path.write_text("\n".join((HEADER, *teachers, "")), encoding="utf-8")
    desk.take_in(source, path)
    path.unlink()
    if desk.known:  # type: ignore[attr-defined]
        desk.apply(desk.plan())


def schools_of(desk: Desk) -> dict[str, set[str]]:
    """Family name -> schools, of the people in the inventory."""
    names = {p.id: p.family_name for p in desk.all(Person) if isinstance(p, Person)}
    found: dict[str, set[str]] = {name: set() for name in names.values()}
    for enrolment in desk.all(Enrolment):
        assert isinstance(enrolment, Enrolment)
        found[names[enrolment.person]].add(enrolment.school)
    return found


@pytest.mark.parametrize(
    ("there", "here", "later"),
    [
        (f"{GUID};Klein;Maria;KLE;", f"{{{GUID.upper()}}};{MARRIED};Maria;KG;", MARRIED),
        (";Klein;Maria;KLE;M.Klein@schule.example", ";Klein;Maria;KLN;m.klein@schule.example",
         "Klein"),
    ],
    ids=["guid", "service address"],
)  # fmt: skip
def test_one_teacher_at_two_schools_has_one_account(
    desk: Desk, there: str, here: str, later: str
) -> None:
    deliver(desk, SCHOOLS[0], there)
    deliver(desk, SCHOOLS[1], here)
    plan = desk.plan()
    assert (plan.holds, plan.notices) == ((), ())
    desk.apply(plan)
    assert schools_of(desk) == {"Klein": {"north", "south"}}, "as the home school spells it"
    assert len(desk.all(Account)) == 1
    assert total(desk.plan()) == 0
    deliver(desk, SCHOOLS[0], "", ";Neu;Nina;NEU;n.neu@schule.example")
    assert desk.apply(desk.plan()) is RunState.DONE
    assert schools_of(desk) == {later: {"south"}, "Neu": {"north"}}
    assert len(desk.all(Account)) == 2, "the secondment ended, the account stays"


def test_an_offices_address_makes_nobody_the_same(desk: Desk) -> None:
    deliver(desk, SCHOOLS[0], ";Klein;Maria;KLE;schulen@stadt.example")
    deliver(desk, SCHOOLS[1], ";Groß;Otto;GRO;schulen@stadt.example")
    desk.apply(desk.plan())
    assert schools_of(desk) == {"Klein": {"north"}, "Groß": {"south"}}


def test_a_name_alone_is_asked(desk: Desk) -> None:
    deliver(desk, SCHOOLS[0], ";Klein;Maria;KLE;kle@north.example")
    deliver(desk, SCHOOLS[1], ";Klein;Maria;KLE;kle@south.example")
    plan = desk.plan()
    assert len(plan.notices) == 1
    desk.apply(plan)
    assert len(desk.all(Account)) == 1
