"""From what is to what should be: units, persons and groups, matched by our key only.

Keys are looked up in the whole subtree, never school by school: a person who changes schools is
moved, not deleted and made again. What bears no key of ours is never touched.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from inventory.messages import Message, _, say
from inventory.records.changes import Action, Change, Notice
from provisioning.directory import operations
from provisioning.directory.adoption import find_adoptable
from provisioning.directory.dn import fold, normalise
from provisioning.directory.entries import Entry
from provisioning.directory.ground import LOGIN_NAME, Ground, change, notice, shown
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
        yield from relocate(ground, _relocations(ground, kept))
        for unit, entry in kept:
            _settle_existing(ground, unit, entry)
        for unit, existing in there:
            if existing is None and not _is_blocked(ground, unit):
                yield _created(ground, unit, {})


def group_changes(ground: Ground, groups: Sequence[Wanted]) -> _Planned:
    """Class, role and Wi-Fi groups; their members are planned person by person."""
    there = [(group, ground.subtree.keyed("group", group.key)) for group in groups]
    kept = [(group, e) for group, e in there if e and group.key not in ground.blocked]
    yield from accept_own_ids(ground, kept)
    yield from relocate(ground, _relocations(ground, kept))
    for group, entry in kept:
        made_by = _settle_existing(ground, group, entry)
        if added := with_placeholder(ground, group, entry):
            ground.settle(group, ground.dn_of(entry), [*made_by, added.id])
            yield added
    yield from rename_groups(ground, kept)
    for group, existing in there:
        if existing is None and not _is_blocked(ground, group):
            yield _created(ground, group, {"member": ground.dialect.placeholder})


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
    yield from relocate(ground, _relocations(ground, movable))
    for person in absent:
        if person.adopted and not person.locked:
            yield _adopted(ground, person)
        elif not person.locked and not _is_blocked(ground, person):
            yield from _person_created(ground, person)
    for wanted, entry in kept:
        _settle_existing(ground, wanted, entry)
        if isinstance(wanted, WantedPerson):
            yield from _person_updated(ground, wanted, entry)
    yield from ground.passwords.notices()


def _is_placed(person: WantedPerson) -> bool:
    """Whether DN and names are ours to say: not for adopted accounts, and not once locked.

    A name that a protected change took away goes from locked ones too.
    """
    return person.renaming or not (person.adopted or person.locked)


def _is_blocked(ground: Ground, wanted: Wanted) -> bool:
    blocked = wanted.key in ground.blocked or ground.settled(wanted.parent) is None
    if blocked:
        ground.blocked.add(wanted.key)
    return blocked


def _relocations(ground: Ground, pairs: Iterable[tuple[Wanted, Entry]]) -> Iterator[Relocation]:
    for wanted, entry in pairs:
        if ground.settled(wanted.parent) is not None:
            target = ground.target_of(wanted)
            where = ground.dn_of(entry)
            if target != where and normalise(target) != normalise(where):
                yield Relocation(wanted, entry, target)


def _settle_existing(ground: Ground, wanted: Wanted, entry: Entry) -> list[str]:
    made_by = ground.needs(wanted, entry=entry)
    ground.settle(wanted, ground.dn_of(entry), made_by)
    return made_by


def _created(ground: Ground, wanted: Wanted, more: Mapping[str, Sequence[str]]) -> Change | Notice:
    target = ground.target_of(wanted)
    if occupant := ground.occupant(target):
        ground.blocked.add(wanted.key)
        return notice(wanted, _in_the_way(ground, wanted, occupant))
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


def _in_the_way(ground: Ground, wanted: Wanted, occupant: Entry) -> Message:
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


def _person_created(ground: Ground, person: WantedPerson) -> _Planned:
    for other in ground.subtree.by_user_name.get(fold(person.name), [])[:1]:
        ground.blocked.add(person.key)
        yield notice(person, _in_the_way(ground, person, other))
        return
    if ground.passwords.refuses(person):
        ground.blocked.add(person.key)
    else:
        yield _created(ground, person, {})


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
