"""Groups with thousands of members: read to the end, changed by the values that change.

In Active Directory: tests/whole/test_large_groups.py.
"""

from pathlib import Path

from ldap3 import MODIFY_ADD

from inventory.records.people import Role
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.slapd import Slapd
from tests.directory.city import City
from tests.directory.support import Desk

MANY = 5000


def test_a_group_of_5000_is_read_to_its_end_and_changed_by_two_values(
    own_slapd: Slapd, tmp_path: Path
) -> None:
    with Proxy(own_slapd.port, address=own_slapd.address) as proxy:
        url = f"{own_slapd.url.removesuffix(f':{own_slapd.port}')}:{proxy.port}"
        desk = Desk(own_slapd, tmp_path, url=url, receive_timeout=20)
        city = City()
        school = city.school("100001")
        own = city.school_class(school, "5a")
        city.person("anna", school, own)
        desk.bring(city)
        group = f"cn=5a,ou=groups,ou=100001,{desk.base}"
        crowd = [f"cn=member {number},ou=elsewhere,{own_slapd.base}" for number in range(MANY)]
        with own_slapd.admin() as admin:
            admin.modify(group, {"member": [(MODIFY_ADD, crowd)]})
        everybody = desk.dump()[group]["member"]
        assert len(everybody) >= MANY + 1
        assert desk.plan(city) == ([], []), "who is not ours is left alone"

        city.person("bela", school, own, Role.TEACHER)
        city.lock("p-anna")
        changes, notices = desk.plan(city)
        assert notices == []
        proxy.arm(Direction.REQUEST, 10**9)
        assert all(outcome.good for outcome in desk.apply(changes, "run2").outcomes())
        assert proxy.count(Direction.REQUEST) < 2 * MANY, "never the list"
        people = f"ou=people,ou=100001,{desk.base}"
        assert desk.dump()[group]["member"] == (
            everybody - {f"cn=anna,{people}"} | {f"cn=bela,{people}"}
        )
        assert desk.plan(city) == ([], [])
