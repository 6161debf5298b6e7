"""What the managed subtree holds: one paged read, sorted by our keys."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from inventory.errors import ReadEndedEarlyError
from inventory.messages import _
from provisioning.directory.dialects import dialect_of
from provisioning.directory.dialects.base import Dialect, Kind
from provisioning.directory.dn import fold, lies_below, normalise
from provisioning.directory.found import FoundEntry
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings

_MEMBERS = ("member", "uniqueMember", "memberUid")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry below `base`. `place` is its DN for comparing; `key` is empty when not ours.

    `user_names` are those of persons, and of groups where both share one set of names.
    """

    dn: str
    place: str
    kind: Kind | None
    key: str
    uuid: str
    user_names: tuple[str, ...]
    service: bool
    attributes: Mapping[str, tuple[str, ...]]

    def values(self, name: str) -> tuple[str, ...]:
        """All values of an attribute."""
        return self.attributes.get(name.lower(), ())


class Subtree:
    """The entries of the managed subtree, found by place and by key."""

    def __init__(
        self,
        entries: Iterable[Entry],
        privileged: frozenset[str] = frozenset(),
        known_ids: Mapping[str, str] | None = None,
    ) -> None:
        """`privileged`: places and user names that are members of groups outside; `known_ids`:
        what the entry of a record had for its own id when we made it.
        """
        self.at: dict[str, Entry] = {}
        self.privileged = privileged
        self.known_ids = known_ids or {}
        self._keyed: dict[tuple[Kind, str], Entry] = {}
        self.twice: defaultdict[tuple[Kind, str], list[Entry]] = defaultdict(list)
        self.by_user_name: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self.at[entry.place] = entry
            if entry.kind and entry.key:
                first = self._keyed.setdefault((entry.kind, entry.key), entry)
                if first is not entry:
                    self.twice[entry.kind, entry.key] += [entry]
            for name in entry.user_names:
                self.by_user_name[fold(name)].append(entry)

    def with_keys(self, keys: Mapping[str, str]) -> "Subtree":
        """The same entries, those at these places with other keys."""
        entries = (
            replace(entry, key=keys[place]) if place in keys else entry
            for place, entry in self.at.items()
        )
        return Subtree(entries, self.privileged, self.known_ids)

    def keyed(self, kind: Kind, key: str) -> Entry | None:
        """The entry that bears this key."""
        return self._keyed.get((kind, key))

    def ours(self, kind: Kind) -> Iterator[Entry]:
        """All entries of a kind that bear a key."""
        return (entry for (its_kind, _key), entry in self._keyed.items() if its_kind == kind)


def read_subtree(
    connection: SearchConnection,
    settings: DirectorySettings,
    *,
    adopting: bool = False,
    known_ids: Mapping[str, str] | None = None,
) -> Subtree:
    """Everything below `base` in one search; with `adopting` also who is in groups outside.

    Raises ReadEndedEarlyError rather than give a part, UsageError when `base` is not there,
    UnreachableError.
    """
    dialect = dialect_of(settings)
    entries = [*read_entries(connection, settings, dialect.adoption_names if adopting else ())]
    base = normalise(settings.base)
    privileged = _privileged(connection, base, entries) if adopting else frozenset()
    return Subtree(entries, privileged, known_ids)


def read_entries(
    connection: SearchConnection, settings: DirectorySettings, more: Iterable[str] = ()
) -> Iterator[Entry]:
    """The entries below `base`, as they come; `more` attributes of them than a plan needs.

    Raises ReadEndedEarlyError when the end was not reached: drop what came before. UsageError
    when `base` is not there, UnreachableError.
    """
    dialect = dialect_of(settings)
    wanted = ["objectClass", "ou", "cn", "member", dialect.own_id, *dialect.person_names]
    wanted += [settings.key_attribute_of(kind) for kind in ("unit", "person")]
    if settings.layout.archive_days:
        wanted.append(dialect.changed_at)
    base, sees_base, names = normalise(settings.base), False, _Names(dialect)
    for found in connection.search(settings.base, list(dict.fromkeys([*wanted, *more]))):
        entry = _parsed(found, names)
        if entry.place != base:
            yield entry
        else:
            sees_base = True
    if not sees_base:
        raise ReadEndedEarlyError(
            _("Our account does not see {base} itself. Grant it the right to read all below it."),
            base=settings.base,
        )


def parse_entry(found: FoundEntry, dialect: Dialect) -> Entry:
    """Classify a found entry by its object classes and look for our key."""
    return _parsed(found, _Names(dialect))


class _Names:
    """What entries are told apart by, put together once for all of them."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        settings = dialect.settings
        kinds: tuple[Kind | None, ...] = ("unit", "person", "group", None)
        self.keys = {kind: settings.key_attribute_of(kind or "unit").lower() for kind in kinds}
        self.prefix = settings.key_prefix
        self.own_id = dialect.own_id.lower()
        self.user_name = dialect.user_name.lower()
        self.classified = lru_cache(maxsize=1024)(self._classified)

    def _classified(self, classes: tuple[str, ...]) -> tuple[list[str], Kind | None]:
        """The object classes in small letters, and what they make of an entry."""
        names, kinds = [name.lower() for name in classes], self.dialect.kinds
        return names, next((kinds[name] for name in names if name in kinds), None)


def _parsed(found: FoundEntry, names: _Names) -> Entry:
    attributes = dict(found.attributes)
    classes, kind = names.classified(attributes.pop("objectclass", ()))
    own_id = attributes.pop(names.own_id, ())
    values = attributes.get(names.keys[kind], ())
    return Entry(
        dn=found.dn,
        place=normalise(found.dn),
        kind=kind,
        key=next((value for value in values if value.startswith(names.prefix)), ""),
        uuid="".join(own_id),
        user_names=attributes.get(names.user_name, ()) if kind else (),
        service=names.dialect.is_service(classes, found.attributes),
        attributes=attributes,
    )


def _privileged(
    connection: SearchConnection, base: str, entries: Sequence[Entry]
) -> frozenset[str]:
    """Members of groups outside the managed subtree, also through groups inside: what those
    allow is not ours to judge.
    """
    found = {entry.place for entry in entries if _is_in_group_outside(entry, base)}
    if connection.dialect.reads_groups_outside:
        found |= _members_outside(connection, base)
    inside = {entry.place: entry.values("member") for entry in entries if entry.kind == "group"}
    waiting = [place for place in found if place in inside]
    while waiting:
        members = {normalise(member) for member in inside[waiting.pop()]}
        waiting += [place for place in members - found if place in inside]
        found |= members
    return frozenset(found)


def _is_in_group_outside(entry: Entry, base: str) -> bool:
    groups = map(normalise, entry.values("memberOf"))
    return any(not lies_below(group, base) for group in groups)


def _members_outside(connection: SearchConnection, base: str) -> set[str]:
    root = connection.read("", ["namingContexts"])
    contexts = root.values("namingContexts") if root else ()
    members: set[str] = set()
    for context in contexts:
        if lies_below(base, normalise(context)):
            where = "(|" + "".join(f"({name}=*)" for name in _MEMBERS) + ")"
            for group in connection.search(context, _MEMBERS, where):
                if not lies_below(normalise(group.dn), base):
                    members.update(_named_members(group))
    return members


def _named_members(group: FoundEntry) -> Iterator[str]:
    for name in ("member", "uniqueMember"):
        yield from (normalise(member) for member in group.values(name))
    yield from (fold(member) for member in group.values("memberUid"))
