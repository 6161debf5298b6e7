"""What a person types before anything is changed outside. No Textual in it."""

import re

from tui.sources import Totals

MOST_NAMES = 3
_IGNORED = re.compile(r"[\s.,;]+")


def words_to_type(totals: Totals) -> tuple[str, ...]:
    """The number of changes; with deletions or high risk the names of the places.

    More names than anyone reads are replaced by both numbers: all changes, the dangerous ones.
    """
    if not totals.dangerous:
        return (str(totals.selected),)
    if len(totals.places) <= MOST_NAMES:
        return totals.places or (str(totals.selected), str(totals.dangerous))
    return (str(totals.selected), str(totals.dangerous))


def accepts(typed: str, words: tuple[str, ...]) -> bool:
    """True when exactly these words were typed; case, spaces and grouping dots do not count."""
    return _plain(typed) == _plain("".join(words))


def _plain(text: str) -> str:
    return _IGNORED.sub("", text).casefold()
