"""``schoolnet plan``: one staged plan; nothing outside is touched."""

from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records.changes import Plan, Selection
from inventory.store.plans import plan_changes
from provisioning.engine.planning import make_plan
from provisioning.engine.spool import private_file
from schoolnet import compose
from schoolnet.commands._common import (
    Json,
    change_count,
    day_of,
    new_app,
    place_of,
    print_plan,
)
from schoolnet.output import ExitCode, texts
from schoolnet.place import Place

app = new_app()


@app.command()
def plan(
    context: typer.Context,
    targets: Annotated[
        list[str] | None, typer.Argument(help=texts()(_("roster, directory, network; or all.")))
    ] = None,
    school: Annotated[
        list[str] | None, typer.Option("--school", help=texts()(_("Only this school's number.")))
    ] = None,
    on: Annotated[
        str, typer.Option("--on", help=texts()(_("Plan as of this day, YYYY-MM-DD.")))
    ] = "",
    changes: Annotated[
        Path | None,
        typer.Option("--changes", help=texts()(_("Also write the changes as JSON Lines (0600)."))),
    ] = None,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt", help=texts()(_("Take over accounts that the directory has already."))
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Compute and save a plan. Exit code 0: nothing to do; 3: changes are pending."""
    place = place_of(context)
    day = day_of(on) or place.today
    made = compute(place, targets or [], school or [], day, adopt=adopt)
    print_plan(made, Selection(), as_json=as_json)
    if changes:
        write_changes(place, made, changes)
    raise typer.Exit(ExitCode.PENDING if change_count(made) else ExitCode.DONE)


def compute(
    place: Place, targets: list[str], schools: list[str], day: date, *, adopt: bool = False
) -> Plan:
    """Make and save a plan of these targets (none: all that are set) for these schools."""
    compose.check_targets(targets)
    chosen = tuple(targets) or compose.default_targets(place)
    with ExitStack() as stack:
        reader = stack.enter_context(place.reader())
        writer = stack.enter_context(place.writer())
        only = frozenset(place.school(reader, number).id for number in schools)
        planners = compose.planners(place, chosen, day, stack, adopt=adopt)
        guards = compose.guards(place, reader, day)
        return make_plan(planners, reader, writer, guards, day=day.isoformat(), schools=only)


def write_changes(place: Place, made: Plan, path: Path) -> None:
    """The changes, one JSON object a line; they hold names, so only the owner may read them."""
    target = path.resolve()
    try:
        is_pipe = target.exists() and not target.is_file() and not target.is_dir()
        opened = target.open("wb") if is_pipe else private_file(target)
        with opened as file, place.reader() as reader:
            for change in plan_changes(reader, made.id):
                file.write(change.canonical() + b"\n")
    except OSError as error:
        message = _("{path} cannot be written: {reason}. Plan {plan} itself is saved.")
        reason = error.strerror or ""
        raise UsageError(say(message, path=str(path), reason=reason, plan=made.id)) from error
