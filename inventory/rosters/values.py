"""From cells to values: clean text, names, dates, school years, keys. None: it cannot be read."""

import hashlib
import re
import unicodedata
from collections.abc import Callable
from datetime import date

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200e\u200f\u2060\ufeff"))
"""Soft hyphens, zero-width spaces and direction marks that come along by copy and paste."""

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffd]")
"""Control characters, direction overrides, and the sign for a letter that was lost before."""

_TWICE = re.compile("[ÃÅÄ][\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|Â[\u00a0-\u00bf]|â€")
"""UTF-8 that was once read as Windows-1252 and saved again: ``MÃ¼ller``."""

_NAME = re.compile("['’‘]?[^\\W\\d_][^_@#<>|={}\\[\\]\\\\^~*?!%$+:;]*")
_NO_NAME = re.compile("[§†‡•…‰‹›¡¿¶«»„“”×÷¹²³¼½¾¢£¤¥€©®™°±¬¦¨¸µªºﬁﬂ√∆◊∫∂∑∏πΩ≈≤≥≠∞⁄ˇ˘˙˚˝˛ƒˆ˜]")
_SPREADSHEET_NUMBER = re.compile(r"\d[.,]\d+[eE]\+?\d+")

_MIDNIGHT = r"(?:[ T]00:00(?::00(?:[.,]0+)?)?)?"
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})" + _MIDNIGHT, re.ASCII)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})" + _MIDNIGHT, re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})" + _MIDNIGHT, re.ASCII)

NAME_KEY = "name:"
"""Begins the ids that are made of name and birth date."""

_END_OF_DATE = re.compile(r"(?:\d{0,2}\.)?\d{0,2}\.\d{4}", re.ASCII)

_SCHOOL_YEAR = re.compile(r"(\d{4})(?:\s*[/-]\s*(?:\d{2})?(\d{2}))?", re.ASCII)


def clean(cell: str) -> str | None:
    """The text without outer, doubled and invisible spaces, in composed letters (NFC).

    None when it holds what no text holds: control characters, or letters that were decoded
    wrongly before the file was written.
    """
    if cell.isascii() and cell.isprintable():
        return " ".join(cell.split()) if "  " in cell else cell.strip()
    text = unicodedata.normalize("NFC", cell.translate(_INVISIBLE))
    text = " ".join(text.split())
    return None if _UNPRINTABLE.search(text) or _TWICE.search(text) else text


def is_name(text: str) -> bool:
    """True when the text can be a person's name: it begins with a letter and has no signs."""
    if not _NAME.fullmatch(text) or text.count('"') % 2:
        return False
    return text.isascii() or not _NO_NAME.search(text)


def is_damaged_id(text: str) -> bool:
    """True for ``1,00E+05``: a spreadsheet took the id for a number, and its digits are gone."""
    return _SPREADSHEET_NUMBER.fullmatch(text) is not None


def is_date_for_id(text: str, *, broken_date: bool) -> bool:
    """True when a date, or the end of one, stands where an id should: the cells are shifted.

    `broken_date` says that the cell of the birth date holds something else: else the end of a
    date may be an id (number and year).
    """
    return bool(_ISO.fullmatch(text) or german_date(text)) or (
        broken_date and _END_OF_DATE.fullmatch(text) is not None
    )


def german_date(text: str) -> date | None:
    """``15.03.2008``; a midnight behind it is allowed, two-digit years are not."""
    match = _GERMAN.fullmatch(text)
    return _date(match[3], match[2], match[1]) if match else None


def likely_date(text: str, day_first: bool) -> date | None:
    """``15.03.2008``, ``2008-03-15``, and with slashes when it can only be day/month/year.

    `day_first` says that the column is known to be day/month, so that ``03/04/2008`` is clear.
    """
    match = _ISO.fullmatch(text)
    if match:
        return _date(match[1], match[2], match[3])
    match = _SLASHED.fullmatch(text)
    if not match:
        return german_date(text)
    day, month = int(match[1]), int(match[2])
    if day <= 12 and day != month and not day_first:
        return None
    return _date(match[3], match[2], match[1])


def shows_day_first(cells: list[str]) -> bool:
    """True when the dates with slashes in a column can only be day/month: 25/12 yes, 12/25 no."""
    matches = [match for cell in cells if (match := _SLASHED.fullmatch(cell.strip()))]
    return any(int(match[1]) > 12 for match in matches) and all(
        int(match[2]) <= 12 for match in matches
    )


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def school_year(text: str) -> str | None:
    """``2026/27`` from ``2026``, ``2026/27``, ``2026/2027`` or ``2026-27``."""
    match = _SCHOOL_YEAR.fullmatch(text)
    if not match:
        return None
    following = f"{(int(match[1]) + 1) % 100:02}"
    return f"{match[1]}/{following}" if match[2] in {None, following} else None


def guid_key(text: str) -> str:
    """GUIDs are compared without braces, in small letters: exports write them either way."""
    return text.strip("{}").lower()


def mail_key(text: str) -> str:
    """E-mail addresses are compared in small letters."""
    return text.lower()


def prefixed_key(prefix: str) -> Callable[[str], str]:
    """Ids with a word before them, so that two kinds of small numbers are never mixed up."""
    return f"{prefix}:{{}}".format


def name_key(family_name: str, given_name: str, birth_date: date, suffix: str = "") -> str:
    """The id of a person whose source gives none: a hash of name and birth date.

    A hash, so that lists of ids do not show names. It hides nothing from somebody who guesses.
    `suffix` is what tells the person from a namesake.
    """
    told = "|".join((family_name, given_name, birth_date.isoformat(), suffix)).casefold()
    return NAME_KEY + hashlib.sha256(told.encode()).hexdigest()[:32]
