"""``schoolnet list``: records of a kind, of now or of a past day."""

from datetime import date
from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records import KINDS
from inventory.store.codec import codec_of
from inventory.store.overlay import shadow_as_of
from inventory.store.queries import And, Contains, Eq, Filter, Order, Query
from inventory.times import end_of_day
from schoolnet.commands._common import Json, key_values, new_app, place_of
from schoolnet.output import put_json, put_table, texts

app = new_app()


@app.command()
def list_records(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help=texts()(_("school, device, switch, person, …")))],
    where: Annotated[
        list[str] | None, typer.Option("--where", help=texts()(_("FIELD=VALUE; repeatable.")))
    ] = None,
    search: Annotated[str, typer.Option("--search", help=texts()(_("Words to find.")))] = "",
    school: Annotated[str, typer.Option("--school", help=texts()(_("Number of a school.")))] = "",
    columns: Annotated[
        str, typer.Option("--columns", help=texts()(_("Fields to show, with commas.")))
    ] = "",
    as_of: Annotated[
        str, typer.Option("--as-of", help=texts()(_("As recorded at the end of this day.")))
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1)] = 1000,
    as_json: Json = False,
) -> None:
    """List records in their reading order."""
    if kind not in KINDS:
        message = _("{kind} is no kind of record. Kinds are: {kinds}.")
        raise UsageError(say(message, kind=kind, kinds=", ".join(KINDS)))
    place = place_of(context)
    codec = codec_of(kind)
    shown = tuple(columns.split(",")) if columns else tuple(codec.names)
    with place.reader() as reader:
        if as_of:
            shadow_as_of(reader, end_of_day(_day(as_of)))
        parts: list[Filter] = [
            Eq(field=field, value=_value(codec, field, value))
            for field, value in key_values(where or [], "--where").items()
        ]
        if search:
            parts.append(Contains(text=search))
        if school:
            field = "id" if kind == "school" else "school"
            parts.append(Eq(field=field, value=place.school(reader, school).id))
        query = Query(
            kind=kind, where=And(parts=tuple(parts)), order=(Order(),), columns=shown, limit=limit
        )
        try:
            rows = reader.rows(query)
        except KeyError as error:
            message = _("{kind} has no field {field}. Fields are: {fields}.")
            fields = ", ".join(codec.names)
            raise UsageError(
                say(message, kind=kind, field=str(error.args[0]), fields=fields)
            ) from error
    if as_json:
        put_json([dict(zip(shown, row, strict=True)) for row in rows])
    else:
        put_table(shown, rows)


def _value(codec: object, field: str, text: str) -> str | int | None:
    columns = {column.name: column for column in codec.columns}  # type: ignore[attr-defined]
    if field in columns and columns[field].integer:
        try:
            return int(text)
        except ValueError as error:
            message = _("{field} is a number, not {text}.")
            raise UsageError(say(message, field=field, text=text)) from error
    return text


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(say(_("{text} is no day: write YYYY-MM-DD."), text=text)) from error
