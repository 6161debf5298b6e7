"""``[network]`` in schoolnet.toml: logins by name, connections and time limits."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field, SecretStr

from inventory.records.base import Frozen
from inventory.references import SecretReference

Seconds = Annotated[float, Field(gt=0, le=600)]


class Credential(Frozen):
    """``[network.credentials.NAME]``: how to log in on the switches whose record says NAME.

    `enable` is for switches that do not let the user in with full rights at once.
    """

    username: str
    password: SecretReference
    enable: SecretReference | None = None


class Login(Frozen):
    """A credential whose secrets are resolved. Lives in memory only."""

    username: str
    password: SecretStr
    enable: SecretStr | None = None


class NetworkSettings(Frozen):
    """`connections` counts all switches at a time, `school_connections` those of one school.

    A school hangs on one uplink and a switch has few VTY lines, so a school gets few. Each
    connection begins after a random part of `start_spread`, so that an AAA server is not hit by
    all of them at once. `configuration_timeout` is for the answers that are long or slow: a
    running-config, saving.
    """

    credentials: Mapping[str, Credential] = {}
    connections: Annotated[int, Field(ge=1, le=30)] = 25
    school_connections: Annotated[int, Field(ge=1, le=10)] = 2
    connect_timeout: Seconds = 20
    login_timeout: Seconds = 20
    banner_timeout: Seconds = 30
    read_timeout: Seconds = 30
    configuration_timeout: Seconds = 60
    start_spread: Annotated[float, Field(ge=0, le=10)] = 1
