"""Many requests on one connection without waiting for each answer in between.

It borrows the socket of a logged-in ldap3 connection, which must be idle. A server may work on
several requests of one connection at a time (RFC 4511, 3.1), so nothing in one exchange may
need something else in it.
"""

from collections.abc import Iterable, Iterator
from itertools import islice, repeat
from ssl import SSLError
from typing import Any

from provisioning.directory.codec import answers, requests
from provisioning.directory.codec.answers import Message
from provisioning.directory.codec.ber import IncompleteError, MalformedError

WINDOW = 64
"""Requests on their way at a time: more bring nothing (measured), and leave more in doubt."""
_CHUNK = 1 << 18
_DISCONNECTION = 0
"""The number of the message in which a server says that it closes (RFC 4511, 4.4.1)."""


class LostError(Exception):
    """The connection is of no use any more."""


class Pipeline:
    """Sends encoded operations over the socket of `connection` and reads the answers."""

    def __init__(self, connection: Any, timeout: float) -> None:
        """`timeout`: seconds until the next bytes must come."""
        self._server, self._socket = connection.server, connection.socket
        self._timeout = timeout
        self._waiting = b""

    def exchange(self, operations: Iterable[bytes], controls: bytes = b"") -> list[Message | None]:
        """The answer to each operation; None for those that got none before the connection broke,
        and for those not sent by then.

        Whether an operation without an answer was done, only a read can tell. Operations are
        taken, and so may be encoded, while the server is at work on those before.
        """
        found: list[Message | None] = []
        places: dict[int, int] = {}
        waiting = iter(operations)
        try:
            self._socket.settimeout(self._timeout)
            while True:
                # Half a window at a time: one by one is a packet and a wake-up for each.
                room = WINDOW - len(places) if len(places) <= WINDOW // 2 else 0
                if part := list(islice(waiting, room)):
                    numbers = [self._server.next_message_id() for _one in part]
                    places |= {number: len(found) + n for n, number in enumerate(numbers)}
                    found += [None] * len(part)
                    messages = map(requests.message, numbers, part, repeat(controls))
                    self._socket.sendall(b"".join(messages))
                if not places:
                    break
                for message in self._received():
                    place = places.pop(message.number, None)
                    if place is None:
                        raise LostError(_farewell(message))
                    found[place] = message
        except (LostError, MalformedError, OSError, SSLError):
            pass
        finally:
            self._restore()
        return found + [None for _one in waiting]

    def ask(self, operation: bytes, controls: bytes) -> int:
        """Send a search; `answers_to` the number reads what comes. Raises LostError."""
        number: int = self._server.next_message_id()
        try:
            self._socket.settimeout(self._timeout)
            self._socket.sendall(requests.message(number, operation, controls))
        except (OSError, SSLError) as error:
            raise LostError(_reason(error)) from error
        finally:
            self._restore()
        return number

    def answers_to(self, number: int) -> list[Message]:
        """Every message that answers a search, the SearchResultDone last.

        Raises LostError when the end did not come.
        """
        found: list[Message] = []
        try:
            self._socket.settimeout(self._timeout)
            while not found or found[-1].tag != answers.SEARCH_DONE:
                for message in self._received():
                    if message.number != number:
                        raise LostError(_farewell(message))
                    found.append(message)
        except (MalformedError, OSError, SSLError) as error:
            raise LostError(_reason(error)) from error
        finally:
            self._restore()
        return found

    def _received(self) -> Iterator[Message]:
        """The whole messages that have come by now, at least one; those before a broken one too."""
        came = False
        while not came:
            data = self._socket.recv(_CHUNK)
            if not data:
                raise LostError("the server closed the connection")
            whole, at = self._waiting + data, 0
            try:
                while at < len(whole):
                    message, at = answers.read_message(whole, at)
                    came = True
                    yield message
            except IncompleteError:
                pass
            self._waiting = whole[at:]

    def _restore(self) -> None:
        """ldap3 expects a socket that waits as long as the system lets it."""
        if self._socket.fileno() >= 0:
            self._socket.settimeout(None)


def _reason(error: Exception) -> str:
    return str(error) or type(error).__name__


def _farewell(message: Message) -> str:
    if message.number == _DISCONNECTION:
        return answers.result(message).text or "the server closed the connection"
    return f"an answer to nothing that was asked ({message.number})"
