"""Names of any script as a to z: what user names and addresses are made of."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from anyascii import anyascii

from provisioning.roster.numbering import MARKS
from provisioning.roster.settings import PLACEHOLDER

_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "Ss"}
)
_NOT_ALLOWED = re.compile(r"[^a-z0-9-]|(?<=-)-+")
_NOT_IN_ADDRESS = re.compile(r"[^a-z0-9._-]")
_SEVERAL_MARKS = re.compile(r"[._-]{2,}")
NO_LETTERS = "konto"
"""For somebody whose name gives no letter at all."""


def _plain(text: str) -> str:
    if text.isascii():
        return text.lower()
    # Composed first: an a with a diaeresis of its own (macOS writes so) is an umlaut too.
    return anyascii(unicodedata.normalize("NFC", text).translate(_GERMAN)).lower()


@lru_cache(maxsize=65536)  # given names repeat, and each name is asked for several times
def to_letters(text: str) -> str:
    """``Đorđević`` becomes ``dordevic``, ``Müller`` ``mueller``; only a-z, digits and hyphen.

    Apostrophes and spaces go: ``O'Brien`` is ``obrien``, ``von der Au`` is ``vonderau``.
    """
    return _NOT_ALLOWED.sub("", _plain(text)).strip("-")


def to_local_part(user_name: str) -> str:
    """A user name as it may stand before the ``@``: one that was taken over can be anything."""
    return _NOT_IN_ADDRESS.sub("", _plain(user_name))


def stem(template: str, room: int, given_name: str, family_name: str, **more: str) -> str:
    """The template filled with a person's names, `more` placeholders as they are.

    Only the first of several given names counts. What is longer than `room` loses the second
    half of a double given name, then of a double family name; what is still too long is the
    caller's to cut.
    """
    first = next(filter(None, map(to_letters, given_name.split())), "")
    filled = ""
    for given, family in _shorter(first, to_letters(family_name)):
        filled = _fill(template, {"given": given, "family": family, **more})
        if len(filled) <= room:
            break
    return filled if any(map(str.isalpha, filled)) else NO_LETTERS


def _shorter(given: str, family: str) -> Iterator[tuple[str, str]]:
    one_given, one_family = given.partition("-")[0], family.partition("-")[0]
    yield given, family
    yield one_given, family
    yield one_given, one_family


def _fill(template: str, parts: Mapping[str, str]) -> str:
    filled = "".join([
        literal + parts[name][:length] if name else literal
        for literal, name, length in _pieces(template)
    ])  # fmt: skip
    return _SEVERAL_MARKS.sub(lambda marks: marks[0][0], filled).strip(MARKS)


@lru_cache(maxsize=64)
def _pieces(template: str) -> list[tuple[str, str, int | None]]:
    """Text, then the placeholder behind it, and how many of its letters; all when None."""
    found: list[tuple[str, str, int | None]] = []
    end = 0
    for match in PLACEHOLDER.finditer(template):
        length = int(match[2]) if match[2] else None
        found.append((template[end : match.start()], match[1], length))
        end = match.end()
    return [*found, (template[end:], "", None)]
