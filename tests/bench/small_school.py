"""A small school on Samba's Active Directory, first and second year, against schulsync."""

import json
import os
import subprocess
import tempfile
from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from inventory.records import School
from inventory.records.places import SchoolType
from inventory.records.runs import RunState
from inventory.rosters.settings import SourceSettings
from provisioning.lab.samba import Samba, found_domain
from tests.bench.measuring import Line, in_turns, seconds, tell
from tests.bench.planning import PEER
from tests.desk import Desk
from tests.whole.directory_desk import directory_toml
from tests.whole.small_town import PUPILS, TEACHERS, Adult, Child

GOAL = 0.34
ROUNDS = 3
GRADES, IN_A_GRADE, TEACHERS_OF_SCHOOL = range(5, 11), 24, 10
SCHOOL = School(id="s1", number="100001", name="Realschule", school_type=SchoolType.REALSCHULE)
_PEER_CODE = """
import sys, time
from datetime import date
from functools import partial
from pathlib import Path
from schulsync.applier import schreibe_zugangsdaten, wende_plan_an
from schulsync.config import lade_config
from schulsync.csvsource import lese_export
from schulsync.ldapclient import AdVerbindung
from schulsync.models import Rolle
from schulsync.planner import berechne_plan
config = lade_config(sys.argv[1])
started = time.perf_counter()
people = []
for path, role in ((sys.argv[2], Rolle.SCHUELER), (sys.argv[3], Rolle.LEHRKRAFT)):
    people += lese_export(Path(path), role, profil_name="schild-nrw").personen
ad = AdVerbindung(config)
ad.verbinden()
there, taken = ad.lade_ist_konten(), ad.alle_benutzernamen_der_domaene()
plan = berechne_plan(people, there, taken, notbremse=False)
result = wende_plan_an(plan, ad, config, date.today())
ad.trennen()
schreibe_zugangsdaten(result.angelegt, Path(sys.argv[4]), date.today())
took = time.perf_counter() - started
assert not plan.konflikte and not result.fehler, (plan.konflikte, result.fehler)
print(took, len(result.angelegt), result.verschoben, result.deaktiviert)
"""


class _Files(NamedTuple):
    """One year's exports of the school: what each of the two reads."""

    pupils: str
    teachers: str
    their_teachers: str


def measure() -> list[Line]:
    """From the exports to what stands in the directory, with the passwords; each round on
    servers of their own. No start of Python is counted in either.
    """
    with tempfile.TemporaryDirectory() as name:
        found_domain(Path(name) / "domain")
        rounds = _Rounds(Path(name))
        first = in_turns(rounds.ours, rounds.theirs, ROUNDS)
        second = in_turns(rounds.our_next.pop, rounds.their_next.pop, ROUNDS)
    lines = []
    count = len(GRADES) * IN_A_GRADE + TEACHERS_OF_SCHOOL
    for what, pair in ((f"{count} accounts of a small school", first), ("its next year", second)):
        times = f"{pair.first:.2f} s and {pair.second:.2f} s"
        tell(f"{what}: {times}")
        against = "schulsync 0.1.1: read, plan, apply"
        lines.append(
            Line(f"{what} on Samba: import, plan, apply", against, pair.ratio, GOAL, times)
        )
    return lines


class _Rounds:
    """Each round founds a school on a fresh copy of the domain, and lets a year pass."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0
        self.our_next: list[float] = []
        self.their_next: list[float] = []
        """Seconds that the second years took."""

    def _fresh(self) -> tuple[Path, Samba]:
        self._count += 1
        folder = self._folder / str(self._count)
        return folder, Samba(folder / "samba", self._folder / "domain")

    def ours(self) -> float:
        """Seconds for the first year; those for the second are kept."""
        folder, samba = self._fresh()
        with samba:
            desk = Desk(folder / "place", directory_toml(samba))
            desk.add(SCHOOL)
            took = []
            for year in (2026, 2027):
                desk.clock.turn_to(date(year, 8, 20))
                files = _exports(year)
                took.append(seconds(partial(_carry, desk, files, year)))
            states = [account.state.value for account in desk.all_accounts()]
        assert (len(states), states.count("active")) == (178, 154), states
        self.our_next.append(took[1])
        return took[0]

    def theirs(self) -> float:
        """The same by schulsync, which logs in as the same account."""
        folder, samba = self._fresh()
        with samba:
            config = folder / "schulsync.yaml"
            ldap = {"server": samba.ldaps_url, "bind_benutzer": samba.sync_dn,
                    "base_dn": samba.managed, "tls_verifizieren": False}  # fmt: skip
            config.write_text(json.dumps({"ldap": ldap}))
            secret = samba.sync_password.get_secret_value()
            took = []
            for year, expected in ((2026, (154, 0, 0)), (2027, (24, 120, 24))):
                files = _exports(year)
                paths = [folder / f"{year}-{name}.csv" for name in ("pupils", "teachers", "out")]
                paths[0].write_text(files.pupils)
                paths[1].write_text(files.their_teachers)
                done = subprocess.run(
                    [PEER, "-c", _PEER_CODE, config, *paths], capture_output=True, text=True,
                    env={**os.environ, "SCHULSYNC_LDAP_PASSWORT": secret}, check=False,
                )  # fmt: skip
                assert done.returncode == 0, done.stderr
                seconds_taken, *counts = done.stdout.split()
                assert tuple(map(int, counts)) == expected, counts
                took.append(float(seconds_taken))
        self.their_next.append(took[1])
        return took[0]


def _carry(desk: Desk, files: _Files, year: int) -> None:
    texts = (("student", files.pupils), ("teacher", files.teachers))
    for role, text in texts:
        source = SourceSettings.model_validate({
            "name": role, "files": "*", "format": "schild", "school": SCHOOL.number,
            "roles": [role], "school_year": f"{year}/{(year + 1) % 100}",
        })  # fmt: skip
        path = desk.place.folder / f"{role}.csv"
        path.write_text(text)
        desk.take_in(source, path)
    plan = desk.plan("roster", "directory")
    assert desk.apply(plan) is RunState.DONE


def _exports(year: int) -> _Files:
    """Everybody is a grade further each year; the tenth grade leaves, a fifth one comes."""
    born = [year - 5 - grade for grade in GRADES]
    pupils = [
        Child(first * 100 + n, f"Kind{'abcdefghijklmnopqrstuvwx'[n]}", f"Jahrgang{first}",
              date(first, 5, 1 + n), f"{year - 5 - first}{'ab'[n % 2]}", admitted="01.08.2020")
        for first in born for n in range(IN_A_GRADE)
    ]  # fmt: skip
    adults = [
        Adult(f"{n:08}-0000-4000-8000-000000000000", "Ada", f"Lehrer{'abcdefghij'[n]}",
              f"l{n}@schule.example")
        for n in range(TEACHERS_OF_SCHOOL)
    ]  # fmt: skip
    theirs = [f"L{n};{one.family};{one.given};" for n, one in enumerate(adults)]
    return _Files(
        _lines(PUPILS, [one.row() for one in pupils]),
        _lines(TEACHERS, [one.row() for one in adults]),
        _lines("Interne ID-Nummer;Nachname;Vorname;Klasse", theirs),
    )


def _lines(header: str, rows: Sequence[str]) -> str:
    return "".join(f"{row}\r\n" for row in (header, *rows))
