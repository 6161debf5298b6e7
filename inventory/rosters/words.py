"""The words of a relational format: roles, columns, ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from inventory.records.people import Role


@dataclass(frozen=True)
class Words:
    """A format's roles, in small letters: those that get an account, and those that are only
    counted. Its columns: all that are read of each table, those that must be there, and those
    that hold ids no row can do without (the person's last).
    """

    format: str
    roles: Mapping[str, Role]
    no_account: frozenset[str]
    columns: Mapping[str, Sequence[str]]
    needed: Mapping[str, Sequence[str]]
    ids: Mapping[str, Sequence[str]]

    def counted(self, role: str) -> bool:
        """True for a role that gets no account; producers add theirs as ``ext:...``."""
        return role in self.no_account or role.startswith("ext:")
