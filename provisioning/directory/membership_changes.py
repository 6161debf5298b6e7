"""Who is in which group: one change a person, with one minimal modify for each group."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from inventory.messages import Message, _, say
from inventory.records.changes import Action, Change
from provisioning.directory import operations
from provisioning.directory.dn import normalise
from provisioning.directory.entries import Entry
from provisioning.directory.ground import MEMBERSHIP, Ground, change
from provisioning.directory.operations import Operation
from provisioning.directory.wanted import WantedPerson


@lru_cache(maxsize=256)
def _reason(joined: int, left: int) -> Message:
    return say(_("Joins {joined} and leaves {left} groups"), joined=joined, left=left)


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
        entry = _stands(ground, person, where)
        now = {group.key: group for group in listed.get(entry.place, [])} if entry else {}
        moved = entry is not None and where != entry.dn and normalise(where) != entry.place
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
    places = {entry.dn: entry.place for entry in ground.subtree.at.values()}  # mostly spelt so
    for group in ground.subtree.ours("group"):
        if group.key not in ground.blocked:
            for member in group.values("member"):
                found[places.get(member) or normalise(member)].append(group)
    return found


def _stands(ground: Ground, person: WantedPerson, where: str) -> Entry | None:
    """The entry of a person that is there by now; None for one that is only planned."""
    entry = ground.subtree.keyed("person", person.key)
    return entry or (ground.occupant(where) if person.adopted else None)


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
        self._send(group.key, *self._settled(group), [("delete", "member", [self._where])])

    def join(self, key: str) -> None:
        """Listed from now on, if the group is or will be there."""
        if settled := self._ground.settled(key):
            where, made_by = settled
            self._joined.append(where)
            self._send(key, where, made_by, [("add", "member", [self._where])])

    def follow(self, group: Entry) -> None:
        """Listed under the new DN instead of the old one."""
        edits = [("delete", "member", [self._was]), ("add", "member", [self._where])]
        self._send(group.key, *self._settled(group), edits)

    def _settled(self, group: Entry) -> tuple[str, Sequence[str]]:
        # One whose class is gone is settled nowhere: nobody stays in it.
        return self._ground.settled(group.key) or (self._ground.dn_of(group), ())

    def _send(
        self, key: str, where: str, made_by: Sequence[str], edits: Sequence[operations.Edit]
    ) -> None:
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
            _reason(joined, left),
            needs=[*made_by, *self._needs],
            shows=({"groups": [*self._left]}, {"groups": [*self._joined]}),
            part=MEMBERSHIP,
            key=self._where,
        )
