"""Talking to one switch: a session that can only show, and one that can configure.

Reading may be tried again; a line of configuration never is. Whatever happens, the configuration
mode is left and the connection closed.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from inventory.errors import SettingsError
from inventory.messages import _
from inventory.records import Switch
from inventory.records.base import Frozen
from provisioning.network.connecting import NoAnswerError, SwitchError, connect, lost
from provisioning.network.platforms.base import Platform
from provisioning.network.redaction import redact
from provisioning.network.settings import Login, NetworkSettings

_POLL_SECONDS = 0.01


class Rejection(Frozen):
    """A line that the switch did not take, and what it said (without secrets)."""

    line: str
    answer: str


OpenShow = Callable[[Switch, Platform], "ShowSession"]
"""Makes a session for reading; raises SettingsError for a credential that the settings lack."""

OpenConfig = Callable[[Switch, Platform], "ConfigSession"]
"""Makes a session for configuring; raises SettingsError likewise."""


class ShowSession:
    """A connection that can run the platform's reading commands, and no other.

    Used as a context manager: it connects on entering (raises SwitchError) and always closes.
    """

    def __init__(
        self, switch: Switch, platform: Platform, login: Login, settings: NetworkSettings
    ) -> None:
        self.switch = switch
        self.platform = platform
        self._login = login
        self._settings = settings
        self._connection: Any = None

    def __enter__(self) -> Self:
        self._connection = connect(self.switch, self.platform, self._login, self._settings)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close()

    def read(self) -> dict[str, str]:
        """The output of every reading command of the platform. Raises NoAnswerError.

        A read that timed out is tried once more over a new connection.
        """
        try:
            return self._read_once()
        except NoAnswerError:
            self._connection = connect(self.switch, self.platform, self._login, self._settings)
            return self._read_once()

    def _read_once(self) -> dict[str, str]:
        timeout = self._settings.configuration_timeout
        return {command: self._run(command, timeout) for command in self.platform.reads}

    def _run(self, line: str, timeout: float) -> str:
        """Send one line; its output without echo and prompt. Raises NoAnswerError."""
        from netmiko.exceptions import NetmikoBaseException

        try:
            self._connection.write_channel(line + self._connection.RETURN)
            output = self._answer(line, timeout)
        except (NetmikoBaseException, OSError, EOFError) as error:
            self._cut()
            raise lost(self.switch) from error
        return output

    def _answer(self, line: str, timeout: float) -> str:
        """What comes between the echo of the line and the next prompt: whole lines.

        netmiko's own loop does not notice that a connection was closed and waits out its time.
        """
        prompt = re.escape(self._connection.base_prompt)
        whole = re.compile(rf"{re.escape(line)}[^\n]*\n(.*\n)?{prompt}[^\n]*[#>$] ?\Z", re.DOTALL)
        deadline = time.monotonic() + timeout
        output = ""
        while True:
            closed = self._connection.remote_conn.closed  # asked first: what came before counts
            output += self._connection.read_channel()
            if match := whole.search(output):
                return match[1] or ""
            if closed or time.monotonic() > deadline:
                raise EOFError
            time.sleep(_POLL_SECONDS)

    def _cut(self) -> None:
        """End a connection that does not answer: no farewell, the switch ends its side itself."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.paramiko_cleanup()

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()


class ConfigSession(ShowSession):
    """A connection that may also configure. Only the executor gets one."""

    @contextmanager
    def configuring(self) -> Iterator[None]:
        """The configuration mode, left again whatever happens; that it is left is checked.

        When leaving fails, or the switch stopped answering, the connection is cut: the switch
        then ends the mode itself. Raises SwitchError.
        """
        if not self.platform.config_mode:
            yield
            return
        self._ask("config_mode")
        try:
            yield
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._connection is not None:
            self._ask("exit_config_mode")

    def _ask(self, method: str) -> None:
        """Let netmiko enter or leave the mode; it looks at the prompt to see that it did."""
        from netmiko.exceptions import NetmikoBaseException

        try:
            getattr(self._connection, method)()
        except ValueError as error:
            self._cut()
            raise SwitchError(
                _(
                    "{switch} does not enter or leave the configuration mode; somebody else may "
                    "hold its lock. Look at the console, then try again."
                ),
                switch=self.switch.name,
            ) from error
        except (NetmikoBaseException, OSError, EOFError) as error:
            self._cut()
            raise lost(self.switch) from error

    def send(self, lines: Sequence[str]) -> Rejection | None:
        """Send a block line by line and stop at the first line that the switch does not take.

        Raises NoAnswerError: then only reading again tells how far it came.
        """
        for line in lines:
            output = self._run(line, self._settings.read_timeout)
            answer = self.platform.rejection(output)
            if answer:
                return Rejection(line=line, answer=redact(answer))
        return None

    def save(self) -> bool:
        """Save the configuration; False when the switch does not say that it did."""
        if not self.platform.save:
            return True
        output = self._run(self.platform.save, self._settings.configuration_timeout)
        return self.platform.saved(output)


def show_sessions(settings: NetworkSettings, logins: Mapping[str, Login]) -> OpenShow:
    """How a planner reaches switches: it can only read. `logins` by credential name."""

    def open_show(switch: Switch, platform: Platform) -> ShowSession:
        return ShowSession(switch, platform, _login_of(switch, logins), settings)

    return open_show


def config_sessions(settings: NetworkSettings, logins: Mapping[str, Login]) -> OpenConfig:
    """How an executor reaches switches. `logins` by credential name."""

    def open_config(switch: Switch, platform: Platform) -> ConfigSession:
        return ConfigSession(switch, platform, _login_of(switch, logins), settings)

    return open_config


def _login_of(switch: Switch, logins: Mapping[str, Login]) -> Login:
    if switch.credential not in logins:
        raise SettingsError(
            _(
                "{switch} names credential '{credential}', which the settings do not have. Add "
                "[network.credentials.{credential}] or correct the switch record."
            ),
            switch=switch.name,
            credential=switch.credential,
        )
    return logins[switch.credential]
