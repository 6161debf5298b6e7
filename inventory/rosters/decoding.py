"""From bytes to lines: byte order marks, UTF-8, single-byte encodings, files that mix them.

A file is decoded line by line when it is not UTF-8 as a whole, and a line that fits no encoding
stays undecoded: wrong letters in a name become a wrong user name that nobody gets rid of.
"""

import codecs
import re
from typing import NamedTuple

_LINE_END = re.compile(rb"\r\n|\n|\r")
_TEXT_LINE_END = re.compile(r"\r\n|\n|\r")

_UTF8_PAIR = re.compile(rb"[\xc3-\xc5\xcc\xd0\xd1][\x80-\xbf]|\xc2[\xa0-\xbf]|\xe2\x80[\x80-\xbf]")
"""Latin and Cyrillic letters, accents and quotation marks, as UTF-8 writes them. Read as
Windows-1252 they would be a capital followed by a sign (``Ã¼``), which no name has."""

_UTF8_HALF = re.compile(rb"\xc3(?![A-Z])")
"""The first half of an umlaut. Windows-1252 has ``Ã`` there, which stands in capital words only
(``JOÃO``)."""

_UTF8_LEAD = re.compile(rb"[\xc2\xc3\xc5]")
"""First halves of letters, ``Â``, ``Ã`` and ``Å`` in Windows-1252: names may have them, but in a
file that is otherwise UTF-8, half a letter is the likelier story."""

_LETTER = r"[^\W\d_]"
_SIGN = "[ªº€‚ƒ„…†‡ˆ‰‹•˜™›¡¢£¤¥¦§¨©«¬®¯°±²³µ¶·¸¹»¼½¾¿×÷ﬁﬂ√∆◊∫∂∑∏πΩ≈≤≥≠∞⁄ˇ˘˙˚˝˛\ufffd]"
_CAPITAL = "[À-ÖØ-ÞŒŠŽŸ]"
_SMALL = "[a-zß-öø-ÿœšž]"
_IMPLAUSIBLE = re.compile(
    f"(?<={_LETTER}){_SIGN}|{_SIGN}(?={_LETTER})|{_SMALL}{_CAPITAL}|(?<={_LETTER}){_CAPITAL}{_SMALL}"
)
"""What words do not look like: signs touching letters (``Stra§e``),
capitals inside (``MŸller``)."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SINGLE_BYTE = {"windows-1252": "cp1252", "mac-roman": "mac_roman"}
"""ISO-8859-1 is not tried: its texts are Windows-1252 as well, and its control characters are
the letters and quotes that the files really hold."""

_EVIDENCE = 5_000
"""So many lines are enough to tell the encoding of a single-byte file."""

_LINE_END_NAMES = {"\r\n": "CRLF", "\n": "LF", "\r": "CR"}


class Decoded(NamedTuple):
    """A file as lines, without their line ends.

    An undecodable line is None. `foreign` are the numbers (from 1) of lines that were read in
    another encoding than the file's. `ended` tells whether the last line has a line end.
    `line_ends` is ``LF``, ``CRLF``, ``CR``, ``mixed`` or ``none``.
    """

    lines: list[str | None]
    encoding: str
    line_ends: str
    ended: bool
    foreign: tuple[int, ...]


def decode(data: bytes) -> Decoded:
    """Find the encoding of a text file and cut it into lines. Never raises."""
    mark, encoding = next(
        ((mark, name) for mark, name in _MARKS if data.startswith(mark)), (b"", "utf-8")
    )
    body = data[len(mark) :]
    if encoding.startswith("utf-16"):
        return _utf16(body, encoding)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return _by_line(body, encoding)
    return _whole(text, encoding)


def _whole(text: str, encoding: str) -> Decoded:
    ends = {_LINE_END_NAMES[end] for end in _TEXT_LINE_END.findall(text)}
    lines: list[str | None] = [*_TEXT_LINE_END.split(text)]
    return _finished(lines, encoding, ends, ())


def _utf16(body: bytes, encoding: str) -> Decoded:
    """UTF-16 can break in two ways: half a code unit at the end, and half a surrogate pair."""
    odd = len(body) % 2
    text = body[: len(body) - odd].decode(encoding, "surrogatepass")
    decoded = _whole(text, encoding)
    lines = [None if line and _has_surrogate(line) else line for line in decoded.lines]
    if not odd:
        return decoded._replace(lines=lines)
    if decoded.ended:
        lines.append(None)
    else:
        lines[-1] = None
    return decoded._replace(lines=lines, ended=False)


def _has_surrogate(line: str) -> bool:
    return not line.isascii() and re.search("[\ud800-\udfff]", line) is not None


def _by_line(body: bytes, encoding: str) -> Decoded:
    """A file that is not UTF-8 as a whole: a single-byte file, or a mixture.

    A line that happens to be UTF-8, but with letters of no expected script, stays undecoded:
    ``ß`` and a fixed space in Windows-1252 are a letter of N'Ko in UTF-8.
    """
    raw = _LINE_END.split(body)
    ends = {_LINE_END_NAMES[end.decode()] for end in _LINE_END.findall(body)}
    lines = [_as_utf8(line) for line in raw]
    foreign = [number for number, line in enumerate(lines) if line is None]
    for number, line in enumerate(lines):
        if line and not line.isascii() and not _UTF8_PAIR.search(raw[number]):
            lines[number] = None
    mixed = encoding == "utf-8-sig" or any(line and not line.isascii() for line in lines)
    single = _likeliest(b"\n".join(raw[number] for number in foreign[:_EVIDENCE]))
    for number in foreign:
        lines[number] = _as_single_byte(raw[number], single, mixed=mixed)
    if not mixed:
        return _finished(lines, single, ends, ())
    read = tuple(number + 1 for number in foreign if lines[number] is not None)
    return _finished(lines, f"{encoding} + {single}" if read else encoding, ends, read)


def _finished(
    lines: list[str | None], encoding: str, ends: set[str], foreign: tuple[int, ...]
) -> Decoded:
    """Drop the empty line behind the last line end and name the line ends."""
    ended = bool(ends) and lines[-1] == ""
    if ended:
        lines.pop()
    line_ends = "none" if not ends else ends.pop() if len(ends) == 1 else "mixed"
    return Decoded(lines, encoding, line_ends, ended, foreign)


def _as_utf8(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _as_single_byte(raw: bytes, encoding: str, *, mixed: bool) -> str | None:
    """The line in this encoding, or None when it cannot be what its writer meant."""
    half = _UTF8_LEAD if mixed else _UTF8_HALF
    if _UTF8_PAIR.search(raw) or half.search(raw):
        return None
    try:
        text = raw.decode(_SINGLE_BYTE[encoding])
    except UnicodeDecodeError:
        return None
    return None if mixed and _IMPLAUSIBLE.search(text) else text


def _likeliest(raw: bytes) -> str:
    """The single-byte encoding in which the bytes look most like words.

    Windows-1252 unless MacRoman looks strictly better: schools that export from a Mac are few.
    """
    odd = {
        name: len(_IMPLAUSIBLE.findall(raw.decode(codec, "replace")))
        for name, codec in _SINGLE_BYTE.items()
    }
    return min(odd, key=lambda name: odd[name])
