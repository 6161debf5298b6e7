"""The Problems of one file, collected while reading goes on, and the point where it stops."""

from collections.abc import Sequence

from inventory.messages import _, say
from inventory.rosters.hidden import Told
from inventory.rosters.rows import Problem, Severity, UnreadableError

MAX_LOST_ROWS = 1_000
"""A read ends when more rows than this are lost: nobody works through a longer list."""


class Ledger:
    """What is wrong in a file. A row with one error is lost; all its errors are told.

    `told` has what lost lines say although they do not show their id.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.lost: dict[int, str] = {}
        self.told: dict[int, Sequence[Told]] = {}

    def warn(
        self, line: int, column: str, message: str, value: str = "", **more: str | int
    ) -> None:
        """The row is kept. `message` is an id with {line} and {column}, never with the value."""
        self._add(Severity.WARNING, line, column, message, value, more)

    def lose(
        self, line: int, column: str, message: str, value: str = "", **more: str | int
    ) -> None:
        """The row is lost. Raises UnreadableError when these become too many."""
        self._add(Severity.ERROR, line, column, message, value, more)
        self.lost.setdefault(line, "")
        if len(self.lost) > MAX_LOST_ROWS:
            raise UnreadableError(
                say(
                    _(
                        "{file}: reading stopped after {count} unreadable rows, the first in line "
                        "{line}. Nothing was taken over: correct the export and import it again."
                    ),
                    file=self.file, count=len(self.lost), line=min(self.lost),
                ),
                tuple(self.sorted()),
            )  # fmt: skip

    def miss(
        self, line: int, column: str, message: str, value: str = "", **more: str | int
    ) -> None:
        """Something was not taken over, although the row itself could be read."""
        self._add(Severity.ERROR, line, column, message, value, more)

    def judge(self, row_count: int) -> None:
        """After the last row. Raises UnreadableError when most of the rows are lost."""
        if len(self.lost) * 2 > row_count:
            raise UnreadableError(
                say(
                    _(
                        "{file}: {count} of {rows} rows cannot be read, the first in line {line}. "
                        "Nothing was taken over: correct the export and import it again."
                    ),
                    file=self.file, count=len(self.lost), rows=row_count, line=min(self.lost),
                ),
                tuple(self.sorted()),
            )  # fmt: skip

    def sorted(self) -> list[Problem]:
        """All problems in the order of the lines."""
        return sorted(self.problems, key=lambda problem: problem.line)

    def _add(
        self,
        severity: Severity,
        line: int,
        column: str,
        message: str,
        value: str,
        more: dict[str, str | int],
    ) -> None:
        self.problems.append(
            Problem(
                file=self.file, line=line, column=column, severity=severity, value=value,
                message=say(message, line=line, column=column, **more),
            )
        )  # fmt: skip
