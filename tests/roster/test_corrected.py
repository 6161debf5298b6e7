"""Sources without ids: a corrected name is asked about, it makes no leaver and no newcomer."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inventory.records import Account, Enrolment, Link, Person, School, SourceKey
from inventory.records.base import Edit, derive_id
from inventory.records.changes import Plan
from inventory.records.deliveries import Delivery
from inventory.records.people import AccountState, Role
from inventory.records.places import SchoolType
from inventory.rosters.settings import SourceSettings
from provisioning.roster.corrected import corrected
from provisioning.roster.desired import Wishes, class_id
from provisioning.roster.people import People
from tests.desk import NO_GRACE, Desk, total
from tests.directory.city import DAY, City
from tests.roster.delivered import Delivered

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "links" / "corrected.toml").read_text(encoding="utf-8")
)


def keys_of(who: str) -> list[str]:
    """By name alone, or by an id and by name."""
    return ["name:" + who] + ([who] if who.startswith("x") else [])


@pytest.mark.parametrize("name", sorted(CASES))
def test_case(name: str) -> None:
    case: dict[str, Any] = CASES[name]
    city, rows, new = City(), [], []
    for state in ("missing", "named", "new"):
        for text in case.get(state, []):
            who, given_name, family, born, group = text.split(", ")
            birth = None if born == "-" else date.fromisoformat(born)
            if state == "new":
                new.append(who)
            else:
                person = Person(id=who, given_name=given_name, family_name=family, birth_date=birth)
                there = Enrolment(
                    person=who, school="north", role=Role.STUDENT, school_year="2026/27",
                    school_class=class_id("north", group),
                )  # fmt: skip
                city.put(person, there)
                city.put(*(SourceKey(person=who, system="schild", school="north", record_id=one)
                           for one in keys_of(who)))  # fmt: skip
            if state != "missing":
                body = {
                    "given_name": given_name, "family_name": family, "school_class": group,
                    "birth_date": birth and birth.isoformat(), "keys": keys_of(who),
                }  # fmt: skip
                rows.append((who, body))
    city.put(*(Link(person=one, other=other, same=False) for one, other in case.get("apart", [])))
    people = People(city, DAY)
    delivery = Delivery(
        id="d", made_at=1, actor="anna", source="Nord", system="schild", school="north",
        role="student", school_year="2026/27", file_name="f", sha256="", size=1, format="schild",
        encoding="utf-8", row_count=0, problem_count=0, absence_counts=not case.get("partial"),
    )  # fmt: skip
    wishes = Wishes(Delivered((delivery, rows)), DAY, people.links)
    assert corrected(wishes.of(new), people, wishes) == case.get("pairs", {})


NORTH = School(id="north", number="012345", name="Nord", school_type=SchoolType.GRUNDSCHULE)
SOURCE = SourceSettings.model_validate(
    {"name": "Nord", "files": "*", "format": "schild", "school": "012345", "roles": ["student"]}
)
BEN, LEA = "Kern|Ben|03.05.2016|4a|2", "Thal|Lea|01.09.2016|4a|2"
BEFORE, AFTER = "Huber|Ida|02.03.2016|4a|2", "Schulz|Ida|02.03.2016|4a|2"


def delivered(desk: Desk, *lines: str) -> Plan:
    path = desk.place.folder / "SchuelerBasisdaten.dat"
    head = "Nachname|Vorname|Geburtsdatum|Klasse|Status"
    path.write_text("".join(f"{line}\n" for line in (head, *lines)), "utf-8")
    desk.take_in(SOURCE, path)
    return desk.plan()


@pytest.mark.parametrize("same", [True, False])
def test_a_corrected_name_waits_for_a_decision(tmp_path: Path, same: bool) -> None:
    desk = Desk(tmp_path / "place", NO_GRACE)
    desk.add(NORTH)
    desk.apply(delivered(desk, BEFORE, BEN, LEA))
    (known,) = (p.id for p in desk.all(Person) if p.family_name == "Huber")  # type: ignore[attr-defined]
    plan = delivered(desk, AFTER, BEN)
    assert [change.key for change in desk.changes(plan)] == ["Thal, Lea (012345)"], "really left"
    (notice,) = plan.notices
    assert "Schulz" in str(notice.message)
    newcomer = notice.record
    desk.apply(plan)
    assert desk.accounts()["ida.huber"] is AccountState.ACTIVE
    with desk.place.writer() as writer:
        link = Link(id=derive_id("link", known, newcomer), person=known, other=newcomer, same=same)
        writer.edit([Edit(None, link)])
    desk.apply(desk.plan())
    accounts = desk.accounts()
    if same:
        assert accounts.keys() == {"ida.huber", "ben.kern", "lea.thal"}
        assert {p.family_name for p in desk.all(Person)} == {"Schulz", "Kern", "Thal"}  # type: ignore[attr-defined]
    else:
        assert accounts["ida.schulz"] is AccountState.ACTIVE
    assert (accounts["ida.huber"] is AccountState.ACTIVE) is same
    assert total(delivered(desk, AFTER, BEN)) == 0, "asked once"
    assert len(desk.all(Account)) == len(accounts)
