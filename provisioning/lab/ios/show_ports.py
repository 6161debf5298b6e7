"""``show`` for VLANs and ports: what is configured beside what is in effect."""

import textwrap
from collections.abc import Iterator

from provisioning.lab.ios.config_commands import find_interface
from provisioning.lab.ios.configuration import short_name
from provisioning.lab.ios.forwarding import (
    Switchport,
    members,
    operational_access,
    read_switchport,
)
from provisioning.lab.ios.grammar import Call
from provisioning.lab.ios.shell import Handler, Shell
from provisioning.lab.ios.switch import EmulatedSwitch
from provisioning.lab.ios.vlan_lists import ALL_VLANS, render_vlan_list

_ADMINISTRATIVE = {"access": "static access", "trunk": "trunk"}


def _switchports(switch: EmulatedSwitch) -> Iterator[tuple[str, Switchport]]:
    for name, block in switch.configuration.interfaces().items():
        if not name.startswith(("Vlan", "Loopback")):
            yield name, read_switchport(block)


async def vlan_brief(shell: Shell, _call: Call) -> str:
    """VLANs with their access ports."""
    return "\n".join(_vlan_table(shell.switch)) + "\n"


async def vlan_all(shell: Shell, _call: Call) -> str:
    """The same with the technical columns."""
    rows = _vlan_table(shell.switch)
    rows += [
        "",
        "VLAN Type  SAID       MTU   Parent RingNo BridgeNo Stp  BrdgMode Trans1 Trans2",
        "---- ----- ---------- ----- ------ ------ -------- ---- -------- ------ ------",
    ]
    kinds = {1002: "fddi", 1003: "tr", 1004: "fdnet", 1005: "trnet"}
    for vlan in sorted(shell.switch.vlans.names):
        kind = kinds.get(vlan, "enet")
        rows.append(
            f"{vlan:<4} {kind:<5} {100000 + vlan:<10} 1500  -      -      -        -    -"
            "        0      0"
        )
    rows += ["", "Remote SPAN VLANs", "-" * 78, "", ""]
    rows += [
        "Primary Secondary Type              Ports",
        f"------- --------- {'-' * 17} {'-' * 42}",
    ]
    return "\n".join(rows) + "\n\n"


def _vlan_table(switch: EmulatedSwitch) -> list[str]:
    """Trunks and members of port channels are not in it; a port may be in an assigned VLAN."""
    ports: dict[int, list[str]] = {}
    for name, port in _switchports(switch):
        if port.trunk or port.routed or port.group:
            continue
        ports.setdefault(operational_access(port, name, switch.seed.assigned_vlans), []).append(
            short_name(name)
        )
        if port.voice:
            ports.setdefault(port.voice, []).append(short_name(name))
    rows = [
        "",
        "VLAN Name                             Status    Ports",
        "---- -------------------------------- --------- -------------------------------",
    ]
    for vlan, name in sorted(switch.vlans.names.items()):
        status = "act/unsup" if 1002 <= vlan <= 1005 else "active"
        names = ports.get(vlan, [])
        lines = [", ".join(names[i : i + 4]) for i in range(0, len(names), 4)] or [""]
        rows.append(f"{vlan:<4} {name:<32} {status:<9} {lines[0]}")
        rows += [" " * 48 + line for line in lines[1:]]
    return rows


async def interfaces_switchport(shell: Shell, _call: Call) -> str:
    """All layer-2 ports, configured and operational."""
    switch = shell.switch
    return "".join(_switchport(switch, name, port) for name, port in _switchports(switch))


async def interface_switchport(shell: Shell, call: Call) -> str:
    """One port: ``show interfaces gi1/0/1 switchport``."""
    name = find_interface(shell, call.values[0], at=len("show interfaces "))
    block = shell.switch.configuration.interface(name)
    return _switchport(shell.switch, name, read_switchport(block)) if block else ""


def _switchport(switch: EmulatedSwitch, name: str, port: Switchport) -> str:
    if port.routed:
        return f"Name: {short_name(name)}\nSwitchport: Disabled\n\n"
    access = operational_access(port, name, switch.seed.assigned_vlans)
    operational = _operational_mode(switch, name, port)
    dot1q = "dot1q" if operational.startswith("trunk") else "native"
    off = "Off" if port.mode in _ADMINISTRATIVE else "On"
    voice = f"{port.voice} ({_vlan_name(switch, port.voice)})" if port.voice else "none"
    private = "".join(
        f"Administrative private-vlan {what}\n"
        for what in (
            "host-association: none", "mapping: none", "trunk native VLAN: none",
            "trunk Native VLAN tagging: enabled", "trunk encapsulation: dot1q",
            "trunk normal VLANs: none", "trunk associations: none", "trunk mappings: none",
        )
    )  # fmt: skip
    return (
        f"Name: {short_name(name)}\nSwitchport: Enabled\n"
        f"Administrative Mode: {_ADMINISTRATIVE.get(port.mode, port.mode)}\n"
        f"Operational Mode: {operational}\n"
        "Administrative Trunking Encapsulation: dot1q\n"
        + (
            ""
            if operational.startswith("down")
            else f"Operational Trunking Encapsulation: {dot1q}\n"
        )
        + f"Negotiation of Trunking: {off}\n"
        f"Access Mode VLAN: {access} ({_vlan_name(switch, access)})\n"
        f"Trunking Native Mode VLAN: {port.native} ({_vlan_name(switch, port.native)})\n"
        "Administrative Native VLAN tagging: enabled\n"
        f"Voice VLAN: {voice}\n{private}Operational private-vlan: none\n"
        f"Trunking VLANs Enabled: {_allowed(port)}\n"
        "Pruning VLANs Enabled: 2-1001\nCapture Mode Disabled\nCapture VLANs Allowed: ALL\n\n"
        "Protected: false\nUnknown unicast blocked: disabled\nUnknown multicast blocked: disabled\n"
        "Appliance trust: none\n\n"
    )


def _vlan_name(switch: EmulatedSwitch, vlan: int) -> str:
    return switch.vlans.names.get(vlan, "Inactive")


def _allowed(port: Switchport) -> str:
    """``ALL``, ``NONE`` or the list, which goes on in indented lines when it is long."""
    if port.allowed == ALL_VLANS:
        return "ALL"
    if not port.allowed:
        return "NONE"
    text = render_vlan_list(port.allowed).replace(",", ", ")
    return "\n".join(textwrap.wrap(text, 56, subsequent_indent="     ")).replace(", ", ",")


def _operational_mode(switch: EmulatedSwitch, name: str, port: Switchport) -> str:
    if port.shutdown:
        return "down"
    mode = "trunk" if port.trunk else "static access"
    if not port.group:
        return mode
    if members(switch.configuration, port.group)[name]:
        return f"{mode} (member of bundle Po{port.group})"
    return f"down (suspended member of bundle Po{port.group})"


async def interfaces_status(shell: Shell, _call: Call) -> str:
    """One line a port: its state and its VLAN."""
    switch = shell.switch
    heading = "Port      Name               Status       Vlan       Duplex  Speed Type"
    rows = ["", heading]
    for name, port in _switchports(switch):
        block = switch.configuration.interface(name)
        description = block.value("description")[:18] if block else ""
        access = operational_access(port, name, switch.seed.assigned_vlans)
        vlan = "routed" if port.routed else "trunk" if port.trunk else str(access)
        status = _status(switch, name, port, access)
        up = status == "connected"
        link = "a-full a-1000" if up else "  auto   auto"
        kind = "" if name.startswith("Port-channel") else "10/100/1000BaseTX"
        row = f"{short_name(name):<9} {description:<18} {status:<12} {vlan:<10} {link} {kind}"
        rows.append(row.rstrip())
    return "\n".join(rows) + "\n"


def _status(switch: EmulatedSwitch, name: str, port: Switchport, access: int) -> str:
    if port.shutdown:
        return "disabled"
    if port.group and not members(switch.configuration, port.group)[name]:
        return "suspended"
    if not (port.trunk or port.routed) and access not in switch.vlans.names:
        return "inactive"
    return "connected"


async def etherchannel_summary(shell: Shell, _call: Call) -> str:
    """Port channels and whether their members are bundled."""
    configuration = shell.switch.configuration
    names = [n for n in configuration.interfaces() if n.startswith("Port-channel")]
    rows = [
        *_ETHERCHANNEL_FLAGS.splitlines(),
        "",
        f"Number of channel-groups in use: {len(names)}",
        f"Number of aggregators:           {len(names)}",
        "",
        "Group  Port-channel  Protocol    Ports",
        "------+-------------+-----------+-----------------------------------------------",
    ]
    for name in names:
        group = int(name.removeprefix("Port-channel"))
        bundled = members(configuration, group)
        flags = "SU" if any(bundled.values()) else "SD"
        ports = []
        for member, inside in bundled.items():
            block = configuration.interface(member)
            down = block is not None and block.has("shutdown")
            flag = "P" if inside else "D" if down else "s"
            ports.append(f"{f'{short_name(member)}({flag})':<12}")
        static = any(
            block.value("channel-group") == f"{group} mode on"
            for block in configuration.interfaces().values()
        )
        protocol = "-" if static or not bundled else "LACP"
        lines = ["".join(ports[i : i + 3]).rstrip() for i in range(0, len(ports), 3)] or [""]
        rows.append(f"{group:<6} {f'Po{group}({flags})':<15} {protocol:<9} {lines[0]}".rstrip())
        rows += [" " * 33 + line for line in lines[1:]]
    return "\n".join(rows) + "\n\n"


_ETHERCHANNEL_FLAGS = """\
Flags:  D - down        P - bundled in port-channel
        I - stand-alone s - suspended
        H - Hot-standby (LACP only)
        R - Layer3      S - Layer2
        U - in use      f - failed to allocate aggregator

        M - not in use, minimum links not met
        u - unsuitable for bundling
        w - waiting to be aggregated
        d - default port

"""

USER: dict[str, Handler] = {
    "show etherchannel summary": etherchannel_summary,
    "show interfaces <word> switchport": interface_switchport,
    "show interfaces status": interfaces_status,
    "show interfaces switchport": interfaces_switchport,
    "show vlan": vlan_all,
    "show vlan brief": vlan_brief,
}
