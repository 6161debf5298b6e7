"""`tui.questions.QuestionSource`: what `schoolnet links` finds, in a process beside the screen.

Everybody is compared with everybody, which takes seconds in a city. A thread would hold up the
interface meanwhile, and its end; a process does neither.
"""

import json
import os
import subprocess
from collections.abc import Sequence

from inventory.errors import SchoolnetError
from inventory.messages import Message, _, say
from schoolnet.compose import argv
from schoolnet.linking import decide
from schoolnet.place import Place
from tui.questions import Question, Side


class AskedQuestions:
    """Open questions as the command finds them; what is decided here is taken off at once."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._asking: _Asking | None = None
        self._found: list[Question] | None = None
        self._failure: SchoolnetError | None = None
        self._version = 0

    def ask(self) -> None:
        """Start the command."""
        self.close()
        self._found = self._failure = None
        self._version += 1
        self._asking = _Asking(self._place)

    def version(self) -> tuple[int, bool]:
        """Another value when the command has ended, or something was decided."""
        return self._version, self._asking is not None and self._asking.ended

    def questions(self) -> Sequence[Question] | None:
        """What was found; None while the command is at work."""
        if self._asking is not None and self._asking.ended:
            try:
                self._found = self._asking.answer()
            except SchoolnetError as error:
                self._failure = error
            self.close()
        if self._failure is not None:
            raise self._failure
        return self._found

    def decide(self, question: Question, reason: str, *, same: bool) -> Sequence[Message]:
        """Store the decision. Whoever is joined is nobody else."""
        newcomer, known = question.newcomer.id, question.known.id
        told = decide(self._place, newcomer, [known], reason, same=same)
        self._found = [
            one for one in self._found or ()
            if one != question and not (same and one.newcomer.id == newcomer)
        ]  # fmt: skip
        self._version += 1
        return told

    def close(self) -> None:
        """End the command, if it is still at work."""
        if self._asking is not None:
            self._asking.close()
            self._asking = None


class _Asking:
    """The command at work; what it says stays in memory, for it is about people."""

    def __init__(self, place: Place) -> None:
        self._out = os.fdopen(os.memfd_create("out"), "w+b")
        self._said = os.fdopen(os.memfd_create("said"), "w+b")
        self._process = subprocess.Popen(  # noqa: S603 - argv comes from the composition root
            argv(place, "links", "--json"),
            stdin=subprocess.DEVNULL, stdout=self._out, stderr=self._said,
        )  # fmt: skip

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def answer(self) -> list[Question]:
        """What an ended command found. Raises SchoolnetError with what it said when it failed."""
        self._out.seek(0)
        self._said.seek(0)
        if self._process.returncode:
            said = self._said.read().decode(errors="replace").strip()
            message = _("The open questions could not be looked for: {text}")
            raise SchoolnetError(say(message, text=said))
        return [_question(one) for one in json.load(self._out)]

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        self._out.close()
        self._said.close()


def _question(body: dict[str, dict[str, str]]) -> Question:
    return Question(Side(**body["newcomer"]), Side(**body["known"]))
