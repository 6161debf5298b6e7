"""What people decide about a plan, beside what they exclude. No Textual in it.

As in `tui.sources`, all methods are called from the one thread of the interface, and all may
raise SchoolnetError.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

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
