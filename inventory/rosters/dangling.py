"""Ids that rows of a package name and that no table of it has."""

from dataclasses import dataclass, field

from inventory.messages import _
from inventory.rosters.sheets import Sheet

NO_CLASS = _(
    "Line {line}, {column}: no such class was delivered; rows that name it: {count}. Export the "
    "class as well."
)
NO_PERSON = _(
    "Line {line}, {column}: no such person was delivered; rows that name them: {count}. Export "
    "the person as well."
)


@dataclass
class Dangling:
    """Ids that rows name and that no table has: told once for each id, with its first line."""

    sheet: Sheet
    column: str
    message: str
    found: dict[str, list[int]] = field(default_factory=dict)

    def note(self, name: str, line: int) -> None:
        """A row in this line names an id that is not there."""
        self.found.setdefault(name, []).append(line)

    def tell(self) -> bool:
        """One Problem for each id; returns whether there was any."""
        for name, lines in self.found.items():
            self.sheet.ledger.miss(lines[0], self.column, self.message, name, count=len(lines))
        return bool(self.found)
