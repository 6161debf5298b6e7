"""Taking over accounts of a filled Active Directory: never one with rights, never its password."""

from pathlib import Path

import pytest
from ldap3 import MODIFY_ADD, MODIFY_REPLACE

from provisioning.directory.dialects import dialect_of
from provisioning.directory.entries import parse_entry
from provisioning.directory.found import FoundEntry
from provisioning.lab.samba import Samba
from tests.directory.city import City
from tests.directory.model import AD_SETTINGS
from tests.directory.support import AD_BASE_DN, Desk, can_log_in

MACHINE = ["top", "person", "organizationalPerson", "user", "computer"]


@pytest.fixture
def desk(own_samba: Samba, tmp_path: Path) -> Desk:
    return Desk(own_samba, tmp_path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"adminCount": "1"}, "adminCount"),
        ({"servicePrincipalName": "http/web.school.example"}, "service"),
        ({"employeeNumber": "4711"}, "person_key_attribute"),
    ],
)
def test_special_accounts_are_not_taken_over(desk: Desk, change: dict[str, str], told: str) -> None:
    with desk.server.admin() as admin:
        admin.add(f"CN=anna,{AD_BASE_DN}", "user", {"sAMAccountName": "anna", **change})
    check_refused(desk, told)


def check_refused(desk: Desk, told: str) -> None:
    city = City()
    city.person("anna", city.school("100001"), adopted=True)
    changes, notices = desk.plan(city)
    assert [c for c in changes if c.kind in {"person", "membership"}] == []
    assert told in str(notices[0].message)


def test_members_of_privileged_groups_are_not_taken_over_however_they_are_it(desk: Desk) -> None:
    anna, group = f"CN=anna,{AD_BASE_DN}", f"CN=helpers,{AD_BASE_DN}"
    admins = f"CN=Domain Admins,CN=Users,{Samba.base}"
    with desk.server.admin() as admin:
        admin.add(anna, "user", {"sAMAccountName": "anna"})
        admin.add(group, "group", {"sAMAccountName": "helpers", "member": anna})
        admin.modify(admins, {"member": [(MODIFY_ADD, [group])]})
        check_refused(desk, "outside")  # through a group of the managed part
        admin.delete(group)
        admin.modify(admins, {"member": [(MODIFY_ADD, [anna])]})
        check_refused(desk, "outside")
        admin.modify(anna, {"primaryGroupID": [(MODIFY_REPLACE, ["512"])]})
        check_refused(desk, "primary group")


def test_machines_and_managed_service_accounts_are_not_persons(desk: Desk) -> None:
    with desk.server.admin() as admin:
        admin.add(f"CN=pc1,{AD_BASE_DN}", "computer", {"sAMAccountName": "anna"})
    check_refused(desk, "service")


def test_an_adopted_account_keeps_all_but_key_and_groups(desk: Desk) -> None:
    with desk.server.admin() as admin:
        admin.add(
            f"CN=Anna Alt,{AD_BASE_DN}",
            "user",
            {
                "sAMAccountName": "Anna", "userPrincipalName": "anna.alt@school.example",
                "unicodePwd": '"Old-Password-1"'.encode("utf-16-le"), "userAccountControl": "66048",
            },
        )  # fmt: skip
    city = City()
    school = city.school("100001")
    city.person("anna", school, city.school_class(school, "5a"), adopted=True)
    place = f"cn=anna alt,{AD_BASE_DN}"
    before = desk.dump()[place]
    desk.bring(city)
    after = desk.dump()[place]
    assert after["employeeNumber"] == {"schoolnet:p-anna"}
    assert len(after["memberOf"]) == 3
    ours = {"employeeNumber", "memberOf", "whenChanged", "uSNChanged"}
    assert {k: v for k, v in after.items() if k not in ours} == {
        k: v for k, v in before.items() if k not in ours
    }
    assert can_log_in(desk.server, place, "Old-Password-1")


@pytest.mark.parametrize(
    ("classes", "kind", "service"),
    [
        (MACHINE[:4], "person", False),
        (MACHINE, "person", True),
        ([*MACHINE, "msDS-ManagedServiceAccount"], "person", True),
        ([*MACHINE, "msDS-GroupManagedServiceAccount"], "person", True),
        ([*MACHINE[:3], "contact"], None, False),
        (["top", "container"], None, False),
    ],
    ids=["user", "computer", "MSA", "gMSA", "contact", "container"],
)
def test_entries_are_told_apart_by_their_classes(
    classes: list[str], kind: str | None, *, service: bool
) -> None:
    """As Windows lists them; Samba's schema of the lab has no group managed accounts."""
    found = FoundEntry(f"CN=x,{AD_BASE_DN}", {"objectclass": tuple(classes)})
    entry = parse_entry(found, dialect_of(AD_SETTINGS))
    assert (entry.kind, entry.service) == (kind, service)
