"""``schoolnet export``: packages for what schools upload elsewhere."""

from pathlib import Path
from typing import Annotated

import typer

from inventory.exports.making import APPLE, ONEROSTER, Export, ExportMaker
from inventory.messages import _
from schoolnet.commands._common import Json, Reason, new_app, place_of
from schoolnet.output import put, put_json, texts

app = new_app()

Output = Annotated[
    Path, typer.Option("--output", help=texts()(_("A new zip file that only you may read.")))
]
OneSchool = Annotated[
    str, typer.Option("--school", help=texts()(_("Number of a school; none: all schools.")))
]


@app.command(
    "apple-school-manager", help=texts()(_("Write the zip of six that Apple School Manager takes."))
)
def apple(
    context: typer.Context,
    output: Output,
    school: OneSchool = "",
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Students, staff, courses, classes, rosters, locations."""
    _export(context, APPLE, output, school, reason, as_json=as_json)


@app.command("oneroster", help=texts()(_("Write a whole OneRoster 1.1 package.")))
def oneroster(
    context: typer.Context,
    output: Output,
    school: OneSchool = "",
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Everybody with an active account, as bulk files."""
    _export(context, ONEROSTER, output, school, reason, as_json=as_json)


def _export(
    context: typer.Context, export: Export, output: Path, school: str, reason: str, *, as_json: bool
) -> None:
    place = place_of(context)
    with place.reader() as reader:
        only = place.school(reader, school) if school else None
    with place.writer() as writer:
        made = ExportMaker(place.reader, writer).save(export, output, only, reason)
    if as_json:
        put_json({"schema": 1, "export": export.name, "rows": made.rows, "sha256": made.sha256,
                  "entry": made.entry})  # fmt: skip
        return
    put(*(f"{name} rows {count}" for name, count in made.rows.items()), f"sha256 {made.sha256}",
        f"entry {made.entry}")  # fmt: skip
