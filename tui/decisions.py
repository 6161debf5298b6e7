"""What people decide about a plan, beside what they exclude. No Textual in it.

As in `tui.sources`, all methods are called from the one thread of the interface, and all may
raise SchoolnetError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from inventory.messages import Message
from inventory.records.changes import Change


class Whereabouts(NamedTuple):
    """A school and the classes there, by name."""

    school: str
    classes: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody who would keep the account and come to another school."""

    change: Change
    name: str
    born: date | None
    user_name: str
    now: Whereabouts
    after: Whereabouts


class PlanDecisions(Protocol):
    """What can be decided about one plan; each decision is in the journal with its reason."""

    def moves(self, proposal: str) -> Sequence[Move]:
        """Who is in a group that the plan proposes."""

    def approve(self, proposal: str, reason: str) -> int:
        """Take in such a group; returns how many changes are included by this.

        Raises UsageError when the plan proposes nothing of this name.
        """

    def stale(self) -> Message | None:
        """Where the inventory moved since, so that a run sends nothing; None: nowhere."""

    def drifted(self, *, branch: str = "", change_id: str = "") -> Sequence[Change]:
        """What somebody changed outside: this change, or all included ones below a branch."""

    def accept(self, changes: Sequence[str], reason: str) -> Sequence[Message]:
        """Let the inventory want what drifted in these changes; returns what is to be known.

        All are accepted or none, and the plan is stale then. May take seconds. Raises StaleError
        when the inventory moved since the plan was made, UsageError when something cannot be
        accepted, LockedError while a run is alive.
        """
