"""``schoolnet rename``: other names for a person; protected: as if there had been no others."""

from typing import Annotated

import typer

from inventory.errors import SchoolnetError, UsageError
from inventory.messages import _, say
from inventory.records import Account, Person, School
from inventory.records.base import Edit
from inventory.store.codec import payload_body
from inventory.store.queries import Eq, Query
from inventory.store.reading import SqliteReader
from inventory.store.renaming import forget_former
from provisioning.engine.lock import run_lock
from provisioning.roster.renaming import Renaming, with_keys
from schoolnet import compose
from schoolnet.commands._common import Reason, new_app, place_of
from schoolnet.holding import account_named
from schoolnet.output import ExitCode, put, tell, texts
from schoolnet.place import Place

app = new_app()


@app.command()
def rename(
    context: typer.Context,
    user: Annotated[str, typer.Argument(help=texts()(_("User name of the account.")))],
    given: Annotated[str, typer.Option("--given", help=texts()(_("New given names.")))] = "",
    family: Annotated[str, typer.Option("--family", help=texts()(_("New family name.")))] = "",
    protected: Annotated[
        bool,
        typer.Option(
            "--protected",
            help=texts()(_("New user name too; forget the former names. Cannot be undone.")),
        ),
    ] = False,
    reason: Reason = "",
    yes: Annotated[bool, typer.Option("--yes", help=texts()(_("Do not ask.")))] = False,
) -> None:
    """Change a person's names. Without --protected user name and address stay."""
    if not reason.strip():
        raise UsageError(say(_("A new name needs --reason TEXT. Do not write the former name.")))
    place = place_of(context)
    # A run would write what it knows of the person into the journal afterwards.
    with run_lock(place.lock, "rename"):
        wanted = _renaming(place, user, given, family, protected=protected)
        changed = wanted.renamed != wanted.person
        if not (changed or protected):
            raise UsageError(say(_("These are the person's names already.")))
        if not protected:
            with place.writer() as writer:
                wanted.rename(writer, place.hasher, reason)
            tell(_("The names are changed. The next plan takes them to the directory."))
            return
        if changed and not yes:
            question = texts()(_("Forget the former names for ever?"))
            typer.confirm(question, default=False, abort=True)
        account = _protected(place, wanted, reason) if changed else wanted.account
        put(account.user_name)
        _forget(place, account)
        if account.renaming:
            _finish(place, account)


def _renaming(place: Place, user: str, given: str, family: str, *, protected: bool) -> Renaming:
    with place.reader() as reader:
        if not reader.count(Query(kind="account", where=Eq(field="user_name", value=user.strip()))):
            _check_finished(reader, user, protected=protected)
        account = account_named(reader, user)
        person = reader.get(Person, account.person)
        assert person is not None, "an account has a person"
        names = given.strip() or person.given_name, family.strip() or person.family_name
        return with_keys(reader, Renaming(person, account, *names))


def _check_finished(reader: SqliteReader, user: str, *, protected: bool) -> None:
    """Whoever repeats a command that was ended too early has typed the former name."""
    waiting = reader.records(Account, Eq(field="renaming", value=1))
    if names := ", ".join(account.user_name for account in waiting):
        message = _("No account has the user name {name}. A protected change of name was not "
                    "finished for: {names}. When that is meant: `schoolnet rename USER --protected "
                    "--reason TEXT`, with the new user name.")  # fmt: skip
        raise UsageError(say(message, name=user, names=names))
    if protected:
        message = _("No account has the user name {name} now. A finished change of name with "
                    "--protected leaves no trace of it: then nothing is left to be done. "
                    "`schoolnet find` looks for parts of a name.")  # fmt: skip
        raise UsageError(say(message, name=user))


def _protected(place: Place, wanted: Renaming, reason: str) -> Account:
    with place.reader() as reader:
        names = compose.name_maker(place, reader)
        school = reader.get(School, wanted.person.school)
    number = school.number if school else ""
    with place.writer() as writer:
        account = wanted.rename_protected(writer, names, number, reason)
    protected = {name.casefold() for name in place.settings.guards.protected_accounts}
    if wanted.account.user_name.casefold() in protected:
        tell(_("guards.protected_accounts in schoolnet.toml still names the former user name: put "
               "the new one in its place."))  # fmt: skip
    return account


def _forget(place: Place, account: Account) -> None:
    """What the store's part leaves; after a kill, or while others read, the repetition does it."""
    with place.writer() as writer:
        forget_former(
            writer, account.person, lambda run: (place.logs / f"{run}.log").unlink(missing_ok=True)
        )
    tell(
        _(
            "The former names are forgotten in this folder. Not reached are exported files, "
            "printed handouts, the schools' own data, and backups: look after them."
        )
    )


def _finish(place: Place, account: Account) -> None:
    """The directory follows at once; when it cannot, the command is repeated."""
    done = Edit(account, account.model_copy(update={"renaming": False}))
    if place.settings.directory is None:
        with place.writer() as writer:
            writer.edit([done])
        return
    again = _("The directory does not show the new name yet. When the cause is gone: "
              "schoolnet rename {name} --protected --reason TEXT")  # fmt: skip
    try:
        with place.reader() as reader:
            finished = compose.rename_entry(place, reader, account.person)
    except SchoolnetError:
        tell(again, name=account.user_name)
        raise
    for message in (*finished.failed, *finished.left):
        tell(message)
    if finished.failed:
        tell(again, name=account.user_name)
        raise typer.Exit(ExitCode.INCOMPLETE)
    with place.writer() as writer, writer.transaction() as tx:
        body = payload_body(actor=writer.actor, target="directory", key=account.user_name)
        tx.event("change", "done", body, school=account.school, record=account.person)
        tx.edit([done])
    tell(_("The directory shows the new name."))
