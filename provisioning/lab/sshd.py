"""A private OpenSSH server on 127.0.0.1, as the management access of a lab switch.

Its one account exists only in its own mount namespace, where a private ``/etc/passwd`` lies
over the machine's: password logins as on a real switch, without an account on this machine.
Its log-ins are not written to the machine's ``/var/log`` for the same reason. Needs root.
"""

import secrets
import shlex
import socket
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import SecretStr

from inventory.errors import SchoolnetError
from provisioning.lab.process_tree import ProcessTree, run

_CONFIG = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile none
UsePAM no
UseDNS no
PasswordAuthentication yes
PubkeyAuthentication no
KbdInteractiveAuthentication no
AllowUsers {user}
PermitRootLogin yes
PrintMotd no
PrintLastLog no
X11Forwarding no
AllowTcpForwarding no
MaxStartups 200:30:400
"""
# sshd_config(5). PermitRootLogin: the account has the user id 0, and no other may log in.
# MaxStartups: its default of 10:30:100 turns away part of many simultaneous log-ins.

_START = """\
mount --bind "$0/passwd" /etc/passwd && mount -t tmpfs tmpfs /var/log &&
exec /usr/sbin/sshd -D -e -f "$0/sshd_config"
"""

_HASH = 'chomp(my $password = <STDIN>); print crypt($password, "\\$6\\$$ARGV[0]\\$")'
"""crypt(5) SHA-512 in Perl, which every Debian has; Python 3.13 has no crypt any more."""

_PORT_ATTEMPTS = 5
"""A port found free can be taken by another before sshd binds it."""


class Sshd:
    """The server, from entering the context to leaving it, with all its sessions."""

    user = "labadmin"
    address = "127.0.0.1"

    def __init__(self, folder: Path, shell: Sequence[str]) -> None:
        """Keep its files in `folder`; every log-in runs `shell` (a Bourne-like shell)."""
        self.password = SecretStr(secrets.token_urlsafe(16))
        self.port = 0
        self._folder = folder
        self._shell = shell

    @property
    def host_key(self) -> str:
        """The server's key in OpenSSH's public form, as `Switch.host_key` wants it."""
        kind, key, *_comment = (self._folder / "host_key.pub").read_text().split()
        return f"{kind} {key}"

    @property
    def log(self) -> str:
        """What the server has said so far: connections, log-ins, refusals."""
        return self._tree.output

    def __enter__(self) -> Self:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd gives up its rights into this empty folder
        self._folder.mkdir(mode=0o700, exist_ok=True)
        key = self._folder / "host_key"
        run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(key)])
        self._write_shell()
        self._write_account()
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            try:
                self._start()
                break
            except SchoolnetError as error:
                taken = "Address already in use" in str(error)
                if attempt == _PORT_ATTEMPTS or not taken:
                    raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._tree.end()

    def _start(self) -> None:
        with socket.create_server((self.address, 0)) as free:
            self.port = free.getsockname()[1]
        config = _CONFIG.format(port=self.port, folder=self._folder, user=self.user)
        (self._folder / "sshd_config").write_text(config)
        log = self._folder / "sshd.log"
        log.write_bytes(b"")
        self._tree = ProcessTree("sshd", ["sh", "-c", _START, str(self._folder)], log)
        self._tree.await_(lambda: "Server listening" in self._tree.output)

    def _write_shell(self) -> None:
        # TERM=dumb: else bash begins every output with "bracketed paste" signs
        script = self._folder / "shell"
        script.write_text(
            "#!/bin/sh\nexport TERM=dumb HISTFILE=\n" + f'exec {shlex.join(self._shell)} "$@"\n'
        )
        script.chmod(0o700)

    def _write_account(self) -> None:
        secret = run(
            ["perl", "-e", _HASH, secrets.token_hex(8)], given=self.password.get_secret_value()
        )
        account = f"{self.user}:{secret}:0:0::/:{self._folder / 'shell'}\n"
        users = Path("/etc/passwd").read_text()  # sshd's own "sshd" is needed too
        (self._folder / "passwd").write_text(account + users)
