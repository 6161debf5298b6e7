"""`tui.sources.PlanSource` on the store and the engine."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

from inventory.messages import Message, _, say
from inventory.records.changes import Action, Change, Plan, Risk
from inventory.store.changetree import (
    changes_in,
    drifted_changes,
    excluded_counts,
    ids_below,
    place_of,
    risky_changes,
)
from inventory.store.plans import get_change, get_plan, get_selection
from provisioning.engine.starting import approve, exclude, include, new_run
from schoolnet.compose import run_secrets
from schoolnet.place import Place as Folder
from schoolnet.running import start
from schoolnet.sources.branches import Branches, Path, branch_id, by_path, key_of, path_of
from schoolnet.sources.moves import moves_of
from schoolnet.sources.stale import stale
from tui.decisions import Move
from tui.sources import Concern, Place, PlanBranch, PlannedChange, Selected, Totals

_MOST_RISKY = 200
_RISKS = (Risk.LOW, Risk.MEDIUM, Risk.HIGH)


class StoredPlan:
    """One saved plan with its selection, read and selected through one connection."""

    def __init__(self, place: Folder, plan_id: str) -> None:
        self._place = place
        self._reader = place.reader()
        self._plan = get_plan(self._reader, plan_id)
        self._branches = Branches(self._reader, self._plan.id)
        self._refresh()

    def _refresh(self) -> None:
        """Read the selection again; another admin may have changed it."""
        self._selection = get_selection(self._reader, self._plan.id)
        self._excluded_groups = excluded_counts(self._reader, self._plan.id)
        self._excluded = by_path(self._excluded_groups)

    @property
    def plan(self) -> Plan:
        """The head; it never changes."""
        return self._plan

    def branches(self, parent: str) -> Sequence[PlanBranch]:
        """The branches directly below a branch, in the order of the plan."""
        return [self._branch(path) for path in self._branches.below(parent)]

    def _branch(self, path: Path) -> PlanBranch:
        groups = self._branches.groups[path]
        counts: Counter[Action] = Counter()
        for group in groups:
            counts[Action(group.action)] += group.size
        return PlanBranch(
            id=branch_id(path), level=self._branches.level(path), name=self._branches.name(path),
            counts=counts, excluded=self._excluded.get(path, 0),
            risk=max((Risk(group.risk) for group in groups), key=_RISKS.index),
            leaves=self._branches.leaves(path),
        )  # fmt: skip

    def changes(self, branch: str, start: int, length: int) -> Sequence[PlannedChange]:
        """Some of the changes directly below a branch."""
        found = changes_in(self._reader, self._plan.id, key_of(branch), start, length)
        return [PlannedChange(c, c.id in self._selection.excluded) for c in found]

    def change(self, change_id: str) -> PlannedChange:
        """One change."""
        change = get_change(self._reader, self._plan.id, change_id)
        return PlannedChange(change, change_id in self._selection.excluded)

    def place(self, change_id: str) -> Place:
        """Where a change is in the tree."""
        key, index = place_of(self._reader, self._plan.id, change_id)
        ids = tuple(branch_id(tuple(key)[:depth]) for depth in range(1, len(key) + 1))
        return Place(ids, index)

    def concerns(self) -> Sequence[Concern]:
        """Guards that still hold, then proposals, risky changes, drift and notices."""
        stopped = self._selection.stopped_by(self._plan.holds)
        holds = [
            Concern(hold.message, guard=hold.name, held=len(hold.changes), change=hold.changes[0])
            for hold in stopped
        ]
        holds += [
            Concern(hold.message, proposal=hold.name, change=hold.changes[0])
            for hold in self._plan.holds
            if hold.proposed and hold not in stopped and hold.name not in self._selection.lifted
        ]
        risky = [
            Concern(say(_("High risk: {key}"), key=change.key), change=change.id)
            for change in risky_changes(self._reader, self._plan.id, _MOST_RISKY)
            if change.id not in self._selection.excluded
        ]
        return [
            *holds,
            *risky,
            *self._drift,
            *(Concern(notice.message) for notice in self._plan.notices),
        ]

    def select(self, included: bool, *, branch: str = "", change_id: str = "") -> Selected:
        """Include or exclude, with what needs it or is needed by it."""
        chosen = {change_id}
        if branch:
            chosen = ids_below(self._reader, self._plan.id, path_of(branch))
        act = include if included else exclude
        before = self._selection.excluded
        with self._place.writer() as writer:
            act(self._reader, writer, self._plan, chosen)
        self._refresh()
        moved = before ^ self._selection.excluded
        return Selected(len(moved), len(moved - chosen))

    def totals(self) -> Totals:
        """What would be applied now."""
        counts: Counter[Action] = Counter()
        dangerous: Counter[Path] = Counter()
        every = [(group, 1) for path in self._branches.below("")
                 for group in self._branches.groups[path]]  # fmt: skip
        for group, sign in [*every, *((group, -1) for group in self._excluded_groups)]:
            counts[Action(group.action)] += sign * group.size
            if group.risk == Risk.HIGH or group.action == Action.DELETE:
                dangerous[tuple(group.key)] += sign * group.size
        places = dict.fromkeys(self._branches.name(p) for p, count in dangerous.items() if count)
        return Totals(
            counts=+counts, excluded=len(self._selection.excluded),
            dangerous=dangerous.total(), places=tuple(places),
        )  # fmt: skip

    def digest(self) -> str:
        """Of the plan with this selection."""
        return self._plan.digest(self._selection)

    def moves(self, proposal: str) -> Sequence[Move]:
        """Who is in a group that the plan proposes."""
        ids = next((h.changes for h in self._plan.holds if h.name == proposal and h.proposed), ())
        return moves_of(self._reader, [self.change(change_id).change for change_id in ids])

    def approve(self, proposal: str, reason: str) -> int:
        """Take in such a group."""
        with self._place.writer() as writer:
            count = approve(self._reader, writer, self._plan, proposal, reason)
        self._refresh()
        return count

    def drifted(self, *, branch: str = "", change_id: str = "") -> Sequence[Change]:
        """What somebody changed outside: this change, or all included ones below a branch."""
        if change_id:
            change = self.change(change_id).change
            return [change] if change.drift else []
        if not self._drift_count:
            return []
        found = drifted_changes(self._reader, self._plan.id, path_of(branch))
        return [change for change in found if change.id not in self._selection.excluded]

    def stale(self) -> Message | None:
        """What the inventory moved under since the plan was made; None: nothing."""
        schools = {path[1] for stage in self._branches.below("")
                   for path in self._branches.below(branch_id(stage))}  # fmt: skip
        return stale(self._reader, self._plan, schools)

    def accept(self, changes: Sequence[str], reason: str) -> Sequence[Message]:
        """Let the inventory want what drifted in these changes."""
        from schoolnet.accepting import accept_drift, told  # it loads what speaks to directories

        return [
            message
            for one in accept_drift(self._place, self._plan.id, changes, reason)
            for message in told(one)
        ]

    @cached_property
    def _drift_count(self) -> int:
        return sum(sum(stage.drift.values()) for stage in self._plan.stages)

    @cached_property
    def _drift(self) -> list[Concern]:
        """Where it begins: one warning for all of it."""
        if not self._drift_count:
            return []
        message = _("Changed in the directory by somebody: {count}. Apply puts it back; I takes it "
                    "into the inventory instead.")  # fmt: skip
        (first,) = drifted_changes(self._reader, self._plan.id, limit=1)
        return [Concern(say(message, count=self._drift_count), change=first.id, drift=True)]

    def apply(self, digest: str, lifted: Mapping[str, str]) -> str:
        """Start a run of exactly this digest in its own process."""
        secrets = run_secrets(self._place, self._plan.targets)
        with self._place.writer() as writer:
            run = new_run(self._reader, writer, self._plan, digest, self._place.lock, lifted)
        self._process = start(self._place, run.id, secrets)
        return run.id
