"""Between plan and run: may this plan be applied, and by whom is it being applied?"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from inventory.errors import GuardError, LockedError, StaleError, UsageError
from inventory.messages import Message, _, say
from inventory.records.base import new_id
from inventory.records.changes import Plan, Selection
from inventory.records.runs import Control, Run, RunState
from inventory.store.codec import payload_body
from inventory.store.plans import get_selection, insert_lifted, needs_of, save_excluded
from inventory.store.reading import SqliteReader
from inventory.store.runs import forget_failures, insert_run, runs_of_plan, save_control, update_run
from inventory.store.writing import Writer
from inventory.times import to_micros
from provisioning.engine.guards import NAMESAKES
from provisioning.engine.lock import lock_holder, under_way
from provisioning.engine.planning import needed, needing


def check_digest(plan: Plan, selection: Selection, digest: str) -> None:
    """Raise StaleError unless `digest` (or its first 12 or more characters) names this state."""
    if len(digest) < 12 or not plan.digest(selection).startswith(digest):
        message = _("Digest {digest} is not that of plan {plan} as it is selected now. Look at "
                    "it again with `schoolnet plans show {plan}`.")  # fmt: skip
        raise StaleError(say(message, digest=digest[:12], plan=plan.id))


def check_guards(plan: Plan, selection: Selection) -> None:
    """Raise GuardError while a guard stands."""
    standing = selection.stopped_by(plan.holds)
    if standing:
        names = ", ".join(hold.name for hold in standing)
        if any(hold.name.startswith(NAMESAKES) for hold in standing):
            message = _(
                "Guards hold this plan: {names}. Accounts that the directory has already are given "
                "to their people by a new plan: schoolnet plan --adopt. Else lift a guard with "
                "--lift NAME --reason TEXT or exclude its changes: schoolnet plans exclude {plan} "
                "--guard NAME."
            )
        else:
            message = _(
                "Guards hold this plan: {names}. Lift one with --lift NAME --reason TEXT or "
                "exclude its changes: schoolnet plans exclude {plan} --guard NAME."
            )
        raise GuardError(say(message, names=names, plan=plan.id))


def check_unlocked(lock: Path) -> None:
    """Raise LockedError, naming the run, while one is alive."""
    if holder := lock_holder(lock):
        raise LockedError(under_way(holder))


def new_run(
    reader: SqliteReader,
    writer: Writer,
    plan: Plan,
    digest: str,
    lock: Path,
    lifted: Mapping[str, str] = MappingProxyType({}),
) -> Run:
    """Enter a run of this plan; `lifted` are further guards to lift, with their reasons.

    Raises StaleError, GuardError, LockedError or UsageError when digest, guards, the lock or an
    older run forbid it; then no guard is lifted either.
    """
    with writer.transaction() as tx:  # nobody else enters a run meanwhile
        selection = get_selection(reader, plan.id)
        check_digest(plan, selection, digest)
        selection = _lift(plan, selection, lifted)
        check_guards(plan, selection)
        check_unlocked(lock)
        for older in runs_of_plan(reader, plan.id):
            message = _(
                "Plan {plan} was applied by run {run}. Make a new plan, or resume that run."
            )
            raise UsageError(say(message, plan=plan.id, run=older.id))
        insert_lifted(tx, plan.id, lifted)
        run = Run(
            id=new_id(), plan=plan.id, digest=plan.digest(selection), actor=writer.actor,
            started_at=to_micros(writer.clock()), total=selected_count(plan, selection),
        )  # fmt: skip
        insert_run(tx, run)
        body = payload_body(actor=writer.actor, plan=plan.id, digest=run.digest)
        tx.event("run", "create", body, record=run.id, run=run.id)
    return run


def _lift(plan: Plan, selection: Selection, lifted: Mapping[str, str]) -> Selection:
    known = {hold.name for hold in plan.holds}
    for name in lifted:
        if name not in known:
            raise UsageError(say(_("This plan has no guard {name}."), name=name))
    return selection.model_copy(update={"lifted": {**selection.lifted, **lifted}})


def selected_count(plan: Plan, selection: Selection) -> int:
    """How many changes a run of this selection has."""
    return sum(sum(stage.counts.values()) for stage in plan.stages) - len(selection.excluded)


def reopen_run(writer: Writer, run: Run, lock: Path, *, retry: bool) -> None:
    """Make a run ready to be carried on; with `retry` its failures are tried again."""
    check_unlocked(lock)
    if run.state in {RunState.DONE, RunState.CANCELLED} or (run.state.ended and not retry):
        message = _("Run {run} has ended; there is nothing to resume. Make a new plan.")
        raise UsageError(say(message, run=run.id))
    with writer.transaction() as tx:
        count = forget_failures(tx, run.id) if retry else 0
        update_run(tx, run.id, RunState.WAITING)
        body = payload_body(actor=writer.actor, again=count)
        tx.event("run", "retry" if retry else "resume", body, record=run.id, run=run.id)
    save_control(writer, run.id, Control.GO)


def exclude(reader: SqliteReader, writer: Writer, plan: Plan, chosen: Iterable[str]) -> int:
    """Exclude changes and all that need them; returns how many are excluded by this."""
    before = get_selection(reader, plan.id).excluded
    gone = needing(needs_of(reader, plan.id), chosen)
    save_excluded(writer, plan.id, gone, excluded=True)
    return len(gone - before)


def include(reader: SqliteReader, writer: Writer, plan: Plan, chosen: Iterable[str]) -> int:
    """Include changes again, with all that they need; returns how many are included by this."""
    before = get_selection(reader, plan.id).excluded
    back = needed(needs_of(reader, plan.id), chosen)
    save_excluded(writer, plan.id, back, excluded=False)
    return len(back & before)


def _not_proposed(plan: Plan, name: str) -> Message:
    known = [hold.name for hold in plan.holds if hold.proposed]
    if not known:
        return say(_("Plan {plan} proposes nothing: there is nothing to approve."), plan=plan.id)
    message = _(
        "Plan {plan} proposes nothing named {name}. It proposes: {known}. To approve the first: "
        "schoolnet plans approve {plan} {first} --reason TEXT"
    )
    return say(message, plan=plan.id, name=name, known=", ".join(known), first=known[0])


def approve(reader: SqliteReader, writer: Writer, plan: Plan, name: str, reason: str) -> int:
    """Take in a group of proposed changes, with all that was left out because of it.

    Returns how many are included by this.

    Raises UsageError when the plan proposes nothing of this name.
    """
    hold = next((hold for hold in plan.holds if hold.proposed and hold.name == name), None)
    if hold is None:
        raise UsageError(_not_proposed(plan, name))
    needs, before = needs_of(reader, plan.id), get_selection(reader, plan.id).excluded
    group = needing(needs, hold.changes)
    # What also hangs on another group stays out with that one.
    back = needed(needs, hold.changes) | (group - needing(needs, before - group))
    save_excluded(writer, plan.id, back, excluded=False)
    with writer.transaction() as tx:
        insert_lifted(tx, plan.id, {name: reason})
    return len(back & before)
