"""Rendering ``ovs-vsctl`` commands: from one state of a port to another, and back.

One port is one call, and one call is one transaction of the database (ovs-vsctl(8)): all of it
comes to be or nothing, and there is no moment in between in which a trunk has no list.
"""

import json
from shlex import quote
from typing import NamedTuple

from provisioning.network.platforms.base import Block
from provisioning.network.state import InterfaceState, PortMode, format_vlans

VSCTL = "ovs-vsctl --timeout=10"
"""Without the limit it waits for ever for a switch process that is not running."""


_NATIVE = "native-untagged"
_MODES = ("access", "trunk", _NATIVE)


class _Vlans(NamedTuple):
    """The columns of table Port that make a port's VLANs."""

    vlan_mode: str
    tag: int | None
    trunks: frozenset[int]


def port_block(before: InterfaceState, after: InterfaceState) -> Block | None:
    """The command for one port; None when nothing differs.

    Raises ValueError for what would open the port to every VLAN, and for what is only read.
    """
    if after.carries_all and not before.carries_all:
        raise ValueError(f"{after.name}: a port is never opened to every VLAN")
    commands = _transaction(before, after)
    if not commands:
        return None
    return Block(subject=before.name, commands=commands, undo=_transaction(after, before))


def _transaction(before: InterfaceState, after: InterfaceState) -> tuple[str, ...]:
    port, old, new = quote(before.name), _vlans(before), _vlans(after)
    parts = []
    if old.tag is not None and new.tag is None:
        parts.append(f"clear port {port} tag")
    if assignments := _assignments(before, after, old, new):
        parts.append(f"set port {port} {' '.join(assignments)}")
    if old.trunks and not new.trunks:
        parts.append(f"clear port {port} trunks")
    else:
        for word, vlans in (("remove", old.trunks - new.trunks), ("add", _added(old, new))):
            if vlans:
                parts.append(f"{word} port {port} trunks {format_vlans(vlans)}")
    if before.description and not after.description:
        parts.append(f"remove port {port} external_ids description")
    return (f"{VSCTL} {' -- '.join(parts)}",) if parts else ()


def _added(old: _Vlans, new: _Vlans) -> frozenset[int]:
    """What the list lacks. A native VLAN passed without standing in it; now it may have to."""
    was_native = old.vlan_mode == _NATIVE and (old.vlan_mode, old.tag) != (new.vlan_mode, new.tag)
    listed = old.trunks - {old.tag} if was_native else old.trunks
    return new.trunks - listed


def _assignments(
    before: InterfaceState, after: InterfaceState, old: _Vlans, new: _Vlans
) -> list[str]:
    assignments = []
    if old.vlan_mode != new.vlan_mode:
        if not {old.vlan_mode, new.vlan_mode} <= set(_MODES):
            raise ValueError(f"{before.name}: a port of another kind is only read")
        assignments.append(f"vlan_mode={new.vlan_mode}")
    if new.tag is not None and old.tag != new.tag:
        assignments.append(f"tag={new.tag}")
    if after.description and before.description != after.description:
        # a JSON string (ovs-vsctl(8), "Value"), in ASCII whatever the terminal speaks
        text = json.dumps(after.description)
        assignments.append(quote(f"external_ids:description={text}"))
    return assignments


def _vlans(state: InterfaceState) -> _Vlans:
    trunks = state.tagged or frozenset()
    if state.mode is PortMode.UNTAGGED:
        return _Vlans("access", state.untagged, trunks)
    if state.mode is not PortMode.TAGGED:
        return _Vlans(state.mode.value, state.untagged, trunks)
    if state.tagged is not None and not trunks:
        raise ValueError(f"{state.name}: an empty list would carry every VLAN")
    if state.native is None:
        return _Vlans("trunk", state.untagged, trunks)
    # a native VLAN that the list does not name must not pass; in mode native-untagged it would
    passes = not trunks or state.native in trunks
    return _Vlans(_NATIVE if passes else "trunk", state.native, trunks)
