"""Entries of deleted accounts: the one thing a plan does that has no way back.

An entry goes only once it is locked for good and has left our groups. The server is asked once
more in the moment before, so one that somebody unlocked meanwhile, or took our key from, stays.
"""

from collections.abc import Iterator, Sequence

from inventory.messages import _, say
from inventory.records.changes import Action, Change
from inventory.records.people import AccountState
from provisioning.directory import operations
from provisioning.directory.ground import Ground, change
from provisioning.directory.wanted import WantedPerson


def deletion_changes(ground: Ground, persons: Sequence[WantedPerson]) -> Iterator[Change]:
    """One delete for each entry whose account is deleted, after all else that is planned for it."""
    for person in persons:
        gone = person.state is AccountState.DELETED and person.key not in ground.blocked
        settled = ground.settled(person.key) if gone else None
        if settled is None or ground.subtree.keyed("person", person.key) is None:
            continue
        where, made_by = settled
        ours = f"(&{ground.ours('person', person.key)}{ground.dialect.locked})"
        yield change(
            person,
            Action.DELETE,
            [operations.delete(where, ours)],
            say(_("The account is deleted in the inventory. There is no way back.")),
            needs=made_by,
            shows=({"dn": where, "user_name": person.name}, None),
        )
