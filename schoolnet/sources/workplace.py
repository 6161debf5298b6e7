"""`tui.sources.Workplace` on a folder."""

from inventory.records.runs import RunState
from inventory.store.plans import get_selection, plans
from inventory.store.runs import ended_count, runs, runs_of_plan
from schoolnet.place import Place
from schoolnet.sources.accounts import StoredAccounts
from schoolnet.sources.plan import StoredPlan
from schoolnet.sources.questions import AskedQuestions
from schoolnet.sources.records import StoredRecords
from schoolnet.sources.run import StoredRun
from schoolnet.sources.today import StoredToday
from tui.sources import Status


class Workplace:
    """The place the interface was started for."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._reader = place.reader()
        self.name = place.settings.city or place.folder.name
        self.actor = place.actor
        self._today = StoredToday(place.reader(), place.lock)
        self._records = StoredRecords(place.reader())
        self._accounts = StoredAccounts(place)

    def status(self) -> Status:
        """The newest plan that waits, and the run that is under way."""
        pending = done = total = 0
        newest = next(iter(plans(self._reader, limit=1)), None)
        if newest is not None and not runs_of_plan(self._reader, newest.id):
            changes = sum(sum(stage.counts.values()) for stage in newest.stages)
            pending = changes - len(get_selection(self._reader, newest.id).excluded)
        run = next(iter(runs(self._reader, limit=1)), None)
        if run is not None and run.state in {RunState.RUNNING, RunState.PAUSED}:
            done = ended_count(self._reader, run.id)
            total = run.total
        return Status(plan_changes=pending, run_done=done, run_total=total)

    def today(self) -> StoredToday:
        """What waits for people."""
        return self._today

    def records(self) -> StoredRecords:
        """All that is in the inventory."""
        return self._records

    def accounts(self) -> StoredAccounts:
        """The accounts of people, beside their records."""
        return self._accounts

    def questions(self) -> AskedQuestions:
        """Which newcomers may be somebody we know."""
        return AskedQuestions(self._place)

    def plan(self, plan_id: str) -> StoredPlan:
        """A saved plan."""
        return StoredPlan(self._place, plan_id)

    def run(self, run_id: str) -> StoredRun:
        """A run, working or ended."""
        return StoredRun(self._place, run_id)
