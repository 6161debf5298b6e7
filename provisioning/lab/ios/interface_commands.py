"""Commands of the interface mode. Each leaves lines in the running configuration."""

from collections.abc import Callable, Sequence

from provisioning.lab.ios.config_commands import do, end, leave
from provisioning.lab.ios.configuration import Block
from provisioning.lab.ios.forwarding import read_switchport
from provisioning.lab.ios.grammar import Call
from provisioning.lab.ios.shell import Handler, Shell
from provisioning.lab.ios.vlan_database import VlanRefusedError
from provisioning.lab.ios.vlan_lists import ALL_VLANS, change_allowed, render_allowed_lines

_ALLOWED = "switchport trunk allowed vlan"
_SINGLE = (
    "authentication host-mode", "authentication port-control", "dot1x pae", "duplex", "ip address",
    "load-interval", "spanning-tree bpduguard", "speed", "storm-control broadcast level",
    "storm-control multicast level", "udld",
)  # fmt: skip
"""Kept lines of which an interface has one; of others it may have several."""

_KEPT = (
    "authentication", "auto", "cdp", "dot1x", "duplex", "ip", "ipv6", "keepalive", "lacp", "lldp",
    "load-interval", "logging", "macro", "mls", "priority-queue", "service-policy", "snmp",
    "spanning-tree", "spanning-tree portfast", "speed", "srr-queue", "storm-control",
    "switchport block", "switchport port-security", "switchport priority",
    "switchport trunk encapsulation", "trust", "udld",
)  # fmt: skip
"""Lines that are kept as they are typed; ``no`` takes them back."""

_PORTFAST = """\
%Warning: portfast should only be enabled on ports connected to a single
 host. Connecting hubs, concentrators, switches, bridges, etc... to this
 interface  when portfast is enabled, can cause temporary bridging loops.
 Use with CAUTION
"""


def _blocks(shell: Shell, slot: str) -> list[Block]:
    """The chosen interfaces; what a port channel is told goes to its members too."""
    configuration = shell.switch.configuration
    names = list(shell.targets)
    if slot.startswith(("switchport", "shutdown")):
        groups = {int(n[12:]) for n in names if n.startswith("Port-channel")}
        names += [
            name
            for name, block in configuration.interfaces().items()
            if read_switchport(block).group in groups - {0}
        ]
    return [block for name in names if (block := configuration.interface(name))]


def _put(shell: Shell, slot: str, lines: Sequence[str]) -> None:
    for block in _blocks(shell, slot):
        block.put(slot, lines)
    shell.switch.configuration_changed()


def setting(slot: str, default: str = "") -> Handler:
    """A command that sets the line beginning with ``slot``; the default leaves no line."""

    async def set_line(shell: Shell, call: Call) -> str:
        _put(shell, slot, [] if call.line == default else [call.line])
        return ""

    return set_line


def removing(slot: str) -> Handler:
    """A ``no`` command that takes the line beginning with ``slot`` away."""

    async def remove_line(shell: Shell, _call: Call) -> str:
        _put(shell, slot, [])
        return ""

    return remove_line


def vlan_setting(slot: str, kind: str, default: str) -> Handler:
    """A command that names a VLAN; IOS makes it when it does not exist."""

    async def set_vlan(shell: Shell, call: Call) -> str:
        number = int(call.values[0])
        said = ""
        if number not in shell.switch.vlans.names and shell.switch.vlans.mode != "client":
            said = f"% {kind} VLAN does not exist. Creating vlan {number}"
            try:
                shell.switch.vlans.create([number])
                shell.switch.vlans_changed()
            except VlanRefusedError as refused:
                said += f"\n{refused}"
        _put(shell, slot, [] if call.line == default else [call.line])
        return said

    return set_vlan


async def allowed_vlans(shell: Shell, call: Call) -> str:
    """Set or change what a trunk may carry; without a list it carries everything."""
    words = call.line.split()[4:]
    for block in _blocks(shell, _ALLOWED):
        current = read_switchport(block).allowed
        block.put(_ALLOWED, render_allowed_lines(change_allowed(current, words)))
    shell.switch.configuration_changed()
    return ""


async def open_trunk(shell: Shell, _call: Call) -> str:
    """``no switchport trunk allowed vlan``: every VLAN passes."""
    _put(shell, _ALLOWED, render_allowed_lines(ALL_VLANS))
    return ""


async def no_switchport(shell: Shell, _call: Call) -> str:
    """Make it a routed port."""
    _put(shell, "no switchport", ["no switchport"])
    return ""


async def portfast(shell: Shell, call: Call) -> str:
    """The edge of the spanning tree; IOS warns each time."""
    _put(shell, call.line, [call.line])
    return _PORTFAST


async def channel_group(shell: Shell, call: Call) -> str:
    """Join a port channel; a new one takes over the layer-2 lines of its first member."""
    configuration = shell.switch.configuration
    group = int(call.values[0])
    said = ""
    if configuration.interface(f"Port-channel{group}") is None:
        first = configuration.interface(shell.targets[0])
        channel = configuration.add_block(f"interface Port-channel{group}")
        channel.lines = [ln for ln in (first.lines if first else ()) if ln.startswith("switchport")]
        said = f"Creating a port-channel interface Port-channel {group}\n"
    _put(shell, "channel-group", [call.line])
    return said


async def keep(shell: Shell, call: Call) -> str:
    """Keep a line the emulator does not model."""
    slot = next((words for words in _SINGLE if call.line.startswith(f"{words} ")), call.line)
    _put(shell, slot, [call.line])
    return ""


async def take_back(shell: Shell, call: Call) -> str:
    """``no …``: take kept lines back, by their beginning."""
    _put(shell, call.line.removeprefix("no "), [])
    return ""


def _vlan_commands(slot: str, make: Callable[[], Handler]) -> dict[str, Handler]:
    return {
        f"{slot} <vlan>": make(),
        f"no {slot}": removing(slot),
        f"no {slot} <vlan>": removing(slot),
    }


INTERFACE: dict[str, Handler] = {
    "do <rest>": do,
    "end": end,
    "exit": leave,
    "description <rest>": setting("description"),
    "no description": removing("description"),
    "shutdown": setting("shutdown"),
    "no shutdown": removing("shutdown"),
    "switchport": removing("no switchport"),
    "no switchport": no_switchport,
    "switchport mode access": setting("switchport mode"),
    "switchport mode trunk": setting("switchport mode"),
    "switchport mode dynamic auto": setting("switchport mode", "switchport mode dynamic auto"),
    "switchport mode dynamic desirable": setting("switchport mode"),
    "no switchport mode": removing("switchport mode"),
    "switchport nonegotiate": setting("switchport nonegotiate"),
    "no switchport nonegotiate": removing("switchport nonegotiate"),
    **_vlan_commands(
        "switchport access vlan",
        lambda: vlan_setting("switchport access vlan", "Access", "switchport access vlan 1"),
    ),
    **_vlan_commands(
        "switchport voice vlan",
        lambda: vlan_setting("switchport voice vlan", "Voice", ""),
    ),
    **_vlan_commands(
        "switchport trunk native vlan",
        lambda: setting("switchport trunk native vlan", "switchport trunk native vlan 1"),
    ),
    **{f"{_ALLOWED} {word} <word>": allowed_vlans for word in ("add", "remove", "except")},
    **{f"{_ALLOWED} {word}": allowed_vlans for word in ("all", "none", "<word>")},
    f"no {_ALLOWED}": open_trunk,
    "power inline auto": setting("power inline", "power inline auto"),
    "power inline never": setting("power inline"),
    "no power inline": removing("power inline"),
    "channel-group <number> mode active": channel_group,
    "channel-group <number> mode passive": channel_group,
    "channel-group <number> mode on": channel_group,
    "no channel-group": removing("channel-group"),
    "mab": setting("mab"),
    "no mab": removing("mab"),
    "spanning-tree portfast": portfast,
    "no spanning-tree portfast": removing("spanning-tree portfast"),
    "switchport port-security": keep,
    "no switchport port-security": removing("switchport port-security"),
    **{f"{word} <rest>": keep for word in _KEPT},
    **{f"no {word} <rest>": take_back for word in _KEPT},
}
