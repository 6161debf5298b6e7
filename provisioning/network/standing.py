"""Where a switch stands with a change: still before it, behind it, half way, or elsewhere."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import JsonValue

from inventory.records import Switch
from inventory.records.changes import Change
from provisioning.network.state import InterfaceState, PortMode, SwitchState, parse_vlans

Values = Mapping[str, JsonValue]

_VLAN = "VLAN "


class Standing(StrEnum):
    """BETWEEN: every value is the one before or the one after, as an interrupted block leaves it.

    ELSEWHERE: somebody else changed it.
    """

    BEFORE = "before"
    BETWEEN = "between"
    AFTER = "after"
    ELSEWHERE = "elsewhere"


def vlan_subject(vlan: int) -> str:
    """How a block or change about a VLAN is named."""
    return f"{_VLAN}{vlan}"


def vlan_of(subject: str) -> int | None:
    """The VLAN that a subject names; None when it names an interface."""
    number = subject.removeprefix(_VLAN)
    return int(number) if number != subject else None


def key_of(switch: Switch, subject: str) -> str:
    """What a change is called: ``sw-nord-02 GigabitEthernet1/0/14``."""
    return f"{switch.name} {subject}"


def subject_of(switch: Switch, change: Change) -> str:
    """The VLAN or interface of a change."""
    return change.key.removeprefix(f"{switch.name} ")


def observed(state: SwitchState, subject: str) -> dict[str, JsonValue] | None:
    """The values of a VLAN or interface as they are; None when it does not exist."""
    vlan = vlan_of(subject)
    if vlan is not None:
        return {"name": state.vlans[vlan]} if vlan in state.vlans else None
    interface = state.interfaces.get(subject)
    return None if interface is None else interface.values()


def standing(change: Change, subject: str, state: SwitchState) -> Standing:
    """Where the switch stands with this change."""
    now = observed(state, subject)
    after = change.after or {}
    if change.before is None:
        if now is None:
            return Standing.BEFORE
        if now == after:
            return Standing.AFTER
        vlan = vlan_of(subject)
        unnamed = vlan is not None and now["name"] == f"VLAN{vlan:04d}"
        return Standing.BETWEEN if unnamed else Standing.ELSEWHERE
    return Standing.ELSEWHERE if now is None else _judge(change.before, after, now)


def _judge(before: Values, after: Values, now: Values) -> Standing:
    if all(now[field] == value for field, value in after.items()):
        return Standing.AFTER
    if all(now[field] == value for field, value in before.items()):
        return Standing.BEFORE
    if all(_is_between(field, before[field], after[field], now[field]) for field in after):
        return Standing.BETWEEN
    return Standing.ELSEWHERE


def _is_between(field: str, before: JsonValue, after: JsonValue, now: JsonValue) -> bool:
    if now in (before, after):
        return True
    if field != "tagged" or not all(isinstance(value, str) for value in (before, after, now)):
        return False
    old, new, there = (parse_vlans(str(value)) for value in (before, after, now))
    return (old & new) <= there <= (old | new)


def with_values(state: InterfaceState, values: Values) -> InterfaceState:
    """The interface as it is when these values hold (the other way of `InterfaceState.values`)."""
    update: dict[str, object] = dict(values)
    if "mode" in update:
        update["mode"] = PortMode(str(update["mode"]))
    if isinstance(tagged := update.get("tagged"), str):
        update["tagged"] = parse_vlans(tagged)
    return state.model_copy(update=update)
