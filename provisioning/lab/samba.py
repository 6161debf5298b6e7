"""A private Active Directory: Samba's domain controller, own folder, own CA, own address.

Its ports (389, 636) are fixed, so each server has a loopback address of its own. A domain takes
seconds to found: `found_domain` does it once, and every `Samba` starts from a copy. Needs root,
as Samba gives its files to accounts of the system.
"""

import os
import re
import secrets
import shutil
from pathlib import Path

from inventory.messages import Message, _, say
from provisioning.lab import samba_config
from provisioning.lab.certificates import issue_certificate, write_private
from provisioning.lab.directory_server import DirectoryServer
from provisioning.lab.process_tree import run
from provisioning.lab.server_process import ServerProcess, answers, is_free

_PACKAGES = {"samba": "samba-ad-dc", "samba-tool": "samba-ad-provision"}
_REALM, _WORKGROUP = "SCHOOL.EXAMPLE", "SCHOOL"
_PORTS = (389, 636)
_FOUND_SECONDS = 120
_PYTHON = "/usr/bin/python3"
"""Debian's, for which Samba's modules are: samba-tool runs in it too."""
_LOAD = """
import sys
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
parameters = LoadParm()
parameters.load(sys.argv[1])
database = SamDB(session_info=system_session(), lp=parameters, options=["batch_mode:1"])
database.transaction_start()
with open(sys.argv[2], encoding="utf-8") as entries:
    database.add_ldif(entries.read())
database.transaction_commit()
"""
"""In batch mode indexes are written once, at the end: a third of the time (ldb, ldb_kv.c)."""


def obstacle() -> Message | None:
    """Why this machine cannot run the server, and what to do about it; None when it can."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    packages = [package for name, package in _PACKAGES.items() if not shutil.which(name, path=path)]
    if packages:
        return say(
            _("Active Directory needs Debian packages: run apt-get install {packages}."),
            packages=" ".join([*packages, "samba-dsdb-modules", "samba-vfs-modules"]),
        )
    if os.geteuid() != 0:
        return say(_("Active Directory needs Samba's accounts of the system: run this as root."))
    return None


class Samba(DirectoryServer):
    """The server; `managed` is the unit in which its two accounts have their rights."""

    base = "DC=school,DC=example"
    managed = f"OU=Schools,{base}"
    admin_dn = f"CN=Administrator,CN=Users,{base}"
    sync_dn = f"CN=svc-schoolnet,OU=Services,{base}"
    reader_dn = f"CN=svc-schoolnet-read,OU=Services,{base}"
    host = "dc1.school.example"
    port, ldaps_port = _PORTS

    def __init__(self, folder: Path, domain: Path) -> None:
        """Copy a founded domain to the new `folder`; start nothing yet."""
        self.folder = folder.resolve()
        self.address = _free_address()
        shutil.copytree(domain, self.folder, dirs_exist_ok=True)
        issue_certificate(self.folder, self.host, self.address)
        _write_config(self.folder, self.address)
        argv = ["samba", "-s", str(self.folder / "smb.conf"), "-F", "--no-process-group"]
        log = self.folder / "log" / "samba.out"
        self._process = ServerProcess([*argv, "-M", "single"], self.folder, log)

    @property
    def url(self) -> str:
        """The address for StartTLS; plain binds are refused there."""
        return f"ldap://{self.address}"

    @property
    def ldaps_url(self) -> str:
        """The address for LDAPS."""
        return f"ldaps://{self.address}"

    def start(self) -> None:
        """Return when both ports answer. Raises UnreachableError with samba's own words."""
        self._process.start(lambda: all(answers(self.address, port) for port in _PORTS))

    def load(self, entries: Path) -> None:
        """Add the entries of a file (LDIF) past the server, which must not run.

        Some thousand take a second or two. Raises SchoolnetError with Samba's own words.
        """
        config = str(self.folder / "smb.conf")
        run([_PYTHON, "-c", _LOAD, config, str(entries.resolve())], seconds=_FOUND_SECONDS)


def found_domain(folder: Path) -> None:
    """Found a domain with our unit and our two accounts in the new or empty `folder`.

    Raises SchoolnetError with samba-tool's own words.
    """
    folder = folder.resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write_config(folder, address := _free_address())
    said = _samba_tool(
        folder, "domain", "provision", f"--realm={_REALM}", f"--domain={_WORKGROUP}",
        "--server-role=dc", "--dns-backend=NONE", "--host-name=dc1", f"--host-ip={address}",
        "--option=vfs objects=dfs_samba4 acl_xattr",
    )  # fmt: skip
    found = re.search(r"Admin password: +(\S+)", said)
    assert found is not None, "samba-tool tells the password that it has made"
    write_private(folder / "admin.secret", found.group(1))
    for name in ("sync", "reader"):
        write_private(folder / f"{name}.secret", secrets.token_urlsafe(18) + "-Aa1")
    _add_accounts(folder)


def _add_accounts(folder: Path) -> None:
    accounts = ("sync", Samba.sync_dn, samba_config.sync_rights), (
        "reader", Samba.reader_dn, samba_config.reader_rights,
    )  # fmt: skip
    _samba_tool(folder, "ou", "add", Samba.managed)
    _samba_tool(folder, "ou", "add", f"OU=Services,{Samba.base}")
    for name, entry, rights in accounts:
        password = (folder / f"{name}.secret").read_text()
        user = entry.split(",")[0].removeprefix("CN=")
        _samba_tool(folder, "user", "add", user, "--userou=OU=Services", given=f"{password}\n" * 2)
        shown = _samba_tool(folder, "user", "show", user, "--attributes=objectSid")
        sid = re.search(r"S-1-5-[\d-]+", shown)
        assert sid is not None
        _samba_tool(
            folder, "dsacl", "set", f"--objectdn={Samba.managed}", f"--sddl={rights(sid[0])}"
        )


def _samba_tool(folder: Path, *words: str, given: str = "") -> str:
    """Its output with its messages; the password that it makes is among these."""
    argv = ["sh", "-c", 'exec samba-tool "$@" 2>&1', "sh", *words]
    argv.append(f"--configfile={folder / 'smb.conf'}")
    return run(argv, given=given, seconds=_FOUND_SECONDS)


def _write_config(folder: Path, address: str) -> None:
    for name in samba_config.FOLDERS:
        (folder / name).mkdir(mode=0o755, exist_ok=True)
    text = samba_config.CONFIG.format(
        folder=folder, address=address, realm=_REALM, workgroup=_WORKGROUP
    )
    write_private(folder / "smb.conf", text)


def _free_address() -> str:
    """A loopback address whose directory ports nobody has taken; chance keeps labs apart."""
    while True:
        numbers = (1 + secrets.randbelow(250) for _part in range(3))
        address = ".".join(map(str, (127, *numbers)))
        if all(is_free(address, port) for port in _PORTS):
            return address
