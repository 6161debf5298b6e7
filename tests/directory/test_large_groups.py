"""Groups with thousands of members: read to the end, changed by the values that change."""

from contextlib import closing
from pathlib import Path

from ldap3 import MODIFY_ADD, Connection

from inventory.records.people import Role
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.samba import Samba
from tests.directory.city import City
from tests.directory.support import BOTH, Desk, Server, reader

MANY = 5000
"""More than Windows gives at once (1,500)."""


@BOTH
def test_a_group_of_5000_is_read_to_its_end_and_changed_by_two_values(
    server: Server, tmp_path: Path
) -> None:
    with Proxy(server.port, address=server.address) as proxy:
        url = f"{server.url.removesuffix(f':{server.port}')}:{proxy.port}"
        desk = Desk(server, tmp_path, url=url, receive_timeout=20)
        city = City()
        school = city.school("100001")
        own = city.school_class(school, "5a")
        city.person("anna", school, own)
        desk.bring(city)
        group = f"cn=5a,ou=groups,ou=100001,{desk.base}"
        with server.admin() as admin:
            admin.modify(group, {"member": [(MODIFY_ADD, crowd(server, admin))]})
        everybody = desk.dump()[group]["member"]
        assert len(everybody) >= MANY + 1
        if isinstance(server, Samba):
            assert_ranges_are_read(server, group)
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


def crowd(server: Server, admin: Connection) -> list[str]:
    """Members that are not ours; only Active Directory asks that they exist."""
    if not isinstance(server, Samba):
        return [f"cn=member {number},ou=elsewhere,{server.base}" for number in range(MANY)]
    members = []
    for number in range(MANY):
        if number % 200 == 0:
            unit = f"OU=crowd{number},{server.base}"
            admin.add(unit, "organizationalUnit")
        members.append(f"CN=m{number},{unit}")
        admin.add(members[-1], "contact")
    return members


def assert_ranges_are_read(server: Samba, group: str) -> None:
    """Whatever part of the list is asked for, all of it comes."""
    with closing(reader(server)) as connection:
        for asked in ("member", "member;range=0-1499", "member;range=0-9"):
            found = connection.read(group, [asked])
            assert found is not None
            assert len(set(found.values("member"))) == MANY + 1
