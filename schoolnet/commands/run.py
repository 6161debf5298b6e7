"""``schoolnet run ID``: what a run's own process executes. People use `apply` and `runs`."""

import signal
import sys
from typing import Annotated

import typer

from inventory.errors import SchoolnetError
from provisioning.engine.background import read_secrets
from provisioning.engine.lock import run_lock
from provisioning.engine.running import apply_run
from schoolnet import compose
from schoolnet.commands._common import new_app
from schoolnet.output import ExitCode, fail
from schoolnet.place import Place

app = new_app()


@app.command(hidden=True)
def run(context: typer.Context, run_id: Annotated[str, typer.Argument(metavar="RUN")]) -> None:
    """Carry out a run; secrets come through standard input."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    given = compose.from_pipe(read_secrets(sys.stdin.buffer.read()))
    place = Place(context.find_root().obj, given)
    try:
        with run_lock(place.lock, run_id):
            apply_run(compose.tools(place, run_id), run_id)
    except SchoolnetError as error:
        raise typer.Exit(fail(error)) from error
    raise typer.Exit(ExitCode.DONE)
