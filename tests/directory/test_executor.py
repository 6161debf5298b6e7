"""When things go wrong half-way: nothing twice, nothing lost, nothing claimed that is not so."""

import random
from collections import Counter
from pathlib import Path

import pytest
from pydantic import SecretStr

from inventory.errors import UnreachableError, UsageError
from inventory.records import Account, Person
from inventory.records.changes import Change
from inventory.records.people import Role
from inventory.records.runs import Outcome
from provisioning.directory.executor import DirectoryExecutor
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.slapd import Slapd
from tests.directory.city import City
from tests.directory.support import (
    BASE_DN,
    Desk,
    Notebook,
    dump,
    make_read_only,
    values,
)


@pytest.fixture
def desk(own_slapd: Slapd, tmp_path: Path) -> Desk:
    return Desk(own_slapd, tmp_path, connect_timeout=1, receive_timeout=1)


def town() -> City:
    """Two schools with people of every role."""
    city = City()
    for number in ("100001", "100002"):
        school = city.school(number)
        own = city.school_class(school, "5a", f"c{number}")
        for position in range(6):
            city.person(f"u{number}{position}", school, own)
        city.person(f"t{number}", school, own, Role.TEACHER)
    return city


def year_two(city: City) -> None:
    """Somebody moves, marries, leaves and comes."""
    second = next(s for s in city.records(type(city.school("100002"))) if s.number == "100002")
    city.move("p-u1000010", second)
    city.change(Person, "p-u1000011", family_name="Neu")
    city.change(Account, "a-u1000012", user_name="renamed")
    city.lock("p-u1000013")
    city.person("newcomer", second)


def effects(desk: Desk) -> Counter[tuple[str, str]]:
    """Successful writes of our account, by kind and DN."""
    return Counter(
        (write.operation, write.dn.lower())
        for write in desk.slapd.writes()
        if write.result == 0 and write.actor == Slapd.sync_dn
    )


def state(desk: Desk) -> dict[str, dict[str, set[str]]]:
    """The directory without what time and chance put into it."""
    with desk.slapd.admin() as admin:
        found = dump(admin)
    return {
        name: {key: v for key, v in attributes.items() if key not in {"entryUUID", "userPassword"}}
        for name, attributes in found.items()
    }


def test_a_replayed_run_finds_everything_done_and_writes_nothing_twice(desk: Desk) -> None:
    city = town()
    for run, prepare in (("run1", None), ("run2", year_two)):
        if prepare:
            prepare(city)
        changes, _notices = desk.plan(city)
        assert set(desk.apply(changes, run).outcomes()) <= {Outcome.DONE, Outcome.FOUND_DONE}
        before, wrote = state(desk), effects(desk)
        again = desk.apply(changes, run)
        assert set(again.outcomes()) == {Outcome.FOUND_DONE}
        assert state(desk) == before
        assert effects(desk) == wrote
        executor = desk.executor(run)
        assert {executor.settle(change) for change in changes} == {Outcome.FOUND_DONE}
        executor.close()
    assert desk.plan(city) == ([], [])


def test_nothing_sent_yet_is_settled_as_still_to_do(desk: Desk) -> None:
    city = town()
    changes, _notices = desk.plan(city)
    executor = desk.executor()
    assert {executor.settle(c) for c in changes if c.kind != "membership"} == {None}
    executor.close()
    desk.apply(changes)
    year_two(city)
    later, _notices = desk.plan(city)
    executor = desk.executor("run2")
    there = [c for c in later if c.person not in {"p-newcomer", "p-u1000010", "p-u1000012"}]
    assert there
    assert {executor.settle(change) for change in there} == {None}
    executor.close()


def test_a_server_that_stops_in_the_middle_ends_the_run_and_it_goes_on_later(desk: Desk) -> None:
    city = town()
    changes, _notices = desk.plan(city)
    executor, notebook = desk.executor(), Notebook()
    middle = len(changes) // 2
    executor.execute(changes[:middle], notebook)
    desk.slapd.pause()
    with pytest.raises(UnreachableError, match="does not answer"):
        executor.execute(changes[middle:], notebook)
    executor.close()
    desk.slapd.resume()
    lost = [c for c in changes if c.id in notebook.intended and c.id not in notebook.results]
    assert lost
    resumed = desk.executor()
    settled = {change.id: resumed.settle(change) for change in changes[middle:]}
    assert Outcome.STALE not in settled.values()
    resumed.execute([c for c in changes[middle:] if settled[c.id] is None], notebook)
    resumed.close()
    assert desk.plan(city) == ([], [])
    assert max(effects(desk).values()) <= 2, "a group is modified once a window at most"
    assert desk.locked_out(changes) == []


def test_a_lost_connection_is_opened_once_more(desk: Desk) -> None:
    city = town()
    changes, _notices = desk.plan(city)
    executor, notebook = desk.executor(), Notebook()
    executor.execute(changes[:3], notebook)
    desk.slapd.kill()
    desk.slapd.start()
    executor.execute(changes[3:], notebook)
    executor.close()
    assert all(outcome.good for outcome in notebook.outcomes())
    assert desk.plan(city) == ([], [])


def test_a_read_only_server_ends_the_run_and_it_goes_on_later(desk: Desk) -> None:
    city = town()
    changes, _notices = desk.plan(city)
    make_read_only(desk.slapd, "TRUE")
    with pytest.raises(UnreachableError, match="takes no requests"):
        desk.apply(changes)
    make_read_only(desk.slapd, "FALSE")
    assert all(outcome.good for outcome in desk.apply(changes).outcomes())


def test_a_wrong_password_is_told_before_anything_is_recorded(desk: Desk) -> None:
    changes, _notices = desk.plan(town())
    notebook = Notebook()
    executor = DirectoryExecutor(desk.settings, SecretStr("wrong"), desk.spool, "run1")
    with pytest.raises(UsageError, match="does not let"):
        executor.execute(changes, notebook)
    executor.close()
    assert notebook.intended == []


def fail_of(changes: list[Change], notebook: Notebook, key: str) -> tuple[Outcome, str]:
    [change] = [c for c in changes if c.key.startswith(key) and c.kind != "membership"]
    result = notebook.results[change.id]
    return result.outcome, str(result.message)


def test_a_refused_account_skips_its_memberships_and_nobody_else_s(desk: Desk) -> None:
    city = town()
    with desk.slapd.admin() as admin:  # the same address outside our subtree: slapo-unique
        admin.add(
            f"cn=x,ou=services,{Slapd.base}",
            ["inetOrgPerson"],
            {"cn": "x", "sn": "x", "mail": "taken@example.org"},
        )
    city.change(Account, "a-u1000010", email="taken@example.org")
    changes, _notices = desk.plan(city)
    notebook = desk.apply(changes)
    outcome, message = fail_of(changes, notebook, "cn=u1000010,")
    assert outcome is Outcome.FAILED
    assert "unique" in message
    assert notebook.outcomes() == {
        Outcome.DONE: len(changes) - 2, Outcome.FAILED: 1, Outcome.SKIPPED: 1,
    }  # fmt: skip


def test_what_moved_meanwhile_is_stale_not_failed_and_not_touched(desk: Desk) -> None:
    city = town()
    desk.bring(city)
    city.change(Person, "p-u1000010", family_name="Neu")
    city.change(Person, "p-u1000011", family_name="Neu")
    city.change(Account, "a-u1000012", user_name="renamed")
    city.lock("p-u1000013")
    changes, _notices = desk.plan(city)
    people = f"ou=people,ou=100001,{BASE_DN}"
    with desk.slapd.admin() as admin:
        admin.modify(f"cn=u1000010,{people}", {"sn": [("MODIFY_REPLACE", ["Anders"])]})
        admin.delete(f"cn=u1000011,{people}")
        admin.modify(f"cn=u1000012,{people}", {"employeeNumber": [("MODIFY_DELETE", [])]})
        admin.delete(f"cn=u1000013,{people}")
        admin.add(f"cn=u1000013,{people}", ["inetOrgPerson"], {"cn": "u1000013", "sn": "Fremd"})
    notebook = desk.apply(changes, "run2")
    for key in ("cn=u1000010,", "cn=u1000011,", "cn=u1000012,", "cn=u1000013,"):
        outcome, message = fail_of(changes, notebook, key)
        assert outcome is Outcome.STALE
        assert "new plan" in message
    with desk.slapd.admin() as admin:
        assert values(admin, f"cn=u1000010,{people}", "sn") == {"Anders"}
        assert values(admin, f"cn=u1000012,{people}", "uid") == {"u1000012"}
        assert values(admin, f"cn=u1000013,{people}", "pwdAccountLockedTime") == set()


def test_an_entry_that_came_between_plan_and_run_is_not_taken_for_ours(desk: Desk) -> None:
    city = town()
    changes, _notices = desk.plan(city)
    units = [change for change in changes if change.kind == "unit"]
    desk.apply(units)
    with desk.slapd.admin() as admin:
        admin.add(
            f"cn=u1000010,ou=people,ou=100001,{BASE_DN}",
            ["inetOrgPerson"],
            {"cn": "u1000010", "sn": "Fremd"},
        )
        admin.add(
            f"cn=5a,ou=groups,ou=100001,{BASE_DN}",
            ["groupOfNames"],
            {"cn": "5a", "member": f"cn=sync,ou=services,{Slapd.base}"},
        )
    notebook = desk.apply([change for change in changes if change.kind != "unit"])
    assert notebook.outcomes()[Outcome.STALE] == 2
    assert notebook.outcomes()[Outcome.SKIPPED] == 7  # all of class 5a, the first one among them
    with desk.slapd.admin() as admin:
        assert len(values(admin, f"cn=5a,ou=groups,ou=100001,{BASE_DN}", "member")) == 1


def test_an_account_made_with_another_key_is_stale_so_no_handout_lies(desk: Desk) -> None:
    city = town()
    changes, _notices = desk.plan(city)
    desk.apply(changes, "run1")
    executor = desk.executor("another")
    executor._passwords.prepare(change.group for change in changes if change.kind == "person")
    [change] = [c for c in changes if c.key.startswith("cn=u1000010,") and c.kind == "person"]
    assert executor.settle(change) is Outcome.STALE
    executor.close()


def test_a_policy_that_takes_no_hashes_gets_the_password_itself(desk: Desk) -> None:
    with desk.slapd.admin() as admin:
        admin.modify(
            f"cn=default,ou=policies,{Slapd.base}",
            {"pwdCheckQuality": [("MODIFY_REPLACE", ["2"])]},
        )
    changes = desk.bring(town())
    assert desk.locked_out(changes) == []


def test_a_policy_that_refuses_the_password_is_named(desk: Desk) -> None:
    changes, _notices = desk.plan(town())
    with desk.slapd.admin() as admin:  # after the plan
        values = {"pwdCheckQuality": "2", "pwdMinLength": "40"}
        admin.modify(
            f"cn=default,ou=policies,{Slapd.base}",
            {name: [("MODIFY_REPLACE", [value])] for name, value in values.items()},
        )
    outcome, message = fail_of(changes, desk.apply(changes), "cn=u1000010,")
    assert outcome is Outcome.FAILED
    assert message.startswith("The directory's policy refuses the password of cn=u1000010,")


def test_memberships_follow_whether_or_not_the_server_renames_members(desk: Desk) -> None:
    """Without refint the old DN would stay listed; with it, it is renamed a moment later."""
    with desk.slapd.admin() as admin:
        admin.search("cn=config", "(objectClass=olcRefintConfig)", attributes=["olcOverlay"])
        name = admin.response[0]["dn"]
        admin.modify(name, {"olcRefintAttribute": [("MODIFY_REPLACE", ["manager"])]})
    city = town()
    desk.bring(city)
    year_two(city)
    changes, _notices = desk.plan(city)
    assert all(outcome.good for outcome in desk.apply(changes, "run2").outcomes())
    assert desk.plan(city) == ([], [])
    with desk.slapd.admin() as admin:
        found = dump(admin)
    people = {name.lower() for name in found}
    for attributes in found.values():
        members = {member.lower() for member in attributes.get("member", ())}
        assert members <= people | {f"cn=nobody,{Slapd.base}"}


@pytest.mark.parametrize("direction", Direction)
def test_a_connection_cut_at_any_byte_loses_nothing_and_repeats_nothing(
    own_slapd: Slapd, tmp_path: Path, direction: Direction
) -> None:
    dice = random.Random(f"cuts {direction}")
    with Proxy(own_slapd.port) as proxy:
        desk = Desk(own_slapd, tmp_path, url=f"ldap://localhost:{proxy.port}")
        city, whole = City(), 0
        for position in range(8):
            school = city.school(f"20000{position}")
            own = city.school_class(school, "5a")
            for number in range(10):
                city.person(f"v{position}{number}", school, own)
            changes, _notices = desk.plan(city)
            byte = dice.randint(3000, whole) if whole else 10**9  # 3000: TLS and login are through
            proxy.arm(direction, byte)
            notebook = desk.apply(changes, f"run{position}")
            assert all(outcome.good for outcome in notebook.outcomes())
            assert proxy.fired.is_set() == (byte < 10**9)
            proxy.disarm()
            whole = whole or proxy.count(direction)
            assert desk.plan(city) == ([], [])
            assert desk.locked_out(changes, f"run{position}") == []
    done = effects(desk)
    assert {number for (operation, _dn), number in done.items() if operation == "add"} == {1}
    assert max(done.values()) <= 10, "no group is written more often than it has members"


def test_windows_keep_the_order(desk: Desk) -> None:
    changes, _notices = desk.plan(town())
    windows = list(desk.executor().batches(iter(changes * 3)))
    assert [change for window in windows for change in window] == changes * 3
    assert {len(window) for window in windows[:-1]} == {64}
