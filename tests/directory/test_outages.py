"""Servers that stop, die and change half-way: nothing twice, nothing lost, on both kinds."""

from contextlib import closing
from pathlib import Path

import pytest
from ldap3 import MODIFY_ADD
from pydantic import SecretStr

from inventory.errors import UnreachableError, UsageError
from inventory.records import Account, Person
from inventory.records.changes import Change
from inventory.records.runs import Outcome
from provisioning.directory.executor import DirectoryExecutor
from tests.directory.support import EVERY_WAY, Desk, Notebook, Server
from tests.directory.town import add_stranger, effects, fail_of, state, town, year_two

pytestmark = EVERY_WAY


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Desk:
    return Desk(server, tmp_path)


def test_a_replayed_run_finds_everything_done_and_writes_nothing_twice(desk: Desk) -> None:
    city = town()
    for run, prepare in (("run1", None), ("run2", year_two)):
        if prepare:
            prepare(city)
        changes, _notices = desk.plan(city)
        assert set(desk.apply(changes, run).outcomes()) <= {Outcome.DONE, Outcome.FOUND_DONE}
        before = state(desk)
        again = desk.apply(changes, run)
        assert set(again.outcomes()) == {Outcome.FOUND_DONE}
        assert state(desk) == before
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
    desk.server.pause()
    with pytest.raises(UnreachableError, match="does not answer"):
        executor.execute(changes[middle:], notebook)
    executor.close()
    desk.server.resume()
    lost = [c for c in changes if c.id in notebook.intended and c.id not in notebook.results]
    assert lost
    resumed = desk.executor()
    settled = {change.id: resumed.settle(change) for change in changes[middle:]}
    assert Outcome.STALE not in settled.values()
    resumed.execute([c for c in changes[middle:] if settled[c.id] is None], notebook)
    resumed.close()
    assert desk.plan(city) == ([], [])
    if desk.settings.kind == "openldap":
        assert max(effects(desk).values()) <= 2, "a group is modified once a window at most"
    assert desk.locked_out(changes) == []


def test_a_lost_connection_is_opened_once_more(desk: Desk) -> None:
    city = town()
    changes, _notices = desk.plan(city)
    executor, notebook = desk.executor(), Notebook()
    executor.execute(changes[:3], notebook)
    desk.server.kill()
    desk.server.start()
    executor.execute(changes[3:], notebook)
    executor.close()
    assert all(outcome.good for outcome in notebook.outcomes())
    assert desk.plan(city) == ([], [])


def test_a_wrong_password_is_told_before_anything_is_recorded(desk: Desk) -> None:
    changes, _notices = desk.plan(town())
    notebook = Notebook()
    executor = DirectoryExecutor(desk.settings, SecretStr("wrong"), desk.spool, "run1")
    with pytest.raises(UsageError, match="does not let"):
        executor.execute(changes, notebook)
    executor.close()
    assert notebook.intended == []


RIGHTS = {
    "unit": '/I:T /G "ACCOUNT:CC;organizationalUnit"',
    "person": '/I:T /G "ACCOUNT:CCDC;user"',
    "group": '/I:T /G "ACCOUNT:CCDC;group"',
    "membership": '/I:S /G "ACCOUNT:RPWP;;group"',
}


def test_an_account_without_rights_is_told_what_to_grant(desk: Desk) -> None:
    changes, _notices = desk.plan(town())
    reader = desk.settings.model_copy(update={"bind_dn": desk.server.reader_dn})
    password = desk.server.reader_password
    rule = f'access to dn.subtree="{reader.base}" by dn.exact="{reader.bind_dn}" write'
    for kind, right in RIGHTS.items():
        of_kind = [change for change in changes if change.kind == kind]
        notebook = Notebook()
        with closing(DirectoryExecutor(reader, password, desk.spool, "run1")) as executor:
            executor.execute(of_kind[:1], notebook)
        (result,) = notebook.results.values()
        assert result.outcome is Outcome.FAILED
        assert (rule if reader.kind == "openldap" else right) in str(result.message)
        assert reader.bind_dn in str(result.message)
        assert all(outcome.good for outcome in desk.apply(of_kind).outcomes())


def test_what_moved_meanwhile_is_stale_not_failed_and_not_touched(desk: Desk) -> None:
    city = town()
    desk.bring(city)
    city.change(Person, "p-u1000010", family_name="Neu")
    city.change(Person, "p-u1000011", family_name="Neu")
    city.change(Account, "a-u1000012", user_name="renamed")
    city.lock("p-u1000013")
    changes, _notices = desk.plan(city)
    people = f"ou=people,ou=100001,{desk.base}"
    with desk.server.admin() as admin:
        admin.modify(f"cn=u1000010,{people}", {"sn": [("MODIFY_REPLACE", ["Anders"])]})
        admin.delete(f"cn=u1000011,{people}")
        admin.modify(f"cn=u1000012,{people}", {"employeeNumber": [("MODIFY_DELETE", [])]})
        admin.delete(f"cn=u1000013,{people}")
        add_stranger(desk, admin, f"cn=u1000013,{people}")
    notebook = desk.apply(changes, "run2")
    for key in ("cn=u1000010,", "cn=u1000011,", "cn=u1000012,", "cn=u1000013,"):
        outcome, message = fail_of(changes, notebook, key)
        assert outcome is Outcome.STALE
        assert "new plan" in message
    found = desk.dump()
    assert found[f"cn=u1000010,{people}"]["sn"] == {"Anders"}
    assert f"cn=renamed,{people}" not in found
    assert "employeeNumber" not in found[f"cn=u1000013,{people}"]


def test_an_entry_that_came_between_plan_and_run_is_not_taken_for_ours(desk: Desk) -> None:
    city = town()
    changes, _notices = desk.plan(city)
    units = [change for change in changes if change.kind == "unit"]
    desk.apply(units)
    school = f"ou=100001,{desk.base}"
    with desk.server.admin() as admin:
        add_stranger(desk, admin, f"cn=u1000010,ou=people,{school}")
        add_stranger(desk, admin, f"cn=5a,ou=groups,{school}")
    notebook = desk.apply([change for change in changes if change.kind != "unit"])
    assert notebook.outcomes()[Outcome.STALE] == 2
    assert notebook.outcomes()[Outcome.SKIPPED] == 7  # all of class 5a, the first one among them
    assert len(desk.dump()[f"cn=5a,ou=groups,{school}"].get("member", ())) <= 1


def test_an_account_made_with_another_key_is_stale_so_no_handout_lies(desk: Desk) -> None:
    city = town()
    changes, _notices = desk.plan(city)
    desk.apply(changes, "run1")
    executor = desk.executor("another")
    executor._passwords.prepare(change.group for change in changes if change.kind == "person")
    [change] = [c for c in changes if c.key.startswith("cn=u1000010,") and c.kind == "person"]
    assert executor.settle(change) is Outcome.STALE
    executor.close()


def test_an_entry_made_again_under_our_key_is_told_and_taken_only_when_accepted(
    desk: Desk,
) -> None:
    city = town()
    desk.bring(city)
    place = f"cn=u1000010,ou=people,ou=100001,{desk.base}"
    old = desk.dump()[place]
    with desk.server.admin() as admin:
        admin.delete(place)
        add_stranger(desk, admin, place)
        for name in ("employeeNumber",):
            admin.modify(place, {name: [(MODIFY_ADD, ["schoolnet:p-u1000010"])]})
    changes, _notices = desk.plan(city)
    [accepted] = [change for change in changes if "we knew" in str(change.reason)]
    new = desk.dump()[place]
    assert accepted.before is not None
    assert set(accepted.before.values()) == old["entryUUID"]
    others = [change for change in changes if change is not accepted]
    assert others
    assert all(accepted.id in change.needs or _needs_any(change, others) for change in others)
    notebook = desk.apply(changes, "run2")
    assert all(outcome.good for outcome in notebook.outcomes())
    assert {notebook.results[accepted.id].uuid} == new["entryUUID"]
    assert desk.plan(city) == ([], [])


def _needs_any(change: Change, others: list[Change]) -> bool:
    return not {other.id for other in others}.isdisjoint(change.needs)


def test_accepting_is_refused_when_the_entry_is_a_third_one_by_then(desk: Desk) -> None:
    city = town()
    desk.bring(city)
    desk.known_ids["p-u1000010"] = "00000000-0000-0000-0000-000000000000"
    changes, _notices = desk.plan(city)
    [accepted] = changes
    with desk.server.admin() as admin:
        admin.delete(accepted.key)
        add_stranger(desk, admin, f"cn=u1000010,ou=people,ou=100001,{desk.base}")
    assert desk.apply(changes, "run2").outcomes() == {Outcome.STALE: 1}
