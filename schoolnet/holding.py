"""Holding an account, so that no plan disables or deletes it; and releasing it."""

from inventory.errors import UsageError
from inventory.messages import Message, _, say
from inventory.records import Account
from inventory.records.base import Edit
from inventory.store.queries import Eq
from inventory.store.reading import SqliteReader
from schoolnet.place import Place


def hold(place: Place, user: str, reason: str) -> Message:
    """Hold the account of this user name; returns what is to be known. Raises UsageError."""
    if not reason.strip():
        raise UsageError(say(_("An account is held only with --reason TEXT.")))
    _set(place, user, reason.strip(), reason)
    return say(_("The account {name} is held: no plan disables or deletes it."), name=user)


def release(place: Place, user: str, reason: str) -> Message:
    """Take the hold back; returns what is to be known. Raises UsageError."""
    if not reason.strip():
        raise UsageError(say(_("An account is released only with --reason TEXT.")))
    _set(place, user, "", reason)
    return say(_("The account {name} is not held any more."), name=user)


def _set(place: Place, user: str, held: str, reason: str) -> None:
    with place.reader() as reader:
        account = account_named(reader, user)
    if account.held != held:
        with place.writer() as writer:
            writer.edit([Edit(account, account.model_copy(update={"held": held}))], reason)


def account_named(reader: SqliteReader, user: str) -> Account:
    """The account of this user name; raises UsageError."""
    where = Eq(field="user_name", value=user.strip())
    account = next(reader.records(Account, where), None)
    if account is None:
        message = _("No account has the user name {name}. `schoolnet find` looks for parts of it.")
        raise UsageError(say(message, name=user))
    return account
