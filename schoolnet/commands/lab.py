"""``schoolnet lab``: the sample city with its servers and switches, to practise on."""

import signal
from pathlib import Path
from typing import Annotated

import typer

from inventory.errors import SchoolnetError
from inventory.messages import _
from provisioning.lab.city import FULL_SIZE
from schoolnet.commands._common import new_app
from schoolnet.demo import steps
from schoolnet.demo.founding import founded, make_folder
from schoolnet.demo.interruption import Interrupted, Signals
from schoolnet.demo.story import Story
from schoolnet.output import fail, tell, texts

app = new_app()
_COMMANDS = (
    "check", "import roster", "plan", "apply PLAN --digest DIGEST", "verify", "tui",
)  # fmt: skip


@app.command()
def lab(
    schools: Annotated[
        int, typer.Option("--schools", min=1, max=FULL_SIZE, help=texts()(_("How many schools.")))
    ] = 3,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help=texts()(_("A new folder to keep it all in."))),
    ] = None,
) -> None:
    """Start a sample city's servers and switches, and keep them until Ctrl+C."""
    with Signals() as signals:
        chosen = make_folder(folder)
        story = Story(texts(), 1)
        try:
            story.step(_("Found a sample city and start its servers and switches"))
            with founded(chosen, schools, signals) as ground:
                steps.show_city(story, ground)
                story.say("In another terminal:")
                for command in _COMMANDS:
                    story.command(f"{ground.command} {command}")
                story.say("Ctrl+C ends the lab.")
                while True:
                    signal.pause()
        except SchoolnetError as error:
            code = fail(error)
            tell(_("The lab has ended. Its folder is kept: {folder}"), folder=str(chosen.path))
            raise typer.Exit(code) from error
        except Interrupted as end:
            tell(_("The lab has ended."))
            raise typer.Exit from end
