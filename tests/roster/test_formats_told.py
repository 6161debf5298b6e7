"""Files whose format nobody names, taken in by the real command line."""

from pathlib import Path

from tests.rosters.test_cases import CASES
from tests.whole.commandline import CommandLine
from tests.whole.place import SCHOOL, founded

GIVEN = ("--format", "auto", "--school", SCHOOL, "--school-year", "2026/27")


def stored(cli: CommandLine) -> bytes:
    """Everything the store holds, as bytes."""
    return b"".join(path.read_bytes() for path in sorted(cli.folder.glob("inventory.sqlite*")))


def copied(cli: CommandLine, case: str) -> Path:
    path = cli.folder / case
    path.write_bytes((CASES / case).read_bytes())
    return path


def test_the_format_is_told_with_its_reason_and_names_the_ids(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    path = copied(cli, "webuntis-pupils-comma.csv")
    said = cli("import", "roster", path, *GIVEN, "--role", "student", "--json")
    assert "recognised as webuntis, because it has the columns klasse.name" in said.err
    (delivery,) = said.json["deliveries"]
    assert (delivery["format"], delivery["system"]) == ("webuntis", "webuntis")


def test_people_without_an_id_are_the_same_next_time(tmp_path: Path) -> None:
    """Also when the mark behind a name has changed, as every summer."""
    cli = founded(tmp_path / "place")
    path = copied(cli, "schild-interface.dat")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:4], lines[6]]))
    cli("import", "roster", path, *GIVEN, "--role", "student")
    cli.apply(cli.plan("roster"))
    cli("import", "roster", path, *GIVEN, "--role", "student")
    cli("plan", "roster")
    path.write_bytes(b"".join([*lines[:4], lines[6].replace(b"#05B", b"#06B")]))
    cli("import", "roster", path, *GIVEN, "--role", "student")
    (stage,) = cli("plan", "roster", "--json", code=3).json["stages"]
    assert (stage["counts"]["create"], stage["counts"]["disable"]) == (0, 0)


def test_nothing_that_is_not_read_reaches_the_store(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    for case, role, secrets in (
        ("schild-interface.dat", "student", ("Rastafari", "Geheim-1")),
        ("sophomorix-teachers.csv", "teacher", ("Anfang-4711",)),
    ):
        path = copied(cli, case)
        cli("import", "roster", path, *GIVEN, "--role", role, code=None)
        assert not [one for one in secrets if one.encode() in stored(cli)]


def test_a_file_of_no_format_is_refused_with_what_to_do(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    path = copied(cli, "auto-unknown.csv")
    said = cli("import", "roster", path, *GIVEN, "--role", "student", code=2)
    assert "schild, asv-bw" in said.err
    assert "--format" in said.err
