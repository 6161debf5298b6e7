"""What the directory tests share: settings and connections for the lab's slapd."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from ldap3 import BASE, SUBTREE, Connection
from pydantic import JsonValue, SecretStr

from inventory.records.base import Edit
from inventory.records.changes import Action, Change, Notice
from inventory.records.runs import ChangeResult, Outcome
from provisioning.directory.connection import SearchConnection, WriteConnection
from provisioning.directory.executor import DirectoryExecutor
from provisioning.directory.password_settings import PasswordSettings
from provisioning.directory.passwords import InitialPasswords
from provisioning.directory.planner import DirectoryPlanner
from provisioning.directory.recipes import recipe_of
from provisioning.directory.settings import DirectorySettings
from provisioning.engine.spool import Spool
from provisioning.lab.slapd import Slapd
from tests.directory.city import DAY, City

BASE_DN = f"ou=schools,{Slapd.base}"


def settings_for(slapd: Slapd, **changed: object) -> DirectorySettings:
    """Settings that reach the lab's server as its sync account."""
    fields: dict[str, object] = {
        "url": slapd.url,
        "ca_file": slapd.ca_file,
        "bind_dn": slapd.sync_dn,
        "password": f"file:{slapd.sync_password_file}",
        "base": BASE_DN,
        "placeholder": f"cn=nobody,{slapd.base}",
        "connect_timeout": 2,
        "receive_timeout": 2,
    }
    return DirectorySettings.model_validate({**fields, **changed})


def reader(slapd: Slapd, settings: DirectorySettings | None = None) -> SearchConnection:
    """A connection of the account that may only read."""
    return SearchConnection(settings or settings_for(slapd), slapd.reader_dn, slapd.reader_password)


def writer(slapd: Slapd, settings: DirectorySettings | None = None) -> WriteConnection:
    """A connection of the sync account."""
    return WriteConnection(settings or settings_for(slapd), slapd.sync_dn, slapd.sync_password)


def can_log_in(slapd: Slapd, entry: str, password: str) -> bool:
    """True when a person's own login is accepted, asked by a connection of its own."""
    connection = writer(slapd)
    try:
        return connection.accepts(entry, SecretStr(password))
    finally:
        connection.close()


def dump(admin: Connection, base: str = BASE_DN) -> dict[str, dict[str, set[str]]]:
    """Everything below a DN as the administrator sees it: DN to attributes to values."""
    found = admin.extend.standard.paged_search(
        base, "(objectClass=*)", SUBTREE, attributes=["*", "entryUUID", "memberOf"], paged_size=500
    )
    return {
        entry["dn"]: {
            name: {str(value, "utf-8") for value in values}
            for name, values in entry["raw_attributes"].items()
            if values
        }
        for entry in found
    }


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

    def __init__(self, slapd: Slapd, folder: Path, **changed: object) -> None:
        self.slapd = slapd
        self.settings = settings_for(slapd, **changed)
        self.spool = Spool(folder / "spool", SecretStr("k" * 44))
        self.passwords = PasswordSettings()

    def plan(self, city: City, day: date = DAY) -> tuple[list[Change], list[Notice]]:
        connection = reader(self.slapd, self.settings)
        try:
            planner = DirectoryPlanner(connection, self.settings, day, self.passwords)
            items = list(planner.compare(planner.read(city), planner.desired(city)))
        finally:
            connection.close()
        changes = [item for item in items if isinstance(item, Change)]
        check_order(changes)
        return changes, [item for item in items if isinstance(item, Notice)]

    def executor(self, run: str = "run1") -> DirectoryExecutor:
        return DirectoryExecutor(self.settings, self.slapd.sync_password, self.spool, run)

    def apply(self, changes: Sequence[Change], run: str = "run1") -> Notebook:
        notebook, executor = Notebook(), self.executor(run)
        try:
            for batch in executor.batches(changes):
                executor.execute(batch, notebook)
        finally:
            executor.close()
        assert notebook.results.keys() == {change.id for change in changes}
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
        connection = writer(self.slapd)
        try:
            return [
                change.key
                for change in changes
                if change.kind == "person" and change.action is Action.CREATE
                and not connection.accepts(change.key, SecretStr(self.password(change, run)))
            ]  # fmt: skip
        finally:
            connection.close()


def check_order(changes: Sequence[Change]) -> None:
    """Ids are unique, and each change comes after what it needs."""
    seen: set[str] = set()
    for change in changes:
        assert change.id not in seen, f"twice: {change.key}"
        assert seen.issuperset(change.needs), f"before what it needs: {change.key}"
        seen.add(change.id)


def brief(changes: Sequence[Change]) -> list[str]:
    """One line a change, for reading: sign, kind, key."""
    return [f"{change.action.sign} {change.kind} {change.key}" for change in changes]
