"""What one file per platform must be able to do: read, parse, render, and know its device.

A platform is data and pure functions; it never talks to a device. The module
``platforms/NAME.py`` gives its one instance as ``PLATFORM``; NAME is what a Switch record says.
"""

from collections.abc import Mapping
from typing import Protocol

from inventory.messages import Message
from inventory.records.base import Frozen
from provisioning.network.state import SwitchState


class Block(Frozen):
    """Lines that are sent together: one VLAN or one interface, never more.

    `subject` is ``VLAN 10`` or the interface's name. `commands` are complete in themselves: they
    enter and leave what they configure. They may be sent twice with the same result. `undo` leads
    from any point of them back to where they began.
    """

    subject: str
    commands: tuple[str, ...]
    undo: tuple[str, ...]


class Platform(Protocol):
    """A make of switch. All methods are pure: text in, text out."""

    @property
    def name(self) -> str:
        """What `Switch.platform` says, and the name of this module."""

    @property
    def device_type(self) -> str:
        """netmiko's name of the platform."""

    @property
    def reads(self) -> tuple[str, ...]:
        """Every command that reading needs. A session for planning can run these and no other."""

    @property
    def configuration(self) -> str:
        """The one of `reads` whose output is kept, sealed, before a change."""

    @property
    def settable(self) -> frozenset[str]:
        """The fields of InterfaceState that this platform can be told to change."""

    @property
    def keeps_vlans(self) -> bool:
        """True when VLANs must exist, with a name, before an interface may carry them."""

    @property
    def config_mode(self) -> bool:
        """True when commands are sent in a configuration mode that must be left again."""

    @property
    def save(self) -> str:
        """The command that saves; empty when every change is saved at once."""

    def parse(self, outputs: Mapping[str, str]) -> SwitchState:
        """The state from the outputs of `reads`.

        Raises ReadEndedEarlyError when an output is not whole: a part is never a state.
        """

    def render(self, current: SwitchState, desired: SwitchState) -> list[Block]:
        """The fewest commands that lead from one state to the other: VLANs first.

        Only VLANs and interfaces that differ, in fields that are settable, and never the removal
        of a VLAN that `desired` does not mention. The planner has already refused what is not
        safe (`safety.py`).
        """

    def refuses_vlans(self, state: SwitchState) -> Message | None:
        """Why VLANs cannot be created or renamed on this switch as it stands; None: they can."""

    def rejection(self, output: str) -> str:
        """What the device said against a line, in its own words; empty when it took the line."""

    def saved(self, output: str) -> bool:
        """True when the output of `save` says that it is saved."""
