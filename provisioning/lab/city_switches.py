"""The sample city's switches as they run on day one, for the emulator.

Most interfaces are already as the inventory wants them; a part has drifted as networks do: an
old VLAN, a description that somebody typed, a port that was shut down and forgotten.
"""

from collections.abc import Iterable, Iterator
from random import Random

from inventory.records.assets import Switch
from inventory.records.base import Record
from inventory.records.network import Interface, NetworkRole, PortProfile, Vlan
from provisioning.lab.city import City
from provisioning.lab.ios import IosLab, SwitchSeed

CREDENTIAL = "lab"
"""The name of the one login that all switches of a city share."""

_OLD_VLAN, _OLD_NAME = 5, "ALT"
_BY_HAND = ("description Handarbeit", f"switchport access vlan {_OLD_VLAN}")
_NO_GUESTS = 0.25

Lines = tuple[str, ...]


def running_switches(
    city: City, records: Iterable[Record], drift: float = 0.08
) -> list[SwitchSeed]:
    """Every switch among the records, all with one login.

    `drift` is the share of managed interfaces that differ from the inventory; with 0 nothing
    differs, and a plan over these switches is empty.
    """
    known = list(records)
    vlans = {vlan.role: vlan for vlan in known if isinstance(vlan, Vlan) and not vlan.school}
    profiles = {profile.id: profile for profile in known if isinstance(profile, PortProfile)}
    ports: dict[str, list[Interface]] = {}
    for record in known:
        if isinstance(record, Interface):
            ports.setdefault(record.switch, []).append(record)
    seeds: list[SwitchSeed] = []
    for switch in (record for record in known if isinstance(record, Switch)):
        dice = city.dice("running", switch.name)
        shared = {f: getattr(seeds[0], f) for f in ("password", "enable_secret")} if seeds else {}
        lines = {
            port.name: _lines(port, profiles.get(port.profile), vlans, dice, drift)
            for port in ports[switch.id]
        }
        management = vlans[NetworkRole.MANAGEMENT].vlan_id
        lines[f"Vlan{management}"] = (f"ip address {switch.address} 255.255.255.0",)
        seeds.append(
            SwitchSeed(
                name=switch.name,
                vtp_mode="transparent",
                vlans={_OLD_VLAN: _OLD_NAME, **_database(vlans, dice, drift)},
                interfaces=lines,
                management_interface=next(p.name for p in ports[switch.id] if p.protected),
                management_vlan=management,
                **shared,
            )
        )
    return seeds


def reachable(records: Iterable[Record], lab: IosLab) -> Iterator[Record]:
    """The records, with the switches where the emulator answers for them and their keys pinned."""
    switches = {switch.name: switch for switch in lab.switches}
    for record in records:
        if isinstance(record, Switch) and record.name in switches:
            there = switches[record.name]
            where = {"address": there.host, "port": there.port, "host_key": there.host_key}
            yield record.model_copy(update={**where, "credential": CREDENTIAL})
        else:
            yield record


def _database(vlans: dict[NetworkRole, Vlan], dice: Random, drift: float) -> dict[int, str]:
    """All VLANs; where the network has drifted, some switches do not know the guests' one yet."""
    without = {NetworkRole.GUEST} if drift and dice.random() < _NO_GUESTS else set()
    return {vlan.vlan_id: vlan.name for role, vlan in vlans.items() if role not in without}


def _lines(
    port: Interface,
    profile: PortProfile | None,
    vlans: dict[NetworkRole, Vlan],
    dice: Random,
    drift: float,
) -> Lines:
    if port.protected:
        carried = ",".join(str(vlan.vlan_id) for vlan in vlans.values())
        return (
            f"description {port.description}",
            f"switchport trunk allowed vlan {carried}",
            "switchport mode trunk",
        )
    if profile is None:
        return (*_BY_HAND, "switchport mode access") if dice.random() < 0.3 else ()
    lines = (f"description {port.description}", *_switchport(profile, vlans))
    return _drifted(lines, dice) if dice.random() < drift else lines


def _switchport(profile: PortProfile, vlans: dict[NetworkRole, Vlan]) -> Iterator[str]:
    untagged = vlans[profile.untagged].vlan_id if profile.untagged else 1
    if profile.tagged:
        tagged = sorted({untagged, *(vlans[role].vlan_id for role in profile.tagged)})
        yield f"switchport trunk allowed vlan {','.join(map(str, tagged))}"
        yield f"switchport trunk native vlan {untagged}"
        yield "switchport mode trunk"
        return
    yield f"switchport access vlan {untagged}"
    yield "switchport mode access"
    if profile.voice:
        yield f"switchport voice vlan {vlans[profile.voice].vlan_id}"


def _drifted(lines: Lines, dice: Random) -> Lines:
    """The same interface after years; a trunk is only renamed, since people fear trunks."""
    trunk = "switchport mode trunk" in lines
    kind = "name" if trunk else dice.choice(("vlan", "name", "shut"))
    if kind == "vlan":
        return (*_BY_HAND, "switchport mode access")
    if kind == "name":
        return ("description Dose 14 (alt)", *lines[1:])
    return (*lines, "shutdown")
