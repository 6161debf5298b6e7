"""What is written for others: exact columns, stable ids, the same bytes, nothing secret."""

import csv
import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.exports import apple_school_manager
from inventory.records import Account, Enrolment, Person, School, SchoolClass
from inventory.records.people import AccountState, Role
from inventory.records.places import SchoolType
from tests.desk import Desk
from tests.roster.test_several_schools import City
from tests.whole.commandline import CommandLine

NORD = School(id="nord", number="012345", name="Gymnasium, Nord", school_type=SchoolType.GYMNASIUM)
SUED = School(id="sued", number="023456", name="Grundschule Süd",
              school_type=SchoolType.GRUNDSCHULE)  # fmt: skip
CLASSES = (
    SchoolClass(id="c5a", school="nord", name="5a", grade=5),
    SchoolClass(id="c1b", school="sued", name="1/b, rot", grade=1),
)
TABLES = {
    "students.csv": "person_id,person_number,first_name,middle_name,last_name,grade_level,"
                    "email_address,sis_username,password_policy,location_id",
    "staff.csv": "person_id,person_number,first_name,middle_name,last_name,email_address,"
                 "sis_username,location_id",
    "courses.csv": "course_id,course_number,course_name,location_id",
    "classes.csv": "class_id,class_number,course_id,instructor_id,instructor_id_2,"
                   "instructor_id_3,location_id",
    "rosters.csv": "roster_id,class_id,student_id",
    "locations.csv": "location_id,location_name",
}  # fmt: skip


def _somebody(
    key: str, given: str, family: str, *places: tuple[str, Role, str],
    state: AccountState = AccountState.ACTIVE,
) -> Iterator[Person | Account | Enrolment]:  # fmt: skip
    home = places[0][0]
    yield Person(id=key, school=home, given_name=given, family_name=family)
    yield Account(id=f"a-{key}", person=key, school=home, user_name=f"{key}.login",
                  email=f"{key}@schule.example", state=state)  # fmt: skip
    for n, (school, role, group) in enumerate(places):
        yield Enrolment(id=f"e{n}-{key}", person=key, school=school, role=role,
                        school_class=group, school_year="2026/27")  # fmt: skip


@pytest.fixture
def cli(tmp_path: Path) -> CommandLine:
    """Two schools with pupils, a teacher at both, staff, and people who are not exported."""
    pupil, teacher, staff = Role.STUDENT, Role.TEACHER, Role.STAFF
    Desk(tmp_path / "place").add(
        NORD, SUED, *CLASSES,
        *_somebody("p1", 'Änne "Anni"', "Müller von der Au", ("nord", pupil, "c5a")),
        *_somebody("p2", "Björn", "Jäger", ("nord", pupil, "c5a")),
        *_somebody("p3", "Cem", "Öz", ("sued", pupil, "c1b")),
        *_somebody("t1", "Eva", "Lang", ("nord", teacher, "c5a"), ("sued", teacher, "c1b")),
        *_somebody("v1", "Uta", "Amt", ("nord", staff, ""), ("sued", Role.GUARDIAN, "")),
        *_somebody("x1", "Weg", "Gegangen", ("nord", pupil, "c5a"), state=AccountState.DISABLED),
        *_somebody("x2", "Noch", "Nichtda", ("nord", pupil, ""), state=AccountState.PLANNED),
    )  # fmt: skip
    return CommandLine(tmp_path / "place")


def tables(path: Path) -> dict[str, list[str]]:
    """File name -> lines."""
    with zipfile.ZipFile(path) as archive:
        return {one: archive.read(one).decode().splitlines() for one in archive.namelist()}


def export(cli: CommandLine, name: str, *options: object) -> Path:
    path = cli.folder.parent / f"{name}-{len(list(cli.folder.parent.iterdir()))}.zip"
    cli("export", name, "--output", path, *options)
    return path


def test_apple_gets_its_six_files_with_their_columns(cli: CommandLine) -> None:
    found = tables(export(cli, "apple-school-manager", "--school", "012345"))
    assert {name: lines[0] for name, lines in found.items()} == TABLES
    assert found["students.csv"][1:] == [
        'p1,,"Änne \\"Anni\\"",,"Müller von der Au",5,p1@schule.example,p1.login,,nord',
        "p2,,Björn,,Jäger,5,p2@schule.example,p2.login,,nord",
    ]
    assert found["staff.csv"][1:] == [
        "t1,,Eva,,Lang,t1@schule.example,t1.login,nord",
        "v1,,Uta,,Amt,v1@schule.example,v1.login,nord",
    ]
    assert found["courses.csv"][1:] == ["course-c5a,5a,5a,nord"]
    assert found["classes.csv"][1:] == ["c5a,5a,course-c5a,t1,,,nord"]
    assert found["rosters.csv"][1:] == ["e0-p1,c5a,p1", "e0-p2,c5a,p2"]
    assert found["locations.csv"][1:] == ['nord,"Gymnasium, Nord"']


def test_apple_gets_a_column_for_a_second_school_only_when_somebody_has_one(
    cli: CommandLine,
) -> None:
    found = tables(export(cli, "apple-school-manager"))
    header, first, *_others = found["staff.csv"]
    assert header == TABLES["staff.csv"] + ",location_id_2"
    assert first == "t1,,Eva,,Lang,t1@schule.example,t1.login,nord,sued"
    assert found["students.csv"][3].endswith(",sued,")
    assert found["staff.csv"][2].endswith(",nord,"), "a guardian elsewhere is nobody there"
    ids = {name: {line.split(",")[0] for line in lines[1:]} for name, lines in found.items()}
    for line in found["rosters.csv"][1:]:
        _roster, group, student = line.split(",")
        assert group in ids["classes.csv"]
        assert student in ids["students.csv"]


def test_ids_that_apple_does_not_take_are_replaced_for_good() -> None:
    assert apple_school_manager.apple_id("abc-1") == "abc-1"
    made = apple_school_manager.apple_id("gym_nord")
    assert made == apple_school_manager.apple_id("gym_nord") != "gym_nord"
    assert made.isalnum()


@pytest.mark.parametrize("name", ["apple-school-manager", "oneroster"])
def test_the_same_inventory_gives_the_same_bytes_journalled_and_for_the_owner_only(
    cli: CommandLine, name: str
) -> None:
    first, second = export(cli, name), export(cli, name, "--reason", "upload")
    assert first.read_bytes() == second.read_bytes()
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    newest = cli("journal", "--json", "--limit", "1").json[0]
    assert (newest["kind"], newest["payload"]["export"]) == ("export", name)
    assert newest["payload"]["reason"] == "upload"
    assert "Müller" not in str(newest)
    said = cli("export", name, "--output", first, code=2)
    assert "exists already" in said.err
    gone = [one for one in tables(first).values() if any("Gegangen" in line for line in one)]
    assert not gone


def test_nobody_to_export_is_said_and_leaves_no_file(tmp_path: Path) -> None:
    Desk(tmp_path / "place").add(NORD)
    cli = CommandLine(tmp_path / "place")
    said = cli("export", "oneroster", "--output", tmp_path / "x.zip", code=2)
    assert "nothing to export" in said.err
    assert not (tmp_path / "x.zip").exists()


def _rows(lines: list[str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO("\n".join(lines))))


def test_a_oneroster_package_is_whole(cli: CommandLine) -> None:
    found = {name: _rows(lines) for name, lines in tables(export(cli, "oneroster")).items()}
    said = {row["propertyName"]: row["value"] for row in found.pop("manifest.csv")}
    assert said["oneroster.version"] == "1.1"
    bulk = {name for name, value in said.items() if value == "bulk"}
    assert bulk == {f"file.{name.removesuffix('.csv')}" for name in found}
    users = {row["sourcedId"]: row for row in found["users.csv"]}
    assert users.keys() == {"p1", "p2", "p3", "t1", "v1"}
    assert users["p1"]["givenName"] == 'Änne "Anni"'
    assert users["t1"]["orgSourcedIds"] == "nord,sued"
    assert (users["v1"]["orgSourcedIds"], users["v1"]["role"]) == ("nord", "administrator")
    assert {row["password"] for row in users.values()} == {""}
    ids = {name: {row["sourcedId"] for row in rows} for name, rows in found.items()}
    for row in found["enrollments.csv"]:
        assert row["classSourcedId"] in ids["classes.csv"]
        assert row["userSourcedId"] in ids["users.csv"]
    for row in found["classes.csv"]:
        assert row["courseSourcedId"] in ids["courses.csv"]
        assert row["termSourcedIds"] in ids["academicSessions.csv"]
        assert row["schoolSourcedId"] in ids["orgs.csv"]


def test_our_own_export_taken_in_again_changes_nothing(cli: CommandLine) -> None:
    path = export(cli, "oneroster")
    before = cli("journal", "--json", "--limit", "1").json[0]["seq"]
    said = cli("import", "roster", path, "--format", "oneroster")
    assert "says nothing new" in said.err
    assert "nothing to do" in cli("plan", "roster").out
    newest = cli("journal", "--json", "--limit", "9").json
    assert {one["kind"] for one in newest if one["seq"] > before} <= {"plan"}


def test_another_inventory_reads_it_as_it_was_meant(cli: CommandLine, tmp_path: Path) -> None:
    other = City(tmp_path / "other")
    (other.folder / "import" / "x.zip").write_bytes(export(cli, "oneroster").read_bytes())
    other("import", "roster", code=0)
    other.settle()
    assert other.people() == {
        'Änne "Anni"': {("nord", "student", "5a")},
        "Björn": {("nord", "student", "5a")},
        "Cem": {("sued", "student", "1/b, rot")},
        "Eva": {("nord", "teacher", "5a"), ("sued", "teacher", "1/b, rot")},
    }
    assert "nothing to do" in other("plan", "roster").out
