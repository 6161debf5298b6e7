"""Whatever happens to a good package: no crash, and every loss named by file and line."""

import codecs
import re
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import UsageError
from inventory.records.people import Role
from inventory.rosters import oneroster, sds, ucs_school
from inventory.rosters.rows import Reading, ReadOptions, RosterRow, Severity
from tests.rosters.packages import CITY, files, folder_of, zip_of
from tests.rosters.support import DAY

OPTIONS = ReadOptions(day=DAY, roles=(Role.STUDENT, Role.TEACHER),
                      schools={"nord": "012345", "sued": "023456"},
                      known_schools=frozenset({"012345", "023456"}))  # fmt: skip
GOOD = files(CITY)
SDS = {
    "orgs.csv": b"sourcedId,name,type\nnord,N,school\nsued,S,school\n",
    "users.csv": b"sourcedId,givenName,familyName\n" + "".join(
        f"{u['sourcedId']},{u['givenName']},{u['familyName']}\n" for u in CITY["users"]).encode(),
    "roles.csv": b"userSourcedId,orgSourcedId,role\n" + "".join(
        f"{u['sourcedId']},{org},{u['role']}\n"
        for u in CITY["users"] for org in u["orgSourcedIds"].split(",")).encode(),
    "classes.csv": b"sourcedId,orgSourcedId,title\n" + "".join(
        f"{c['sourcedId']},{c['schoolSourcedId']},{c['title']}\n"
        for c in CITY["classes"]).encode(),
    "enrollments.csv": b"classSourcedId,userSourcedId,role\n" + "".join(
        f"{e['classSourcedId']},{e['userSourcedId']},{e['role']}\n"
        for e in CITY["enrollments"]).encode(),
}  # fmt: skip
PACKAGES = {"oneroster": (oneroster.read, GOOD), "sds": (sds.read, SDS)}
Read = Callable[[Path, ReadOptions], Reading]


def read(read_one: Read, content: Mapping[str, bytes], *, zipped: bool = False) -> Reading:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "package"
        return read_one((zip_of if zipped else folder_of)(path, content), OPTIONS)


def attempt(read_one: Read, content: Mapping[str, bytes]) -> Reading | None:
    try:
        return read(read_one, content)
    except UsageError:
        return None


def places(found: Reading) -> set[tuple[str, str, str, str]]:
    """Who is where, without lines."""
    return {(row.given_name + " " + row.family_name, row.school_number, row.role.value,
             row.school_class) for row in found.rows}  # fmt: skip


WHOLE = {name: read(*package) for name, package in PACKAGES.items()}


def check(found: Reading, content: Mapping[str, bytes]) -> None:
    """Each line of users is a row, or told, or its person is lost by a row that is told."""
    for problem in found.problems:
        assert problem.file in content
        assert str(problem.line) in str(problem.message)
        assert problem.line <= len(content[problem.file].splitlines()) + 1
    told = {(p.file, p.line) for p in found.problems}
    shown = {row.line for row in found.rows} | set(found.repeated)
    lost = {one for one in found.lost.values() if one}
    text = content["users.csv"].decode("utf-8", "replace")
    for number, line in enumerate(text.split("\n"), start=1):
        header = "sourcedId" in line or number == 1
        if header or not line.strip(' ,\t"\r') or number in shown or ("users.csv", number) in told:
            continue
        if any("without a role" in str(note) for note in found.notes):
            continue  # the whole row of the role is gone: the summary counts the person
        assert any(p.severity is Severity.ERROR for p in found.problems), (number, line)
        assert line.split(",")[0] in lost or "" in found.lost.values(), (number, line)


@given(
    name=st.sampled_from(sorted(PACKAGES)), seed=st.randoms(use_true_random=False),
    mark=st.booleans(), ends=st.sampled_from(["\n", "\r\n"]), zipped=st.booleans(),
    more=st.booleans(), case=st.sampled_from([str, str.upper, str.lower]),
)  # fmt: skip
def test_order_case_and_further_columns_change_nothing(
    name: str, seed: object, mark: bool, ends: str, zipped: bool, more: bool,
    case: Callable[[str], str],
) -> None:  # fmt: skip
    import random

    assert isinstance(seed, random.Random)
    read_one, content = PACKAGES[name]
    changed = {}
    for file, data in content.items():
        if '"' in data.decode() or file == "manifest.csv":
            changed[file] = data  # a cell with a comma in it is cut apart below
            continue
        lines = [line.split(",") for line in data.decode().splitlines()]
        if more:
            lines = [[*cells, *(["metadata.bus", "ext_shirt"] if at == 0 else ["7", ""])]
                     for at, cells in enumerate(lines)]  # fmt: skip
        order = [*range(len(lines[0]))]
        seed.shuffle(order)
        lines[0] = [case(cell) for cell in lines[0]]
        text = "".join(",".join(cells[at] for at in order) + ends for cells in lines)
        changed[file] = (codecs.BOM_UTF8 if mark else b"") + text.encode()
    found = read(read_one, changed, zipped=zipped)
    assert places(found) == places(WHOLE[name])
    assert not [p for p in found.problems if p.severity is Severity.ERROR]
    assert found.absence_counts


@given(
    name=st.sampled_from(sorted(PACKAGES)), data=st.data(),
    junk=st.sampled_from([b"", b'"', b",", b"\n", b"\xff", b"\xc3", b"\r", b"x", b"1,00E+05",
                          b"tobedeleted", b"\x00", "Ü".encode("cp1252")]),
)  # fmt: skip
def test_damage_anywhere_is_survived_and_named(name: str, data: st.DataObject, junk: bytes) -> None:
    read_one, content = PACKAGES[name]
    file = data.draw(st.sampled_from(sorted(content)))
    body = content[file]
    first = data.draw(st.integers(0, len(body)))
    last = data.draw(st.integers(first, min(len(body), first + 30)))
    broken = {**content, file: body[:first] + junk + body[last:]}
    found = attempt(read_one, broken)
    if found is not None:
        check(found, broken)


@given(name=st.sampled_from(sorted(PACKAGES)), data=st.data())
def test_a_cut_off_file_makes_no_leavers(name: str, data: st.DataObject) -> None:
    read_one, content = PACKAGES[name]
    file = data.draw(st.sampled_from(["users.csv", "enrollments.csv", "classes.csv"]))
    body = content[file]
    header = body.index(b"\n") + 1
    cut = data.draw(st.integers(header + 1, len(body) - 1).filter(lambda at: body[at - 1] != 10))
    found = attempt(read_one, {**content, file: body[:cut]})
    if found is not None:
        assert not found.absence_counts


@given(name=st.sampled_from(sorted(PACKAGES)), data=st.data())
def test_a_missing_file_is_refused_or_takes_nobody_away(name: str, data: st.DataObject) -> None:
    read_one, content = PACKAGES[name]
    file = data.draw(st.sampled_from(sorted(content)))
    found = attempt(read_one, {n: body for n, body in content.items() if n != file})
    if found is not None:
        assert {place[:3] for place in places(found)} == {p[:3] for p in places(WHOLE[name])}


@given(data=st.binary(max_size=200), at=st.integers(0, 400))
def test_a_damaged_zip_is_survived(data: bytes, at: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = zip_of(Path(folder) / "x.zip", GOOD)
        whole = path.read_bytes()
        path.write_bytes(whole[:at] + data + whole[at + len(data) :])
        try:
            found = oneroster.read(path, OPTIONS)
        except UsageError:
            return
        assert places(found) == places(WHOLE["oneroster"])


UCS_LINES = [
    ["Schulen", "Benutzertyp", "Vorname", "Nachname", "Klassen", "Beschreibung", "EMail"],
    ["nord", "student", "Änne", "Müller", "nord-5a", "x", "a@schule.example"],
    ["nord,sued", "staffteacher", "Eva", "Lang", "nord-5a,sued-1b", "x", ""],
    ["sued", "student", "Björn", "Jäger", "sued-1b", "x", ""],
    ["sued", "student", "Cem", "Öz", "sued-1b", "x", "c@schule.example"],
    ["nord", "student", "Dana", "Weiß", "", "x", ""],
]
UCS = "".join("\t".join(f'"{cell}"' for cell in line) + "\r\n" for line in UCS_LINES)


@given(
    first=st.integers(UCS.index("\n") + 1, len(UCS)), length=st.integers(0, 20),
    junk=st.sampled_from(["", '"', "\t", "\r\n", ",", "-", "\ud800", "x", "\u00c3\u00bc"]),
    odd=st.booleans(),
)  # fmt: skip
def test_damage_to_a_ucs_file_is_survived_and_named(
    first: int, length: int, junk: str, odd: bool
) -> None:
    text = UCS[:first] + junk + UCS[first + length :]
    data = codecs.BOM_UTF16_LE + text.encode("utf-16-le", "surrogatepass")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "users.csv"
        path.write_bytes(data[:-1] if odd else data)
        try:
            found = ucs_school.read(path, OPTIONS)
        except UsageError:
            return
    errors = {p.line for p in found.problems if p.severity is Severity.ERROR}
    shown = {row.line for row in found.rows}
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text)[1:], start=2):
        inside = any(number - 1 in lines for lines in (shown, errors))  # of a quoted cell
        assert not line.strip('\t" ') or number in shown | errors or inside
    assert found.absence_counts is (found.complete and all(found.lost.values()))


def test_rows_keep_the_letters_of_every_name() -> None:
    names = {u["givenName"] for u in CITY["users"]}
    rows: tuple[RosterRow, ...] = WHOLE["oneroster"].rows
    assert {row.given_name for row in rows} == names
