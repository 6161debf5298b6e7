"""A private OpenLDAP server: own folder, own CA, own secrets, 127.0.0.1, no service, no root.

It is a real slapd under the access rules of a careful directory (see `slapd_config`). A caller
that wants the server's folder in order after SIGTERM turns the signal into an exception; the
folder is never removed.
"""

import base64
import hashlib
import secrets
import subprocess
from pathlib import Path

from pydantic import SecretStr

from inventory.errors import UnreachableError
from inventory.messages import _
from provisioning.lab.certificates import issue_certificate, write_private
from provisioning.lab.directory_server import DirectoryServer
from provisioning.lab.server_process import ServerProcess, answers, is_free
from provisioning.lab.slapd_config import CONFIG, SEED
from provisioning.lab.slapd_install import find_modules, find_schemas, prepare_program
from provisioning.lab.slapd_log import Write, read_writes

_LOAD_SECONDS = 600
_MAX_BYTES = 8 << 30
"""Room for several 100,000 entries; the file is sparse and grows with its content."""


class Slapd(DirectoryServer):
    """The server. Its administrator also owns ``cn=config`` and ``cn=accesslog``."""

    base = "dc=example,dc=org"
    admin_dn = f"cn=admin,{base}"
    sync_dn = f"cn=sync,ou=services,{base}"
    reader_dn = f"cn=reader,ou=services,{base}"
    host = "localhost"
    address = "127.0.0.1"

    def __init__(self, folder: Path) -> None:
        """Found a new directory in the new or empty `folder`; start nothing yet.

        Raises UsageError with the command to type when slapd is not installed.
        """
        self.folder = folder.resolve()
        self.port = _free_port()
        self.ldaps_port = _free_port()
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

    def start(self) -> None:
        """Return when both ports answer. Raises UnreachableError with slapd's own words."""
        pid_file = self.folder / "slapd.pid"
        pid_file.unlink(missing_ok=True)
        # the pid file is written once both ports are bound: another's port is never taken for ours
        ports = (self.port, self.ldaps_port)
        self._process.start(
            lambda: pid_file.exists() and all(answers(self.address, port) for port in ports)
        )

    def writes(self) -> list[Write]:
        """Every write operation since the founding, in order, the refused ones too."""
        with self.admin() as connection:
            return list(read_writes(connection))

    def _found(self) -> None:
        for name in ("db", "accesslog"):
            (self.folder / name).mkdir(mode=0o700)
        issue_certificate(self.folder)
        for name in ("admin", "sync", "reader"):
            write_private(self.folder / f"{name}.secret", secrets.token_urlsafe(18))
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
        self.load(self.folder / "seed.ldif")

    def load(self, entries: Path) -> None:
        """Add the entries of a file (LDIF) past the server, which must not run; overlays sleep.

        Raises UnreachableError with slapd's own words.
        """
        # slapadd is slapd in tool mode (slapd(8) -T): so the copy serves as both
        argv = [self._program, "-Tadd", "-q", "-f", "slapd.conf", "-b", self.base]
        done = subprocess.run(  # noqa: S603 - the lab's own program
            [*argv, "-l", str(entries.resolve())],
            cwd=self.folder, capture_output=True, text=True, timeout=_LOAD_SECONDS, check=False,
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
