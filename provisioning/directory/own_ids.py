"""Entries that bear our key and are not the ones we knew: their own id, which never changes, did.

Somebody deleted an account and made another one with its key, or took a copy for the original.
Rights and files hang on the own id (entryUUID; objectGUID and the SID that comes with it), so
nothing is done with such an entry before somebody has looked and accepted it.
"""

from collections.abc import Iterable, Iterator

from inventory.messages import _, say
from inventory.records.changes import Action, Change
from provisioning.directory import operations
from provisioning.directory.entries import Entry
from provisioning.directory.ground import OWN_ID, Ground, change
from provisioning.directory.wanted import Wanted


def accept_own_ids(ground: Ground, kept: Iterable[tuple[Wanted, Entry]]) -> Iterator[Change]:
    """A change for each such entry: applied, it takes the entry for ours from then on.

    What else is planned for the entry needs it. Only persons and classes are looked at: several
    units and groups belong to one school's record.
    """
    name = ground.dialect.own_id
    for wanted, entry in kept:
        known = ground.subtree.known_ids.get(wanted.record, "")
        if not known or not entry.uuid or known == entry.uuid:
            continue
        if wanted.kind == "unit" or wanted.key != ground.settings.key(wanted.record):
            continue
        where = ground.dn_of(entry)
        planned = change(
            wanted,
            Action.UPDATE,
            [operations.accept(where, ground.ours(wanted.kind, wanted.key), name, entry.uuid)],
            say(
                _(
                    "Another entry than the one we knew bears our key now: somebody deleted it and "
                    "made a new one, or copied it. Look at it first; applying takes it for ours"
                )
            ),
            needs=ground.needs(wanted, entry=entry),
            shows=({name: known}, {name: entry.uuid}),
            part=OWN_ID,
        )
        ground.require(entry, planned.id)
        yield planned
