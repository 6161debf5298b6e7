"""The private OpenLDAP keeps the rules of a careful directory, and ends when it should."""

import os
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
from typing import Literal

import pytest
from ldap3 import (
    BASE,
    MODIFY_REPLACE,
    NONE,
    SUBTREE,
    Connection,
    Server,
    Tls,
)
from ldap3.core.exceptions import LDAPBindError, LDAPException, LDAPSocketReceiveError
from pydantic import SecretStr

from inventory.errors import UsageError
from provisioning.lab import slapd_install
from provisioning.lab.certificates import issue_certificate
from provisioning.lab.slapd import Slapd

NOT_ALLOWED = 50  # insufficientAccessRights, RFC 4511
CONSTRAINT = 19  # constraintViolation


@contextmanager
def bind(  # what a client can choose
    slapd: Slapd,
    dn: str = Slapd.sync_dn,
    password: SecretStr | None = None,
    *,
    ca: Path | None = None,
    transport: Literal["starttls", "ldaps", "plain"] = "starttls",
    patience: int = 5,
) -> Iterator[Connection]:
    """A bound connection; raises what went wrong and leaves no socket open."""
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(ca or slapd.ca_file))
    ldaps = transport == "ldaps"
    port = slapd.ldaps_port if ldaps else slapd.port
    server = Server("localhost", port, use_ssl=ldaps, tls=tls, get_info=NONE, connect_timeout=5)
    secret = (password or slapd.sync_password).get_secret_value()
    connection = Connection(server, dn, secret, receive_timeout=patience)
    try:
        connection.open()
        if transport == "starttls":
            connection.start_tls()
        if not connection.bind():
            raise LDAPBindError(connection.result["description"])
        yield connection
    finally:
        with suppress(
            LDAPException
        ):  # after a failed handshake there is nothing to say good-bye to
            connection.unbind()


def add_unit(slapd: Slapd, name: str) -> str:
    """A unit of its own for a test that shares the directory with others."""
    dn = f"ou={name},ou=schools,{slapd.base}"
    with bind(slapd) as connection:
        assert connection.add(dn, "organizationalUnit"), connection.result
    return dn


def add_person(connection: Connection, unit: str, name: str, **extra: str) -> str:
    dn = f"uid={name},{unit}"
    values = {"cn": name, "sn": name, "uid": name, "userPassword": f"{name}-long-enough", **extra}
    connection.add(dn, "inetOrgPerson", values)
    return dn


@pytest.mark.parametrize("transport", ["starttls", "ldaps"])
def test_sync_account_binds_under_tls(
    slapd: Slapd, transport: Literal["starttls", "ldaps"]
) -> None:
    with bind(slapd, transport=transport) as connection:
        assert connection.extend.standard.who_am_i() == f"dn:{slapd.sync_dn}"
        assert connection.socket.version() in {"TLSv1.2", "TLSv1.3"}


def test_plain_text_bind_is_refused(slapd: Slapd) -> None:
    with (
        pytest.raises(LDAPBindError, match="confidentialityRequired"),
        bind(slapd, transport="plain"),
    ):
        pass


def test_plain_text_reads_nothing(slapd: Slapd) -> None:
    anonymous = Connection(Server("localhost", slapd.port, get_info=NONE))
    with anonymous:
        assert not anonymous.search(slapd.base, "(objectClass=*)", SUBTREE)


def test_another_ca_is_refused(slapd: Slapd, tmp_path: Path) -> None:
    other = issue_certificate(tmp_path)
    with (
        pytest.raises(LDAPException, match="CERTIFICATE_VERIFY_FAILED"),
        bind(slapd, ca=other.ca),
    ):
        pass


def test_another_host_name_is_refused(slapd: Slapd) -> None:
    context = ssl.create_default_context(cafile=str(slapd.ca_file))
    with (
        socket.create_connection(("127.0.0.1", slapd.ldaps_port), 5) as raw,
        pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"),
    ):
        context.wrap_socket(raw, server_hostname="directory.example")


def test_sync_account_writes_only_its_subtree(slapd: Slapd) -> None:
    unit = add_unit(slapd, "writes")
    with bind(slapd) as connection:
        add_person(connection, unit, "anna")
        assert connection.result["result"] == 0
        add_person(connection, f"ou=services,{slapd.base}", "eve")
        assert connection.result["result"] == NOT_ALLOWED
        connection.modify(slapd.sync_dn, {"description": [(MODIFY_REPLACE, ["mine"])]})
        assert connection.result["result"] == NOT_ALLOWED


def test_reader_reads_everything_but_passwords_and_writes_nothing(slapd: Slapd) -> None:
    unit = add_unit(slapd, "reads")
    with bind(slapd) as connection:
        anna = add_person(connection, unit, "anna-read")
    with bind(slapd, slapd.reader_dn, slapd.reader_password) as reader:
        assert reader.search(anna, "(objectClass=*)", BASE, attributes=["*", "+"])
        names = {name.lower() for name in reader.response[0]["attributes"]}
        assert {"uid", "entryuuid"} <= names
        assert "userpassword" not in names
        add_person(reader, unit, "berta-read")
        assert reader.result["result"] == NOT_ALLOWED
        assert not reader.modify(anna, {"sn": [(MODIFY_REPLACE, ["x"])]})
        assert not reader.modify_dn(anna, "uid=x")
        assert not reader.delete(anna)
        assert reader.result["result"] == NOT_ALLOWED


def test_nobody_but_the_administrator_reads_the_log(slapd: Slapd) -> None:
    for dn, password in (
        (slapd.sync_dn, slapd.sync_password),
        (slapd.reader_dn, slapd.reader_password),
    ):
        with bind(slapd, dn, password) as connection:
            assert not connection.search("cn=accesslog", "(objectClass=*)", SUBTREE)


def test_membership_follows_and_addresses_are_unique(slapd: Slapd) -> None:
    unit = add_unit(slapd, "overlays")
    with bind(slapd) as connection:
        ben = add_person(connection, unit, "ben", mail="ben@school.example")
        group = f"cn=g1,{unit}"
        members = [ben, f"cn=nobody,{slapd.base}"]
        assert connection.add(group, "groupOfNames", {"member": members}), connection.result
        connection.search(ben, "(objectClass=*)", BASE, attributes=["memberOf"])
        assert connection.response[0]["attributes"]["memberOf"] == [group]
        add_person(connection, unit, "ben2", mail="ben@school.example")
        assert connection.result["result"] == CONSTRAINT


def test_password_policy_is_in_force(slapd: Slapd) -> None:
    unit = add_unit(slapd, "policy")
    with bind(slapd) as connection:
        carl = add_person(connection, unit, "carl")
        connection.modify(carl, {"userPassword": [(MODIFY_REPLACE, ["short"])]})
        assert connection.result["result"] == CONSTRAINT
    right = SecretStr("carl-long-enough")
    with bind(slapd, carl, right) as connection:
        assert connection.bound
    wrong = SecretStr("wrong-but-long")
    for password in (wrong, wrong, wrong, right):
        with (
            pytest.raises(LDAPBindError, match="invalidCredentials"),
            bind(slapd, carl, password),
        ):
            pass


def test_reads_are_limited_for_both_accounts(slapd: Slapd) -> None:
    unit = add_unit(slapd, "limits")
    with bind(slapd) as connection:
        for number in range(120):
            add_person(connection, unit, f"limit{number}")
    for dn, password in (
        (slapd.sync_dn, slapd.sync_password),
        (slapd.reader_dn, slapd.reader_password),
    ):
        with bind(slapd, dn, password) as connection:
            connection.search(unit, "(uid=limit*)", SUBTREE)
            assert connection.result["description"] == "sizeLimitExceeded"
            assert len(connection.response) == 50
            paged = connection.extend.standard.paged_search
            assert len(paged(unit, "(uid=limit*)", paged_size=100, generator=False)) == 120
            # a page larger than allowed: nothing comes, and ldap3 raises nothing
            assert not paged(unit, "(uid=limit*)", paged_size=200, generator=False)
            assert connection.result["description"] == "adminLimitExceeded"


def test_writes_are_logged_with_their_results(own_slapd: Slapd) -> None:
    unit = add_unit(own_slapd, "logged")
    with bind(own_slapd) as connection:
        add_person(connection, unit, "dora")
        add_person(connection, unit, "dora")
        connection.delete(f"uid=dora,{unit}")
    logged = [(write.operation, write.dn, write.result) for write in own_slapd.writes()]
    assert logged == [
        ("add", unit, 0),
        ("add", f"uid=dora,{unit}", 0),
        ("add", f"uid=dora,{unit}", 68),
        ("delete", f"uid=dora,{unit}", 0),
    ]
    assert {write.actor for write in own_slapd.writes()} == {own_slapd.sync_dn}


def test_a_paused_server_does_not_answer_and_loses_nothing(own_slapd: Slapd) -> None:
    unit = add_unit(own_slapd, "paused")
    with bind(own_slapd, patience=1) as connection:
        own_slapd.pause()
        with pytest.raises(LDAPSocketReceiveError):
            connection.search(unit, "(objectClass=*)", BASE)
        own_slapd.resume()
    with bind(own_slapd) as again:
        assert again.search(unit, "(objectClass=*)", BASE)


def test_data_and_ports_survive_a_crash(own_slapd: Slapd) -> None:
    unit = add_unit(own_slapd, "crash")
    url = own_slapd.url
    own_slapd.kill()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", own_slapd.port), 5)
    own_slapd.start()
    assert own_slapd.url == url
    with bind(own_slapd) as connection:
        assert connection.search(unit, "(objectClass=*)", BASE)


def test_a_paused_server_can_be_stopped(own_slapd: Slapd) -> None:
    own_slapd.pause()
    own_slapd.stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", own_slapd.port), 5)


def test_server_ends_when_its_owner_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from provisioning.lab.slapd import Slapd\n"
        "server = Slapd(Path(sys.argv[1])); server.start(); print(server.port, flush=True)\n"
        "time.sleep(600)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "slapd")], stdout=subprocess.PIPE, text=True
    )
    with owner:
        assert owner.stdout is not None
        port = int(owner.stdout.readline())
        os.kill(owner.pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    with pytest.raises(OSError, match="refused"):  # noqa: PT012  # polled until it is gone
        while time.monotonic() < deadline:
            socket.create_connection(("127.0.0.1", port), 5).close()
            time.sleep(0.01)


def test_no_secret_is_readable_by_others_nor_in_clear_in_the_configuration(tmp_path: Path) -> None:
    server = Slapd(tmp_path / "slapd")
    other = Slapd(tmp_path / "other")
    assert server.sync_password.get_secret_value() != other.sync_password.get_secret_value()
    assert server.sync_password_file.read_text() == server.sync_password.get_secret_value()
    clear = [server.admin_password, server.sync_password, server.reader_password]
    for file in (path for path in server.folder.rglob("*") if path.is_file()):
        holds_secret = file.suffix in {".secret", ".key", ".conf", ".ldif", ".mdb"}
        assert not holds_secret or stat.S_IMODE(file.stat().st_mode) == 0o600, file
        if file.suffix in {".conf", ".ldif"}:
            assert not any(secret.get_secret_value() in file.read_text() for secret in clear)


def test_where_apparmor_confines_slapd_a_copy_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "enabled").write_text("Y\n")
    (tmp_path / "profile").write_text("profile slapd /usr/sbin/slapd {}\n")
    monkeypatch.setattr(slapd_install, "_APPARMOR_ENABLED", tmp_path / "enabled")
    monkeypatch.setattr(slapd_install, "_APPARMOR_PROFILE", tmp_path / "profile")
    with Slapd(tmp_path / "a folder") as server:
        pid = int((server.folder / "slapd.pid").read_text())
        assert Path(f"/proc/{pid}/exe").readlink() == server.folder / "slapd"
        with bind(server) as connection:
            assert connection.bound


def test_missing_slapd_names_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(slapd_install, "_SYSTEM_FOLDERS", str(tmp_path))
    with pytest.raises(UsageError, match=r"apt-get install .* slapd"):
        Slapd(tmp_path / "slapd")
