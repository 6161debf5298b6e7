"""The plan of one switch: what differs, what may be changed, and what is left alone and why."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from inventory.messages import Message, _, say
from inventory.records import Switch
from inventory.records.base import Frozen, derive_id
from inventory.records.changes import Action, Change, Notice, Risk
from inventory.records.network import PortUse
from provisioning.network.intent import PortIntent, SwitchIntent
from provisioning.network.platforms import platform
from provisioning.network.platforms.base import Block, Platform
from provisioning.network.safety import interface_refusal, protected_refusal
from provisioning.network.standing import key_of, vlan_of, vlan_subject
from provisioning.network.state import InterfaceState, PortMode, SwitchState

TARGET = "network"


class _Port(Frozen):
    """An interface that is to be changed."""

    intent: PortIntent
    before: InterfaceState
    after: InterfaceState


class SwitchPlan:
    """The plan of one switch."""

    def __init__(self, intent: SwitchIntent, state: SwitchState) -> None:
        self.intent = intent
        self.switch = intent.switch
        self.state = state
        self.platform: Platform = platform(intent.switch.platform)
        self.notices: list[Notice] = []
        self.ports: dict[str, _Port] = {}
        self.needed: defaultdict[int, list[str]] = defaultdict(list)
        """VLAN -> the ports that carry it or are to carry it."""

    def items(self) -> Iterator[Change | Notice]:
        """Notices first, because they say what the changes leave out."""
        for port in self.intent.ports:
            self._take_port(port)
        vlans = self._vlans() if self.platform.keeps_vlans else {}
        blocks = self._render(vlans)
        yield from self.notices
        for block in blocks:
            yield self._change(block, vlans)

    def _say(self, message: Message, record: str = "") -> None:
        self.notices.append(notice(self.switch, message, record))

    def _take_port(self, port: PortIntent) -> None:
        """Plan the port, or say why not, or nothing when it is as it should be."""
        before = self.state.interfaces.get(port.name)
        if before is None:
            self._say(_missing(self.switch, port.name), port.record)
            return
        before = before.model_copy(update={"lag": before.lag or ("a LAG" if port.lag else "")})
        after = self._settable(port, before)
        if before != after:
            refusal = (
                protected_refusal(self.switch, port.name)
                if port.protected
                else interface_refusal(self.switch, self.state, before, after)
            )
            if refusal is not None:
                self._say(refusal, port.record)
                return
            self.ports[port.name] = _Port(intent=port, before=before, after=after)
        for vlan in port.vlans:
            self.needed[vlan].append(port.name)

    def _settable(self, port: PortIntent, before: InterfaceState) -> InterfaceState:
        """The wish as far as the platform can follow it."""
        old, wish = before.values(), port.applied_to(before)
        beyond = sorted(
            field
            for field, value in wish.values().items()
            if value != old[field] and field not in self.platform.settable
        )
        if not beyond:
            return wish
        text = _(
            "{switch} {interface}: platform {platform} cannot be told {fields} from here. Set "
            "that by hand, or leave it out of profile {profile}."
        )
        fields: dict[str, str | int] = {"fields": ", ".join(beyond), "profile": port.profile}
        where = {"switch": self.switch.name, "interface": port.name}
        parameters = {**fields, **where, "platform": self.platform.name}
        self._say(Message(id=text, parameters=parameters), port.record)
        return wish.model_copy(update={field: getattr(before, field) for field in beyond})

    def _vlans(self) -> dict[int, str]:
        """VLANs to create or rename. Ports that need one which may not be created are dropped."""
        wrong = {
            vlan: self.intent.vlans[vlan]
            for vlan in sorted(self.needed)
            if vlan != 1 and self.state.vlans.get(vlan) != self.intent.vlans[vlan]
        }  # VLAN 1 always exists and keeps its name
        for vlan in self.state.management_vlans(self.switch.address) & wrong.keys():
            if vlan in self.state.vlans:
                self._say(_management_name(self.switch, vlan, wrong.pop(vlan)))
        reason = self.platform.refuses_vlans(self.state)
        if not wrong or reason is None:
            return wrong
        self._say(reason)
        missing = wrong.keys() - self.state.vlans.keys()
        waiting = {name for vlan in missing for name in self.needed[vlan]} & self.ports.keys()
        for name in waiting:
            del self.ports[name]
        self._say(
            say(
                _(
                    "{switch}: VLANs {vlans} are missing or named otherwise and stay so; "
                    "{count} ports that need them are not planned."
                ),
                switch=self.switch.name,
                vlans=", ".join(map(str, wrong)),
                count=len(waiting),
            )
        )
        return {}

    def _render(self, vlans: Mapping[int, str]) -> list[Block]:
        interfaces = {name: port.after for name, port in self.ports.items()}
        update = {
            "vlans": {**self.state.vlans, **vlans},
            "interfaces": {**self.state.interfaces, **interfaces},
        }
        return self.platform.render(self.state, self.state.model_copy(update=update))

    def _change(self, block: Block, vlans: Mapping[int, str]) -> Change:
        vlan = vlan_of(block.subject)
        own = (
            self._about_vlan(vlan, vlans[vlan])
            if vlan is not None
            else self._about_port(self.ports[block.subject], vlans)
        )
        return Change(
            id=self._id(block.subject),
            target=TARGET,
            key=key_of(self.switch, block.subject),
            school=self.switch.school,
            group=self.switch.id,
            operations=block.commands,
            undo=block.undo,
            **own,
        )

    def _about_vlan(self, vlan: int, name: str) -> dict[str, Any]:
        old, count = self.state.vlans.get(vlan), len(self.needed[vlan])
        return {
            "action": Action.CREATE if old is None else Action.UPDATE,
            "kind": "vlan",
            "record": self.switch.id,
            "before": None if old is None else {"name": old},
            "after": {"name": name},
            "reason": say(_("VLAN {vlan} is for {count} ports"), vlan=vlan, count=count),
        }

    def _about_port(self, port: _Port, vlans: Mapping[int, str]) -> dict[str, Any]:
        old, new = port.before.values(), port.after.values()
        changed = [field for field, value in new.items() if old[field] != value]
        created = sorted(port.intent.vlans & vlans.keys() - self.state.vlans.keys())
        return {
            "action": Action.UPDATE,
            "kind": "interface",
            "record": port.intent.record,
            "needs": tuple(self._id(vlan_subject(vlan)) for vlan in created),
            "before": {field: old[field] for field in changed},
            "after": {field: new[field] for field in changed},
            "reason": say(_("Port profile {profile}"), profile=port.intent.profile),
            "risk": self._risk(port),
        }

    def _risk(self, port: _Port) -> Risk:
        """Uplinks and LAGs carry other switches; a port with tags carries several roles."""
        if port.intent.use is PortUse.UPLINK or port.before.name in self.state.lags:
            return Risk.HIGH
        tagged = PortMode.TAGGED in (port.before.mode, port.after.mode)
        return Risk.MEDIUM if tagged or not port.after.enabled else Risk.LOW

    def _id(self, subject: str) -> str:
        """The same wish in a later plan has the same id: so verifying finds it again."""
        return derive_id("network", self.switch.id, subject)


def notice(switch: Switch, message: Message, record: str = "") -> Notice:
    """What was not planned on a switch, and why."""
    return Notice(school=switch.school, record=record or switch.id, message=message)


def _missing(switch: Switch, interface: str) -> Message:
    return say(
        _(
            "{switch} has no interface {interface}. Correct the name in its record; the switch "
            "shows its names with `show interfaces status`."
        ),
        switch=switch.name,
        interface=interface,
    )


def _management_name(switch: Switch, vlan: int, name: str) -> Message:
    return say(
        _(
            "{switch} is managed over VLAN {vlan}, so it is not renamed to {name}. Rename it by "
            "hand, at the console, or correct the VLAN's record."
        ),
        switch=switch.name,
        vlan=vlan,
        name=name,
    )
