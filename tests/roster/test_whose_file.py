"""Files of many schools in one call, often of one name: what is said of which."""

from pathlib import Path

from inventory.records import School
from inventory.records.places import SchoolType
from tests.desk import Desk
from tests.whole.commandline import CommandLine, assert_one_message

NORD = School(number="012345", name="Gymnasium Nord", school_type=SchoolType.GYMNASIUM)
SUED = School(number="023456", name="Grundschule Süd", school_type=SchoolType.GRUNDSCHULE)
SOURCE = """
[[sources]]
name = "{name}"
files = "import/{number}/*.csv"
format = "schild"
school = "{number}"
roles = ["{role}"]
school_year = "2026/27"
"""
HEADER = "Interne ID-Nummer;Nachname;Vorname;Klasse;Geburtsdatum"
TEACHERS = "Nachname;Vorname;Kürzel"


def place(folder: Path, role: str = "student") -> CommandLine:
    desk = Desk(folder, "", "".join(
        SOURCE.format(name=name, number=school.number, role=role)
        for name, school in (("North", NORD), ("South", SUED))
    ))  # fmt: skip
    desk.add(NORD, SUED)
    return CommandLine(folder)


def write(cli: CommandLine, school: School, *lines: str) -> Path:
    path = cli.folder / "import" / school.number / "schueler.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_each_file_is_named_with_its_source_before_what_is_wrong_in_it(tmp_path: Path) -> None:
    cli = place(tmp_path / "place")
    write(cli, NORD, HEADER, "1;Huber;Ida;7a;01.02.2013")
    write(cli, SUED, HEADER, "1;;Ben;4a;01.02.2016")
    said = cli("import", "roster", code=2).err.splitlines()
    nord = said.index("North: import/012345/schueler.csv")
    sued = said.index("South: import/023456/schueler.csv")
    (problem,) = [number for number, line in enumerate(said) if line.startswith("error: Line 2")]
    assert nord < said.index(next(line for line in said if "1 rows read" in line)) < sued < problem


def test_files_named_by_options_are_told_apart_too(tmp_path: Path) -> None:
    cli = place(tmp_path / "place")
    write(cli, NORD, HEADER, "1;Huber;Ida;7a;01.02.2013")
    elsewhere = write(cli, SUED, HEADER, "2;Kern;Ben;7a;01.02.2013")
    named = ("--format", "schild", "--school", NORD.number, "--role", "student")
    said = cli("import", "roster", elsewhere, cli.folder / "import/012345/schueler.csv", *named)
    assert "schild 012345 student: import/023456/schueler.csv" in said.err.splitlines()


def test_what_a_file_without_a_source_needs_is_said(tmp_path: Path) -> None:
    cli = place(tmp_path / "place")
    path = write(cli, NORD, HEADER, "1;Huber;Ida;7a;01.02.2013")
    said = cli("import", "roster", path, "--format", "auto", code=None)
    assert_one_message(said, 2, "oneroster, sds, ucs-school --format alone")
    named = ("--format", "csv", "--school", NORD.number, "--role", "student")
    assert_one_message(cli("import", "roster", path, *named, code=None), 2, "under [[sources]]")


def test_two_newcomers_are_joined_before_one_is_taken_in(tmp_path: Path) -> None:
    cli = place(tmp_path / "place", "teacher")
    write(cli, NORD, TEACHERS, "Lehrer;Anna;LE")
    write(cli, SUED, TEACHERS, "Lehrer;Anna;LA")
    cli("import", "roster")
    (asked,) = cli("links", "--json").json
    decided = ("links", "join", asked["newcomer"]["id"], asked["known"]["id"], "--reason", "one")
    cli(*decided)
    assert cli("links", "--json").json == []
    cli.apply(cli.plan("roster"))
    assert len(cli("list", "account", "--json").out.splitlines()) == 1


def test_the_rest_of_a_plan_is_shown_by_the_command_that_is_named(tmp_path: Path) -> None:
    cli = place(tmp_path / "place")
    write(cli, NORD, HEADER, "1;Huber;Ida;7a;01.02.2013", "2;Kern;Ben;7a;01.03.2013")
    write(cli, SUED, HEADER, "1;Alt;Eva;4a;01.02.2016")
    cli("import", "roster")
    plan, _digest = cli.plan("roster")
    said = cli("plans", "show", plan, "--target", "roster", "--operations", "--limit", "1")
    command = f"plans show {plan} --target roster --operations --limit 5"
    assert f"... and 4 more: schoolnet {command}" in said.err
    assert cli(*command.split()).out.count("[x]") == 5
