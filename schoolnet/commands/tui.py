"""``schoolnet tui``: the interface."""

from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from schoolnet.commands._common import new_app, place_of
from schoolnet.output import texts

app = new_app()


@app.command()
def tui(
    context: typer.Context,
    plan_id: Annotated[str, typer.Option("--plan", help=texts()(_("Open this plan first.")))] = "",
    run_id: Annotated[str, typer.Option("--run", help=texts()(_("Open this run first.")))] = "",
) -> None:
    """Open the interface on this terminal."""
    import os
    import sys

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            say(_("The interface needs a terminal. `schoolnet --help` lists commands."))
        )
    from tui.environment import prepare_environment

    prepare_environment(os.environ)
    from schoolnet.interface import open_interface

    open_interface(place_of(context), plan_id, run_id)
