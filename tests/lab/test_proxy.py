"""The proxy counts every byte and does its harm at exactly the byte that was asked for."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from provisioning.lab.proxy import Direction, Proxy, kill_process


class Echo:
    """A server that answers each byte twice and remembers what it got."""

    def __init__(self) -> None:
        self.received = b""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            with connection:
                while piece := connection.recv(1000):
                    self.received += piece
                    connection.sendall(b"".join(bytes([byte]) * 2 for byte in piece))

    def end(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()


@pytest.fixture
def echo() -> Iterator[Echo]:
    server = Echo()
    yield server
    server.end()


def talk(port: int, text: bytes) -> bytes:
    """Send all, say that it is all, and return everything that comes back."""
    with socket.create_connection(("127.0.0.1", port), 10) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(1000):
            answer += piece
        return answer


def test_everything_passes_and_is_counted_over_all_connections(echo: Echo) -> None:
    with Proxy(echo.port) as proxy:
        assert talk(proxy.port, b"abc") == b"aabbcc"
        assert talk(proxy.port, b"x" * 100_000) == b"x" * 200_000
        assert proxy.count(Direction.REQUEST) == 100_003
        assert proxy.count(Direction.ANSWER) == 200_006
        assert not proxy.fired.is_set()


@pytest.mark.parametrize("byte", [1, 2, 5])
def test_cuts_before_a_request_byte(echo: Echo, byte: int) -> None:
    with Proxy(echo.port) as proxy:
        proxy.arm(Direction.REQUEST, byte)
        talk(proxy.port, b"abcde")
        assert proxy.fired.is_set()
        assert talk(proxy.port, b"next") == b"nneexxtt"  # later connections are served
    assert echo.received == b"abcde"[: byte - 1] + b"next"


@pytest.mark.parametrize("byte", [1, 2, 10])
def test_cuts_before_an_answer_byte_that_the_server_has_sent(echo: Echo, byte: int) -> None:
    with Proxy(echo.port) as proxy:
        proxy.arm(Direction.ANSWER, byte)
        assert talk(proxy.port, b"abcde") == b"aabbccddee"[: byte - 1]
        assert proxy.fired.is_set()
    assert echo.received == b"abcde"


def test_a_byte_that_never_comes_does_no_harm(echo: Echo) -> None:
    with Proxy(echo.port) as proxy:
        proxy.arm(Direction.REQUEST, 6)
        assert talk(proxy.port, b"abcde") == b"aabbccddee"
        assert not proxy.fired.is_set()
        assert talk(proxy.port, b"f") == b""
        assert proxy.fired.is_set()


def test_a_fault_can_be_taken_back(echo: Echo) -> None:
    with Proxy(echo.port) as proxy:
        proxy.arm(Direction.REQUEST, 1)
        proxy.disarm()
        assert talk(proxy.port, b"a") == b"aa"


@pytest.mark.parametrize(
    ("direction", "byte", "seen_by_server"),
    [(Direction.REQUEST, 3, b"ab"), (Direction.ANSWER, 3, b"abcde")],
)
def test_action_runs_between_the_last_byte_and_the_cut(
    echo: Echo, direction: Direction, byte: int, seen_by_server: bytes
) -> None:
    seen: list[int] = []
    with Proxy(echo.port) as proxy:
        proxy.arm(direction, byte, lambda: seen.append(proxy.count(direction)))
        talk(proxy.port, b"abcde")
    assert seen == [5 if direction is Direction.REQUEST else 10]
    assert echo.received == seen_by_server


def test_kills_a_process_before_it_can_send_or_see_the_byte(echo: Echo) -> None:
    client = (
        "import socket, sys\n"
        "s = socket.create_connection(('127.0.0.1', int(sys.argv[1])))\n"
        "while True:\n s.sendall(b'a'); print(s.recv(2).decode(), flush=True)\n"
    )
    found: list[subprocess.Popen[str]] = []
    started = threading.Event()

    def kill_the_client() -> None:
        started.wait(10)
        kill_process(found[0].pid)

    with Proxy(echo.port) as proxy:
        proxy.arm(Direction.ANSWER, 7, kill_the_client)
        argv = [sys.executable, "-c", client, str(proxy.port)]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
            found.append(process)
            started.set()
            said, _errors = process.communicate(timeout=20)
        assert proxy.fired.wait(10)  # the process is dead a moment before its connection is cut
    assert process.returncode == -signal.SIGKILL
    assert said.split() == ["aa", "aa", "aa"]
    assert echo.received == b"aaaa"


def test_killing_waits_for_the_end_and_a_dead_process_is_fine() -> None:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    kill_process(process.pid)
    ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    assert ended is not None
    assert process.wait() == -signal.SIGKILL
    kill_process(process.pid)


def test_delay_holds_both_directions_back_and_leaving_does_not_wait_for_it(echo: Echo) -> None:
    with Proxy(echo.port, delay=3600) as proxy:
        connection = socket.create_connection(("127.0.0.1", proxy.port), 10)
        connection.sendall(b"abc")
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(10)
        assert echo.received == b""
    connection.close()


def test_a_dead_server_looks_dead() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with Proxy(port) as proxy:
        assert talk(proxy.port, b"") == b""
