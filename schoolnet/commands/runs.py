"""``schoolnet runs``: list, follow, pause, cancel, resume and retry runs."""

from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records.runs import Control
from inventory.store.plans import get_plan
from inventory.store.runs import get_run, runs, save_control
from provisioning.engine.lock import lock_holder
from provisioning.engine.starting import reopen_run
from schoolnet import compose, running
from schoolnet.commands._common import Json, new_app, place_of
from schoolnet.output import put_json, put_table, tell, texts

app = new_app()
RunId = Annotated[str, typer.Argument(metavar="RUN", help=texts()(_("Id of the run.")))]
Foreground = Annotated[
    bool, typer.Option("--foreground", help=texts()(_("Run in this process, as under systemd.")))
]


@app.callback(invoke_without_command=True)
def overview(context: typer.Context, as_json: Json = False) -> None:
    """List the newest runs."""
    if context.invoked_subcommand:
        return
    place = place_of(context)
    with place.reader() as reader:
        found = runs(reader)
    alive = lock_holder(place.lock)
    states = {run.id: running.state_of(run, alive) for run in found}
    if as_json:
        put_json([{"run": r.id, "plan": r.plan, "state": states[r.id], "total": r.total}
                  for r in found])  # fmt: skip
        return
    rows = [(r.id, texts().moment(r.started_at), r.plan, states[r.id], r.total, r.actor)
            for r in found]  # fmt: skip
    put_table((_("Run"), _("Started"), _("Plan"), _("State"), _("Changes"), _("By")), rows)


@app.command(help=texts()(_("Show how a run stands or ended, with everything that went wrong.")))
def show(context: typer.Context, run_id: RunId, as_json: Json = False) -> None:
    """Show one run."""
    place = place_of(context)
    with place.reader() as reader:
        full = get_run(reader, run_id).id
    raise typer.Exit(running.report(place, full, as_json=as_json, problems=None))


@app.command(help=texts()(_("Watch a run until it ends.")))
def follow(context: typer.Context, run_id: RunId, as_json: Json = False) -> None:
    """Follow one run."""
    place = place_of(context)
    with place.reader() as reader:
        full = get_run(reader, run_id).id
    raise typer.Exit(running.follow(place, full, None, as_json=as_json))


def _control(context: typer.Context, run_id: str, control: Control) -> None:
    place = place_of(context)
    with place.reader() as reader, place.writer() as writer:
        run = get_run(reader, run_id)
        if lock_holder(place.lock) != run.id:
            raise UsageError(say(_("Run {run} is not under way."), run=run.id))
        save_control(writer, run.id, control)


@app.command(help=texts()(_("Let a run pause after what it is doing now.")))
def pause(context: typer.Context, run_id: RunId) -> None:
    """Pause."""
    _control(context, run_id, Control.PAUSE)
    tell(_("The run pauses after what it is doing now. Go on: schoolnet runs go {run}"),
         run=run_id)  # fmt: skip


@app.command(help=texts()(_("Let a paused run go on.")))
def go(context: typer.Context, run_id: RunId) -> None:
    """Go on."""
    _control(context, run_id, Control.GO)


@app.command(help=texts()(_("End a run after what it is doing now; what is done stays done.")))
def cancel(context: typer.Context, run_id: RunId) -> None:
    """Cancel."""
    _control(context, run_id, Control.CANCEL)


def _again(
    context: typer.Context, run_id: str, *, retry_failed: bool, foreground: bool, as_json: bool
) -> None:
    place = place_of(context)
    with place.reader() as reader, place.writer() as writer:
        run = get_run(reader, run_id)
        secrets = compose.run_secrets(place, get_plan(reader, run.plan).targets)
        reopen_run(writer, run, place.lock, retry=retry_failed)
    code = running.carry_out(place, run.id, secrets, foreground=foreground, as_json=as_json)
    raise typer.Exit(code)


@app.command(help=texts()(_("Carry on a run that was interrupted.")))
def resume(
    context: typer.Context, run_id: RunId, foreground: Foreground = False, as_json: Json = False
) -> None:
    """Resume: what has no recorded answer is settled by reading first."""
    _again(context, run_id, retry_failed=False, foreground=foreground, as_json=as_json)


@app.command(
    help=texts()(_("Try only the failed, skipped and rolled-back changes of a run again."))
)
def retry(
    context: typer.Context, run_id: RunId, foreground: Foreground = False, as_json: Json = False
) -> None:
    """Retry failures only."""
    _again(context, run_id, retry_failed=True, foreground=foreground, as_json=as_json)
