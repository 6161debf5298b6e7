"""``schoolnet handouts``: the first passwords of a run, printed by class, and destroyed."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from inventory.errors import SealError, UsageError
from inventory.messages import _, say
from inventory.records import SchoolClass
from inventory.records.runs import Run
from inventory.store.codec import payload_body
from inventory.store.plans import plan_changes
from inventory.store.queries import Eq
from inventory.store.reading import SqliteReader
from inventory.store.runs import get_run, outcomes
from provisioning.directory.handouts import (
    Account,
    Title,
    handout_titles,
    made_accounts,
    render_handout,
    save_handout,
)
from provisioning.directory.passwords import InitialPasswords
from provisioning.engine.lock import run_lock
from schoolnet.commands._common import Json, new_app, place_of
from schoolnet.output import put, put_json, put_table, tell, texts
from schoolnet.place import Place
from tui.texts import Texts, load_texts

app = new_app()


@dataclass(frozen=True)
class _Handout:
    """One group of new accounts and what its handout is called."""

    group: str
    title: Title
    accounts: list[Account]


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
        typer.Option("--output", help=texts()(_("Write a file to print for each class (0600)."))),
    ] = None,
    destroy: Annotated[
        bool,
        typer.Option("--destroy", help=texts()(_("Destroy what the passwords are made from."))),
    ] = False,
    as_json: Json = False,
) -> None:
    """Print the passwords of the accounts that a run made, or destroy them for ever."""
    if destroy and output:
        raise UsageError(say(_("Print first and destroy then: --output or --destroy.")))
    place = place_of(context)
    with place.reader() as reader:
        run = get_run(reader, run_id)
        found = _found(reader, run, class_name, place.school(reader, school).id if school else "")
    passwords = InitialPasswords(place.spool, run.id)
    there = [handout for handout in found if passwords.printable(handout.group)]
    if gone := len(found) - len(there):
        tell(_("{count} handouts were destroyed already."), count=gone)
    if not there:
        message = _("Run {run} has no handout to print for this selection.")
        raise SealError(say(message, run=run.id))
    if destroy or output or not as_json:  # JSON alone tells what there is, and no password
        _journal(place, run, "destroy" if destroy else "print", there)
    files: Mapping[str, Path] = {}
    if destroy:
        with run_lock(place.lock, run.id):
            for handout in there:
                passwords.destroy(handout.group)
        tell(_("Destroyed {count} handouts. These passwords can never be shown again."),
             count=len(there))  # fmt: skip
    elif output:
        files = _write(output, there, passwords, _language(place))
    if as_json:
        put_json({"schema": 1, "run": run.id, "handouts": [
            {"group": h.group, "accounts": len(h.accounts), "file": str(files.get(h.group, ""))}
            for h in there
        ]})  # fmt: skip
    elif files:
        put(*map(str, files.values()))
    elif not destroy:
        _print(there, passwords)


def _found(reader: SqliteReader, run: Run, class_name: str, school: str) -> list[_Handout]:
    """The groups of accounts that the run made, in the plan's order."""
    changes = plan_changes(reader, run.plan, "directory")
    mine = (change for change in changes if not school or change.school == school)
    titles = handout_titles(reader)
    named = {c.id for c in reader.records(SchoolClass, Eq(field="name", value=class_name))}
    return [
        _Handout(group, titles.get(group) or Title("", say(_("Further accounts"))), accounts)
        for group, accounts in made_accounts(mine, outcomes(reader, run.id)).items()
        if not class_name or group in named
    ]


def _journal(place: Place, run: Run, action: str, found: Iterable[_Handout]) -> None:
    """Passwords are not shown, and not destroyed, without a trace of who did it."""
    with place.writer() as writer, writer.transaction() as tx:
        groups = {handout.group: len(handout.accounts) for handout in found}
        body = payload_body(actor=writer.actor, groups=groups)
        tx.event("handout", action, body, record=run.id, run=run.id)


def _language(place: Place) -> Texts:
    language = place.settings.language
    return load_texts(language) if language else texts()


def _write(
    folder: Path, found: Iterable[_Handout], passwords: InitialPasswords, words: Texts
) -> dict[str, Path]:
    """One file a group; returns them by group."""
    files: dict[str, Path] = {}
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for handout in found:
            title = handout.title
            name = _file_name(f"{title.school} {words.render(title.group)}")
            path = folder / f"{name}.html"
            if path in files.values():
                path = folder / f"{name}-{handout.group}.html"
            text = render_handout(
                title, handout.group, handout.accounts, passwords, words.render, words.language
            )
            save_handout(path, text)
            files[handout.group] = path
    except OSError as error:
        message = _("{path} cannot be written: {reason}. Name another folder with --output.")
        reason = error.strerror or str(error)
        raise UsageError(say(message, path=str(folder), reason=reason)) from error
    return files


def _file_name(title: str) -> str:
    return re.sub(r"[^\w.]+", "-", title).strip("-.") or "handout"


def _print(found: Iterable[_Handout], passwords: InitialPasswords) -> None:
    for handout in found:
        put(f"{handout.title.school}: {texts().render(handout.title.group)}")
        rows = [
            (one.user_name,
             passwords.password(handout.group, one.change, one.recipe).get_secret_value(),
             one.name)
            for one in handout.accounts
        ]  # fmt: skip
        put_table((_("User name"), _("First password"), _("Name")), rows)
