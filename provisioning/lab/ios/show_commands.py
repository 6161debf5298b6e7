"""``show`` for the configuration, the system, VTP, the archive and the timers."""

import hashlib
import re

from provisioning.lab.ios.config_commands import find_interface
from provisioning.lab.ios.grammar import Call
from provisioning.lab.ios.shell import Handler, Shell
from provisioning.lab.ios.switch import EmulatedSwitch
from provisioning.lab.ios.timers import ios_time


async def running_config(shell: Shell, _call: Call) -> str:
    """The whole running configuration."""
    text = shell.switch.running_text()
    size = f"Current configuration : {len(text)} bytes\n!\n"
    return f"Building configuration...\n\n{size}{shell.switch.last_change}!\n{text}\n"


async def running_config_interface(shell: Shell, call: Call) -> str:
    """One interface of it."""
    name = find_interface(shell, call.values[0], at=len("show running-config interface "))
    found = shell.switch.configuration.interface(name)
    if found is None:
        return "% Interface not found\n"
    text = "".join(f"{line}\n" for line in (found.header, *(f" {ln}" for ln in found.lines), "end"))
    size = f"Current configuration : {len(text)} bytes\n!\n"
    return f"Building configuration...\n\n{size}{text}\n"


async def startup_config(shell: Shell, _call: Call) -> str:
    """The saved configuration."""
    text = shell.switch.startup
    return f"Using {len(text)} out of 524288 bytes\n!\n{text}\n"


async def version(shell: Shell, _call: Call) -> str:
    """Model, software and serial number; says that this is an emulator."""
    switch = shell.switch
    digest = hashlib.sha256(switch.seed.name.encode()).hexdigest().upper()
    mac = "02:00:00:" + ":".join(digest[i : i + 2] for i in (0, 2, 4))
    return f"""\
Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(7)E3
This is an emulator for tests and demonstrations. No Cisco software runs here.

{switch.hostname} uptime is 1 week, 2 days, 3 hours, 4 minutes
System returned to ROM by {"reload" if switch.reloads else "power-on"}
System image file is "flash:/c2960x-universalk9-mz.152-7.E3.bin"

cisco WS-C2960X-24PS-L (EMULATED) processor (revision A0) with 524288K bytes of memory.
Processor board ID EMU{digest[:8]}
Last reset from power-on
The password-recovery mechanism is enabled.

512K bytes of flash-simulated non-volatile configuration memory.
Base ethernet MAC Address       : {mac}
Model number                    : WS-C2960X-24PS-L
System serial number            : EMU{digest[:8]}

Switch Ports Model                     SW Version            SW Image
------ ----- -----                     ----------            ----------
*    1 {_ports(switch):<5} WS-C2960X-24PS-L          15.2(7)E3             C2960X-UNIVERSALK9-M

Configuration register is 0xF

"""


def _ports(switch: EmulatedSwitch) -> int:
    return sum("Ethernet" in name for name in switch.configuration.interfaces())


async def vtp_status(shell: Shell, _call: Call) -> str:
    """The part this switch takes in VTP (the form of IOS 12.2(52)SE and newer)."""
    vlans = shell.switch.vlans
    return f"""\
VTP Version capable             : 1 to 3
VTP version running             : 1
VTP Domain Name                 : {vlans.domain}
VTP Pruning Mode                : Disabled
VTP Traps Generation            : Disabled
Device ID                       : 0200.0000.0100
Configuration last modified by 0.0.0.0 at 3-1-93 00:04:05
{_updater(shell.switch)}
Feature VLAN:
--------------
VTP Operating Mode                : {vlans.mode.title()}
Maximum VLANs supported locally   : 255
Number of existing VLANs          : {sum(vlan <= 1005 for vlan in vlans.names)}
Configuration Revision            : {vlans.revision}
MD5 digest                        : 0x57 0xCD 0x40 0x65 0x63 0x59 0x47 0xBD
                                    0x56 0x9D 0x4A 0x3E 0xA5 0x69 0x35 0xBC
"""


def _updater(switch: EmulatedSwitch) -> str:
    """A server names the address it would sign VLAN changes with."""
    if switch.vlans.mode != "server":
        return ""
    for name, block in switch.configuration.interfaces().items():
        if name.startswith("Vlan") and (found := re.match(r"[\d.]+", block.value("ip address"))):
            short = name.replace("Vlan", "Vl")
            lowest = "lowest numbered VLAN interface found"
            return f"Local updater ID is {found[0]} on interface {short} ({lowest})\n"
    return "Local updater ID is 0.0.0.0 (no valid interface found)\n"


async def archive(shell: Shell, _call: Call) -> str:
    """The archived configurations."""
    switch = shell.switch
    if not switch.archive_path:
        return " Archive feature not enabled\n"
    rows = [
        "The maximum archive configurations allowed is 10.",
        f"The next archive file will be named {switch.archive_path}-{len(switch.archives) + 1}",
        " Archive #  Name",
    ]
    for number, name in enumerate(switch.archives, start=1):
        newest = " <- Most Recent" if number == len(switch.archives) else ""
        rows.append(f"   {number:<8} {name}{newest}")
    return "\n".join(rows) + "\n"


async def rollback_timer(shell: Shell, _call: Call) -> str:
    """Whether unconfirmed changes will be taken back."""
    switch = shell.switch
    if not switch.revert.running:
        return "%No Rollback Confirmed Change pending\n"
    return (
        f"Time configured(or reconfigured): {ios_time(switch.revert.started)}\n"
        f"Timer type: absolute timer\nTimer value: {switch.revert.minutes} min\n"
        f"User: {shell.user}\n\n"
    )


async def reload_timer(shell: Shell, _call: Call) -> str:
    """Whether a restart is scheduled."""
    timer = shell.switch.reload_timer
    if not timer.running:
        return "No reload is scheduled.\n"
    minutes = round(timer.minutes_left)
    return f"Reload scheduled in {minutes} minutes by {shell.user}\nReload reason: Reload Command\n"


USER: dict[str, Handler] = {
    "show version": version,
    "show vtp status": vtp_status,
}

PRIVILEGED: dict[str, Handler] = {
    **USER,
    "show archive": archive,
    "show archive config rollback timer": rollback_timer,
    "show reload": reload_timer,
    "show running-config": running_config,
    "show running-config interface <rest>": running_config_interface,
    "show startup-config": startup_config,
}
