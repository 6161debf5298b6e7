"""Groups of classes whose entry bears the key that other settings gave it: they stay, with another.

Which key a class's group has follows from `rollover` (see `class_groups`). Where that was changed,
the entry that is there goes on as the group that is wanted now, with its members and rights.
"""

from collections.abc import Iterable, Iterator, Sequence

from inventory.messages import _, say
from inventory.records.changes import Action, Change
from provisioning.directory import operations
from provisioning.directory.entries import Entry, Subtree
from provisioning.directory.ground import Ground, change
from provisioning.directory.wanted import Wanted

Successions = Sequence[tuple[Wanted, Entry]]
"""Wanted groups, each with the entry that still bears a former key of it."""


def successions(subtree: Subtree, groups: Iterable[Wanted]) -> Successions:
    """The groups that are not there under their key but under a former one.

    An entry that several bear the key of, or that another wanted group has, is nobody's.
    """
    groups = list(groups)
    taken = {group.key for group in groups}
    found: list[tuple[Wanted, Entry]] = []
    for group in groups:
        if subtree.keyed("group", group.key) is None:
            for key in group.former:
                entry = subtree.keyed("group", key)
                if entry and key not in taken and ("group", key) not in subtree.twice:
                    taken.add(key)
                    found.append((group, entry))
                    break
    return found


def succeeded(subtree: Subtree, pairs: Successions) -> Subtree:
    """The subtree as it is once they bear the keys that are wanted."""
    return subtree.with_keys({entry.place: group.key for group, entry in pairs})


def group_key_changes(ground: Ground, pairs: Successions) -> Iterator[Change]:
    """One change of key each; whatever else is planned for the entry needs it."""
    attribute = ground.settings.key_attribute_of("group")
    for group, entry in pairs:
        edits = [("delete", attribute, [entry.key]), ("add", attribute, [group.key])]
        either = f"(|{ground.ours('group', entry.key)}{ground.ours('group', group.key)})"
        reason = _("The settings changed what becomes of the groups of classes in another year")
        planned = change(
            group,
            Action.UPDATE,
            [operations.modify(entry.dn, either, edits)],
            say(reason),
            shows=({attribute: entry.key}, {attribute: group.key}),
            part="group key",
        )
        ground.require(entry, planned.id)
        yield planned
