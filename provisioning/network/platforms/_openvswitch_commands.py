"""Rendering ``ovs-vsctl`` commands: from one state of a port to another, and back.

One port is one call, and one call is one transaction of the database (ovs-vsctl(8)): all of it
comes to be or nothing, and there is no moment in between in which a trunk has no list. Only a
list that does not fit into a line takes several calls; then VLANs are added before the mode
changes, and removed after it.
"""

import json
from collections.abc import Iterator
from shlex import quote
from typing import NamedTuple

from provisioning.network.platforms.base import Block
from provisioning.network.state import InterfaceState, PortMode, format_vlans

VSCTL = "ovs-vsctl --timeout=10"
"""Without the limit it waits for ever for a switch process that is not running."""

_LINE_WIDTH = 480
"""netmiko's terminal is 511 columns wide; a shell wraps the echo of anything longer."""

_LIST_WIDTH = 200
_WORDS_WIDTH = 300
"""Room for a description in a line, beside the port's name, tag and mode."""

_NATIVE = "native-untagged"
_MODES = frozenset({"access", "trunk", _NATIVE})


class _Vlans(NamedTuple):
    """The columns of table Port that make a port's VLANs."""

    vlan_mode: str
    tag: int | None
    trunks: frozenset[int]


def port_block(before: InterfaceState, after: InterfaceState) -> Block | None:
    """The commands for one port; None when nothing differs.

    Raises ValueError for what would open the port to every VLAN, and for what is only read.
    """
    if after.carries_all and not before.carries_all:
        raise ValueError(f"{after.name}: a port is never opened to every VLAN")
    commands = _calls(before, after)
    if not commands:
        return None
    return Block(subject=before.name, commands=commands, undo=_calls(after, before))


def can_be_written(description: str) -> bool:
    """False for a description that somebody else made too long for one line."""
    return len(_words(description)) <= _WORDS_WIDTH


def _words(description: str) -> str:
    """The value as a JSON string (ovs-vsctl(8), "Value"): ASCII, whatever the terminal speaks."""
    return quote(f"external_ids:description={json.dumps(description)}")


def _calls(before: InterfaceState, after: InterfaceState) -> tuple[str, ...]:
    calls: list[str] = []
    for part in _parts(before, after):
        if calls and len(calls[-1]) + len(part) + 4 <= _LINE_WIDTH:
            calls[-1] += f" -- {part}"
        else:
            calls.append(f"{VSCTL} {part}")
    return tuple(calls)


def _parts(before: InterfaceState, after: InterfaceState) -> Iterator[str]:
    port, old, new = quote(before.name), _vlans(before), _vlans(after)
    yield from _list_parts("add", port, _added(old, new))
    if assignments := _assignments(before, after, old, new):
        yield f"set port {port} {' '.join(assignments)}"
    if old.tag is not None and new.tag is None:
        yield f"clear port {port} tag"
    if old.trunks and not new.trunks:
        yield f"clear port {port} trunks"
    else:
        yield from _list_parts("remove", port, old.trunks - new.trunks)
    if before.description and not after.description:
        yield f"remove port {port} external_ids description"


def _list_parts(word: str, port: str, vlans: frozenset[int]) -> Iterator[str]:
    piece = ""
    for run in filter(None, format_vlans(vlans).split(",")):
        if len(piece) + len(run) >= _LIST_WIDTH:
            yield f"{word} port {port} trunks {piece}"
            piece = ""
        piece = f"{piece},{run}" if piece else run
    if piece:
        yield f"{word} port {port} trunks {piece}"


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
        if not {old.vlan_mode, new.vlan_mode} <= _MODES:
            raise ValueError(f"{before.name}: a port of another kind is only read")
        assignments.append(f"vlan_mode={new.vlan_mode}")
    if new.tag is not None and old.tag != new.tag:
        assignments.append(f"tag={new.tag}")
    if after.description and before.description != after.description:
        assignments.append(_words(after.description))
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
