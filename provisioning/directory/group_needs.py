"""What groups need beside their place: a placeholder, and a name unique in the directory.

When every class moves up, ``5a`` takes the name of ``6a`` only after that became ``7a``. Where
names go round in a circle, one group takes its key for a name first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inventory.messages import Message, _, say
from inventory.records.changes import Action, Change, Notice
from provisioning.directory import operations
from provisioning.directory.dn import fold, normalise
from provisioning.directory.entries import Entry
from provisioning.directory.ground import Ground, change, notice, shown
from provisioning.directory.wanted import Wanted


@dataclass
class _Renaming:
    """A group that bears the name `now` and should bear `target`."""

    group: Wanted
    entry: Entry
    now: str
    target: str


def rename_groups(
    ground: Ground, kept: Iterable[tuple[Wanted, Entry]]
) -> Iterator[Change | Notice]:
    """The renames, each after the one that makes its name free."""
    attribute = ground.dialect.user_name
    pending: dict[str, _Renaming] = {}
    for group, entry in kept:
        now = "".join(entry.values(attribute))
        target = "".join(group.attributes.get(attribute, ()))
        if fold(now) != fold(target):
            pending[fold(now)] = _Renaming(group, entry, now, target)
    while pending:
        chain = [next(iter(pending))]
        while bearer := ground.named(pending[chain[-1]].target):
            name = fold(pending[chain[-1]].target)
            if name in chain:
                yield _step_aside(ground, pending[name])
                break
            if name not in pending:
                for waiting in chain:
                    renaming = pending.pop(waiting)
                    yield name_taken(renaming.group, renaming.target, bearer)
                chain = []
                break
            chain.append(name)
        for name in reversed(chain):
            renaming = pending.pop(name)
            reason = say(_("The name in the inventory or in the settings changed"))
            yield _renamed(ground, renaming, renaming.target, reason, "group name")


def name_taken(wanted: Wanted, name: str, bearer: str) -> Notice:
    """Why an entry cannot have its user name."""
    message = _(
        "{entry} has the name {name}, which no other entry of the directory can have then. Rename "
        "it, then plan again."
    )
    return notice(wanted, say(message, entry=bearer, name=name))


def with_placeholder(ground: Ground, group: Wanted, entry: Entry) -> Change | None:
    """The member without which the last one could not leave; None where it is there."""
    listed = entry.values("member")
    missing = [one for one in ground.dialect.placeholder if one not in listed]
    if missing:  # or only spelt otherwise
        members = set(map(normalise, listed))
        missing = [one for one in missing if normalise(one) not in members]
    if not missing:
        return None
    ours = ground.ours("group", group.key)
    edit = ("add", "member", missing)
    return change(
        group,
        Action.UPDATE,
        [operations.modify(ground.dn_of(entry), ours, [edit])],
        say(_("The placeholder is missing, without which the last member cannot leave")),
        needs=ground.needs(group, entry=entry),
        shows=({}, shown({"member": missing})),
    )


def _step_aside(ground: Ground, renaming: _Renaming) -> Change:
    aside = ground.settings.record_of(renaming.group.key)
    reason = say(_("Makes room: two entries exchange their names"))
    planned = _renamed(ground, renaming, aside, reason, "group name aside")
    renaming.now = aside
    return planned


def _renamed(ground: Ground, renaming: _Renaming, name: str, reason: Message, part: str) -> Change:
    group, attribute, old = renaming.group, ground.dialect.user_name, renaming.now
    where = ground.dn_of(renaming.entry)
    edits = [("delete", attribute, [old] if old else []), ("add", attribute, [name])]
    settled = ground.settled(group.key)
    planned = change(
        group,
        Action.UPDATE,
        [operations.modify(where, ground.ours("group", group.key), edits)],
        reason,
        needs=[*(settled[1] if settled else ()), *ground.name_needs(name)],
        shows=({attribute: old}, {attribute: name}),
        part=part,
    )
    ground.rename(where, old, name, planned.id)
    ground.settle(group, where, [*planned.needs, planned.id])
    return planned
