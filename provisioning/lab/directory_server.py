"""What the lab's two directory servers have in common: a folder, two accounts, and a process."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from pydantic import SecretStr

from provisioning.lab.server_process import ServerProcess

if TYPE_CHECKING:
    from ldap3 import Connection


class DirectoryServer(ABC):
    """The server. `start` may follow `stop` or `kill`: same address, same data."""

    base: ClassVar[str]
    admin_dn: ClassVar[str]
    sync_dn: ClassVar[str]
    reader_dn: ClassVar[str]
    host: ClassVar[str]
    """The name that its certificate is for."""
    folder: Path
    address: str
    port: int
    """Where StartTLS is offered."""
    ldaps_port: int
    _process: ServerProcess

    @property
    @abstractmethod
    def url(self) -> str:
        """The address for StartTLS; plain binds are refused there."""

    @property
    @abstractmethod
    def ldaps_url(self) -> str:
        """The address for LDAPS."""

    @property
    def ca_file(self) -> Path:
        """The certificate of the only CA that vouches for this server."""
        return self.folder / "ca.pem"

    @property
    def admin_password(self) -> SecretStr:
        """What the administrator logs in with."""
        return SecretStr((self.folder / "admin.secret").read_text())

    @property
    def sync_password(self) -> SecretStr:
        """What the sync account logs in with."""
        return SecretStr(self.sync_password_file.read_text())

    @property
    def sync_password_file(self) -> Path:
        """The sync account's password as a 0600 file, for a ``file:`` secret reference."""
        return self.folder / "sync.secret"

    @property
    def reader_password(self) -> SecretStr:
        """What the reading account logs in with."""
        return SecretStr(self.reader_password_file.read_text())

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

    @abstractmethod
    def start(self) -> None:
        """Return when its ports answer. Raises UnreachableError with the server's own words."""

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
        """A connection that may do everything, with errors raised."""
        import ssl

        from ldap3 import AUTO_BIND_NO_TLS, NONE, Connection, Server, Tls

        tls = Tls(
            validate=ssl.CERT_REQUIRED, ca_certs_file=str(self.ca_file), valid_names=[self.host]
        )
        connection = Connection(
            Server(self.address, self.ldaps_port, use_ssl=True, tls=tls, get_info=NONE),
            self.admin_dn,
            self.admin_password.get_secret_value(),
            auto_bind=AUTO_BIND_NO_TLS,
            raise_exceptions=True,
        )
        try:
            yield connection
        finally:
            connection.unbind()
