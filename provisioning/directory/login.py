"""Opening an LDAP connection: verified TLS first, then the login, each failure in words."""

import ssl
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from pydantic import SecretStr

from inventory.errors import SettingsError, UsageError
from inventory.messages import _
from provisioning.directory import failures
from provisioning.directory.settings import DirectorySettings


class _VerifiedTls(ldap3.Tls):  # type: ignore[misc]  # ldap3 ships no types
    """TLS with the certificate and the host name checked by Python's ssl module.

    ldap3 2.9.1 checks names by itself, after the handshake, with a copy of a function that was
    taken out of Python; it fails for addresses on 3.13. `failure` keeps the true cause.
    """

    def __init__(self, ca_file: str, host: str) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED)
        self._host = host
        self._context = ssl.create_default_context(cafile=ca_file)
        self.failure: Exception | None = None

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        """Replace the connection's socket by one that speaks TLS."""
        try:
            connection.socket = self._context.wrap_socket(
                connection.socket,
                server_hostname=self._host,
                do_handshake_on_connect=do_handshake,
            )
        except (OSError, ValueError) as error:
            self.failure = error
            raise


def open_tls(settings: DirectorySettings, address: str = "", name: str = "") -> ldap3.Connection:
    """A connection on which TLS is up and nobody is logged in yet.

    With `address` it goes there, to the server called `name`; the certificate must be for the
    host in the settings still.

    Raises UnreachableError, or SettingsError when `ca_file` cannot be used.
    """
    try:
        tls = _VerifiedTls(str(settings.ca_file), settings.host)
    except OSError as error:  # ssl.SSLError is an OSError too
        raise SettingsError(
            _("`ca_file` {path} cannot be used ({reason}). It must hold certificates in PEM form."),
            path=str(settings.ca_file),
            reason=error.strerror or str(error),
        ) from None
    server = ldap3.Server(
        address or settings.host,
        port=settings.port,
        use_ssl=settings.tls_from_start,
        tls=tls,
        get_info=ldap3.NONE,
        mode=ldap3.IP_V4_PREFERRED,
        connect_timeout=settings.connect_timeout,
    )
    connection = ldap3.Connection(
        server,
        auto_referrals=False,
        auto_range=False,
        check_names=False,
        return_empty_attributes=False,
        receive_timeout=settings.receive_timeout,
    )
    try:
        connection.open(read_server_info=False)
        if not settings.tls_from_start:
            connection.start_tls(read_server_info=False)
    except (LDAPException, OSError) as error:
        abandon(connection)
        refusal = (connection.result or {}).get("description")
        if tls.failure is None and refusal not in {None, "success"}:
            raise failures.start_tls_refused(settings, str(refusal)) from None
        raise failures.not_connected(settings, tls.failure or error, name) from None
    if not isinstance(connection.socket, ssl.SSLSocket):
        abandon(connection)
        raise failures.start_tls_refused(settings, "no TLS")
    return connection


def abandon(connection: ldap3.Connection) -> None:
    """Close the socket without another word: the server may not listen any more."""
    if connection.socket is not None:
        connection.socket.close()


def address_of(connection: ldap3.Connection) -> str:
    """Where the server is that this connection leads to."""
    return str(connection.socket.getpeername()[0])


def answer_of(connection: ldap3.Connection) -> tuple[int, str]:
    """Code and words of the last answer: the code's name, and what the server adds."""
    result = connection.result
    words = [str(result["description"]), str(result["message"] or "")]
    return int(result["result"]), ": ".join(word for word in words if word)


def bind(
    settings: DirectorySettings, connection: ldap3.Connection, name: str, password: SecretStr
) -> tuple[int, str]:
    """Log in and return the server's answer.

    Raises UsageError for an empty password: a server would take it for an anonymous login
    (RFC 4513, 5.1.2). UnreachableError when the server does not answer.
    """
    if not password.get_secret_value():
        abandon(connection)
        raise UsageError(
            _("The password of {name} is empty. Check the secret that the settings refer to."),
            name=name,
        )
    try:
        connection.rebind(name, password.get_secret_value(), read_server_info=False)
    except (LDAPException, OSError) as error:
        abandon(connection)
        raise failures.not_connected(settings, error) from None
    finally:
        connection.password = None  # ldap3 keeps it, and shows it in its repr
    return answer_of(connection)
