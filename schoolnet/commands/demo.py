"""``schoolnet demo``: a whole term start in a sample city, on servers of its own."""

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from inventory.errors import SchoolnetError, UsageError
from inventory.messages import _, say
from inventory.records.runs import Control, RunState
from inventory.store.runs import runs, save_control
from provisioning.engine.lock import lock_holder
from provisioning.lab.city import FULL_SIZE
from schoolnet.commands._common import new_app
from schoolnet.demo import proofs, steps
from schoolnet.demo.calling import StepError
from schoolnet.demo.founding import Folder, Ground, founded, make_folder
from schoolnet.demo.interruption import Interrupted, Signals
from schoolnet.demo.story import Story
from schoolnet.output import fail, put, tell, texts
from schoolnet.place import Place

app = new_app()
LAST_LINE = "demo: verified, nothing left to do"
_LARGE = 20
"""From so many schools on, it takes far longer than the two minutes that a demo may take."""

_SECONDS_TO_CANCEL = 10
_POLL_SECONDS = 0.05


@app.command()
def demo(
    schools: Annotated[
        int, typer.Option("--schools", min=1, max=FULL_SIZE, help=texts()(_("How many schools.")))
    ] = 3,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", help=texts()(_("A new folder to keep it all in."))),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help=texts()(_("Do not ask before a large city.")))
    ] = False,
) -> None:
    """Found a sample city, apply its term start to real servers, verify it."""
    if schools >= _LARGE and not yes:
        _ask(schools)
    with Signals() as signals:
        chosen = make_folder(folder)
        try:
            _perform(chosen, schools, signals)
        except SchoolnetError as error:
            code: int = fail(error)
            tell(_("The lab has ended. Its folder is kept: {folder}"), folder=str(chosen.path))
            raise typer.Exit(error.code if isinstance(error, StepError) else code) from error
        except Interrupted:
            tell(_("Interrupted. The lab has ended."))
            raise


def _ask(schools: int) -> None:
    if not sys.stdin.isatty():
        message = _("A city of {schools} schools takes long. Without a terminal, it needs --yes.")
        raise UsageError(say(message, schools=schools))
    question = _("A city of {schools} schools takes long. Go on?")
    typer.confirm(texts()(question, schools=schools), abort=True)


def _perform(folder: Folder, schools: int, signals: Signals) -> None:
    began = time.monotonic()
    story = Story(texts(), steps.COUNT)
    story.step(_("Found a sample city and start its servers and switches"))
    interactive = _has_terminal()
    with founded(folder, schools, signals) as ground:
        run_id = _tell(story, ground)
        seconds = round(time.monotonic() - began)
        story.say("All of it took {seconds} seconds.", seconds=seconds)
        if interactive:
            _look_around(ground.place, run_id, signals)
    if folder.temporary:
        tell(_("The lab has ended and its folder is removed; --folder keeps it."))
    else:
        tell(_("The lab has ended. Its folder is kept: {folder}"), folder=str(folder.path))
    if not interactive:
        put(LAST_LINE)


def _tell(story: Story, ground: Ground) -> str:
    """All steps after the founding; returns the run's id."""
    steps.show_city(story, ground)
    story.step(_("Take in what the schools exported"))
    steps.take_in(story, ground)
    story.step(_("Plan accounts and switch ports together"))
    made = steps.plan(story, ground)
    story.step(_("Apply exactly this plan"))
    run_id = steps.apply(story, ground, made)
    story.step(_("Verify by reading everything again"))
    steps.verify(story, ground)
    story.step(_("Plan once more: nothing may be left to do"))
    steps.plan_again(story, ground)
    story.step(_("Print the password handouts"))
    proofs.print_handouts(story, ground, run_id)
    story.step(_("Write the inventory report"))
    proofs.write_report(story, ground)
    return run_id


def _has_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("NO_TUI")


def _look_around(place: Place, run_id: str, signals: Signals) -> None:
    """The interface on the result; a run that is started there ends before its servers do."""
    from tui.environment import prepare_environment

    prepare_environment(os.environ)
    from schoolnet.interface import open_interface

    try:
        open_interface(place, run_id=run_id)
    finally:
        with signals.held():
            _end_run(place)


def _end_run(place: Place) -> None:
    deadline = time.monotonic() + _SECONDS_TO_CANCEL
    with place.reader() as reader, place.writer() as writer:
        while time.monotonic() < deadline:
            (newest,) = runs(reader, limit=1)
            if newest.state is not RunState.WAITING and not lock_holder(place.lock):
                return
            save_control(writer, newest.id, Control.CANCEL)
            time.sleep(_POLL_SECONDS)
