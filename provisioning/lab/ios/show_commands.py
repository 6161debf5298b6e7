"""``show``: what a switch tells of itself."""

from provisioning.lab.ios.configuration import short_name
from provisioning.lab.ios.forwarding import operational_access, read_switchport
from provisioning.lab.ios.grammar import Call
from provisioning.lab.ios.shell import Handler, Shell
from provisioning.lab.ios.switch import EmulatedSwitch


async def running_config(shell: Shell, _call: Call) -> str:
    """The whole running configuration."""
    text = shell.switch.running_text()
    return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n!\n{text}"


async def startup_config(shell: Shell, _call: Call) -> str:
    """The saved configuration."""
    text = shell.switch.startup
    return f"Using {len(text)} out of 524288 bytes\n!\n{text}"


async def vlan_brief(shell: Shell, _call: Call) -> str:
    """VLANs with their access ports."""
    return "\n".join(vlan_rows(shell.switch)) + "\n"


def vlan_rows(switch: EmulatedSwitch) -> list[str]:
    """The table of ``show vlan brief``; trunks and members of port channels are not in it."""
    ports: dict[int, list[str]] = {}
    for name, block in switch.configuration.interfaces().items():
        port = read_switchport(block)
        if not (port.trunk or port.routed or port.group or name.startswith(("Vlan", "Loopback"))):
            access = operational_access(port, name, switch.seed.assigned_vlans)
            ports.setdefault(access, []).append(short_name(name))
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


async def vtp_status(shell: Shell, _call: Call) -> str:
    """The part this switch takes in VTP (the form of IOS 12.2(52)SE and newer)."""
    vlans = shell.switch.vlans
    return f"""\
VTP Version capable             : 1 to 3
VTP version running             : 1
VTP Domain Name                 : {vlans.domain}
VTP Pruning Mode                : Disabled
VTP Traps Generation            : Disabled
Device ID                       : 0011.2233.4400
Configuration last modified by 0.0.0.0 at 3-1-93 00:04:05

Feature VLAN:
--------------
VTP Operating Mode                : {vlans.mode.title()}
Maximum VLANs supported locally   : 255
Number of existing VLANs          : {sum(vlan <= 1005 for vlan in vlans.names)}
Configuration Revision            : {vlans.revision}
MD5 digest                        : 0x57 0xCD 0x40 0x65 0x63 0x59 0x47 0xBD
                                    0x56 0x9D 0x4A 0x3E 0xA5 0x69 0x35 0xBC
"""


USER: dict[str, Handler] = {
    "show vlan brief": vlan_brief,
    "show vtp status": vtp_status,
}

PRIVILEGED: dict[str, Handler] = {
    **USER,
    "show running-config": running_config,
    "show startup-config": startup_config,
}
