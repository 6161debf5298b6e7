"""Basic Encoding Rules, as far as LDAP needs them: definite lengths, tags below 31.

Written from ITU-T X.690 (8.1 to 8.9) and RFC 4511, section 5.1.
"""

BOOLEAN, INTEGER, OCTETS, ENUMERATED, SEQUENCE, SET = 0x01, 0x02, 0x04, 0x0A, 0x30, 0x31
"""Universal tags (X.690, 8.1.2), with the bit for constructed ones."""

_LONG = 0x80
_SHORT = [bytes((number,)) for number in range(_LONG)]


class MalformedError(ValueError):
    """Bytes that are no BER, or no message of ours."""


class IncompleteError(Exception):
    """The element goes on after the end of the bytes."""


def tlv(tag: int, content: bytes) -> bytes:
    """One element: tag, length, content."""
    size = len(content)
    if size < _LONG:
        return b"%c%c%b" % (tag, size, content)
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return b"%c%c%b%b" % (tag, _LONG | len(digits), digits, content)


def octets(value: str | bytes) -> bytes:
    """An OCTET STRING; text goes as UTF-8 (LDAPString, RFC 4511, 4.1.2)."""
    return tlv(OCTETS, value.encode() if isinstance(value, str) else value)


def integer(number: int, tag: int = INTEGER) -> bytes:
    """An INTEGER or ENUMERATED in as few bytes as two's complement allows (X.690, 8.3)."""
    if 0 <= number < _LONG:
        return b"%c\x01%c" % (tag, number)
    return tlv(tag, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


def boolean(value: bool) -> bytes:  # a value like the others here
    """A BOOLEAN; true is all ones (RFC 4511, 5.1)."""
    return b"\x01\x01\xff" if value else b"\x01\x01\x00"


def header(data: bytes, at: int) -> tuple[int, int, int]:
    """The element at a position: tag, where its content begins, where it ends.

    Raises IncompleteError when it ends after the data, MalformedError for what LDAP forbids.
    """
    try:
        tag, size = data[at], data[at + 1]
    except IndexError:
        raise IncompleteError from None
    begin = at + 2
    if size >= _LONG:
        count = size - _LONG
        if not 1 <= count <= 4:
            raise MalformedError("a length of no bytes, or of more than four")
        begin += count
        if begin > len(data):
            raise IncompleteError
        size = int.from_bytes(data[at + 2 : begin], "big")
    end = begin + size
    if end > len(data):
        raise IncompleteError
    return tag, begin, end


def inner(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """An element inside another one that ends at `end`; it must not reach beyond."""
    try:
        tag, begin, stop = header(data, at)
    except IncompleteError:
        raise MalformedError("an element is cut off") from None
    if stop > end:
        raise MalformedError("an element is longer than the one around it")
    return tag, begin, stop


def number(data: bytes, begin: int, end: int) -> int:
    """The value of an INTEGER or ENUMERATED."""
    if begin == end:
        raise MalformedError("a number without bytes")
    return int.from_bytes(data[begin:end], "big", signed=True)
