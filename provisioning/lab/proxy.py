"""A TCP proxy on loopback that delays, cuts, and calls (kills) at an exact byte.

It knows no protocol: LDAP, TLS and SSH pass alike. Bytes are counted per direction over all
connections, so that a test measures an undisturbed run first and then draws byte numbers.
"""

import os
import select
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from types import TracebackType
from typing import Self

_CHUNK = 65536
_DEATH_SECONDS = 20


class Direction(StrEnum):
    """Which way bytes go: requests from the client to the server, answers back."""

    REQUEST = "request"
    ANSWER = "answer"


@dataclass(frozen=True)
class _Fault:
    """Byte number `byte` (from 1) of `direction` is not passed on; `action` runs before the cut."""

    direction: Direction
    byte: int
    action: Callable[[], None] | None


class _Link:
    """One connection: two sockets and two threads, each of which carries one direction."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.ends = {Direction.REQUEST: (client, server), Direction.ANSWER: (server, client)}

    def cut(self) -> None:
        """End both halves for both sides; this wakes whoever waits for a byte."""
        for end in self.ends[Direction.REQUEST]:
            with suppress(OSError):  # already gone
                end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Give the sockets back."""
        for end in self.ends[Direction.REQUEST]:
            end.close()


class Proxy:
    """Forwards a port of its own to port `target`, from entering the context to leaving it.

    Both are at `address`, so that a certificate for the server's address is good for ours.
    `delay` (seconds, may be changed at any time) holds back every piece in both directions.
    """

    def __init__(self, target: int, delay: float = 0.0, address: str = "127.0.0.1") -> None:
        self.delay = delay
        self.fired = threading.Event()
        """Set when the armed fault has happened, right before its connection is cut."""
        self._target = (address, target)
        self._listener = socket.create_server((address, 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.RLock()  # an action may ask for the count
        self._counts = dict.fromkeys(Direction, 0)
        self._fault: _Fault | None = None
        self._ending = threading.Event()
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._carriers: dict[_Link, tuple[threading.Thread, ...]] = {}

    def __enter__(self) -> Self:
        self._acceptor.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the acceptor
        self._acceptor.join()
        self._listener.close()
        for link, carriers in self._carriers.items():
            link.cut()
            for carrier in carriers:
                carrier.join()
            link.close()

    def count(self, direction: Direction) -> int:
        """How many bytes have arrived for this direction since the start or the last `arm`."""
        with self._lock:
            return self._counts[direction]

    def arm(
        self, direction: Direction, byte: int, action: Callable[[], None] | None = None
    ) -> None:
        """Count anew, and withhold byte number `byte` (from 1) and what follows it.

        All bytes before it are passed on first. When it arrives, `action` is called while
        nothing else passes, then its connection is cut. Once: later connections are served.
        REQUEST: the server never sees the byte. ANSWER: the server has sent it, the client
        never gets it.
        """
        with self._lock:
            self._counts = dict.fromkeys(Direction, 0)
            self._fault = _Fault(direction, byte, action)
            self.fired.clear()

    def lead_to(self, target: int, address: str) -> None:
        """Let new connections go to another server, as a name does that stands for several."""
        self._target = (address, target)

    def disarm(self) -> None:
        """Take back a fault that has not happened."""
        with self._lock:
            self._fault = None

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:  # the listener was shut
                return
            try:
                server = socket.create_connection(self._target)
            except OSError:
                client.close()  # what the client would see of a dead server
                continue
            self._forget_ended()
            link = _Link(client, server)
            carriers = tuple(
                threading.Thread(target=self._carry, args=(link, direction), daemon=True)
                for direction in Direction
            )
            self._carriers[link] = carriers
            for carrier in carriers:
                carrier.start()

    def _forget_ended(self) -> None:
        for link, carriers in list(self._carriers.items()):
            if not any(carrier.is_alive() for carrier in carriers):
                link.close()
                del self._carriers[link]

    def _carry(self, link: _Link, direction: Direction) -> None:
        source, sink = link.ends[direction]
        try:
            while piece := source.recv(_CHUNK):
                if self.delay:
                    self._ending.wait(self.delay)
                passing, fault = self._admit(direction, len(piece))
                sink.sendall(piece[:passing])
                if fault is not None:
                    self._happen(fault, link)
                    return
            with self._lock:  # an end is not passed on either while an action is under way
                sink.shutdown(socket.SHUT_WR)
        except OSError:  # one side is gone, so is the connection
            with self._lock:
                link.cut()

    def _admit(self, direction: Direction, size: int) -> tuple[int, _Fault | None]:
        """How many of these bytes may pass, and the fault that stops the rest."""
        with self._lock:
            before = self._counts[direction]
            self._counts[direction] = before + size
            fault = self._fault
            if fault is None or fault.direction != direction or before + size < fault.byte:
                return size, None
            self._fault = None
            return fault.byte - 1 - before, fault

    def _happen(self, fault: _Fault, link: _Link) -> None:
        with self._lock:  # whoever wants to pass meanwhile waits to be counted
            try:
                if fault.action is not None:
                    fault.action()
            finally:
                self.fired.set()  # first, so that whoever sees the cut sees this too
                link.cut()


def kill_process(pid: int) -> None:
    """SIGKILL, and return when the process does nothing any more (pidfd_open(2)).

    A process that has already ended is fine. Raises TimeoutError when it does not die.
    """
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        if not select.select([handle], [], [], _DEATH_SECONDS)[0]:
            raise TimeoutError(f"process {pid} did not die within {_DEATH_SECONDS} seconds")
    finally:
        os.close(handle)
