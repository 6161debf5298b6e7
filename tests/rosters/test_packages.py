"""Zip files and folders: what is opened, what is refused, and what never gets out of them."""

import zipfile
from pathlib import Path

import pytest

from inventory.errors import UsageError
from inventory.records.people import Role
from inventory.rosters import oneroster, packages
from inventory.rosters.catalogue import format_of
from inventory.rosters.packages import open_package
from inventory.rosters.rows import Reading, ReadOptions, UnreadableError
from tests.rosters.packages import CITY, files, folder_of, zip_of
from tests.rosters.support import DAY

OPTIONS = ReadOptions(day=DAY, roles=(Role.STUDENT, Role.TEACHER),
                      known_schools=frozenset({"012345", "023456"}))  # fmt: skip


def read(path: Path) -> Reading:
    return oneroster.read(path, OPTIONS)


def test_zip_folder_and_inner_folder_are_the_same_delivery(tmp_path: Path) -> None:
    content = files(CITY)
    spelled = {name.upper(): data for name, data in content.items()}
    junk = {"demographics.csv": b"sourcedId\n1\n", ".DS_Store": b"x"}
    found = [
        read(folder_of(tmp_path / "a", content)),
        read(folder_of(tmp_path / "b" / "inner", content).parent),
        read(zip_of(tmp_path / "c.zip", content)),
        read(zip_of(tmp_path / "d.zip", content, "Export 2026/")),
        read(zip_of(tmp_path / "e.zip", {**spelled, **junk})),
    ]
    assert len({reading.sha256 for reading in found}) == 1
    assert len({reading.rows for reading in found}) == 1
    assert len(found[0].rows) == 7
    assert any("demographics.csv" in str(note) for note in found[-1].notes)


def test_another_content_is_another_delivery(tmp_path: Path) -> None:
    whole, part = files(CITY), files({**CITY, "enrollments": CITY["enrollments"][:-1]})
    first, second = (folder_of(tmp_path / n, c) for n, c in (("a", whole), ("b", part)))
    known = oneroster.FILES
    assert open_package(first, known).sha256 != open_package(second, known).sha256


def _flagged(path: Path) -> Path:
    """The same zip file, called encrypted in each header (bit 0 of the general purpose flag)."""
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    path.write_bytes(data)
    return path


def test_an_encrypted_zip_is_refused_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"encrypted with a password\. Unpack it into a folder"):
        read(_flagged(zip_of(tmp_path / "x.zip", files(CITY))))


@pytest.mark.parametrize(
    "name", ["../users.csv", "/etc/users.csv", "a/../../users.csv", "..\\users.csv"]
)
def test_names_that_lead_out_are_refused(tmp_path: Path, name: str) -> None:
    path = zip_of(tmp_path / "x.zip", {**files(CITY), name: b"x"})
    with pytest.raises(UsageError, match="leads out of the package"):
        read(path)
    assert [one.name for one in tmp_path.iterdir()] == ["x.zip"]


def test_what_is_no_package_is_refused_with_a_reason(tmp_path: Path) -> None:
    content = files(CITY)
    cut = zip_of(tmp_path / "cut.zip", content)
    cut.write_bytes(cut.read_bytes()[:-40])
    spoilt = zip_of(tmp_path / "spoilt.zip", content)
    data = spoilt.read_bytes()
    spoilt.write_bytes(data[:60] + bytes(20) + data[80:])
    plain = tmp_path / "users.csv"
    plain.write_bytes(content["users.csv"])
    for path, says in (
        (cut, "damaged zip file"),
        (spoilt, "damaged zip file"),
        (plain, "neither a zip file nor a folder"),
        (tmp_path / "none.zip", "does not exist"),
        (zip_of(tmp_path / "other.zip", {"readme.txt": b"x"}), "holds none of the files"),
        (zip_of(tmp_path / "twice.zip", {**content, "USERS.csv": b"x"}), "the same file twice"),
        (zip_of(tmp_path / "many.zip", {f"{n}": b"" for n in range(1_001)}), "more than 1000"),
        (folder_of(tmp_path / "empty", {}), "holds none of the files"),
        (folder_of(tmp_path / "zero", {**content, "users.csv": b""}), "is empty"),
    ):
        with pytest.raises(UsageError, match=says):
            read(path)


def test_two_sets_in_two_folders_are_refused(tmp_path: Path) -> None:
    both = {f"{year}/{name}": data for year in (2025, 2026) for name, data in files(CITY).items()}
    with pytest.raises(UsageError, match="the same file twice"):
        read(zip_of(tmp_path / "x.zip", both))


def test_what_unpacks_to_more_than_the_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(packages, "MAX_BYTES", 50_000)
    bomb = zip_of(tmp_path / "x.zip", {**files(CITY), "users.csv": b"0" * 5_000_000})
    assert bomb.stat().st_size < 50_000
    with pytest.raises(UsageError, match="this is no roster"):
        read(bomb)


def test_a_compression_that_is_not_known_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", files(CITY))
    data = path.read_bytes()
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = data.rfind(signature)
        data = data[: at + offset] + b"\x63\x00" + data[at + offset + 2 :]
    path.write_bytes(data)
    with pytest.raises(UsageError, match=r"plain zip file|damaged zip file"):
        read(path)


@pytest.mark.parametrize("name", ["auto", "oneroster"])
def test_damage_inside_any_compression_is_told(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for file, content in files(CITY).items():
            archive.writestr(file, content)
    data = path.read_bytes()
    at = data.index(b"users.csv") + len("users.csv") + 12
    path.write_bytes(data[:at] + bytes(40) + data[at + 40 :])
    with pytest.raises(UsageError, match="damaged"):
        read(path) if name != "auto" else format_of(path, name)


def test_a_zip_file_of_a_later_standard_is_refused(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "x.zip", files(CITY))
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 6] = 99
    path.write_bytes(data)
    with pytest.raises(UsageError, match="damaged"):
        read(path)


def test_user_names_and_passwords_leave_no_trace(tmp_path: Path) -> None:
    rows = [*CITY["users"], {**CITY["users"][0], "sourcedId": ""}]
    found = read(folder_of(tmp_path / "a", files({**CITY, "users": rows})))
    said = [found.model_dump_json(), repr(found), *map(str, found.summary())]
    said += [repr(problem) + problem.value for problem in found.problems]
    assert not [one for one in said if "geheim" in one]
    assert set(found.lost.values()) == {""}


def test_a_package_of_lost_rows_is_refused(tmp_path: Path) -> None:
    rows = [{**row, "givenName": "4711"} for row in CITY["users"]]
    with pytest.raises(UnreadableError, match=r"users\.csv: 6 of 6 rows cannot be read"):
        read(folder_of(tmp_path / "a", files({**CITY, "users": rows})))


def test_formats_are_told_apart(tmp_path: Path) -> None:
    content = files(CITY)
    without = {name: data for name, data in content.items() if name != "manifest.csv"}
    theirs = {
        "orgs.csv": b"sourcedId,name,type\n", "users.csv": b"sourcedId,username\n",
        "roles.csv": b"userSourcedId,orgSourcedId,role\n",
    }  # fmt: skip
    ucs = tmp_path / "ucs.csv"
    ucs.write_text("Vorname\tNachname\tSchulen\tbenutzertyp\tKlassen\n", encoding="utf-16")
    for path, expected in (
        (folder_of(tmp_path / "a", content), "oneroster"),
        (zip_of(tmp_path / "b.zip", without, "Export/"), "oneroster"),
        (folder_of(tmp_path / "c", theirs), "sds"),
        (zip_of(tmp_path / "d.zip", theirs), "sds"),
        (ucs, "ucs-school"),
    ):
        found, told = format_of(path, "auto")
        assert found == expected
        assert str(told[0]).startswith(f"{path.name}: recognised as {expected}")
    damaged = zip_of(tmp_path / "e.zip", without)
    damaged.write_bytes(damaged.read_bytes()[:-30])
    with pytest.raises(UsageError):
        format_of(damaged, "auto")
