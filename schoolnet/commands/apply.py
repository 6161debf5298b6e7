"""``schoolnet apply``: start the run of exactly one plan, and follow it."""

from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.store.plans import get_plan, get_selection
from provisioning.engine.starting import check_digest, new_run, selected_count
from schoolnet import compose
from schoolnet.commands._common import Json, Reason, lifts, new_app, place_of, tell_expired
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
    lifted = lifts(lift or [], reason)
    tell_expired(place)
    with place.reader() as reader, place.writer() as writer:
        plan = get_plan(reader, plan_id)
        selection = get_selection(reader, plan.id)
        check_digest(plan, selection, digest)
        secrets = compose.run_secrets(place, plan.targets)  # a missing one leaves no run behind
        if not yes:
            _ask(selected_count(plan, selection))
        run = new_run(reader, writer, plan, digest, place.lock, lifted)
    code = carry_out(place, run.id, secrets, foreground=foreground, as_json=as_json)
    raise typer.Exit(code)


def _ask(count: int) -> None:
    """Enter is never a yes: the number of changes has to be typed."""
    import sys

    if not sys.stdin.isatty():
        raise UsageError(say(_("Without a terminal, apply needs --yes.")))
    tell(_("To apply {count} changes, type their number:"), count=count)
    if sys.stdin.readline().strip() != str(count):
        raise UsageError(say(_("Nothing was applied.")))
