"""The life of an account, day by day: in cases, in any order of days, and as plans show it."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import GuardError, UsageError
from inventory.recordfiles import edits_of_lines
from inventory.records import Account, Device, Loan, Person
from inventory.records.base import Edit
from inventory.records.changes import Action, Plan, Risk
from inventory.records.people import AccountState, Role
from inventory.records.runs import RunState
from provisioning.roster.life import Days, Presence, days_of, lived
from provisioning.roster.settings import AccountSettings
from tests.desk import Desk, count, total
from tests.engine.test_plans import NORTH, SOURCE

CASES = sorted((Path(__file__).parents[1] / "cases" / "life").glob("*.toml"))
DATES = ("left_on", "disabled_on", "deleted_on")
BORN = Account(person="p1", school="s1", user_name="ida", state=AccountState.ACTIVE)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    case: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    settings, role = AccountSettings.model_validate(case.get("settings", {})), Role(case["role"])
    days = days_of(settings.life, role, case.get("school", "012345"))
    state = AccountState(case.get("begins", "active"))
    account = BORN.model_copy(update={"state": state})
    for day in case["days"]:
        account = lived(
            account.model_copy(update={"held": day.get("held", "")}),
            Presence[day["presence"].upper()], day["on"], days, role=role,
            starts_on=day.get("starts_on"), has_devices=day.get("devices", False),
        )  # fmt: skip
        assert account.state == day["state"], day
        if any(name in day for name in DATES):
            named = {name: getattr(account, name) for name in DATES if name in day}
            assert named == {name: day[name] for name in DATES if name in day}, day
        if account.state is AccountState.ACTIVE:
            assert {getattr(account, name) for name in DATES} == {None}


PRESENT = st.sampled_from(Presence)
STEPS = st.lists(st.tuples(st.integers(0, 40), PRESENT, st.booleans(), st.booleans()), max_size=30)
ORDER = list(AccountState)


@given(STEPS, st.integers(0, 30), st.none() | st.integers(1, 30), st.booleans())
def test_nobody_is_hurried(
    steps: list[tuple[int, Presence, bool, bool]], grace: int, disabled: int | None, planned: bool
) -> None:
    state = AccountState.PLANNED if planned else AccountState.ACTIVE
    account, day = BORN.model_copy(update={"state": state}), date(2026, 8, 1)
    for later, presence, held, devices in steps:
        day += timedelta(later)
        before = account.model_copy(update={"held": "exam" if held else ""})
        account = lived(before, presence, day, Days(grace, disabled), has_devices=devices)
        assert lived(account, presence, day, Days(grace, disabled), has_devices=devices) == account
        if account.state is before.state:
            continue
        if presence is Presence.HERE:
            assert account.state is AccountState.ACTIVE
            continue
        assert ORDER.index(account.state) > ORDER.index(before.state), "only forth"
        was_used = before.state is not AccountState.PLANNED
        assert account.state is AccountState.GRACE or not held
        if account.state is AccountState.DISABLED and was_used:
            assert account.left_on
            assert day >= account.left_on + timedelta(grace)
        if account.state is AccountState.DELETED:
            assert not devices
            assert before.state is AccountState.DISABLED
            assert before.disabled_on
            assert disabled
            assert day >= before.disabled_on + timedelta(disabled)


def test_who_comes_back_does_not_look_for_the_entry_that_was_taken_over() -> None:
    off = {"state": AccountState.DISABLED, "disabled_on": date(2026, 8, 1), "adopted": True}
    account = lived(BORN.model_copy(update=off), Presence.GONE, date(2026, 9, 1), Days(0, 31))
    assert account.state is AccountState.DELETED
    assert not account.adopted


LIFE = "[[accounts.life]]\ngrace_days = 30\ndisabled_days = 60\n"


def deliver(desk: Desk, *numbers: int) -> None:
    lines = ["Nr,Name,Vorname,Klasse", *(f"{n},Ahorn{'abcdefgh'[n % 8]},Kim,7a" for n in numbers)]
    path = desk.place.folder / "pupils.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    desk.take_in(SOURCE, path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path / "place", LIFE)
    found.add(NORTH)
    deliver(found, 0, 1, 2)
    found.clock.turn_to(date(2026, 9, 1))
    assert found.apply(found.plan()) is RunState.DONE
    return found


def step(desk: Desk, day: date) -> Plan:
    """Plan for a day and apply; nothing is left for it."""
    desk.clock.turn_to(day)
    plan = desk.plan()
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan()) == 0
    desk.check_journal()
    return plan


def account(desk: Desk, name: str) -> Account:
    return next(a for a in desk.all_accounts() if a.user_name == name)


def change_account(desk: Desk, name: str, **fields: object) -> None:
    old = account(desk, name)
    with desk.place.writer() as writer:
        writer.edit([Edit(old, old.model_copy(update=fields))])


def test_a_leaver_goes_step_by_step_without_being_named_again(desk: Desk) -> None:
    deliver(desk, 0, 1)
    plan = step(desk, date(2026, 10, 1))
    (change,) = desk.changes(plan)
    assert (change.action, change.inferred, change.role) == (Action.UPDATE, True, "student")
    assert account(desk, "kim.ahornc").state is AccountState.GRACE
    assert account(desk, "kim.ahornc").left_as is Role.STUDENT
    assert total(step(desk, date(2026, 10, 30))) == 0
    (change,) = desk.changes(step(desk, date(2026, 10, 31)))
    assert (change.action, change.inferred, change.role) == (Action.DISABLE, False, "student")
    assert str(change.reason) == "Left on 2026-10-01, and the grace is over"
    assert total(step(desk, date(2026, 12, 29))) == 0
    (change,) = desk.changes(step(desk, date(2026, 12, 30)))
    assert (change.action, change.risk) == (Action.DELETE, Risk.HIGH)
    assert change.undo == ()
    assert account(desk, "kim.ahornc").state is AccountState.DELETED
    deliver(desk, 0, 1, 2)
    step(desk, date(2027, 1, 10))
    assert account(desk, "kim.ahornc").state is AccountState.ACTIVE


def test_a_hold_is_told_and_kept_to(desk: Desk) -> None:
    deliver(desk, 0, 1)
    step(desk, date(2026, 10, 1))
    assert step(desk, date(2026, 10, 2)).notices == (), "nothing is due yet"
    change_account(desk, "kim.ahornc", held="written exam on Friday")
    (notice,) = step(desk, date(2026, 10, 31)).notices
    told = "The account kim.ahornc stays as it is, because it is held: written exam on Friday"
    assert str(notice.message) == told
    change_account(desk, "kim.ahornc", held="")
    assert count(step(desk, date(2026, 11, 1)), "disable") == 1


def test_devices_that_are_not_back_are_told_and_block_the_deletion(desk: Desk) -> None:
    tablet = Device(serial="DMPX1", category="tablet", school="north")
    owner = account(desk, "kim.ahornc").person
    loan = Loan(device=tablet.id, person=owner, school="north", lent_on=date(2026, 9, 2))
    desk.add(tablet, loan)
    deliver(desk, 0, 1)
    step(desk, date(2026, 10, 1))
    told = "Nord: lent devices that are not back from people who have left: 1 (people: 1)."
    (notice,) = step(desk, date(2026, 10, 31)).notices
    assert told in str(notice.message)
    assert account(desk, "kim.ahornc").state is AccountState.DISABLED
    blocked, _all = step(desk, date(2026, 12, 30)).notices
    assert "kim.ahornc is not deleted: 1 lent devices are not back" in str(blocked.message)
    back = loan.model_copy(update={"returned_on": date(2026, 12, 31)})
    with desk.place.writer() as writer:
        writer.edit([Edit(loan, back)])
    plan = step(desk, date(2026, 12, 31))
    assert (count(plan, "delete"), plan.notices) == (1, ())


def test_a_loan_is_of_a_known_person(desk: Desk) -> None:
    line = '{"kind": "loan", "id": "l1", "device": "d1", "person": "%s", "lent_on": "2026-09-02"}'
    owner = account(desk, "kim.ahornc").person
    with desk.place.reader() as reader:
        (edit,) = edits_of_lines(reader, [line % owner], "loans.jsonl")
        assert isinstance(edit.after, Loan)
        with pytest.raises(UsageError, match=r"loans\.jsonl:1: no person has the id nobody"):
            edits_of_lines(reader, [line % "nobody"], "loans.jsonl")


def test_devices_do_not_block_where_the_settings_say_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "place", "[accounts]\ndevices_block_deletion = false\n" + LIFE)
    person = Person(given_name="Ida", family_name="Au", school="north")
    gone = Account(
        person=person.id, school="north", user_name="ida", state=AccountState.DISABLED,
        left_as=Role.STUDENT, left_on=date(2026, 1, 1), disabled_on=date(2026, 2, 1),
    )  # fmt: skip
    loan = Loan(device="d1", person=person.id, school="north", lent_on=date(2025, 9, 2))
    desk.add(NORTH, person, gone, loan)
    assert count(step(desk, date(2026, 8, 1)), "delete") == 1


def test_many_deletions_are_held_until_somebody_has_looked(desk: Desk) -> None:
    for number in range(21):
        person = Person(given_name="Ida", family_name="Au", school="north")
        gone = Account(
            person=person.id, school="north", user_name=f"ida{number}", left_as=Role.STUDENT,
            state=AccountState.DISABLED, disabled_on=date(2026, 2, 1),
        )  # fmt: skip
        desk.add(person, gone)
    plan = desk.plan()
    (hold,) = plan.holds
    assert hold.name == "deletions:012345"
    assert str(hold.message) == (
        "Nord: 21 of 24 accounts would be deleted, and there is no way back."
    )
    with pytest.raises(GuardError):
        desk.apply(plan)
    assert AccountState.DELETED not in desk.accounts().values()
    assert desk.apply(plan, lift=("deletions:012345",)) is RunState.DONE
    assert list(desk.accounts().values()).count(AccountState.DELETED) == 21


def test_a_plan_for_a_day_to_come_deletes_nobody(desk: Desk) -> None:
    deliver(desk, 0, 1)
    step(desk, date(2026, 10, 1))
    step(desk, date(2026, 10, 31))
    plan = desk.plan(day=date(2026, 12, 30))
    (hold,) = plan.holds
    assert hold.name == "deletions:012345"
    assert str(hold.message) == (
        "Nord: 1 of 3 accounts would be deleted before their day, and there is no way back. "
        "The plan is for a day to come."
    )
    with pytest.raises(GuardError):
        desk.apply(plan)
    desk.clock.turn_to(date(2026, 12, 30))
    assert desk.plan().holds == ()
