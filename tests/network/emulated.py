"""Emulated switches that run already, and an inventory that wants some of their ports otherwise."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from inventory.records.base import Record
from provisioning.lab.ios import IosLab, LabSwitch, SwitchSeed
from tests.network.support import (
    ACCESS_POINT,
    CLASSROOM,
    OFFICE,
    SHARED,
    Place,
    inventory,
    port,
    switch_record,
)

G = "GigabitEthernet1/0/"


def seed(name: str = "sw-nord-01", **fields: Any) -> SwitchSeed:
    """A running switch: managed over VLAN 99 through its uplink."""
    interfaces = {
        f"{G}1": ("switchport access vlan 5", "spanning-tree portfast"),
        f"{G}2": ("switchport trunk allowed vlan 10,99", "switchport trunk native vlan 99",
                  "switchport mode trunk"),
        f"{G}3": ("description Handarbeit", "switchport access vlan 7", "switchport mode access"),
        f"{G}4": (),
        f"{G}24": ("switchport trunk allowed vlan 10,99", "switchport mode trunk"),
        "Vlan99": ("ip address 10.20.0.5 255.255.255.0",),
    }  # fmt: skip
    known = {
        "name": name,
        "vtp_mode": "transparent",
        "vlans": {5: "ALT", 7: "HAND", 10: "PAED", 99: "MGMT"},
        "interfaces": interfaces,
        "management_interface": f"{G}24",
        "management_vlan": 99,
    }
    return SwitchSeed.model_validate({**known, **fields})


@contextmanager
def place(folder: Path, *seeds: SwitchSeed, **fields: object) -> Iterator[Place]:
    """The switches, and an inventory that wants four of their ports otherwise."""
    with IosLab(folder / "lab", seeds) as lab:
        records: list[Record] = [*SHARED]
        for switch in lab.switches:
            known = switch_record(switch, **fields)
            records += [
                known,
                port(known, f"{G}1", CLASSROOM, description="Raum 101 (Süd)?"),
                port(known, f"{G}2", ACCESS_POINT),
                port(known, f"{G}4", OFFICE),
            ]
        with inventory(folder, records) as reader:
            yield Place(lab, reader)


def only(place: Place) -> LabSwitch:
    (switch,) = place.lab.switches
    return switch
