"""A group of 5,000 in Active Directory, from plan to verify: only what changes is sent."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ldap3 import MODIFY_ADD

from provisioning.directory.dn import normalise
from provisioning.lab.proxy import Direction, Proxy
from provisioning.lab.samba import Samba
from tests.directory.support import reader, settings_for, values
from tests.whole.place import applied, change_lines, desk_of, founded, pupil_file
from tests.whole.place import pupil_row as row

MANY = 5000
"""More than Windows gives at once (1,500)."""
IDA = {"Interne_ID_Nummer": "8001", "Nachname": "Immergrün", "Vorname": "Ida", "Status": "2",
       "Entlassdatum": ""}  # fmt: skip
BEN = {**IDA, "Interne_ID_Nummer": "8002", "Nachname": "Birnbaum", "Vorname": "Ben"}


@pytest.fixture
def crowded(tmp_path: Path, samba_domain: Path) -> Iterator[Samba]:
    """A domain in which many are known who are not ours."""
    server = Samba(tmp_path / "samba", samba_domain)
    crowd = f"OU=Crowd,{server.base}"
    entries = [f"dn: {crowd}\nobjectClass: organizationalUnit\n"]
    entries += [f"dn: CN=m{number},{crowd}\nobjectClass: contact\n" for number in range(MANY)]
    ldif = tmp_path / "crowd.ldif"
    ldif.write_text("\n".join(entries))
    server.load(ldif)
    with server:
        yield server


def test_one_joins_and_one_leaves(crowded: Samba, tmp_path: Path) -> None:
    with Proxy(crowded.port, address=crowded.address) as proxy:
        cli = founded(tmp_path / "place", crowded, proxy.port)
        others = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:]
        change_lines(cli, others, row(cli, **IDA, Klasse="4z"), row(cli, **BEN, Klasse="3z"))
        applied(desk_of(cli))
        school = next(iter(cli("list", "school", "--json").json))["number"]
        unit = f"ou={school},{crowded.managed}"
        group = f"cn=4z,ou=groups,{unit}"
        with crowded.admin() as admin:
            names = [f"CN=m{number},OU=Crowd,{crowded.base}" for number in range(MANY)]
            admin.modify(group, {"member": [(MODIFY_ADD, names)]})
            everybody = values(admin, group, "member")
        assert len(everybody) == MANY + 1
        assert_read_to_the_end(crowded, group)
        cli("plan", code=0)

        change_lines(cli, others, row(cli, **IDA, Klasse="3z"), row(cli, **BEN, Klasse="4z"))
        cli("import", "roster")
        plan = cli.plan()
        proxy.arm(Direction.REQUEST, 10**9)
        said = cli.apply(plan)
        assert "directory: 2 done" in said.out, "two persons, their memberships"
        assert proxy.count(Direction.REQUEST) < MANY * len("CN=m0000"), "never the list"
        with crowded.admin() as admin:
            now = values(admin, group, "member")
        gone, new = map(normalise, everybody - now), map(normalise, now - everybody)
        assert list(gone) == [normalise(f"cn=ida.immergruen,ou=people,{unit}")]
        assert list(new) == [normalise(f"cn=ben.birnbaum,ou=people,{unit}")]
        assert "drift 0" in cli("verify", "directory").out
        cli("plan", code=0)


def assert_read_to_the_end(server: Samba, group: str) -> None:
    """Whatever part of the list is asked for, all of it comes."""
    with closing(reader(server, settings_for(server, receive_timeout=20))) as connection:
        for asked in ("member", "member;range=0-1499", "member;range=0-9"):
            found = connection.read(group, [asked])
            assert found is not None
            assert len(set(found.values("member"))) == MANY + 1
