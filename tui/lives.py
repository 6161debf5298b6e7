"""The account of a person: where it is in its life, what holds it back. No Textual in it."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

from inventory.messages import Message
from inventory.records import Account
from inventory.records.people import AccountState


class Lent(NamedTuple):
    """A device that is not back."""

    device: str
    lent_on: date


class Handout(NamedTuple):
    """The newest password that a run gave: when, and what happened to its paper since.

    `action` is the newest of ``print``, ``hand-over`` and ``expire``; empty: none of it yet.
    """

    run: str
    given_at: int
    action: str = ""
    at: int = 0
    actor: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """An account, and what days alone lead to: `next_state` on `next_on`, unless it is held.

    `due`: that day has come. `awaits_devices`: it is not deleted before what is lent is back.
    """

    account: Account
    next_state: AccountState | None = None
    next_on: date | None = None
    due: bool = False
    lent: tuple[Lent, ...] = ()
    awaits_devices: bool = False
    handout: Handout | None = None


class AccountSource(Protocol):
    """Accounts, beside their records. All methods may raise SchoolnetError."""

    def life(self, kind: str, record: str) -> Life | None:
        """Of an account or of a person's; None: the record has none."""

    def hold(self, user_name: str, reason: str) -> Message:
        """Let no plan disable or delete it; returns what is to be known."""

    def release(self, user_name: str, reason: str) -> Message:
        """Take the hold back; returns what is to be known."""
