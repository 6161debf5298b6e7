"""``schoolnet accounts``: who has left and what comes next; hold an account, release it."""

from typing import Annotated

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records.base import Edit
from inventory.records.people import AccountState
from inventory.reports.words import ACCOUNT_STATE
from provisioning.roster.leavers import Leaver
from provisioning.roster.leavers import leavers as leavers_of
from schoolnet import holding
from schoolnet.commands._common import Json, Reason, new_app, place_of
from schoolnet.output import put_json, put_table, tell, texts

app = new_app()
_User = Annotated[str, typer.Argument(help=texts()(_("User name of the account.")))]


@app.command(help=texts()(_("List the accounts of people who have left, and what comes next.")))
def leavers(
    context: typer.Context,
    school: Annotated[str, typer.Option("--school", help=texts()(_("Number of a school.")))] = "",
    as_json: Json = False,
) -> None:
    """List leavers."""
    place = place_of(context)
    with place.reader() as reader:
        only = place.school(reader, school).id if school else ""
        found = [
            one for one in leavers_of(reader, place.settings.accounts, place.today)
            if only in {"", one.account.school}
        ]  # fmt: skip
    if as_json:
        put_json([_body(one) for one in found])
        return
    titles = (_("User name"), _("State"), _("Left on"), _("Next"), _("On"), _("Lent devices"),
              _("Held because"))  # fmt: skip
    put_table(titles, [_row(one) for one in found])


def _body(one: Leaver) -> dict[str, object]:
    account = one.account
    return {
        "user_name": account.user_name, "state": account.state.value,
        "left_on": account.left_on and account.left_on.isoformat(),
        "next_state": one.next_state and one.next_state.value,
        "next_on": one.next_on and one.next_on.isoformat(), "devices": one.devices,
        "held": account.held, "person": account.person, "school": account.school,
    }  # fmt: skip


def _row(one: Leaver) -> tuple[str, ...]:
    account, say_it = one.account, texts()
    return (
        account.user_name, say_it(ACCOUNT_STATE[account.state]), str(account.left_on or "-"),
        say_it(ACCOUNT_STATE[one.next_state]) if one.next_state else "-",
        str(one.next_on or "-"), ", ".join(one.devices) or "-", account.held or "-",
    )  # fmt: skip


@app.command(help=texts()(_("Let no plan disable or delete an account.")))
def hold(context: typer.Context, user: _User, reason: Reason = "") -> None:
    """Hold one account."""
    tell(holding.hold(place_of(context), user, reason))


@app.command(help=texts()(_("Take a hold back: the account goes on with the next plan.")))
def release(context: typer.Context, user: _User, reason: Reason = "") -> None:
    """Release one account."""
    tell(holding.release(place_of(context), user, reason))


@app.command(help=texts()(_("End the grace of an account now: the next plan locks it.")))
def disable(context: typer.Context, user: _User, reason: Reason = "") -> None:
    """Disable an account in grace before its day."""
    if not reason.strip():
        raise UsageError(say(_("A grace is ended only with --reason TEXT.")))
    place = place_of(context)
    with place.reader() as reader:
        account = holding.account_named(reader, user)
    if account.state is not AccountState.GRACE or account.held:
        message = _("The account {name} is not in grace, or it is held. Only a grace can be ended; "
                    "release the account first.")  # fmt: skip
        raise UsageError(say(message, name=user))
    off = {"state": AccountState.DISABLED, "disabled_on": place.today}
    with place.writer() as writer:
        writer.edit([Edit(account, account.model_copy(update=off))], reason)
    tell(_("The grace of {name} is over. The next plan locks the account."), name=user)
