"""How two spellings of a name differ: not to the ear, by a letter, by a word, or as names do.

Names are compared as letters (`provisioning.roster.letters`): Müller is mueller here.
"""

import re
from collections.abc import Collection
from enum import Enum
from functools import lru_cache
from typing import NamedTuple, Self

from rapidfuzz.distance import OSA

from provisioning.roster.letters import to_letters

_SHORTEST = 3
"""Letters of a name in which one may be wrong: Li and Lu are two names."""

_LONGEST_UMLAUT = 2
"""Letters: more cannot be lost by one slip (ä is ae)."""

_SOUNDS = (
    ("ph", "f"), ("th", "t"), ("dt", "t"), ("tz", "z"), ("ck", "k"), ("sch", "ß"),
    ("ch", "ç"), ("c", "k"), ("y", "i"), ("j", "i"), ("ie", "i"), ("ai", "ei"), ("ou", "u"),
    ("ks", "x"), ("w", "v"), ("z", "s"),
)  # fmt: skip
"""Applied in this order."""

_SILENT_OR_DOUBLED = re.compile(r"(?<=.)h|(\D)(?=\1)")
_HARD_AT_THE_END = {"d": "t", "b": "p", "g": "k"}
_NO_DIGITS = re.compile(r"\D+")


class Spelling(Enum):
    """How two spellings are alike. LONGER: one has all words of the other, and more."""

    SAME = "same"
    LONGER = "longer"
    SLIP = "slip"


class Pair(NamedTuple):
    """The words of two people's given or family names, and how they are alike."""

    one: list[str]
    other: list[str]
    spelling: Spelling

    @classmethod
    def of(cls, one: list[str], other: list[str]) -> Self | None:
        """None when these are two names."""
        spelling = _compare(one, other)
        return None if spelling is None else cls(one, other, spelling)


def to_words(text: str) -> list[str]:
    """The words of a name as letters; a hyphen ends a word."""
    return [letters for part in text.replace("-", " ").split() if (letters := to_letters(part))]


@lru_cache(maxsize=65536)
def to_sound(letters: str) -> str:
    """What a German ear hears: Schmidt and Schmitt, Jannik and Yannick, Meyer and Maier are one.

    Vowels stay apart, other than in the usual phonetic codes: Lena and Lina may be twins.
    """
    letters = _without_dots(letters.replace("qu", "kw"))
    for written, heard in _SOUNDS:
        letters = letters.replace(written, heard)
    letters = _SILENT_OR_DOUBLED.sub("", letters)
    return letters[:-1] + _HARD_AT_THE_END.get(letters[-1:], letters[-1:])


def is_slip(one: str, other: str) -> bool:
    """One letter more, fewer or other, or two neighbours exchanged. A digit is no slip."""
    if min(len(one), len(other)) < _SHORTEST or abs(len(one) - len(other)) > _LONGEST_UMLAUT:
        return False
    if OSA.distance(one, other, score_cutoff=1) > 1 and (
        OSA.distance(_without_dots(one), _without_dots(other), score_cutoff=1) > 1
    ):
        return False
    # With another number somebody is told apart on purpose.
    return _NO_DIGITS.sub("", one) == _NO_DIGITS.sub("", other)


def _compare(one: Collection[str], other: Collection[str]) -> Spelling | None:
    first, second = "".join(one), "".join(other)
    if first == second or to_sound(first) == to_sound(second):
        return Spelling.SAME
    mine, theirs = set(one), set(other)
    if mine and theirs and (mine <= theirs or theirs <= mine):
        return Spelling.LONGER
    return Spelling.SLIP if is_slip(first, second) else None


@lru_cache(maxsize=65536)
def _without_dots(letters: str) -> str:
    """As a program writes that knows no umlauts."""
    return letters.replace("ae", "a").replace("oe", "o").replace("ue", "u")
