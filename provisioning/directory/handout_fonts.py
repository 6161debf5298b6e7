"""Fonts for names of any script: each sign in the first font that has it.

DejaVu (Debian: fonts-dejavu-core) has Latin, Greek and Cyrillic letters with all their accents;
Droid Sans Fallback (Debian: fonts-droid-fallback) has Chinese, Japanese and Korean signs. What
neither has, and what is written from right to left, is shown in Latin letters.
"""

import unicodedata
from functools import cache
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import escape

from anyascii import anyascii
from reportlab.pdfbase.pdfmetrics import getFont, registerFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from inventory.errors import UsageError
from inventory.messages import _

PLAIN, BOLD, MONO = "DejaVuSans", "DejaVuSans-Bold", "DejaVuSansMono-Bold"
_FURTHER = ("DroidSansFallbackFull", "DroidSansFallback")
_FOLDERS = (
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/truetype/droid"),
    Path("/usr/share/fonts-droid-fallback/truetype"),
)
_RIGHT_TO_LEFT = {"R", "AL"}


@cache
def load_fonts() -> tuple[str, ...]:
    """Register the fonts; returns those for signs that DejaVu lacks.

    Raises UsageError with the package to install when DejaVu is not there.
    """
    for name in (PLAIN, BOLD, MONO):
        if not _registered(name):
            raise UsageError(
                _("The font {name} is missing. Install it: apt install fonts-dejavu-core"),
                name=name,
            )
    return tuple(name for name in _FURTHER if _registered(name))[:1]


def _registered(name: str) -> bool:
    for folder in _FOLDERS:
        path = folder / f"{name}.ttf"
        try:
            if path.is_file():
                registerFont(TTFont(name, path))
                return True
        except TTFError:  # damaged: as if it were not there
            continue
    return False


def marked_up(text: str, font: str) -> str:
    """A text as the markup of a Paragraph, each run of signs in a font that has them."""
    runs = groupby(_placed(text, font), key=lambda placed: placed[1])
    return "".join(
        f'<font name="{name}">{escape("".join(sign for sign, _name in run))}</font>'
        for name, run in runs
    )


def _placed(text: str, font: str) -> list[tuple[str, str]]:
    """Each sign with its font, those that nobody has written out in Latin letters."""
    placed: list[tuple[str, str]] = []
    for sign in unicodedata.normalize("NFC", text):
        name = _font_of(sign, font)
        placed += [(sign, name)] if name else [(one, font) for one in anyascii(sign)]
    return placed


def _font_of(sign: str, font: str) -> str:
    if unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT:
        return ""
    return next((name for name in (font, *load_fonts()) if _has(name, sign)), "")


def _has(name: str, sign: str) -> bool:
    return ord(sign) in getFont(name).face.charToGlyph
