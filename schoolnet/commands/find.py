"""``schoolnet find``: anything by name, serial number or MAC address."""

from typing import Annotated

import typer

from inventory.messages import _
from inventory.records import School
from inventory.search import find_records
from inventory.store.codec import codec_of
from schoolnet.commands._common import Json, new_app, place_of
from schoolnet.output import ExitCode, put_json, put_table, tell, texts

app = new_app()


@app.command()
def find(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help=texts()(_("What to look for.")))],
    limit: Annotated[int, typer.Option("--limit", min=1)] = 50,
    as_json: Json = False,
) -> None:
    """Search all kinds. Exit code 1 when nothing is found."""
    with place_of(context).reader() as reader:
        found = find_records(reader, " ".join(words), limit)
        schools = {school.id: school.name for school in reader.records(School)}
    if as_json:
        put_json([
            {"kind": r.kind, **codec_of(r.kind).body(codec_of(r.kind).values(r))} for r in found
        ])  # fmt: skip
    else:
        rows = [
            (r.kind, r.id, " ".join(str(getattr(r, f)) for f in r.searched if getattr(r, f)),
             schools.get(r.scope, ""))
            for r in found
        ]  # fmt: skip
        put_table((_("Kind"), _("Id"), _("Found"), _("School")), rows)
    if not found:
        tell(_("Nothing is found."))
        raise typer.Exit(ExitCode.FAILED)
