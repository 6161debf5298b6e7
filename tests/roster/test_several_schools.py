"""One file with several schools: a delivery for each, one person at two of them."""

from collections import Counter
from pathlib import Path

import pytest

from inventory.errors import StaleError
from inventory.records import Account, Enrolment, Person, School, SourceKey
from inventory.records.deliveries import Delivery
from inventory.records.people import AccountState
from inventory.records.places import SchoolType
from inventory.store.deliveries import newest_deliveries
from inventory.store.reading import SqliteReader
from inventory.store.saving import save_delivery
from schoolnet.place import Place
from tests.desk import Desk
from tests.rosters.packages import CITY, Tables, files, folder_of, member, pupil, zip_of
from tests.whole.commandline import CommandLine

NORD = School(number="012345", name="Gymnasium Nord", school_type=SchoolType.GYMNASIUM)
SUED = School(number="023456", name="Grundschule Süd", school_type=SchoolType.GRUNDSCHULE)
SOURCES = """
[[sources]]
name = "city"
files = "import"
format = "oneroster"
roles = ["student", "teacher"]
school_year = "2026/27"
"""


class City(CommandLine):
    """A place with two schools and one OneRoster source for both."""

    def __init__(self, folder: Path, sources: str = SOURCES) -> None:
        self.desk = Desk(folder, "", sources)
        self.desk.add(NORD, SUED)
        (folder / "import").mkdir(exist_ok=True)
        super().__init__(folder)

    def deliver(self, tables: Tables, mode: str = "bulk", code: int = 0) -> list[tuple[str, str]]:
        """Put a package in the source's folder and take it in; the school and role stored."""
        for old in (self.folder / "import").iterdir():
            old.unlink()
        zip_of(self.folder / "import" / "city.zip", files(tables, mode))
        made = self("import", "roster", "--json", code=code).json["deliveries"]
        numbers = {NORD.id: "nord", SUED.id: "sued"}
        return sorted((numbers[one["school"]], one["role"]) for one in made)

    def settle(self) -> None:
        """Plan the roster and apply it."""
        self.apply(self.plan("roster"))

    def people(self) -> dict[str, set[tuple[str, str, str]]]:
        """Given name -> (school, role, class) of all enrolments."""
        with Place(self.folder).reader() as reader:
            names = {p.id: p.given_name for p in reader.records(Person)}
            found: dict[str, set[tuple[str, str, str]]] = {name: set() for name in names.values()}
            classes = dict(reader.execute("SELECT id, name FROM school_class"))
            numbers = {NORD.id: "nord", SUED.id: "sued"}
            for e in reader.records(Enrolment):
                place = (numbers[e.school], e.role.value, classes.get(e.school_class, ""))
                found[names[e.person]].add(place)
            return found

    def keys(self, given_name: str) -> list[tuple[str, str]]:
        """The source keys of the one person of this name: (school id, record id)."""
        with Place(self.folder).reader() as reader:
            (person,) = (p for p in reader.records(Person) if p.given_name == given_name)
            keys = (k for k in reader.records(SourceKey) if k.person == person.id)
            return sorted((k.school, k.record_id) for k in keys)

    def states(self) -> Counter[AccountState]:
        """How many accounts are in which state."""
        with Place(self.folder).reader() as reader:
            return Counter(a.state for a in reader.records(Account))


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path / "place")


def test_each_school_and_role_in_the_file_is_delivered_by_itself(city: City) -> None:
    made = city.deliver(CITY)
    assert made == [("nord", "student"), ("nord", "teacher"),
                    ("sued", "student"), ("sued", "teacher")]  # fmt: skip
    city.settle()
    people = city.people()
    assert people["Änne"] == {("nord", "student", "5a")}
    assert people["Eva"] == {("nord", "teacher", "5a"), ("sued", "teacher", "")}
    assert sorted(city.keys("Eva")) == sorted([(NORD.id, "t1"), (SUED.id, "t1")])
    assert city.states() == {AccountState.ACTIVE: 6}
    assert "nothing to do" in city("plan", "roster").out
    assert "no new file" in city("import", "roster").err
    assert "!!  sources" not in city("check", code=None).out


def test_who_moves_to_another_school_of_the_file_stays_one_person(city: City) -> None:
    city.deliver(CITY)
    city.settle()
    before = city.desk.accounts()
    users = [{**u, "orgSourcedIds": "nord"} if u["sourcedId"] == "s1" else u for u in CITY["users"]]
    enrolled = [e for e in CITY["enrollments"] if e["userSourcedId"] != "s1"]
    city.deliver({**CITY, "users": users, "enrollments": [*enrolled, member("s1", "c5b")]})
    city.settle()
    assert city.people()["Dana"] == {("nord", "student", "5b")}
    assert city.keys("Dana") == sorted([(NORD.id, "s1"), (SUED.id, "s1")])
    assert city.desk.accounts() == before


def test_the_same_id_in_another_source_is_another_person(tmp_path: Path) -> None:
    own = SOURCES.replace('"city"', '"sued alone"').replace('"import"', '"sued"')
    city = City(tmp_path / "place", SOURCES + own + 'school = "023456"\n')
    folder_of(city.folder / "sued", files({
        **CITY, "orgs": CITY["orgs"][1:], "users": [pupil("n1", "Zoë", "Kahl", "sued")],
        "classes": (), "enrollments": (),
    }))  # fmt: skip
    nord = {**CITY, "users": [u for u in CITY["users"] if u["orgSourcedIds"] == "nord"]}
    zip_of(city.folder / "import" / "x.zip", files(nord))
    city("import", "roster", code=7)  # enrolments name people who are not in users.csv
    city.settle()
    assert city.keys("Zoë") == [(SUED.id, "n1")]
    assert city.keys("Änne") == [(NORD.id, "n1")]


def test_an_unknown_school_is_named_and_the_others_are_taken(city: City) -> None:
    west = {"sourcedId": "west", "name": "Realschule West", "type": "school", "identifier": "9"}
    tables = {**CITY, "orgs": [*CITY["orgs"], west],
              "users": [*CITY["users"], pupil("w1", "Kim", "West", "west")]}  # fmt: skip
    assert len(city.deliver(tables, code=7)) == 4
    said = city("import", "roster", city.folder / "import" / "city.zip", code=7)
    assert "orgs.csv: Line 4, sourcedId: the school Realschule West (west)" in said.err
    city.settle()
    assert "Kim" not in city.people()


def test_with_school_set_only_its_rows_are_taken(tmp_path: Path) -> None:
    city = City(tmp_path / "place", SOURCES + 'school = "023456"\n')
    assert city.deliver(CITY) == [("sued", "student"), ("sued", "teacher")]
    city.settle()
    assert sorted(name for name, places in city.people().items() if places) == [
        "Dana", "Ella", "Eva",
    ]  # fmt: skip


def test_a_school_that_a_guard_refuses_does_not_keep_the_others_out(city: City) -> None:
    city.deliver(CITY)
    city.settle()
    later = SOURCES.replace("2026/27", "2027/28").replace('"city"', '"later"')
    later = later.replace('"import"', '"later"') + 'school = "023456"\n'
    settings = city.folder / "schoolnet.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + later, encoding="utf-8")
    sued = {**CITY, "users": [pupil("s1", "Dana", "Weiß", "sued")], "enrollments": ()}
    folder_of(city.folder / "later", files(sued))
    city("import", "roster")
    changed = {**CITY, "users": [*CITY["users"], pupil("n9", "Neu", "Neumann")]}
    made = city.deliver(changed, code=6)
    assert ("nord", "student") in made
    assert ("sued", "student") not in made


def test_a_folder_named_on_the_command_line_is_a_delivery(city: City) -> None:
    path = folder_of(city.folder.parent / "elsewhere", files(CITY))
    said = city("import", "roster", path, "--format", "oneroster", "--json")
    assert len(said.json["deliveries"]) == 4
    said = city("import", "roster", path, "--format", "oneroster", "--school", "012345",
                "--role", "student", "--json")  # fmt: skip
    assert [one["role"] for one in said.json["deliveries"]] == ["student"]


def test_a_damaged_zip_is_told_and_the_other_source_taken(tmp_path: Path) -> None:
    other = SOURCES.replace('"city"', '"other"').replace('"import"', '"other"')
    city = City(tmp_path / "place", SOURCES + other)
    (city.folder / "import" / "city.zip").write_bytes(b"PK\x03\x04 cut off")
    folder_of(city.folder / "other", files(CITY))
    said = city("import", "roster", "--json", code=2)
    assert "city.zip is a damaged zip file" in said.err
    assert len(said.json["deliveries"]) == 4


UCS = """
[[sources]]
name = "ucs"
files = "import"
format = "ucs-school"
schools = { gsmitte = "023456", gymnord = "012345" }
roles = ["student", "teacher", "staff"]
school_year = "2026/27"
"""


def _ucs(city: City, *rows: tuple[str, ...], code: int = 0) -> None:
    header = ("Schulen", "Benutzertyp", "Vorname", "Nachname", "Klassen", "EMail")
    lines = ["\t".join(f'"{cell}"' for cell in row) for row in (header, *rows)]
    text = "".join(f"{line}\r\n" for line in lines)
    (city.folder / "import" / "users.csv").write_bytes(b"\xff\xfe" + text.encode("utf-16-le"))
    city("import", "roster", code=code)


def test_a_ucs_file_names_one_person_at_two_schools(tmp_path: Path) -> None:
    city = City(tmp_path / "place", UCS)
    eva = ("gsmitte,gymnord", "staffteacher", "Eva", "Lang", "gsmitte-1a,gymnord-5b", "")
    ben = ("gsmitte", "student", "Ben", "Mai", "gsmitte-1a", "ben@schule.example")
    lea = ("gsmitte", "student", "Lea", "Tal", "gsmitte-1a", "")
    _ucs(city, lea, eva, ben, ("gymnord", "student", "Eva", "Lang", "gymnord-5b", ""))
    city("apply", *_plan_arguments(city))
    with Place(city.folder).reader() as reader:
        evas = [p for p in reader.records(Person) if p.given_name == "Eva"]
        places = {p.id: 0 for p in evas}
        for e in reader.records(Enrolment):
            if e.person in places:
                places[e.person] += 1
    assert sorted(places.values()) == [1, 4]  # the teacher: two schools, two roles; the pupil
    moved = ("gymnord", "student", "Ben", "Mai", "gymnord-5b", "ben@schule.example")
    _ucs(city, lea, eva, moved, ("gymnord", "student", "Eva", "Lang", "gymnord-5b", ""))
    city("apply", *_plan_arguments(city))
    assert city.people()["Ben"] == {("nord", "student", "5b")}
    assert city.states() == {AccountState.ACTIVE: 4}
    assert "nothing to do" in city("plan", "roster").out


def _plan_arguments(city: City) -> tuple[str, ...]:
    plan, digest = city.plan("roster")
    return plan, "--digest", digest, "--yes"


# Deliveries of changes


def _change(**row: str) -> dict[str, str]:
    return {"status": "active", "dateLastModified": "2026-09-01", **row}


def test_changes_are_laid_over_what_is_in_force(city: City) -> None:
    city.deliver(CITY)
    city.settle()
    made = city.deliver({
        "users": [_change(**pupil("n4", "Finn", "Neu")),
                  _change(**pupil("n2", "Björn", "Jäger-Wald")),
                  {**_change(**pupil("n3", "", "")), "status": "tobedeleted"}],
        "enrollments": [_change(**member("n4", "c5b")),
                        {**_change(**member("n1", "c5a")), "status": "tobedeleted"},
                        _change(**member("n1", "c5b"))],
    }, "delta")  # fmt: skip
    assert made == [("nord", "student")]
    city.settle()
    people = city.people()
    assert people["Finn"] == people["Änne"] == {("nord", "student", "5b")}
    assert people["Björn"] == {("nord", "student", "5a")}
    assert people["Cem"] == set()
    assert people["Dana"] == {("sued", "student", "1a")}
    assert city.states() == {AccountState.ACTIVE: 6, AccountState.GRACE: 1}
    assert "nothing to do" in city("plan", "roster").out


def test_changes_upon_changes_and_a_renamed_class(city: City) -> None:
    city.deliver(CITY)
    city.deliver({"users": [_change(**pupil("n4", "Finn", "Neu"))],
                  "enrollments": [_change(**member("n4", "c5b"))]}, "delta")  # fmt: skip
    city.deliver({"classes": [_change(sourcedId="c5b", title="5x", classType="homeroom",
                                      schoolSourcedId="nord")]}, "delta")  # fmt: skip
    city.settle()
    people = city.people()
    assert people["Finn"] == people["Cem"] == {("nord", "student", "5x")}
    assert people["Änne"] == {("nord", "student", "5a")}


def test_several_changes_are_taken_in_the_order_they_are_named(city: City) -> None:
    city.deliver(CITY)
    moved = ({**_change(**member("n1", "c5a")), "status": "tobedeleted"},
             _change(**member("n1", "c5b")))  # fmt: skip
    back = ({**_change(**member("n1", "c5b")), "status": "tobedeleted"},
            _change(**member("n1", "c5a")))  # fmt: skip
    first = zip_of(city.folder / "import" / "1.zip", files({"enrollments": moved}, "delta"))
    second = zip_of(city.folder / "import" / "2.zip", files({"enrollments": back}, "delta"))
    assert "2 new files" in city("import", "roster", code=2).err
    city("import", "roster", first, second)
    city.settle()
    assert city.people()["Änne"] == {("nord", "student", "5a")}
    city("import", "roster", first)
    city.settle()
    assert city.people()["Änne"] == {("nord", "student", "5b")}


def test_changes_may_take_the_last_one_out_of_a_role(city: City) -> None:
    staff = pupil("v1", "Uta", "Amt", role="teacher")
    users = [*(u for u in CITY["users"] if u["sourcedId"] != "t1"), staff]
    members = [m for m in CITY["enrollments"] if m["userSourcedId"] != "t1"]
    city.deliver({**CITY, "users": users, "enrollments": members})
    city.settle()
    made = city.deliver({"users": [_change(**{**staff, "orgSourcedIds": "sued"})]}, "delta")
    assert made == [("nord", "teacher"), ("sued", "teacher")]
    city.settle()
    assert city.people()["Uta"] == {("sued", "teacher", "")}


def test_changes_that_change_nothing_store_nothing(city: City) -> None:
    city.deliver(CITY)
    assert city.deliver({"users": [_change(**pupil("n1", "Änne", "Müller"))]}, "delta") == []


def test_changes_of_nothing_are_refused(city: City) -> None:
    zip_of(city.folder / "import" / "x.zip", files({"users": [pupil("n1", "Än", "Mai")]}, "delta"))
    said = city("import", "roster", code=2)
    assert "only brings changes" in said.err


def test_an_unreadable_row_stays_unreadable_through_changes(city: City) -> None:
    city.deliver(CITY)
    city.settle()
    broken = [{**u, "givenName": "4711"} if u["sourcedId"] == "n2" else u for u in CITY["users"]]
    city.deliver({**CITY, "users": broken}, code=7)
    city.deliver({"users": [_change(**pupil("n4", "Finn", "Neu"))]}, "delta", code=7)
    city.settle()
    assert city.people()["Björn"] == {("nord", "student", "5a")}
    assert city.states() == {AccountState.ACTIVE: 7}


def test_without_lists_of_classes_people_keep_theirs(city: City) -> None:
    city.deliver(CITY)
    city.settle()
    users = [*CITY["users"][:-2], pupil("n4", "Finn", "Neu"), *CITY["users"][-2:]]
    city.deliver({"orgs": CITY["orgs"], "users": users})
    city.settle()
    people = city.people()
    assert people["Änne"] == {("nord", "student", "5a")}
    assert people["Finn"] == {("nord", "student", "")}
    assert people["Eva"] == {("nord", "teacher", "5a"), ("sued", "teacher", "")}
    assert city.deliver({"orgs": CITY["orgs"], "users": users[:-2]}) == [("sued", "student")]
    city.settle()
    assert city.people()["Ella"] == set()
    assert city.people()["Eva"] == people["Eva"]


def test_changes_of_what_was_replaced_meanwhile_are_refused(city: City) -> None:
    """The base was read, then somebody else delivered: the changes must not bring it back."""
    city.deliver(CITY)
    with city.desk.place.reader() as reader, city.desk.place.writer() as writer:
        (before,) = _in_force(reader)
        city.deliver({**CITY, "users": [*CITY["users"], pupil("n4", "Finn", "Neu")]})
        (newest,) = _in_force(reader)
        late = newest.model_copy(update={"id": "late", "complete": False})
        with pytest.raises(StaleError):
            save_delivery(writer, late, [], (), onto=before.id)
        assert _in_force(reader) == [newest]
        assert before != newest


def _in_force(reader: SqliteReader) -> list[Delivery]:
    return [d for d in newest_deliveries(reader, NORD.id) if d.role == "student"]
