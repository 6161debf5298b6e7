"""``schoolnet report``: the catalogue, and one report as CSV, XLSX or JSON."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.reports.catalogue import CATALOGUE, report_named
from inventory.reports.json_files import stamp_body
from inventory.reports.making import FORMATS, Receipt, ReportMaker, Shape
from inventory.reports.questions import Ask
from schoolnet.commands._common import Json, Reason, day_of, new_app, place_of
from schoolnet.output import data_stream, put, put_json, put_table, tell, texts
from tui.texts import load_texts

app = new_app()
STANDARD_OUTPUT = "-"


@app.command()
def report(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(help=texts()(_("Name of the report; none: list all reports.")))
    ] = "",
    format_name: Annotated[
        str,
        typer.Option(
            "--format", help=texts()(_("csv, xlsx or json; by itself from the file name."))
        ),
    ] = "",
    dialect: Annotated[
        str,
        typer.Option("--dialect", help=texts()(_("Of CSV: plain, or excel-de for German Excel."))),
    ] = "",
    output: Annotated[
        str,
        typer.Option("--output", help=texts()(_("A new file (0600); - or none: standard output."))),
    ] = "",
    school: Annotated[str, typer.Option("--school", help=texts()(_("Number of a school.")))] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", help=texts()(_("As recorded at the end of this day.")))
    ] = "",
    since: Annotated[
        str, typer.Option("--since", help=texts()(_("First day of a period, YYYY-MM-DD.")))
    ] = "",
    until: Annotated[
        str, typer.Option("--until", help=texts()(_("Last day of a period; today if not given.")))
    ] = "",
    with_names: Annotated[
        bool,
        typer.Option(
            "--with-names", help=texts()(_("Names instead of record ids; with --reason."))
        ),
    ] = False,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Write one report, or list them all."""
    if not name:
        _list(as_json=as_json)
        return
    asked = Ask(
        as_of=day_of(as_of), school=school.strip(), since=day_of(since), until=day_of(until),
        with_names=with_names, reason=reason,
    )  # fmt: skip
    chosen, shape = report_named(name), Shape(format_name or _format_of(output), dialect)
    place = place_of(context)
    spoken = load_texts(place.settings.language) if place.settings.language else texts()
    with place.writer() as writer:
        maker = ReportMaker(place.reader, writer, spoken, place.settings.city)
        if output not in {"", STANDARD_OUTPUT}:
            made = maker.save(chosen, asked, shape, Path(output))
            _put_receipt(made, as_json=as_json)
            return
        _check_stream(asked, shape, output, as_json=as_json)
        with data_stream() as stream:
            made = maker.send(chosen, asked, shape, stream)
    tell(_("Report {report}: {count} rows, journal entry {entry}, journal head {head}."),
         report=name, count=made.rows, entry=made.entry, head=made.stamp.head)  # fmt: skip


def _format_of(output: str) -> str:
    suffix = Path(output).suffix.removeprefix(".").lower()
    return suffix if suffix in FORMATS else "csv"


def _check_stream(asked: Ask, shape: Shape, output: str, *, as_json: bool) -> None:
    """Refuse what should not go to standard output by accident."""
    if as_json:
        message = _("--json tells about a file: add --output FILE. For the report itself as JSON "
                    "take --format json.")  # fmt: skip
        raise UsageError(say(message))
    if asked.with_names and not output:
        message = _("A report with names needs --output FILE, which only you may read; or "
                    "--output - when you see to that yourself.")  # fmt: skip
        raise UsageError(say(message))
    if shape.format == "xlsx" and sys.stdout.isatty():
        raise UsageError(say(_("XLSX is nothing for a terminal: add --output FILE.")))


def _put_receipt(made: Receipt, *, as_json: bool) -> None:
    """What was written, without a name in it."""
    if as_json:
        put_json({"schema": 1, **stamp_body(made.stamp), "count": made.rows,
                  "sha256": made.sha256, "entry": made.entry})  # fmt: skip
    else:
        put(f"report {made.stamp.report} rows {made.rows} entry {made.entry}",
            f"sha256 {made.sha256}", f"head {made.stamp.head}")  # fmt: skip


def _list(*, as_json: bool) -> None:
    if as_json:
        put_json([
            {"name": r.name, "title": texts()(r.title), "personal": r.personal,
             "period": r.period, "columns": [c.name for c in r.columns]}
            for r in CATALOGUE.values()
        ])  # fmt: skip
        return
    put_table(
        (_("Report"), _("What it is")), [(r.name, texts()(r.title)) for r in CATALOGUE.values()]
    )
