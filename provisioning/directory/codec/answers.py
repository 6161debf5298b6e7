"""Answers from bytes (RFC 4511): results, entries of a search, references."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from provisioning.directory.codec.ber import (
    ENUMERATED,
    INTEGER,
    OCTETS,
    SEQUENCE,
    SET,
    MalformedError,
    header,
    inner,
    number,
)

ENTRY, REFERENCE, SEARCH_DONE = 0x64, 0x73, 0x65
RESULTS = frozenset({0x61, SEARCH_DONE, 0x67, 0x69, 0x6B, 0x6D, 0x6F, 0x78})
"""Responses that hold an LDAPResult (4.1.9): bind, search, modify, add, delete, modify DN,
compare, extended."""
_CONTROLS = 0xA0
_LONG = 0x80
"""Lengths from here on are written in more than one byte (X.690, 8.1.3)."""


class Message(NamedTuple):
    """One message: its number, the tag of its operation, and where in `data` things are."""

    data: bytes
    number: int
    tag: int
    begin: int
    end: int
    stop: int
    """Where the whole message ends; between `end` and here are its controls."""


class Result(NamedTuple):
    """Result code, and what the server says about it."""

    code: int
    text: str


Values = tuple[bytes, ...]


def read_message(data: bytes, at: int = 0) -> tuple[Message, int]:
    """The message at a position, and where the next one begins.

    Raises IncompleteError when not all of it is there, MalformedError when it is none.
    """
    tag, begin, stop = header(data, at)
    if tag != SEQUENCE:
        raise MalformedError("a message that is no sequence")
    tag, first, last = inner(data, begin, stop)
    if tag != INTEGER:
        raise MalformedError("a message without a number")
    operation, begin, end = inner(data, last, stop)
    return Message(data, number(data, first, last), operation, begin, end, stop), stop


def result(message: Message) -> Result:
    """The LDAPResult that a response begins with."""
    if message.tag not in RESULTS:
        raise MalformedError(f"no response: {message.tag:#x}")
    data, end = message.data, message.end
    tag, begin, stop = inner(data, message.begin, end)
    if tag != ENUMERATED:
        raise MalformedError("a response without a result code")
    code = number(data, begin, stop)
    _tag, _begin, stop = inner(data, stop, end)
    _tag, begin, stop = inner(data, stop, end)
    return Result(code, data[begin:stop].decode("utf-8", "replace"))


def entry(message: Message) -> tuple[str, dict[str, Values]]:
    """DN and attributes of a search entry (4.5.2), names in small letters, values as bytes."""
    if message.tag != ENTRY:
        raise MalformedError(f"no search entry: {message.tag:#x}")
    data, end = message.data, message.end
    tag, begin, stop = inner(data, message.begin, end)
    if tag != OCTETS:
        raise MalformedError("an entry without a name")
    dn = data[begin:stop].decode("utf-8", "replace")
    tag, at, end = inner(data, stop, end)
    if tag != SEQUENCE:
        raise MalformedError("an entry without attributes")
    return dn, attributes(data, at, end)


def attributes(data: bytes, at: int, end: int) -> dict[str, Values]:
    """A PartialAttributeList between two positions.

    Nearly all elements here are shorter than 128 bytes, and a search has millions of them: the
    short form of a length is read in place, without a call.
    """
    found: dict[str, Values] = {}
    while at < end:
        # PartialAttribute: SEQUENCE { type OCTET STRING, vals SET OF OCTET STRING }
        if at + 3 < end and data[at + 1] < _LONG and data[at + 3] < _LONG:
            stop = at + 2 + data[at + 1]
            begin = at + 4
            name_end = begin + data[at + 3]
        else:
            _tag, at, stop = inner(data, at, end)
            _tag, begin, name_end = inner(data, at, stop)
        if name_end + 1 >= stop or stop > end or data[name_end] != SET:
            raise MalformedError("an attribute without a set of values")
        if (size := data[name_end + 1]) < _LONG:
            value_at = name_end + 2
            value_end = value_at + size
        else:
            _tag, value_at, value_end = inner(data, name_end, stop)
        if value_end > stop:
            raise MalformedError("an attribute is longer than the list around it")
        found[_lower(data[begin:name_end])] = _values(data, value_at, value_end)
        at = stop
    return found


def _values(data: bytes, at: int, end: int) -> Values:
    values = []
    while at < end:
        if at + 1 < end and (size := data[at + 1]) < _LONG:
            begin = at + 2
            at = begin + size
        else:
            _tag, begin, at = inner(data, at, end)
        values.append(data[begin:at])
    if at != end:
        raise MalformedError("a value is longer than its set")
    return tuple(values)


@lru_cache(maxsize=1024)
def _lower(name: bytes) -> str:
    return name.decode("ascii", "replace").lower()


def controls(message: Message) -> Mapping[str, bytes]:
    """Values of the controls behind the operation, by OID; empty bytes where there is none."""
    data, at, stop = message.data, message.end, message.stop
    found: dict[str, bytes] = {}
    if at == stop:
        return found
    tag, at, end = inner(data, at, stop)
    if tag != _CONTROLS:
        raise MalformedError("something else than controls behind an operation")
    while at < end:
        _tag, begin, next_at = inner(data, at, end)
        _tag, first, last = inner(data, begin, next_at)
        oid, value, part = data[first:last].decode("ascii", "replace"), b"", last
        while part < next_at:
            tag, begin, part = inner(data, part, next_at)
            if tag == OCTETS:
                value = data[begin:part]
        found[oid] = value
        at = next_at
    return found


def page_cookie(value: bytes) -> bytes:
    """The cookie in the value of a paged-results control (RFC 2696); empty: the last page."""
    _tag, at, end = inner(value, 0, len(value))
    _tag, _begin, at = inner(value, at, end)
    _tag, begin, stop = inner(value, at, end)
    return value[begin:stop]
