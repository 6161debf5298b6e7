"""What is wrong in one school's folder does not keep the others out."""

from pathlib import Path

from tests.whole.commandline import CommandLine
from tests.whole.place import SCHOOL, founded, pupil_file

OTHER = """
[[sources]]
name = "other"
files = "import/other/*.csv"
format = "csv"
school = "{school}"
roles = ["staff"]
columns = {{record_id = "Nr", family_name = "Name", given_name = "Vorname"}}
"""


def with_other_folder(folder: Path) -> tuple[CommandLine, Path]:
    """A place with one source more, in a folder of its own, and a file in it."""
    cli = founded(folder)
    with (folder / "schoolnet.toml").open("a", encoding="utf-8") as settings:
        settings.write(OTHER.format(school=SCHOOL))
    file = folder / "import" / "other" / "staff.csv"
    file.parent.mkdir()
    file.write_text("Nr,Name,Vorname\n1,Ahorn,Kim\n", encoding="utf-8")
    return cli, file


def test_a_stray_file_is_told_and_the_other_folder_taken_in(tmp_path: Path) -> None:
    cli, _file = with_other_folder(tmp_path / "place")
    stray = pupil_file(cli).with_name("notes.txt")
    stray.write_text("ask again on Monday", encoding="utf-8")
    said = cli("import", "roster", "--json", code=2)
    assert [one["source"] for one in said.json["deliveries"]] == ["other"]
    assert "notes.txt belongs to no source" in said.err
    stray.unlink()
    assert len(cli("import", "roster", "--json").json["deliveries"]) == 2


def test_two_new_files_are_told_and_the_other_folder_taken_in(tmp_path: Path) -> None:
    cli, file = with_other_folder(tmp_path / "place")
    file.with_name("staff2.csv").write_text("Nr,Name,Vorname\n2,Birke,Kim\n", encoding="utf-8")
    said = cli("import", "roster", "--json", code=2)
    assert len(said.json["deliveries"]) == 2
    assert "Source other has 2 new files" in said.err


def test_a_missing_folder_is_told_and_the_others_are_taken_in(tmp_path: Path) -> None:
    cli, file = with_other_folder(tmp_path / "place")
    file.unlink()
    file.parent.rmdir()
    said = cli("import", "roster", "--json", code=2)
    assert len(said.json["deliveries"]) == 2
    assert "Source other: there is no folder" in said.err
