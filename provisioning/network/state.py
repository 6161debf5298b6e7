"""What a switch is set up to do, in words that all platforms share.

Only what is named here is ever compared or changed; every other line of a switch's
configuration stays untouched. All values are the configured ones: with 802.1X the VLAN that is
in use may be another.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import JsonValue

from inventory.records.base import Frozen

_RANGE = re.compile(r"(\d{1,4})(?:-(\d{1,4}))?")


class PortMode(StrEnum):
    """How an interface tells VLANs apart.

    UNTAGGED: one VLAN, no tags (Cisco: access). TAGGED: VLANs by tag, and one without a tag
    (Cisco: trunk). NEGOTIATED: the other end decides (Cisco: dynamic). OTHER: tunnels, private
    VLANs and the like, which are only read.
    """

    UNTAGGED = "untagged"
    TAGGED = "tagged"
    NEGOTIATED = "negotiated"
    OTHER = "other"


class InterfaceState(Frozen):
    """One interface or LAG, as configured.

    `untagged` is the VLAN in mode UNTAGGED (and NEGOTIATED), `native` the VLAN of frames without
    a tag in mode TAGGED: a Cisco switch remembers both. `tagged` is the list of VLANs that may
    pass in mode TAGGED, `native` among them (a platform that always lets it pass lists it too);
    None means that no list is set: in mode TAGGED such a port carries every VLAN.
    `poe` None: the platform does not say. `lag` names the LAG that the interface is a member of.
    `authentication` is 802.1X or MAC authentication on the port; `routed` an address or
    `no switchport`. `locked` names fields whose configuration this state cannot express
    (``power inline static``): they are never rewritten.
    """

    name: str
    mode: PortMode = PortMode.UNTAGGED
    untagged: int | None = None
    native: int | None = None
    tagged: frozenset[int] | None = None
    voice: int | None = None
    description: str = ""
    enabled: bool = True
    poe: bool | None = None
    lag: str = ""
    authentication: bool = False
    routed: bool = False
    locked: frozenset[str] = frozenset()

    @property
    def carries_all(self) -> bool:
        """True when the port carries every VLAN, because nobody gave it a list."""
        return self.mode is PortMode.TAGGED and self.tagged is None

    def carries(self, vlan: int) -> str:
        """How frames of this VLAN leave the interface: ``untagged``, ``tagged`` or empty."""
        if not self.enabled:
            return ""
        if self.mode is not PortMode.TAGGED:
            if vlan == self.untagged:
                return "untagged"
            return "tagged" if vlan == self.voice else ""
        if self.tagged is not None and vlan not in self.tagged:
            return ""
        return "untagged" if vlan == self.native else "tagged"

    def values(self) -> dict[str, JsonValue]:
        """The settable fields as plain values, as they stand in a Change's before and after."""
        return {
            "mode": self.mode.value,
            "untagged": self.untagged,
            "native": self.native,
            "tagged": None if self.tagged is None else format_vlans(self.tagged),
            "voice": self.voice,
            "description": self.description,
            "enabled": self.enabled,
            "poe": self.poe,
        }


class Vtp(Frozen):
    """Cisco's VLAN Trunking Protocol: who decides which VLANs exist.

    `mode` is ``server``, ``client``, ``transparent`` or ``off``; `domain` is empty when none is
    set.
    """

    mode: str
    domain: str = ""


class SwitchState(Frozen):
    """A switch or stack, as configured.

    `vlans` are the existing VLANs with their names (empty on a platform that has no such list).
    `interfaces` are by the platform's long name and hold the LAGs too. `lags` are the members of
    each LAG. `addresses` are the IP addresses that the switch itself has in a VLAN: one of them
    is how it is managed.
    """

    hostname: str = ""
    vlans: Mapping[int, str] = {}
    interfaces: Mapping[str, InterfaceState] = {}
    lags: Mapping[str, tuple[str, ...]] = {}
    addresses: Mapping[int, tuple[str, ...]] = {}
    vtp: Vtp | None = None

    def management_vlans(self, address: str) -> frozenset[int]:
        """The VLANs over which the switch may be managed.

        The one that holds `address`; all VLANs with an address when none does (a switch behind a
        translated address), because then any of them may be the one.
        """
        exact = {vlan for vlan, held in self.addresses.items() if address in held}
        return frozenset(exact or self.addresses)


def parse_vlans(text: str) -> frozenset[int]:
    """``10-12,20`` and ``10,11,12, 20`` are the same set. Raises ValueError for anything else."""
    vlans: set[int] = set()
    for part in filter(None, re.split(r"[,\s]+", text)):
        match = _RANGE.fullmatch(part)
        low, high = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= low <= high <= 4094:
            raise ValueError(f"{part!r} is not a VLAN or a range of VLANs (1-4094)")
        vlans.update(range(low, high + 1))
    return frozenset(vlans)


def format_vlans(vlans: Iterable[int]) -> str:
    """The one way a set of VLANs is written: sorted, with ranges (``10-12,20``)."""
    runs: list[list[int]] = []
    for vlan in sorted(set(vlans)):
        if runs and vlan == runs[-1][1] + 1:
            runs[-1][1] = vlan
        else:
            runs.append([vlan, vlan])
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in runs)
