"""A private OpenLDAP server: own folder, own CA, own secrets, 127.0.0.1, no service, no root.

It is a real slapd under the access rules of a careful directory (see `slapd_config`). A caller
that wants the server's folder in order after SIGTERM turns the signal into an exception; the
folder is never removed.
"""

import base64
import hashlib
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from pydantic import SecretStr

from inventory.errors import UnreachableError
from inventory.messages import _
from provisioning.lab.certificates import issue_certificate, write_private
from provisioning.lab.server_process import ServerProcess, answers, is_free
from provisioning.lab.slapd_config import CONFIG, SEED
from provisioning.lab.slapd_install import find_modules, find_schemas, prepare_program
from provisioning.lab.slapd_log import Write, read_writes

if TYPE_CHECKING:
    from ldap3 import Connection

_FOUND_SECONDS = 20
_MAX_BYTES = 8 << 30
"""Room for several 100,000 entries; the file is sparse and grows with its content."""


class Slapd:
    """The server. `start` may follow `stop` or `kill`: same ports, same data."""

    base = "dc=example,dc=org"
    admin_dn = f"cn=admin,{base}"
    sync_dn = f"cn=sync,ou=services,{base}"
    reader_dn = f"cn=reader,ou=services,{base}"

    def __init__(self, folder: Path) -> None:
        """Found a new directory in the new or empty `folder`; start nothing yet.

        Raises UsageError with the command to type when slapd is not installed.
        """
        self.folder = folder.resolve()
        self.port = _free_port()
        self.ldaps_port = _free_port()
        self.admin_password = SecretStr(secrets.token_urlsafe(18))
        self.sync_password = SecretStr(secrets.token_urlsafe(18))
        self.reader_password = SecretStr(secrets.token_urlsafe(18))
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._program = prepare_program(self.folder)
        self._found()
        urls = f"ldap://127.0.0.1:{self.port}/ ldaps://127.0.0.1:{self.ldaps_port}/"
        # -d keeps it in the foreground (slapd(8))
        argv = [self._program, "-f", "slapd.conf", "-h", urls, "-d", "0"]
        self._process = ServerProcess(argv, self.folder, self.folder / "slapd.log")

    @property
    def url(self) -> str:
        """The address for StartTLS; plain binds are refused there."""
        return f"ldap://localhost:{self.port}"

    @property
    def ldaps_url(self) -> str:
        """The address for LDAPS."""
        return f"ldaps://localhost:{self.ldaps_port}"

    @property
    def ca_file(self) -> Path:
        """The certificate of the only CA that vouches for this server."""
        return self.folder / "ca.pem"

    @property
    def sync_password_file(self) -> Path:
        """The sync account's password as a 0600 file, for a ``file:`` secret reference."""
        return self.folder / "sync.secret"

    @property
    def reader_password_file(self) -> Path:
        """The reading account's password as a 0600 file, for a ``file:`` secret reference."""
        return self.folder / "reader.secret"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Return when both ports answer. Raises UnreachableError with slapd's own words."""
        pid_file = self.folder / "slapd.pid"
        pid_file.unlink(missing_ok=True)
        # the pid file is written once both ports are bound: another's port is never taken for ours
        ports = (self.port, self.ldaps_port)
        self._process.start(
            lambda: pid_file.exists() and all(answers("127.0.0.1", port) for port in ports)
        )

    def stop(self) -> None:
        """End the server in good order; do nothing when it does not run."""
        self._process.stop()

    def kill(self) -> None:
        """End the server at once (SIGKILL), as a crash would."""
        self._process.kill()

    def pause(self) -> None:
        """Stop the server's clock (SIGSTOP): connections stay open and nothing answers."""
        self._process.pause()

    def resume(self) -> None:
        """Let a paused server go on."""
        self._process.resume()

    @contextmanager
    def admin(self) -> "Iterator[Connection]":
        """A connection that may do everything, with errors raised.

        Its DN also owns ``cn=config`` (faults can be set) and ``cn=accesslog``.
        """
        import ssl

        from ldap3 import AUTO_BIND_NO_TLS, NONE, Connection, Server, Tls

        tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(self.ca_file))
        connection = Connection(
            Server("localhost", self.ldaps_port, use_ssl=True, tls=tls, get_info=NONE),
            self.admin_dn,
            self.admin_password.get_secret_value(),
            auto_bind=AUTO_BIND_NO_TLS,
            raise_exceptions=True,
        )
        try:
            yield connection
        finally:
            connection.unbind()

    def writes(self) -> list[Write]:
        """Every write operation since the founding, in order, the refused ones too."""
        with self.admin() as connection:
            return list(read_writes(connection))

    def _found(self) -> None:
        for name in ("db", "accesslog"):
            (self.folder / name).mkdir(mode=0o700)
        issue_certificate(self.folder)
        write_private(self.sync_password_file, self.sync_password.get_secret_value())
        write_private(self.reader_password_file, self.reader_password.get_secret_value())
        names = {
            "base": self.base,
            "dc": self.base.split(",")[0].removeprefix("dc="),
            "admin": self.admin_dn,
            "sync": self.sync_dn,
            "reader": self.reader_dn,
            "admin_hash": _salted_hash(self.admin_password),
            "sync_hash": _salted_hash(self.sync_password),
            "reader_hash": _salted_hash(self.reader_password),
            "schemas": "\n".join(f"include {path}" for path in find_schemas()),
            "modules": str(find_modules()),
            "max_bytes": _MAX_BYTES,
        }
        write_private(self.folder / "slapd.conf", CONFIG.format(**names))
        write_private(self.folder / "seed.ldif", SEED.format(**names))
        # slapadd is slapd in tool mode (slapd(8) -T): so the copy serves as both
        argv = [self._program, "-Tadd", "-q", "-f", "slapd.conf", "-b", self.base]
        done = subprocess.run(  # noqa: S603 - the lab's own program
            [*argv, "-l", "seed.ldif"],
            cwd=self.folder, capture_output=True, text=True, timeout=_FOUND_SECONDS, check=False,
        )  # fmt: skip
        if done.returncode:
            raise UnreachableError(
                _("The lab's directory could not be founded. slapd said: {output}"),
                output=done.stderr.strip(),
            )


def _free_port() -> int:
    """A port below the range from which the kernel serves outgoing connections (32768 on)."""
    while not is_free("127.0.0.1", port := 20000 + secrets.randbelow(12000)):
        pass
    return port


def _salted_hash(password: SecretStr) -> str:
    """{SSHA} (slapd.conf(5), password-hash): what the server's own hashing makes, and fast."""
    salt = secrets.token_bytes(8)
    digest = hashlib.sha1(password.get_secret_value().encode() + salt)  # noqa: S324  # the format
    return "{SSHA}" + base64.b64encode(digest.digest() + salt).decode()
