"""What an emulated switch is founded from, and the faults it is told to have."""

import re
import secrets
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import ConfigDict, Field, SecretStr, field_serializer, field_validator

from inventory.records.base import Frozen
from provisioning.lab.ios.configuration import Block, Configuration, interface_key
from provisioning.lab.ios.vlan_database import VtpMode, take_vlans


def _new_secret() -> SecretStr:
    return SecretStr(secrets.token_urlsafe(12))


class FaultKind(StrEnum):
    """How a switch can go wrong. Those with a line happen when a typed line matches it."""

    REJECT = "reject"  # answers "% Invalid input" and changes nothing
    SWALLOW = "swallow"  # takes the line without a word and changes nothing
    DROP = "drop"  # cuts the connection before the line has an effect
    DROP_AFTER = (
        "drop_after"  # cuts the connection after the line had its effect, before the answer
    )
    HANG = "hang"  # never answers again in this session
    WRONG_ENABLE = "wrong_enable"  # accepts no enable secret
    OTHER_HOST_KEY = "other_host_key"  # shows another host key than the one advertised


class Fault(Frozen):
    """One fault of one switch."""

    kind: FaultKind
    line: str = ""
    """regular expression, searched in each line as it was typed; empty: every line"""
    times: int | None = Field(default=None, ge=1)
    """how often it happens; None: every time"""

    @field_validator("line")
    @classmethod
    def _compiles(cls, line: str) -> str:
        re.compile(line)
        return line


class SwitchSeed(Frozen):
    """An emulated IOS switch before its first second.

    The running-config is either given whole (see `seed_running_config`) or built from
    ``interfaces`` and ``extra_lines``. The startup-config is the same text.
    """

    model_config = ConfigDict(str_strip_whitespace=False)  # a line's first space is its place

    name: str = Field(pattern=r"[A-Za-z][A-Za-z0-9.-]{0,62}")
    username: str = "schoolnet"
    password: SecretStr = Field(default_factory=_new_secret)
    enable_secret: SecretStr = Field(default_factory=_new_secret)
    login_privilege: int = Field(default=1, ge=1, le=15)
    """15: the session begins privileged and needs no enable"""
    vtp_mode: VtpMode = "server"
    vtp_domain: str = ""
    vlans: Mapping[int, str] = {}
    interfaces: Mapping[str, tuple[str, ...]] = {}
    """configuration lines by the interface's full name"""
    extra_lines: tuple[str, ...] = ()
    """further lines of the running-config, a space before those that belong to a block"""
    running_config: str = ""
    management_interface: str = ""
    """the interface over which management reaches the switch; empty: it cannot be cut"""
    management_vlan: int = Field(default=1, ge=1, le=4094)
    assigned_vlans: Mapping[str, int] = {}
    """VLANs that a RADIUS server assigned to ports with authentication"""
    vty_lines: int = Field(default=16, ge=0)
    """sessions at a time; the next one is refused"""
    answer_delay: float = Field(default=0, ge=0)
    """seconds before each answer"""
    seconds_per_minute: float = Field(default=60, gt=0)
    """how long a minute of a revert or reload timer lasts"""
    faults: tuple[Fault, ...] = ()

    @field_serializer("password", "enable_secret", when_used="json")
    def _reveal(self, secret: SecretStr) -> str:
        """The emulator must know them: seeds travel to its process through a pipe."""
        return secret.get_secret_value()

    def configuration(self) -> Configuration:
        """The running configuration it starts with, without VLANs (they are in the database)."""
        if self.running_config:
            found = Configuration.parse(self.running_config)
            take_vlans(found)
            return found
        found = Configuration.parse("\n".join([f"hostname {self.name}", *self.extra_lines]))
        for name in sorted(self.interfaces, key=interface_key):
            found.blocks.append(Block(f"interface {name}", list(self.interfaces[name])))
        return found


def seed_running_config(
    text: str, vlans: Mapping[int, str] | None = None, **fields: Any
) -> SwitchSeed:
    """Seed a switch from what another printed for ``show running-config`` and its VLAN list.

    Name, VTP mode, domain and VLANs are read from the text where it has them (transparent and
    off mode); ``fields`` are further fields of the seed and win.
    """
    configuration = Configuration.parse(text)
    mode, domain, names = take_vlans(configuration)
    read: dict[str, Any] = {"running_config": text, "vlans": {**names, **(vlans or {})}}
    read |= {"name": configuration.value("hostname") or "Switch"}
    if mode:
        read |= {"vtp_mode": mode}
    if domain:
        read |= {"vtp_domain": domain}
    return SwitchSeed.model_validate(read | fields)
