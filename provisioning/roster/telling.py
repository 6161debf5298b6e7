"""What a person's change is called, and why it is planned."""

from dataclasses import dataclass, field

from inventory.messages import Message, _, say
from inventory.records import Account, Person
from inventory.records.changes import Action, Expected
from inventory.records.people import AccountState
from provisioning.roster.life import LEAVING

_ENDS = {AccountState.DISABLED: Action.DISABLE, AccountState.DELETED: Action.DELETE}
TAKES_AWAY = frozenset({Action.DISABLE, Action.MOVE, Action.DELETE})


@dataclass
class Ends:
    """Enrolments that end, and how we know."""

    places: list[tuple[str, str, str]] = field(default_factory=list)
    inferred: bool = False
    final: bool = False
    expected: Expected | None = None
    """Why, where none is inferred."""


def action_of(
    known: Person | None, person: Person, old: Account | None, account: Account | None
) -> Action:
    """What happens to the person, or first of all to the account."""
    if known is None:
        return Action.CREATE
    if old and account and account.state in _ENDS and account.state is not old.state:
        return _ENDS[account.state]
    return Action.MOVE if person.school != known.school else Action.UPDATE


def reason_of(
    source: str, ends: Ends, known: Person | None, old: Account | None, account: Account | None
) -> Message:
    """Why, as a school would say it."""
    if known is None:
        return say(_("New in {source}"), source=source)
    if old and account and account.state is not old.state:
        if account.state is AccountState.DELETED:
            message = _("Disabled since {day}, and its time is over. There is no way back.")
            return say(message, day=str(old.disabled_on))
        if account.state in LEAVING:
            return _leaving(ends, old, account)
    if source:
        return say(_("Changed in {source}"), source=source)
    return say(_("Not in one school's newest export any more"))


def _leaving(ends: Ends, old: Account, account: Account) -> Message:
    if old.state is AccountState.GRACE:
        return say(_("Left on {day}, and the grace is over"), day=str(old.left_on))
    if account.starts_on:
        return say(_("At no school until {day}"), day=account.starts_on.isoformat())
    if ends.inferred:
        return say(_("Not in the school's newest export any more"))
    if ends.final:
        return say(_("Was in the final grade last year"))
    return say(_("The school's export says: left"))
