"""``schoolnet handouts``: the new passwords of a run, printed by class until handed over."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from inventory.errors import SealError, UsageError
from inventory.messages import _, say
from inventory.store.runs import get_run
from provisioning.directory.handouts import Handout, Sheet
from provisioning.directory.passwords import InitialPasswords
from provisioning.engine.spool import write_private
from schoolnet.commands._common import Json, Reason, new_app, place_of, tell_expired
from schoolnet.handing import PRINT, find_handouts, hand_over, journal_handouts
from schoolnet.output import put, put_json, put_table, tell, texts
from schoolnet.place import Place
from tui.texts import load_texts

app = new_app()


@app.command()
def handouts(
    context: typer.Context,
    run_id: Annotated[str, typer.Argument(metavar="RUN", help=texts()(_("Id of the run.")))],
    class_name: Annotated[
        str, typer.Option("--class", help=texts()(_("Only the class of this name.")))
    ] = "",
    school: Annotated[
        str, typer.Option("--school", help=texts()(_("Only this school's number.")))
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", help=texts()(_("Write a PDF to print for each class (0600)."))),
    ] = None,
    handed_over: Annotated[
        bool,
        typer.Option("--handed-over", help=texts()(_("Destroy what the passwords are made from."))),
    ] = False,
    reason: Reason = "",
    as_json: Json = False,
) -> None:
    """Print the passwords that a run gave, or mark them handed over: then they are gone."""
    if handed_over and output:
        raise UsageError(say(_("Print first and hand over then: --output or --handed-over.")))
    shows = output is not None or not (handed_over or as_json)
    if shows and not reason.strip():
        raise UsageError(say(_("Passwords are shown only with --reason TEXT, for the journal.")))
    place = place_of(context)
    tell_expired(place)
    with place.reader() as reader:
        run = get_run(reader, run_id)
        passwords = InitialPasswords(place.spool, run.id)
        only = place.school(reader, school).id if school else ""
        found = find_handouts(reader, run, passwords, class_name, only)
    there = [handout for handout in found if passwords.printable(handout.group)]
    if gone := len(found) - len(there):
        tell(_("{count} handouts were handed over or have expired."), count=gone)
    if not there:
        message = _("Run {run} has no handout to print for this selection.")
        raise SealError(say(message, run=run.id))
    files: Mapping[str, Path] = {}
    if handed_over:
        hand_over(place, run, there, reason)
        tell(_("{count} handouts are handed over. These passwords can never be shown again."),
             count=len(there))  # fmt: skip
    elif shows:
        groups = {handout.group: len(handout.accounts) for handout in there}
        journal_handouts(place, run.id, PRINT, groups, reason)
        if output:
            files = _write(place, output, there, passwords)
    if as_json:
        put_json({"schema": 1, "run": run.id, "handouts": [
            {"group": h.group, "accounts": len(h.accounts), "file": str(files.get(h.group, ""))}
            for h in there
        ]})  # fmt: skip
    elif files:
        put(*map(str, files.values()))
    elif not handed_over:
        _print(there, passwords)


def _write(
    place: Place, folder: Path, found: Iterable[Handout], passwords: InitialPasswords
) -> dict[str, Path]:
    """One file a group; returns them by group."""
    from provisioning.directory.handout_pages import HandoutPages

    settings = place.settings
    words = load_texts(settings.language) if settings.language else texts()
    pages = HandoutPages(settings.handouts, words.render, words.language)
    files: dict[str, Path] = {}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for handout in found:
            title = handout.title
            name = _file_name(f"{title.school} {words.render(title.group)}")
            path = folder / f"{name}.pdf"
            if path in files.values():
                path = folder / f"{name}-{handout.group}.pdf"
            write_private(path, pages.render(handout, handout.sheets(passwords)))
            files[handout.group] = path
    except OSError as error:
        message = _("{path} cannot be written: {reason}. Name another folder with --output.")
        reason = error.strerror or str(error)
        raise UsageError(say(message, path=str(folder), reason=reason)) from error
    return files


def _file_name(title: str) -> str:
    return re.sub(r"[^\w.]+", "-", title).strip("-.") or "handout"


def _print(found: Iterable[Handout], passwords: InitialPasswords) -> None:
    for handout in found:
        put(f"{handout.title.school}: {texts().render(handout.title.group)}")
        rows = [
            (sheet.account.user_name, sheet.password.get_secret_value(), _name(sheet))
            for sheet in handout.sheets(passwords)
        ]
        put_table((_("User name"), _("First password"), _("Name")), rows)


def _name(sheet: Sheet) -> str:
    name, apart = sheet.account.name, sheet.account.apart
    return f"{name} ({texts().render(apart)})" if apart else name
