"""Requests as bytes (RFC 4511, 4.5 to 4.9): what a directory is sent in masses."""

from collections.abc import Iterable, Mapping, Sequence

from provisioning.directory.codec.ber import (
    ENUMERATED,
    SEQUENCE,
    SET,
    boolean,
    integer,
    octets,
    tlv,
)

_MODIFY, _ADD, _DELETE, _MODIFY_DN = 0x66, 0x68, 0x4A, 0x6C
_CONTROLS, _NEW_SUPERIOR = 0xA0, 0x80
_VERBS = {"add": 0, "delete": 1, "replace": 2}
Value = str | bytes


def message(number: int, operation: bytes, controls: bytes = b"") -> bytes:
    """The envelope (4.1.1) of an operation; `controls` are encoded ones, one after the other."""
    parts = integer(number) + operation
    if controls:
        parts += tlv(_CONTROLS, controls)
    return tlv(SEQUENCE, parts)


def control(oid: str, value: bytes, *, critical: bool) -> bytes:
    """A control (4.1.11) with its value already encoded."""
    return tlv(SEQUENCE, octets(oid) + (boolean(True) if critical else b"") + octets(value))


def add(dn: str, attributes: Mapping[str, Sequence[Value]]) -> bytes:
    """Make an entry (4.7)."""
    parts = b"".join([_attribute(name, values) for name, values in attributes.items()])
    return tlv(_ADD, octets(dn) + tlv(SEQUENCE, parts))


def modify(dn: str, changes: Iterable[tuple[str, str, Sequence[Value]]]) -> bytes:
    """Change values (4.6): (``add``, ``delete`` or ``replace``, attribute, values), all or none."""
    parts = b"".join(
        [
            tlv(SEQUENCE, integer(_VERBS[verb], ENUMERATED) + _attribute(name, values))
            for verb, name, values in changes
        ]
    )
    return tlv(_MODIFY, octets(dn) + tlv(SEQUENCE, parts))


def move(dn: str, name: str, parent: str) -> bytes:
    """Give an entry a new first part and a new parent (4.9); its old name goes."""
    return tlv(
        _MODIFY_DN, octets(dn) + octets(name) + boolean(True) + tlv(_NEW_SUPERIOR, parent.encode())
    )


def delete(dn: str) -> bytes:
    """Remove an entry (4.8)."""
    return tlv(_DELETE, dn.encode())


def paged(size: int, cookie: bytes) -> bytes:
    """The value of the control that asks for a page (RFC 2696)."""
    return tlv(SEQUENCE, integer(size) + octets(cookie))


def _attribute(name: str, values: Sequence[Value]) -> bytes:
    return tlv(SEQUENCE, octets(name) + tlv(SET, b"".join([octets(value) for value in values])))
