"""What the ports of an emulated switch carry: the question a cable would answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from provisioning.lab.ios.configuration import Block, Configuration
from provisioning.lab.ios.vlan_lists import merge_allowed_lines

Carried = set[tuple[int, bool]]
"""VLAN ids, each with whether its frames are tagged."""


@dataclass(frozen=True)
class Switchport:
    """The configured layer-2 side of one interface."""

    mode: str
    access: int
    voice: int
    """0: none"""
    native: int
    allowed: frozenset[int]
    routed: bool
    shutdown: bool
    group: int
    """number of the port channel; 0: none"""
    port_control: bool
    """802.1X or MAC authentication may assign another VLAN"""

    @property
    def trunk(self) -> bool:
        """Trunks by configuration. A dynamic port without a trunking neighbour stays access."""
        return self.mode == "trunk"

    @property
    def layer2(self) -> tuple[object, ...]:
        """What must be equal in all members of a port channel, or a member is suspended."""
        return self.mode, self.access, self.voice, self.native, self.allowed, self.routed


def read_switchport(block: Block) -> Switchport:
    """Derive the switchport from an interface's lines; IOS' defaults where a line is missing."""
    return Switchport(
        mode=block.value("switchport mode") or "dynamic auto",
        access=int(block.value("switchport access vlan") or 1),
        voice=int(block.value("switchport voice vlan") or 0),
        native=int(block.value("switchport trunk native vlan") or 1),
        allowed=merge_allowed_lines(block.lines),
        routed=block.has("no switchport"),
        shutdown=block.has("shutdown"),
        group=int((block.value("channel-group") or "0").split()[0]),
        port_control=block.has("authentication port-control auto"),
    )


def members(configuration: Configuration, group: int) -> dict[str, bool]:
    """The members of a port channel, each with whether it is bundled (not suspended or down).

    A member whose layer-2 lines differ from the port channel's is suspended.
    """
    channel = configuration.interface(f"Port-channel{group}")
    found = {}
    for name, block in configuration.interfaces().items():
        port = read_switchport(block)
        if port.group == group:
            equal = channel is not None and read_switchport(channel).layer2 == port.layer2
            found[name] = equal and not port.shutdown
    return found


def carries(
    configuration: Configuration,
    vlans: Mapping[int, str],
    name: str,
    assigned: Mapping[str, int],
) -> Carried:
    """What leaves the interface: only VLANs that exist; nothing when it is shut or suspended.

    ``assigned`` are VLANs that a RADIUS server gave to ports with authentication.
    """
    block = configuration.interface(name)
    if block is None:
        return set()
    port = read_switchport(block)
    if port.shutdown or port.routed:
        return set()
    if port.group:
        bundled = members(configuration, port.group).get(name, False)
        channel = f"Port-channel{port.group}"
        return carries(configuration, vlans, channel, assigned) if bundled else set()
    if name.startswith("Port-channel"):
        group = int(name.removeprefix("Port-channel"))
        if not any(members(configuration, group).values()):
            return set()
    if port.trunk:
        return {(vlan, vlan != port.native) for vlan in port.allowed & vlans.keys()}
    untagged = operational_access(port, name, assigned)
    carried = {(untagged, False), (port.voice, True)}
    return {(vlan, tagged) for vlan, tagged in carried if vlan in vlans}


def operational_access(port: Switchport, name: str, assigned: Mapping[str, int]) -> int:
    """The VLAN of an access port now: with authentication it may differ from the configured."""
    return assigned.get(name, port.access) if port.port_control else port.access
