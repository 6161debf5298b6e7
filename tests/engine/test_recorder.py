"""The recorder of a run: how much of a run it holds in memory."""

import threading
from pathlib import Path

from inventory.messages import say
from inventory.records.changes import Action, Change
from inventory.records.runs import ChangeResult, Outcome
from inventory.store.writing import Writer
from provisioning.engine.recorder import RunRecorder
from tests.desk import Desk

MANY = 10_000


def test_whoever_is_faster_than_the_disk_waits(tmp_path: Path) -> None:
    """A large stage whose changes are made faster than they are committed."""
    place = Desk(tmp_path / "place").place
    changes = [
        Change(id=f"c{n}", target="roster", action=Action.CREATE, kind="person", key=f"{n}",
               record=f"r{n}", reason=say("made"))
        for n in range(MANY)
    ]  # fmt: skip
    all_handed_over = threading.Event()
    waiting: list[int] = []

    def open_writer() -> Writer:
        all_handed_over.wait(2)  # a disk that takes its time
        waiting.append(len(recorder.outcomes))
        return place.writer()

    recorder = RunRecorder(open_writer, "run1", "plan1")
    for change in changes:
        recorder.result(change, ChangeResult(change=change.id, outcome=Outcome.DONE))
    all_handed_over.set()
    recorder.close()
    assert 0 < waiting[0] < MANY // 2
    with place.reader() as reader:
        assert reader.execute("SELECT count(*) FROM run_change") == [(MANY,)]
