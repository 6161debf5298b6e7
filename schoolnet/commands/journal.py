"""``schoolnet journal``: show and prove it; erase a person from it."""

from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.store.erasure import erase_person
from inventory.store.journals import (
    entries,
    head_hash,
    holds_head,
    newest_entries,
    verify_journal,
)
from provisioning.engine.lock import run_lock
from schoolnet.commands._common import Json, Reason, new_app, place_of
from schoolnet.output import ExitCode, put, put_json, put_table, tell, texts

app = new_app()


@app.callback(invoke_without_command=True)
def overview(
    context: typer.Context,
    after: Annotated[
        int, typer.Option("--after", help=texts()(_("Only entries after this number.")))
    ] = -1,
    school: Annotated[str, typer.Option("--school", help=texts()(_("Number of a school.")))] = "",
    limit: Annotated[int, typer.Option("--limit", min=1)] = 50,
    as_json: Json = False,
) -> None:
    """Show the newest entries."""
    if context.invoked_subcommand:
        return
    place = place_of(context)
    with place.reader() as reader:
        where = place.school(reader, school).id if school else ""
        lines = (
            entries(reader, after=after, school=where, limit=limit)
            if after >= 0
            else newest_entries(reader, school=where, limit=limit)
        )
    if as_json:
        put_json([
            {"seq": e.seq, "time": e.time, "kind": e.kind, "action": e.action, "school": e.school,
             "record": e.record, "run": e.run, "payload": body}
            for e, body in lines
        ])  # fmt: skip
        return
    rows = [
        (e.seq, texts().moment(e.time), (body or {}).get("actor", "-"), e.kind, e.action, e.record)
        for e, body in lines
    ]
    put_table((_("No."), _("Time"), _("By"), _("Kind"), _("Action"), _("Record")), rows)


@app.command(help=texts()(_("Prove that nothing in the journal or the tables was altered.")))
def verify(
    context: typer.Context,
    head: Annotated[
        str, typer.Option("--head", help=texts()(_("A head noted outside, as NUMBER:HASH.")))
    ] = "",
    as_json: Json = False,
) -> None:
    """Verify chain, payloads and tables. Exit code 0: it holds; 1: it does not."""
    with place_of(context).reader() as reader:
        wrong = list(verify_journal(reader))
        seq, digest = head_hash(reader)
        if head and not holds_head(reader, head):
            wrong.append(say(_("The journal does not contain the noted head {head}."), head=head))
    if as_json:
        put_json(
            {"schema": 1, "head": f"{seq}:{digest}", "wrong": [texts().render(m) for m in wrong]}
        )
    else:
        put(f"head {seq}:{digest}")
    for message in wrong:
        tell(message)
    tell(_("The journal does not hold.") if wrong else _("The journal holds."))
    raise typer.Exit(ExitCode.FAILED if wrong else ExitCode.DONE)


@app.command(help=texts()(_("Erase a person's data everywhere in the folder; cannot be undone.")))
def erase(
    context: typer.Context,
    person: Annotated[str, typer.Argument(help=texts()(_("Id of the person.")))],
    reason: Reason = "",
    yes: Annotated[bool, typer.Option("--yes", help=texts()(_("Do not ask.")))] = False,
) -> None:
    """Erase one person."""
    if not reason.strip():
        raise UsageError(say(_("An erasure needs --reason TEXT. Do not name the person in it.")))
    if not yes:
        typer.confirm(texts()(_("Erase this person's data for ever?")), default=False, abort=True)
    place = place_of(context)
    # A run would write what it knows of the person into the journal afterwards.
    with run_lock(place.lock, "erase"), place.reader() as reader, place.writer() as writer:
        for run in erase_person(writer, reader, person, reason):
            (place.logs / f"{run}.log").unlink(missing_ok=True)
    tell(
        _(
            "Erased from this folder. Not reached are exported files, the schools' own files, the "
            "locked entry in the directory, and backups: look after them."
        )
    )
