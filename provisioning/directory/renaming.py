"""A protected change of name, in the directory at once: no plan or run ever holds the old one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pydantic import JsonValue

from inventory.errors import UsageError
from inventory.messages import Message, _, say
from inventory.records.base import Edit
from inventory.records.changes import Action, Change, Notice
from inventory.records.runs import ChangeResult
from inventory.store.protocol import Reader
from provisioning.directory import operations
from provisioning.directory.connection import SearchConnection
from provisioning.directory.dn import fold, named_by
from provisioning.directory.entries import Entry
from provisioning.directory.executor import DirectoryExecutor
from provisioning.directory.ground import change
from provisioning.directory.layout import NAMED_BY, WantedPerson
from provisioning.directory.planner import DirectoryPlanner
from provisioning.directory.settings import DirectorySettings

ALIASES = ("mailAlternateAddress", "mailLocalAddress", "proxyAddresses", "rfc822Mailbox")
"""Where directories keep further addresses of a person."""


@dataclass
class _Memory:
    """A Recorder that keeps results in memory only."""

    results: list[ChangeResult] = field(default_factory=list)

    def intend(self, changes: Sequence[Change]) -> None:
        """The intent is in the inventory already: the account is marked as being renamed."""

    def observed(self, kind: str, record: str, school: str, facts: Mapping[str, JsonValue]) -> None:
        """Not used by directories."""

    def result(
        self,
        change: Change,
        result: ChangeResult,
        edits: Sequence[Edit] = (),
        used_names: Sequence[bytes] = (),
    ) -> None:
        """Keep a result."""
        self.results.append(result)


class Finished(NamedTuple):
    """What did not succeed, and what a person has to see to by hand."""

    failed: list[Message]
    left: list[Message]


def rename_entry(
    connection: SearchConnection,
    settings: DirectorySettings,
    executor: DirectoryExecutor,
    inventory: Reader,
    person: str,
    day: date,
) -> Finished:
    """Let the person's entry have the names of the inventory, and lose aliases of the old one.

    Safe to repeat. Nothing is sent when the person has no entry, and no entry is ever deleted.
    Raises UsageError when other changes of the directory must come first, else as reading and
    writing do.
    """
    planner = DirectoryPlanner(connection, settings, day, finishing=person)
    subtree, desired = planner.read(inventory), planner.desired(inventory)
    wanted = next((one for one in desired.persons if one.record == person), None)
    entry = subtree.keyed("person", settings.key(person))
    if wanted is None or entry is None:
        return Finished([], [])
    items = list(planner.compare(subtree, desired))
    failed = [item.message for item in items if isinstance(item, Notice) and item.record == person]
    mine = [
        item for item in items
        if isinstance(item, Change) and item.person == person and item.action is not Action.DELETE
    ]  # fmt: skip
    if not {need for one in mine for need in one.needs} <= {one.id for one in mine}:
        message = _("The directory has changes pending that this one needs. Plan and apply them "
                    "with `schoolnet plan directory`, then repeat.")  # fmt: skip
        raise UsageError(say(message))
    full = connection.read(entry.dn, ["*"])
    old = {fold(name) for name in (*entry.values("uid"), named_by(entry.dn)[1])} - {wanted.name}
    attributes = full.attributes if full else {}
    for changes in (list(_aliases(settings, wanted, entry, attributes, old)), mine):
        if not failed:
            failed = _sent(executor, changes)
    return Finished(failed, list(_left(wanted, attributes, old)))


def _sent(executor: DirectoryExecutor, changes: Sequence[Change]) -> list[Message]:
    memory = _Memory()
    for batch in executor.batches(changes):
        executor.execute(batch, memory)
    bad = [one for one in memory.results if not one.outcome.good]
    return [one.message or say(_("The directory did not take it.")) for one in bad]


def _holding(values: Iterable[str], old: Set[str]) -> list[str]:
    return [value for value in values if any(name in fold(value) for name in old)]


def _aliases(
    settings: DirectorySettings,
    wanted: WantedPerson,
    entry: Entry,
    attributes: Mapping[str, Sequence[str]],
    old: Set[str],
) -> Iterator[Change]:
    """One change that takes away further addresses of the old name."""
    found = {name: _holding(attributes.get(name.lower(), ()), old) for name in ALIASES}
    edits = [("delete", name, values) for name, values in found.items() if values]
    if edits:
        ours = f"({settings.person_key_attribute}={wanted.key})"
        reason = say(_("Aliases of the former name"))
        sent = [operations.modify(entry.dn, ours, edits)]
        yield change(wanted, Action.UPDATE, sent, reason, part="aliases")


def _left(
    wanted: WantedPerson,
    attributes: Mapping[str, Sequence[str]],
    old: Set[str],
) -> Iterator[Message]:
    """Attributes that are not ours to change and still hold the old name."""
    ours = {name.lower() for name in (*wanted.attributes, *ALIASES, NAMED_BY["person"])}
    names = [
        name for name, values in attributes.items()
        if name not in ours | {"userpassword", "objectclass"} and _holding(values, old)
    ]  # fmt: skip
    if names:
        message = _("The entry of {name} still holds the former user name in {attributes}. These "
                    "attributes are not ours: correct them in the directory.")  # fmt: skip
        yield say(message, name=wanted.name, attributes=", ".join(sorted(names)))
