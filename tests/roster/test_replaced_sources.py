"""A source that was renamed, or set up after files were taken in by hand, leaves nothing behind."""

from pathlib import Path

from tests.whole.commandline import CommandLine
from tests.whole.place import SCHOOL, change_lines, founded, pupil_file, pupil_row

WHO = {"Interne_ID_Nummer": "99001", "Nachname": "Ahorn", "Vorname": "Kim", "Klasse": "2b"}


def leavers(cli: CommandLine) -> int:
    stage = cli("plan", "roster", "--json", code=None).json["stages"][0]
    found: int = stage["counts"]["disable"]
    return found


def enrolments(cli: CommandLine) -> int:
    return len(cli("list", "enrolment", "--where", "role=student", "--json").json)


def test_a_renamed_source_replaces_what_it_delivered_before(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    before = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:]
    change_lines(cli, None, pupil_row(cli, **WHO))
    cli("import", "roster")
    cli.apply(cli.plan("roster"))
    settings = cli.folder / "schoolnet.toml"
    text = settings.read_text(encoding="utf-8")
    assert text.count(f'name = "{SCHOOL}-student"') == 1
    settings.write_text(text.replace(f'"{SCHOOL}-student"', '"Pupils"'), encoding="utf-8")
    cli("import", "roster")
    assert leavers(cli) == 0, "the same file under another name changes nothing"
    change_lines(cli, before)
    cli("import", "roster")
    assert leavers(cli) == 1


def test_a_file_given_by_hand_gives_way_to_a_source(tmp_path: Path) -> None:
    """Else the pupil would stay in both classes."""
    cli = founded(tmp_path / "place")
    before = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:]
    change_lines(cli, before, pupil_row(cli, **WHO))
    by_hand = ("--format", "schild", "--school", SCHOOL, "--role", "student")
    cli("import", "roster", pupil_file(cli), *by_hand)
    cli.apply(cli.plan("roster"))
    pupils = enrolments(cli)
    change_lines(cli, before, pupil_row(cli, **{**WHO, "Klasse": "2c"}))
    cli("import", "roster")
    cli.apply(cli.plan("roster"))
    assert enrolments(cli) == pupils


def test_a_source_in_another_format_replaces_what_it_delivered_before(tmp_path: Path) -> None:
    """Whom only the former program named has left; the others wait for an approval."""
    cli = founded(tmp_path / "place")
    settings = cli.folder / "schoolnet.toml"
    text = settings.read_text(encoding="utf-8")
    head, pupils = text.split(f'name = "{SCHOOL}-student"')
    source = pupils.replace('format = "schild"', 'format = "auto"', 1)
    settings.write_text(f'{head}name = "{SCHOOL}-student"{source}', encoding="utf-8")
    header = "longName\tforeName\tbirthDate\tklasse.name\texternKey"
    both = ["Ahorn\tKim\t01.02.2018\t2b\tk1", "Birke\tUwe\t03.02.2018\t2b\tk2"]
    first = "\n".join([header, *both, ""]).encode()
    pupil_file(cli).write_bytes(first)
    cli("import", "roster")
    cli.apply(cli.plan("roster"))
    other = ["Interne ID-Nummer;Nachname;Vorname;Geburtsdatum;Klasse", "1;Ahorn;Kim;01.02.2018;2b"]
    pupil_file(cli).write_text("\n".join([*other, ""]), encoding="utf-8")
    cli("import", "roster")
    made = cli("plan", "roster", "--json", code=3).json
    (stage,) = made["stages"]
    counts = stage["counts"]
    assert (counts["create"], counts["update"], counts["disable"]) == (0, 1, 1)
    assert [(g["name"], g["changes"]) for g in made["guards"]] == [(f"moves:{SCHOOL}:2", 1)]
    assert "To approve it" in cli("plans", "show", made["plan"]).err
    approved = cli("plans", "approve", made["plan"], f"moves:{SCHOOL}:2", "--reason", "program")
    assert "until it is approved" not in approved.err
    pupil_file(cli).write_bytes(first)
    cli("import", "roster")
    assert cli("plan", "roster", "--json").json["guards"] == [], "the right file back: as before"
