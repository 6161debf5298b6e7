"""Answers that are no LDAP: the connection counts as lost, and what was told before holds."""

import socket
from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace
from typing import Any

import pytest

from inventory.errors import UnreachableError
from provisioning.directory.codec.ber import integer, tlv
from provisioning.directory.lean import add_all
from provisioning.directory.pin import Pin
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings

SUCCESS = b"\x0a\x01\x00\x04\x00\x04\x00"
SEARCH_DONE = tlv(0x65, SUCCESS)
ADDED, NO_RESULT = tlv(0x69, SUCCESS), tlv(0x69, b"")
ENTRIES = [(f"cn={name},dc=example", {"cn": [name]}) for name in "abc"]
SETTINGS = DirectorySettings.model_validate({
    "url": "ldaps://localhost", "ca_file": "ca.pem", "bind_dn": "cn=sync,dc=example",
    "password": "env:NONE", "base": "ou=schools,dc=example",
})  # fmt: skip


@pytest.fixture
def line() -> Iterator[tuple[Any, socket.socket]]:
    """A connection as ldap3 holds it, and the server's end of it."""
    ours, theirs = socket.socketpair()
    server = SimpleNamespace(next_message_id=count(1).__next__)
    yield SimpleNamespace(server=server, socket=ours, receive_timeout=2), theirs
    ours.close()
    theirs.close()


def message(number: int, operation: bytes) -> bytes:
    return tlv(0x30, integer(number) + operation)


@pytest.mark.parametrize("entry", [b"", b"\x04\x02cn\x05", b"\x04\x02cn\x30\x02\x30\x09"])
def test_a_search_is_lost(line: tuple[Any, socket.socket], entry: bytes) -> None:
    connection, server = line
    server.sendall(message(1, tlv(0x64, entry)) + message(1, SEARCH_DONE))
    found = _Searching(connection)
    with pytest.raises(UnreachableError):
        list(found.search("dc=example", ["cn"]))
    assert found.reopened, "asked once more, as after any loss"


class _Searching(SearchConnection):
    """A connection over one end of a socket, which cannot be opened anew."""

    def __init__(self, connection: Any) -> None:
        self.given, self.reopened = connection, -1
        super().__init__(SETTINGS, "", SETTINGS.password, Pin())  # type: ignore[arg-type]

    def _log_in(self) -> None:
        self.reopened += 1
        self._ldap = self.given


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (message(2, NO_RESULT), [True, False, True]),
        (message(2, ADDED + b"\xa0\x02\x30\x07"), [True, False, True]),
        (b"\x05\x00", [True, False, False]),
    ],
    ids=["no result", "no control", "no message"],
)
def test_good_answers_beside_a_bad_one_count(
    line: tuple[Any, socket.socket], bad: bytes, told: list[bool]
) -> None:
    connection, server = line
    server.sendall(message(1, ADDED) + bad + message(3, ADDED))
    found = add_all(connection, ENTRIES, "")
    assert [one is not None and one.code == 0 for one in found] == told
