"""[[sources]]: what is refused, and which file belongs to which source."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from inventory.errors import SchoolnetError, SettingsError, UsageError
from inventory.rosters.catalogue import reader
from inventory.rosters.settings import SourceSettings, source_files, source_of
from tests.rosters.support import DAY

COLUMNS = {"record_id": "ID", "family_name": "Name", "given_name": "Vorname"}


def source(**more: Any) -> SourceSettings:
    given: dict[str, Any] = {
        "name": "nord", "files": "exports/nord", "format": "schild", "school": "012345",
        "roles": ["student"],
    }  # fmt: skip
    named = {name: value for name, value in (given | more).items() if value is not None}
    return SourceSettings.model_validate(named)


def test_source_has_the_system_of_its_format_and_a_plain_school_year() -> None:
    assert source().system == "schild"
    assert source(system="schild-neu", school_year="2026/2027").system == "schild-neu"
    assert source(format="auto").system == ""
    assert source(format="asv-bw", columns={"record_id": "ASV-ID"}).system == "asv-bw"
    assert source(school_year="2026/2027").school_year == "2026/27"
    assert source().options(DAY).school == "012345"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"school": 12345}, 'school = "12345"'),
        ({"format": "xml"}, "csv, schild"),
        ({"school": None}, "files of the format schild are of one school"),
        ({"schools": {"nord": "012345"}}, "files of the format schild are of one school"),
        ({"format": "oneroster", "schools": {"nord": 12345}}, 'school = "12345"'),
        ({"roles": ["guardian"]}, "student, teacher and staff"),
        ({"columns": {"record_id": "ID"}}, "Remove `columns`"),
        ({"format": "auto", "columns": {"record_id": "ID"}}, "csv, asv-bw, asv-bayern"),
        ({"format": "asv-bw", "columns": {"familyname": "x"}}, "unknown fields: familyname"),
        ({"format": "asv-bw", "columns": {"role": "x"}}, "unknown fields: role"),
        ({"format": "csv"}, "record_id"),
        ({"format": "csv", "columns": COLUMNS | {"familyname": "x"}}, "unknown fields: familyname"),
        ({"format": "csv", "columns": COLUMNS | {"email": " "}}, "no column for: email"),
        ({"format": "csv", "columns": {"record_id": "ID"}}, "lacks: family_name, given_name"),
        ({"format": "csv", "columns": COLUMNS, "roles": ["student", "staff"]}, "several roles"),
    ],
)
def test_wrong_source_is_refused_with_its_name(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        source(**wrong)
    assert "nord" in str(caught.value.message)


@pytest.mark.parametrize("wrong", [{"roles": []}, {"school_year": "26"}, {"filse": "x"}])
def test_wrong_value_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        source(**wrong)


def test_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="csv, schild"):
        reader("xml")


def _touch(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_files_find_their_source_by_folder_and_by_pattern(tmp_path: Path) -> None:
    _touch(tmp_path, "exports/nord/a.csv", "exports/nord/b.txt", "exports/nord/.hidden",
           "exports/nord/~$a.csv", "exports/sued/s_1.csv", "exports/sued/l_1.csv", "deep/x/t.csv",
           "one.csv", "schoolnet.toml")  # fmt: skip
    sources = [
        source(),
        source(name="pupils", files="exports/sued/s_*.csv"),
        source(name="teachers", files="exports/sued/l_*.csv", roles=["teacher"]),
        source(name="deep", files="deep/**/*.csv"),
        source(name="one", files="one.csv"),
        source(name="absolute", files=str(tmp_path / "deep" / "none*.csv")),
    ]
    found = {
        one.name: [path.name for path in paths] for one, paths in source_files(sources, tmp_path)
    }
    assert found == {
        "nord": ["a.csv", "b.txt"], "pupils": ["s_1.csv"], "teachers": ["l_1.csv"],
        "deep": ["t.csv"], "one": ["one.csv"], "absolute": [],
    }  # fmt: skip
    assert source_of(tmp_path / "exports/nord/../nord/a.csv", sources, tmp_path).name == "nord"


def test_a_package_is_a_zip_a_folder_or_lies_in_a_folder_of_them(tmp_path: Path) -> None:
    _touch(tmp_path, "in/one/users.csv", "in/one/orgs.csv", "drop/a/users.csv", "drop/b.zip",
           "drop/notes/x.txt", "zip/city.zip", "one.csv")  # fmt: skip
    sources = [
        source(name="folder", files="in/one", format="oneroster", school=None),
        source(name="drop", files="drop", format="sds", school=None),
        source(name="zip", files="zip/*.zip", format="oneroster"),
    ]
    found = {
        one.name: [path.name for path in paths] for one, paths in source_files(sources, tmp_path)
    }
    assert found == {"folder": ["one"], "drop": ["a", "b.zip"], "zip": ["city.zip"]}
    assert source_of(tmp_path / "in/../in/one", sources, tmp_path).name == "folder"
    with pytest.raises(UsageError, match="belongs to no source"):
        source_of(tmp_path / "drop/notes", sources, tmp_path)


def test_file_of_no_source_or_of_two_is_refused(tmp_path: Path) -> None:
    _touch(tmp_path, "exports/nord/a.csv", "exports/sued/s_1.csv", "exports/sued/stray.csv")
    nord, sued = source(), source(name="sued", files="exports/sued/s_*.csv")
    with pytest.raises(UsageError, match=r"stray\.csv belongs to no source"):
        source_of(tmp_path / "exports/sued/stray.csv", [nord, sued], tmp_path)
    with pytest.raises(UsageError, match=r"stray\.csv belongs to no source"):
        source_files([nord, sued], tmp_path)
    both = source(name="all", files="exports/*/*.csv")
    with pytest.raises(UsageError, match=r"a\.csv belongs to two sources, nord and all"):
        source_files([nord, both], tmp_path)
    with pytest.raises(UsageError, match="two sources"):
        source_of(tmp_path / "exports/nord/a.csv", [nord, both], tmp_path)


def test_a_refused_file_keeps_only_its_own_folder_out(tmp_path: Path) -> None:
    _touch(tmp_path, "exports/nord/a.csv", "exports/sued/s_1.csv", "exports/sued/stray.csv")
    _touch(tmp_path, "exports/ost/o.csv")
    nord, sued = source(), source(name="sued", files="exports/sued/s_*.csv")
    ost, twice = (source(name=name, files="exports/ost/o.csv") for name in ("ost", "twice"))
    refused: list[SchoolnetError] = []
    found = source_files([nord, sued, ost, twice], tmp_path, refused)
    assert {one.name: [path.name for path in paths] for one, paths in found} == {
        "nord": ["a.csv"], "sued": [], "ost": [], "twice": [],
    }  # fmt: skip
    assert [("stray.csv" in str(e.message), "o.csv" in str(e.message)) for e in refused] == [
        (False, True), (True, False),
    ]  # fmt: skip


def test_missing_folder_and_doubled_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no folder"):
        source_files([source()], tmp_path)
    _touch(tmp_path, "exports/nord/a.csv")
    with pytest.raises(SettingsError, match="Two sources are called nord"):
        source_files([source(), source()], tmp_path)
