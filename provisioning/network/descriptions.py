"""Descriptions of interfaces as every switch takes them."""

import re

from anyascii import anyascii

_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"}
)
_NOT_TYPED = re.compile(r"[^ -~]|\?")


def plain_line(text: str) -> str:
    """One line of plain ASCII without ``?``.

    IOS takes ``?`` as a call for help, a terminal line of 7 bits loses umlauts, and a line break
    would begin a new command.
    """
    return " ".join(_NOT_TYPED.sub(" ", anyascii(text.translate(_GERMAN))).split())
