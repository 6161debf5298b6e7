"""Connections to a real slapd: TLS or nothing, whole answers or an error that says what to do."""

import secrets
import socket
import subprocess
import sys
import threading
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from inventory.errors import ReadEndedEarlyError, SettingsError, UnreachableError, UsageError
from provisioning.directory.searching import SearchConnection
from provisioning.lab.certificates import issue_certificate
from provisioning.lab.slapd import Slapd
from tests.directory.support import BASE_DN, make_read_only, reader, settings_for, writer


def person(number: int) -> dict[str, list[str]]:
    name = f"u{number}"
    return {"objectClass": ["inetOrgPerson"], "cn": [name], "sn": ["Muster"], "uid": [name]}


@pytest.fixture
def crowd(own_slapd: Slapd) -> Slapd:
    """A server with more entries than its hard limit (50) and its largest page (100)."""
    connection = writer(own_slapd)
    for number in range(230):
        assert connection.add(f"cn=u{number},{BASE_DN}", person(number)).good
    connection.close()
    return own_slapd


@pytest.mark.parametrize("way", ["url", "ldaps_url"])
def test_both_ways_of_tls_reach_the_server(slapd: Slapd, way: str) -> None:
    connection = reader(slapd, settings_for(slapd, url=getattr(slapd, way)))
    found = connection.read(BASE_DN, ["ou"])
    connection.close()
    assert found is not None
    assert found.values("OU") == ("schools",)


@pytest.mark.parametrize(
    "url", ["http://h", "ldap:///", "localhost", "ldapi://%2frun", "ldap://h:x"]
)
def test_an_address_without_tls_or_host_is_refused(slapd: Slapd, url: str) -> None:
    with pytest.raises(ValidationError, match="nothing is ever sent without TLS"):
        settings_for(slapd, url=url)


def test_a_page_larger_than_allowed_is_made_smaller(crowd: Slapd) -> None:
    for size in (1000, 100, 7):
        connection = writer(crowd, settings_for(crowd, page_size=size))
        assert len(list(connection.search(BASE_DN, ["uid"]))) == 231
        connection.close()


def test_a_read_cut_short_by_the_limit_is_an_error(crowd: Slapd) -> None:
    name = f"cn=u0,{BASE_DN}"
    with crowd.admin() as admin:
        admin.modify(name, {"userPassword": [("MODIFY_REPLACE", ["passw0rd-x"])]})
    connection = SearchConnection(settings_for(crowd), name, SecretStr("passw0rd-x"))
    with pytest.raises(ReadEndedEarlyError, match=r"prtotal=unlimited"):
        list(connection.search(BASE_DN, ["uid"]))
    connection.close()


def test_a_missing_base_is_told(slapd: Slapd) -> None:
    connection = reader(slapd)
    with pytest.raises(UsageError, match="does not exist"):
        list(connection.search(f"ou=nowhere,{BASE_DN}", ["uid"]))
    assert connection.read(f"ou=nowhere,{BASE_DN}", ["uid"]) is None
    connection.close()


def test_a_reference_to_another_server_is_not_followed(own_slapd: Slapd) -> None:
    with own_slapd.admin() as admin:
        admin.add(
            f"ou=elsewhere,{BASE_DN}",
            ["referral", "extensibleObject"],
            {"ou": "elsewhere", "ref": "ldap://127.0.0.1:1/ou=elsewhere"},
        )
    connection = reader(own_slapd)
    with pytest.raises(ReadEndedEarlyError, match="refers to another server"):
        list(connection.search(BASE_DN, ["ou"]))
    connection.close()


def test_another_authority_and_another_name_are_refused(slapd: Slapd, tmp_path: Path) -> None:
    issue_certificate(tmp_path)
    other = settings_for(slapd, ca_file=tmp_path / "ca.pem")
    with pytest.raises(UnreachableError, match="ca_file"):
        reader(slapd, other)
    address = settings_for(slapd, url=slapd.url.replace("localhost", "127.0.0.2"))
    with pytest.raises(UnreachableError, match=r"127\.0\.0\.2"):
        reader(slapd, address)


def test_an_unusable_ca_file_is_a_matter_of_settings(slapd: Slapd, tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    for path in (tmp_path / "missing.pem", tmp_path / "empty.pem"):
        with pytest.raises(SettingsError, match="PEM"):
            reader(slapd, settings_for(slapd, ca_file=path))


def shown(error: BaseException) -> str:
    """All that a traceback with local variables would show, below the test's own frame."""
    assert error.__traceback__ is not None
    error.__traceback__ = error.__traceback__.tb_next
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def test_a_refused_login_never_shows_the_password(slapd: Slapd) -> None:
    wrong = SecretStr(secrets.token_hex())
    with pytest.raises(UsageError) as refusal:
        SearchConnection(settings_for(slapd), slapd.reader_dn, wrong)
    assert slapd.reader_dn in str(refusal.value)
    assert wrong.get_secret_value() not in shown(refusal.value)


def test_an_empty_password_is_not_taken_for_an_anonymous_login(slapd: Slapd) -> None:
    with pytest.raises(UsageError, match="is empty"):
        SearchConnection(settings_for(slapd), slapd.reader_dn, SecretStr(""))


def test_a_closed_port_and_an_unknown_host_say_so(slapd: Slapd) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with pytest.raises(UnreachableError, match="does not answer"):
            reader(slapd, settings_for(slapd, url=f"ldap://localhost:{port}"))
    with pytest.raises(UnreachableError, match="does not answer"):
        reader(slapd, settings_for(slapd, url="ldap://no.such.host.invalid"))


def test_tls_on_the_wrong_port_says_so(slapd: Slapd) -> None:
    with pytest.raises(UnreachableError, match=r"protocol and port|does not answer"):
        reader(slapd, settings_for(slapd, url=f"ldaps://localhost:{slapd.port}"))


def test_a_server_without_starttls_never_gets_the_password(slapd: Slapd) -> None:
    heard = bytearray()
    server = socket.create_server(("127.0.0.1", 0))

    def answer_unsupported() -> None:
        peer, _address = server.accept()
        with peer:
            heard.extend(peer.recv(4096))
            # ExtendedResponse, protocolError (RFC 4511, 4.12): StartTLS is not known here
            peer.sendall(bytes.fromhex("300c02010078070a010204000400"))
            while chunk := peer.recv(4096):
                heard.extend(chunk)

    thread = threading.Thread(target=answer_unsupported)
    thread.start()
    try:
        url = f"ldap://localhost:{server.getsockname()[1]}"
        with pytest.raises(UnreachableError):
            reader(slapd, settings_for(slapd, url=url))
    finally:
        thread.join()
        server.close()
    assert slapd.reader_password.get_secret_value().encode() not in heard


def test_a_stopped_server_is_unreachable_after_the_time_out(own_slapd: Slapd) -> None:
    settings = settings_for(own_slapd, connect_timeout=1, receive_timeout=1)
    connection = reader(own_slapd, settings)
    own_slapd.pause()
    with pytest.raises(UnreachableError, match="does not answer"):
        connection.read(BASE_DN, ["ou"])
    with pytest.raises(UnreachableError, match="does not answer"):
        reader(own_slapd, settings)
    with pytest.raises(UnreachableError) as silence:
        writer(own_slapd, settings)
    assert own_slapd.sync_password.get_secret_value() not in shown(silence.value)
    own_slapd.resume()
    connection.close()


def test_a_read_only_server_is_told_apart_from_a_refusal(own_slapd: Slapd) -> None:
    connection = writer(own_slapd)
    make_read_only(own_slapd, "TRUE")
    with pytest.raises(UnreachableError, match="takes no requests"):
        connection.add(f"cn=u1,{BASE_DN}", person(1))
    connection.close()


def test_writes_tell_what_became_of_them(slapd: Slapd) -> None:
    connection = writer(slapd)
    entry = f"cn=u7001,{BASE_DN}"
    answer = connection.add(entry, person(7001))
    assert answer.good
    assert len(answer.uuid) == 36
    assert connection.add(entry, person(7001)).code == 68
    changes = [("delete", "sn", ["Muster"]), ("add", "sn", ["Muster-Probe"])]
    assert connection.modify(entry, changes).good
    assert connection.modify(entry, changes).code == 16
    assert connection.move(entry, "cn=u7002", BASE_DN).good
    assert connection.move(entry, "cn=u7002", BASE_DN).code == 32
    outside = connection.add(f"cn=u7003,ou=services,{Slapd.base}", person(7003))
    assert outside.code == 50
    connection.close()


def test_the_pure_parts_do_not_load_ldap3() -> None:
    code = "import sys, provisioning.directory.layout; assert 'ldap3' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
