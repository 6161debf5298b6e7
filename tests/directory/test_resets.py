"""New passwords for accounts that are there: the old one is refused, nothing else changes."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from inventory.records import Account
from inventory.records.changes import Change, Notice
from inventory.records.people import Role
from inventory.records.runs import Outcome
from provisioning.directory.handouts import made_accounts
from provisioning.directory.password_settings import PasswordSettings
from provisioning.directory.resets import ResetPlanner
from provisioning.lab.slapd import Slapd
from tests.directory.city import DAY, City
from tests.directory.support import BASE_DN, Desk, can_log_in, dump, reader, values

PEOPLE = f"ou=people,ou=100001,{BASE_DN}"


@pytest.fixture
def desk(own_slapd: Slapd, tmp_path: Path) -> Desk:
    return Desk(own_slapd, tmp_path)


def town() -> City:
    city = City()
    school = city.school("100001")
    for name in ("anna", "bela"):
        city.person(name, school, city.school_class(school, "5a", "c5"))
    city.person("dora", school, role=Role.TEACHER)
    return city


def plan(desk: Desk, city: City, chosen: Mapping[str, bool]) -> tuple[list[Change], list[str]]:
    connection = reader(desk.slapd, desk.settings)
    try:
        planner = ResetPlanner(connection, desk.settings, DAY, desk.passwords, chosen)
        items = list(planner.compare(planner.read(city), planner.desired(city)))
    finally:
        connection.close()
    changes = [item for item in items if isinstance(item, Change)]
    return changes, [str(item.message) for item in items if isinstance(item, Notice)]


def people(desk: Desk) -> dict[str, dict[str, set[str]]]:
    """All entries but for passwords."""
    with desk.slapd.admin() as admin:
        found = dump(admin)
    return {name: {k: v for k, v in attributes.items() if k != "userPassword"}
            for name, attributes in found.items()}  # fmt: skip


def first_passwords(desk: Desk, changes: list[Change], run: str) -> dict[str, str]:
    """Password by DN."""
    return {c.key: desk.password(c, run) for c in changes if c.kind == "person"}


@pytest.mark.parametrize("quality", ["1", "2"])
def test_the_old_password_is_refused_and_the_new_one_accepted(desk: Desk, quality: str) -> None:
    with desk.slapd.admin() as admin:
        admin.modify(f"cn=default,ou=policies,{Slapd.base}",
                     {"pwdCheckQuality": [("MODIFY_REPLACE", [quality])]})  # fmt: skip
    city = town()
    old = first_passwords(desk, desk.bring(city), "run1")
    before = people(desk)
    changes, notices = plan(desk, city, {"p-anna": True, "p-dora": True})
    assert notices == []
    assert {change.key for change in changes} == {f"cn=anna,{PEOPLE}", f"cn=dora,{PEOPLE}"}
    assert [change.undo for change in changes] == [(), ()], "nobody knows the old one"
    notebook = desk.apply(changes, "run2")
    assert notebook.outcomes() == {Outcome.DONE: 2}
    new = first_passwords(desk, changes, "run2")
    assert not set(old.values()) & set(new.values())
    for dn, secret in new.items():
        assert can_log_in(desk.slapd, dn, secret)
        assert not can_log_in(desk.slapd, dn, old[dn])
    assert can_log_in(desk.slapd, f"cn=bela,{PEOPLE}", old[f"cn=bela,{PEOPLE}"])
    assert people(desk) == before
    assert desk.plan(city) == ([], [])
    results = {change: result.outcome for change, result in notebook.results.items()}
    papers = made_accounts(changes, results)
    assert {one.user_name for accounts in papers.values() for one in accounts} == {"anna", "dora"}
    assert papers["c5"][0].name == "Anna Muster"


def test_a_reset_opens_what_wrong_passwords_have_locked(desk: Desk) -> None:
    city = town()
    desk.bring(city)
    anna = f"cn=anna,{PEOPLE}"
    for _attempt in range(4):
        assert not can_log_in(desk.slapd, anna, "Wrong-Wrong-123")
    changes, _notices = plan(desk, city, {"p-anna": True})
    desk.apply(changes, "run2")
    assert can_log_in(desk.slapd, anna, desk.password(changes[0], "run2"))


def test_whether_it_was_done_is_settled_by_logging_in(desk: Desk) -> None:
    city = town()
    old = first_passwords(desk, desk.bring(city), "run1")
    changes, _notices = plan(desk, city, {"p-anna": True, "p-bela": True})
    executor = desk.executor("run2")
    executor._passwords.prepare(change.group for change in changes)  # as before a crash
    assert [executor.settle(change) for change in changes] == [None, None]
    executor.close()
    assert can_log_in(desk.slapd, changes[0].key, old[changes[0].key])
    desk.apply(changes[:1], "run2")
    executor = desk.executor("run2")
    assert [executor.settle(change) for change in changes] == [Outcome.FOUND_DONE, None]
    executor.close()
    notebook = desk.apply(changes, "run2")
    assert all(outcome.good for outcome in notebook.outcomes())
    assert all(can_log_in(desk.slapd, dn, secret)
               for dn, secret in first_passwords(desk, changes, "run2").items())  # fmt: skip


def test_an_entry_that_is_not_ours_any_more_is_stale(desk: Desk) -> None:
    city = town()
    old = first_passwords(desk, desk.bring(city), "run1")
    changes, _notices = plan(desk, city, {"p-anna": True, "p-bela": True})
    with desk.slapd.admin() as admin:
        admin.modify(f"cn=anna,{PEOPLE}", {"employeeNumber": [("MODIFY_DELETE", [])]})
        admin.delete(f"cn=bela,{PEOPLE}")
    assert desk.apply(changes, "run2").outcomes() == {Outcome.STALE: 2}
    assert can_log_in(desk.slapd, f"cn=anna,{PEOPLE}", old[f"cn=anna,{PEOPLE}"])


def test_an_adopted_account_keeps_its_password_unless_it_is_named(desk: Desk) -> None:
    city = town()
    desk.bring(city)
    city.change(Account, "a-anna", adopted=True)
    changes, notices = plan(desk, city, {"p-anna": False, "p-bela": False})
    assert [change.key for change in changes] == [f"cn=bela,{PEOPLE}"]
    assert len(notices) == 1
    assert notices[0].startswith("anna was taken over with its password and keeps it")
    changes, notices = plan(desk, city, {"p-anna": True})
    assert ([change.key for change in changes], notices) == ([f"cn=anna,{PEOPLE}"], [])


def test_what_is_locked_or_not_there_gets_no_password(desk: Desk) -> None:
    city = town()
    desk.bring(city)
    city.lock("p-anna")
    city.person("later", city.school("100002"))
    with desk.slapd.admin() as admin:
        admin.modify(f"cn=bela,{PEOPLE}",
                     {"pwdAccountLockedTime": [("MODIFY_REPLACE", ["000001010000Z"])]})  # fmt: skip
    changes, notices = plan(desk, city, {"p-anna": True, "p-bela": True, "p-later": True})
    assert changes == []
    assert len(notices) == 3
    assert all("has no account in use in the directory" in text for text in notices)
    with desk.slapd.admin() as admin:
        assert values(admin, f"cn=bela,{PEOPLE}", "pwdAccountLockedTime") == {"000001010000Z"}


def test_rules_hold_for_a_reset_as_well(desk: Desk) -> None:
    city = town()
    desk.bring(city)
    desk.passwords = PasswordSettings.model_validate(
        {"rules": [{"roles": ["teacher"], "must_change": True, "profile": "words"}]}
    )
    changes, notices = plan(desk, city, {"p-dora": True})
    assert len(notices) == 1
    desk.apply(changes, "run2")
    with desk.slapd.admin() as admin:
        assert values(admin, f"cn=dora,{PEOPLE}", "pwdReset") == {"TRUE"}
    assert desk.password(changes[0], "run2").count("-") == 3
