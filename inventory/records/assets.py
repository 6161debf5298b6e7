"""What the authority owns: devices, access points, switches."""

from datetime import date
from enum import StrEnum
from typing import ClassVar

from pydantic import Field

from inventory.records.base import Mac, Record, Ref, Serial


class DeviceStatus(StrEnum):
    """Where a device is in its life."""

    ACTIVE = "active"
    STORED = "stored"
    DEFECTIVE = "defective"
    MISSING = "missing"
    RETIRED = "retired"


class Device(Record):
    """A thing with a serial number: tablet, PC, printer, or one member of a switch stack."""

    kind: ClassVar[str] = "device"
    unique: ClassVar = (("serial",), ("inventory_number",))
    indexed: ClassVar = ("school", "mac", "room")
    sorted_by: ClassVar = ("serial",)
    searched: ClassVar = ("serial", "inventory_number", "mac", "model", "name")

    serial: Serial
    inventory_number: str = ""
    category: str
    manufacturer: str = ""
    model: str = ""
    name: str = ""
    mac: Mac | None = None
    school: Ref = ""
    room: Ref = ""
    status: DeviceStatus = DeviceStatus.ACTIVE
    purchased_on: date | None = None
    switch: Ref = ""
    stack_member: int | None = Field(default=None, ge=1, le=10)


class AccessPoint(Record):
    """A Wi-Fi access point and the switch interface it hangs on."""

    kind: ClassVar[str] = "access_point"
    unique: ClassVar = (("serial",), ("name",))
    indexed: ClassVar = ("school", "mac", "interface")
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name", "serial", "mac", "model")

    name: str
    serial: Serial
    mac: Mac
    model: str = ""
    school: Ref = ""
    room: Ref = ""
    interface: Ref = ""
    status: DeviceStatus = DeviceStatus.ACTIVE


class ManagedBy(StrEnum):
    """Who writes to a switch. Only `ssh` is ever written by us; the others are read."""

    SSH = "ssh"
    CONTROLLER = "controller"
    PROVIDER = "provider"


class Switch(Record):
    """A switch or stack, as one thing with one configuration.

    `address` and `port` are where SSH answers. `host_key` is the pinned key in OpenSSH's public
    form (``ssh-ed25519 AAAA…``): without it no password is ever sent.
    """

    kind: ClassVar[str] = "switch"
    unique: ClassVar = (("name",),)
    indexed: ClassVar = ("school",)
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name", "address", "model")

    name: str
    platform: str
    address: str
    port: int = Field(default=22, ge=1, le=65535)
    host_key: str = ""
    credential: str = ""
    model: str = ""
    school: Ref = ""
    room: Ref = ""
    managed_by: ManagedBy = ManagedBy.SSH
