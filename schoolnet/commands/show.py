"""``schoolnet show``: one record and its history."""

from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records import KINDS, Record
from inventory.store.codec import codec_of
from inventory.store.journals import entries
from inventory.store.reading import SqliteReader
from schoolnet.commands._common import Json, new_app, place_of
from schoolnet.output import put, put_json, texts

app = new_app()


@app.command()
def show(
    context: typer.Context,
    record_id: Annotated[str, typer.Argument(metavar="ID", help=texts()(_("Id of the record.")))],
    as_json: Json = False,
) -> None:
    """Show a record as it is and everything the journal knows of it."""
    with place_of(context).reader() as reader:
        record = _find(reader, record_id)
        lines = entries(reader, record=record_id)
    if record is None and not lines:
        message = _("There is no record {id}. `schoolnet find` searches by name or number.")
        raise UsageError(say(message, id=record_id))
    body = {}
    if record is not None:
        codec = codec_of(record.kind)
        body = {"kind": record.kind, **codec.body(codec.values(record))}
    history = [
        {"seq": line.entry.seq, "time": line.entry.time, "kind": line.entry.kind,
         "action": line.entry.action, "run": line.entry.run, **(line.body or {"erased": True})}
        for line in lines
    ]  # fmt: skip
    if as_json:
        put_json({"record": body, "history": history})
        return
    put(*(f"{name}: {value}" for name, value in body.items() if value not in ("", None, [])))
    for line in lines:
        said = line.body or {}
        put(f"{texts().moment(line.entry.time)} {said.get('actor', '')} "
            f"{line.entry.kind} {line.entry.action}")  # fmt: skip


def _find(reader: SqliteReader, record_id: str) -> Record | None:
    found = (reader.get(model, record_id) for model in KINDS.values())
    return next((record for record in found if record), None)
