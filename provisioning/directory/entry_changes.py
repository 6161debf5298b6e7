"""From what is to what should be: units, persons and groups, matched by our key only.

Keys are looked up in the whole subtree, never school by school: a person who changes schools is
moved, not deleted and made again. What bears no key of ours is never touched.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from inventory.messages import Message, _, say
from inventory.records.changes import Action, Change, Notice
from provisioning.directory import operations
from provisioning.directory.dn import normalise
from provisioning.directory.entries import Entry
from provisioning.directory.ground import Ground, change, notice, shown
from provisioning.directory.group_needs import name_taken, rename_groups, with_placeholder
from provisioning.directory.own_ids import accept_own_ids
from provisioning.directory.relocations import Relocation, relocate
from provisioning.directory.wanted import Wanted, WantedPerson

_Planned = Iterator[Change | Notice]
_MISSING = say(_("The inventory has it, the directory does not"))


def duplicates(ground: Ground, wanted: Iterable[Wanted]) -> Iterator[Notice]:
    """Keys that several entries bear (somebody copied one): nothing is done about these."""
    twice = ground.subtree.twice
    for entry in wanted:
        if copies := twice.get((entry.kind, entry.key)):
            ground.blocked.add(entry.key)
            message = _(
                "{entry} and {count} more entries bear the same key {key}. Remove it from the "
                "copies, then plan again."
            )
            first = ground.subtree.keyed(entry.kind, entry.key)
            where = first.dn if first else copies[0].dn
            yield notice(entry, say(message, entry=where, count=len(copies), key=entry.key))


def unfinished(ground: Ground, persons: Iterable[WantedPerson], finishing: str) -> Iterator[Notice]:
    """Persons with a protected change of name that the directory does not show yet.

    A plan would name the former name, so none is made for them: `schoolnet rename` itself does
    the rest. `finishing` is the person for whom it is doing so.
    """
    for person in persons:
        if person.renaming and person.record != finishing:
            ground.blocked.add(person.key)
            message = _(
                "The account {name} has a new name that the directory does not show yet. Finish it "
                "with `schoolnet rename {name} --protected --reason TEXT`."
            )
            yield notice(person, say(message, name=person.name))


def unit_changes(ground: Ground, units: Sequence[Wanted]) -> _Planned:
    """The schools' units, then the units in them."""
    for level in ([u for u in units if not u.parent], [u for u in units if u.parent]):
        there = [(unit, ground.subtree.keyed("unit", unit.key)) for unit in level]
        kept = [(unit, e) for unit, e in there if e and unit.key not in ground.blocked]
        yield from relocate(ground, relocations(ground, kept))
        for unit, entry in kept:
            settle_existing(ground, unit, entry)
        for unit, existing in there:
            if existing is None and not is_blocked(ground, unit):
                yield created(ground, unit, {})


def group_changes(ground: Ground, groups: Sequence[Wanted]) -> _Planned:
    """Class, role and Wi-Fi groups; their members are planned person by person."""
    there = [(group, ground.subtree.keyed("group", group.key)) for group in groups]
    kept = [(group, e) for group, e in there if e and group.key not in ground.blocked]
    yield from accept_own_ids(ground, kept)
    yield from relocate(ground, relocations(ground, kept))
    for group, entry in kept:
        made_by = settle_existing(ground, group, entry)
        if added := with_placeholder(ground, group, entry):
            ground.settle(group, ground.dn_of(entry), [*made_by, added.id])
            yield added
    yield from rename_groups(ground, kept)
    for group, existing in there:
        if existing is None and not is_blocked(ground, group):
            yield created(ground, group, {"member": ground.dialect.placeholder})


def is_blocked(ground: Ground, wanted: Wanted) -> bool:
    """Whether nothing can be built on the wanted entry, or on its unit."""
    blocked = wanted.key in ground.blocked or ground.settled(wanted.parent) is None
    if blocked:
        ground.blocked.add(wanted.key)
    return blocked


def relocations(ground: Ground, pairs: Iterable[tuple[Wanted, Entry]]) -> Iterator[Relocation]:
    """What stands elsewhere or has another name, though its unit is settled."""
    for wanted, entry in pairs:
        if ground.settled(wanted.parent) is not None:
            target = ground.target_of(wanted)
            where = ground.dn_of(entry)
            if target != where and normalise(target) != normalise(where):
                yield Relocation(wanted, entry, target)


def settle_existing(ground: Ground, wanted: Wanted, entry: Entry) -> list[str]:
    """Let an entry that is there stand where it stands by then; the changes that this takes."""
    made_by = ground.needs(wanted, entry=entry)
    ground.settle(wanted, ground.dn_of(entry), made_by)
    return made_by


def created(ground: Ground, wanted: Wanted, more: Mapping[str, Sequence[str]]) -> Change | Notice:
    """The change that makes an entry, or why it cannot be made."""
    target = ground.target_of(wanted)
    if occupant := ground.occupant(target):
        ground.blocked.add(wanted.key)
        return notice(wanted, in_the_way(ground, wanted, occupant))
    name = "".join(wanted.attributes.get(ground.dialect.user_name, ()))
    if bearer := ground.named(name):
        ground.blocked.add(wanted.key)
        return name_taken(wanted, name, bearer)
    posix = wanted.posix if isinstance(wanted, WantedPerson) else {}
    attributes: dict[str, Sequence[str]] = {
        **posix,
        "objectClass": [ground.dialect.object_classes[wanted.kind], *posix.get("objectClass", ())],
        wanted.naming[0]: [wanted.naming[1]],
        ground.settings.key_attribute_of(wanted.kind): [wanted.key],
        **wanted.attributes,
        **ground.dialect.made_with(wanted.kind),
        **more,
    }
    operation = operations.add(target, ground.ours(wanted.kind, wanted.key), attributes)
    if isinstance(wanted, WantedPerson):
        ground.passwords.add_to(operation, wanted)
    planned = change(
        wanted,
        Action.CREATE,
        [operation],
        _MISSING,
        needs=[*ground.needs(wanted, target), *ground.name_needs(name)],
        shows=(None, {"dn": target, **shown(operation["attributes"])}),
    )
    ground.settle(wanted, target, [planned.id])
    return planned


def in_the_way(ground: Ground, wanted: Wanted, occupant: Entry) -> Message:
    """That another entry stands where a wanted one should."""
    return say(
        _(
            "{entry} is there without our key and stays as it is, so {name} is not made. To take "
            "it over, add {key} to its {attribute}; else rename it."
        ),
        entry=ground.dn_of(occupant),
        name=wanted.name,
        key=wanted.key,
        attribute=ground.settings.key_attribute_of(wanted.kind),
    )
