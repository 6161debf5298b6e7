"""A strict directory in memory: obeys operations as a server would, and refuses as one."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

from inventory.records.changes import Change, Notice
from provisioning.directory.connection import FoundEntry
from provisioning.directory.dn import lies_below, named_by, normalise, parent, replace_ending
from provisioning.directory.entries import Subtree, parse_entry
from provisioning.directory.operations import moved_to
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


class Model:
    """Entries by place. Members follow a renamed entry at once (slapo-refint does it soon)."""

    def __init__(self) -> None:
        self._numbers = count()
        self.entries: dict[str, tuple[str, dict[str, list[str]]]] = {}

    def put(self, entry: str, attributes: dict[str, Sequence[str]]) -> None:
        """What was there before."""
        kept = {name.lower(): list(values) for name, values in attributes.items()}
        kept["entryuuid"] = [str(next(self._numbers))]
        assert normalise(entry) not in self.entries, f"entryAlreadyExists: {entry}"
        self.entries[normalise(entry)] = (entry, kept)

    def subtree(self) -> Subtree:
        """What a paged read would give."""
        found = (
            FoundEntry(name, {key: tuple(values) for key, values in attributes.items()})
            for name, attributes in self.entries.values()
        )
        return Subtree(parse_entry(entry, SETTINGS) for entry in found)

    def plan(self, city: City) -> list[Change | Notice]:
        """The planner's answer for this directory and this inventory."""
        planner = DirectoryPlanner(None, SETTINGS, DAY)  # type: ignore[arg-type]  # never read
        return list(planner.compare(self.subtree(), planner.desired(city)))

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
        assert above in self.entries or above == normalise(SETTINGS.base), "noSuchObject"
        self.put(operation["dn"], operation["attributes"])

    def _delete(self, operation: dict[str, Any]) -> None:
        del self.entries[normalise(operation["dn"])]

    def _modify(self, operation: dict[str, Any]) -> None:
        _name, attributes = self.entries[normalise(operation["dn"])]
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
        assert normalise(parent(new)) in {normalise(SETTINGS.base), *self.entries}, "noSuchObject"
        for place in [p for p in self.entries if lies_below(p, normalise(old))]:
            name, attributes = self.entries.pop(place)
            if place == normalise(old):
                attribute, value = named_by(new)
                attributes[attribute] = [value]
            moved = replace_ending(name, old, new)
            self.entries[normalise(moved)] = (moved, attributes)
        for _name, attributes in self.entries.values():
            members = attributes.get("member", [])
            members[:] = [replace_ending(member, old, new) for member in members]
