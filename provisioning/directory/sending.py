"""Sending one change to a directory; passwords in the way that its policy takes."""

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import SecretStr

from inventory.records.changes import Change
from provisioning.directory import failures, operations
from provisioning.directory.connection import Answer, WriteConnection
from provisioning.directory.dialects.base import SentAttributes
from provisioning.directory.operations import Operation
from provisioning.directory.passwords import InitialPasswords
from provisioning.directory.recipes import recipe_of, sets_password

_GONE = Answer(failures.NO_SUCH_OBJECT, "")


class Sender:
    """Sends over one connection. It remembers which way of sending a password was taken."""

    def __init__(self, connection: WriteConnection, passwords: InitialPasswords) -> None:
        self._connection, self._passwords = connection, passwords
        self._way = 0

    def send(self, change: Change) -> Answer:
        """The server's answer, or one in its place. Raises UnreachableError when none came."""
        operation = operation_of(change)
        connection, entry = self._connection, operation["dn"]
        if operation["op"] != "add" and (moved := self._moved_meanwhile(operation)):
            return moved
        if operation["op"] == "modify_dn":
            return connection.move(entry, operation["new_rdn"], operation["new_parent"])
        if operation["op"] == "delete":
            return connection.delete(entry)
        if operation["op"] == "accept":
            return Answer(failures.SUCCESS, "", operation["own_id"][1])  # as it is
        return self._send_attributes(change, operation)

    def add_all(self, changes: Sequence[Change]) -> list[Answer | None]:
        """Send adds that do not need each other in one go; None: no answer came."""
        return self._connection.add_all(self._entry(change) for change in changes)

    def secret(self, change: Change) -> SecretStr:
        """The password that a change sets."""
        return self._passwords.password(change.group, change.id, recipe_of(change))

    def _entry(self, change: Change) -> tuple[str, SentAttributes]:
        """DN and attributes of what an add makes, the password among them."""
        operation = operation_of(change)
        attributes = operation["attributes"]
        if sets_password(change):
            ways = self._ways(change, operation)
            attributes = {**attributes, **ways[min(self._way, len(ways) - 1)]}
        return operation["dn"], attributes

    def _send_attributes(self, change: Change, operation: Operation) -> Answer:
        connection, entry = self._connection, operation["dn"]
        if operation["op"] == "modify":
            edits = operation["changes"]
            if not sets_password(change):
                return connection.modify(entry, edits)
            return self._send_password(
                change,
                operation,
                lambda more: connection.modify(entry, [*edits, *_replacing(more)]),
            )
        attributes = operation["attributes"]
        if not sets_password(change):
            return connection.add(entry, attributes)
        return self._send_password(
            change, operation, lambda more: connection.add(entry, {**attributes, **more})
        )

    def _moved_meanwhile(self, operation: Operation) -> Answer | None:
        """An answer in the server's place: not ours any more, or not as it was.

        One read of our key, and of old values that the server itself would not compare.
        """
        names = self._connection.dialect.unwatched
        watched = [edit for edit in operation.get("changes", ()) if edit[1] in names]
        if operation["op"] == "accept":
            watched = [("delete", operation["own_id"][0], [operation["own_id"][1]])]
        if not (operation["ours"] or watched):
            return None
        asked = [name for _verb, name, _values in watched]
        found = self._read(operation["dn"], asked, operation["ours"])
        if found is None:
            return _GONE
        as_it_was = operations.is_open(found.attributes, watched)
        return None if as_it_was else Answer(failures.NO_SUCH_ATTRIBUTE, "")

    def _send_password(
        self, change: Change, operation: Operation, send: Callable[[SentAttributes], Answer]
    ) -> Answer:
        ways = self._ways(change, operation)
        for way in range(self._way, len(ways)):
            answer = send(ways[way])
            if not refuses_password(answer):
                self._way = way if answer.good else self._way
                break
        return answer

    def _ways(self, change: Change, operation: Operation) -> Sequence[SentAttributes]:
        must_change = bool(operation.get("must_change"))
        return self._connection.dialect.first_password(self.secret(change), must_change=must_change)

    def _read(self, entry: str, names: Sequence[str], ours: str) -> Any:
        where = (ours,) if ours else ()
        return self._connection.read(entry, names, *where)


def operation_of(change: Change) -> Operation:
    """The one operation of a change that is no membership."""
    (operation,) = change.operations
    assert isinstance(operation, dict), "operations of the directory are objects"
    return operation


def refuses_password(answer: Answer) -> bool:
    """Whether it is the password that the server did not take."""
    return answer.code == failures.CONSTRAINT_VIOLATION and "assword" in answer.text


def _replacing(attributes: SentAttributes) -> list[tuple[str, str, Sequence[str | bytes]]]:
    return [("replace", name, values) for name, values in attributes.items()]
