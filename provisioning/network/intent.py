"""What the switches should be: role intent and port profiles -> VLANs and interfaces.

A pure function of the inventory. An interface without a profile is not in it, and a switch
without such an interface is not either: nothing of them is ever changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from inventory.messages import Message, _, say
from inventory.records import Interface, Lag, PortProfile, Switch, Vlan
from inventory.records.assets import ManagedBy
from inventory.records.base import Frozen
from inventory.records.changes import Notice
from inventory.records.network import NetworkRole, PortUse
from inventory.store.protocol import Reader
from inventory.store.queries import Eq, Not
from provisioning.network.descriptions import plain_line
from provisioning.network.state import InterfaceState, PortMode

READS = frozenset({"switch", "interface", "port_profile", "vlan", "lag"})
"""Kinds of records that this module looks at."""

_LIFT = {
    PortUse.CLASSROOM_SOCKET: "administration-on-classroom-socket",
    PortUse.ACCESS_POINT: "administration-on-access-point",
}
_RESERVED = range(1002, 1006)
"""VLANs that Cisco switches keep for FDDI and Token Ring (802.1Q knows no such rule)."""


class PortIntent(Frozen):
    """What one interface or LAG should be. None and empty text leave things as they are.

    `lag` says that the inventory knows the interface as a member of a LAG.
    """

    record: str
    name: str
    school: str
    profile: str
    use: PortUse
    protected: bool = False
    lag: bool = False
    mode: PortMode | None = None
    untagged: int | None = None
    tagged: frozenset[int] = frozenset()
    voice: int | None = None
    enabled: bool = True
    poe: bool | None = None
    description: str = ""

    @property
    def vlans(self) -> frozenset[int]:
        """Every VLAN that the interface is to carry."""
        return self.tagged | {vlan for vlan in (self.untagged, self.voice) if vlan is not None}

    def applied_to(self, current: InterfaceState) -> InterfaceState:
        """The state that the interface should have, coming from the one it has."""
        wish: dict[str, Any] = {"enabled": self.enabled}
        if self.poe is not None:
            wish["poe"] = self.poe
        if self.description:
            wish["description"] = self.description
        if self.mode is not None:
            wish |= {"mode": self.mode, "voice": self.voice}
        if self.mode is PortMode.TAGGED:
            wish["tagged"] = self.tagged
        if self.untagged is not None:
            wish["native" if self.mode is PortMode.TAGGED else "untagged"] = self.untagged
        return current.model_copy(update=wish)


class SwitchIntent(Frozen):
    """What one switch should be. `vlans` are names by id, for those that its ports carry."""

    switch: Switch
    vlans: Mapping[int, str] = {}
    ports: tuple[PortIntent, ...] = ()
    notices: tuple[Notice, ...] = ()


def switch_intents(inventory: Reader, schools: frozenset[str] = frozenset()) -> list[SwitchIntent]:
    """One intent for each switch that we may write to and that has a port with a profile.

    `schools` limits the switches to those of these schools; empty: all.
    """
    profiles = {profile.id: profile for profile in inventory.records(PortProfile)}
    tables = _VlanTables(inventory.records(Vlan))
    ports: defaultdict[str, list[Interface | Lag]] = defaultdict(list)
    has_profile = Not(part=Eq(field="profile", value=""))
    for interface in inventory.records(Interface, has_profile):
        ports[interface.switch].append(interface)
    for lag in inventory.records(Lag, has_profile):
        ports[lag.switch].append(lag)
    switches = inventory.records(Switch, Eq(field="managed_by", value=ManagedBy.SSH.value))
    return [
        _switch_intent(switch, ports[switch.id], profiles, tables.of_school(switch.school))
        for switch in sorted(switches, key=lambda switch: (switch.name, switch.id))
        if ports[switch.id] and (not schools or switch.school in schools)
    ]


class _VlanTable:
    """The VLAN of each role in one school."""

    def __init__(self, vlans: Mapping[NetworkRole, Vlan]) -> None:
        self.vlans = vlans
        self.administration = vlans.get(NetworkRole.ADMINISTRATION)
        by_id: defaultdict[int, list[NetworkRole]] = defaultdict(list)
        for role, vlan in vlans.items():
            by_id[vlan.vlan_id].append(role)
        self.shared = {vlan_id: roles for vlan_id, roles in by_id.items() if len(roles) > 1}

    def problem(self, role: NetworkRole) -> Message | None:
        """Why the role gives no VLAN here; None when it gives one."""
        vlan = self.vlans.get(role)
        if vlan is None:
            return say(
                _(
                    "{switch}: {count} ports with profile {profile} are not planned, because "
                    "role {role} has no VLAN here. Enter one for the city or this school."
                ),
                role=role.value,
            )
        if vlan.vlan_id in _RESERVED:
            return say(
                _(
                    "{switch}: {count} ports with profile {profile} are not planned, because "
                    "VLAN {vlan} is reserved on Cisco switches. Give role {role} another id."
                ),
                vlan=vlan.vlan_id,
                role=role.value,
            )
        if vlan.vlan_id in self.shared:
            return say(
                _(
                    "{switch}: {count} ports with profile {profile} are not planned, because "
                    "VLAN {vlan} stands for several roles here: {roles}. Give each its own id."
                ),
                vlan=vlan.vlan_id,
                roles=", ".join(shared.value for shared in self.shared[vlan.vlan_id]),
            )
        return None


class _VlanTables:
    """City-wide VLANs with each school's exceptions."""

    def __init__(self, vlans: Iterable[Vlan]) -> None:
        self._by_school: defaultdict[str, dict[NetworkRole, Vlan]] = defaultdict(dict)
        for vlan in vlans:
            self._by_school[vlan.school][vlan.role] = vlan
        self._tables: dict[str, _VlanTable] = {}

    def of_school(self, school: str) -> _VlanTable:
        if school not in self._tables:
            own = self._by_school[school] if school else {}
            self._tables[school] = _VlanTable({**self._by_school[""], **own})
        return self._tables[school]


def _switch_intent(
    switch: Switch,
    records: list[Interface | Lag],
    profiles: Mapping[str, PortProfile],
    table: _VlanTable,
) -> SwitchIntent:
    by_profile: defaultdict[str, list[Interface | Lag]] = defaultdict(list)
    for record in records:
        by_profile[record.profile].append(record)
    ports: list[PortIntent] = []
    notices: list[Notice] = []
    for profile_id, same in by_profile.items():
        profile = profiles.get(profile_id)
        problem = _profile_problem(profile, table)
        if profile is not None and problem is None:
            ports += (_port_intent(record, profile, table) for record in same)
        elif problem is not None:
            where = {"switch": switch.name, "count": len(same)}
            shown = Message(id=problem.id, parameters={**problem.parameters, **where})
            notices.append(Notice(school=switch.school, record=switch.id, message=shown))
    used = frozenset[int]().union(*(port.vlans for port in ports))
    names = {v.vlan_id: v.name for v in table.vlans.values() if v.vlan_id in used}
    return SwitchIntent(switch=switch, vlans=names, ports=tuple(ports), notices=tuple(notices))


def _roles(profile: PortProfile) -> list[NetworkRole]:
    single = [role for role in (profile.untagged, profile.voice) if role is not None]
    return [*single, *profile.tagged]


def _profile_problem(profile: PortProfile | None, table: _VlanTable) -> Message | None:
    """Why nothing is planned with this profile here. {switch} and {count} are filled in later."""
    if profile is None:
        return say(
            _(
                "{switch}: {count} ports are not planned, because their port profile does not "
                "exist any more. Choose another one for them."
            )
        )
    for role in _roles(profile):
        problem = table.problem(role)
        if problem is not None:
            named = {**problem.parameters, "profile": profile.name}
            return Message(id=problem.id, parameters=named)
    lift = _LIFT.get(profile.use)
    if lift and NetworkRole.ADMINISTRATION in _roles(profile) and lift not in profile.lifts:
        return say(
            _(
                "{switch}: {count} ports with profile {profile} are not planned, because they "
                "would bring the administration's VLAN to a place where pupils are. If that is "
                "meant, add {lift} to the profile's lifts."
            ),
            profile=profile.name,
            lift=lift,
        )
    return None


def _port_intent(record: Interface | Lag, profile: PortProfile, table: _VlanTable) -> PortIntent:
    def vlan(role: NetworkRole | None) -> int | None:
        return None if role is None else table.vlans[role].vlan_id

    untagged, voice = vlan(profile.untagged), vlan(profile.voice)
    tagged = frozenset(table.vlans[role].vlan_id for role in profile.tagged)
    mode = None
    if tagged:
        mode = PortMode.TAGGED
        tagged |= {untagged} if untagged is not None else set()
    elif untagged is not None or voice is not None:
        mode = PortMode.UNTAGGED
    interface = record if isinstance(record, Interface) else None
    return PortIntent(
        record=record.id,
        name=record.name,
        school=record.school,
        profile=profile.name,
        use=profile.use,
        protected=record.protected,
        lag=bool(interface and interface.lag),
        mode=mode,
        untagged=untagged,
        tagged=tagged,
        voice=voice,
        enabled=profile.enabled,
        poe=profile.poe,
        description=plain_line(interface.description) if interface else "",
    )
