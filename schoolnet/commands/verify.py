"""``schoolnet verify``: read again and say what differs; nothing is saved or changed."""

from collections import Counter
from contextlib import ExitStack
from typing import Annotated

import typer

from inventory.messages import _
from inventory.records.changes import Change, Scope
from schoolnet import compose
from schoolnet.commands._common import Json, new_app, place_of
from schoolnet.output import ExitCode, put, put_json, tell, texts

app = new_app()
_SHOWN = 20


@app.command()
def verify(
    context: typer.Context,
    targets: Annotated[
        list[str] | None, typer.Argument(help=texts()(_("directory, network; none: both.")))
    ] = None,
    school: Annotated[
        list[str] | None, typer.Option("--school", help=texts()(_("Only this school's number.")))
    ] = None,
    as_json: Json = False,
) -> None:
    """Report drift. Exit code 0: as it should be; 3: something differs; 4: not all was read."""
    place = place_of(context)
    set_up = [t for t in compose.default_targets(place) if t != "roster"]
    compose.check_targets(targets or [])
    counts: Counter[tuple[str, str]] = Counter()
    drifted: Counter[tuple[str, str]] = Counter()
    shown = unread = blocked = 0
    with ExitStack() as stack:
        reader = stack.enter_context(place.reader())
        only = {place.school(reader, number).id for number in school or []}
        for planner in compose.planners(place, targets or set_up, place.today, stack):
            differences = planner.compare(planner.read(reader), planner.desired(reader))
            for item in differences:
                if only and item.school not in only:
                    continue
                if isinstance(item, Scope):
                    continue
                if not isinstance(item, Change):
                    unread += item.unread
                    blocked += bool(item.record) and not item.unread
                    tell(_("Note: {text}"), text=texts().render(item.message))
                    continue
                counts[planner.target, item.school] += 1
                drifted[planner.target, item.school] += bool(item.drift)
                if shown < _SHOWN:
                    shown += 1
                    tell(_("{target}: {sign} {key}: {reason}"), target=item.target,
                         sign=item.action.sign, key=item.key,
                         reason=texts().render(item.reason))  # fmt: skip
    total = sum(counts.values())
    if as_json:
        drift = [
            {"target": t, "school": s, "changes": n, "drifted": drifted[t, s]}
            for (t, s), n in counts.items()
        ]
        put_json({"schema": 1, "drift": drift, "changes": total, "drifted": drifted.total(),
                  "blocked": blocked, "unread": unread})  # fmt: skip
    else:
        put(f"drift {total}", f"drifted {drifted.total()}", f"blocked {blocked}",
            f"unread {unread}")  # fmt: skip
    if total or blocked:
        raise typer.Exit(ExitCode.PENDING)
    raise typer.Exit(ExitCode.UNREACHABLE if unread else ExitCode.DONE)
