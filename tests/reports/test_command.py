"""``schoolnet report`` as a person or a script calls it."""

import csv
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from schoolnet.cli import main
from schoolnet.output import texts
from tests.project_files import ROOT
from tests.reports.support import Office, Xlsx

Call = Callable[..., tuple[int, bytes, str]]


@pytest.fixture
def call(
    office: Office, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Call:
    """Run ``schoolnet report`` with these arguments: exit code, output, what it told."""
    monkeypatch.delenv("SCHOOLNET_LANGUAGE", raising=False)
    monkeypatch.setenv("LC_ALL", "C")
    texts.cache_clear()
    monkeypatch.chdir(office.desk.place.folder.parent)

    def run(*arguments: str) -> tuple[int, bytes, str]:
        folder = str(office.desk.place.folder)
        monkeypatch.setattr(sys, "argv", ["schoolnet", "-C", folder, "report", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfdbinary.readouterr()
        return int(ended.value.code or 0), out, err.decode()

    return run


def outside(office: Office) -> tuple[list[str], dict[str, str]]:
    """The command line and environment for a process of its own."""
    folder = str(office.desk.place.folder)
    argv = [sys.executable, "-P", "-m", "schoolnet", "-C", folder, "report"]
    return argv, {**os.environ, "SCHOOLNET_LANGUAGE": "en", "PYTHONPATH": str(ROOT)}


def test_without_a_name_it_lists_the_catalogue(call: Call) -> None:
    code, out, _err = call()
    assert code == 0
    names = ["devices", "access-points", "accounts", "changes"]
    assert [line.split()[0] for line in out.decode().splitlines()[1:]] == names
    listed = json.loads(call("--json")[1])
    assert [report["name"] for report in listed] == names
    assert listed[2]["personal"] is True
    assert "user_name" in listed[2]["columns"]


def test_csv_goes_to_standard_output_and_the_rest_to_a_person(call: Call, office: Office) -> None:
    code, out, err = call("devices", "--school", "254321")
    assert code == 0
    rows = list(csv.DictReader(out.decode().splitlines()))
    assert [row["Serial number"] for row in rows] == ["S5"]
    (line,) = office.journalled()
    assert line.body is not None
    assert f"journal entry {line.entry.seq}, journal head {line.body['head']}" in err


def test_a_file_by_its_ending(call: Call, tmp_path: Path) -> None:
    code, out, _err = call("access-points", "--output", "points.xlsx")
    assert code == 0
    assert out.decode().startswith("report access-points rows 2 entry ")
    cells = Xlsx((tmp_path / "points.xlsx").read_bytes()).cells()
    assert cells["A1"][1] == "School number"
    code, out, _err = call("devices", "--output", "devices.json", "--json")
    receipt, body = json.loads(out), json.loads((tmp_path / "devices.json").read_text())
    assert receipt["count"] == body["count"] == 6
    assert receipt["head"] == body["stamp"]["head"]


def test_names_go_to_a_file_or_where_one_says(call: Call, tmp_path: Path) -> None:
    asked = ("accounts", "--with-names", "--reason", "audit 17")
    code, out, err = call(*asked)
    assert (code, out) == (2, b"")
    assert "--output FILE" in err
    assert b"Unverwechselbar" in call(*asked, "--output", "-")[1]
    code, out, err = call(*asked, "--output", "named.csv")
    assert code == 0
    assert b"Unverwechselbar" not in out
    assert "Unverwechselbar" not in err
    assert "Unverwechselbar" in (tmp_path / "named.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nonsense"], "There is no report nonsense. Reports are: devices"),
        (["accounts", "--with-names", "--output", "a.csv"], "needs --reason"),
        (["devices", "--as-of", "yesterday"], "yesterday is no day"),
        (["devices", "--as-of", "2999-01-01"], "in the future"),
        (["devices", "--format", "pdf"], "no report format pdf. Formats are: csv"),
        (["devices", "--dialect", "excel-fr"], "no CSV dialect excel-fr"),
        (["devices", "--dialect", "excel-de", "--format", "json"], "goes with --format csv"),
        (["devices", "--school", "999999"], "No school has the number 999999"),
        (["changes"], "needs --since"),
        (["devices", "--json"], "--json tells about a file"),
        (["devices", "--output", "missing/a.csv"], "missing/a.csv cannot be written"),
    ],
)
def test_a_wrong_question_is_one_sentence_and_exit_code_2(
    call: Call, office: Office, arguments: list[str], said: str
) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, b"")
    assert said in err
    assert len(err.splitlines()) == 1
    assert office.journalled() == []


def test_the_settings_choose_the_language(call: Call, office: Office) -> None:
    settings = office.desk.place.folder / "schoolnet.toml"
    settings.write_text('language = "de"\n' + settings.read_text())
    out = call("devices", "--dialect", "excel-de")[1].decode("utf-8-sig")
    assert out.splitlines()[0].startswith("Schulnummer;Schule;")


def test_a_full_standard_output_is_told_in_one_line(office: Office) -> None:
    argv, environment = outside(office)
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*argv, "devices"], stdout=full, stderr=subprocess.PIPE, env=environment, check=False
        )
    assert ended.returncode == 1
    assert len(ended.stderr.splitlines()) == 1
    assert b"takes no more" in ended.stderr


def test_a_workbook_is_not_for_a_terminal(office: Office) -> None:
    argv, environment = outside(office)
    ours, theirs = pty.openpty()
    try:
        ended = subprocess.run(
            [*argv, "devices", "--format", "xlsx"], stdout=theirs, stderr=subprocess.PIPE,
            env=environment, check=False,
        )  # fmt: skip
    finally:
        os.close(theirs)
        os.close(ours)
    assert ended.returncode == 2
    assert b"add --output FILE" in ended.stderr
