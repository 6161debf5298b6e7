"""The private Active Directory: its accounts may what they should, and it ends when it should."""

import os
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from ldap3 import BASE, MODIFY_REPLACE, NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPBindError, LDAPException
from pydantic import SecretStr

from provisioning.lab import samba, samba_config
from provisioning.lab.samba import Samba
from tests.project_files import ROOT

NOT_ALLOWED = 50  # insufficientAccessRights, RFC 4511


@contextmanager
def bind(
    server: Samba, name: str, password: SecretStr, *, plain: bool = False
) -> Iterator[Connection]:
    """A bound connection; raises what went wrong and leaves no socket open."""
    tls = Tls(
        validate=ssl.CERT_REQUIRED, ca_certs_file=str(server.ca_file), valid_names=[server.host]
    )
    target = Server(server.address, use_ssl=not plain, tls=tls, get_info=NONE, connect_timeout=5)
    connection = Connection(target, name, password.get_secret_value(), receive_timeout=5)
    try:
        connection.open()
        if not connection.bind():
            raise LDAPBindError(connection.result["description"])
        yield connection
    finally:
        with suppress(LDAPException):
            connection.unbind()


def add_person(connection: Connection, unit: str, name: str, password: str = "Kuh-Haus-123") -> str:
    entry = f"CN={name},{unit}"
    quoted = f'"{password}"'.encode("utf-16-le")
    connection.add(
        entry, "user", {"sAMAccountName": name, "unicodePwd": quoted, "userAccountControl": "512"}
    )
    return entry


def test_the_writing_account_does_its_work_below_our_unit(own_samba: Samba) -> None:
    with bind(own_samba, own_samba.sync_dn, own_samba.sync_password) as connection:
        unit, other = f"OU=100001,{own_samba.managed}", f"OU=100002,{own_samba.managed}"
        assert connection.add(unit, "organizationalUnit"), connection.result
        assert connection.add(other, "organizationalUnit"), connection.result
        anna = add_person(connection, unit, "anna")
        assert connection.result["result"] == 0, connection.result
        group = f"CN=5a,{unit}"
        assert connection.add(group, "group", {"sAMAccountName": "100001-5a", "member": anna})
        for change in (
            {"sn": [(MODIFY_REPLACE, ["Muster"])]},
            {"unicodePwd": [(MODIFY_REPLACE, ['"Hund-Baum-456"'.encode("utf-16-le")])]},
            {"userAccountControl": [(MODIFY_REPLACE, ["514"])]},
        ):
            assert connection.modify(anna, change), connection.result
        assert connection.modify_dn(anna, "CN=anne", new_superior=other), connection.result
        assert connection.modify_dn(unit, "OU=100003"), connection.result
        assert connection.delete(f"CN=anne,{other}"), connection.result
        assert connection.delete(f"CN=5a,OU=100003,{own_samba.managed}"), connection.result


def test_the_writing_account_does_nothing_elsewhere(own_samba: Samba) -> None:
    with bind(own_samba, own_samba.sync_dn, own_samba.sync_password) as connection:
        users = f"CN=Users,{own_samba.base}"
        add_person(connection, users, "eve")
        assert connection.result["result"] == NOT_ALLOWED
        for change in (
            {"description": [(MODIFY_REPLACE, ["mine"])]},
            {"unicodePwd": [(MODIFY_REPLACE, ['"Hund-Baum-456"'.encode("utf-16-le")])]},
        ):
            assert not connection.modify(own_samba.admin_dn, change)
        member = {"member": [("MODIFY_ADD", [own_samba.sync_dn])]}
        assert not connection.modify(f"CN=Domain Admins,{users}", member)
        assert connection.result["result"] == NOT_ALLOWED
        assert not connection.delete(own_samba.managed)


def test_the_planning_account_reads_and_writes_nothing(own_samba: Samba) -> None:
    with bind(own_samba, own_samba.sync_dn, own_samba.sync_password) as connection:
        anna = add_person(connection, own_samba.managed, "anna")
    with bind(own_samba, own_samba.reader_dn, own_samba.reader_password) as reader:
        names = ["sAMAccountName", "objectGUID", "userAccountControl", "memberOf", "unicodePwd"]
        assert reader.search(anna, "(objectClass=*)", BASE, attributes=names)
        shown = {name for name, value in reader.response[0]["raw_attributes"].items() if value}
        assert shown == {"sAMAccountName", "objectGUID", "userAccountControl"}
        add_person(reader, own_samba.managed, "berta")
        assert reader.result["result"] == NOT_ALLOWED
        assert not reader.modify(anna, {"sn": [(MODIFY_REPLACE, ["x"])]})
        assert not reader.modify_dn(anna, "CN=x")
        assert not reader.delete(anna)


def test_nothing_is_said_without_tls(own_samba: Samba) -> None:
    with (
        pytest.raises(LDAPBindError, match="strongerAuthRequired"),
        bind(own_samba, own_samba.sync_dn, own_samba.sync_password, plain=True),
    ):
        pass


def test_two_servers_run_side_by_side_and_share_nothing(
    own_samba: Samba, samba_domain: Path, tmp_path: Path
) -> None:
    with Samba(tmp_path / "second", samba_domain) as second:
        with bind(second, second.sync_dn, second.sync_password) as connection:
            add_person(connection, second.managed, "anna")
        with own_samba.admin() as admin:
            admin.search(own_samba.managed, "(objectClass=user)", SUBTREE)
            assert admin.response == []


def test_data_and_address_survive_a_crash_and_a_pause(own_samba: Samba) -> None:
    with bind(own_samba, own_samba.sync_dn, own_samba.sync_password) as connection:
        anna = add_person(connection, own_samba.managed, "anna")
    own_samba.kill()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((own_samba.address, 636), 5)
    own_samba.start()
    own_samba.pause()
    own_samba.resume()
    with bind(own_samba, anna, SecretStr("Kuh-Haus-123")) as connection:
        assert connection.bound


def test_server_ends_when_its_owner_is_killed(samba_domain: Path, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from provisioning.lab.samba import Samba\n"
        "server = Samba(*map(Path, sys.argv[1:])); server.start()\n"
        "print(server.address, flush=True); time.sleep(600)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "samba"), str(samba_domain)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with owner:
        assert owner.stdout is not None
        address = owner.stdout.readline().strip()
        os.kill(owner.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    with pytest.raises(OSError, match="refused"):  # noqa: PT012  # polled until it is gone
        while time.monotonic() < deadline:
            socket.create_connection((address, 636), 5).close()
            time.sleep(0.01)


def test_no_secret_is_readable_by_others(own_samba: Samba) -> None:
    for name in ("admin.secret", "sync.secret", "reader.secret", "server.key", "smb.conf"):
        assert stat.S_IMODE((own_samba.folder / name).stat().st_mode) == 0o600


def test_missing_parts_are_named_with_the_command_that_installs_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_words, **_options: None)
    assert "apt-get install samba-ad-dc samba-ad-provision" in str(samba.obstacle())


def test_the_documentation_gives_the_rights_that_the_tests_run_under() -> None:
    text = (ROOT / "docs" / "directory.md").read_text(encoding="utf-8")
    for rights in (samba_config.sync_rights("$sid"), samba_config.reader_rights("$sid")):
        assert f'--sddl="{rights}"' in text.replace("\\\n", "")
