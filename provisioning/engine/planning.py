"""One staged plan: each stage is computed over what the stage before would leave behind."""

import gc
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from inventory.records.base import Edit, new_id
from inventory.records.changes import Action, Change, Hold, Notice, Plan, Scope, Stage
from inventory.store.overlay import Overlay
from inventory.store.plans import PlanWriter, needs_of, save_excluded
from inventory.store.reading import SqliteReader
from inventory.store.writing import SLICE, Writer
from inventory.times import to_micros
from provisioning.engine.guards import Guard
from provisioning.engine.protocols import Planner

AnyPlanner = Planner[Any, Any]


def make_plan(
    planners: Sequence[AnyPlanner],
    reader: SqliteReader,
    writer: Writer,
    guards: Sequence[Guard],
    *,
    day: str,
    schools: frozenset[str] = frozenset(),
) -> Plan:
    """Compute and save a plan. Only plan rows are written; `reader` gets the overlay.

    `schools` limits what is planned to these schools; people and entries are still matched over
    the whole target, or a school move would become delete and create.
    """
    draft = Plan(
        id=new_id(), made_at=to_micros(writer.clock()), day=day, actor=writer.actor,
        base=reader.head(), targets=tuple(p.target for p in planners),
        schools=tuple(sorted(schools)),
    )  # fmt: skip
    plan_writer = PlanWriter(writer, draft)
    collecting = gc.isenabled()
    gc.disable()  # millions of objects and no cycles: looking for some takes a third of the time
    try:
        stages = []
        staging = _Staging(reader, guards, schools)
        for planner in planners:
            plan_writer.add(staging.changes(planner))
            counts = {a.value: staging.counts[planner.target, a.value] for a in Action}
            drift = dict(staging.drift.get(planner.target, {}))
            stages.append(Stage(target=planner.target, counts=counts, drift=drift))
        holds = tuple(hold for guard in guards for hold in guard.holds())
        _leave_out_proposed(reader, writer, draft.id, holds)
        update = {
            "stages": tuple(stages), "holds": holds, "notices": tuple(staging.notices),
            "scopes": tuple(staging.scopes),
        }  # fmt: skip
        return plan_writer.finish(draft.model_copy(update=update))
    except BaseException:
        plan_writer.discard()
        raise
    finally:
        if collecting:
            gc.enable()


def _leave_out_proposed(
    reader: SqliteReader, writer: Writer, plan_id: str, holds: Sequence[Hold]
) -> None:
    """Exclude what needs an approval first, with all that needs it."""
    proposed = {change for hold in holds if hold.proposed for change in hold.changes}
    if proposed:
        gone = needing(needs_of(reader, plan_id), proposed)
        save_excluded(writer, plan_id, gone, excluded=True)


class _Staging:
    """What is carried from stage to stage while a plan is made."""

    def __init__(
        self, reader: SqliteReader, guards: Sequence[Guard], schools: frozenset[str]
    ) -> None:
        self.reader = reader
        self.guards = guards
        self.schools = schools
        self.overlay = Overlay(reader)
        self.counts: Counter[tuple[str, str]] = Counter()
        self.drift: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.notices: list[Notice] = []
        self.scopes: list[Scope] = []
        self._makers: dict[str, tuple[str, ...]] = {}
        """Record or person -> changes of earlier stages that make them what they will be."""

    def changes(self, planner: AnyPlanner) -> Iterator[Change]:
        """The stage's changes, with needs across stages; overlays them when it is through."""
        current = planner.read(self.reader)
        desired = planner.desired(self.reader)
        made: list[tuple[str, str]] = []
        waiting: list[Edit] = []
        for item in self._limited(planner.compare(current, desired)):
            change = self._with_needs(item)
            edits = planner.edits(change)
            if edits:
                made.extend((one, change.id) for one in {change.record, change.person} if one)
            waiting.extend(edits)
            if len(waiting) >= SLICE:
                self.overlay.put(waiting)
                waiting = []
            self.counts[change.target, change.action.value] += 1
            if change.drift:
                self.drift[change.target][change.school] += 1
            for guard in self.guards:
                guard.see(change)
            yield change
        self.overlay.put(waiting)
        self.overlay.show()
        for one, change_id in made:
            self._makers[one] = (*self._makers.get(one, ()), change_id)

    def _limited(self, items: Iterable[Change | Notice | Scope]) -> Iterator[Change]:
        """The changes of the schools asked for; another school's before the first that needs it.

        A pupil who comes from another school may still be in a class there. Only changes of no
        person are remembered: those of persons are many, and only their own school's need them.
        """
        left_out: dict[str, Change] = {}
        for item in items:
            elsewhere = bool(self.schools and item.school and item.school not in self.schools)
            if isinstance(item, Change):
                if not elsewhere:
                    yield from _brought_in(item, left_out)
                elif not item.person:
                    left_out[item.id] = item
            elif not elsewhere and isinstance(item, Notice):
                self.notices.append(item)
            elif not elsewhere and isinstance(item, Scope):
                self.scopes.append(item)

    def _with_needs(self, change: Change) -> Change:
        """A change about a record that an earlier stage changes needs that change."""
        earlier = {*self._makers.get(change.record, ()), *self._makers.get(change.person, ())}
        if earlier.issubset(change.needs):
            return change
        needs = tuple(dict.fromkeys((*change.needs, *sorted(earlier))))
        return change.model_copy(update={"needs": needs})


def _brought_in(change: Change, left_out: dict[str, Change]) -> Iterator[Change]:
    """What a change needs of what was left out, taken from there, then the change."""
    for need in change.needs:
        if (one := left_out.pop(need, None)) is not None:
            yield from _brought_in(one, left_out)
    yield change


Needs = Sequence[tuple[str, tuple[str, ...]]]
"""Every change's id and what it needs, in plan order."""


def needing(changes: Needs, chosen: Iterable[str]) -> set[str]:
    """The chosen changes and all that need them."""
    found = set(chosen)
    for change, needs in changes:
        if not found.isdisjoint(needs):
            found.add(change)
    return found


def needed(changes: Needs, chosen: Iterable[str]) -> set[str]:
    """The chosen changes and all that they need: what must be included with them."""
    found = set(chosen)
    for change, needs in reversed(changes):
        if change in found:
            found.update(needs)
    return found
