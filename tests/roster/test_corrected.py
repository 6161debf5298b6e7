"""Sources without ids: a corrected name is asked about, it makes no leaver and no newcomer."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inventory.records import Account, Enrolment, Link, Person, School, SourceKey
from inventory.records.base import Edit, derive_id
from inventory.records.changes import Plan
from inventory.records.people import AccountState, Role
from inventory.records.places import SchoolType
from inventory.rosters.settings import SourceSettings
from provisioning.roster.corrected import corrected
from provisioning.roster.desired import Wish, Wishes
from provisioning.roster.links import Links
from provisioning.roster.wishing import Known
from tests.desk import NO_GRACE, Desk, total

CASES = tomllib.loads(
    (Path(__file__).parents[1] / "cases" / "links" / "corrected.toml").read_text(encoding="utf-8")
)


def keys_of(who: str) -> set[tuple[str, str, str]]:
    """By name alone, or by an id and by name."""
    ids = ["name:" + who] + ([who] if who.startswith("x") else [])
    return {("schild", "north", one) for one in ids}


@pytest.mark.parametrize("name", sorted(CASES))
def test_case(name: str) -> None:
    case: dict[str, Any] = CASES[name]
    scope = ("north", "student")
    known, wishes = {}, Wishes(covered={} if case.get("partial") else {scope: "2026/27"})
    for state in ("missing", "named", "new"):
        for text in case.get(state, []):
            who, given_name, family, born, group = text.split(", ")
            birth = None if born == "-" else date.fromisoformat(born)
            if state != "new":
                person = Person(id=who, given_name=given_name, family_name=family, birth_date=birth)
                there = Enrolment(person=who, school="north", role=Role.STUDENT, school_class=group,
                                  school_year="2026/27")  # fmt: skip
                keys = {
                    key: SourceKey(person=who, system=key[0], school=key[1], record_id=key[2])
                    for key in keys_of(who)
                }
                known[who] = Known(person, None, {(*scope, group): there}, keys)
            if state != "missing":
                wishes.people[who] = Wish(
                    given_name, family, birth, keys=keys_of(who),
                    places={(*scope, group): "2026/27"},
                )  # fmt: skip
    links = Links(Link(person=one, other=other, same=False) for one, other in case.get("apart", []))
    found = corrected(known, links, wishes)
    assert {one: person for one, (person, _scope) in found.items()} == case.get("pairs", {})


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
