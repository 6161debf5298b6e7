"""Deciding about a plan: proposals, guards, drift, and to apply it. Each asks before it does."""

from collections.abc import Callable, Mapping, Sequence

from inventory.messages import _, say
from inventory.records.changes import Change
from tui.confirm import words_to_type
from tui.presenters.changes import Detail, command_line, drift_line
from tui.presenters.plans import sum_line
from tui.screens.base import BaseScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.detail import DetailScreen
from tui.sources import Concern, PlanSource

MOST_SHOWN = 5
"""Changes that a dialog names."""


class Deciding:
    """The decisions of one plan screen; `decided` is called when a warning was.

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

    def accept(self, changes: Sequence[Change], then: Callable[[], None]) -> None:
        """Ask why this drift is taken into the inventory; then show what that means."""
        screen, texts = self._screen, self._screen.texts
        if not changes:
            screen.tell(say(_("Nobody has changed this in the directory: there is nothing to "
                              "accept.")))  # fmt: skip
            return
        ids = [change.id for change in changes]

        def carry_out(reason: str) -> None:
            told = self._source.accept(ids, reason)
            then()
            lines = tuple(texts.render(message) for message in told)
            screen.app.push_screen(DetailScreen(texts, Detail(texts("Accepted"), lines)))

        lines = [drift_line(change, texts) for change in changes[:MOST_SHOWN]]
        if len(changes) > MOST_SHOWN:
            lines.append(texts("and {count} more", count=texts.number(len(changes) - MOST_SHOWN)))
        lines.append(texts("The inventory then wants what the directory has, and a new plan is "
                           "needed."))  # fmt: skip
        if len(ids) == 1:
            plan = self._source.plan.id
            lines.append(command_line("plans", "accept", plan, "--change", ids[0]))
        screen.ask_reason(texts("Accept into the inventory"), lines, carry_out)

    def apply(self, concerns: Sequence[Concern]) -> None:
        """Ask for the words; then start the run."""
        screen, source = self._screen, self._source
        totals, digest = source.totals(), source.digest()
        if not totals.selected:
            screen.tell(say(_("Nothing is selected: there is nothing to apply.")))
            return
        guards = [concern for concern in concerns if concern.guard]
        standing = {concern.guard for concern in guards}
        lifted = {name: why for name, why in self.lifted.items() if name in standing}
        dialog = ConfirmScreen(
            screen.texts,
            screen.texts("Apply plan {plan}", plan=source.plan.id),
            [sum_line(totals, digest, screen.texts), *self._what_to_know(guards, lifted)],
            words_to_type(totals),
        )

        def answered(confirmed: bool | None) -> None:
            if confirmed:
                screen.attempt(lambda: screen.desk.open_run(source.apply(digest, lifted)))

        screen.app.push_screen(dialog, answered)

    def _what_to_know(self, guards: Sequence[Concern], lifted: Mapping[str, str]) -> list[str]:
        texts = self._screen.texts
        stale = self._source.stale()
        lines = [texts.render(stale)] if stale else []
        for concern in guards:
            sentence = texts.render(concern.message)
            is_lifted = concern.guard in lifted
            lines.append(texts("Will be lifted: {text}", text=sentence) if is_lifted else sentence)
        if any(concern.guard not in lifted for concern in guards):
            lines.append(texts("A guard holds: the run will be refused until it is lifted."))
        return lines
