"""``schoolnet import``: take in rosters from schools, and inventory records."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from inventory.errors import GuardError, SchoolnetError, StaleError, UsageError
from inventory.messages import _, say
from inventory.records import School
from inventory.records.deliveries import Delivery
from inventory.records.people import Role
from inventory.rosters.catalogue import FORMATS, READERS
from inventory.rosters.rows import Problem, Severity, UnreadableError
from inventory.rosters.settings import SourceSettings
from inventory.rosters.values import school_year as written_year
from inventory.store.deliveries import deliveries
from inventory.store.journals import inventory_code
from inventory.times import school_year_of
from provisioning.roster.covering import Source
from provisioning.roster.former import FormerNames
from provisioning.roster.importing import GUARDS, store_reading
from provisioning.roster.splitting import InForce, store_schools
from schoolnet.commands._common import Json, Reason, lifts, new_app, place_of
from schoolnet.commands._deliveries import Written
from schoolnet.commands._import_files import Named, chosen, path_text
from schoolnet.output import ExitCode, fail, put, put_json, tell, texts
from schoolnet.place import Place

app = new_app()
_SHOWN = 50


@app.command(help=texts()(_("Store the rosters that schools exported, and list their problems.")))
def roster(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(help=texts()(_("Files; none: all new files of the settings' sources."))),
    ] = None,
    format_name: Annotated[str, typer.Option("--format", help=", ".join(FORMATS))] = "",
    school: Annotated[
        str, typer.Option("--school", help=texts()(_("Official number of the school.")))
    ] = "",
    role: Annotated[
        list[Role] | None, typer.Option("--role", help=texts()(_("Who is in the file.")))
    ] = None,
    school_year: Annotated[
        str, typer.Option("--school-year", help=texts()(_("Of the file, as 2026/27.")))
    ] = "",
    lift: Annotated[
        list[str] | None,
        typer.Option("--lift", help=texts()(_("earlier-year or not-promoted, with --reason."))),
    ] = None,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Store deliveries; nothing is planned yet."""
    place = place_of(context)
    named = Named(format_name, school, tuple(r.value for r in role or ()))
    year = _year(school_year)
    refused: list[SchoolnetError] = []
    found = chosen(place, files or [], named, refused)
    lifted = lifts(lift or [], reason)
    if unknown := set(lifted) - set(GUARDS):
        raise UsageError(say(_("There is no guard {name} here."), name=unknown.pop()))
    stored: list[Delivery] = []
    lost, code = 0, max(map(fail, refused), default=ExitCode.DONE)
    for settings, path in found:
        if len(found) > 1 or not any(named):  # schools give their files the same names
            tell(_("{source}: {file}"), source=settings.name, file=path_text(path, place.folder))
        try:
            made, rows_lost, refusals = _take_in(place, settings, path, year, lifted)
        except (UsageError, GuardError, StaleError) as error:
            # One school's bad file must not keep the others out; a full disk stops them all.
            code = max(code, fail(error))
            continue
        stored += made
        lost += rows_lost
        code = max(code, *map(fail, refusals), code)
    with place.reader() as reader:
        written = Written(reader)
    if as_json:
        made_facts = [written.facts(delivery) for delivery in stored]
        put_json({"schema": 1, "deliveries": made_facts, "lost": lost})
    else:
        put(*(f"delivery {written.line(delivery)}" for delivery in stored))
    if not found and not refused:
        tell(_("There is no new file in any source."))
    raise typer.Exit(code or (ExitCode.INCOMPLETE if lost else ExitCode.DONE))


def _year(text: str) -> str:
    """A school year as it is stored; nothing when none is named. Raises UsageError."""
    year = written_year(text) if text else ""
    if year is None:
        raise UsageError(say(_("{text} is no school year: write 2026/27."), text=text))
    return year


def _take_in(
    place: Place, settings: SourceSettings, path: Path, year: str, lifted: dict[str, str]
) -> tuple[list[Delivery], int, list[GuardError | StaleError]]:
    """What was stored, how many rows were lost, and the schools in the file that were refused."""
    with place.reader() as reader, place.writer() as writer:
        settings, told = settings.resolved(path)
        for line in told:
            tell(line)
        schools = {school.number: school for school in reader.records(School)}
        only = place.school(reader, settings.school) if settings.school else None
        in_force = InForce(reader, settings.name, settings.system)
        options = settings.options(place.today).model_copy(
            update={"known_schools": frozenset(schools), "earlier": in_force.earlier}
        )
        try:
            reading = READERS[settings.format](path, options)
        except UnreadableError as error:
            _show(error.problems, path.name)
            raise
        for line in reading.summary():
            tell(line)
        _show(reading.problems, reading.file)
        if reading.made_by and reading.made_by == inventory_code(reader):
            tell(_("{file}: this inventory wrote it itself, so it says nothing new. Nothing was "
                   "taken in."), file=path.name)  # fmt: skip
            return [], 0, []
        named = year or reading.school_year or settings.school_year
        if not named:
            named = school_year_of(place.today)
            tell(_("{file}: no school year is named, so it is taken for {year}."),
                 file=path.name, year=named)  # fmt: skip
        lasting = {settings.name, *(s.name for s in place.settings.sources)}
        gone = frozenset(d.source for d in deliveries(reader)) - lasting

        former = FormerNames(reader, place.hasher)

        def source(school: School, ids: str) -> Source:
            return Source(settings.name, ids, school, settings.roles, named, gone)

        if reading.covers is None:
            assert only is not None, "checked by the settings"
            # Teachers' ids are not pupils' ids, even in one school's database.
            ids = settings.system if Role.STUDENT in settings.roles else f"{settings.system}/staff"
            made = store_reading(reader, writer, reading, source(only, ids), lifted, former)
            _tell_former(former, path)
            return made, len(reading.lost), []
        parts = [source(schools[number], settings.system)
                 for number in sorted({number for number, _role in reading.covers})]  # fmt: skip
        split = store_schools(reader, writer, reading, parts, lifted, in_force, former)
        _tell_former(former, path)
        errors = sum(problem.severity is Severity.ERROR for problem in reading.problems)
        return split.made, max(len(reading.lost), errors), split.refused


def _tell_former(former: FormerNames, path: Path) -> None:
    if former.count:
        tell(_("{file}: {count} rows still bear a name that was changed here. It is not taken "
               "over: ask the school to correct its data."),
             file=path.name, count=former.count)  # fmt: skip


def _show(problems: Sequence[Problem], file: str) -> None:
    """Problems with their cells, on the terminal only; of a package with the file in it."""
    for problem in problems[:_SHOWN]:
        inner = "" if problem.file == file else f"{problem.file}: "
        cell = f" [{problem.value}]" if problem.value else ""
        text = inner + texts().render(problem.message) + cell
        lost = problem.severity is Severity.ERROR
        tell(_("error: {text}") if lost else _("warning: {text}"), text=text)
    if len(problems) > _SHOWN:
        tell(_("... and {count} more problems"), count=len(problems) - _SHOWN)


@app.command(help=texts()(_("Store inventory records from a JSON Lines file, all or none.")))
def records(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help=texts()(_("One record a line, with its kind.")))],
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Create or change schools, rooms, devices, switches: matched by id."""
    from inventory.recordfiles import edits_of_lines, taken_value

    place = place_of(context)
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        message = _("{path} is not written in UTF-8. Save it as UTF-8.")
        raise UsageError(say(message, path=str(file))) from error
    except OSError as error:
        message = _("{path} cannot be read: {reason}. Check the name and who may read it.")
        raise UsageError(say(message, path=str(file), reason=error.strerror or "")) from error
    with place.reader() as reader, place.writer() as writer:
        edits = edits_of_lines(reader, lines, file.name)
        try:
            with writer.transaction() as tx:
                tx.edit(edits, reason=reason)
        except UsageError as error:  # the store cannot say whose value it is
            raise UsageError(taken_value(reader, edits, file.name) or error.message) from error
    counts: dict[str, int] = {}
    for edit in edits:
        counts[edit.record.kind] = counts.get(edit.record.kind, 0) + 1
    put(json.dumps(counts) if as_json else f"records {len(edits)}")
