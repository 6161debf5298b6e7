"""One emulated switch: its configuration, VLAN database, timers, faults and sessions."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from provisioning.lab.ios.configuration import Configuration, banner_text
from provisioning.lab.ios.forwarding import Carried, carries
from provisioning.lab.ios.log import SwitchLog
from provisioning.lab.ios.seed import Fault, FaultKind, SwitchSeed
from provisioning.lab.ios.state import SessionState, SwitchState
from provisioning.lab.ios.timers import Countdown, ios_time
from provisioning.lab.ios.vlan_database import DEFAULT_VLANS, VlanDatabase, take_vlans


class Session(Protocol):
    """What a switch knows of a session on it."""

    id: int
    user: str
    mode: str

    def cut(self) -> None:
        """End the connection at once."""


class EmulatedSwitch:
    """The state that all sessions of one switch share."""

    def __init__(self, seed: SwitchSeed, log: SwitchLog) -> None:
        self.seed = seed
        self.log = log
        self.configuration = seed.configuration()
        self.vlans = VlanDatabase(seed.vtp_mode, seed.vtp_domain, seed.vlans)
        self.startup = self.running_text()
        self.archives: list[str] = []
        self.sessions: dict[int, Session] = {}
        self.reloads = 0
        self.changed_since_save = False
        self.last_change = ""
        """the comment that stands above the running configuration once it was changed"""
        self.link = asyncio.Event()
        self.link.set()
        self.reachability_changed: Callable[[], None] = lambda: None
        self.revert = Countdown(seed.seconds_per_minute, self._fire_revert)
        self.reload_timer = Countdown(seed.seconds_per_minute, self.reload)
        self._revert_to: Configuration | None = None
        self._path_at_first = self._path()
        self.set_faults(seed.faults)

    @property
    def hostname(self) -> str:
        """The name in the prompt."""
        return self.configuration.value("hostname") or "Switch"

    def banner(self, kind: str) -> str:
        """The text of ``banner motd`` or ``banner login``; empty when there is none."""
        return banner_text(self.configuration, kind)

    def running_text(self) -> str:
        """The running configuration; VLANs stand in it in transparent and off mode only."""
        shown = Configuration(self.configuration.blocks)
        first = next(
            (i for i, b in enumerate(shown.blocks) if b.header.startswith("interface ")),
            len(shown.blocks),
        )
        shown.blocks[first:first] = self.vlans.running_lines()
        return shown.render()

    def save(self) -> None:
        """``write memory``: the running configuration becomes the one it starts with."""
        self.startup = self.running_text()
        self.changed_since_save = False

    def carries(self, interface: str) -> Carried:
        """The VLANs that leave an interface, each with whether tagged."""
        return carries(self.configuration, self.vlans.names, interface, self.seed.assigned_vlans)

    def configuration_changed(self) -> None:
        """To be called after every change of the running configuration."""
        self.changed_since_save = True
        self.last_change = f"! Last configuration change at {ios_time(datetime.now(UTC))}\n"
        self._check_path()

    def vlans_changed(self) -> None:
        """To be called after every change of the VLAN database."""
        if self.vlans.in_running_config:
            self.configuration_changed()
        else:
            self._check_path()

    def _check_path(self) -> None:
        """The management path may be cut by a change, or back."""
        reachable = self._path() == self._path_at_first
        if reachable == self.link.is_set():
            return
        if reachable:
            self.link.set()
        else:
            self.link.clear()
        self.reachability_changed()

    def _path(self) -> set[object]:
        """How management reaches the switch: the way its VLAN leaves, and its address.

        Tagged instead of untagged is a cut too: the neighbour still expects the old form.
        """
        if not self.seed.management_interface:
            return set()
        vlan = self.seed.management_vlan
        carried = self.carries(self.seed.management_interface)
        path: set[object] = {membership for membership in carried if membership[0] == vlan}
        own = self.configuration.interface(f"Vlan{vlan}")
        if own is not None and not own.has("shutdown"):
            path.add(own.value("ip address"))
        return path

    def set_faults(self, faults: tuple[Fault, ...]) -> None:
        """Replace all faults; each counts from its start again."""
        self._faults = [(fault, [0]) for fault in faults]

    def fault(self, line: str) -> FaultKind | None:
        """The fault that happens at this line; counts it."""
        for fault, count in self._faults:
            if fault.kind in (FaultKind.WRONG_ENABLE, FaultKind.OTHER_HOST_KEY):
                continue
            if re.search(fault.line, line) and (fault.times is None or count[0] < fault.times):
                count[0] += 1
                return fault.kind
        return None

    def has_fault(self, kind: FaultKind) -> bool:
        """Whether it has a fault of this kind."""
        return any(fault.kind is kind for fault, _count in self._faults)

    @property
    def archive_path(self) -> str:
        """Where archived configurations go; empty: the archive is not configured."""
        block = self.configuration.block("archive")
        return block.value("path") if block else ""

    def archive(self) -> str:
        """Archive the running configuration; returns the name of the file."""
        self.archives.append(f"{self.archive_path}-{len(self.archives) + 1}")
        return self.archives[-1]

    def arm_revert(self, minutes: int) -> None:
        """Keep what runs now and come back to it unless somebody confirms in time."""
        self._revert_to = Configuration.parse(self.configuration.render())
        self.archive()
        self.revert.start(minutes)
        self.log.write("revert", event="armed")

    def confirm_revert(self) -> None:
        """Keep the changes."""
        self.revert.stop()
        self._revert_to = None
        self.log.write("revert", event="confirmed")

    def revert_now(self) -> None:
        """Come back to the kept configuration at once."""
        self.revert.stop()
        self._fire_revert()

    def _fire_revert(self) -> None:
        """The VLAN database is no configuration and stays as it is."""
        assert self._revert_to is not None, "only an armed timer fires"
        self.configuration = self._revert_to
        self._revert_to = None
        self.log.write("revert", event="fired")
        self.configuration_changed()

    def reload(self) -> None:
        """Start again from startup-config and vlan.dat; all sessions are cut.

        Where startup-config and the database are both transparent (or off) and of the same
        domain, the VLANs of startup-config count; otherwise VLANs 1-1005 of the database do
        (Catalyst 2960 configuration guide, "VLAN and VTP configuration at startup").
        """
        self.reload_timer.stop()
        self.revert.stop()
        self._revert_to = None
        self.configuration = Configuration.parse(self.startup)
        mode, domain, names = take_vlans(self.configuration)
        database = self.vlans
        if database.in_running_config and (mode, domain) == (database.mode, database.domain):
            database.names = {**DEFAULT_VLANS, **names}
        else:
            database.names = {vlan: name for vlan, name in database.names.items() if vlan <= 1005}
        self.reloads += 1
        self.log.write("reload", event="fired")
        self.changed_since_save = False
        self.last_change = ""
        self._check_path()
        for session in list(self.sessions.values()):
            session.cut()

    def state(self) -> SwitchState:
        """Everything at this moment."""
        return SwitchState(
            running_config=self.running_text(),
            startup_config=self.startup,
            vlans=self.vlans.names,
            vtp_mode=self.vlans.mode,
            vtp_domain=self.vlans.domain,
            vtp_revision=self.vlans.revision,
            sessions=tuple(
                SessionState(id=s.id, user=s.user, mode=s.mode) for s in self.sessions.values()
            ),
            reachable=self.link.is_set(),
            revert_pending=self.revert.running,
            reload_pending=self.reload_timer.running,
            reloads=self.reloads,
        )
