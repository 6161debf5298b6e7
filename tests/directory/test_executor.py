"""When things go wrong half-way: nothing twice, nothing lost, nothing claimed that is not so."""

import random
from pathlib import Path

import pytest

from inventory.errors import UnreachableError
from inventory.records import Account
from inventory.records.runs import Outcome
from provisioning.directory.ground import MEMBERSHIP
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.slapd import Slapd
from tests.directory.city import City
from tests.directory.support import (
    Desk,
    dump,
    make_read_only,
)
from tests.directory.town import effects, fail_of, town, year_two


@pytest.fixture
def desk(own_slapd: Slapd, tmp_path: Path) -> Desk:
    return Desk(own_slapd, tmp_path, connect_timeout=1, receive_timeout=1)


def test_a_read_only_server_ends_the_run_and_it_goes_on_later(desk: Desk) -> None:
    city = town()
    changes, _notices = desk.plan(city)
    make_read_only(desk.slapd, "TRUE")
    with pytest.raises(UnreachableError, match="takes no requests"):
        desk.apply(changes)
    make_read_only(desk.slapd, "FALSE")
    assert all(outcome.good for outcome in desk.apply(changes).outcomes())


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
    many = [change for change in changes * 30 if change.kind != MEMBERSHIP]
    many += [change for change in changes * 90 if change.kind == MEMBERSHIP]
    windows = list(desk.executor().batches(iter(many)))
    assert [change for window in windows for change in window] == many
    assert {len(w) for w in windows if w[0].kind != MEMBERSHIP} >= {64}
    assert {len(w) for w in windows if w[0].kind == MEMBERSHIP} >= {512}
    assert all(len({change.kind == MEMBERSHIP for change in window}) == 1 for window in windows)
