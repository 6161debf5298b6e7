"""The directory as it will be after the changes planned so far, and how a change is made."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from pydantic import JsonValue

from inventory.messages import Message
from inventory.records.base import derive_id, unchecked
from inventory.records.changes import Action, Change, Notice, Risk
from provisioning.directory import operations
from provisioning.directory.dialects import dialect_of
from provisioning.directory.dialects.base import Kind
from provisioning.directory.dn import child, fold, lies_below, normalise, parent, replace_ending
from provisioning.directory.entries import Entry, Subtree
from provisioning.directory.operations import Operation
from provisioning.directory.password_rules import PasswordRules
from provisioning.directory.settings import DirectorySettings
from provisioning.directory.wanted import Wanted, WantedPerson

TARGET = "directory"
MEMBERSHIP = "membership"
LOGIN_NAME = "login name"
OWN_ID = "own id"
_make_change = unchecked(Change)
Shown = dict[str, JsonValue]
"""What a plan shows of an entry, by attribute."""


class Ground:
    """Where everything stands while a plan is made; planned moves take effect at once.

    `blocked` are keys that nothing may be built on: somebody has to look at them first.
    """

    def __init__(
        self,
        subtree: Subtree,
        settings: DirectorySettings,
        passwords: PasswordRules | None = None,
    ) -> None:
        self.subtree = subtree
        self.settings = settings
        self.dialect = dialect_of(settings)
        self.passwords = passwords or PasswordRules()
        self.blocked: set[str] = set()
        self._at = dict(subtree.at)
        self._dns: dict[str, str] = {}
        self._final: dict[str, str] = {"": settings.base}
        self._made: dict[str, tuple[str, ...]] = {"": ()}
        self._above: defaultdict[str, list[str]] = defaultdict(list)
        self._freed: dict[str, str] = {}
        self._names = {name: entries[0].dn for name, entries in subtree.by_user_name.items()}
        self._freed_names: dict[str, str] = {}

    def dn_of(self, entry: Entry) -> str:
        """Where an entry stands by then."""
        return self._dns.get(entry.place, entry.dn)

    def occupant(self, target: str) -> Entry | None:
        """What stands at a DN by then."""
        return self._at.get(normalise(target))

    def ours(self, kind: Kind, key: str) -> str:
        """The filter that only our entry of this key matches."""
        attribute = self.settings.key_attribute_of(kind)
        return f"({attribute}={key})"  # prefix and ids hold nothing that a filter would escape

    def target_of(self, wanted: Wanted) -> str:
        """Where a wanted entry should stand; its unit must not be blocked."""
        return child(*wanted.naming, self._final[wanted.parent])

    def needs(self, wanted: Wanted, target: str = "", entry: Entry | None = None) -> list[str]:
        """Changes before `wanted` can be made or moved to `target`, or `entry` be touched."""
        ids = list(self._made.get(wanted.parent, ())) if target else []
        if target and self._freed and (freed := self._freed.get(normalise(target))):
            ids.append(freed)
        return ids + (self._above.get(entry.place, []) if entry else [])

    def settle(self, wanted: Wanted, where: str, made_by: Iterable[str]) -> None:
        """From now on the wanted entry stands there, once these changes are done."""
        self._final[wanted.key] = where
        self._made[wanted.key] = tuple(made_by)

    def settled(self, key: str) -> tuple[str, tuple[str, ...]] | None:
        """DN of a wanted entry and the changes it takes; None when it will not be there."""
        return (self._final[key], self._made[key]) if key in self._final else None

    def move(self, entry: Entry, target: str, change: str) -> None:
        """Let an entry, with all below it, stand at another DN."""
        old = self.dn_of(entry)
        self._freed[normalise(old)] = change
        for moved in [entry] if entry.kind != "unit" else self._below(old):
            place = normalise(self.dn_of(moved))
            if self._at.get(place) is moved:
                del self._at[place]
            self._dns[moved.place] = replace_ending(self.dn_of(moved), old, target)
            self._above[moved.place].append(change)
        for moved in [entry] if entry.kind != "unit" else self._below(target):
            self._at[normalise(self.dn_of(moved))] = moved

    def named(self, name: str) -> str:
        """The DN of what bears a user name by then (groups may bear one too); empty: nobody."""
        return self._names.get(fold(name), "") if name else ""

    def name_needs(self, name: str) -> list[str]:
        """The change that makes a user name free."""
        freed = self._freed_names.get(fold(name)) if self._freed_names else None
        return [freed] if freed else []

    def rename(self, entry: str, old: str, new: str, change: str) -> None:
        """Let an entry bear another user name."""
        self._names.pop(fold(old), None)
        self._freed_names[fold(old)] = change
        self._names[fold(new)] = entry

    def require(self, entry: Entry, change: str) -> None:
        """Let every further change of an entry need this one."""
        self._above[entry.place].append(change)

    def _below(self, top: str) -> list[Entry]:
        place = normalise(top)
        return [
            entry
            for entry in self.subtree.at.values()
            if lies_below(normalise(self.dn_of(entry)), place)
        ]


def change(
    wanted: Wanted,
    action: Action,
    sent: Sequence[Operation],
    reason: Message,
    *,
    needs: Iterable[str] = (),
    shows: tuple[Shown | None, Shown | None] = (None, None),
    part: str = "",
    key: str = "",
) -> Change:
    """A change of one wanted entry.

    `shows` is before and after; `part` tells apart what else happens to the same entry; `key`
    is the DN of the first operation unless given. The id follows from what the change is about:
    the same wish twice is the same change.
    """
    person = wanted if isinstance(wanted, WantedPerson) else None
    return _make_change(
        id=derive_id(TARGET, part or wanted.kind, action.value, wanted.key),
        target=TARGET,
        action=action,
        kind=part if part == MEMBERSHIP else wanted.kind,
        key=key or sent[0]["dn"],
        record=wanted.record,
        person=person.record if person else "",
        school=wanted.school,
        role=person.role if person else "",
        year_group=person.year_group if person else "",
        group=person.handout if person and any("password" in one for one in sent) else "",
        needs=tuple(dict.fromkeys(needs)),
        before=shows[0],
        after=shows[1],
        reason=reason,
        risk=_risk(wanted, action, part),
        operations=tuple(sent),
        undo=tuple([back for one in reversed(sent) for back in operations.inverse(one)]),
    )


def _risk(wanted: Wanted, action: Action, part: str) -> Risk:
    if part in {LOGIN_NAME, OWN_ID}:
        return Risk.MEDIUM
    if action in {Action.CREATE, Action.UPDATE}:
        return Risk.LOW
    return Risk.HIGH if wanted.kind == "unit" or action is Action.DELETE else Risk.MEDIUM


def notice(wanted: Wanted, message: Message) -> Notice:
    """Something about a wanted entry that a person has to look at."""
    return Notice(school=wanted.school, record=wanted.record, message=message)


def shown(attributes: Mapping[str, Sequence[str]]) -> Shown:
    """Attributes as plans show them: a single value without its list."""
    return {
        name: values[0] if len(values) == 1 else list(values)
        for name, values in attributes.items()
        if values
    }


def same_parent(one: str, other: str) -> bool:
    """True when two DNs lie directly below the same entry."""
    return normalise(parent(one)) == normalise(parent(other))
