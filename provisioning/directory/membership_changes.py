"""Who is in which group: one change a person, with one minimal modify for each group."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from inventory.messages import _, say
from inventory.records.changes import Action, Change
from provisioning.directory import operations
from provisioning.directory.dn import normalise
from provisioning.directory.entries import Entry
from provisioning.directory.ground import MEMBERSHIP, Ground, change
from provisioning.directory.layout import WantedPerson
from provisioning.directory.operations import Operation


def membership_changes(ground: Ground, persons: Sequence[WantedPerson]) -> Iterator[Change]:
    """Joins and leaves in our groups; members that are no accounts of ours stay.

    A person whose DN changes gets the new one in every group it stays in, unless the server does
    that by itself and at once (slapo-refint does it a moment later).
    """
    listed = _listed(ground)
    for person in persons:
        settled = ground.settled(person.key)
        if settled is None or person.key in ground.blocked:
            continue
        where, made_by = settled
        entry = ground.occupant(where)
        now = {group.key: group for group in listed.get(entry.place, [])} if entry else {}
        moved = entry is not None and normalise(where) != entry.place
        was = entry.dn if entry and moved and not ground.dialect.members_follow else ""
        planned = _Memberships(ground, person, where, was)
        for key in (key for key in now if key not in person.groups):
            planned.leave(now[key])
        for key in person.groups:
            if key not in now:
                planned.join(key)
            elif was:
                planned.follow(now[key])
        if planned.sent:
            left_and_joined = planned.change(made_by)
            ground.settle(person, where, [*made_by, left_and_joined.id])
            yield left_and_joined


def _listed(ground: Ground) -> defaultdict[str, list[Entry]]:
    """Place of a member to the groups of ours that list it."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for group in ground.subtree.ours("group"):
        if group.key not in ground.blocked:
            for member in group.values("member"):
                found[normalise(member)].append(group)
    return found


class _Memberships:
    """The change of one person's memberships, as it grows."""

    def __init__(self, ground: Ground, person: WantedPerson, where: str, was: str) -> None:
        self.sent: list[Operation] = []
        self._ground, self._person, self._where, self._was = ground, person, where, was
        self._left: list[str] = []
        self._joined: list[str] = []
        self._needs: list[str] = []

    def leave(self, group: Entry) -> None:
        """No longer listed, under the old DN or the new one."""
        self._left.append(self._ground.dn_of(group))
        self._send(group.key, [("delete", "member", [self._where])])

    def join(self, key: str) -> None:
        """Listed from now on, if the group is or will be there."""
        if settled := self._ground.settled(key):
            self._joined.append(settled[0])
            self._send(key, [("add", "member", [self._where])])

    def follow(self, group: Entry) -> None:
        """Listed under the new DN instead of the old one."""
        edits = [("delete", "member", [self._was]), ("add", "member", [self._where])]
        self._send(group.key, edits)

    def _send(self, key: str, edits: Sequence[operations.Edit]) -> None:
        entry = self._ground.subtree.keyed("group", key)
        settled = self._ground.settled(key)
        if settled is not None:
            where, made_by = settled
        else:  # a group whose class is gone: nobody stays in it
            assert entry is not None
            where, made_by = self._ground.dn_of(entry), ()
        operation = operations.modify(where, self._ground.ours("group", key), edits)
        if self._was:
            operation["was"] = self._was
        self._needs.extend(made_by)
        self.sent.append(operation)

    def change(self, made_by: Sequence[str]) -> Change:
        """All of it as one change."""
        joined, left = len(self._joined), len(self._left)
        return change(
            self._person,
            Action.UPDATE,
            self.sent,
            say(_("Joins {joined} and leaves {left} groups"), joined=joined, left=left),
            needs=[*made_by, *self._needs],
            shows=({"groups": [*self._left]}, {"groups": [*self._joined]}),
            part=MEMBERSHIP,
            key=self._where,
        )
