"""What is not mapped is nowhere, and who is erased is nowhere any more."""

from pathlib import Path

import pytest

from inventory.errors import StaleError
from inventory.records import Account
from inventory.records.people import AccountState
from inventory.records.runs import RunState
from inventory.store.plans import PlanWriter
from provisioning.lab.slapd import Slapd
from schoolnet.place import Place
from tests.whole.commandline import CommandLine, assert_one_message, run_of
from tests.whole.place import (
    applied,
    change_lines,
    desk_of,
    files_of,
    found_in,
    founded,
    pupil_file,
    pupil_row,
)

PLANTED = {
    "Straße": "Geheimgasse 17", "Telefon_Nr.": "0221 4710 998", "Klassenlehrer": "Frau Vertraulich",
    "E_Mail_(privat)": "heimlich@post.example", "Ortsname": "Verschwiegenheim",
}  # fmt: skip
WHO = {
    "Interne_ID_Nummer": "99887766", "Nachname": "Unverwechselbar", "Vorname": "Quirina",
    "Geburtsdatum": "29.02.2012",
}  # fmt: skip
TRACES = ("99887766", "unverwechsel", "quirina", "2012-02-29", "29.02.2012")


def handout_count(cli: CommandLine, run: str) -> int:
    """How many sheets can be printed for a run's accounts."""
    groups = cli("handouts", run, "--json").json["handouts"]
    return sum(group["accounts"] for group in groups)


def test_what_is_not_mapped_is_stored_nowhere(own_slapd: Slapd, tmp_path: Path) -> None:
    cli = founded(tmp_path / "place", own_slapd)
    broken = pupil_row(cli, **{**PLANTED, "Interne_ID_Nummer": "5", "Nachname": "@Wertgeheimnis"})
    torn = pupil_row(cli, **{**PLANTED, "Interne_ID_Nummer": "6"}) + ";Zellgeheimnis"
    change_lines(cli, None, pupil_row(cli, **{**PLANTED, **WHO}), broken, torn)
    said = cli("import", "roster", code=7)
    assert "[@Wertgeheimnis]" in said.err, "the person at the terminal sees the cell"
    words = [*PLANTED.values(), "Wertgeheimnis", "Zellgeheimnis"]
    changes = cli.folder / "changes.jsonl"
    cli("plan", "--changes", changes, code=3)
    assert changes.stat().st_mode & 0o777 == 0o600
    assert "Unverwechselbar" in changes.read_text(encoding="utf-8")
    with Place(cli.folder).reader():  # so that the write-ahead log is still there to be searched
        cli.apply(cli.plan())
        suffixes = {file.suffix for file in files_of(cli.folder)}
        assert {".sqlite", ".sqlite-wal", ".log", ".sealed", ".jsonl"} <= suffixes
        assert found_in(cli.folder, *words) == {}
    assert found_in(cli.folder, *words) == {}
    with own_slapd.admin() as admin:
        admin.search(own_slapd.base, "(objectClass=*)", attributes=["*"])
        there = " ".join(str(entry.entry_attributes_as_dict) for entry in admin.entries)
    assert "Unverwechselbar" in there
    assert [word for word in (*words, "2012") if word in there] == []


def test_who_is_erased_is_in_no_file_of_the_folder(own_slapd: Slapd, tmp_path: Path) -> None:
    cli = founded(tmp_path / "place", own_slapd)
    before = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:]
    change_lines(cli, before, pupil_row(cli, **WHO))
    cli("import", "roster")
    first = run_of(cli.apply(cli.plan()))
    desk = desk_of(cli)
    change_lines(cli, before, pupil_row(cli, **{**WHO, "Klasse": "2b", "Vorname": "Quirina-Lu"}))
    assert applied(desk) is RunState.DONE
    (person,) = {one["id"] for one in cli("find", "unverwechselbar", "quirina", "--json").json
                 if one["kind"] == "person"}  # fmt: skip
    refused = cli("journal", "erase", person, "--yes", "--reason", "asked for", code=None)
    assert_one_message(refused, 2, "Disable it first")
    change_lines(cli, before, pupil_row(cli, **{**WHO, "Status": "8"}))
    assert applied(desk) is RunState.DONE
    with desk.place.reader() as reader:
        account = next(a for a in reader.records(Account) if a.person == person)
    assert account.state is AccountState.DISABLED
    assert found_in(cli.folder, *TRACES), "without an erasure there is something to find"
    printed = handout_count(cli, first)
    cli("journal", "erase", person, "--yes", "--reason", "asked for")
    assert found_in(cli.folder, *TRACES, account.user_name) == {}
    cli("journal", "verify")
    assert handout_count(cli, first) == printed - 1
    cli("journal", "erase", person, "--yes", "--reason", "again")
    unmade = desk.plan("roster")
    with desk.place.reader() as reader, desk.place.writer() as writer:
        draft = unmade.model_copy(update={"id": "draft", "base": reader.head() - 2})
        with pytest.raises(StaleError, match="erased while the plan was made"):
            PlanWriter(writer, draft).finish(draft)
    unknown = cli("journal", "erase", "nobody", "--yes", "--reason", "asked for", code=None)
    assert_one_message(unknown, 2, "nobody")


def test_who_has_just_left_can_be_erased_when_the_grace_is_ended(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place", life="")
    before = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:]
    change_lines(cli, before, pupil_row(cli, **WHO))
    cli("import", "roster")
    cli.apply(cli.plan("roster"))
    (person,) = {one["id"] for one in cli("find", "unverwechselbar", "--json").json
                 if one["kind"] == "person"}  # fmt: skip
    user = "quirina.unverwechsel"
    refused = cli("accounts", "disable", user, "--reason", "asked for", code=None)
    assert_one_message(refused, 2, "not in grace")
    change_lines(cli, before)
    cli("import", "roster")
    cli.apply(cli.plan("roster"))
    assert_one_message(cli("accounts", "disable", user, code=None), 2, "--reason")
    cli("accounts", "hold", user, "--reason", "an examination")
    refused = cli("accounts", "disable", user, "--reason", "asked for", code=None)
    assert_one_message(refused, 2, "release the account first")
    cli("accounts", "release", user, "--reason", "it is over")
    cli("accounts", "disable", user, "--reason", "asked for")
    cli("journal", "erase", person, "--yes", "--reason", "asked for")
    assert found_in(cli.folder, *TRACES, user) == {}
