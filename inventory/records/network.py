"""What the network should be: VLANs by role, Wi-Fi names, port profiles, interfaces."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from inventory.records.base import Record, Ref

VlanId = Annotated[int, Field(ge=1, le=4094)]


class NetworkRole(StrEnum):
    """What a VLAN is for. Profiles speak of roles, never of VLAN ids."""

    PEDAGOGIC = "pedagogic"
    ADMINISTRATION = "administration"
    GUEST = "guest"
    VOIP = "voip"
    PRINTERS = "printers"
    MANAGEMENT = "management"
    ACCESS_POINTS = "access_points"


class Vlan(Record):
    """The VLAN of a role, city-wide (`school` empty) or as one school's exception."""

    kind: ClassVar[str] = "vlan"
    unique: ClassVar = (("school", "role"), ("school", "vlan_id"))
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name",)

    school: Ref = ""
    role: NetworkRole
    vlan_id: VlanId
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{1,32}$")]


class Ssid(Record):
    """A Wi-Fi name of a school and the role its clients get."""

    kind: ClassVar[str] = "ssid"
    unique: ClassVar = (("school", "name"),)
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name",)

    school: Ref = ""
    name: Annotated[str, Field(min_length=1, max_length=32)]
    role: NetworkRole


class PortUse(StrEnum):
    """What hangs on an interface: decides which roles are forbidden there."""

    CLASSROOM_SOCKET = "classroom_socket"
    OFFICE_SOCKET = "office_socket"
    ACCESS_POINT = "access_point"
    UPLINK = "uplink"
    OTHER = "other"


class PortProfile(Record):
    """How an interface of this use is set up, in roles. City-wide when `school` is empty.

    `voice` is the telephone's VLAN beside the untagged one. `poe` None leaves power alone.
    `lifts` names rules that this profile may break (``administration-on-classroom-socket``,
    ``administration-on-access-point``).
    """

    kind: ClassVar[str] = "port_profile"
    unique: ClassVar = (("school", "name"),)
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name",)

    school: Ref = ""
    name: str
    use: PortUse
    untagged: NetworkRole | None = None
    tagged: tuple[NetworkRole, ...] = ()
    voice: NetworkRole | None = None
    enabled: bool = True
    poe: bool | None = None
    lifts: tuple[str, ...] = ()


class Interface(Record):
    """An interface of a switch. Without a profile it is not managed: no change, ever.

    `name` is the platform's long name (``GigabitEthernet1/0/14``). `protected` marks uplinks
    and the path over which the switch is managed. `description` empty leaves it alone.
    """

    kind: ClassVar[str] = "interface"
    unique: ClassVar = (("switch", "name"),)
    indexed: ClassVar = ("school", "switch", "room")
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name", "description")

    school: Ref = ""
    switch: Ref
    name: str
    profile: Ref = ""
    description: Annotated[str, Field(max_length=200)] = ""
    room: Ref = ""
    protected: bool = False
    lag: Ref = ""


class Lag(Record):
    """A link aggregation group. VLANs live on it; a member is never changed alone."""

    kind: ClassVar[str] = "lag"
    unique: ClassVar = (("switch", "name"),)
    indexed: ClassVar = ("switch",)
    sorted_by: ClassVar = ("name",)
    searched: ClassVar = ("name",)

    school: Ref = ""
    switch: Ref
    name: str
    profile: Ref = ""
    protected: bool = False
