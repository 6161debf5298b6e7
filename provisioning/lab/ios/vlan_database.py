"""The VLAN database of an emulated switch: vlan.dat, apart from the running configuration.

Sources: Cisco's Catalyst 2960 configuration guide, "Configuring VLANs" and "Configuring VTP".
"""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from provisioning.lab.ios.configuration import Block, Configuration
from provisioning.lab.ios.vlan_lists import parse_vlan_list, render_vlan_list

VtpMode = Literal["server", "client", "transparent", "off"]

DEFAULT_VLANS = {
    1: "default",
    1002: "fddi-default",
    1003: "token-ring-default",
    1004: "fddinet-default",
    1005: "trnet-default",
}
"""VLANs every switch has and nobody can delete."""

_VLAN_HEADER = re.compile(r"vlan [\d,-]+")


class VlanRefusedError(Exception):
    """IOS refuses a VLAN change; the text is what it prints."""


def default_name(vlan: int) -> str:
    """The name of a VLAN nobody named."""
    return f"VLAN{vlan:04d}"


class VlanDatabase:
    """VLANs and VTP state. Changes live here at once and need no ``write memory``."""

    def __init__(self, mode: VtpMode, domain: str, names: Mapping[int, str]) -> None:
        self.mode = mode
        self.domain = domain
        self.revision = 0
        self.names: dict[int, str] = {**DEFAULT_VLANS, **names}

    @property
    def in_running_config(self) -> bool:
        """Only a switch that takes no part in VTP shows its VLANs in the running-config."""
        return self.mode in ("transparent", "off")

    def refuse_client(self) -> None:
        """Raise VlanRefusedError when this switch may not change VLANs itself."""
        if self.mode == "client":
            raise VlanRefusedError(
                "VTP VLAN configuration not allowed when device is in CLIENT mode."
            )

    def create(self, ids: Iterable[int], name: str = "") -> None:
        """Create or rename VLANs; raises VlanRefusedError and changes nothing when refused."""
        self.refuse_client()
        wanted = set(ids)
        extended = {vlan for vlan in wanted if vlan > 1005}
        if extended and not self.in_running_config:
            raise VlanRefusedError(
                f"% Failed to create VLANs {render_vlan_list(extended)}\n"
                "Extended VLAN(s) not allowed in current VTP mode.\n"
                "%Failed to commit extended VLAN(s) changes."
            )
        for vlan in wanted:
            self.names[vlan] = name or self.names.get(vlan, default_name(vlan))
        self._count()

    def delete(self, ids: Iterable[int]) -> None:
        """Delete VLANs; those that do not exist are passed over, as IOS does."""
        self.refuse_client()
        wanted = set(ids)
        if defaults := sorted(wanted & DEFAULT_VLANS.keys()):
            raise VlanRefusedError(f"%Default VLAN {defaults[0]} may not be deleted.")
        for vlan in wanted:
            self.names.pop(vlan, None)
        self._count()

    def _count(self) -> None:
        if not self.in_running_config:
            self.revision += 1

    def running_lines(self) -> list[Block]:
        """The blocks IOS shows in transparent and off mode; unnamed VLANs stand on one line."""
        if not self.in_running_config:
            return []
        blocks = [Block(f"vtp domain {self.domain}")] if self.domain else []
        blocks.append(Block(f"vtp mode {self.mode}"))
        own = {vlan: name for vlan, name in self.names.items() if vlan not in DEFAULT_VLANS}
        unnamed = {vlan for vlan, name in own.items() if name == default_name(vlan)}
        heads = {
            vlan: Block(f"vlan {vlan}", [f"name {own[vlan]}"]) for vlan in own.keys() - unnamed
        }
        if unnamed:
            heads[min(unnamed)] = Block(f"vlan {render_vlan_list(unnamed, pairs='-')}")
        return blocks + [heads[vlan] for vlan in sorted(heads)]


def take_vlans(configuration: Configuration) -> tuple[str, str, dict[int, str]]:
    """Take the VTP and VLAN blocks out of a configuration: its mode, domain and VLANs.

    Mode and domain are empty when the configuration does not say them.
    """
    mode, domain = configuration.value("vtp mode"), configuration.value("vtp domain")
    names: dict[int, str] = {}
    rest = []
    for block in configuration.blocks:
        if _VLAN_HEADER.fullmatch(block.header):
            ids = parse_vlan_list(block.header.removeprefix("vlan "))
            names |= {vlan: block.value("name") or default_name(vlan) for vlan in ids}
        elif not block.header.startswith(("vtp mode ", "vtp domain ")):
            rest.append(block)
    configuration.blocks = rest
    return mode, domain, names
