"""Cisco Catalyst with IOS or IOS XE.

VLANs often stand in no running-config: under VTP (server is the default) they live in vlan.dat
and are decided by the VTP domain. So three commands make the state, and VLANs are only created
where this switch decides for itself.
"""

import re
from collections.abc import Mapping

from inventory.errors import ReadEndedEarlyError
from inventory.messages import Message, _, say
from provisioning.network.platforms._cisco_ios_commands import interface_block, vlan_block
from provisioning.network.platforms._cisco_ios_config import (
    addresses,
    interface_state,
    is_switch_port,
    sections,
)
from provisioning.network.platforms.base import Block
from provisioning.network.state import InterfaceState, SwitchState, Vtp

_CONFIGURATION = "show running-config"
_VTP = "show vtp status"
_VLANS = "show vlan brief"
_REJECTED = re.compile(r"^\s*(%.*|Command rejected.*|ERROR:.*)$", re.MULTILINE)
_VLAN_INTERFACE = re.compile(r"interface Vlan(\d+)$")


class CiscoIos:
    """The platform; holds nothing."""

    name = "cisco_ios"
    device_type = "cisco_ios"
    reads = (_CONFIGURATION, _VTP, _VLANS)
    configuration = _CONFIGURATION
    settable = frozenset(
        {"mode", "untagged", "native", "tagged", "voice", "description", "enabled", "poe"}
    )
    keeps_vlans = True
    config_mode = True
    save = "write memory"

    def parse(self, outputs: Mapping[str, str]) -> SwitchState:
        """The state from the three outputs. Raises ReadEndedEarlyError when one is not whole."""
        text = outputs[_CONFIGURATION]
        if not re.search(r"^end\s*$", text, re.MULTILINE):
            raise _ended_early(_CONFIGURATION)
        hostname, interfaces, held = "", dict[str, InterfaceState](), dict[int, tuple[str, ...]]()
        for head, lines in sections(text):
            if head.startswith("hostname "):
                hostname = head.split()[1]
            elif match := _VLAN_INTERFACE.match(head):
                held[int(match[1])] = addresses(lines)
            elif head.startswith("interface ") and is_switch_port(head.split()[1]):
                state = interface_state(head.split()[1], lines)
                interfaces[state.name] = state
        return SwitchState(
            hostname=hostname,
            vlans=_vlans(outputs[_VLANS]),
            interfaces=interfaces,
            lags=_lags(interfaces),
            addresses={vlan: found for vlan, found in held.items() if found},
            vtp=_vtp(outputs[_VTP]),
        )

    def render(self, current: SwitchState, desired: SwitchState) -> list[Block]:
        """VLANs first, each with its name; then interfaces, in the order of the switch."""
        blocks = [
            vlan_block(vlan, current.vlans.get(vlan), name)
            for vlan, name in sorted(desired.vlans.items())
            if current.vlans.get(vlan) != name
        ]
        for name, state in current.interfaces.items():
            block = interface_block(state, desired.interfaces.get(name, state))
            if block is not None:
                blocks.append(block)
        return blocks

    def refuses_vlans(self, state: SwitchState) -> Message | None:
        """VTP server or client in a domain: VLANs would change on other switches, or not here."""
        vtp = state.vtp
        if vtp is None:
            return say(
                _(
                    "{switch} does not say how VTP is set, so no VLAN is created or renamed on it. "
                    "Set `vtp mode transparent` or create the VLANs by hand, then plan again."
                ),
                switch=state.hostname,
            )
        if vtp.mode in ("transparent", "off") or (vtp.mode == "server" and not vtp.domain):
            return None
        return say(
            _(
                "{switch} is VTP {mode} in domain '{domain}': VLANs are decided there and "
                "travel to other switches. Create them on the domain's server by hand, or set "
                "`vtp mode transparent` here, then plan again."
            ),
            switch=state.hostname,
            mode=vtp.mode,
            domain=vtp.domain,
        )

    def rejection(self, output: str) -> str:
        """IOS answers a good line with nothing, a bad one with ``% …`` or ``Command rejected``."""
        match = _REJECTED.search(output)
        return match[1].strip() if match else ""

    def saved(self, output: str) -> bool:
        """``[OK]`` is what IOS says when the configuration is in NVRAM."""
        return "[OK]" in output and not self.rejection(output)


def _ended_early(command: str) -> ReadEndedEarlyError:
    return ReadEndedEarlyError(
        _("The answer to `{command}` ended before its end. Plan again; the switch was only read."),
        command=command,
    )


def _rows(command: str, text: str) -> list[dict[str, str]]:
    from ntc_templates.parse import ParsingException, parse_output

    try:
        rows: list[dict[str, str]] = parse_output("cisco_ios", command, text)
    except ParsingException as error:
        raise _ended_early(command) from error
    return rows


def _vlans(text: str) -> dict[int, str]:
    vlans = {int(row["vlan_id"]): row["vlan_name"] for row in _rows(_VLANS, text)}
    if 1 not in vlans:  # every Cisco switch has VLAN 1, so this was not the whole table
        raise _ended_early(_VLANS)
    return vlans


def _vtp(text: str) -> Vtp | None:
    """The mode for VLANs. VTP 3 shows a mode for each of its features, MST after VLANs."""
    rows = _rows(_VTP, re.split(r"(?m)^Feature (?!VLAN)", text)[0])
    mode = next((row["mode"].lower() for row in rows if row["mode"]), "")
    if not mode:
        return None
    domain = next((row["domain"] for row in rows if row["domain"]), "")
    return Vtp(mode="server" if mode == "primary" else mode, domain=domain)


def _lags(interfaces: Mapping[str, InterfaceState]) -> dict[str, tuple[str, ...]]:
    lags: dict[str, tuple[str, ...]] = {
        name: () for name in interfaces if name.startswith("Port-channel")
    }
    for name, state in interfaces.items():
        if state.lag:
            lags[state.lag] = (*lags.get(state.lag, ()), name)
    return lags


PLATFORM = CiscoIos()
