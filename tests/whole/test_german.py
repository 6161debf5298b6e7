"""With German settings, what goes wrong is said in German, also what a library found."""

from pathlib import Path

import pytest

from tests.desk import Desk
from tests.whole.commandline import CommandLine, Said

USAGE = {
    "an unknown option": (("plan", "--adop"), "Option --adop gibt es hier nicht. Ähnlich: --adopt"),
    "an unknown command": (("plans", "exlude"), "Befehl exlude gibt es hier nicht. Ähnlich: exc"),
    "no argument": (("plans", "show"), "PLAN fehlt."),
    "no value": (("plan", "--on"), "Hinter der Option --on fehlt der Wert."),
    "no number": (("list", "school", "--limit", "x"), "--limit: nötig ist eine ganze Zahl."),
    "an unknown role": (("import", "roster", "f", "--role", "x"), "möglich sind student, "),
    "one too many": (("show", "a", "b"), "Das ist zu viel: b."),
    "no command": ((), "Es fehlt ein Befehl."),
}  # fmt: skip
KEY = 'sealing_key = "file:sealing.key"\n'
SETTINGS = {
    "a text for a number": ('[guards]\nleavers_number = "many"\n', "nötig ist eine ganze Zahl"),
    "too much": ("[guards]\nleavers_percent = 101\n", "höchstens 100"),
    "too little": ("[guards]\nleavers_percent = -1\n", "mindestens 0"),
    "an unknown word": ('[directory]\nkind = "ad"\n', "möglich sind openldap, active_directory"),
    "no list": ('[accounts]\nreserved = "a"\n', "nötig ist eine Liste"),
    "a check of ours": ('[handouts]\nlogin_url = "schule"\n', "die ganze Adresse angeben"),
    "a template of ours": ('[accounts]\nuser_name = "X"\n', "besteht aus {given}, {family}"),
}
RECORDS = {
    '{"kind": "school", "number": 12345, "name": "A", "school_type": "Gymnasium"}':
        "führende Nullen",
    '{"kind": "school", "number": "1", "school_type": "Gymnasium"}': "name: fehlt.",
    '{"kind": "device", "serial": "1", "category": "tablet", "colour": "red"}':
        "colour: dieses Feld gibt es nicht.",
    '{"kind": "access_point", "serial": "1", "name": "ap", "mac": "zz"}': "keine MAC-Adresse",
}  # fmt: skip


@pytest.fixture
def german(tmp_path: Path) -> CommandLine:
    return CommandLine(tmp_path, SCHOOLNET_LANGUAGE="de")


def assert_german(said: Said, words: str) -> None:
    """One message, which begins with a German word."""
    assert (said.code, said.out) == (2, ""), said
    last = said.err.splitlines()[-1]
    assert last.startswith("Fehler: "), said
    assert words in last, said


@pytest.mark.parametrize("name", USAGE)
def test_a_wrong_call(german: CommandLine, name: str) -> None:
    arguments, words = USAGE[name]
    said = german(*arguments, code=None)
    assert_german(said, words)
    assert len(said.err.splitlines()) <= 2, said
    assert name == "no value" or said.err.startswith("Aufruf: "), said


@pytest.mark.parametrize("name", SETTINGS)
def test_a_wrong_setting(german: CommandLine, name: str) -> None:
    content, words = SETTINGS[name]
    (german.folder / "schoolnet.toml").write_text(KEY + content, encoding="utf-8")
    assert_german(german("settings", "show", code=None), words)


def test_wrong_records(tmp_path: Path) -> None:
    Desk(tmp_path / "place")
    german = CommandLine(tmp_path / "place", SCHOOLNET_LANGUAGE="de")
    file = tmp_path / "records.jsonl"
    for line, words in RECORDS.items():
        file.write_text(line + "\n", encoding="utf-8")
        assert_german(german("import", "records", file, code=None), words)


def test_problems_of_a_file(tmp_path: Path) -> None:
    """A row that is lost is an error, one that is only odd a warning."""
    desk = Desk(tmp_path / "place")
    file = tmp_path / "schools.jsonl"
    file.write_text(
        '{"kind": "school", "number": "012345", "name": "Nord", "school_type": "Gymnasium"}\n',
        encoding="utf-8",
    )
    german = CommandLine(desk.place.folder, SCHOOLNET_LANGUAGE="de")
    german("import", "records", file)
    header = "Interne ID-Nummer;Nachname;Vorname;Klasse;Status"
    rows = ["1;Huber;Ida;7a;2", "2;Kern;Ben;7a;2", ";Kaya;Elif;7a;2"]  # whose is the last one?
    text = "".join(f"{line}\r\n" for line in (header, *rows))
    export = tmp_path / "pupils.csv"
    export.write_text(text, encoding="utf-8")
    named = ("--format", "schild", "--school", "012345", "--role", "student")
    said = german("import", "roster", export, *named, code=None)
    assert any(line.startswith("Fehler: Zeile ") for line in said.err.splitlines()), said
    assert not any(line.startswith(("error", "warning")) for line in said.err.splitlines()), said
    planned = german("plan", code=3).err
    assert "Quelle 012345 Schüler/in: " in planned, planned
