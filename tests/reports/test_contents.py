"""What the reports say: order, joins, schools, past days, and who stays unnamed."""

from datetime import date
from typing import Any

import pytest

from inventory.errors import UsageError
from inventory.records import KINDS, Account, Device, Enrolment, Person
from inventory.records.assets import DeviceStatus
from inventory.records.base import Edit
from inventory.records.people import AccountState, Role
from inventory.reports import words
from inventory.reports.catalogue import CATALOGUE
from inventory.reports.making import FORMATS, Shape
from inventory.store.erasure import erase_person
from tests.reports.support import SECRETS, Office, Xlsx

DAY = date(2026, 8, 20)
"""The day the city came to be."""


def test_devices_stand_by_school_building_room_and_kind(office: Office) -> None:
    rows = office.rows("devices")
    places = [(r["school_number"], r["building"], r["room"], r["serial"]) for r in rows]
    assert places == [
        ("012345", "Haus A", "A9", "S2"),
        ("012345", "Haus A", "A10", "S3"),
        ("012345", "Haus B", "B1", "0012E5"),
        ("012345", "", "", "S4"),
        ("254321", "", "", "S5"),
        ("", "", "", "S6"),
    ]
    assert rows[2] == {
        "school_number": "012345", "school": "Nordschule", "site": "Ringstraße",
        "building": "Haus B", "room": "B1", "category": "pc", "manufacturer": "", "model": "",
        "name": "", "inventory_number": "007", "serial": "0012E5", "mac": "a4:83:e7:00:45:0f",
        "status": "active", "purchased_on": "2024-03-01",
    }  # fmt: skip


def test_kinds_stand_together_in_a_room(office: Office) -> None:
    office.desk.add(
        Device(serial="A1", category="Tablet", school="nord", room="b1"),
        Device(serial="A2", category="Drucker", school="nord", room="b1"),
    )
    in_room = [r["category"] for r in office.rows("devices") if r["room"] == "B1"]
    assert in_room == ["Drucker", "pc", "Tablet"]


def test_an_access_point_names_switch_and_interface(office: Office) -> None:
    first, second = office.rows("access-points")
    assert (first["name"], first["room"], first["switch"], first["interface"]) == (
        "ap-nord-1", "A9", "sw-nord-1", "GigabitEthernet1/0/7",
    )  # fmt: skip
    assert (second["name"], second["switch"], second["interface"]) == ("ap-sued-1", "", "")


def test_accounts_stand_by_role_and_class_without_a_name(office: Office) -> None:
    rows = office.rows("accounts")
    assert [(r["school"], r["role"], r["school_class"], r["person"]) for r in rows] == [
        ("Nordschule", "student", "9b", "p1"),  # p3 is Adam: names would put p3 first
        ("Nordschule", "student", "9b", "p3"),
        ("Nordschule", "student", "10a", "p2"),
        ("Südschule", "", "", "p4"),
    ]
    assert rows[3]["state"] == "disabled"
    assert rows[3]["disabled_on"] == "2026-08-01"


def test_a_teacher_of_two_classes_has_two_rows(office: Office) -> None:
    both = [
        Enrolment(person="p4", school="nord", role=Role.TEACHER, school_class=c, school_year="x")
        for c in ("c9", "c10")
    ]
    office.desk.add(*both)
    mine = [r["school_class"] for r in office.rows("accounts") if r["person"] == "p4"]
    assert mine == ["9b", "10a"]


def test_names_come_only_when_asked_for_and_then_in_their_order(office: Office) -> None:
    rows = office.rows("accounts", with_names=True, reason="audit 17")
    named = [(r["family_name"], r["given_name"], r["user_name"], r["email"]) for r in rows]
    assert named == [
        ("Adam", "Zacharias", "z.adam", ""),
        ("Unverwechselbar", "Quirina", "q.unverwechselbar", "quirina@example.org"),
        ("Zacharias", "Ada", "a.zacharias", ""),
        ("Niemand", "Nora", "n.niemand", ""),
    ]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", ["accounts", "changes"])
def test_nobody_is_named_in_a_pseudonymous_report(office: Office, name: str, form: str) -> None:
    with office.desk.place.reader() as reader:
        person, account = reader.get(Person, "p1"), reader.get(Account, "acc-p1")
        assert person is not None
        assert account is not None
    office.edit(person, person.model_copy(update={"family_name": "Zacharias"}), "Quirina marries")
    office.edit(account, account.model_copy(update={"user_name": "q.zacharias"}))
    asked: dict[str, Any] = {"since": DAY} if name == "changes" else {}
    content = office.send(name, Shape(form), **asked)
    text = "".join(Xlsx(content).parts.values()) if form == "xlsx" else content.decode()
    assert "p1" in text
    for secret in (*SECRETS, "q.zacharias"):
        assert secret.casefold() not in text.casefold()
    named = office.send(name, Shape("json"), with_names=True, reason="audit", **asked).decode()
    assert "Zacharias" in named


def test_a_past_day_is_as_it_was_recorded_then(office: Office) -> None:
    with office.desk.place.reader() as reader:
        tablet = reader.get(Device, "tablet")
        assert tablet is not None
    office.desk.clock.turn_to(date(2026, 8, 21))
    office.edit(tablet, tablet.model_copy(update={"room": "b1", "status": DeviceStatus.DEFECTIVE}))
    office.desk.add(Device(serial="NEW", category="pc", school="nord"))

    def seen(**asked: object) -> dict[str, tuple[str, str]]:
        return {r["serial"]: (r["room"], r["status"]) for r in office.rows("devices", **asked)}

    assert seen(as_of=DAY)["S2"] == ("A9", "active")
    assert "NEW" not in seen(as_of=DAY)
    assert seen()["S2"] == seen(as_of=date(2026, 8, 21))["S2"] == ("B1", "defective")
    assert "NEW" in seen()
    assert seen(as_of=date(2026, 8, 19)) == {}


@pytest.mark.parametrize(
    ("name", "count"), [("devices", 4), ("access-points", 1), ("accounts", 3), ("changes", 25)]
)
def test_one_school_alone(office: Office, name: str, count: int) -> None:
    asked: dict[str, Any] = {"since": DAY} if name == "changes" else {}
    rows = office.rows(name, school="012345", **asked)
    assert {r["school_number"] for r in rows} == {"012345"}
    assert len(rows) == count
    assert len(office.rows(name, **asked)) > count


def test_a_period_shows_what_changed_in_it(office: Office) -> None:
    with office.desk.place.reader() as reader:
        tablet, person = reader.get(Device, "tablet"), reader.get(Person, "p1")
        assert tablet is not None
        assert person is not None
    office.desk.clock.turn_to(date(2026, 8, 21))
    moved = tablet.model_copy(update={"room": "b1", "purchased_on": date(2025, 1, 2)})
    office.edit(tablet, moved, "lent out")
    office.edit(person, person.model_copy(update={"given_name": "Rina"}))
    office.desk.clock.turn_to(date(2026, 8, 22))
    office.edit(moved, None)

    rows = office.rows("changes", since=date(2026, 8, 21), until=date(2026, 8, 21))
    shown = [(r["kind"], r["record"], r["what"], r["field"], r["before"], r["after"]) for r in rows]
    assert shown == [
        ("device", "tablet", "S2", "purchased_on", "", "2025-01-02"),
        ("device", "tablet", "S2", "room", "A9", "B1"),
        ("person", "p1", "", "given_name", "", ""),
    ]
    assert rows[0]["time"].startswith("2026-08-21T10:00:00")  # Berlin, in summer
    assert {"by", "reason"}.isdisjoint(rows[0])
    assert office.rows("changes", since=date(2026, 8, 22))[0]["action"] == "delete"

    named = office.rows("changes", since=date(2026, 8, 21), with_names=True, reason="audit")
    assert (named[2]["what"], named[2]["before"], named[2]["after"]) == (
        "Unverwechselbar Rina", "Quirina", "Rina",
    )  # fmt: skip
    assert named[0]["reason"] == "lent out"
    assert named[0]["by"] == office.desk.place.actor


def test_an_erased_person_leaves_numbered_rows_and_nothing_else(office: Office) -> None:
    with office.desk.place.reader() as reader, office.desk.place.writer() as writer:
        account = reader.get(Account, "acc-p1")
        assert account is not None
        writer.edit([Edit(account, account.model_copy(update={"state": AccountState.DISABLED}))])
        erase_person(writer, reader, "p1", "asked for")
    rows = office.rows("changes", since=DAY, with_names=True, reason="audit")
    mine = [r for r in rows if r["record"] in {"p1", "acc-p1"} and r["kind"] != "erasure"]
    assert {r["what"] for r in mine} == {"erased"}
    assert "Unverwechselbar" not in str(rows)


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("devices", {"with_names": True, "reason": "x"}, "holds no names"),
        ("accounts", {"with_names": True}, "needs --reason"),
        ("accounts", {"with_names": True, "reason": "  "}, "needs --reason"),
        ("changes", {}, "needs --since"),
        ("changes", {"since": DAY, "as_of": DAY}, "about a period"),
        ("changes", {"since": DAY, "until": date(2026, 8, 19)}, "before it begins"),
        ("devices", {"since": DAY}, "about one day"),
        ("devices", {"as_of": date(2026, 8, 21)}, "in the future"),
        ("devices", {"school": "999999"}, "No school has the number 999999"),
        ("devices", {"school": "254321", "as_of": date(2026, 8, 19)}, "No school"),
    ],
)
def test_what_cannot_be_asked_is_refused_and_not_journalled(
    office: Office, name: str, asked: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        office.send(name, **asked)
    assert office.journalled() == []


def test_every_kind_field_and_code_has_a_title() -> None:
    assert KINDS.keys() <= words.KINDS.keys()
    fields = {field for model in KINDS.values() for field in model.model_fields}
    assert fields <= words.FIELDS.keys()
    assert {status.value for status in DeviceStatus} == words.DEVICE_STATUS.keys()
    assert {state.value for state in AccountState} == words.ACCOUNT_STATE.keys()
    assert {role.value for role in Role} == words.ROLES.keys()


def test_column_names_are_unique() -> None:
    for report in CATALOGUE.values():
        names = [column.name for column in report.columns]
        assert len(names) == len(set(names)), report.name
