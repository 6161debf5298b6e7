"""One thread with the only writing connection of a run: commits what is waiting as a group."""

import itertools
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from pydantic import JsonValue

from inventory.errors import StaleError, UsageError
from inventory.messages import Message
from inventory.records.base import Edit
from inventory.records.changes import Change
from inventory.records.runs import ChangeResult, Outcome
from inventory.store.brought import forget_brought
from inventory.store.codec import payload_body
from inventory.store.runs import insert_intents, save_results, save_uuids
from inventory.store.writing import Transaction, Writer

_GROUP = 512
_GATHER_SECONDS = 0.05
"""A result that dies with the process is settled by one read; a commit for every one of them
would take a third of the time of a run."""
_WAITING = 4 * _GROUP
"""So many may wait to be committed: whoever is faster than the disk waits as well, or a large
stage would be in memory as a whole."""


class _Intents(NamedTuple):
    changes: Sequence[Change]
    committed: threading.Event


class _Result(NamedTuple):
    change: Change
    result: ChangeResult
    edits: Sequence[Edit]
    used_names: Sequence[bytes]


class _Observation(NamedTuple):
    kind: str
    record: str
    school: str
    body: bytes


class _Barrier(NamedTuple):
    committed: threading.Event


_Item = _Intents | _Result | _Observation | _Barrier


class _Waiting(NamedTuple):
    """An item in line, or the end of all: first those that are not `later`, in their order."""

    later: bool
    number: int
    item: _Item | None


class RunRecorder:
    """Takes intents and results of one run from any thread.

    After a failed commit (a full disk) every call raises that failure: nothing is sent whose
    intent is not on disk. `outcomes` is what is known of each change so far.
    """

    def __init__(self, open_writer: Callable[[], Writer], run_id: str, plan_id: str) -> None:
        self.run_id = run_id
        self.plan_id = plan_id
        self.outcomes: dict[str, Outcome] = {}
        self._open_writer = open_writer
        self._items: queue.PriorityQueue[_Waiting] = queue.PriorityQueue(_WAITING)
        self._count = itertools.count()
        self._gathered: list[_Item] = []
        self._closed = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._loop, name="recorder")
        self._thread.start()

    def intend(self, changes: Sequence[Change]) -> None:
        """Return when the intents are on disk."""
        self._wait(_Intents(changes, threading.Event()))

    def result(
        self,
        change: Change,
        result: ChangeResult,
        edits: Sequence[Edit] = (),
        used_names: Sequence[bytes] = (),
    ) -> None:
        """Hand over a result; it is committed with others soon after."""
        self._raise_failure()
        self.outcomes[change.id] = result.outcome
        self._put(_Result(change, result, edits, used_names))

    def observed(self, kind: str, record: str, school: str, facts: Mapping[str, JsonValue]) -> None:
        """Journal what a target was; it is committed with others soon after."""
        self._raise_failure()
        self._put(_Observation(kind, record, school, payload_body(facts=facts)))

    def flush(self) -> None:
        """Return when everything handed over so far is on disk."""
        self._wait(_Barrier(threading.Event()))

    def close(self) -> None:
        """Commit what is waiting and end the thread."""
        self._put(None)
        self._thread.join()
        self._raise_failure()

    def _put(self, item: _Item | None) -> None:
        waiting = _Waiting(not isinstance(item, _Intents), next(self._count), item)
        while True:
            try:
                return self._items.put(waiting, timeout=0.5)
            except queue.Full:  # the thread may have died before it made room
                self._raise_failure()

    def _wait(self, item: _Intents | _Barrier) -> None:
        self._raise_failure()
        self._put(item)
        while not item.committed.wait(0.5):  # the thread may have died before it saw the item
            self._raise_failure()
        self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _loop(self) -> None:
        try:
            with self._open_writer() as writer:
                while (group := self._next_group()) is not None:
                    self._commit(writer, group)
        except BaseException as error:
            self._failure = error
            self._release()

    def _next_group(self) -> list[_Item] | None:
        """What is waiting. Results are gathered for a moment: nobody waits for one on disk.

        Intents are a group of their own, before all results: sending waits for them.
        """
        group, self._gathered = self._gathered, []
        if not group:
            first = None if self._closed else self._items.get().item
            if first is None:
                return None
            group = [first]
        until = time.monotonic() + _GATHER_SECONDS
        while len(group) < _GROUP and not isinstance(group[0], _Intents):
            left = until - time.monotonic() if isinstance(group[-1], _Result) else 0.0
            try:
                item = self._items.get(left > 0, max(left, 0.0)).item
            except queue.Empty:
                break
            if item is None:
                self._closed = True
                break
            if isinstance(item, _Intents):
                self._gathered = group
                return [item]
            group.append(item)
        return group

    def _commit(self, writer: Writer, group: list[_Item]) -> None:
        try:
            with writer.transaction() as tx:
                for item in group:
                    self._write(tx, item)
        except (StaleError, UsageError) as error:
            if len(group) == 1:
                self._commit_stale(writer, group[0], error.message)
            else:  # somebody moved a record: find which, let the others through
                for item in group:
                    self._commit(writer, [item])
            return
        for item in group:
            if isinstance(item, _Intents | _Barrier):
                item.committed.set()

    def _commit_stale(self, writer: Writer, item: _Item, message: Message) -> None:
        assert isinstance(item, _Result), "only edits can be stale"
        stale = ChangeResult(change=item.change.id, outcome=Outcome.STALE, message=message)
        self.outcomes[item.change.id] = Outcome.STALE
        with writer.transaction() as tx:
            self._write(tx, _Result(item.change, stale, (), ()))

    def _write(self, tx: Transaction, item: _Item) -> None:
        if isinstance(item, _Intents):
            insert_intents(tx, self.run_id, item.changes)
        elif isinstance(item, _Observation):
            tx.event(
                item.kind, "observed", item.body,
                school=item.school, record=item.record, run=self.run_id,
            )  # fmt: skip
        elif isinstance(item, _Result):
            change, result = item.change, item.result
            tx.edit(item.edits, reason=change.reason.id, run=self.run_id)
            tx.use_names(item.used_names)
            save_results(tx, self.run_id, [(change, result)])
            save_uuids(tx, [(change, result)])
            if result.outcome.good:
                forget_brought(tx, change.record)
            if not item.edits:
                self._journal(tx, change, result)

    def _journal(self, tx: Transaction, change: Change, result: ChangeResult) -> None:
        """Edits of records are journalled by themselves; everything sent outside is here."""
        body = payload_body(
            actor=tx.actor, plan=self.plan_id, change=change.id, target=change.target,
            action=change.action.value, what=change.kind, key=change.key,
            before=change.before, after=change.after, reason=change.reason.model_dump(mode="json"),
            message=result.message.model_dump(mode="json") if result.message else None,
        )  # fmt: skip
        record = change.person or change.record
        tx.event("change", result.outcome.value, body, school=change.school, record=record,
                 run=self.run_id)  # fmt: skip

    def _release(self) -> None:
        """After a failure nobody waits for ever."""
        while True:
            try:
                item = self._items.get_nowait().item
            except queue.Empty:
                return
            if isinstance(item, _Intents | _Barrier):
                item.committed.set()
