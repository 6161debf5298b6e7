"""The examples of the documentation work: settings load, records import, the script runs."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from inventory.recordfiles import edits_of_lines
from inventory.records.people import AccountState
from schoolnet.settings import Settings
from tests.desk import Desk
from tests.documents import blocks, pages, read, sections
from tests.project_files import ROOT
from tests.whole.commandline import CommandLine

TOML = [
    (str(page.relative_to(ROOT)), text)
    for page in pages()
    for text in blocks(page.read_text(encoding="utf-8"), "toml")
]
SCHOOL = {"kind": "school", "id": "nord", "number": "012345", "name": "Gymnasium Nord",
          "school_type": "Gymnasium"}  # fmt: skip
PUPILS = "Interne ID-Nummer;Nachname;Vorname;Klasse;Status\r\n"
SOURCE = """\
[[sources]]
name = "Nord, pupils"
files = "import/*.csv"
format = "schild"
school = "012345"
roles = ["student"]
school_year = "2026/27"
"""


@pytest.mark.parametrize(("page", "text"), TOML)
def test_settings_in_the_documentation_load(page: str, text: str) -> None:
    content = {"sealing_key": "env:KEY", **tomllib.loads(text)}
    assert Settings(**content).sealing_key, page


def test_records_in_the_documentation_import(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "place")
    (example,) = blocks(read("inventory.md"), "jsonl")
    with desk.place.reader() as reader:
        edits = edits_of_lines(reader, example.splitlines(), "example")
    desk.add(*(edit.record for edit in edits))
    assert len(edits) == len(example.splitlines())


@pytest.fixture
def city(tmp_path: Path) -> tuple[Desk, CommandLine]:
    """A school whose export waits to be imported."""
    folder = tmp_path / "place"
    desk = Desk(folder, sources=SOURCE)
    run = CommandLine(folder)
    (folder / "records.jsonl").write_text(json.dumps(SCHOOL) + "\n", encoding="utf-8")
    run("import", "records", folder / "records.jsonl")
    (folder / "import").mkdir()
    deliver(folder, "1;Huber;Ida;7a;2", "2;Kaya;Elif;7a;2")
    return desk, run


def deliver(folder: Path, *rows: str) -> None:
    lines = "".join(f"{row}\r\n" for row in rows)
    (folder / "import/pupils.csv").write_text(PUPILS + lines, encoding="utf-8")


def documented(words: str) -> Any:
    """The JSON that the section of a command shows."""
    heading = f"`schoolnet {words}`"
    (text,) = blocks(sections(read("commands.md"))[heading], "json")
    return json.loads(text)


def assert_same_shape(shown: Any, real: Any) -> None:
    """The same keys and kinds of values; of lists, the first element decides."""
    assert type(shown) is type(real)
    if isinstance(shown, dict):
        assert shown.keys() == real.keys()
        for key, value in shown.items():
            assert_same_shape(value, real[key])
    elif isinstance(shown, list) and shown and real:
        assert_same_shape(shown[0], real[0])


def test_json_is_as_the_documentation_shows_it(city: tuple[Desk, CommandLine]) -> None:
    desk, run = city
    assert_same_shape(documented("check"), run("check", "--json").json)
    assert_same_shape(documented("import roster"), run("import", "roster", "--json").json)
    assert_same_shape(documented("deliveries"), run("deliveries", "--json").json)
    plan = run("plan", "--json", code=3).json
    assert_same_shape(documented("plan"), plan)
    assert_same_shape(documented("plans"), run("plans", "--json").json)
    applied = run("apply", plan["plan"], "--digest", plan["digest"], "--yes", "--json").json
    assert_same_shape(documented("apply"), applied)
    assert_same_shape(documented("runs"), run("runs", "--json").json)
    assert_same_shape(documented("verify"), run("verify", "--json").json)
    assert_same_shape(documented("journal verify"), run("journal", "verify", "--json").json)
    columns = run("list", "school", "--columns", "number,name", "--json").json
    assert_same_shape(documented("list"), columns)
    receipt = run("report", "devices", "--output", desk.place.folder / "d.csv", "--json").json
    assert_same_shape(documented("report") | {"city": ""}, receipt)


@pytest.mark.parametrize(("words", "within"), [("show", "history"), ("journal", "")])
def test_journal_lines_have_the_documented_keys(
    city: tuple[Desk, CommandLine], words: str, within: str
) -> None:
    _desk, run = city
    arguments = [words, SCHOOL["id"]] if within else [words]
    shown, real = documented(words), run(*arguments, "--json").json
    if within:
        assert shown.keys() == real.keys()
        shown, real = shown[within], real[within]
    assert shown[0].keys() == real[0].keys()


def term_start(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the batch script of the documentation."""
    (script,) = blocks(read("commands.md"), "sh")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-c", script, "term-start", str(folder)],
        env={"PATH": path, "HOME": str(folder), "LANG": "C.UTF-8"},
        capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_the_batch_script_does_a_term_start_and_then_nothing(
    city: tuple[Desk, CommandLine],
) -> None:
    desk, _run = city
    done = term_start(desk.place.folder)
    assert done.returncode == 0, done.stderr
    assert desk.accounts() == {"ida.huber": AccountState.ACTIVE, "elif.kaya": AccountState.ACTIVE}
    head = (desk.place.folder / "head.txt").read_text(encoding="utf-8")
    again = term_start(desk.place.folder)
    assert again.returncode == 0, again.stderr
    assert (desk.place.folder / "head.txt").read_text(encoding="utf-8") == head


def test_the_batch_script_stops_at_a_guard(city: tuple[Desk, CommandLine]) -> None:
    desk, _run = city
    pupils = [f"{number};Kind{chr(97 + number)};Ida;7a;2" for number in range(20)]
    deliver(desk.place.folder, *pupils)
    assert term_start(desk.place.folder).returncode == 0
    deliver(desk.place.folder, *pupils[:10])
    held = term_start(desk.place.folder)
    assert held.returncode == 6
    assert "leavers:012345:student" in held.stderr
    assert set(desk.accounts().values()) == {AccountState.ACTIVE}
