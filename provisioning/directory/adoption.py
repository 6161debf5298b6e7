"""Taking over accounts that were there before: only by name, only when nothing speaks against it.

An adopted entry gets our key and our groups. Its DN, names and password stay as they are, now
and later.
"""

from inventory.messages import Message, _, say
from provisioning.directory.dn import fold
from provisioning.directory.entries import Entry
from provisioning.directory.ground import Ground
from provisioning.directory.wanted import WantedPerson


def find_adoptable(ground: Ground, wanted: WantedPerson) -> Entry | Message:
    """The entry without a key that has the account's user name, or why there is none to take."""
    entries = [
        entry
        for entry in ground.subtree.by_user_name.get(fold(wanted.name), [])
        if entry.kind == "person" and not entry.key
    ]
    if len(entries) != 1:
        return say(
            _(
                "{count} accounts named {name} without our key are below `base`, and exactly one "
                "can be taken over. Correct the directory, or the account in the inventory."
            ),
            count=len(entries),
            name=wanted.name,
        )
    return _refusal(ground, entries[0]) or entries[0]


def _refusal(ground: Ground, entry: Entry) -> Message | None:
    if entry.service:
        return say(_("{entry} is the account of a service and is not taken over."), entry=entry.dn)
    if problem := ground.dialect.adoption_problem(entry.dn, entry.attributes):
        return problem
    privileged = ground.subtree.privileged
    named = {fold(name) for name in entry.user_names}
    if entry.place in privileged or not named.isdisjoint(privileged):
        return say(
            _(
                "{entry} is a member of a group outside `base` and may have rights that are not "
                "ours to manage. Take it out of that group first, then plan again."
            ),
            entry=entry.dn,
        )
    attribute = ground.settings.key_attribute_of("person")
    if entry.values(attribute):
        return say(
            _(
                "{entry} already has a value in {attribute}, where our key would go. Empty it, or "
                "set `person_key_attribute` to one that is free."
            ),
            entry=entry.dn,
            attribute=attribute,
        )
    return None
