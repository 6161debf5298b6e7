"""A strict directory in memory: obeys operations as a server would, and refuses as one."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import count
from typing import Any

from inventory.records.changes import Change, Notice, Scope
from inventory.store.brought import Brought
from inventory.times import end_of_day
from provisioning.directory.dialects import dialect_of
from provisioning.directory.dn import fold, lies_below, named_by, normalise, parent, replace_ending
from provisioning.directory.drift import parts_of
from provisioning.directory.entries import Subtree, parse_entry
from provisioning.directory.found import FoundEntry
from provisioning.directory.layout import lay_out
from provisioning.directory.operations import moved_to
from provisioning.directory.password_settings import PasswordSettings
from provisioning.directory.planner import DirectoryPlanner
from provisioning.directory.settings import DirectorySettings
from tests.directory.city import DAY, City

SETTINGS = DirectorySettings.model_validate(
    {
        "url": "ldaps://localhost", "ca_file": "ca.pem", "bind_dn": "cn=sync,dc=example",
        "password": "file:sync.secret", "base": "ou=schools,dc=example",
        "placeholder": "cn=nobody,dc=example",
    }
)  # fmt: skip
AD_SETTINGS = DirectorySettings.model_validate(
    {
        "kind": "active_directory",
        "url": "ldaps://localhost", "ca_file": "ca.pem", "bind_dn": "cn=sync,dc=example",
        "password": "file:sync.secret", "base": "ou=schools,dc=example",
        "upn": "{user_name}@{school_number}.example",
        "home_directory": "\\\\{school_number}\\{user_name}",
    }
)  # fmt: skip

BROUGHT_AT = end_of_day(date(2026, 8, 20))


class Model:
    """Entries by place. Members follow a renamed entry at once (slapo-refint does it soon)."""

    def __init__(self, settings: DirectorySettings = SETTINGS) -> None:
        self.settings = settings
        self.dialect = dialect_of(settings)
        self._numbers = count()
        self.today = DAY
        self.entries: dict[str, tuple[str, dict[str, list[str]]]] = {}

    def put(self, entry: str, attributes: dict[str, Sequence[str]]) -> None:
        """What was there before."""
        kept = {name.lower(): list(values) for name, values in attributes.items()}
        kept["entryuuid"] = [str(next(self._numbers))]
        self._touch(kept)
        assert normalise(entry) not in self.entries, f"entryAlreadyExists: {entry}"
        self._check_name(kept)
        self.entries[normalise(entry)] = (entry, kept)

    def _touch(self, attributes: dict[str, list[str]], *, again: bool = False) -> None:
        """What the server itself writes down: when an entry changed last."""
        name, now = self.dialect.changed_at.lower(), [f"{self.today:%Y%m%d}060000Z"]
        attributes[name] = now if again else attributes.get(name, now)

    def _check_name(self, changed: dict[str, list[str]]) -> None:
        """Active Directory: a name for users and groups alike, once in the domain."""
        name = self.dialect.user_name.lower()
        if self.settings.kind == "active_directory" and changed.get(name):
            for _dn, attributes in self.entries.values():
                taken = attributes is not changed and attributes.get(name)
                assert not taken or fold(taken[0]) != fold(changed[name][0]), "already in use"

    def subtree(self) -> Subtree:
        """What a paged read would give."""
        found = (
            FoundEntry(name, {key: tuple(values) for key, values in attributes.items()})
            for name, attributes in self.entries.values()
        )
        return Subtree(parse_entry(entry, self.dialect) for entry in found)

    def plan(
        self,
        city: City,
        passwords: PasswordSettings | None = None,
        brought: City | None = None,
    ) -> list[Change | Notice]:
        """The planner's answer for this directory and this inventory.

        `brought`: the inventory as it was when the directory was last seen to agree with it.
        """
        connection: Any = None  # never read
        known = self._brought(brought) if brought else {}
        planner = DirectoryPlanner(
            connection, self.settings, self.today, passwords, brought=known.get
        )
        items = planner.compare(self.subtree(), planner.desired(city))
        return [item for item in items if not isinstance(item, Scope)]

    def _brought(self, city: City) -> dict[str, Brought]:
        wanted = lay_out(city, self.settings, self.today)
        return {
            one.key: Brought(one.key, one.record, "", parts_of(one), BROUGHT_AT)
            for one in (*wanted.units, *wanted.groups, *wanted.persons)
        }

    def apply(self, changes: Iterable[Change]) -> None:
        """Carry out every operation, strictly."""
        for change in changes:
            for operation in change.operations:
                assert isinstance(operation, dict)
                kind = str(operation["op"])
                obey = {"add": self._add, "modify": self._modify, "modify_dn": self._move,
                        "delete": self._delete}  # fmt: skip
                obey[kind](operation)

    def _add(self, operation: dict[str, Any]) -> None:
        above = normalise(parent(operation["dn"]))
        assert above in self.entries or above == normalise(self.settings.base), "noSuchObject"
        self.put(operation["dn"], operation["attributes"])

    def _delete(self, operation: dict[str, Any]) -> None:
        del self.entries[normalise(operation["dn"])]

    def _modify(self, operation: dict[str, Any]) -> None:
        _name, attributes = self.entries[normalise(operation["dn"])]
        self._edit(attributes, operation)
        self._touch(attributes, again=True)
        self._check_name(attributes)

    def _edit(self, attributes: dict[str, list[str]], operation: dict[str, Any]) -> None:
        for verb, attribute, values in operation["changes"]:
            there = attributes.setdefault(attribute.lower(), [])
            for value in values:
                if "was" in operation and (value in there) == (verb == "add"):
                    continue  # the member follows, so some of it is done already
                if verb == "add":
                    assert value not in there, "attributeOrValueExists"
                    there.append(value)
                else:
                    assert value in there, "noSuchAttribute"
                    there.remove(value)

    def _move(self, operation: dict[str, Any]) -> None:
        old, new = operation["dn"], moved_to(operation)
        assert normalise(new) not in self.entries, f"entryAlreadyExists: {new}"
        assert normalise(parent(new)) in {normalise(self.settings.base), *self.entries}, (
            "noSuchObject"
        )
        for place in [p for p in self.entries if lies_below(p, normalise(old))]:
            name, attributes = self.entries.pop(place)
            if place == normalise(old):
                attribute, value = named_by(new)
                attributes[attribute] = [value]
                self._touch(attributes, again=True)
            moved = replace_ending(name, old, new)
            self.entries[normalise(moved)] = (moved, attributes)
        for _name, attributes in self.entries.values():
            members = attributes.get("member", [])
            members[:] = [replace_ending(member, old, new) for member in members]
