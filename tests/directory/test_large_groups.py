"""Groups with thousands of members: read to the end, changed by the values that change."""

from contextlib import closing
from pathlib import Path

from ldap3 import MODIFY_ADD

from inventory.records.people import Role
from provisioning.lab.samba import Samba
from provisioning.lab.slapd import Slapd
from tests.directory.city import City
from tests.directory.support import AD_BASE_DN, BASE_DN, Desk, reader

MANY = 1600
"""More than Windows gives at once (1,500)."""


def test_a_group_of_5000_changes_by_one_value(own_slapd: Slapd, tmp_path: Path) -> None:
    desk = Desk(own_slapd, tmp_path)
    city = City()
    school = city.school("100001")
    own = city.school_class(school, "5a")
    city.person("anna", school, own)
    desk.bring(city)
    group = f"cn=5a,ou=groups,ou=100001,{BASE_DN}"
    crowd = [f"cn=member {number},ou=elsewhere,{Slapd.base}" for number in range(5000)]
    with own_slapd.admin() as admin:
        admin.modify(group, {"member": [(MODIFY_ADD, crowd)]})
    city.person("bela", school, own)
    city.lock("p-anna")
    desk.bring(city, "run2")
    with own_slapd.admin() as admin:
        admin.search(
            "cn=accesslog", f"(&(objectClass=auditModify)(reqDN={group}))", attributes=["reqMod"]
        )
        sent = [len(entry["raw_attributes"]["reqMod"]) for entry in admin.response]
    assert sorted(sent)[-1] > 5000, "the crowd itself"
    assert sum(sent) - sorted(sent)[-1] < 20, "and of the others only a few values"
    members = desk.dump()[group]["member"]
    assert len(members) == 5002
    assert f"cn=bela,ou=people,ou=100001,{BASE_DN}" in members


def test_members_beyond_what_comes_at_once_are_read_and_changed(
    own_samba: Samba, tmp_path: Path
) -> None:
    desk = Desk(own_samba, tmp_path)
    city = City()
    school = city.school("100001")
    own = city.school_class(school, "5a")
    city.person("anna", school, own)
    desk.bring(city)
    group = f"CN=5a,OU=groups,OU=100001,{AD_BASE_DN}"
    with own_samba.admin() as admin:
        crowd = []
        for number in range(MANY):
            if number % 200 == 0:
                unit = f"OU=crowd{number},{Samba.base}"
                admin.add(unit, "organizationalUnit")
            crowd.append(f"CN=m{number},{unit}")
            admin.add(crowd[-1], "contact")
        admin.modify(group, {"member": [(MODIFY_ADD, crowd)]})
    with closing(reader(own_samba)) as connection:
        for asked in ("member", "member;range=0-1499", "member;range=0-9"):
            found = connection.read(group, [asked])
            assert found is not None
            assert len(set(found.values("member"))) == MANY + 1
    assert desk.plan(city) == ([], [])
    city.person("bela", school, own, Role.TEACHER)
    city.lock("p-anna")
    desk.bring(city, "run2")
    members = desk.dump()[f"cn=5a,ou=groups,ou=100001,{AD_BASE_DN}"]["member"]
    assert len(members) == MANY + 1
    assert f"cn=bela,ou=people,ou=100001,{AD_BASE_DN}" in members
