"""What the administrator sees of our accounts, said alike for both kinds of directory."""

from typing import NamedTuple

from provisioning.directory.dn import normalise
from provisioning.lab.samba import Samba
from tests.directory.support import AD_BASE_DN, BASE_DN, Server

_DISABLED = 2
"""ACCOUNTDISABLE of userAccountControl (MS-ADTS 2.2.16)."""


class Seen(NamedTuple):
    """An account: its entry's own id, the school it stands in, its groups as ``school/name``."""

    own_id: bytes
    school: str
    locked: bool
    groups: frozenset[str]


def accounts_of(server: Server) -> dict[str, Seen]:
    """User name -> what is seen of it, for every entry that bears our key."""
    ad = isinstance(server, Samba)
    name, own_id, lock = (
        ("sAMAccountName", "objectGUID", "userAccountControl") if ad
        else ("uid", "entryUUID", "pwdAccountLockedTime")
    )  # fmt: skip
    found = {}
    with server.admin() as admin:
        entries = admin.extend.standard.paged_search(
            AD_BASE_DN if ad else BASE_DN, "(employeeNumber=schoolnet:*)",
            attributes=[name, own_id, lock, "memberOf"], paged_size=500,
        )  # fmt: skip
        for entry in entries:
            if entry["type"] != "searchResEntry":
                continue
            values = entry["raw_attributes"]
            locks = values.get(lock, [])
            found[values[name][0].decode()] = Seen(
                values[own_id][0],
                _unit(normalise(entry["dn"])),
                bool(int(locks[0]) & _DISABLED) if ad else bool(locks),
                frozenset(map(_group, values.get("memberOf", []))),
            )
    return found


def _unit(dn: str) -> str:
    """The number of the school in whose unit an entry stands."""
    return dn.split(",")[2].removeprefix("ou=")


def _group(dn: bytes) -> str:
    entry = normalise(dn.decode())
    return f"{_unit(entry)}/{entry.split(',')[0].removeprefix('cn=')}"
