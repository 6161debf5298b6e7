"""Rendering IOS commands: the fewest lines from one interface state to another, and back.

Two rules of IOS shape this file. ``no switchport trunk allowed vlan`` opens a trunk to every
VLAN, so a trunk's list is only ever added to or removed from. A trunk without a list carries
everything, so a port gets its list before it becomes a trunk, and loses it after it was one.
"""

from collections.abc import Iterable, Iterator

from provisioning.network.platforms.base import Block
from provisioning.network.state import InterfaceState, PortMode, format_vlans

_MODE = {
    PortMode.UNTAGGED: "switchport mode access",
    PortMode.TAGGED: "switchport mode trunk",
    PortMode.NEGOTIATED: "no switchport mode",
}
_LIST_WIDTH = 180
"""IOS takes 254 characters in a line; the words before the list need about 40 of them."""


def vlan_block(vlan: int, before: str | None, after: str) -> Block:
    """Create a VLAN with its name, or rename it. Leaving the VLAN mode is what stores it."""
    if before is None:
        undo: tuple[str, ...] = (f"no vlan {vlan}",)
    elif before == default_vlan_name(vlan):
        undo = (f"vlan {vlan}", "no name", "exit")
    else:
        undo = (f"vlan {vlan}", f"name {before}", "exit")
    return Block(
        subject=f"VLAN {vlan}", commands=(f"vlan {vlan}", f"name {after}", "exit"), undo=undo
    )


def default_vlan_name(vlan: int) -> str:
    """The name that IOS gives a VLAN without a name."""
    return f"VLAN{vlan:04d}"


def interface_block(before: InterfaceState, after: InterfaceState) -> Block | None:
    """The commands for one interface; None when nothing differs."""
    commands = tuple(interface_lines(before, after))
    if not commands:
        return None
    head, undo = f"interface {before.name}", tuple(interface_lines(after, before))
    return Block(
        subject=before.name, commands=(head, *commands, "exit"), undo=(head, *undo, "exit")
    )


def interface_lines(before: InterfaceState, after: InterfaceState) -> Iterator[str]:
    """The lines within ``interface X``. Raises ValueError for what would open a trunk."""
    mode = [_MODE[after.mode]] if before.mode is not after.mode else []
    if before.enabled and not after.enabled:
        yield "shutdown"
    if after.mode is not PortMode.TAGGED:
        yield from mode
    yield from _list_lines(before, after)
    if before.native != after.native:
        yield _set_or_default("switchport trunk native vlan", after.native)
    if before.untagged != after.untagged:
        yield _set_or_default("switchport access vlan", after.untagged)
    if before.voice != after.voice:
        yield _set_or_default("switchport voice vlan", after.voice, default=None)
    if after.mode is PortMode.TAGGED:
        yield from mode
    if before.description != after.description:
        yield f"description {after.description}" if after.description else "no description"
    if before.poe != after.poe:
        yield "power inline auto" if after.poe else "power inline never"
    if after.enabled and not before.enabled:
        yield "no shutdown"


def _set_or_default(command: str, vlan: int | None, default: int | None = 1) -> str:
    return f"no {command}" if vlan == default else f"{command} {vlan}"


def _list_lines(before: InterfaceState, after: InterfaceState) -> Iterator[str]:
    if before.tagged == after.tagged:
        return
    command = "switchport trunk allowed vlan"
    if before.tagged is None or after.tagged is None:
        yield from _first_or_last_list(before, after, command)
        return
    for word, vlans in (
        ("add", after.tagged - before.tagged),
        ("remove", before.tagged - after.tagged),
    ):
        yield from (f"{command} {word} {part}" for part in _portions(vlans))


def _first_or_last_list(
    before: InterfaceState, after: InterfaceState, command: str
) -> Iterator[str]:
    """A port gets its first list, or loses its only one: neither on something that is a trunk."""
    if after.tagged is None:
        if after.mode is PortMode.TAGGED:
            raise ValueError(f"{after.name}: a trunk never loses its list of VLANs")
        yield f"no {command}"
        return
    if before.mode is PortMode.TAGGED:
        raise ValueError(f"{before.name}: a trunk that carries all VLANs is not changed")
    portions = list(_portions(after.tagged))
    yield f"{command} {portions[0] if portions else 'none'}"
    yield from (f"{command} add {part}" for part in portions[1:])


def _portions(vlans: Iterable[int]) -> Iterator[str]:
    """A list of VLANs in pieces that fit into a line."""
    piece = ""
    for run in filter(None, format_vlans(vlans).split(",")):
        if piece and len(piece) + 1 + len(run) > _LIST_WIDTH:
            yield piece
            piece = ""
        piece = f"{piece},{run}" if piece else run
    if piece:
        yield piece
