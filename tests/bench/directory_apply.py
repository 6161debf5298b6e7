"""Applying the directory stage, against ldapadd and bare ldap3 with the same entries."""

import ssl
import tempfile
from collections.abc import Sequence
from pathlib import Path

import ldap3

from inventory.records.changes import Change
from inventory.records.runs import RunState
from provisioning.lab.slapd import Slapd
from tests.bench import ldap_tools
from tests.bench.measuring import Line, in_turns, seconds, tell
from tests.bench.term_start import city_of
from tests.desk import Desk
from tests.whole.directory_desk import city_desk

PERSONS = 1_500
ROUNDS = 3


def measure() -> list[Line]:
    """Each round applies a fresh plan to a fresh server, and adds the same to another one."""
    with tempfile.TemporaryDirectory() as name:
        rounds: list[_Round] = []

        def ours() -> float:
            rounds.append(_Round(Path(name) / str(len(rounds))))
            return rounds[-1].apply()

        first = _Round(Path(name) / "first")
        first.apply()
        pair = in_turns(ours, first.add_bare, ROUNDS)
        tool = in_turns(ours, first.add_by_tool, ROUNDS)
    count = first.persons
    tell(f"apply {pair.first:.2f} s, bare {pair.second:.2f} s, ldapadd {tool.second:.2f} s")
    return [
        Line(
            f"apply {count:,} accounts with their groups: run, journal, passwords, second read",
            "ldapadd of the same entries, groups with all members at once",
            tool.ratio,
            1.0,
            f"{count / tool.first:.0f} and {count / tool.second:.0f} persons/s",
        ),
        Line(
            "the same",
            "bare ldap3 adds of the same entries",
            pair.ratio,
            None,
            f"{count / pair.first:.0f} and {count / pair.second:.0f} persons/s",
        ),
    ]


class _Round:
    """A place whose roster is applied and whose directory stage is planned."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.persons = 0
        self.entries: list[ldap_tools.Made] = []

    def apply(self) -> float:
        """Seconds for the directory stage."""
        with Slapd(self.folder / "slapd") as slapd:
            desk = city_desk(self.folder / "place", slapd, city_of(PERSONS))
            _done(desk.apply(desk.plan("roster")))
            plan = desk.plan("directory")
            self._remember(desk.changes(plan))
            run_id = desk.enter(plan)
            return seconds(lambda: _done(_carried_out(desk, run_id)))

    def _remember(self, changes: Sequence[Change]) -> None:
        self.entries += ldap_tools.made_by(changes)
        self.persons = sum("inetOrgPerson" in e.attributes["objectClass"] for e in self.entries)

    def add_by_tool(self) -> float:
        """Seconds that ldapadd takes for the same."""
        with tempfile.TemporaryDirectory() as name, Slapd(Path(name) / "slapd") as slapd:
            ldif = Path(name) / "all.ldif"
            ldap_tools.write_ldif(ldif, self.entries)
            return ldap_tools.add(slapd, ldif)

    def add_bare(self) -> float:
        """Seconds for the adds alone, over one connection with TLS."""
        with tempfile.TemporaryDirectory() as name, Slapd(Path(name) / "slapd") as slapd:
            tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(slapd.ca_file))
            server = ldap3.Server("localhost", slapd.ldaps_port, use_ssl=True, tls=tls)
            secret = slapd.sync_password.get_secret_value()
            connection = ldap3.Connection(server, slapd.sync_dn, secret, raise_exceptions=True)
            connection.bind()

            def add() -> None:
                for dn, attributes in self.entries:
                    connection.add(dn, None, dict(attributes))

            try:
                return seconds(add)
            finally:
                connection.unbind()


def _carried_out(desk: Desk, run_id: str) -> RunState:
    from provisioning.engine.running import apply_run
    from schoolnet import compose

    return apply_run(compose.tools(desk.place, run_id), run_id)


def _done(state: RunState) -> None:
    assert state is RunState.DONE
