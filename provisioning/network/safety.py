"""What is never changed from here, whatever the inventory says: asked for every interface.

A plan must not saw off the branch it sits on (the interface or VLAN over which the switch is
managed), and must not touch what it does not fully understand.
"""

from collections.abc import Set as AbstractSet

from inventory.messages import Message, _, say
from inventory.records import Switch
from provisioning.network.state import InterfaceState, PortMode, SwitchState

_VLAN_FIELDS = frozenset({"mode", "untagged", "native", "tagged", "voice"})


def interface_refusal(
    switch: Switch, state: SwitchState, before: InterfaceState, after: InterfaceState
) -> Message | None:
    """Why this change of an interface is not made; None when it may be.

    The message names switch and interface and says what to do instead.
    """
    old, new = before.values(), after.values()
    changed = {field for field, value in new.items() if old[field] != value}
    refusal = (
        _not_alone(before)
        or _not_understood(before, changed)
        or _carries_all(before, changed)
        or _cuts_management(state.management_vlans(switch.address), before, after)
    )
    if refusal is None:
        return None
    where = {"switch": switch.name, "interface": before.name}
    return Message(id=refusal.id, parameters={**refusal.parameters, **where})


def protected_refusal(switch: Switch, interface: str) -> Message:
    """Why an interface that the inventory protects stays as it is."""
    return say(
        _(
            "{switch} {interface} differs from its profile, but is protected: an uplink, or the "
            "path over which the switch is managed. Change it by hand, or take the protection "
            "from its record first."
        ),
        switch=switch.name,
        interface=interface,
    )


def _not_alone(before: InterfaceState) -> Message | None:
    if before.lag:
        return say(
            _(
                "{switch} {interface} differs from its profile, but is a member of {lag}, and a "
                "member is never changed alone. Give the profile to the LAG."
            ),
            lag=before.lag,
        )
    if before.authentication:
        return say(
            _(
                "{switch} {interface} differs from its profile, but authenticates its devices "
                "(802.1X or MAC), so its VLAN is decided elsewhere. Take the profile from it."
            )
        )
    if before.routed:
        return say(
            _(
                "{switch} {interface} differs from its profile, but is routed or has an address "
                "of its own. Take the profile from it."
            )
        )
    return None


def _not_understood(before: InterfaceState, changed: AbstractSet[str]) -> Message | None:
    if before.mode is PortMode.OTHER and changed & _VLAN_FIELDS:
        return say(
            _(
                "{switch} {interface} differs from its profile, but is a tunnel or private VLAN "
                "port, which is only read. Take the profile from it or change it by hand."
            )
        )
    locked = sorted(before.locked & changed)
    if locked:
        return say(
            _(
                "{switch} {interface} differs from its profile, but has settings that cannot be "
                "brought back exactly ({fields}). Change it by hand."
            ),
            fields=", ".join(locked),
        )
    return None


def _carries_all(before: InterfaceState, changed: AbstractSet[str]) -> Message | None:
    if before.carries_all and changed & _VLAN_FIELDS:
        return say(
            _(
                "{switch} {interface} differs from its profile, but carries every VLAN because "
                "it has no list. Set its list by hand first: a wrong one would cut off "
                "everything behind it."
            )
        )
    return None


def _cuts_management(
    vlans: AbstractSet[int], before: InterfaceState, after: InterfaceState
) -> Message | None:
    for vlan in sorted(vlans):
        carried = before.carries(vlan)
        if carried and (carried, before.mode) != (after.carries(vlan), after.mode):
            return say(
                _(
                    "{switch} {interface} differs from its profile, but carries VLAN {vlan}, "
                    "over which the switch is managed. Change it by hand, at the console."
                ),
                vlan=vlan,
            )
    return None
