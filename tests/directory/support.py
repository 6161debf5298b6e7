"""What the directory tests share: settings and connections for the lab's two servers."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from ldap3 import BASE, SUBTREE, Connection
from pydantic import JsonValue, SecretStr

from inventory.records.base import Edit
from inventory.records.changes import Action, Change, Notice
from inventory.records.runs import ChangeResult, Outcome
from provisioning.directory.connection import WriteConnection
from provisioning.directory.dn import normalise
from provisioning.directory.executor import DirectoryExecutor
from provisioning.directory.login import abandon, bind, open_tls
from provisioning.directory.password_settings import PasswordSettings
from provisioning.directory.passwords import InitialPasswords
from provisioning.directory.planner import DirectoryPlanner
from provisioning.directory.recipes import recipe_of
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings
from provisioning.engine.spool import Spool
from provisioning.lab.samba import Samba
from provisioning.lab.slapd import Slapd
from tests.directory.city import DAY, City

BASE_DN = f"ou=schools,{Slapd.base}"
AD_BASE_DN = normalise(Samba.managed)
Server = Slapd | Samba
BOTH = pytest.mark.parametrize("server", ["openldap", "active_directory"], indirect=True)
"""Runs a test that asks for `server` against a real one of each kind."""
EVERY_WAY = pytest.mark.parametrize(
    "server", ["openldap", "openldap by ldap3", "active_directory"], indirect=True
)
"""The same, and OpenLDAP also by ldap3 alone, as `own_codec = false` has it."""


class ByLdap3(Slapd):
    """A server that the settings let be reached by ldap3 alone."""


def settings_for(server: Server, **changed: object) -> DirectorySettings:
    """Settings that reach the lab's server as its sync account."""
    fields: dict[str, object] = {
        "url": server.url,
        "ca_file": server.ca_file,
        "bind_dn": server.sync_dn,
        "password": f"file:{server.sync_password_file}",
        "connect_timeout": 2,
        "receive_timeout": 2,
    }
    if isinstance(server, Samba):
        own: dict[str, object] = {"kind": "active_directory", "base": AD_BASE_DN}
    else:
        own = {"base": BASE_DN, "placeholder": f"cn=nobody,{server.base}"}
        own["own_codec"] = not isinstance(server, ByLdap3)
    fields |= own
    return DirectorySettings.model_validate({**fields, **changed})


def reader(server: Server, settings: DirectorySettings | None = None) -> SearchConnection:
    """A connection of the account that may only read."""
    settings = settings or settings_for(server)
    return SearchConnection(settings, server.reader_dn, server.reader_password)


def writer(server: Server, settings: DirectorySettings | None = None) -> WriteConnection:
    """A connection of the sync account."""
    return WriteConnection(settings or settings_for(server), server.sync_dn, server.sync_password)


def can_log_in(server: Server, entry: str, password: str) -> bool:
    """True when a person's own login is accepted, asked by a connection of its own."""
    settings = settings_for(server)
    connection = open_tls(settings)
    try:
        return bind(settings, connection, entry, SecretStr(password))[0] == 0
    finally:
        abandon(connection)


def dump(admin: Connection, base: str = BASE_DN) -> dict[str, dict[str, set[str]]]:
    """Everything below a DN as the administrator sees it: DN to attributes to values.

    DNs are in normal form; what Active Directory calls otherwise has its name in OpenLDAP.
    """
    asked = ["*", "entryUUID", "memberOf"]
    found = admin.extend.standard.paged_search(
        base, "(objectClass=*)", SUBTREE, attributes=asked, paged_size=500
    )
    return {
        normalise(entry["dn"]): {
            _COMMON_NAMES.get(name, name): {_text(name, value) for value in values}
            for name, values in entry["raw_attributes"].items()
            if values
        }
        for entry in found
        if entry["type"] == "searchResEntry"
    }


_COMMON_NAMES = {
    "objectGUID": "entryUUID", "sAMAccountName": "uid", "adminDescription": "description",
}  # fmt: skip


def _text(name: str, value: bytes) -> str:
    if name == "objectGUID":
        return str(UUID(bytes_le=value))
    text = value.decode("utf-8", "replace")
    return normalise(text) if name in {"member", "memberOf"} else text


def values(admin: Connection, entry: str, attribute: str) -> set[str]:
    """The values of one attribute of one entry, as the administrator sees them."""
    admin.search(entry, "(objectClass=*)", BASE, attributes=[attribute])
    return {str(value, "utf-8") for value in admin.response[0]["raw_attributes"][attribute]}


def make_read_only(slapd: Slapd, value: str) -> None:
    """Let the server refuse every write (``TRUE``), or take them again (``FALSE``)."""
    with slapd.admin() as admin:
        admin.search("cn=config", f"(olcSuffix={Slapd.base})", attributes=["olcSuffix"])
        admin.modify(admin.response[0]["dn"], {"olcReadOnly": [("MODIFY_REPLACE", [value])]})


class Notebook:
    """A Recorder that keeps what it is told, in order."""

    def __init__(self) -> None:
        self.intended: list[str] = []
        self.results: dict[str, ChangeResult] = {}

    def observed(self, kind: str, record: str, school: str, facts: Mapping[str, JsonValue]) -> None:
        """Nothing is kept here."""

    def intend(self, changes: Sequence[Change]) -> None:
        self.intended += [change.id for change in changes]

    def result(
        self,
        change: Change,
        result: ChangeResult,
        edits: Sequence[Edit] = (),
        used_names: Sequence[bytes] = (),
    ) -> None:
        assert change.id in self.intended, "a result without an intent"
        self.results[change.id] = result

    def outcomes(self) -> Counter[Outcome]:
        return Counter(result.outcome for result in self.results.values())


class Desk:
    """One server with its settings and spool: plans as the reader, applies as the sync account."""

    def __init__(self, server: Server, folder: Path, **changed: object) -> None:
        self.server = server
        self.settings = settings_for(server, **changed)
        self.spool = Spool(folder / "spool", SecretStr("k" * 44))
        self.passwords = PasswordSettings()
        self.known_ids: dict[str, str] = {}
        """What the store would remember of results, by record."""

    @property
    def slapd(self) -> Slapd:
        """The server, for tests of OpenLDAP alone."""
        assert isinstance(self.server, Slapd)
        return self.server

    @property
    def base(self) -> str:
        """The managed subtree, in normal form."""
        return normalise(self.settings.base)

    def dump(self) -> dict[str, dict[str, set[str]]]:
        """Everything below `base` as the administrator sees it."""
        with self.server.admin() as admin:
            return dump(admin, self.base)

    def plan(self, city: City, day: date = DAY) -> tuple[list[Change], list[Notice]]:
        connection = reader(self.server, self.settings)
        try:
            planner = DirectoryPlanner(
                connection, self.settings, day, self.passwords, known_ids=lambda: self.known_ids
            )
            items = list(planner.compare(planner.read(city), planner.desired(city)))
        finally:
            connection.close()
        changes = [item for item in items if isinstance(item, Change)]
        check_order(changes)
        return changes, [item for item in items if isinstance(item, Notice)]

    def executor(self, run: str = "run1") -> DirectoryExecutor:
        return DirectoryExecutor(self.settings, self.server.sync_password, self.spool, run)

    def apply(self, changes: Sequence[Change], run: str = "run1") -> Notebook:
        notebook, executor = Notebook(), self.executor(run)
        try:
            for batch in executor.batches(changes):
                executor.execute(batch, notebook)
        finally:
            executor.close()
        assert notebook.results.keys() == {change.id for change in changes}
        for change in changes:
            if uuid := notebook.results[change.id].uuid:
                self.known_ids[change.record] = uuid
        return notebook

    def bring(self, city: City, run: str = "run1") -> list[Change]:
        """Plan and apply; everything must end well, and nothing be left to do."""
        changes, notices = self.plan(city)
        assert notices == []
        notebook = self.apply(changes, run)
        assert [r for r in notebook.results.values() if r.outcome is not Outcome.DONE] == []
        assert self.plan(city) == ([], [])
        return changes

    def password(self, change: Change, run: str = "run1") -> str:
        secret = InitialPasswords(self.spool, run).password(
            change.group, change.id, recipe_of(change)
        )
        return secret.get_secret_value()

    def locked_out(self, changes: Sequence[Change], run: str = "run1") -> list[str]:
        """The made accounts that cannot log in with what their handout says."""
        return [
            change.key
            for change in changes
            if change.kind == "person" and change.action is Action.CREATE
            and not can_log_in(self.server, change.key, self.password(change, run))
        ]  # fmt: skip


def check_order(changes: Sequence[Change]) -> None:
    """Ids are unique, and each change comes after what it needs."""
    seen: set[str] = set()
    for change in changes:
        assert change.id not in seen, f"twice: {change.key}"
        assert seen.issuperset(change.needs), f"before what it needs: {change.key}"
        seen.add(change.id)


def brief(changes: Sequence[Change], *, folded: bool = False) -> list[str]:
    """One line a change, for reading: sign, kind, key (`folded`: in normal form)."""
    return [
        f"{change.action.sign} {change.kind} {normalise(change.key) if folded else change.key}"
        for change in changes
    ]
