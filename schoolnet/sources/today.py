"""`tui.inventory_sources.TodaySource` on the store."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from inventory.records import KINDS, Link, School
from inventory.records.changes import Action, Notice, Plan
from inventory.records.deliveries import Delivery
from inventory.records.runs import Outcome, Run
from inventory.rosters.rows import Problem
from inventory.store import recent
from inventory.store.changetree import excluded_counts
from inventory.store.deliveries import delivery_problems, newest_deliveries
from inventory.store.plans import get_selection, plans
from inventory.store.queries import Eq, Query
from inventory.store.reading import SqliteReader
from inventory.store.runs import runs, runs_of_plan
from provisioning.engine.lock import lock_holder
from provisioning.roster.joining import QUESTION
from schoolnet.sources.names import Names, called
from tui.inventory_sources import UNPINNED, Happening, Import, OpenPlan, RecentRun, Today

_PLANS, _RUNS, _HAPPENINGS = 20, 5, 40
_ROSTER = "roster"
_SHORT_ID = 6
"""The beginning of an id; commands take it for the whole."""


class StoredToday:
    """What waits for people, read through one connection."""

    def __init__(self, reader: SqliteReader, lock: Path) -> None:
        self._reader = reader
        self._lock = lock
        self._names = Names(reader)
        self._ended: dict[tuple[str, int | None], Mapping[Outcome, int]] = {}

    def version(self) -> tuple[int, str]:
        """Another value when somebody has written, or a run's process came or went."""
        return self._reader.version(), lock_holder(self._lock)

    def today(self) -> Today:
        """All facts of now."""
        self._names.forget()
        newest = plans(self._reader, limit=_PLANS)
        alive = lock_holder(self._lock)
        return Today(
            plan=self._open_plan(newest[0]) if newest else None,
            runs=[self._recent(run, alive) for run in runs(self._reader, limit=_RUNS)],
            imports=self._imports(newest),
            questions=self._questions(newest),
            unpinned=self._reader.count(Query(kind="switch", where=UNPINNED)),
            counts={kind: self._reader.count(Query(kind=kind)) for kind in KINDS},
            happenings=[self._happening(h) for h in recent.newest_happenings(
                self._reader, _HAPPENINGS
            )],
        )  # fmt: skip

    def problems(self, delivery: str) -> Sequence[Problem]:
        """What was wrong in a file."""
        return delivery_problems(self._reader, delivery)

    def _open_plan(self, plan: Plan) -> OpenPlan | None:
        """The plan, unless a run has applied it."""
        if runs_of_plan(self._reader, plan.id):
            return None
        counts: Counter[Action] = Counter()
        leavers = 0
        for stage in plan.stages:
            counts.update({Action(action): count for action, count in stage.counts.items()})
            if stage.target == _ROSTER:
                leavers += stage.counts.get(Action.DISABLE, 0)
        for group in excluded_counts(self._reader, plan.id):
            counts[Action(group.action)] -= group.size
            if (group.key.target, group.action) == (_ROSTER, Action.DISABLE):
                leavers -= group.size
        selection = get_selection(self._reader, plan.id)
        return OpenPlan(plan, +counts, leavers, tuple(selection.stopped_by(plan.holds)))

    def _recent(self, run: Run, alive: str) -> RecentRun:
        """What an ended run did is counted once."""
        key = (run.id, run.ended_at)
        outcomes = self._ended.get(key) or recent.outcomes_of_run(self._reader, run.id)
        if run.state.ended:
            self._ended[key] = outcomes
        return RecentRun(run, alive == run.id, outcomes)

    def _imports(self, newest: Sequence[Plan]) -> list[Import]:
        entries = recent.delivery_entries(self._reader)
        rosters = [plan for plan in newest if _ROSTER in plan.targets]
        found = newest_deliveries(self._reader)
        schools = {s.id: f"{s.name} ({s.number})" for s in self._reader.records(School)}
        return [
            Import(
                delivery, schools.get(delivery.school, delivery.school),
                any(_covers(plan, delivery, entries[delivery.id]) for plan in rosters),
            )
            for delivery in found
        ]  # fmt: skip

    def _questions(self, newest: Sequence[Plan]) -> int:
        """The newcomers of the newest plan of the roster about whom nothing was decided since.

        A plan of some schools asks about their newcomers only.
        """
        plan = next((p for p in newest if _ROSTER in p.targets and not p.schools), None)
        asked = [n for n in plan.notices if n.message.id == QUESTION] if plan else []
        return sum(not self._decided(notice) for notice in asked)

    def _decided(self, notice: Notice) -> bool:
        """One decision for a person, or one against each they could be."""
        newcomer = Eq(field="other", value=notice.record), Eq(field="person", value=notice.record)
        found = [link for side in newcomer for link in self._reader.records(Link, side)]
        if any(link.same and link.other == notice.record for link in found):
            return True
        apart = {one for link in found if not link.same for one in (link.person, link.other)}
        return apart >= {*str(notice.message.parameters.get("others", "")).split()}

    def _happening(self, happening: recent.Happening) -> Happening:
        entry, body = happening.newest
        body = body or {}
        school = self._names.of("school", [happening.school]).get(happening.school, "")
        alone = happening.size == 1
        return Happening(
            entry.time, str(body.get("actor", "")), entry.kind, entry.action, happening.size,
            school, _what(entry.kind, entry.record, body) if alone else "",
            entry.record if alone else "",
        )  # fmt: skip


def _covers(plan: Plan, delivery: Delivery, entry: int) -> bool:
    """True when the plan was made with the delivery in the store, and for its school."""
    return entry <= plan.base and (not plan.schools or delivery.school in plan.schools)


def _what(kind: str, record: str, body: Mapping[str, object]) -> str:
    after, delivery = body.get("after"), body.get("delivery")
    if kind in KINDS:
        return called(kind, after) if isinstance(after, dict) else ""
    if isinstance(delivery, dict):
        return str(delivery["file_name"])
    if kind in {"plan", "run"}:
        return record[:_SHORT_ID]
    return str(body.get("report") or body.get("export") or body.get("guard") or "")
