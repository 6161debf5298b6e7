"""Applies roster changes: the edits and their result are one transaction of the recorder."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from inventory.records import Account
from inventory.records.base import Edit
from inventory.records.changes import Change
from inventory.records.runs import ChangeResult, Outcome
from inventory.store.reading import SqliteReader
from provisioning.engine.protocols import Recorder
from provisioning.roster.names import NameHasher
from provisioning.roster.planner import edits_of
from provisioning.roster.posix_ids import remembered

_BATCH = 500


class RosterExecutor:
    """Implements Executor for the inventory itself."""

    target = "roster"
    parallel = 1

    def __init__(self, reader: SqliteReader, hasher: NameHasher) -> None:
        self.reader = reader
        self.hasher = hasher

    def batches(self, changes: Iterable[Change]) -> Iterator[list[Change]]:
        """Windows of changes in order."""
        waiting = iter(changes)
        while window := list(islice(waiting, _BATCH)):
            yield window

    def settle(self, change: Change) -> Outcome | None:
        """Never asked in earnest: edit and result are committed together."""
        return self._found(edits_of(change))

    def execute(self, batch: Sequence[Change], recorder: Recorder) -> None:
        """Hand over edits whose `before` holds; the store compares once more on commit."""
        for change in batch:
            edits = edits_of(change)
            found = self._found(edits)
            if found is not None:
                recorder.result(change, ChangeResult(change=change.id, outcome=found))
                continue
            names = [self.hasher(name) for name in _given_names(edits)]
            done = ChangeResult(change=change.id, outcome=Outcome.DONE)
            recorder.result(change, done, edits, names)

    def _found(self, edits: list[Edit]) -> Outcome | None:
        """None: as before, may be applied. Else found done, or stale."""
        now = [self.reader.get(type(edit.record), edit.record.id) for edit in edits]
        if now == [edit.before for edit in edits]:
            return None
        if now == [edit.after for edit in edits]:
            return Outcome.FOUND_DONE
        return Outcome.STALE

    def close(self) -> None:
        """Close the reading connection."""
        self.reader.close()


def _given_names(edits: Iterable[Edit]) -> Iterator[str]:
    """User names, addresses and numbers that these edits give to somebody."""
    for edit in edits:
        if isinstance(edit.after, Account):
            old = edit.before
            had = {"", old.user_name, old.email} if isinstance(old, Account) else {""}
            yield from {edit.after.user_name, edit.after.email} - had
            number = edit.after.posix_id
            if number is not None and getattr(edit.before, "posix_id", None) != number:
                yield remembered(number)
