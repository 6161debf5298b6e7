"""Text in terminal cells: cleaned, cut with a sign, padded. No Textual in it.

Wide characters take two cells, combining ones none; `rich.cells` knows how many.
"""

import re
import unicodedata
from typing import Literal

from rich.cells import cell_len, set_cell_size

Align = Literal["left", "right"]
CUT = "…"
LEFT_TO_RIGHT_MARK = "\u200e"

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MAYBE_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def clean(text: str) -> str:
    """Text that cannot move the cursor or turn the reading direction of its neighbours."""
    return _DIRECTIONS.sub("", _CONTROLS.sub("·", text))


def fit(text: str, width: int, align: Align = "left") -> str:
    """Cleaned text of exactly `width` cells; what is too long ends with ``…``.

    Right-to-left text is closed in by invisible marks, so that a terminal which reorders it
    keeps the columns beside it where they are (Unicode Standard Annex 9, 2.6).
    """
    if text.isascii() and text.isprintable() and len(text) <= width:  # most cells
        return text.rjust(width) if align == "right" else text.ljust(width)
    text = clean(text)
    if cell_len(text) > width:
        text = set_cell_size(text, width - 1) + CUT if width else ""
    padding = " " * (width - cell_len(text))
    if turns(text):
        text = f"{LEFT_TO_RIGHT_MARK}{text}{LEFT_TO_RIGHT_MARK}"
    return padding + text if align == "right" else text + padding


def turns(text: str) -> bool:
    """True when the text holds letters that are read from right to left."""
    return any(
        unicodedata.bidirectional(letter) in {"R", "AL"}
        for letter in _MAYBE_RIGHT_TO_LEFT.findall(text)
    )
