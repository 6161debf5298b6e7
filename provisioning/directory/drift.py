"""Drift: what changed in the directory behind our back, told from wishes not applied yet.

At the end of a run's stage, what the inventory wants of each entry that is as it should be is
remembered, as short hashes. When a plan later finds a difference and the inventory still wants
the same, the directory moved: that is drift. When the inventory wants something else now, it is
an ordinary change; so is every difference of an entry of which nothing is remembered.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b

from pydantic import JsonValue

from inventory.messages import Message, _, say
from inventory.records.changes import Action, Change, Notice, Scope
from inventory.store.brought import Brought, Parts
from inventory.times import day_at
from provisioning.directory.dn import child, fold, normalise
from provisioning.directory.ground import MEMBERSHIP, Ground
from provisioning.directory.operations import Operation
from provisioning.directory.settings import DirectorySettings
from provisioning.directory.wanted import NAMED_BY, Desired, Wanted, WantedPerson

PLACE, LOCK, GROUPS = "dn", "lock", "groups"
"""Parts of a wish beside the attributes."""
ENTRY = "entry"
"""What vanished, when all of it did."""
_Item = Change | Notice | Scope


def parts_of(wanted: Wanted) -> dict[str, JsonValue]:
    """What is wanted of an entry, by part; equal wishes are equal in every part."""
    parts: dict[str, JsonValue] = {PLACE: _short(fold(wanted.name), wanted.parent)}
    for name, values in wanted.attributes.items():
        parts[name] = _short(*sorted(values))
    if isinstance(wanted, WantedPerson):
        parts[LOCK] = _short("locked" if wanted.locked else "")
        parts[GROUPS] = [*sorted(map(_short, wanted.groups))]
    return parts


def _short(*values: str) -> str:
    return blake2b("\x1f".join(values).encode(), digest_size=6).hexdigest()


def key_of(change: Change, settings: DirectorySettings) -> str:
    """The key of the entry that a change is about."""
    if change.person:
        return settings.key(change.person)
    return _key_in(_first(change))


def _first(change: Change) -> Operation:
    operation = change.operations[0]
    assert isinstance(operation, dict)
    return operation


def _key_in(operation: Operation) -> str:
    """The key in the filter that only our entry matches."""
    return str(operation["ours"]).partition("=")[2].rstrip(")")


def brought_by(
    ground: Ground, desired: Desired, left: Iterable[_Item]
) -> tuple[Iterator[Brought], frozenset[str]]:
    """Entries that are as they should be, and the keys of all of which something is known.

    `left` is what would still be planned now: of those entries the memory stays as it was.
    """
    open_keys = {key_of(item, ground.settings) for item in left if isinstance(item, Change)}
    open_keys |= ground.blocked
    every = (*desired.units, *desired.groups, *desired.persons)
    there = [
        wanted for wanted in every
        if wanted.key not in open_keys and ground.subtree.keyed(wanted.kind, wanted.key)
    ]  # fmt: skip
    keys = frozenset(open_keys | {wanted.key for wanted in there})
    return map(_brought, there), keys


def _brought(wanted: Wanted) -> Brought:
    person = wanted.record if wanted.kind == "person" else ""
    return Brought(wanted.key, wanted.record, person, parts_of(wanted))


class Drift:
    """Says of changes whether they are drift."""

    def __init__(
        self, ground: Ground, desired: Desired, brought: Callable[[str], Brought | None]
    ) -> None:
        self._ground = ground
        self._wanted: Mapping[str, Wanted] = {
            one.key: one for one in (*desired.units, *desired.groups, *desired.persons)
        }
        self._brought = brought

    def told(self, items: Iterable[_Item]) -> Iterator[_Item]:
        """The same, with the drift among the changes marked and given as the reason."""
        for item in items:
            yield self._marked(item) if isinstance(item, Change) else item

    def _marked(self, change: Change) -> Change:
        if _first(change)["op"] == "accept":
            return change.model_copy(update={"drift": (self._ground.dialect.own_id,)})
        key = key_of(change, self._ground.settings)
        before = self._brought(key)
        if before is None or key not in self._wanted or change.action is Action.DELETE:
            return change
        now = parts_of(self._wanted[key])
        all_parts: dict[str, bool] = {}
        for operation in change.operations:
            assert isinstance(operation, dict)
            all_parts |= self._parts(change, operation, before.parts, now)
        drift = tuple(part for part, drifted in all_parts.items() if drifted)
        if not drift:
            return change
        reason = change.reason  # that of a name to log in with warns
        if self._ground.dialect.login_name not in drift:
            reason = _reason(change, drift, before.at, mixed=len(drift) < len(all_parts))
        return change.model_copy(update={"drift": drift, "reason": reason})

    def _parts(
        self, change: Change, operation: Operation, before: Parts, now: Parts
    ) -> dict[str, bool]:
        """What an operation changes; True: the inventory wants what it wanted before."""
        if operation["op"] == "add":
            return {ENTRY: True}
        if operation["op"] == "modify_dn":
            return {PLACE: before.get(PLACE) == now[PLACE]}
        if change.kind == MEMBERSHIP:
            if "was" in operation and len(operation["changes"]) > 1:  # follows the account
                stood = before.get(PLACE) == now[PLACE]
                return {PLACE: stood and self._stands_elsewhere(change)}
            return _membership(operation, before)
        names = dict.fromkeys(name for _verb, name, _values in operation["changes"])
        lock = self._ground.dialect.lock_name
        parts = {name: LOCK if name == lock else name for name in names}
        # Our key and the placeholder are wanted always, and so in no part.
        return {name: before.get(part) == now.get(part) for name, part in parts.items()}

    def _stands_elsewhere(self, change: Change) -> bool:
        """Whether an account itself is not where it should be, rather than its unit."""
        key = key_of(change, self._ground.settings)
        wanted, subtree = self._wanted[key], self._ground.subtree
        entry, unit = subtree.keyed("person", key), subtree.keyed("unit", wanted.parent)
        if entry is None or unit is None:
            return False
        place = normalise(child(NAMED_BY["person"], wanted.name, unit.dn))
        return entry.place != place


def _membership(operation: Operation, before: Parts) -> dict[str, bool]:
    verbs = {verb for verb, _name, _values in operation["changes"]}
    group = _short(_key_in(operation))
    was_member = group in before.get(GROUPS, ())
    return {operation["dn"]: was_member == ("add" in verbs)}


def _reason(change: Change, drift: tuple[str, ...], at: int, *, mixed: bool) -> Message:
    day = day_at(at).isoformat()
    operation = _first(change)
    if operation["op"] == "add":
        return say(_("Vanished from the directory since {day}"), day=day)
    if operation["op"] == "modify_dn":
        return say(_("Moved or renamed in the directory since {day}"), day=day)
    what = ", ".join(drift)
    if mixed:
        message = _("Changed in the directory since {day}: {what}; the rest in the inventory")
        return say(message, day=day, what=what)
    return say(_("Changed in the directory since {day}: {what}"), day=day, what=what)
