"""Mass adds and a full read by our own codec, against ldapadd, ldapsearch and bare ldap3."""

import ssl
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import ldap3

from provisioning.directory.connection import WriteConnection
from provisioning.directory.executor import WINDOW
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings
from provisioning.lab.slapd import Slapd
from tests.bench import ldap_tools
from tests.bench.measuring import Line, in_turns, seconds, tell

ENTRIES = 6_000
ROUNDS = 3
_READ = ("objectClass", "cn", "uid", "sn", "givenName", "displayName", "mail", "employeeType",
         "employeeNumber", "entryUUID")  # fmt: skip
_PAGE = 100
"""As many entries as the lab's server allows a page."""
_BASE = f"ou=schools,{Slapd.base}"
Entry = tuple[str, dict[str, list[str]]]
Server = Callable[[Path], Slapd]


def measure() -> list[Line]:
    """Each round of adds meets a new and empty server; the reads share one that is full."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ldap_tools.write_ldif(folder / "all.ldif", _entries())
        ldif = folder / "all.ldif"
        plain = in_turns(lambda: _codec_adds(_plain), lambda: _ldapadd(ldif, _plain), ROUNDS)
        adds = in_turns(lambda: _codec_adds(Slapd), lambda: _ldapadd(ldif, Slapd), ROUNDS)
        bare = in_turns(lambda: _codec_adds(Slapd), _bare_adds, ROUNDS)
        with Slapd(folder / "full") as slapd:
            ldap_tools.add(slapd, folder / "all.ldif")
            settings = _settings(slapd)
            reads = in_turns(
                lambda: _codec_read(slapd, settings),
                lambda: ldap_tools.search(slapd, _BASE, _PAGE, _READ),
                ROUNDS,
            )
            by_ldap3 = in_turns(
                lambda: _codec_read(slapd, settings),
                lambda: _codec_read(slapd, settings.model_copy(update={"own_codec": False})),
                ROUNDS,
            )
    rate = f"{ENTRIES / adds.first:,.0f} and {ENTRIES / adds.second:,.0f} entries/s"
    tell(f"adds {rate}; reads {ENTRIES / reads.first:,.0f}, {ENTRIES / reads.second:,.0f}")
    return [
        Line(f"{ENTRIES:,} adds by the codec, server without overlays",
             "ldapadd of the same entries", plain.ratio, 0.8,
             f"{ENTRIES / plain.first:,.0f} and {ENTRIES / plain.second:,.0f} entries/s"),
        Line("the same, server with overlays", "ldapadd of the same entries", adds.ratio, None,
             rate),
        Line("the same", "bare ldap3 adds", bare.ratio, None,
             f"{ENTRIES / bare.second:,.0f} entries/s"),
        Line(f"full read of {ENTRIES:,} entries", "ldapsearch by the same pages", reads.ratio, 2.0,
             f"{ENTRIES / reads.first:,.0f} and {ENTRIES / reads.second:,.0f} entries/s"),
        Line("the same", "the same with own_codec = false", by_ldap3.ratio, None,
             f"{ENTRIES / by_ldap3.second:,.0f} entries/s"),
    ]  # fmt: skip


def _entries() -> Iterator[Entry]:
    for n in range(ENTRIES):
        yield f"cn=u{n},{_BASE}", {
            "objectClass": ["inetOrgPerson"], "cn": [f"u{n}"], "uid": [f"u{n}"], "sn": ["Müller"],
            "givenName": ["Anna"], "displayName": ["Anna Müller"], "employeeType": ["student"],
            "employeeNumber": [f"schoolnet:{n:016}"], "mail": [f"u{n}@schule.example"],
            "userPassword": ["{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"],
        }  # fmt: skip


def _settings(slapd: Slapd) -> DirectorySettings:
    return DirectorySettings.model_validate({
        "url": slapd.ldaps_url, "ca_file": slapd.ca_file, "bind_dn": slapd.sync_dn,
        "password": "env:NONE", "base": _BASE, "page_size": _PAGE,
    })  # fmt: skip


def _plain(folder: Path) -> Slapd:
    """A server that only stores: overlays take most of its time, whoever sends."""
    slapd = Slapd(folder)
    config = folder / "slapd.conf"
    config.write_text(config.read_text("utf-8").partition("overlay memberof")[0], "utf-8")
    return slapd


def _codec_adds(server: Server) -> float:
    with tempfile.TemporaryDirectory() as name, server(Path(name) / "slapd") as slapd:
        connection = WriteConnection(_settings(slapd), slapd.sync_dn, slapd.sync_password)

        def add() -> None:
            waiting = iter(list(_entries()))
            while window := list(islice(waiting, WINDOW)):
                assert all(answer and answer.good for answer in connection.add_all(window))

        try:
            return seconds(add)
        finally:
            connection.close()


def _ldapadd(ldif: Path, server: Server) -> float:
    with tempfile.TemporaryDirectory() as name, server(Path(name) / "slapd") as slapd:
        return ldap_tools.add(slapd, ldif)


def _bare_adds() -> float:
    with tempfile.TemporaryDirectory() as name, Slapd(Path(name) / "slapd") as slapd:
        tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(slapd.ca_file))
        server = ldap3.Server("localhost", slapd.ldaps_port, use_ssl=True, tls=tls,
                              get_info=ldap3.NONE)  # fmt: skip
        secret = slapd.sync_password.get_secret_value()
        connection = ldap3.Connection(server, slapd.sync_dn, secret, raise_exceptions=True)
        connection.bind()

        def add() -> None:
            for dn, attributes in _entries():
                connection.add(dn, None, attributes)

        try:
            return seconds(add)
        finally:
            connection.unbind()


def _codec_read(slapd: Slapd, settings: DirectorySettings) -> float:
    connection = SearchConnection(settings, slapd.sync_dn, slapd.sync_password)
    try:
        found = 0

        def read() -> None:
            nonlocal found
            found = sum(1 for _entry in connection.search(_BASE, _READ))

        took = seconds(read)
        assert found == ENTRIES + 1
        return took
    finally:
        connection.close()
