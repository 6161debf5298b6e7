"""What tests see of an emulated switch from outside, without SSH."""

from typing import Literal

from pydantic import ConfigDict

from inventory.records.base import Frozen


class SessionState(Frozen):
    """One open session (a used-up VTY line)."""

    id: int
    user: str
    mode: str
    """``exec``, ``enable``, ``config``, ``config-if``, ``config-vlan``, …"""


class SwitchState(Frozen):
    """Everything a switch knows at one moment."""

    model_config = ConfigDict(str_strip_whitespace=False)

    running_config: str
    startup_config: str
    vlans: dict[int, str]
    """the VLAN database, with the VLANs every switch has"""
    vtp_mode: str
    vtp_domain: str
    vtp_revision: int
    sessions: tuple[SessionState, ...]
    reachable: bool
    """whether the management interface carries the management VLAN"""
    revert_pending: bool
    reload_pending: bool
    reloads: int
    """each one cut the power of every PoE port"""

    @property
    def configuring(self) -> tuple[SessionState, ...]:
        """Sessions that stand in a configuration mode."""
        return tuple(s for s in self.sessions if s.mode.startswith("config"))


class LogEntry(Frozen):
    """One line of a switch's log; ``sequence`` orders the logs of all switches of a lab."""

    model_config = ConfigDict(str_strip_whitespace=False)

    sequence: int
    kind: Literal["connection", "auth", "session", "line", "revert", "reload"]
    session: int = 0
    user: str = ""
    mode: str = ""
    line: str = ""
    """the typed line; empty when it was a secret"""
    event: str = ""
    """what happened: opened, closed, refused, armed, confirmed, fired, cancelled, …"""
    method: str = ""
    password_received: bool = False
    accepted: bool = False
