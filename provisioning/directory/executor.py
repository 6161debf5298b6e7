"""Applying directory changes: in windows, each answer looked at, doubts settled by one read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from pydantic import SecretStr

from inventory.errors import UnreachableError
from inventory.messages import Message, _, say
from inventory.records.changes import Change
from inventory.records.runs import ChangeResult, Outcome
from provisioning.directory import failures, operations
from provisioning.directory.connection import Answer, WriteConnection
from provisioning.directory.dialects.base import SentAttributes
from provisioning.directory.ground import MEMBERSHIP, TARGET
from provisioning.directory.memberships import send_memberships, settle_membership
from provisioning.directory.operations import Operation
from provisioning.directory.passwords import InitialPasswords
from provisioning.directory.pin import Pin
from provisioning.directory.recipes import recipe_of, sets_password
from provisioning.directory.settings import DirectorySettings
from provisioning.engine.protocols import Recorder
from provisioning.engine.spool import Spool

WINDOW = 64
_MOVED = {16, 20, 32, 68}
"""noSuchAttribute, attributeOrValueExists, noSuchObject, entryAlreadyExists (RFC 4511)."""
_GONE = Answer(failures.NO_SUCH_OBJECT, "")
_ATTEMPTS = 2


class DirectoryExecutor:
    """Sends the changes of one run over one connection, opened when it is first needed."""

    target = TARGET
    parallel = 1

    def __init__(
        self,
        settings: DirectorySettings,
        password: SecretStr,
        spool: Spool,
        run: str,
        pin: Pin | None = None,
    ) -> None:
        """`pin`: the server that the run's reads go to as well."""
        self._settings = settings
        self._password = password
        self._passwords = InitialPasswords(spool, run)
        self._pin = pin or Pin()
        self._opened: WriteConnection | None = None
        self._way = 0
        """Which way of sending a first password the server's policy takes."""

    @property
    def _connection(self) -> WriteConnection:
        if self._opened is None:
            self._opened = WriteConnection(
                self._settings, self._settings.bind_dn, self._password, self._pin
            )
        return self._opened

    def batches(self, changes: Iterable[Change]) -> Iterator[list[Change]]:
        """Windows in the plan's order."""
        waiting = iter(changes)
        while window := list(islice(waiting, WINDOW)):
            yield window

    def execute(self, batch: Sequence[Change], recorder: Recorder) -> None:
        """Seal password keys, record intents, send; a result for every change.

        What needs a change of this batch that did not end well is skipped. Raises
        UnreachableError when the server is gone or takes no writes: the run can go on later.
        """
        connection = self._connection  # before anything is recorded
        self._passwords.prepare(change.group for change in batch if sets_password(change))
        recorder.intend(batch)
        bad: set[str] = set()

        def tell(change: Change, result: ChangeResult) -> None:
            if not result.outcome.good:
                bad.add(change.id)
            recorder.result(change, result)

        memberships = []
        for change in batch:
            if change.kind == MEMBERSHIP:
                memberships.append(change)
            elif bad.isdisjoint(change.needs):
                tell(change, self._apply(change))
            else:
                tell(change, _skipped(change))
        ready = [change for change in memberships if bad.isdisjoint(change.needs)]
        results = send_memberships(connection, ready) if ready else {}
        for change in memberships:
            tell(change, results.get(change.id) or _skipped(change))

    def settle(self, change: Change) -> Outcome | None:
        """One read: FOUND_DONE when it is as planned and ours, None when nothing is to be seen.

        What is not there may only be made or moved yet: executing tells. STALE is what came
        otherwise, also an account made with another password: its handout would be wrong.
        """
        outcomes = {self._settled(change, _operation(one)) for one in change.operations}
        if Outcome.STALE in outcomes:
            return Outcome.STALE
        return None if None in outcomes else Outcome.FOUND_DONE

    def close(self) -> None:
        """End all connections."""
        if self._opened is not None:
            self._opened.close()

    def _apply(self, change: Change) -> ChangeResult:
        (operation,) = (_operation(one) for one in change.operations)
        for attempt in range(_ATTEMPTS):
            try:
                answer = self._send(change, operation)
            except UnreachableError:
                if attempt:
                    raise
                self._connection.reopen()
                answer = None
            if answer and answer.good:
                return ChangeResult(change=change.id, outcome=Outcome.DONE, uuid=answer.uuid)
            if settled := self.settle(change):
                message = _moved(change) if settled is Outcome.STALE else None
                return ChangeResult(change=change.id, outcome=settled, message=message)
            if answer and answer.code not in _MOVED:
                break
        assert answer is not None, "the last attempt has an answer or raises"
        taken = answer.code == failures.ENTRY_ALREADY_EXISTS and operation["op"] != "modify_dn"
        if answer.code in _MOVED and not taken:
            stale = Outcome.STALE
            return ChangeResult(change=change.id, outcome=stale, message=_moved(change))
        refused = failures.write_refused(change.key, answer.code, answer.text)
        return ChangeResult(change=change.id, outcome=Outcome.FAILED, message=refused)

    def _send(self, change: Change, operation: Operation) -> Answer:
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
        secret = self._secret(change)
        must_change = bool(operation.get("must_change"))
        ways = self._connection.dialect.first_password(secret, must_change=must_change)
        for way in range(self._way, len(ways)):
            answer = send(ways[way])
            if answer.code != failures.CONSTRAINT_VIOLATION or "assword" not in answer.text:
                self._way = way if answer.good else self._way
                break
        return answer

    def _secret(self, change: Change) -> SecretStr:
        return self._passwords.password(change.group, change.id, recipe_of(change))

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


def _operation(value: object) -> Operation:
    assert isinstance(value, dict), "operations of the directory are objects"
    return value


def _replacing(attributes: SentAttributes) -> list[tuple[str, str, Sequence[str | bytes]]]:
    return [("replace", name, values) for name, values in attributes.items()]


def _moved(change: Change) -> Message:
    message = _("{entry} is not as it was when the plan was made. Make a new plan.")
    return say(message, entry=change.key)


def _skipped(change: Change) -> ChangeResult:
    message = say(_("A change that this one needs did not succeed."))
    return ChangeResult(change=change.id, outcome=Outcome.SKIPPED, message=message)
