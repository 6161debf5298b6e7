"""What only OpenLDAP has: hashes, placeholders, locks of ppolicy, several values."""

from pathlib import Path

import pytest

from provisioning.lab.slapd import Slapd
from tests.directory.city import City
from tests.directory.support import BASE_DN, Desk, can_log_in, values


@pytest.fixture
def desk(own_slapd: Slapd, tmp_path: Path) -> Desk:
    return Desk(own_slapd, tmp_path)


def test_passwords_are_sent_hashed_and_empty_groups_have_a_placeholder(desk: Desk) -> None:
    city = City()
    city.person("anna", city.school("100001"))
    desk.bring(city)
    found = desk.dump()
    anna = found[f"cn=anna,ou=people,ou=100001,{BASE_DN}"]
    assert all(value.startswith("{SSHA}") for value in anna["userPassword"])
    empty = found[f"cn=staff,ou=groups,ou=100001,{BASE_DN}"]
    assert empty["member"] == {f"cn=nobody,{Slapd.base}"}


def test_a_lock_after_wrong_passwords_does_not_stop_the_lock_for_good(desk: Desk) -> None:
    city = City()
    anna = city.person("anna", city.school("100001"))
    [made] = [c for c in desk.bring(city) if c.kind == "person"]
    for _attempt in range(3):
        assert not can_log_in(desk.server, made.key, "Wrong-Wrong-Wrong-123")
    assert desk.plan(city) == ([], []), "a lock that time ends is not ours"
    city.lock(anna)
    desk.bring(city, "run2")
    with desk.slapd.admin() as admin:
        assert values(admin, made.key, "pwdAccountLockedTime") == {"000001010000Z"}


def test_members_that_are_not_ours_stay_and_the_placeholder_comes_back(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    anna = city.person("anna", school, city.school_class(school, "5a"))
    desk.bring(city)
    group = f"cn=5a,ou=groups,ou=100001,{desk.base}"
    outsider = f"cn=sync,ou=services,{Slapd.base}"
    with desk.slapd.admin() as admin:
        admin.modify(group, {"member": [("MODIFY_ADD", [outsider])]})
        assert desk.plan(city) == ([], [])
        admin.modify(group, {"member": [("MODIFY_DELETE", [f"cn=nobody,{Slapd.base}"])]})
        city.lock(anna)
        desk.bring(city, "run2")
        assert values(admin, group, "member") == {outsider, f"cn=nobody,{Slapd.base}"}


def test_drift_is_put_back_and_nothing_else(desk: Desk) -> None:
    city = City()
    school = city.school("100001")
    city.person("anna", school, city.school_class(school, "5a"))
    desk.bring(city)
    name = f"cn=anna,ou=people,ou=100001,{desk.base}"
    with desk.slapd.admin() as admin:
        admin.modify(
            name,
            {
                "sn": [("MODIFY_REPLACE", ["MUSTER"])],
                "telephoneNumber": [("MODIFY_ADD", ["0221 1234"])],
                "mail": [("MODIFY_ADD", ["own@example.org"])],
                "uid": [("MODIFY_REPLACE", ["ANNA"])],
            },
        )
    [change] = desk.bring(city, "run2")
    assert (change.before, change.after) == ({"sn": "MUSTER"}, {"sn": "Muster"})
    assert desk.dump()[name]["telephoneNumber"] == {"0221 1234"}
    assert desk.dump()[name]["mail"] == {"own@example.org"}
