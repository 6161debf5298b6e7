"""Applying directory changes: in windows, each answer looked at, doubts settled by one read."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import cast

from pydantic import SecretStr

from inventory.errors import UnreachableError
from inventory.messages import Message, _, say
from inventory.records.changes import Change
from inventory.records.runs import ChangeResult, Outcome
from provisioning.directory import failures
from provisioning.directory.connection import Answer, WriteConnection
from provisioning.directory.dialects.base import Kind, Right
from provisioning.directory.dn import fold, parent
from provisioning.directory.ground import MEMBERSHIP, TARGET
from provisioning.directory.memberships import send_memberships
from provisioning.directory.passwords import InitialPasswords
from provisioning.directory.pin import Pin
from provisioning.directory.recipes import sets_password
from provisioning.directory.sending import Sender, operation_of, refuses_password
from provisioning.directory.settings import DirectorySettings
from provisioning.directory.settling import Settler
from provisioning.engine.protocols import Recorder
from provisioning.engine.spool import Spool

WINDOW = 64
MEMBERSHIP_WINDOW = 512
"""The larger, the fewer modifies a group gets; each rewrites all its members in the server."""
_MOVED = {16, 20, 32, 68}
"""noSuchAttribute, attributeOrValueExists, noSuchObject, entryAlreadyExists (RFC 4511)."""
Tell = Callable[[Change, ChangeResult], None]


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
        self._opened: _Opened | None = None
        self._bad: set[str] = set()
        """Changes that did not end well: what needs one of them is not sent."""

    @property
    def _open(self) -> "_Opened":
        if self._opened is None:
            connection = WriteConnection(
                self._settings, self._settings.bind_dn, self._password, self._pin
            )
            self._opened = _Opened(connection, self._passwords)
        return self._opened

    def batches(self, changes: Iterable[Change]) -> Iterator[list[Change]]:
        """Windows in the plan's order, larger ones of memberships alone."""
        for memberships, part in groupby(changes, lambda change: change.kind == MEMBERSHIP):
            size = MEMBERSHIP_WINDOW if memberships else WINDOW
            while window := list(islice(part, size)):
                yield window

    def execute(self, batch: Sequence[Change], recorder: Recorder) -> None:
        """Seal password keys, record intents, send; a result for every change.

        What needs a change that did not end well is skipped. Raises
        UnreachableError when the server is gone or takes no writes: the run can go on later.
        """
        opened = self._open  # before anything is recorded
        self._passwords.prepare(change.group for change in batch if sets_password(change))
        recorder.intend(batch)
        bad = self._bad

        def tell(change: Change, result: ChangeResult) -> None:
            if not result.outcome.good:
                bad.add(change.id)
            recorder.result(change, result)

        memberships = [change for change in batch if change.kind == MEMBERSHIP]
        others = [change for change in batch if change.kind != MEMBERSHIP]
        for wave in _waves(others, together=opened.connection.takes_many):
            ready = [change for change in wave if bad.isdisjoint(change.needs)]
            for change in wave if len(ready) < len(wave) else ():
                if not bad.isdisjoint(change.needs):
                    tell(change, _skipped(change))
            opened.apply(ready, tell)
        ready = [change for change in memberships if bad.isdisjoint(change.needs)]
        results = send_memberships(opened.connection, ready) if ready else {}
        for change in memberships:
            tell(change, results.get(change.id) or _skipped(change))

    def settle(self, change: Change) -> Outcome | None:
        """After a crash: FOUND_DONE, STALE, or None where it is still to be done."""
        return self._open.settler.settle(change)

    def close(self) -> None:
        """End all connections."""
        if self._opened is not None:
            self._opened.connection.close()


class _Opened:
    """A connection and what is done over it."""

    def __init__(self, connection: WriteConnection, passwords: InitialPasswords) -> None:
        self.connection = connection
        self._sender = Sender(connection, passwords)
        self.settler = Settler(connection, self._sender.secret)

    def apply(self, wave: Sequence[Change], tell: Tell) -> None:
        """Send changes that do not need each other, and tell what became of each.

        What the server has answered well is told before anything can raise.
        """
        if not (len(wave) > 1 or (wave and _is_add(wave[0]) and self.connection.takes_many)):
            for change in wave:
                tell(change, self._concluded(change, self._sent(change)))
            return
        answers = self._sender.add_all(wave)
        doubtful: list[tuple[Change, Answer | None]] = []
        for change, answer in zip(wave, answers, strict=True):
            if answer is not None and answer.good:
                tell(change, _done(change, answer))
            else:
                doubtful.append((change, answer))
        if None in answers:
            self.connection.reopen()
        for change, answer in doubtful:
            again = answer is not None and refuses_password(answer)  # another way may be taken
            tell(change, self._concluded(change, self._sent(change) if again else answer))

    def _sent(self, change: Change) -> Answer | None:
        """Send a change's operation; None when no answer came, and the connection is a new one."""
        try:
            return self._sender.send(change)
        except UnreachableError:
            self.connection.reopen()
            return None

    def _concluded(self, change: Change, answer: Answer | None) -> ChangeResult:
        """Judge an answer. What is in doubt is settled by a read, and else sent once more.

        Raises UnreachableError when the server is gone or takes no writes.
        """
        for attempt in (1, 2):
            if answer is not None:
                self.connection.check_takes_writes(answer)
                if answer.good:
                    return _done(change, answer)
            if outcome := self.settler.settle(change):
                message = _moved(change) if outcome is Outcome.STALE else None
                return ChangeResult(change=change.id, outcome=outcome, message=message)
            if attempt == 2 or (answer is not None and answer.code not in _MOVED):
                break
            answer = self._sender.send(change)
        assert answer is not None, "the last attempt has an answer or raises"
        return self._refused(change, answer)

    def _refused(self, change: Change, answer: Answer) -> ChangeResult:
        operation = operation_of(change)
        taken = answer.code == failures.ENTRY_ALREADY_EXISTS and operation["op"] != "modify_dn"
        if answer.code in _MOVED and not taken:
            return ChangeResult(change=change.id, outcome=Outcome.STALE, message=_moved(change))
        if answer.code == failures.INSUFFICIENT_ACCESS_RIGHTS:
            kind = cast(Kind, change.kind)
            message = self.connection.dialect.not_allowed(change.key, kind, _right_for(change))
        else:
            message = failures.write_refused(change.key, answer.code, answer.text)
        return ChangeResult(change=change.id, outcome=Outcome.FAILED, message=message)


def _waves(changes: Sequence[Change], *, together: bool) -> Iterator[list[Change]]:
    """Runs of adds that do not need each other; every other change stands alone."""
    wave: list[Change] = []
    for change in changes:
        add = together and _is_add(change)
        if wave and not (add and {one.id for one in wave}.isdisjoint(change.needs)):
            yield wave
            wave = []
        if add:
            wave.append(change)
        else:
            yield [change]
    if wave:
        yield wave


def _is_add(change: Change) -> bool:
    return bool(operation_of(change)["op"] == "add")


def _right_for(change: Change) -> Right:
    """What our account must be allowed for a change that is no membership."""
    operation = operation_of(change)
    if sets_password(change) and operation["op"] != "add":
        return "password"
    away = operation["op"] == "modify_dn" and fold(operation["new_parent"]) != fold(
        parent(operation["dn"])
    )
    return "children" if away or operation["op"] in {"add", "delete"} else "values"


def _done(change: Change, answer: Answer) -> ChangeResult:
    return ChangeResult(change=change.id, outcome=Outcome.DONE, uuid=answer.uuid)


def _moved(change: Change) -> Message:
    message = _("{entry} is not as it was when the plan was made. Make a new plan.")
    return say(message, entry=change.key)


def _skipped(change: Change) -> ChangeResult:
    message = say(_("A change that this one needs did not succeed."))
    return ChangeResult(change=change.id, outcome=Outcome.SKIPPED, message=message)
