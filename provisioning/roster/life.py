"""The life of an account: planned, active, in grace, disabled, deleted. Pure: days in, states out.

One plan takes one step at most, and every step counts its days from the plan that took the one
before: nothing is back-dated, and nobody goes from active to deleted unseen.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import Enum, auto
from typing import NamedTuple

from inventory.records import Account, Enrolment
from inventory.records.base import updated
from inventory.records.people import AccountState, Role
from provisioning.roster.settings import LifeRule

GRACE_DAYS = {Role.STUDENT: 30, Role.TEACHER: 90, Role.STAFF: 90, Role.GUARDIAN: 30}
"""Where no rule says otherwise. Teachers finish reports and hand over after they have left."""
_FIRST_ROLES = (Role.TEACHER, Role.STAFF, Role.STUDENT, Role.GUARDIAN)
LEAVING = frozenset({AccountState.GRACE, AccountState.DISABLED})
"""States from which days alone lead on."""


class Presence(Enum):
    """Whether somebody is at a school on the day of the plan."""

    HERE = auto()
    EXPECTED = auto()
    """Not now, but from a day that a school has named."""
    GONE = auto()


class Days(NamedTuple):
    """How long an account stays in grace, and then disabled; None: for ever."""

    grace: int
    disabled: int | None


def days_of(rules: Iterable[LifeRule], role: Role | None, school_number: str) -> Days:
    """What the first rule that fits says; no role fits only rules for all roles."""
    for rule in rules:
        roles, schools = rule.roles, rule.schools
        if (not roles or role in roles) and (not schools or school_number in schools):
            grace = rule.grace_days
            return Days(_default(role) if grace is None else grace, rule.disabled_days)
    return Days(_default(role), None)


def _default(role: Role | None) -> int:
    return GRACE_DAYS.get(role, 30) if role else 30


def role_of(enrolments: Iterable[Enrolment], school: str) -> Role | None:
    """What somebody is, first of all at this school: a teacher rather than a parent."""
    every = list(enrolments)
    here = {e.role for e in every if e.school == school} or {e.role for e in every}
    return next((role for role in _FIRST_ROLES if role in here), None)


def coming(account: Account, days: Days) -> tuple[AccountState, date] | None:
    """The state that days alone lead to, and its first day; None: none."""
    if account.state is AccountState.GRACE and account.left_on:
        return AccountState.DISABLED, account.left_on + timedelta(days.grace)
    if account.state is AccountState.DISABLED and account.disabled_on and days.disabled:
        return AccountState.DELETED, account.disabled_on + timedelta(days.disabled)
    return None


def due(account: Account, days: Days, day: date) -> AccountState | None:
    """The state whose day has come, whatever else may hold the account; None: not yet."""
    step = coming(account, days)
    return step[0] if step and day >= step[1] else None


def lived(
    account: Account,
    presence: Presence,
    day: date,
    days: Days,
    *,
    role: Role | None = None,
    starts_on: date | None = None,
    has_devices: bool = False,
) -> Account:
    """The account as it should be on this day. `has_devices`: those it must give back first."""
    if presence is Presence.HERE and not _locked_by_decision(account):
        return returned(account)
    account = account.model_copy(update={"starts_on": starts_on})
    if account.state is AccountState.ACTIVE:
        return _left(account, presence, day, days, role)
    step = due(account, days, day)
    kept = account.held or (step is AccountState.DELETED and has_devices)
    if presence is Presence.EXPECTED or kept:
        return account
    if step is AccountState.DISABLED or account.state is AccountState.PLANNED:
        return _disabled(account, day)  # one that was only planned, nobody ever used
    if step is AccountState.DELETED:
        # The entry that was taken over goes: whoever comes back gets one of our own.
        return account.model_copy(update={"state": step, "deleted_on": day, "adopted": False})
    return account


def returned(account: Account) -> Account:
    """The account of somebody who is at a school, perhaps once more."""
    return updated(
        account, state=AccountState.ACTIVE, starts_on=None, left_on=None, left_as=None,
        disabled_on=None, deleted_on=None,
    )  # fmt: skip


def _locked_by_decision(account: Account) -> bool:
    """Held as locked, and not because its owner had left: a lock that was accepted as drift."""
    return bool(account.held) and account.state is AccountState.DISABLED and not account.left_on


def _left(
    account: Account, presence: Presence, day: date, days: Days, role: Role | None
) -> Account:
    left = account.model_copy(update={"left_on": day, "left_as": role})
    if days.grace or account.held or presence is Presence.EXPECTED:
        return left.model_copy(update={"state": AccountState.GRACE})
    return _disabled(left, day)


def _disabled(account: Account, day: date) -> Account:
    return account.model_copy(update={"state": AccountState.DISABLED, "disabled_on": day})
