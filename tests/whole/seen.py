"""What the administrator sees of our accounts, said alike for both kinds of directory."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from provisioning.directory.dn import normalise
from provisioning.lab.samba import Samba
from tests.directory.support import AD_BASE_DN, BASE_DN, Server

_DISABLED = 2
"""ACCOUNTDISABLE of userAccountControl (MS-ADTS 2.2.16)."""


class Seen(NamedTuple):
    """An account: its entry's own id, the school it stands in, its groups as ``school/name``."""

    own_id: str
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
    for dn, values in _entries(server, [name, own_id, lock, "memberOf"]):
        locks = values.get(lock, [])
        locked = bool(int(locks[0]) & _DISABLED) if ad else bool(locks)
        groups = frozenset(map(_group, values.get("memberOf", [])))
        text = values[own_id][0]
        uuid = str(UUID(bytes_le=text)) if ad else text.decode()
        found[values[name][0].decode()] = Seen(uuid, _unit(normalise(dn)), locked, groups)
    return found


def keys_of(server: Server) -> dict[str, str]:
    """Record id -> DN, for every entry that bears our key."""
    key = "employeeNumber"
    return {
        values[key][0].decode().removeprefix("schoolnet:"): dn
        for dn, values in _entries(server, [key])
    }


def _entries(server: Server, names: list[str]) -> Iterator[tuple[str, dict[str, list[bytes]]]]:
    with server.admin() as admin:
        base = AD_BASE_DN if isinstance(server, Samba) else BASE_DN
        found = admin.extend.standard.paged_search(
            base, "(employeeNumber=schoolnet:*)", attributes=names, paged_size=500
        )
        for entry in found:
            if entry["type"] == "searchResEntry":
                yield entry["dn"], entry["raw_attributes"]


def _unit(dn: str) -> str:
    """The number of the school in whose unit an entry stands."""
    return dn.split(",")[2].removeprefix("ou=")


def _group(dn: bytes) -> str:
    entry = normalise(dn.decode())
    return f"{_unit(entry)}/{entry.split(',')[0].removeprefix('cn=')}"
