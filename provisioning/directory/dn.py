"""Distinguished names: built, taken apart and compared as a directory compares them.

String form by RFC 4514. Compared by distinguishedNameMatch (RFC 4517): attribute types and
values in any case, spaces at the ends and runs of spaces do not count, Unicode by NFKC. Letters
are lowered one by one, as OpenLDAP does: ``ß`` and ``ss`` stay different.
"""

import re
import unicodedata
from functools import lru_cache

_ESCAPED = re.compile(rb"\\([0-9A-Fa-f]{2}|.)", re.DOTALL)
_NORMAL = re.compile(r"[a-z][a-z0-9-]*=[a-z0-9._-]+")
"""A part that is in normal form for certain: most user names are written so."""
_HEX_PAIR = re.compile(rb"[0-9A-Fa-f]{2}")
_SPACES = re.compile(r" +")
_SPECIAL = frozenset('"+,;<>\\=#')
_ESCAPED_ALWAYS = _SPECIAL | {"\0"}


def escape(value: str) -> str:
    """A value as it stands in a DN: special characters, and spaces at the ends, get a backslash.

    Raises ValueError for an empty value: no entry can be named by it.
    """
    if not value:
        raise ValueError("an empty value cannot name an entry")
    text = value
    if not _ESCAPED_ALWAYS.isdisjoint(value):
        text = "".join(map(_escape_character, value))
    if value.endswith(" "):
        text = text[:-1] + "\\ "
    if value.startswith(" ") and len(value) > 1:
        text = "\\" + text
    return text


def _escape_character(character: str) -> str:
    if character in _SPECIAL:
        return "\\" + character
    return "\\00" if character == "\0" else character


def child(attribute: str, value: str, parent: str) -> str:
    """The DN of the entry below `parent` that is named by this attribute and value."""
    return f"{attribute}={escape(value)},{parent}"


def split(dn: str) -> list[str]:
    """The parts between the commas that separate, from the entry up to the root."""
    if "\\" not in dn:
        return dn.split(",")
    return _split_unescaped(dn, ",")


def _split_unescaped(text: str, separator: str) -> list[str]:
    parts, start, position = [], 0, 0
    while position < len(text):
        if text[position] == "\\":
            position += 2
            continue
        if text[position] == separator:
            parts.append(text[start:position])
            start = position + 1
        position += 1
    return [*parts, text[start:]]


def parent(dn: str) -> str:
    """The DN above; empty for a DN of one part."""
    return ",".join(split(dn)[1:])


def first(dn: str) -> str:
    """The leftmost part: what names the entry among its neighbours."""
    return split(dn)[0] if "\\" in dn else dn.partition(",")[0]


def named_by(dn: str) -> tuple[str, str]:
    """Attribute (small letters) and value of the leftmost part.

    Of a part with several values (``cn=a+sn=b``) the first counts. Raises ValueError when the
    text is not a DN.
    """
    attribute, equals, value = _split_unescaped(first(dn), "+")[0].partition("=")
    if not equals or not attribute.strip():
        raise ValueError(f"not a distinguished name: {dn!r}")
    return attribute.strip().lower(), _unescape(value)


def _unescape(value: str) -> str:
    """The value that the escaped text stands for; pairs of hexadecimal digits are UTF-8."""
    text = value.lstrip(" ")
    while text.endswith(" ") and not text.endswith("\\ "):
        text = text[:-1]
    if "\\" not in text:
        return text

    def meant(match: re.Match[bytes]) -> bytes:
        escaped = match.group(1)
        return bytes.fromhex(escaped.decode()) if _HEX_PAIR.fullmatch(escaped) else escaped

    return _ESCAPED.sub(meant, text.encode()).decode("utf-8", "replace")


def normalise(dn: str) -> str:
    """The form in which two spellings of one DN are equal; not for sending.

    Commas inside values become ``\\2c``, so that a DN lies below another exactly when its
    normal form ends with a comma and the other's. Raises ValueError when it is not a DN.
    """
    if not dn.strip():
        return ""
    name = first(dn)
    if name == dn:
        return _normalise_part(dn)
    return f"{_normalise_part(name)},{_normalise_all(dn[len(name) + 1 :])}"


@lru_cache(maxsize=4096)  # thousands of entries lie below each of a few hundred units
def _normalise_all(dn: str) -> str:
    return ",".join(_normalise_part(part) for part in split(dn))


def _normalise_part(part: str) -> str:
    if _NORMAL.fullmatch(part):
        return part
    assertions = []
    for assertion in _split_unescaped(part, "+") if "+" in part else [part]:
        attribute, equals, value = assertion.partition("=")
        if not equals or not attribute.strip():
            raise ValueError(f"not a distinguished name: {part!r}")
        folded = fold(_unescape(value))
        if not _SPECIAL.isdisjoint(folded):
            folded = "".join(f"\\{ord(c):02x}" if c in _SPECIAL else c for c in folded)
        assertions.append(f"{attribute.strip().lower()}={folded}")
    return "+".join(sorted(assertions))


def fold(text: str) -> str:
    """A text as caseIgnoreMatch sees it (RFC 4518, in OpenLDAP's reading)."""
    if text.isascii():
        lowered = text.lower()
    else:
        composed = unicodedata.normalize("NFKC", text)
        lowered = unicodedata.normalize("NFKC", "".join(c.lower() for c in composed))
    return _SPACES.sub(" ", lowered).strip(" ") if " " in lowered else lowered


def lies_below(normal: str, base: str) -> bool:
    """True when the entry is `base` or lies below it; both in normal form."""
    return normal == base or normal.endswith("," + base)


def replace_ending(dn: str, old: str, new: str) -> str:
    """The DN after the entry `old` above it (or it itself) became `new`; else unchanged."""
    if not lies_below(normalise(dn), normalise(old)):
        return dn
    kept = split(dn)[: len(split(dn)) - len(split(old))]
    return ",".join([*kept, new])
