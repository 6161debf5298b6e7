"""`tui.sources.RunSource` on the store: the interface only watches and asks."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence

from inventory.records.runs import Control, Outcome, Run
from inventory.store.changetree import (
    bad_changes,
    changes_in,
    excluded_counts,
    outcomes_by_group,
    results_of,
)
from inventory.store.plans import get_plan
from inventory.store.runs import get_run, save_control
from provisioning.engine.lock import lock_holder
from provisioning.engine.starting import reopen_run
from schoolnet.compose import run_secrets
from schoolnet.place import Place
from schoolnet.running import start
from schoolnet.sources.branches import Branches, Path, branch_id, by_path, key_of
from tui.presenters.names import PROBLEMS
from tui.sources import AppliedChange, RunBranch

_POLL_SECONDS = 0.05


class StoredRun:
    """One run, live."""

    def __init__(self, place: Place, run_id: str) -> None:
        self._place = place
        self._reader = place.reader()
        self._id = get_run(self._reader, run_id).id
        self._plan = get_plan(self._reader, self.run().plan)
        self._branches = Branches(self._reader, self._plan.id)
        self._left_out = by_path(excluded_counts(self._reader, self._plan.id))
        self._outcomes: dict[Path, dict[Outcome, int]] = {}
        self._outcomes_of = -1

    def run(self) -> Run:
        """The run as it is now."""
        return get_run(self._reader, self._id)

    def alive(self) -> bool:
        """True while the run's process works on it."""
        return lock_holder(self._place.lock) == self._id

    def branches(self, parent: str) -> Sequence[RunBranch]:
        """The branches directly below a branch, without what was excluded."""
        outcomes = self._counted()
        found = []
        for path in self._branches.below(parent):
            total = sum(group.size for group in self._branches.groups[path])
            found.append(
                RunBranch(
                    branch_id(path), self._branches.level(path), self._branches.name(path),
                    total - self._left_out.get(path, 0), outcomes.get(path, {}),
                    self._branches.leaves(path),
                )
            )  # fmt: skip
        return found

    def _counted(self) -> Mapping[Path, Mapping[Outcome, int]]:
        """Outcomes by branch, counted again only when somebody has written."""
        version = self._reader.version()
        if version != self._outcomes_of:
            counted: dict[Path, dict[Outcome, int]] = defaultdict(lambda: defaultdict(int))
            groups = outcomes_by_group(self._reader, self._id, self._plan.id)
            for key, outcomes in groups.items():
                for depth in range(1, len(key) + 1):
                    for outcome, count in outcomes.items():
                        counted[tuple(key)[:depth]][outcome] += count
            self._outcomes = dict(counted)
            self._outcomes_of = version
        return self._outcomes

    def results(self, branch: str, start: int, length: int) -> Sequence[AppliedChange]:
        """Some of the changes directly below a branch, with what became of them."""
        changes = changes_in(self._reader, self._plan.id, key_of(branch), start, length)
        results = results_of(self._reader, self._id, [change.id for change in changes])
        return [AppliedChange(change, results.get(change.id)) for change in changes]

    def problems(self, limit: int) -> Sequence[AppliedChange]:
        """What did not end well, the worst first."""
        worst_first = tuple(outcome for outcome in Outcome if outcome in PROBLEMS)
        found = bad_changes(self._reader, self._id, self._plan.id, worst_first, limit)
        return [AppliedChange(change, result) for change, result in found]

    def control(self, control: Control) -> None:
        """Ask the run to go on, pause or cancel."""
        with self._place.writer() as writer:
            save_control(writer, self._id, control)

    def retry(self) -> str:
        """Carry the run on: failures again, or what a vanished process left open."""
        run = self.run()
        secrets = run_secrets(self._place, self._plan.targets)
        with self._place.writer() as writer:
            reopen_run(writer, run, self._place.lock, retry=run.state.ended)
        self._process = start(self._place, self._id, secrets)
        return self._id

    def wait_for_change(self, seq: int, timeout: float) -> int:
        """A number that grows with each commit; waits until it is above `seq`."""
        end = time.monotonic() + timeout
        while (now := self._reader.version()) <= seq and time.monotonic() < end:
            time.sleep(_POLL_SECONDS)
        return now
