"""The directory's own account of what was written to it: slapo-accesslog(5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ldap3 import Connection


@dataclass(frozen=True)
class Write:
    """One write operation as the access log has it.

    `operation` is add, modify, modrdn or delete; `result` the LDAP result code (RFC 4511, 0 is
    success); `actor` the DN that asked for it. What overlays write by themselves is not here.
    """

    dn: str
    operation: str
    result: int
    actor: str


def read_writes(connection: "Connection") -> Iterator[Write]:
    """Every write operation in order; `connection` may read ``cn=accesslog`` without limits."""
    from ldap3 import LEVEL

    entries = connection.extend.standard.paged_search(
        "cn=accesslog",
        "(objectClass=auditWriteObject)",
        LEVEL,
        attributes=["reqDN", "reqType", "reqResult", "reqAuthzID", "reqStart"],
        paged_size=1000,
    )
    rows = [entry["attributes"] for entry in entries]  # without a schema each value is a list
    for row in sorted(rows, key=lambda row: str(row["reqStart"][0])):
        result, actor = int(row["reqResult"][0]), row["reqAuthzID"][0]
        yield Write(row["reqDN"][0], row["reqType"][0], result, actor)
