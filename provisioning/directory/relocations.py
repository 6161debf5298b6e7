"""Moving and renaming entries without losing them: one modify DN each, in an order that works.

When every class moves up, ``6a`` becomes ``7a`` only after ``7a`` became ``8a``. Where names go
round in a circle (``5a`` and ``5b`` swap), one entry steps aside under its key first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inventory.messages import Message, _, say
from inventory.records.changes import Action, Change, Notice
from provisioning.directory.dn import child, fold, named_by, normalise, parent
from provisioning.directory.entries import Entry
from provisioning.directory.ground import Ground, Shown, change, notice, same_parent
from provisioning.directory.operations import move
from provisioning.directory.wanted import Wanted, WantedPerson


@dataclass(frozen=True, slots=True)
class Relocation:
    """An entry of ours that should stand at `target`."""

    wanted: Wanted
    entry: Entry
    target: str


def relocate(ground: Ground, relocations: Iterable[Relocation]) -> Iterator[Change | Notice]:
    """The moves, each after the one that makes its place free."""
    pending = {normalise(ground.dn_of(r.entry)): r for r in relocations}
    while pending:
        chain = [next(iter(pending))]
        while True:
            place = normalise(pending[chain[-1]].target)
            if ground.occupant(place) is None:
                break
            if place in chain:
                yield _step_aside(ground, pending[place])
                break
            if place not in pending:
                for waiting in chain:
                    yield _in_the_way(ground, pending.pop(waiting))
                chain = []
                break
            chain.append(place)
        for source in reversed(chain):
            yield _move(ground, pending.pop(source))


def _move(ground: Ground, relocation: Relocation) -> Change:
    wanted, entry, target = relocation.wanted, relocation.entry, relocation.target
    stays = same_parent(ground.dn_of(entry), target)
    action = Action.RENAME if stays else Action.MOVE
    return _planned(ground, relocation, target, action, wanted.why or _reason(wanted, entry, stays))


def _step_aside(ground: Ground, relocation: Relocation) -> Change:
    wanted = relocation.wanted
    above = parent(ground.dn_of(relocation.entry))
    aside = child(wanted.naming[0], wanted.key, above)
    reason = say(_("Makes room: two entries exchange their names"))
    return _planned(ground, relocation, aside, Action.RENAME, reason, part=f"{wanted.kind} aside")


def _planned(
    ground: Ground,
    relocation: Relocation,
    target: str,
    action: Action,
    reason: Message,
    part: str = "",
) -> Change:
    wanted, entry = relocation.wanted, relocation.entry
    old = ground.dn_of(entry)
    before: Shown = {"dn": old}
    if isinstance(wanted, WantedPerson):
        before["user_name"] = next(iter(entry.user_names), named_by(old)[1])
    planned = change(
        wanted,
        action,
        [move(old, ground.ours(wanted.kind, wanted.key), target)],
        reason,
        needs=ground.needs(wanted, target, entry),
        shows=(before, {"dn": target}),
        part=part,
    )
    ground.move(entry, target, planned.id)
    return planned


def _reason(wanted: Wanted, entry: Entry, stays: bool) -> Message:
    if isinstance(wanted, WantedPerson):
        if not stays:
            # Who moved is not known here: the person in the inventory, or the entry by hand.
            return say(_("Is not in the unit of the home school"))
        if fold(wanted.name) in map(fold, entry.user_names):
            return say(_("Accounts are named otherwise now, or their owner is"))
        return say(_("The user name is another one now"))
    if stays:
        return say(_("The name in the inventory or in the settings changed"))
    return say(_("It belongs elsewhere now"))


def _in_the_way(ground: Ground, relocation: Relocation) -> Notice:
    return notice(
        relocation.wanted,
        say(
            _(
                "{entry} should become {target}, but another entry stands there. Move or rename "
                "that one, then plan again."
            ),
            entry=ground.dn_of(relocation.entry),
            target=relocation.target,
        ),
    )
