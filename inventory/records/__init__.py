"""Frozen pydantic models of everything the authority owns, knows and wants.

`KINDS` names every kind that the store keeps: a new kind is a class with a `kind` here.
"""

from inventory.records.assets import AccessPoint, Device, Switch
from inventory.records.base import Record
from inventory.records.loans import Loan
from inventory.records.network import Interface, Lag, PortProfile, Ssid, Vlan
from inventory.records.people import (
    Account,
    Enrolment,
    Link,
    Person,
    SchoolClass,
    SourceKey,
)
from inventory.records.places import Building, Room, School, Site

KINDS: dict[str, type[Record]] = {
    model.kind: model
    for model in (
        School, Site, Building, Room,
        Device, AccessPoint, Switch,
        Interface, Lag, Vlan, Ssid, PortProfile,
        Person, SourceKey, Link, SchoolClass, Enrolment, Loan, Account,
    )
}  # fmt: skip

__all__ = [
    "KINDS",
    "AccessPoint", "Account", "Building", "Device", "Enrolment", "Interface", "Lag", "Link",
    "Loan", "Person", "PortProfile", "Record", "Room", "School", "SchoolClass", "Site",
    "SourceKey", "Ssid", "Switch", "Vlan",
]  # fmt: skip
