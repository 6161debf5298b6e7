"""Why a switch was not brought to where the plan wanted it, in the words of each end state.

A cause gives three messages: for a block that was not sent any more, for one that was taken back,
and for one that is still there, whole or in part.
"""

from inventory.messages import Message, _, say
from inventory.records import Switch
from inventory.records.base import Frozen
from inventory.records.changes import Change
from provisioning.network.session import Rejection


class Failure(Frozen):
    """What went wrong on a switch after lines were sent to it."""

    not_sent: Message
    taken_back: Message
    still_there: Message


def rejected(switch: Switch, rejection: Rejection) -> Failure:
    """A line that the switch did not take."""
    facts = {"switch": switch.name, "line": rejection.line, "answer": rejection.answer}
    return Failure(
        not_sent=say(
            _("Not sent, because {switch} did not take the line `{line}` ({answer})."), **facts
        ),
        taken_back=say(
            _(
                "{switch} did not take the line `{line}` ({answer}). Everything this run had sent "
                "to it was taken back. Clear up the cause, then make a new plan."
            ),
            **facts,
        ),
        still_there=say(
            _(
                "{switch} did not take the line `{line}` ({answer}). This block could not be taken "
                "back: it is there, whole or in part, and not saved. Correct it by hand."
            ),
            **facts,
        ),
    )


def lost_on_the_way(switch: Switch) -> Failure:
    """The connection broke, or gave no whole answer, after lines were sent."""
    name = switch.name
    return Failure(
        not_sent=say(_("Not sent, because the connection to {switch} was lost."), switch=name),
        taken_back=say(
            _(
                "The connection to {switch} was lost on the way. Everything this run had sent to "
                "it was taken back over a new connection. Try the run again."
            ),
            switch=name,
        ),
        still_there=say(
            _(
                "The connection to {switch} was lost on the way, and this block could not be "
                "taken back: it is there, whole or in part, and not saved. Correct it by hand."
            ),
            switch=name,
        ),
    )


def not_in_effect(switch: Switch, unmet: list[Change]) -> Failure:
    """The switch took every line, but reading again shows another state."""
    facts = {"switch": switch.name, "unmet": ", ".join(change.key for change in unmet)}
    return Failure(
        not_sent=say(_("Not sent, because {switch} does not do as told: {unmet}"), **facts),
        taken_back=say(
            _(
                "{switch} took every line, but reading it again does not show this: {unmet}. "
                "Everything this run had sent to it was taken back. Try it by hand."
            ),
            **facts,
        ),
        still_there=say(
            _(
                "{switch} took every line, but reading it again does not show this: {unmet}. "
                "This block could not be taken back: it is there, whole or in part, and not "
                "saved. Correct it by hand."
            ),
            **facts,
        ),
    )


def unknown(switch: Switch) -> Message:
    """For a block that was sent before the switch went out of reach."""
    return say(
        _(
            "{switch} was lost after this block was sent, or while it was, and cannot be reached "
            "to see what of it is there. Nothing is saved. When it answers, make a new plan."
        ),
        switch=switch.name,
    )


def not_saved(switch: Switch) -> Message:
    """For a block that is there and verified, but would not survive a restart."""
    return say(
        _(
            "The change is there and was verified, but {switch} did not save it: a restart "
            "would undo it. Save by hand, or try the run again."
        ),
        switch=switch.name,
    )
