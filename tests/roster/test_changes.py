"""Deliveries of changes that name what only earlier deliveries had, or what none had whole."""

from pathlib import Path

from tests.roster.test_several_schools import SOURCES, City
from tests.rosters.packages import CITY, files, folder_of, member, pupil, school_class

OWN = SOURCES.replace('"city"', '"own"').replace('"import"', '"sued"') + 'school = "023456"\n'


def test_classes_without_members_and_courses_are_remembered(tmp_path: Path) -> None:
    city = City(tmp_path / "place")
    courses = [school_class("m1", "Mathematik", classType="scheduled")]
    city.deliver({**CITY, "classes": [*CITY["classes"], school_class("c6a", "6a"), *courses]})
    city.deliver({"classes": [school_class("c6b", "6b")]}, "delta")
    city.deliver({"enrollments": [
        {**member("n1", "c5a"), "status": "tobedeleted"}, member("n1", "c6a"),
        {**member("n2", "c5a"), "status": "tobedeleted"}, member("n2", "c6b"), member("n3", "m1"),
    ]}, "delta")  # fmt: skip
    city.settle()
    people = city.people()
    assert people["Änne"] == {("nord", "student", "6a")}
    assert people["Björn"] == {("nord", "student", "6b")}
    assert people["Cem"] == {("nord", "student", "5b")}


def test_changes_of_a_school_that_never_came_whole_make_no_leavers(tmp_path: Path) -> None:
    city = City(tmp_path / "place", SOURCES + OWN)
    theirs = {name: [row for row in rows if "sued" in str(row)] for name, rows in CITY.items()}
    theirs["enrollments"] = [e for e in theirs["enrollments"] if e["userSourcedId"] != "t1"]
    folder_of(city.folder / "sued", files({**theirs, "orgs": CITY["orgs"]}))
    nord = [u for u in CITY["users"] if u["orgSourcedIds"] == "nord"]
    enrolled = [e for e in CITY["enrollments"] if e["userSourcedId"].startswith("n")]
    city.deliver({**CITY, "users": nord, "enrollments": enrolled})
    city.settle()
    settings = city.folder / "schoolnet.toml"
    settings.write_text(settings.read_text("utf-8").replace(OWN, ""), "utf-8")
    changed = {"orgs": CITY["orgs"], "users": [pupil("x1", "Neu", "Neumann", "sued")]}
    assert city.deliver(changed, "delta") == [("sued", "student")]
    said = city("plan", "roster", code=3)
    assert "Source 023456 Student: these are changes, and before them there was no" in said.err
    city.settle()
    assert city.people()["Ella"] == {("sued", "student", "1a")}
