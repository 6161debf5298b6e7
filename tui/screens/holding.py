"""Asking why an account is held, or released."""

from collections.abc import Callable

from inventory.messages import _, say
from tui.lives import AccountSource, Life
from tui.presenters.changes import command_line
from tui.presenters.lives import hold_question, life_lines
from tui.screens.base import BaseScreen


def ask_to_hold(
    screen: BaseScreen, accounts: AccountSource, life: Life | None, then: Callable[[], None]
) -> None:
    """Ask why this account is held, or released where it is; `then` is done when it is."""
    if life is None:
        screen.tell(say(_("This record has no account: only accounts are held.")))
        return
    name, held = life.account.user_name, bool(life.account.held)

    def carry_out(reason: str) -> None:
        act = accounts.release if held else accounts.hold
        message = act(name, reason)
        then()
        screen.tell(message)

    title, meaning = hold_question(life, screen.texts)
    command = command_line("accounts", "release" if held else "hold", name)
    screen.ask_reason(title, (*life_lines(life, screen.texts), meaning, command), carry_out)
