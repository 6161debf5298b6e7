"""Accounts in the directory: moved and renamed, taken over, made, brought up to date, locked."""

from collections.abc import Iterator, Sequence

from inventory.messages import Message, _, say
from inventory.records.changes import Action, Change, Notice
from provisioning.directory import operations
from provisioning.directory.adoption import find_adoptable
from provisioning.directory.dn import fold
from provisioning.directory.entries import Entry
from provisioning.directory.entry_changes import (
    created,
    in_the_way,
    is_blocked,
    relocations,
    settle_existing,
)
from provisioning.directory.ground import LOGIN_NAME, Ground, change, notice, shown
from provisioning.directory.own_ids import accept_own_ids
from provisioning.directory.relocations import relocate
from provisioning.directory.wanted import Wanted, WantedPerson

_Planned = Iterator[Change | Notice]


def person_changes(ground: Ground, persons: Sequence[WantedPerson]) -> _Planned:
    """Accounts: moved and renamed first, then adopted and made, then attributes and locks."""
    kept: list[tuple[Wanted, Entry]] = []
    absent: list[WantedPerson] = []
    for person in persons:
        entry = ground.subtree.keyed("person", person.key)
        if entry is None:
            absent.append(person)
        elif person.key not in ground.blocked:
            kept.append((person, entry))
    movable = [(p, e) for p, e in kept if isinstance(p, WantedPerson) and _is_placed(p)]
    yield from accept_own_ids(ground, kept)
    yield from relocate(ground, relocations(ground, movable))
    for person in absent:
        if person.adopted and not person.locked:
            yield _adopted(ground, person)
        elif not person.locked and not is_blocked(ground, person):
            yield from _person_created(ground, person)
    for wanted, entry in kept:
        settle_existing(ground, wanted, entry)
        if isinstance(wanted, WantedPerson):
            yield from _person_updated(ground, wanted, entry)
    yield from ground.passwords.notices()


def _is_placed(person: WantedPerson) -> bool:
    """Whether DN and names are ours to say: not for adopted accounts, and not once locked.

    A name that a protected change took away goes from locked ones too.
    """
    return person.renaming or not (person.adopted or person.locked)


def _person_created(ground: Ground, person: WantedPerson) -> _Planned:
    for other in ground.subtree.by_user_name.get(fold(person.name), [])[:1]:
        ground.blocked.add(person.key)
        yield notice(person, in_the_way(ground, person, other))
        return
    if ground.passwords.refuses(person):
        ground.blocked.add(person.key)
    else:
        yield created(ground, person, {})


def _adopted(ground: Ground, person: WantedPerson) -> Change | Notice:
    found = find_adoptable(ground, person)
    if isinstance(found, Message):
        ground.blocked.add(person.key)
        return notice(person, found)
    edit = ("add", ground.settings.key_attribute_of("person"), [person.key])
    where = ground.dn_of(found)
    planned = change(
        person,
        Action.UPDATE,
        [operations.modify(where, "", [edit])],
        say(_("Takes over an account that was there before; its names and password stay")),
        needs=ground.needs(person, entry=found),
        shows=({}, {edit[1]: person.key}),
        part="adoption",
    )
    ground.settle(person, where, [*planned.needs, planned.id])
    return planned


def _person_updated(ground: Ground, person: WantedPerson, entry: Entry) -> Iterator[Change]:
    dialect = ground.dialect
    if person.locked:
        edits = dialect.lock(entry.attributes)
        if person.renaming:
            edits += operations.edits(entry.attributes, person.attributes, dialect.caseless)
        if edits:
            reason = say(_("The account is disabled in the inventory"))
            yield _sent(ground, person, entry, edits, reason)
        return
    kept = person.created_only
    wanted = {} if person.adopted else {n: v for n, v in person.attributes.items() if n not in kept}
    login = {name: wanted.pop(name) for name in (dialect.login_name,) if name in wanted}
    edits = operations.edits(entry.attributes, wanted, dialect.caseless)
    edits += dialect.unlock(entry.attributes)
    if not entry.values("uidNumber"):
        edits += [("add", name, values) for name, values in person.posix.items()]
    if edits:
        yield _sent(ground, person, entry, edits, say(_("The directory has other values")))
    if edits := operations.edits(entry.attributes, login, dialect.caseless):
        reason = say(
            _(
                "The name to log in with changes: whoever logs in as {name} now, or has it saved "
                "in a program or device, must use the new one from then on"
            ),
            name=", ".join(entry.values(dialect.login_name)),
        )
        yield _sent(ground, person, entry, edits, reason, part=LOGIN_NAME)


def _sent(
    ground: Ground,
    person: WantedPerson,
    entry: Entry,
    edits: Sequence[operations.Edit],
    reason: Message,
    part: str = "",
) -> Change:
    """One modify of an account."""
    where = ground.dn_of(entry)
    before = shown({name: values for verb, name, values in edits if verb == "delete"})
    if person.locked:
        before["user_name"] = person.name
    planned = change(
        person,
        Action.DISABLE if person.locked else Action.UPDATE,
        [operations.modify(where, ground.ours("person", person.key), edits)],
        reason,
        needs=ground.needs(person, entry=entry),
        shows=(before, shown({name: values for verb, name, values in edits if verb == "add"})),
        part=part,
    )
    ground.settle(person, where, [*planned.needs, planned.id])
    return planned
