"""Accepting drift of a plan into the inventory, as the command line does it."""

from collections.abc import Collection, Iterator

from inventory.errors import StaleError, UsageError
from inventory.messages import Message, _, say
from inventory.records import Account
from inventory.records.changes import Plan
from inventory.store.brought import known_brought, save_brought
from inventory.store.journals import moved_since
from inventory.store.names import ever_had, is_used
from inventory.store.plans import get_change, get_plan
from inventory.store.queries import Eq
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer
from provisioning.directory.accepting import Accepted, accept
from provisioning.engine.lock import run_lock
from provisioning.roster.renaming import Renaming
from schoolnet import servers
from schoolnet.place import Place

_READS = frozenset({"person", "account", "school"})


def accept_drift(
    place: Place, plan_id: str, change_ids: Collection[str], reason: str
) -> list[Accepted]:
    """Let the inventory want what the directory has in these changes; one entry a person.

    Raises StaleError when the inventory of the school moved since the plan was made, UsageError
    when something cannot be accepted (then nothing is), LockedError while a run is alive.
    """
    settings = servers.directory_settings(place)
    with run_lock(place.lock, "accept"), place.reader() as reader:
        plan = get_plan(reader, plan_id)
        changes = [get_change(reader, plan.id, one) for one in dict.fromkeys(change_ids)]
        _check_moved(reader, plan, {change.school for change in changes})
        with place.reader() as overlaid:
            known = known_brought(reader)
            accepted = accept(overlaid, settings, changes, known, place.today, reason)
        for one in accepted:
            _check_free(reader, place, one)
        with place.writer() as writer:
            for one in accepted:
                _write(place, writer, one, reason)
    return accepted


def told(accepted: Accepted) -> Iterator[Message]:
    """What is to be known of one person whose drift was accepted."""
    name = accepted.account.user_name
    yield say(_("Accepted for {name}. Make a new plan."), name=name)
    if accepted.put_back:
        message = _("The inventory cannot hold {what} of {name}: a new plan puts it back.")
        yield say(message, what=", ".join(accepted.put_back), name=name)
    if any(edit.after.held for edit in accepted.edits if isinstance(edit.after, Account)):
        yield say(_("The account {name} is held in this state: no import changes that before "
                    "`schoolnet accounts release {name}`."), name=name)  # fmt: skip


def _check_moved(reader: SqliteReader, plan: Plan, schools: Collection[str]) -> None:
    moved = moved_since(reader, plan.base, _READS, plan.id)  # by any run, or none
    if "" in moved or not moved.keys().isdisjoint(schools):
        raise StaleError(_("The inventory of this school moved after the plan was made. Make a new "
                           "plan, then accept what it still shows."))  # fmt: skip


def _check_free(reader: SqliteReader, place: Place, one: Accepted) -> None:
    for name in one.given:
        others = [
            each for field in ("user_name", "email")
            for each in reader.records(Account, Eq(field=field, value=name))
            if each.id != one.account.id
        ]  # fmt: skip
        used = is_used(reader, place.hasher(name)) and not ever_had(reader, one.account.id, name)
        if others or used:
            raise UsageError(_taken(name))


def _taken(name: str) -> Message:
    message = _("{name} belongs to another account, or did once, and is never given twice. Apply "
                "the change, which puts the directory right.")  # fmt: skip
    return say(message, name=name)


def _write(place: Place, writer: Writer, one: Accepted, reason: str) -> None:
    with writer.transaction() as tx:
        tx.edit([edit for edit in one.edits if isinstance(edit.record, Account)], reason=reason)
        tx.use_names(place.hasher(name) for name in one.given)
        save_brought(tx, one.brought)
    if one.renamed is not None:
        names = one.renamed.given_name, one.renamed.family_name
        Renaming(one.person, one.account, *names).rename(writer, place.hasher, reason)
