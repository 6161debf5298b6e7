"""Commands of the global configuration mode, of ``vlan`` and of the simple modes below it."""

import re
from typing import cast

from provisioning.lab.ios.configuration import INTERFACE_TYPES, interface_key, split_interface
from provisioning.lab.ios.grammar import Call, RefusedLineError
from provisioning.lab.ios.shell import Handler, Shell
from provisioning.lab.ios.vlan_database import VtpMode
from provisioning.lab.ios.vlan_lists import parse_vlan_list

_KEPT = (
    "aaa", "banner", "cdp", "clock", "crypto", "dot1x", "enable", "errdisable", "ip", "ipv6",
    "lldp", "logging", "mac", "ntp", "power", "radius-server", "service", "snmp-server",
    "spanning-tree", "tacacs-server", "udld", "username",
)  # fmt: skip
"""Lines that are kept as they are typed; ``no`` takes them back."""

_BLOCKS = {"archive": "config-archive", "line": "config-line", "radius": "config-radius-server"}
"""Blocks whose lines are kept as they are typed, and the mode they open."""


async def do(shell: Shell, call: Call) -> str:
    """A line of the privileged mode."""
    try:
        return await shell.run_exec("enable", call.values[0])
    except RefusedLineError as refused:
        refused.position += len("do ")
        raise


async def end(shell: Shell, _call: Call) -> str:
    """Back to the privileged mode."""
    return shell.enter("enable")


async def leave(shell: Shell, _call: Call) -> str:
    """One mode up."""
    return shell.enter("enable" if shell.mode == "config" else "config")


async def hostname(shell: Shell, call: Call) -> str:
    """Name the switch."""
    shell.switch.configuration.put("hostname", [call.line])
    shell.switch.configuration_changed()
    return ""


async def interface(shell: Shell, call: Call) -> str:
    """Choose one interface. VLAN and port-channel interfaces come into being here."""
    name = find_interface(shell, call.values[0], at=len("interface "))
    if shell.switch.configuration.interface(name) is None:
        shell.switch.configuration.add_block(f"interface {name}")
        shell.switch.configuration_changed()
    return shell.enter("config-if", (name,))


async def interface_range(shell: Shell, call: Call) -> str:
    """Choose several: ``gi1/0/1 - 4 , gi1/0/7``."""
    names: list[str] = []
    for part in re.sub(r"\s*([-,])\s*", r"\1", call.values[0]).split(","):
        first, _dash, last = part.partition("-")
        kind, numbers = split_interface(first) or ("", "")
        stem, _slash, low = numbers.rpartition("/")
        if not kind or (last and not last.isdigit()):
            raise RefusedLineError(len("interface range "))
        for number in range(int(low), int(last or low) + 1):
            text = f"{kind}{stem}{_slash}{number}"
            names.append(find_interface(shell, text, at=len("interface range ")))
    return shell.enter("config-if-range", tuple(names))


def find_interface(shell: Shell, text: str, *, at: int) -> str:
    """The full name of an interface that exists or may be made. Raises RefusedLineError."""
    kind, numbers = split_interface(text) or ("", "")
    if kind not in INTERFACE_TYPES:
        raise RefusedLineError(at)
    name = kind + numbers
    made_here = kind in ("Vlan", "Port-channel", "Loopback") and numbers.isdigit()
    if not made_here and shell.switch.configuration.interface(name) is None:
        raise RefusedLineError(at + len(text) - len(numbers))
    return name


async def no_interface(shell: Shell, call: Call) -> str:
    """Remove an interface that is not made of metal."""
    name = find_interface(shell, call.values[0], at=len("no interface "))
    if interface_key(name)[0] == 1 and not name.startswith("Loopback"):
        raise RefusedLineError(len("no "))
    shell.switch.configuration.remove_block(f"interface {name}")
    shell.switch.configuration_changed()
    return ""


async def vlan(shell: Shell, call: Call) -> str:
    """Choose VLANs; they come into being when their mode is left."""
    if not call.values[0][0].isdigit():
        raise RefusedLineError(len("vlan "))
    ids = parse_vlan_list(call.values[0].replace(" ", ""))
    shell.switch.vlans.refuse_client()
    return shell.enter("config-vlan", tuple(str(number) for number in sorted(ids)))


async def no_vlan(shell: Shell, call: Call) -> str:
    """Delete VLANs at once."""
    ids = parse_vlan_list(call.values[0].replace(" ", ""))
    said = shell.enter("config")
    shell.switch.vlans.delete(ids)
    shell.switch.vlans_changed()
    return said


async def vlan_name(shell: Shell, call: Call) -> str:
    """Name the VLAN; two VLANs never have the same name (text not verified on hardware)."""
    if len(shell.targets) > 1:
        raise RefusedLineError(0)
    name, number = call.values[0], int(shell.targets[0])
    if len(name) > 32:
        return "Command rejected: Bad VLAN name"
    other = next((v for v, n in shell.switch.vlans.names.items() if n == name), number)
    if other != number:
        return f"#VLAN {number} and {other} have an identical name: {name}"
    shell.vlan_name = name
    return ""


async def no_vlan_name(shell: Shell, _call: Call) -> str:
    """Back to the name nobody gave."""
    shell.vlan_name = f"VLAN{int(shell.targets[0]):04d}"
    return ""


async def vtp_mode(shell: Shell, call: Call) -> str:
    """Change the part this switch takes in its VTP domain."""
    wanted = cast(VtpMode, call.line.removeprefix("vtp mode "))
    if shell.switch.vlans.mode == wanted:
        return f"Device mode already VTP {wanted.title()} for VLANS."
    shell.switch.vlans.mode = wanted
    shell.switch.vlans_changed()
    return f"Setting device to VTP {wanted.title()} mode for VLANS."


async def vtp_domain(shell: Shell, call: Call) -> str:
    """Join a VTP domain."""
    old, new = shell.switch.vlans.domain, call.values[0]
    shell.switch.vlans.domain = new
    shell.switch.vlans.revision = 0
    shell.switch.vlans_changed()
    return f"Changing VTP domain name from {old or 'NULL'} to {new}"


async def keep(shell: Shell, call: Call) -> str:
    """Keep a line the emulator does not model."""
    shell.switch.configuration.put(call.line, [call.line])
    shell.switch.configuration_changed()
    return ""


async def take_back(shell: Shell, call: Call) -> str:
    """``no …``: take kept lines back, by their beginning."""
    shell.switch.configuration.put(call.line.removeprefix("no "), [])
    shell.switch.configuration_changed()
    return ""


async def open_block(shell: Shell, call: Call) -> str:
    """Into a block whose lines are kept as they are typed."""
    shell.switch.configuration.add_block(call.line)
    return shell.enter(_BLOCKS[call.line.split()[0]], (call.line,))


async def keep_in_block(shell: Shell, call: Call) -> str:
    """Set or take back one line of the open block; its first word names what it sets."""
    block = shell.switch.configuration.add_block(shell.targets[0])
    line = call.line.removeprefix("no ")
    block.put(line.split()[0], [line] if line == call.line else [])
    shell.switch.configuration_changed()
    return ""


GLOBAL: dict[str, Handler] = {
    "do <rest>": do,
    "end": end,
    "exit": leave,
    "archive": open_block,
    "hostname <word>": hostname,
    "interface <rest>": interface,
    "interface range <rest>": interface_range,
    "line <rest>": open_block,
    "no interface <rest>": no_interface,
    "no vlan <rest>": no_vlan,
    "radius server <word>": open_block,
    "vlan <rest>": vlan,
    "vtp domain <word>": vtp_domain,
    "vtp mode client": vtp_mode,
    "vtp mode off": vtp_mode,
    "vtp mode server": vtp_mode,
    "vtp mode transparent": vtp_mode,
    **{f"{word} <rest>": keep for word in _KEPT},
    **{f"no {word} <rest>": take_back for word in _KEPT},
}

_LEAVING: dict[str, Handler] = {"do <rest>": do, "end": end, "exit": leave}

VLAN: dict[str, Handler] = {**_LEAVING, "name <word>": vlan_name, "no name": no_vlan_name}

_BLOCK_LINES = {
    "config-archive": ("path", "maximum", "write-memory", "time-period", "log"),
    "config-line": ("exec-timeout", "login", "logging", "transport", "access-class", "length"),
    "config-radius-server": ("address", "key", "timeout", "retransmit"),
}


def block_modes() -> dict[str, dict[str, Handler]]:
    """The simple modes and their commands."""
    return {
        mode: {
            **_LEAVING,
            **dict.fromkeys(words, keep_in_block),
            **{f"{word} <rest>": keep_in_block for word in words},
            **{f"no {word}": keep_in_block for word in words},
        }
        for mode, words in _BLOCK_LINES.items()
    }
