"""Whether a change was done already: one read tells, and for passwords a login."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import SecretStr

from inventory.records.changes import Change
from inventory.records.runs import Outcome
from provisioning.directory import operations
from provisioning.directory.connection import WriteConnection
from provisioning.directory.ground import MEMBERSHIP
from provisioning.directory.memberships import settle_membership
from provisioning.directory.operations import Operation
from provisioning.directory.recipes import sets_password


class Settler:
    """Looks into the directory over one connection."""

    def __init__(self, connection: WriteConnection, secret: Callable[[Change], SecretStr]) -> None:
        """`secret` gives the password that a change sets."""
        self._connection, self._secret = connection, secret

    def settle(self, change: Change) -> Outcome | None:
        """One read: FOUND_DONE when it is as planned and ours, None when nothing is to be seen.

        What is not there may only be made or moved yet: executing tells. STALE is what came
        otherwise, also an account made with another password: its handout would be wrong.
        """
        outcomes = set()
        for operation in change.operations:
            assert isinstance(operation, dict), "operations of the directory are objects"
            outcomes.add(self._settled(change, operation))
        if Outcome.STALE in outcomes:
            return Outcome.STALE
        return None if None in outcomes else Outcome.FOUND_DONE

    def _settled(self, change: Change, operation: Operation) -> Outcome | None:
        if change.kind == MEMBERSHIP:
            return settle_membership(self._connection, operation)
        if operation["op"] == "add":
            return self._settled_add(change, operation)
        if operation["op"] == "accept":
            return None
        if sets_password(change):
            return self._settled_password(change, operation)
        settle = {"modify": self._settled_modify, "modify_dn": self._settled_move,
                  "delete": self._settled_delete}  # fmt: skip
        return settle[operation["op"]](operation)

    def _settled_modify(self, operation: Operation) -> Outcome | None:
        edits = operation["changes"]
        names = [name for _verb, name, _values in edits]
        found = self._read(operation["dn"], names, operation["ours"])
        if found is None:
            return None
        if operations.is_done(found.attributes, edits):
            return Outcome.FOUND_DONE
        return None if operations.is_open(found.attributes, edits) else Outcome.STALE

    def _settled_add(self, change: Change, operation: Operation) -> Outcome | None:
        entry, wanted = operation["dn"], operation["attributes"]
        found = self._read(entry, list(wanted))
        if found is None:
            return None
        edits = [("add", name, values) for name, values in wanted.items() if name != "objectClass"]
        if not operations.is_done(found.attributes, edits):
            return Outcome.STALE
        if not sets_password(change):
            return Outcome.FOUND_DONE
        accepted = self._connection.accepts(entry, self._secret(change))
        return Outcome.FOUND_DONE if accepted else Outcome.STALE

    def _settled_password(self, change: Change, operation: Operation) -> Outcome | None:
        """Logging in tells; a password that was not set yet may be set as often as needed."""
        entry = operation["dn"]
        there = self._read(entry, [], operation["ours"]) is not None
        accepted = there and self._connection.accepts(entry, self._secret(change))
        return Outcome.FOUND_DONE if accepted else None

    def _settled_move(self, operation: Operation) -> Outcome | None:
        found = self._read(operations.moved_to(operation), [], operation["ours"])
        return Outcome.FOUND_DONE if found else None

    def _settled_delete(self, operation: Operation) -> Outcome | None:
        if self._read(operation["dn"], []) is None:
            return Outcome.FOUND_DONE
        return None if self._read(operation["dn"], [], operation["ours"]) else Outcome.STALE

    def _read(self, entry: str, names: Sequence[str], ours: str = "") -> Any:
        where = (ours,) if ours else ()
        return self._connection.read(entry, names, *where)
