"""The schools' exports are files as schools make them, and our own readers take every row."""

import csv
import os
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

from inventory.records.people import Role
from inventory.rosters.catalogue import READERS
from inventory.rosters.rows import Reading, RosterStatus
from inventory.rosters.settings import SourceSettings, source_files
from provisioning.lab.city import City
from provisioning.lab.city_people import encoding_of
from provisioning.lab.exports import sources_toml, write_exports

CITY = City(seed=5, schools=12, scale=0.2)
NEVER_READ = {"Straße", "Telefon-Nr.", "E-Mail (privat)", "Anschrift", "Notfallnummer"}


def read_all(folder: Path, year: int) -> dict[str, Reading]:
    settings = tomllib.loads(sources_toml(CITY, "exports", year))
    found = [SourceSettings.model_validate(source) for source in settings["sources"]]
    readings = {}
    for source, files in source_files(found, folder):
        assert len(files) == 1
        options = source.options(date(year, 9, 20))
        readings[source.name] = READERS[source.format](files[0], options)
    return readings


@pytest.mark.parametrize("year", [2026, 2027])
def test_our_readers_take_every_row_without_a_problem(tmp_path: Path, year: int) -> None:
    write_exports(CITY, tmp_path / "exports", year)
    readings = read_all(tmp_path, year)
    assert len(readings) == 24
    for reading in readings.values():
        assert reading.problems == ()
        assert not reading.lost
        assert len(reading.rows) == reading.row_count
        assert reading.school_year in {"", f"{year}/{year - 1999}"}
    roles = {row.role for reading in readings.values() for row in reading.rows}
    assert roles == {Role.STUDENT, Role.TEACHER}


def test_exports_differ_as_schools_do(tmp_path: Path) -> None:
    write_exports(CITY, tmp_path / "exports", 2026)
    readings = read_all(tmp_path, 2026)
    pupils = [reading for name, reading in readings.items() if name.endswith("student")]
    assert {reading.encoding for reading in pupils} == {"utf-8", "windows-1252"}
    assert {reading.format for reading in pupils} == {"schild", "csv"}
    assert {reading.separator for reading in pupils} == {";", ","}
    assert {bool(reading.school_year) for reading in pupils} == {True, False}
    assert {reading.status_missing for reading in pupils} == {True, False}
    statuses = {row.status for reading in pupils for row in reading.rows}
    assert statuses == set(RosterStatus)


def test_every_file_has_columns_that_must_never_be_read(tmp_path: Path) -> None:
    write_exports(CITY, tmp_path / "exports", 2026)
    for name, reading in read_all(tmp_path, 2026).items():
        if name.endswith("student"):
            assert NEVER_READ & set(reading.dropped_columns)


def test_two_writings_are_equal_and_the_next_year_replaces_them(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in write_exports(CITY, tmp_path / "a", 2026)]
    again = [path.read_bytes() for path in write_exports(CITY, tmp_path / "b", 2026)]
    assert first == again
    before = sorted(path for path in (tmp_path / "a").rglob("*") if path.is_file())
    next_year = [path.read_bytes() for path in write_exports(CITY, tmp_path / "a", 2027)]
    assert before == sorted(path for path in (tmp_path / "a").rglob("*") if path.is_file())
    assert all(new != old for new, old in zip(next_year, first, strict=True) if b"Klasse" in old)


def test_the_order_of_sets_does_not_show(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from provisioning.lab.city import City\n"
        "from provisioning.lab.exports import write_exports\n"
        "for path in write_exports(City(seed=5, schools=5, scale=0.1), Path(sys.argv[1]), 2027):\n"
        " sys.stdout.buffer.write(path.read_bytes())\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(said) == 1


def test_a_schild_file_is_what_schild_writes(tmp_path: Path) -> None:
    write_exports(CITY, tmp_path, 2026)
    member = CITY.members[0]
    text = (tmp_path / member.record.number / "schueler.csv").read_bytes().decode("utf-8")
    assert text.startswith("Interne ID-Nummer;Nachname;Vorname;Klasse;Klassenlehrer;Geburtsdatum;")
    assert text.count("\r\n") == text.count("\n")
    rows = list(csv.DictReader(text.splitlines(), delimiter=";"))
    assert {row["Geschlecht"] for row in rows} == {"m", "w"}
    assert {row["Volljährig"] for row in rows} == {"Nein"}
    assert all(row["Geburtsdatum"][2] == row["Geburtsdatum"][5] == "." for row in rows)
    assert {"1a", "4a"} <= {row["Klasse"] for row in rows}


def test_a_guest_names_the_school_that_has_the_account(tmp_path: Path) -> None:
    write_exports(CITY, tmp_path / "exports", 2026)
    numbers = {member.record.number for member in CITY.members}
    guests = [
        (name, row)
        for name, reading in read_all(tmp_path, 2026).items()
        for row in reading.rows
        if row.status is RosterStatus.EXTERNAL
    ]
    assert guests
    for name, row in guests:
        assert row.home_school in numbers - {name.split("-")[0]}


def test_small_cities_have_what_they_need() -> None:
    one, three = City(schools=1), City(schools=3)
    assert encoding_of(one.members[0]) == "utf-8"
    assert {encoding_of(member) for member in three.members} == {"utf-8", "iso-8859-1"}
    assert 'format = "csv"' in sources_toml(three, "exports")
    assert 'format = "csv"' not in sources_toml(one, "exports")
    assert {member.record.number[0] for member in three.members} == {"0", "1"}
