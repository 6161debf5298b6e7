"""Our bytes are those of pyasn1 with ldap3's definitions of RFC 4511, both ways."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ldap3.protocol import rfc4511
from ldap3.protocol.rfc2696 import RealSearchControlValue
from pyasn1.codec.ber import decoder, encoder
from pyasn1.type.univ import OctetString

from provisioning.directory.codec import answers, requests
from provisioning.directory.codec.ber import (
    IncompleteError,
    MalformedError,
    header,
    integer,
    number,
    tlv,
)

TEXT = st.text(max_size=200)
NAME = st.text(alphabet="abcdefghijklmnopqrstuvwxyz;-0123456789", min_size=1, max_size=20)
VALUES = st.lists(st.one_of(TEXT, st.binary(max_size=300)), min_size=1, max_size=5)
ATTRIBUTES = st.dictionaries(NAME, VALUES, min_size=1, max_size=6)
EDITS = st.lists(st.tuples(st.sampled_from(["add", "delete", "replace"]), NAME, VALUES), max_size=5)
NUMBER = st.integers(1, 2**31 - 1)


def as_bytes(value: str | bytes) -> bytes:
    return value.encode() if isinstance(value, str) else value


def theirs(number_: int, name: str, operation: Any) -> bytes:
    """The message as pyasn1 encodes it."""
    whole = rfc4511.LDAPMessage()
    whole["messageID"] = rfc4511.MessageID(number_)
    whole["protocolOp"] = rfc4511.ProtocolOp().setComponentByName(name, operation)
    encoded: bytes = encoder.encode(whole)
    return encoded


def read_back(message: bytes) -> Any:
    """The message as pyasn1 reads it."""
    whole, rest = decoder.decode(message, asn1Spec=rfc4511.LDAPMessage())
    assert rest == b""
    return whole


def values_of(values: list[Any]) -> Any:
    several = rfc4511.Vals()
    for at, value in enumerate(values):
        several[at] = rfc4511.AttributeValue(as_bytes(value))
    return several


@given(NUMBER, TEXT, ATTRIBUTES)
def test_an_add(number_: int, dn: str, attributes: dict[str, list[Any]]) -> None:
    request = rfc4511.AddRequest()
    request["entry"] = rfc4511.LDAPDN(dn.encode())
    listed = rfc4511.AttributeList()
    for at, (name, values) in enumerate(attributes.items()):
        one = rfc4511.Attribute()
        one["type"] = rfc4511.AttributeDescription(name)
        one["vals"] = values_of(values)
        listed[at] = one
    request["attributes"] = listed
    expected = theirs(number_, "addRequest", request)
    assert requests.message(number_, requests.add(dn, attributes)) == expected


@given(NUMBER, TEXT, EDITS)
def test_a_modify(number_: int, dn: str, edits: list[tuple[str, str, list[Any]]]) -> None:
    request = rfc4511.ModifyRequest()
    request["object"] = rfc4511.LDAPDN(dn.encode())
    changes = rfc4511.Changes()
    for at, (verb, name, values) in enumerate(edits):
        part = rfc4511.PartialAttribute()
        part["type"] = rfc4511.AttributeDescription(name)
        part["vals"] = values_of(values)
        one = rfc4511.Change()
        one["operation"] = rfc4511.Operation(verb)
        one["modification"] = part
        changes[at] = one
    request["changes"] = changes
    expected = theirs(number_, "modifyRequest", request)
    assert requests.message(number_, requests.modify(dn, edits)) == expected


@given(NUMBER, TEXT, TEXT, TEXT)
def test_a_move_and_a_delete(number_: int, dn: str, name: str, parent: str) -> None:
    request = rfc4511.ModifyDNRequest()
    request["entry"] = rfc4511.LDAPDN(dn.encode())
    request["newrdn"] = rfc4511.RelativeLDAPDN(name.encode())
    request["deleteoldrdn"] = rfc4511.DeleteOldRDN(True)
    request["newSuperior"] = rfc4511.NewSuperior(parent.encode())
    expected = theirs(number_, "modDNRequest", request)
    ours = requests.message(number_, requests.move(dn, name, parent))
    # LDAP has one way to say true (RFC 4511, 5.1), pyasn1 has another
    assert read_back(ours) == read_back(expected)
    assert len(ours) == len(expected)
    removal = theirs(number_, "delRequest", rfc4511.DelRequest(dn.encode()))
    assert requests.message(number_, requests.delete(dn)) == removal


@given(st.integers(0, 2**31 - 1), st.binary(max_size=300))
def test_a_page_is_asked_for_and_its_cookie_read(size: int, cookie: bytes) -> None:
    value = RealSearchControlValue()
    value["size"] = size
    value["cookie"] = OctetString(cookie)
    assert requests.paged(size, cookie) == encoder.encode(value)
    assert answers.page_cookie(encoder.encode(value)) == cookie


@given(st.integers(-(2**40), 2**40))
def test_numbers(value: int) -> None:
    encoded = integer(value)
    _tag, begin, end = header(encoded, 0)
    assert (number(encoded, begin, end), end) == (value, len(encoded))


@given(NUMBER, TEXT, ATTRIBUTES)
def test_a_found_entry(number_: int, dn: str, attributes: dict[str, list[Any]]) -> None:
    found = rfc4511.SearchResultEntry()
    found["object"] = rfc4511.LDAPDN(dn.encode())
    listed = rfc4511.PartialAttributeList()
    for at, (name, values) in enumerate(attributes.items()):
        one = rfc4511.PartialAttribute()
        one["type"] = rfc4511.AttributeDescription(name)
        one["vals"] = values_of(values)
        listed[at] = one
    found["attributes"] = listed
    message, end = answers.read_message(theirs(number_, "searchResEntry", found))
    assert (message.number, end) == (number_, len(message.data))
    expected = {name: tuple(map(as_bytes, values)) for name, values in attributes.items()}
    assert answers.entry(message) == (dn, expected)


@given(st.sampled_from([0, 19, 68]), TEXT, TEXT)
def test_a_result(code: int, matched: str, text: str) -> None:
    done = rfc4511.AddResponse()
    done["resultCode"] = rfc4511.ResultCode(code)
    done["matchedDN"] = rfc4511.LDAPDN(matched.encode())
    done["diagnosticMessage"] = rfc4511.LDAPString(text.encode())
    message, _end = answers.read_message(theirs(7, "addResponse", done))
    assert answers.result(message) == (code, text)
    assert answers.controls(message) == {}


@given(st.dictionaries(NAME, st.binary(min_size=1, max_size=200), max_size=3), st.booleans())
def test_controls_come_back(given_: dict[str, bytes], critical: bool) -> None:
    encoded = b"".join(requests.control(o, v, critical=critical) for o, v in given_.items())
    done = b"\x69\x07\x0a\x01\x00\x04\x00\x04\x00"
    message, _end = answers.read_message(requests.message(3, done, encoded))
    assert answers.controls(message) == given_


WHOLE = requests.message(
    5,
    tlv(0x64, b"\x04\x04cn=a" + tlv(0x30, requests.add("x", {"sn": ["Ä", b"\x00"]})[5:])),
    requests.control("1.2", b"x" * 200, critical=True),
)


@settings(max_examples=500)
@given(st.data())
def test_broken_bytes_are_told_and_break_nothing(data: st.DataObject) -> None:
    broken = bytearray(WHOLE)
    for _time in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at] = data.draw(st.integers(0, 255))
    del broken[data.draw(st.integers(1, len(broken))) :]
    try:
        message, _end = answers.read_message(bytes(broken))
        answers.controls(message)
        answers.entry(message)
        answers.result(message)
    except (MalformedError, IncompleteError):
        pass


@pytest.mark.parametrize("cut", range(len(WHOLE)))
def test_a_message_that_is_not_all_there_is_waited_for(cut: int) -> None:
    with pytest.raises(IncompleteError):
        answers.read_message(WHOLE[:cut])
