"""Wrong files, a damaged store, a folder that cannot be written: one message, nothing done."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.whole.commandline import CommandLine, assert_one_message
from tests.whole.place import CITY, SCHOOL, founded, pupil_file, seen
from tests.whole.small_disk import small_disk

HOME = CITY.members[0].id
OPTIONS = ("--format", "schild", "--school", SCHOOL, "--role", "student")


@pytest.fixture(scope="module")
def cli(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A place without a directory and without deliveries."""
    return founded(tmp_path_factory.mktemp("files") / "place")


def lines(change: Callable[[str], str]) -> Callable[[bytes], bytes]:
    return lambda content: change(content.decode()).encode()


FILES: dict[str, tuple[Callable[[bytes], bytes], tuple[str, ...]]] = {
    "UTF-16 without its mark": (
        lambda content: content.decode().encode("utf-16-le"), ("zero bytes", "UTF-8")),
    "letters of no encoding": (
        lambda content: content.replace(b"\n1", b"\n1\xc3e"), ("rows cannot be read",)),
    "pictures": (lambda _content: bytes(range(1, 256)) * 9, ("none of the columns", "Nachname")),
    "a spreadsheet": (lambda content: b"PK\x03\x04" + content, ("zip file", "damaged")),
    "a missing column": (lines(lambda text: text.replace("Nachname", "Name")),
                         ("columns are missing: Nachname", "Add the missing ones")),
    "nothing": (lambda _content: b"", ("is empty", "Export the list again")),
    "a header alone": (lambda content: content.splitlines()[0] + b"\r\n", ("no rows",)),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_wrong_file_is_named_and_not_taken_in(
    cli: CommandLine, tmp_path: Path, name: str
) -> None:
    change, words = FILES[name]
    path = tmp_path / "pupils.csv"
    path.write_bytes(change(pupil_file(cli).read_bytes()))
    before = seen(cli)
    said = cli("import", "roster", path, *OPTIONS, code=None)
    problems = [line for line in said.err.splitlines() if not line.startswith("Error: ")]
    assert all(line.startswith("error: Line ") for line in problems), said
    (line,) = set(said.err.splitlines()) - set(problems)
    assert (said.code, said.out) == (2, "")
    assert "pupils.csv" in line
    assert [word for word in words if word not in line] == []
    assert seen(cli) == before


def test_a_wrong_call_is_named(cli: CommandLine, tmp_path: Path) -> None:
    path = pupil_file(cli)
    before = seen(cli)

    def refused(*arguments: object, code: int = 2, says: str) -> None:
        assert_one_message(cli("import", "roster", *arguments, code=None), code, says)

    refused(path.parent, *OPTIONS, says="is a folder. Name the file in it")
    refused(path.with_name("nix.csv"), *OPTIONS, says="does not exist. Check the name")
    refused(tmp_path / "pupils.csv", says="belongs to no source")
    refused(path, "--format", "schild", "--school", "999999", "--role", "student",
            says="No school has the number 999999. `schoolnet list school` shows them")  # fmt: skip
    refused(path, "--format", "schild", "--school", "1-2", "--role", "student",
            says="1-2 is no school number")  # fmt: skip
    refused(path, *OPTIONS[:-1], "teacher", says="looks like a list of pupils")
    refused(path, *OPTIONS, "--school-year", "26", says="26 is no school year: write 2026/27")
    refused(path, *OPTIONS, "--lift", "earlier-year", says="only with --reason")
    assert seen(cli) == before


def test_wrong_records_are_named(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    before = seen(cli)

    def refused(*lines: str, says: str) -> None:
        path.write_text("\n".join(lines), encoding="utf-8")
        assert_one_message(cli("import", "records", path, code=None), 2, "records.jsonl", says)

    school = '{"kind": "school", "id": "%s", "number": "%s", "name": "N", "school_type": "%s"}'
    good = school % ("new", "099999", "Gymnasium")
    refused(good, "school;new", says="records.jsonl:2: each line is a JSON object")
    refused(good, school % ("other", "1", "Gymnasion"), says="records.jsonl:2: school_type")
    refused(good, school % ("other", "099999", "Gymnasium"),
            says="the school other has the same number as new: 099999")  # fmt: skip
    refused(school % ("other", SCHOOL, "Gymnasium"), says=f"the same number as {HOME}: {SCHOOL}")
    refused(
        school.replace('"%s", "name"', '%s, "name"') % ("other", "12345", "Gymnasium"),
        says="records.jsonl:1: number: a school number is text: write it in quotes",
    )
    refused('{"kind": "person", "given_name": "A", "family_name": "B"}',
            says="people come from rosters")  # fmt: skip
    assert seen(cli) == before


def test_a_file_that_breaks_off_makes_nobody_a_leaver(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    cli("import", "roster")
    cli.apply(cli.plan())
    whole = pupil_file(cli).read_bytes()
    pupil_file(cli).write_bytes(whole[: len(whole) * 3 // 4])
    said = cli("import", "roster", code=7)
    assert "the file breaks off inside this line" in said.err
    assert "taken for a leaver just because" in said.err
    stages = cli("plan", "--json", code=None).json["stages"]
    assert [stage["counts"]["disable"] for stage in stages] == [0]


@pytest.fixture
def damaged(cli: CommandLine) -> Iterator[Path]:
    """The store's file, to be damaged; it is put back."""
    store = cli.folder / "inventory.sqlite"
    good = store.read_bytes()
    yield store
    for file in cli.folder.glob("inventory.sqlite-*"):
        file.unlink()
    store.write_bytes(good)


DAMAGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "cut off": (lambda data: data[: len(data) // 2], "Restore it from a backup"),
    "emptied inside": (
        lambda data: data[:4096] + bytes(len(data) - 4096), "Restore it from a backup"),
    "a text": (lambda _data: b"hello " * 999, "is not an inventory"),
    "nothing in it": (lambda _data: b"", "Create it with `schoolnet init`"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_store_is_told_and_left_alone(cli: CommandLine, damaged: Path, name: str) -> None:
    damage, words = DAMAGES[name]
    bad = damage(damaged.read_bytes())
    damaged.write_bytes(bad)
    for command in (("plan", "roster"), ("journal", "verify")):
        assert_one_message(cli(*command, code=None), 1, str(damaged), words)
    assert damaged.read_bytes() == bad


def test_a_file_of_changes_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    cli("import", "roster")
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        file = disk.folder / "changes.jsonl"
        file.write_text("of yesterday")
        disk.fill(8192)
        said = cli("plan", "--changes", file, code=2)
        assert said.out.startswith("plan "), "the plan itself is saved, and told"
        plan = said.out.split()[1]
        assert said.err == (f"Error: {file} cannot be written: No space left on device. "
                            f"Plan {plan} itself is saved.\n")  # fmt: skip
        assert file.read_text() == "of yesterday"
        disk.make_room()
        assert [path.name for path in disk.folder.iterdir()] == ["changes.jsonl"]
    cli("plans", "show", plan)


def test_a_run_whose_log_cannot_be_written(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    cli("import", "roster")
    (cli.folder / "runs").write_text("a file where the folder should be")
    plan = cli.plan()
    said = cli.apply(plan, code=None)
    assert_one_message(said, 1, "log", str(cli.folder / "runs"), "schoolnet runs resume")
    (cli.folder / "runs").unlink()
    cli("runs", "resume", said.err.split()[-1])
    cli("plan")


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=4) as disk:
        cli = founded(disk.folder / "place")
        disk.forbid_writing()
        for command in (("import", "roster"), ("plan",)):
            said = cli(*command, code=None)
            assert_one_message(said, 1, str(cli.folder), "Check the folder, its owner and its disk")
        new = CommandLine(disk.folder / "new")
        assert_one_message(new("init", code=None), 2, str(new.folder), "Read-only file system")
    assert not [*tmp_path.rglob("*.key")], "the key of a place that is none is not kept"
