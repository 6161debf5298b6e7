"""A protected change of name, in the directory at once: no plan or run ever holds the old one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from provisioning.directory.dialects import dialect_of
from provisioning.directory.dn import fold, named_by
from provisioning.directory.entries import Entry
from provisioning.directory.executor import DirectoryExecutor
from provisioning.directory.ground import change
from provisioning.directory.planner import DirectoryPlanner
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings
from provisioning.directory.wanted import WantedPerson

ALIASES = ("mailAlternateAddress", "mailLocalAddress", "proxyAddresses", "rfc822Mailbox")
"""Where directories keep further addresses of a person."""
_FOLLOW = ("distinguishedName", "name")
"""Active Directory writes these itself, from the DN: they have the new name when the entry has."""
_NOT_TAKEN = _("The directory did not take it.")


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
    first = _renamed(planner, connection, settings, executor, inventory, person)
    if not first.failed:
        return first
    # A name that was part of the DN leaves with it, and was to be removed once more: look again.
    second = _renamed(planner, connection, settings, executor, inventory, person)
    return Finished(second.failed, first.left or second.left)


def _renamed(
    planner: DirectoryPlanner,
    connection: SearchConnection,
    settings: DirectorySettings,
    executor: DirectoryExecutor,
    inventory: Reader,
    person: str,
) -> Finished:
    subtree, desired = planner.read(inventory), planner.desired(inventory)
    wanted = next((one for one in desired.persons if one.record == person), None)
    entry = subtree.keyed("person", settings.key(person))
    if entry is None:
        return Finished([], [])
    if wanted is None:  # no home school, or a name that stands there already
        why = [notice.message for notice in desired.notices if notice.record == person]
        return Finished(why or [say(_NOT_TAKEN)], [])
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
    attributes = full.attributes if full else {}
    alone = _Alone(settings, wanted, entry, attributes)
    for changes in (list(alone.aliases()), mine, list(alone.further_names(mine))):
        if not failed:
            failed = _sent(executor, changes)
    return Finished(failed, list(alone.left()))


def _sent(executor: DirectoryExecutor, changes: Sequence[Change]) -> list[Message]:
    memory = _Memory()
    for batch in executor.batches(changes):
        executor.execute(batch, memory)
    bad = [one for one in memory.results if not one.outcome.good]
    return [one.message or say(_NOT_TAKEN) for one in bad]


class _Alone:
    """What no plan does: it touches attributes that are not ours, where they hold the old name."""

    def __init__(
        self,
        settings: DirectorySettings,
        wanted: WantedPerson,
        entry: Entry,
        attributes: Mapping[str, Sequence[str]],
    ) -> None:
        self.wanted = wanted
        self.entry = entry
        self.attributes = attributes
        self.key_attribute = settings.person_key_attribute
        self.ours = f"({self.key_attribute}={wanted.key})"
        self.named = named_by(entry.dn)[1]
        names = {fold(name) for name in (*entry.values(dialect_of(settings).user_name), self.named)}
        self.old = names - {fold(wanted.name), fold(wanted.naming[1])}

    def aliases(self) -> Iterator[Change]:
        """Take away further addresses of the old name."""
        found = [(name, self._holding(self.attributes.get(name.lower(), ()))) for name in ALIASES]
        edits = [("delete", name, values) for name, values in found if values]
        if edits:
            yield self._change(self.entry.dn, edits, "aliases")

    def further_names(self, moves: Sequence[Change]) -> Iterator[Change]:
        """Take away names beside the one in the DN: an entry taken over has its owner's there."""
        attribute, value = self.wanted.naming
        kept = {fold(value), fold(self.named)}
        names = [v for v in self.entry.values(attribute) if fold(v) not in kept]
        where = self.entry.dn
        for operation in (one for move in moves for one in move.operations):
            if isinstance(operation, dict) and operation["op"] == "modify_dn":
                where = operations.moved_to(operation)
        if names:
            yield self._change(where, [("delete", attribute, names)], "further names")

    def left(self) -> Iterator[Message]:
        """Attributes that are not ours to change and still hold the old name."""
        named = self.wanted.naming[0], self.key_attribute, "userPassword", "objectClass"
        ours = {name.lower() for name in (*self.wanted.attributes, *ALIASES, *named, *_FOLLOW)}
        names = [
            name for name, values in self.attributes.items()
            if name not in ours and self._holding(values)
        ]  # fmt: skip
        if names:
            message = _("The entry of {name} still holds the former user name in {attributes}. "
                        "These attributes are not ours: correct them in the "
                        "directory.")  # fmt: skip
            yield say(message, name=self.wanted.name, attributes=", ".join(sorted(names)))

    def _holding(self, values: Iterable[str]) -> list[str]:
        return [value for value in values if any(name in fold(value) for name in self.old)]

    def _change(self, where: str, edits: Sequence[operations.Edit], part: str) -> Change:
        sent = [operations.modify(where, self.ours, edits)]
        reason = say(_("Aliases of the former name"))
        return change(self.wanted, Action.UPDATE, sent, reason, part=part)
