"""``schoolnet plans``: list and show plans, exclude, include, approve and accept changes."""

from collections.abc import Callable
from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records.changes import Plan
from inventory.store.plans import get_plan, get_selection, plan_changes, plans
from inventory.store.reading import SqliteReader
from provisioning.engine import starting
from schoolnet import compose
from schoolnet.commands._common import Json, Reason, change_count, new_app, place_of, print_plan
from schoolnet.output import put, put_json, put_table, tell, texts
from schoolnet.place import Place
from tui.presenters.changes import operation_lines

app = new_app()
PlanId = Annotated[str, typer.Argument(metavar="PLAN", help=texts()(_("Id of the plan.")))]
School = Annotated[
    str, typer.Option("--school", help=texts()(_("All changes of this school's number.")))
]
Guard = Annotated[str, typer.Option("--guard", help=texts()(_("All changes a guard holds.")))]
ChangeIds = Annotated[
    list[str] | None, typer.Option("--change", help=texts()(_("This change, by its id.")))
]


@app.callback(invoke_without_command=True)
def overview(context: typer.Context, as_json: Json = False) -> None:
    """List the newest plans."""
    if context.invoked_subcommand:
        return
    with place_of(context).reader() as reader:
        found = plans(reader)
    if as_json:
        put_json([{"plan": p.id, "made_at": p.made_at, "changes": change_count(p)} for p in found])
        return
    rows = [(p.id, texts().moment(p.made_at), ", ".join(p.targets), change_count(p), p.actor)
            for p in found]  # fmt: skip
    put_table((_("Plan"), _("Made"), _("Targets"), _("Changes"), _("By")), rows)


@app.command(help=texts()(_("Show a plan, its changes, and exactly what would be sent.")))
def show(
    context: typer.Context,
    plan_id: PlanId,
    target: Annotated[str, typer.Option("--target", help="roster, directory, network")] = "",
    limit: Annotated[int, typer.Option("--limit", min=0)] = 20,
    operations: Annotated[
        bool, typer.Option("--operations", help=texts()(_("Show the exact operations.")))
    ] = False,
    as_json: Json = False,
) -> None:
    """Show one plan; changes hold names."""
    compose.check_targets([target] if target else [])
    with place_of(context).reader() as reader:
        plan = get_plan(reader, plan_id)
        selection = get_selection(reader, plan.id)
        print_plan(plan, selection, as_json=as_json, notices=len(plan.notices))
        shown = 0
        for change in plan_changes(reader, plan.id, target, limit=limit):
            shown += 1
            if as_json:
                put(change.canonical().decode())
                continue
            mark = " " if change.id in selection.excluded else "x"
            drift = " drift" if change.drift else ""
            put(f"[{mark}] {change.action.sign} {change.id} {change.kind}{drift} {change.key}: "
                + texts().render(change.reason))  # fmt: skip
            if operations:
                put(*(f"      {line}" for line in operation_lines(change.operations)))
    total = sum(sum(s.counts.values()) for s in plan.stages if target in ("", s.target))
    if limit and shown == limit < total:
        only = f" --target {target}" if target else ""
        exact = " --operations" if operations else ""
        tell(_("... and {count} more: schoolnet plans show {plan}"),
             count=total - shown, plan=f"{plan.id}{only}{exact} --limit {total}")  # fmt: skip


def _chosen(reader: SqliteReader, place: Place, plan: Plan, school: str, guard: str,
            changes: list[str]) -> set[str]:  # fmt: skip
    found = set(changes)
    known = {change.id: change.school for change in plan_changes(reader, plan.id)}
    if unknown := found - known.keys():
        message = _("There is no change {change} in plan {plan}.")
        raise UsageError(say(message, change=unknown.pop(), plan=plan.id))
    if school:
        wanted = place.school(reader, school).id
        found |= {change for change, where in known.items() if where == wanted}
    if guard:
        hold = next((hold for hold in plan.holds if hold.name == guard), None)
        if hold is None:
            raise UsageError(say(_("This plan has no guard {name}."), name=guard))
        found |= set(hold.changes)
    if not found:
        raise UsageError(say(_("Name what is meant: --change, --school or --guard.")))
    return found


def _select(
    context: typer.Context, plan_id: str, school: str, guard: str, changes: list[str],
    act: Callable[..., int], as_json: bool,
) -> None:  # fmt: skip
    place = place_of(context)
    with place.reader() as reader, place.writer() as writer:
        plan = get_plan(reader, plan_id)
        act(reader, writer, plan, _chosen(reader, place, plan, school, guard, changes))
        print_plan(plan, get_selection(reader, plan.id), as_json=as_json)


@app.command(help=texts()(_("Leave changes out, and all that need them. The digest changes.")))
def exclude(
    context: typer.Context, plan_id: PlanId, school: School = "", guard: Guard = "",
    change: ChangeIds = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Exclude changes."""
    _select(context, plan_id, school, guard, change or [], starting.exclude, as_json)


@app.command(help=texts()(_("Take changes in again, with all that they need.")))
def include(
    context: typer.Context, plan_id: PlanId, school: School = "", guard: Guard = "",
    change: ChangeIds = None, as_json: Json = False,
) -> None:  # fmt: skip
    """Include changes."""
    _select(context, plan_id, school, guard, change or [], starting.include, as_json)


@app.command(help=texts()(_("Approve what a plan only proposes, by its name. The digest changes.")))
def approve(
    context: typer.Context,
    plan_id: PlanId,
    name: Annotated[str, typer.Argument(metavar="NAME", help=texts()(_("As the plan names it.")))],
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Take in a group of proposed changes."""
    if not reason.strip():
        raise UsageError(say(_("A proposal is approved only with --reason TEXT.")))
    place = place_of(context)
    with place.reader() as reader, place.writer() as writer:
        plan = get_plan(reader, plan_id)
        starting.approve(reader, writer, plan, name, reason)
        print_plan(plan, get_selection(reader, plan.id), as_json=as_json)


@app.command(help=texts()(_("Let the inventory want what drifted in the directory.")))
def accept(
    context: typer.Context, plan_id: PlanId, change: ChangeIds = None, reason: Reason = ""
) -> None:
    """Accept drift into the inventory. The plan is stale then."""
    from schoolnet.accepting import accept_drift, told

    if not change:
        raise UsageError(say(_("Name what is meant: --change ID.")))
    if not reason.strip():
        raise UsageError(say(_("Drift is accepted only with --reason TEXT.")))
    for one in accept_drift(place_of(context), plan_id, change, reason.strip()):
        for message in told(one):
            tell(message)
