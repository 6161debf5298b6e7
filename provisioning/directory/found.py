"""An entry as a server gives it: text instead of bytes, and attributes that come in parts.

Active Directory gives at most some 1,500 values of an attribute at once: then an empty
``member`` comes beside ``member;range=0-1499``, and the rest is asked for by ranges
(MS-ADTS 3.1.1.3.1.3.3). ``*`` instead of the last number says that this was the last part.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

_RANGE = re.compile(r"(?P<name>[^;]+);range=(?P<first>\d+)-(?P<last>\d+|\*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry as the server gave it: attribute names in small letters, values as text."""

    dn: str
    attributes: Mapping[str, tuple[str, ...]]

    def values(self, name: str) -> tuple[str, ...]:
        """All values of an attribute; empty when it has none or may not be seen."""
        return self.attributes.get(name.lower(), ())


class Part(NamedTuple):
    """Values of an attribute from number `first` on. `rest`: where to go on; None at the end."""

    values: tuple[str, ...]
    first: int = 0
    rest: int | None = None


def whole_of(raw: Mapping[str, Sequence[bytes] | None]) -> dict[str, tuple[str, ...]] | None:
    """The attributes of an answer in which nothing came in parts; None where something did.

    A full read comes here a million times: nothing is made for it but the texts.
    """
    found = {}
    for option, values in raw.items():
        name, as_text = _known_name(option)
        if not name:
            return None
        if as_text is not None:
            found[name] = tuple([as_text(value) for value in values or ()])
        else:
            found[name] = tuple([str(value, "utf-8", "replace") for value in values or ()])
    return found


@lru_cache(maxsize=1024)
def _known_name(option: str) -> tuple[str, Callable[[bytes], str] | None]:
    """The name in small letters, one object for all entries, and what makes text of its values if
    they are none; no name for one with options, as a range is.
    """
    name = option.lower()
    return ("" if ";" in name else name), _BINARY.get(name)


def parts_of(raw: Mapping[str, Sequence[bytes] | None]) -> dict[str, Part]:
    """The attributes of an answer, by name in small letters. ldap3 gives None for no values.

    Raises ValueError for a part that cannot be gone on from: it would look like all there is.
    """
    found: dict[str, Part] = {}
    for option, values in raw.items():
        match = _RANGE.fullmatch(option) if ";" in option else None
        name = (match["name"] if match else option).lower()
        as_text = _BINARY.get(name, _as_text)
        texts = tuple([as_text(value) for value in values or ()])
        if match:
            found[name] = _ranged(match, texts)
        elif texts or name not in found:  # the empty one beside a range says nothing
            found[name] = Part(texts)
    return found


def _ranged(match: re.Match[str], texts: tuple[str, ...]) -> Part:
    first = int(match["first"])
    if match["last"] == "*":
        return Part(texts, first)
    rest = int(match["last"]) + 1
    if rest - first != len(texts) or not texts:
        raise ValueError(f"{match[0]} with {len(texts)} values")
    return Part(texts, first, rest)


def _as_text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _as_guid(value: bytes) -> str:
    """16 bytes, the first three parts little-endian (MS-DTYP 2.3.4.2)."""
    return str(UUID(bytes_le=value))


_BINARY: Mapping[str, Callable[[bytes], str]] = {"objectguid": _as_guid}
