"""LDAP operations as plain values: what plans show, what is sent, and how both are compared.

A modify deletes the old value and adds the new one, so that the server itself notices when the
old one moved. ``ours`` is the filter that the entry must match, before and after.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from provisioning.directory import dn

Operation = dict[str, Any]
Edit = tuple[str, str, Sequence[str]]
"""``delete`` or ``add``, attribute, values."""
_BACK = {"add": "delete", "delete": "add"}


def add(entry: str, ours: str, attributes: Mapping[str, Sequence[str]]) -> Operation:
    """Make an entry; attributes without values are left out."""
    kept = {name: list(values) for name, values in attributes.items() if values}
    return {"op": "add", "dn": entry, "ours": ours, "attributes": kept}


def reset(entry: str, ours: str) -> Operation:
    """Give an entry a new password; which one, `PasswordRules.add_to` says."""
    return {"op": "modify", "dn": entry, "ours": ours, "changes": []}


def modify(entry: str, ours: str, edits: Iterable[Edit]) -> Operation:
    """Delete and add values of one entry, all or none."""
    changes = [[verb, attribute, list(values)] for verb, attribute, values in edits if values]
    return {"op": "modify", "dn": entry, "ours": ours, "changes": changes}


def move(entry: str, ours: str, target: str) -> Operation:
    """Give an entry another DN: another name, another parent, or both."""
    return {
        "op": "modify_dn",
        "dn": entry,
        "ours": ours,
        "new_rdn": dn.first(target),
        "new_parent": dn.parent(target),
    }


def delete(entry: str, ours: str) -> Operation:
    """Remove an entry. There is no way back: it would be another one, with another id."""
    return {"op": "delete", "dn": entry, "ours": ours}


def accept(entry: str, ours: str, attribute: str, own_id: str) -> Operation:
    """Take an entry with this own id for ours. Nothing is written; it is only looked at again."""
    return {"op": "accept", "dn": entry, "ours": ours, "own_id": [attribute, own_id]}


def key_in(ours: str) -> tuple[str, str]:
    """Attribute and value of a plain `ours` filter."""
    attribute, _equals, value = ours.removeprefix("(").removesuffix(")").partition("=")
    return attribute, value


def moved_to(operation: Operation) -> str:
    """The DN after a `move`."""
    return f"{operation['new_rdn']},{operation['new_parent']}"


def inverse(operation: Operation) -> list[Operation]:
    """What takes the operation back: nothing for an add, an account is locked instead, nothing
    for a delete, and nothing for a password: nobody knows the one before.
    """
    if "password" in operation:
        return []
    if operation["op"] == "modify":
        changes = [[_BACK[verb], name, values] for verb, name, values in operation["changes"]]
        return [{**operation, "changes": changes[::-1]}]
    if operation["op"] == "modify_dn":
        return [move(moved_to(operation), operation["ours"], operation["dn"])]
    return []


def edits(
    current: Mapping[str, Sequence[str]],
    wanted: Mapping[str, Sequence[str]],
    caseless: frozenset[str] = frozenset(),
) -> list[Edit]:
    """The fewest value changes from the current attributes to the wanted ones.

    Values of `caseless` attributes are equal in any case; `current` has its names in small
    letters.
    """
    found: list[Edit] = []
    for name, values in wanted.items():
        there = current.get(name.lower(), ())
        if there == values:
            continue
        if name in caseless and {dn.fold(v) for v in there} == {dn.fold(v) for v in values}:
            continue
        gone = [value for value in there if value not in values]
        new = [value for value in values if value not in there]
        if gone:
            found.append(("delete", name, gone))
        if new:
            found.append(("add", name, new))
    return found


def is_done(attributes: Mapping[str, Sequence[str]], changes: Iterable[Edit]) -> bool:
    """True when these value changes show in the attributes (names in small letters)."""
    return all((value in attributes.get(name.lower(), ())) == (verb == "add")
               for verb, name, values in changes for value in values)  # fmt: skip


def is_open(attributes: Mapping[str, Sequence[str]], changes: Iterable[Edit]) -> bool:
    """True when nothing of these value changes shows in the attributes."""
    return all((value in attributes.get(name.lower(), ())) == (verb == "delete")
               for verb, name, values in changes for value in values)  # fmt: skip
