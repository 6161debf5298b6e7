"""What can happen to a directory in the middle of a run, and how it is put right."""

import secrets
import shutil
from abc import ABC, abstractmethod
from pathlib import Path

from ldap3.protocol.microsoft import security_descriptor_control

from provisioning.lab.certificates import issue_certificate, write_private
from provisioning.lab.samba import Samba
from tests.directory.support import Server, make_read_only

_DACL = security_descriptor_control(sdflags=4)


class Outage(ABC):
    """It happens in a run; `says` and `code` are how the run's command ends."""

    says = "does not answer"
    code = 4
    carry_on = "resume"
    patience = 20
    """Seconds without an answer until the run gives up: time to become what it is."""

    def __init__(self, server: Server, ca_file: Path) -> None:
        """`ca_file`: what the settings name."""
        self.server = server
        self.ca_file = ca_file

    def _set(self, name: str, *values: str | bytes) -> None:
        with self.server.admin() as admin:
            admin.modify(self.server.sync_dn, {name: [("MODIFY_REPLACE", list(values))]})

    @abstractmethod
    def begin(self) -> None:
        """Break it. Afterwards the connection is cut."""

    @abstractmethod
    def end(self) -> None:
        """Put it right, as the message says."""


class Stopped(Outage):
    """The server's process is stopped: connections stay open and nothing answers."""

    patience = 2

    def begin(self) -> None:
        self.server.pause()

    def end(self) -> None:
        self.server.resume()


class Killed(Outage):
    """The server's process is killed."""

    def begin(self) -> None:
        self.server.kill()

    def end(self) -> None:
        self.server.start()


class PasswordChanged(Outage):
    """Somebody changes the password of our account; the settings still have the former one."""

    says = "does not let"
    code = 2

    def begin(self) -> None:
        self._new = secrets.token_urlsafe(18) + "-Aa1"
        if isinstance(self.server, Samba):
            # twice: for an hour the one before is let in as well (smb.conf(5), old password
            # allowed period)
            for password in (f"{self._new}2", self._new):
                self._set("unicodePwd", f'"{password}"'.encode("utf-16-le"))
        else:
            self._set("userPassword", self._new)

    def end(self) -> None:
        write_private(self.server.sync_password_file, self._new)


class PasswordExpired(Outage):
    """The password of our account has expired (OpenLDAP: the account is locked)."""

    says = "does not let"
    code = 2

    def begin(self) -> None:
        if isinstance(self.server, Samba):
            self._set("pwdLastSet", "0")
        else:
            self._set("pwdAccountLockedTime", "000001010000Z")

    def end(self) -> None:
        if isinstance(self.server, Samba):
            self._set("pwdLastSet", "-1")
        else:
            self._set("pwdAccountLockedTime")


class CertificateChanged(Outage):
    """The server comes back with a certificate of an authority that the settings do not name."""

    says = "is not accepted"

    def begin(self) -> None:
        self.server.kill()
        issue_certificate(self.server.folder, self.server.host, self.server.address)
        self.server.start()

    def end(self) -> None:
        shutil.copyfile(self.server.ca_file, self.ca_file)


class NoWrites(Outage):
    """OpenLDAP is made read-only; in Active Directory our account loses its rights."""

    def __init__(self, server: Server, ca_file: Path) -> None:
        super().__init__(server, ca_file)
        if isinstance(server, Samba):
            self.says, self.code, self.carry_on = "does not allow our account", 7, "retry"
        else:
            self.says = "takes no requests at the moment"

    def begin(self) -> None:
        if isinstance(self.server, Samba):
            self._rights = self._rights_of(self.server.managed)
            self._give_rights(self._rights_of(f"OU=Services,{self.server.base}"))
        else:
            make_read_only(self.server, "TRUE")

    def end(self) -> None:
        if isinstance(self.server, Samba):
            self._give_rights(self._rights)
        else:
            make_read_only(self.server, "FALSE")

    def _rights_of(self, dn: str) -> bytes:
        with self.server.admin() as admin:
            admin.search(dn, "(objectClass=*)", "BASE", attributes=["nTSecurityDescriptor"],
                         controls=_DACL)  # fmt: skip
            found: bytes = admin.response[0]["raw_attributes"]["nTSecurityDescriptor"][0]
        return found

    def _give_rights(self, rights: bytes) -> None:
        with self.server.admin() as admin:
            changes = {"nTSecurityDescriptor": [("MODIFY_REPLACE", [rights])]}
            admin.modify(Samba.managed, changes, controls=_DACL)


OUTAGES: list[type[Outage]] = [
    Stopped, Killed, PasswordChanged, PasswordExpired, CertificateChanged, NoWrites,
]  # fmt: skip
