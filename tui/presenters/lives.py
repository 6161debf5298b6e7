"""The life of an account in sentences: state, next step, hold, loans, password."""

from collections.abc import Iterator
from datetime import date

from inventory.messages import _
from inventory.records.people import AccountState
from tui.lives import Handout, Life
from tui.presenters.fields import NOTHING
from tui.texts import Texts

_GRACE = (
    _("in grace since {since}"),
    _("in grace since {since}: can be used, is locked from {day} on"),
    _("in grace since {since}, over since {day}: the next plan locks it"),
)
_DISABLED = (
    _("locked since {since}"),
    _("locked since {since}, is deleted from {day} on"),
    _("locked since {since}, to be deleted since {day}: the next plan does it"),
)
"""As it is; with the next step; when that is due."""
_HANDOUTS = {
    "": _("not printed yet"),
    "print": _("printed on {moment} by {actor}, not marked as handed over"),
    "hand-over": _("handed over on {moment} by {actor}"),
    "expire": _("expired on {moment}, cannot be printed any more"),
}


def life_lines(life: Life, texts: Texts) -> Iterator[str]:
    """What a person asks first about an account, in this order."""
    account = life.account
    yield f"{account.user_name}: {_state(life, texts)}"
    if account.held:
        yield texts("Held: {reason}. No plan locks or deletes it before it is released.",
                    reason=account.held)  # fmt: skip
    for lent in life.lent:
        yield texts("Lent since {day}, not back: {device}",
                    day=texts.day(lent.lent_on), device=lent.device)  # fmt: skip
    if life.awaits_devices:
        yield texts("It is not deleted before this is back.")
    if life.handout:
        yield _handout(life.handout, texts)


def _state(life: Life, texts: Texts) -> str:
    account = life.account
    match account.state:
        case AccountState.PLANNED if account.starts_on:
            return texts("planned, active from {day} on", day=texts.day(account.starts_on))
        case AccountState.PLANNED:
            return texts("planned, not active yet")
        case AccountState.ACTIVE:
            return texts("active")
        case AccountState.GRACE:
            return _next(life, _GRACE, account.left_on, texts)
        case AccountState.DISABLED:
            return _next(life, _DISABLED, account.disabled_on, texts)
        case _:
            return texts("deleted on {day}", day=_day(account.deleted_on, texts))


def _next(life: Life, sentences: tuple[str, str, str], since: date | None, texts: Texts) -> str:
    """The state, and what days alone lead to; a day that devices keep off is not due."""
    waits = life.due and life.awaits_devices
    if life.next_on is None or life.account.held or waits:
        return texts(sentences[0], since=_day(since, texts))
    sentence = sentences[2 if life.due else 1]
    return texts(sentence, since=_day(since, texts), day=texts.day(life.next_on))


def _handout(handout: Handout, texts: Texts) -> str:
    given = texts("Password of {moment}, run {run}", moment=texts.moment(handout.given_at),
                  run=handout.run)  # fmt: skip
    state = texts(_HANDOUTS[handout.action], moment=texts.moment(handout.at), actor=handout.actor)
    return f"{given}: {state}"


def _day(day: date | None, texts: Texts) -> str:
    return texts.day(day) if day else NOTHING


def hold_question(life: Life, texts: Texts) -> tuple[str, str]:
    """The title of what would be done with the account, and what it means."""
    name = life.account.user_name
    if life.account.held:
        return (texts("Release account {name}", name=name),
                texts("The next plan then goes on with it, by one step."))  # fmt: skip
    return texts("Hold account {name}", name=name), texts("Then no plan locks or deletes it.")
