"""What the demo tells while it goes on: numbered steps, facts, commands, the changes of a plan."""

import sys
from collections.abc import Iterable

from inventory.messages import Message, _
from inventory.records.changes import Action, Change, Plan
from schoolnet.output import put
from tui.presenters.changes import operation_lines
from tui.presenters.names import ACTIONS, TARGETS
from tui.texts import Texts

_INDENT = "     "
_MOST_LINES = 14


class Story:
    """Writes to standard output, each line at once. Sentences are in the person's language."""

    def __init__(self, texts: Texts, steps: int) -> None:
        self._texts = texts
        self._steps = steps
        self._step = 0

    def step(self, title: str) -> None:
        """Begin the next step."""
        self._step += 1
        self._write("", f"{self._step}/{self._steps}  {self._texts(title)}")

    def say(self, message_id: str, **parameters: str | int) -> None:
        """One sentence of the step."""
        self._write(_INDENT + self._texts(message_id, **self._readable(parameters)))

    def render(self, message: Message) -> None:
        """What a lower floor says."""
        self.say(message.id, **self._texts.within(message))

    def command(self, command: str) -> None:
        """What a person would type to do the same."""
        self._write(f"{_INDENT}$ {command}")

    def numbers(self, counts: Iterable[tuple[str, int]]) -> None:
        """Names with their numbers on one line."""
        shown = (f"{self._texts(name)}: {self._texts.number(count)}" for name, count in counts)
        self._write(_INDENT + " · ".join(shown))

    def plan(self, plan: Plan) -> None:
        """The counts of each stage, what guards say, and notes."""
        for stage in plan.stages:
            parts = [
                f"{Action(action).sign} {self._texts.number(count)} {self._texts(ACTIONS[action])}"
                for action in Action
                if (count := stage.counts.get(action, 0))
            ]
            said = ", ".join(parts) or self._texts(_("nothing to do"))
            self._write(f"{_INDENT}{self._texts(TARGETS[stage.target])}: {said}")
        for hold in plan.holds:
            text = self._texts.render(hold.message)
            self.say("Guard {name} stands in the way: {text}", name=hold.name, text=text)
        if not plan.holds:
            self.say("No guard stands in the way.")
        for notice in plan.notices:
            self.say("Note: {text}", text=self._texts.render(notice.message))

    def change(self, change: Change) -> None:
        """One change with its reason and exactly what will be sent."""
        reason = self._texts.render(change.reason)
        self._write(f"{_INDENT}{change.action.sign} {change.key}  ({reason})")
        lines = list(operation_lines(change.operations))
        if len(lines) > _MOST_LINES:
            lines = [*lines[: _MOST_LINES - 1], "…"]
        self._write(*(f"{_INDENT}    {line}".rstrip() for line in lines))

    def progress(self, ended: int, total: int) -> None:
        """How far a run is, on a terminal only; the next line is written over it."""
        if sys.stderr.isatty():
            shown = f"{self._texts.number(ended)}/{self._texts.number(total)}"
            sys.stderr.write(f"\r{_INDENT}{shown}\x1b[K\r")
            sys.stderr.flush()

    def _readable(self, parameters: dict[str, str | int]) -> dict[str, str | int]:
        return {
            name: self._texts.number(value) if isinstance(value, int) else value
            for name, value in parameters.items()
        }

    def _write(self, *lines: str) -> None:
        put(*lines)
        sys.stdout.flush()
