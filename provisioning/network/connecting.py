"""Opening an SSH connection to a switch: first the pinned host key, and only then a password.

netmiko accepts any host key by default. Here every connection gets a known_hosts file that holds
the one pinned key and refuses all others. Paramiko checks the key before it authenticates; netmiko
reports a wrong one as a time-out, which is told apart here.

SwitchError                    what all of these are
├── HostKeyError               another key than the pinned one, or none pinned: never a retry
├── LoginError                 user name, password or enable secret refused: never a retry
└── NoAnswerError              no connection or no answer in time; may be tried once more
"""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from inventory.errors import SchoolnetError, UnreachableError
from inventory.messages import Message, _, say
from inventory.records import Switch
from provisioning.network.platforms.base import Platform
from provisioning.network.settings import Login, NetworkSettings

_ATTEMPTS = 2


class SwitchError(SchoolnetError):
    """Something went wrong between us and one switch."""


class HostKeyError(SwitchError):
    """The switch shows another host key than the pinned one, or none is pinned."""


class LoginError(SwitchError):
    """The switch refuses the user name, the password or the enable secret."""


class NoAnswerError(SwitchError, UnreachableError):
    """No connection, no answer in time, or the connection was lost."""


def connect(switch: Switch, platform: Platform, login: Login, settings: NetworkSettings) -> Any:
    """A netmiko connection with full rights, before any configuration mode.

    Raises SwitchError. A connection that does not come about is tried once more; a wrong host
    key or a refused login never is, because every try could lock the account.
    """
    if not switch.host_key:
        raise HostKeyError(
            _(
                "{switch} has no pinned host key, so no password is sent to it. Compare its key "
                "at the console (`show ip ssh`) and enter it in the switch record."
            ),
            switch=switch.name,
        )
    time.sleep(random.uniform(0, settings.start_spread))  # noqa: S311 - spreads load, no secret
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return _connect_once(switch, platform, login, settings)
        except NoAnswerError:
            if attempt == _ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


def _connect_once(
    switch: Switch, platform: Platform, login: Login, settings: NetworkSettings
) -> Any:
    from netmiko import ConnectHandler
    from netmiko.exceptions import NetmikoAuthenticationException, NetmikoBaseException
    from paramiko.ssh_exception import SSHException

    with _known_hosts(switch) as known_hosts:
        try:
            connection = ConnectHandler(
                device_type=platform.device_type,
                host=switch.address,
                port=switch.port,
                username=login.username,
                password=login.password.get_secret_value(),
                ssh_strict=True,
                alt_host_keys=True,
                alt_key_file=str(known_hosts),
                fast_cli=True,
                conn_timeout=settings.connect_timeout,
                auth_timeout=settings.login_timeout,
                banner_timeout=settings.banner_timeout,
            )
        except NetmikoAuthenticationException as error:
            raise LoginError(_refused(switch)) from error
        except (SSHException, NetmikoBaseException, OSError, EOFError, ValueError) as error:
            raise _connection_error(switch, error) from error
    try:
        _become_privileged(connection, switch, platform, login, settings)
    except BaseException:
        connection.paramiko_cleanup()  # no farewell: it may be waiting for another password
        raise
    return connection


@contextmanager
def _known_hosts(switch: Switch) -> Iterator[Path]:
    """A known_hosts file with the one pinned key, as long as the connection is being made."""
    host = switch.address if switch.port == 22 else f"[{switch.address}]:{switch.port}"
    with tempfile.TemporaryDirectory(prefix="schoolnet-") as folder:
        path = Path(folder) / "known_hosts"
        path.write_text(f"{host} {' '.join(switch.host_key.split()[:2])}\n")
        yield path


def _become_privileged(
    connection: Any, switch: Switch, platform: Platform, login: Login, settings: NetworkSettings
) -> None:
    from netmiko.exceptions import NetmikoBaseException

    try:
        if not platform.config_mode or connection.check_enable_mode():
            return
        if login.enable is None:
            raise LoginError(
                _(
                    "{switch} lets {user} in without full rights, and credential {credential} "
                    "has no enable secret. Add `enable` to [network.credentials.{credential}]."
                ),
                switch=switch.name,
                user=login.username,
                credential=switch.credential,
            )
        if not _enabled(connection, login.enable, settings.login_timeout):
            raise LoginError(
                _(
                    "{switch} refuses the enable secret of credential {credential}. It was sent "
                    "once and is not tried again; correct it in the secret store."
                ),
                switch=switch.name,
                credential=switch.credential,
            )
    except (NetmikoBaseException, OSError, EOFError) as error:
        raise lost(switch) from error


def _enabled(connection: Any, secret: SecretStr, timeout: float) -> bool:
    """Send the enable secret once; True when it was taken.

    netmiko does not notice that a switch asks again, waits, and ends with a time-out.
    """
    prompt = r"[>#]\s*$"
    connection.write_channel(f"enable{connection.RETURN}")
    connection.read_until_pattern("enable", read_timeout=timeout)  # prompts before it are old
    output = connection.read_until_pattern(rf"(?i:password:)|{prompt}", read_timeout=timeout)
    if not output.rstrip().endswith("#"):
        connection.write_channel(secret.get_secret_value() + connection.RETURN)
        output = connection.read_until_pattern(rf"(?i:password:)|%|{prompt}", read_timeout=timeout)
    return bool(output.rstrip().endswith("#"))


def _refused(switch: Switch) -> Message:
    return say(
        _(
            "{switch} refuses user name or password of credential {credential}. They were sent "
            "once and are not tried again; correct them in the secret store."
        ),
        switch=switch.name,
        credential=switch.credential,
    )


def lost(switch: Switch) -> NoAnswerError:
    """The error for a connection that broke after it stood."""
    return NoAnswerError(
        _("The connection to {switch} was lost, or it does not answer any more. Try again later."),
        switch=switch.name,
    )


def _connection_error(switch: Switch, error: BaseException) -> SwitchError:
    """What a failed connection means. netmiko keeps the cause only as the exception's context."""
    from paramiko.ssh_exception import BadHostKeyException, IncompatiblePeer

    for cause in _causes(error):
        if isinstance(cause, BadHostKeyException) or "not found in known_hosts" in str(cause):
            return HostKeyError(
                _(
                    "{switch} shows another host key than the pinned one. No password was sent. "
                    "Was the switch replaced? Compare the key at its console (`show ip ssh`), "
                    "then enter the new one in the switch record."
                ),
                switch=switch.name,
            )
        if isinstance(cause, IncompatiblePeer):
            return SwitchError(
                _(
                    "{switch} offers only old SSH algorithms that the library has dropped. "
                    "Update its firmware, or install netmiko with the extra par4."
                ),
                switch=switch.name,
            )
    return NoAnswerError(
        _(
            "{switch} does not answer on {address}, port {port}. Check power, cable and the "
            "address in the switch record."
        ),
        switch=switch.name,
        address=switch.address,
        port=switch.port,
    )


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
