"""``schoolnet apply``: start the run of exactly one plan, and follow it."""

from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.store.plans import get_plan, get_selection, save_lifted
from provisioning.engine.starting import check_digest, new_run
from schoolnet.commands._common import Json, Reason, lifts, new_app, place_of
from schoolnet.output import tell, texts
from schoolnet.running import carry_out

app = new_app()


@app.command()
def apply(
    context: typer.Context,
    plan_id: Annotated[str, typer.Argument(metavar="PLAN", help=texts()(_("Id of the plan.")))],
    digest: Annotated[
        str, typer.Option("--digest", help=texts()(_("The digest that was looked at.")))
    ],
    yes: Annotated[
        bool, typer.Option("--yes", help=texts()(_("Do not ask. Never lifts a guard.")))
    ] = False,
    lift: Annotated[
        list[str] | None, typer.Option("--lift", help=texts()(_("Lift this guard, by name.")))
    ] = None,
    reason: Reason = "",
    foreground: Annotated[
        bool,
        typer.Option("--foreground", help=texts()(_("Run in this process, as under systemd."))),
    ] = False,
    as_json: Json = False,
) -> None:
    """Apply the selected changes of a plan. The run outlives this terminal."""
    place = place_of(context)
    with place.reader() as reader, place.writer() as writer:
        plan = get_plan(reader, plan_id)
        selection = get_selection(reader, plan.id)
        check_digest(plan, selection, digest)
        names = {hold.name for hold in plan.holds}
        for name, why in lifts(lift or [], reason).items():
            if name not in names:
                raise UsageError(say(_("This plan has no guard {name}."), name=name))
            save_lifted(writer, plan.id, name, why)
        now = plan.digest(get_selection(reader, plan.id))
        if not yes:
            _ask(sum(sum(s.counts.values()) for s in plan.stages) - len(selection.excluded))
        run = new_run(reader, writer, plan, now, place.lock)
    code = carry_out(place, run.id, plan.targets, foreground=foreground, as_json=as_json)
    raise typer.Exit(code)


def _ask(count: int) -> None:
    """Enter is never a yes: the number of changes has to be typed."""
    import sys

    if not sys.stdin.isatty():
        raise UsageError(say(_("Without a terminal, apply needs --yes.")))
    tell(_("To apply {count} changes, type their number:"), count=count)
    if sys.stdin.readline().strip() != str(count):
        raise UsageError(say(_("Nothing was applied.")))
