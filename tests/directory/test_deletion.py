"""Deleting entries on a real server: only ours, only locked ones, never twice."""

from pathlib import Path

import pytest

from inventory.records import Account
from inventory.records.changes import Action, Change, Risk
from inventory.records.people import AccountState, Role
from inventory.records.runs import Outcome
from provisioning.lab.slapd import Slapd
from tests.directory.city import City
from tests.directory.support import BASE_DN, Desk, Notebook, can_log_in, dump, values

ANNA = f"cn=anna,ou=people,ou=100001,{BASE_DN}"


@pytest.fixture
def desk(own_slapd: Slapd, tmp_path: Path) -> Desk:
    return Desk(own_slapd, tmp_path)


@pytest.fixture
def city(desk: Desk) -> City:
    """Anna was disabled, Bela is still there."""
    found = City()
    school = found.school("100001")
    own_class = found.school_class(school, "5a")
    anna = found.person("anna", school, own_class)
    found.person("bela", school, own_class)
    desk.bring(found)
    found.lock(anna)
    desk.bring(found, "locked")
    found.change(Account, "a-anna", state=AccountState.DELETED)
    return found


def deletion(desk: Desk, city: City) -> Change:
    changes, notices = desk.plan(city)
    (change,) = changes
    assert notices == []
    assert (change.action, change.risk, change.undo) == (Action.DELETE, Risk.HIGH, ())
    return change


def sent(desk: Desk, *changes: Change) -> Outcome:
    book = desk.apply(changes, "last")
    return book.results[changes[-1].id].outcome


def is_there(desk: Desk) -> bool:
    with desk.slapd.admin() as admin:
        return ANNA in dump(admin)


def change_entry(desk: Desk, attribute: str, *new: str) -> None:
    with desk.slapd.admin() as admin:
        admin.modify(ANNA, {attribute: [("MODIFY_REPLACE", list(new))]})
        assert admin.result["result"] == 0


def test_the_entry_goes_and_no_other(desk: Desk, city: City) -> None:
    with desk.slapd.admin() as admin:
        before = dump(admin)
    assert sent(desk, deletion(desk, city)) is Outcome.DONE
    with desk.slapd.admin() as admin:
        after = dump(admin)
    assert before.keys() - after.keys() == {ANNA}
    assert {name: before[name] for name in after} == after
    assert desk.plan(city) == ([], [])


def test_an_entry_without_our_key_stays(desk: Desk, city: City) -> None:
    change = deletion(desk, city)
    change_entry(desk, "employeeNumber", "4711")
    assert sent(desk, change) is Outcome.STALE
    assert is_there(desk)


def test_an_entry_that_somebody_unlocked_stays(desk: Desk, city: City) -> None:
    change = deletion(desk, city)
    change_entry(desk, "pwdAccountLockedTime")
    assert sent(desk, change) is Outcome.STALE
    assert is_there(desk)
    changes, _notices = desk.plan(city)
    assert [one.action for one in changes] == [Action.DISABLE, Action.DELETE]
    assert sent(desk, *changes) is Outcome.DONE
    assert not is_there(desk)


def test_what_is_gone_already_is_found_done(desk: Desk, city: City) -> None:
    change = deletion(desk, city)
    assert sent(desk, change) is Outcome.DONE
    assert sent(desk, change) is Outcome.FOUND_DONE
    executor = desk.executor()
    try:
        assert executor.settle(change) is Outcome.FOUND_DONE
    finally:
        executor.close()
    deletes = [write for write in desk.slapd.writes() if write.operation == "delete"]
    assert len(deletes) == 1


def test_a_failed_lock_keeps_the_entry(desk: Desk, city: City) -> None:
    change_entry(desk, "pwdAccountLockedTime")
    changes, _notices = desk.plan(city)
    lock, delete = changes
    moved = {"op": "modify", "dn": ANNA, "ours": "(employeeNumber=nobody)",
             "changes": [["add", "pwdAccountLockedTime", ["000001010000Z"]]]}  # fmt: skip
    refused = lock.model_copy(update={"operations": (moved,)})
    book: Notebook = desk.apply([refused, delete], "last")
    assert [book.results[c.id].outcome for c in (lock, delete)] == [Outcome.STALE, Outcome.SKIPPED]
    assert is_there(desk)


def test_an_entry_with_others_below_is_refused_and_told(desk: Desk, city: City) -> None:
    with desk.slapd.admin() as admin:
        admin.add(f"ou=mail,{ANNA}", "organizationalUnit", {"ou": "mail"})
        assert admin.result["result"] == 0
    change = deletion(desk, city)
    book = desk.apply([change], "last")
    result = book.results[change.id]
    assert result.outcome is Outcome.FAILED
    assert "notAllowedOnNonLeaf" in str(result.message)
    assert is_there(desk)


def test_whoever_comes_back_gets_a_new_entry_under_the_old_name(desk: Desk, city: City) -> None:
    with desk.slapd.admin() as admin:
        first = dump(admin)[ANNA]["entryUUID"]
    assert sent(desk, deletion(desk, city)) is Outcome.DONE
    city.change(Account, "a-anna", state=AccountState.ACTIVE)
    school = next(s for s in city.records(type(city.school("100001"))) if s.number == "100001")
    city.enrol("p-anna", school)
    [made, _groups] = desk.bring(city, "back")
    with desk.slapd.admin() as admin:
        assert dump(admin)[ANNA]["entryUUID"] != first
    assert can_log_in(desk.slapd, ANNA, desk.password(made, "back"))


def test_in_grace_one_can_log_in_and_is_marked(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    own_class = city.school_class(school, "5a")
    anna = city.person("anna", school, own_class)
    city.person("bela", school, role=Role.TEACHER)
    [made, *_others] = [c for c in desk.bring(city) if c.kind == "person"]
    leavers = f"cn=leavers,ou=groups,ou=100001,{BASE_DN}"
    with desk.slapd.admin() as admin:
        assert leavers not in dump(admin), "made when it is needed"
    for enrolment in city.enrolments_of(anna):
        city.drop(enrolment)
    city.change(Account, "a-anna", state=AccountState.GRACE, left_as=Role.STUDENT)
    desk.bring(city, "grace")
    assert can_log_in(desk.slapd, ANNA, desk.password(made))
    with desk.slapd.admin() as admin:
        groups = {name.partition(",")[0] for name in dump(admin)[ANNA]["memberOf"]}
        assert groups == {"cn=leavers", "cn=students", "cn=wifi-students"}
        assert values(admin, ANNA, "employeeType") == {"student"}
    city.change(Account, "a-anna", state=AccountState.ACTIVE, left_as=None)
    city.enrol(anna, school, own_class)
    desk.bring(city, "back")
    with desk.slapd.admin() as admin:
        groups = {name.partition(",")[0] for name in dump(admin)[ANNA]["memberOf"]}
    assert groups == {"cn=5a", "cn=students", "cn=wifi-students"}
