"""Files as schools really send them, the whole way: from the bytes to the directory's entries."""

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from inventory.records import School
from inventory.records.places import SchoolType
from tests.desk import Desk
from tests.directory.support import BOTH, Server
from tests.whole.commandline import CommandLine
from tests.whole.directory_desk import directory_toml
from tests.whole.seen import accounts_of, keys_of

pytestmark = BOTH
SCHOOL = School(
    id="north", number="012345", name="Gymnasium Nord", school_type=SchoolType.GYMNASIUM
)
PUPILS = ("Ute Jäger", "Jörg Müller", "Änne Groß", "Pia Kühn", "Pia Kühn")
"""Two of one name are in one class."""
USER_NAMES = {"ute.jaeger", "joerg.mueller", "aenne.gross", "pia.kuehn", "pia.kuehn2"}


def mixed(lines: Sequence[str]) -> bytes:
    """Lines that end with CR alone; every second one is Latin-1, the others are UTF-8."""
    coded = (line.encode("latin-1" if n % 2 else "utf-8") for n, line in enumerate(lines))
    return b"".join(line + b"\r" for line in coded)


def schild(folder: Path) -> Path:
    """One header is there twice with the same cells, one twice and unknown, one is empty."""
    head = "Interne ID-Nummer;Nachname;Vorname;Klasse;;Status;Klasse;Notiz;Notiz"
    rows = []
    for number, name in enumerate(PUPILS, 1):
        given, family = name.split()
        rows.append(f"{number};{family};{given};5a;;2;5a;x;y")
    path = folder / "pupils.txt"
    path.write_bytes(mixed([head, *rows]))
    return path


def oneroster(folder: Path) -> Path:
    """A package whose every file has CR alone, and whose users have such headers and lines."""
    head = "sourcedId,orgSourcedIds,role,givenName,familyName,,enabledUser,familyName,x,x"
    users, enrolments = [], []
    for number, name in enumerate(PUPILS, 1):
        given, family = name.split()
        users.append(f"u{number},s1,student,{given},{family},,true,{family},1,2")
        enrolments.append(f"e{number},c1,s1,u{number},student")
    tables = ("academicSessions", "classes", "enrollments", "orgs", "users")
    bulk = (f"file.{name},bulk" for name in tables)
    files = {
        "manifest": ("propertyName,value", "manifest.version,1.0", "oneroster.version,1.1", *bulk),
        "academicSessions": ("sourcedId,title,type,startDate,endDate,schoolYear",
                             "y1,2026/27,schoolYear,2026-08-01,2027-07-31,2027"),
        "orgs": ("sourcedId,name,type,identifier", "s1,Gymnasium Nord,school,012345"),
        "classes": ("sourcedId,title,grades,classType,schoolSourcedId,termSourcedIds",
                    "c1,5a,05,homeroom,s1,y1"),
        "enrollments": ("sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role",
                        *enrolments),
        "users": (head, *users),
    }  # fmt: skip
    path = folder / "package.zip"
    with zipfile.ZipFile(path, "w") as package:
        for name, lines in files.items():
            package.writestr(f"{name}.csv", mixed(lines))
    return path


@pytest.mark.parametrize("write", [schild, oneroster])
def test_from_the_file_to_the_directory(
    server: Server, tmp_path: Path, write: Callable[[Path], Path]
) -> None:
    desk = Desk(tmp_path / "place", directory_toml(server))
    desk.add(SCHOOL)
    cli = CommandLine(desk.place.folder)
    said = cli("import", "roster", write(tmp_path), "--format", "auto", "--school", SCHOOL.number,
               "--role", "student", "--school-year", "2026/27")  # fmt: skip
    assert "rows read, 0 lost (utf-8 + windows-1252" in said.err
    assert "line ends CR)" in said.err
    assert said.err.count("it is not written in the encoding of the other lines") == 3
    assert "is there twice" in said.err
    cli.apply(cli.plan())
    accounts = accounts_of(server)
    assert accounts.keys() == USER_NAMES
    groups = {f"012345/{name}" for name in ("5a", "students", "wifi-students")}
    assert {seen.groups for seen in accounts.values()} == {frozenset(groups)}
    assert sorted(shown(server)) == sorted(PUPILS)
    cli("plan", code=0)


def shown(server: Server) -> list[str]:
    """The names as the directory has them."""
    with server.admin() as admin:
        found = []
        for dn in keys_of(server).values():
            admin.search(dn, "(objectClass=*)", "BASE", attributes=["givenName", "sn"])
            values = admin.response[0]["raw_attributes"]
            found.append(f"{values['givenName'][0].decode()} {values['sn'][0].decode()}")
    return found
