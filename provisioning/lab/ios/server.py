"""The SSH side of a lab of emulated switches: one listener and one host key for each."""

import asyncio
import itertools
import socket
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

import asyncssh

from provisioning.lab.ios import (
    config_commands,
    exec_commands,
    interface_commands,
    show_commands,
    show_ports,
)
from provisioning.lab.ios.grammar import Grammar
from provisioning.lab.ios.log import SwitchLog
from provisioning.lab.ios.seed import FaultKind, SwitchSeed
from provisioning.lab.ios.shell import Grammars, Shell
from provisioning.lab.ios.switch import EmulatedSwitch
from provisioning.lab.ios.terminal import Terminal

ADDRESS = "127.0.0.1"
_HOST_KEY = "ssh-ed25519"  # made in under a millisecond, so that 200 switches open in a second

GRAMMARS: Grammars = {
    "exec": Grammar(exec_commands.USER, show_commands.USER, show_ports.USER),
    "enable": Grammar(exec_commands.PRIVILEGED, show_commands.PRIVILEGED, show_ports.USER),
    "config": Grammar(config_commands.GLOBAL),
    "config-vlan": Grammar(config_commands.VLAN),
    "config-if": Grammar(interface_commands.INTERFACE),
    "config-if-range": Grammar(interface_commands.INTERFACE),
    **{mode: Grammar(table) for mode, table in config_commands.block_modes().items()},
}


class _Connection(asyncssh.SSHServer):
    """Log-in to one switch. Logs each attempt, never a password."""

    def __init__(self, listener: "SwitchListener") -> None:
        self._listener = listener
        self._switch = listener.switch
        self._user = ""
        self._connection: asyncssh.SSHServerConnection

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        used_up = len(self._switch.sessions) >= self._switch.seed.vty_lines
        event = "refused" if used_up else "opened"
        self._switch.log.write("connection", event=event)
        if used_up:
            conn.abort()

    def begin_auth(self, username: str) -> bool:
        self._user = username
        if banner := self._switch.banner("login"):
            self._connection.send_auth_banner(f"{banner}\n")
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        seed = self._switch.seed
        right = username == seed.username and password == seed.password.get_secret_value()
        self._switch.log.write(
            "auth", user=username, method="password",
            password_received=bool(password), accepted=right,
        )  # fmt: skip
        return right

    def session_requested(self) -> "_Session":
        return _Session(self._listener, self._user)


class _Session(asyncssh.SSHServerSession[str]):
    """One channel: feeds a terminal and runs a shell on it."""

    def __init__(self, listener: "SwitchListener", user: str) -> None:
        self._listener = listener
        self._switch = listener.switch
        self._terminal = Terminal(self._send, self._switch.link)
        self._shell = Shell(next(listener.numbers), user, self._switch, self._terminal, GRAMMARS)
        self._shell.cut = self._cut
        self._channel: asyncssh.SSHServerChannel[str]
        self._task: asyncio.Task[None]

    def connection_made(self, chan: asyncssh.SSHServerChannel[str]) -> None:
        self._channel = chan
        self._leave = chan.get_connection().close
        self._abort = chan.get_connection().abort

    def pty_requested(self, *_terminal: object) -> bool:
        return True

    def shell_requested(self) -> bool:
        return True

    def session_started(self) -> None:
        self._switch.sessions[self._shell.id] = self._shell
        self._switch.log.write("session", session=self._shell.id, event="opened")
        self._task = self._listener.run(self._live())

    def data_received(self, data: str, _datatype: asyncssh.DataType) -> None:
        self._terminal.feed(data)

    def eof_received(self) -> bool:
        self._terminal.feed(None)
        return False

    def connection_lost(self, _error: Exception | None) -> None:
        self._terminal.feed(None)

    async def _live(self) -> None:
        try:
            await self._shell.run()
        finally:
            del self._switch.sessions[self._shell.id]
            self._switch.log.write(
                "session", session=self._shell.id, mode=self._shell.mode, event="closed"
            )
            self._channel.exit(0)
            self._leave()

    def _send(self, text: str) -> None:
        self._channel.write(text)

    def _cut(self) -> None:
        """End the session at once, even one that waits for lost frames."""
        self._abort()
        self._task.cancel()


class SwitchListener:
    """One switch on its own port."""

    def __init__(self, seed: SwitchSeed, folder: Path, sequence: Iterator[int]) -> None:
        self.log = SwitchLog(folder / f"{seed.name}.jsonl", sequence)
        self.switch = EmulatedSwitch(seed, self.log)
        self.switch.reachability_changed = self._reachability_changed
        self.numbers = itertools.count(1)
        # Bound but never listening: it keeps the port ours while the listener is closed.
        self._port = socket.socket()
        self._port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._port.bind((ADDRESS, 0))
        self.port: int = self._port.getsockname()[1]
        self._key = asyncssh.generate_private_key(_HOST_KEY)
        self._tasks: set[asyncio.Task[None]] = set()
        self._opening = asyncio.Lock()
        self._acceptor: asyncssh.SSHAcceptor | None = None

    @property
    def host_key(self) -> str:
        """The advertised host key in the form of ``known_hosts``."""
        return self._key.export_public_key("openssh").decode().strip()

    def run(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a session, or other work of this switch, beside all others."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def open(self) -> None:
        """Accept connections."""
        key = self._key
        if self.switch.has_fault(FaultKind.OTHER_HOST_KEY):
            key = asyncssh.generate_private_key(_HOST_KEY)
        self._acceptor = await asyncssh.listen(
            ADDRESS,
            self.port,
            server_factory=lambda: _Connection(self),
            server_host_keys=[key],
            line_editor=False,
            reuse_port=True,
            server_version="schoolnet-ios-emulator",
        )

    def close(self) -> None:
        """Accept no more; sessions stay."""
        if self._acceptor is not None:
            self._acceptor.close()
            self._acceptor = None

    async def reopen(self) -> None:
        """Accept as the faults and the management path say now."""
        async with self._opening:
            self.close()
            if self.switch.link.is_set():
                await self.open()

    def _reachability_changed(self) -> None:
        self.run(self.reopen())
