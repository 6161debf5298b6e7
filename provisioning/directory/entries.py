"""What the managed subtree holds: one paged read, sorted by our keys."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from inventory.errors import ReadEndedEarlyError
from inventory.messages import _
from provisioning.directory.connection import FoundEntry, SearchConnection
from provisioning.directory.dn import fold, lies_below, normalise
from provisioning.directory.layout import Kind
from provisioning.directory.settings import DirectorySettings

LOCK = "pwdAccountLockedTime"
"""Set by ppolicy after wrong logins, and by us for good (draft-behera-ldap-password-policy)."""
LOCKED_FOR_GOOD = "000001010000Z"
"""The value of `LOCK` that no time ends and only an administrator takes away."""
PERSON_ATTRIBUTES = ("uid", "sn", "givenName", "displayName", "mail", "employeeType")
_KINDS: Mapping[str, Kind] = {
    "organizationalunit": "unit",
    "groupofnames": "group",
    "person": "person",
    "inetorgperson": "person",
    "account": "person",
    "posixaccount": "person",
}
_SERVICE_CLASSES = frozenset({"applicationprocess", "simplesecurityobject"})
_MEMBERS = ("member", "uniqueMember", "memberUid")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry below `base`. `place` is its DN for comparing; `key` is empty when not ours."""

    dn: str
    place: str
    kind: Kind | None
    key: str
    uuid: str
    service: bool
    attributes: Mapping[str, tuple[str, ...]]

    def values(self, name: str) -> tuple[str, ...]:
        """All values of an attribute."""
        return self.attributes.get(name.lower(), ())


class Subtree:
    """The entries of the managed subtree, found by place and by key."""

    def __init__(self, entries: Iterable[Entry], privileged: frozenset[str] = frozenset()) -> None:
        """`privileged`: places and user names that are members of groups outside."""
        self.at: dict[str, Entry] = {}
        self.privileged = privileged
        self._keyed: dict[tuple[Kind, str], Entry] = {}
        self.twice: defaultdict[tuple[Kind, str], list[Entry]] = defaultdict(list)
        self.by_user_name: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self.at[entry.place] = entry
            if entry.kind and entry.key:
                first = self._keyed.setdefault((entry.kind, entry.key), entry)
                if first is not entry:
                    self.twice[entry.kind, entry.key] += [entry]
            for name in entry.values("uid") if entry.kind == "person" else ():
                self.by_user_name[fold(name)].append(entry)

    def keyed(self, kind: Kind, key: str) -> Entry | None:
        """The entry that bears this key."""
        return self._keyed.get((kind, key))

    def ours(self, kind: Kind) -> Iterator[Entry]:
        """All entries of a kind that bear a key."""
        return (entry for (its_kind, _key), entry in self._keyed.items() if its_kind == kind)

    def strangers(self) -> Iterator[Entry]:
        """Person entries without our key."""
        return (e for e in self.at.values() if e.kind == "person" and not e.key)


def read_subtree(
    connection: SearchConnection, settings: DirectorySettings, *, adopting: bool = False
) -> Subtree:
    """Everything below `base` in one search; with `adopting` also who is in groups outside.

    Raises ReadEndedEarlyError rather than give a part, UsageError when `base` is not there,
    UnreachableError.
    """
    wanted = ["objectClass", "ou", "cn", "member", "entryUUID", LOCK, *PERSON_ATTRIBUTES]
    wanted += [settings.key_attribute, settings.person_key_attribute]
    base = normalise(settings.base)
    entries = [
        parse_entry(found, settings)
        for found in connection.search(settings.base, list(dict.fromkeys(wanted)))
    ]
    inside = [entry for entry in entries if entry.place != base]
    if len(inside) == len(entries):
        raise ReadEndedEarlyError(
            _("Our account does not see {base} itself. Grant it the right to read all below it."),
            base=settings.base,
        )
    return Subtree(inside, _privileged(connection, base) if adopting else frozenset())


def parse_entry(found: FoundEntry, settings: DirectorySettings) -> Entry:
    """Classify a found entry by its object classes and look for our key."""
    classes = [name.lower() for name in found.values("objectClass")]
    kind = next((_KINDS[name] for name in classes if name in _KINDS), None)
    attribute = settings.person_key_attribute if kind == "person" else settings.key_attribute
    key = next((v for v in found.values(attribute) if v.startswith(settings.key_prefix)), "")
    return Entry(
        dn=found.dn,
        place=normalise(found.dn),
        kind=kind,
        key=key,
        uuid="".join(found.values("entryUUID")),
        service=not _SERVICE_CLASSES.isdisjoint(classes),
        attributes={
            name: values
            for name, values in found.attributes.items()
            if name not in {"objectclass", "entryuuid"}
        },
    )


def _privileged(connection: SearchConnection, base: str) -> frozenset[str]:
    """Members of groups outside the managed subtree: what those allow is not ours to judge."""
    root = connection.read("", ["namingContexts"])
    contexts = root.values("namingContexts") if root else ()
    members: set[str] = set()
    for context in contexts:
        if lies_below(base, normalise(context)):
            where = "(|" + "".join(f"({name}=*)" for name in _MEMBERS) + ")"
            for group in connection.search(context, _MEMBERS, where):
                if not lies_below(normalise(group.dn), base):
                    members.update(_named_members(group))
    return frozenset(members)


def _named_members(group: FoundEntry) -> Iterator[str]:
    for name in ("member", "uniqueMember"):
        yield from (normalise(member) for member in group.values(name))
    yield from (fold(member) for member in group.values("memberUid"))
