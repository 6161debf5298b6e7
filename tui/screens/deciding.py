"""Deciding about a plan: a proposal is approved, a guard lifted. Each with a reason."""

from collections.abc import Callable

from inventory.messages import _, say
from tui.presenters.changes import command_line
from tui.screens.base import BaseScreen
from tui.sources import Concern, PlanSource


class Deciding:
    """The decisions of one plan screen; `decided` is called after each.

    `lifted` are the guards that the next run of this screen will lift, with their reasons. As with
    the command they are lifted with the run, not before: who leaves the screen has lifted none.
    """

    def __init__(self, screen: BaseScreen, source: PlanSource, decided: Callable[[], None]) -> None:
        self.lifted: dict[str, str] = {}
        self._screen = screen
        self._source = source
        self._decided = decided

    def about(self, concern: Concern) -> None:
        """Ask for the reason of what the warning needs."""
        if concern.proposal:
            self.approve(self._screen, concern.proposal)
        elif concern.guard:
            self._lift(concern)
        else:
            self._screen.tell(say(_("This warning is about nothing that could be approved or "
                                    "lifted. w goes to the next.")))  # fmt: skip

    def approve(
        self, screen: BaseScreen, proposal: str, then: Callable[[], None] | None = None
    ) -> None:
        """Ask on this screen why the group is approved; `then` is done when it is."""
        texts, people = screen.texts, len(self._source.moves(proposal))

        def carry_out(reason: str) -> None:
            count = self._source.approve(proposal, reason)
            self._decided()
            if then:
                then()
            self._screen.tell(say(_("Approved. Changes included by it: {count}"), count=count))

        lines = [
            texts.plural(
                "{count} person keeps the account and comes to the new school.",
                "{count} persons keep their accounts and come to the new school.",
                people,
            ),
            texts("Nothing is sent before the plan is applied; single changes can be excluded."),
            command_line("plans", "approve", self._source.plan.id, proposal),
        ]
        screen.ask_reason(texts("Approve {name}", name=proposal), lines, carry_out)

    def _lift(self, concern: Concern) -> None:
        texts = self._screen.texts

        def carry_out(reason: str) -> None:
            self.lifted[concern.guard] = reason
            self._decided()

        lines = [
            texts.render(concern.message),
            texts("It is lifted with the run, when the plan is applied from here, not before."),
        ]
        self._screen.ask_reason(texts("Lift guard {name}", name=concern.guard), lines, carry_out)
