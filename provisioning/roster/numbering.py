"""Free names by a number behind them: linear, however many people share a name."""

from collections.abc import Callable

MARKS = ".-_"
"""What may stand between the parts of a name, but neither begins nor ends it."""


class Numbering:
    """Finds the first free of ``name``, ``name2``, ``name3``.

    What was tried is never tried again: neither for the same name, nor for longer ones that are
    the same once they are cut.
    """

    def __init__(self, is_free: Callable[[str], bool]) -> None:
        self._is_free = is_free
        self._next: dict[tuple[str, str, int], int] = {}

    def first_free(self, stem: str, room: int, end: str = "") -> str:
        """The stem, cut to make room for the number: `room` characters at most, then `end`."""
        digits = 0
        while True:
            head = stem[: room - digits].rstrip(MARKS)
            key = head, end, digits
            lowest, highest = (max(2, 10 ** (digits - 1)), 10**digits - 1) if digits else (1, 1)
            for number in range(self._next.get(key, lowest), highest + 1):
                self._next[key] = number + 1
                name = f"{head}{number if digits else ''}{end}"
                if self._is_free(name):
                    return name
            digits += 1
