"""The batch script's way: counts and ids on standard output, names nowhere, and its exit codes."""

import csv
import re
from pathlib import Path

import pytest

from inventory.records import Account
from provisioning.lab.slapd import Slapd
from tests.whole.commandline import CommandLine, Said, run_of
from tests.whole.place import SCHOOL, change_lines, desk_of, founded, pupil_file, pupil_row


def names_of(cli: CommandLine) -> set[str]:
    """Family names, given names and addresses of everybody in the exports."""
    found = set()
    for file in (cli.folder / "import" / SCHOOL).iterdir():
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter=";"):
                found |= {row["Nachname"], row["Vorname"], row.get("E-Mail (Dienstlich)", "")}
    with desk_of(cli).place.reader() as reader:
        found |= {account.user_name for account in reader.records(Account)}
    return {name.casefold() for name in found if name}


def assert_no_names(cli: CommandLine, *all_said: Said) -> None:
    """Nobody of the exports is on standard output, not even in a part of a word."""
    names = names_of(cli)
    assert len(names) > 15
    for said in all_said:
        words = re.split(r"[^\w.@-]+", said.out.casefold())
        assert not names & set(words), said.out


@pytest.fixture
def cli(own_slapd: Slapd, tmp_path: Path) -> CommandLine:
    return founded(tmp_path / "place", own_slapd)


def test_from_the_exports_to_nothing_left(cli: CommandLine, own_slapd: Slapd) -> None:
    imported = cli("import", "roster", "--json")
    assert [delivery["row_count"] for delivery in imported.json["deliveries"]] == [8, 2]
    planned = cli("plan", "--json", code=3)
    stages = {stage["name"]: stage["counts"] for stage in planned.json["stages"]}
    assert planned.json["schema"] == 1
    assert planned.json["guards"] == []
    made = planned.json["plan"], planned.json["digest"]
    applied = cli.apply(made, "--json")
    assert applied.json["outcomes"] == {
        target: {"done": sum(counts.values())} for target, counts in stages.items()
    }
    verified = cli("verify", "--json")
    assert (verified.json["drift"], verified.json["changes"]) == ([], 0)
    again = cli("plan", "--json")
    assert all(not any(stage["counts"].values()) for stage in again.json["stages"])
    assert cli("import", "roster", "--json").json["deliveries"] == [], "no file is new"
    plain = [cli("check"), cli("runs"), cli("runs", "show", run_of(applied)), cli("journal")]
    assert_no_names(cli, imported, planned, applied, verified, again, *plain)

    with own_slapd.admin() as admin:
        admin.search(f"ou=schools,{own_slapd.base}", "(uid=*)", attributes=["uid"])
        admin.delete(admin.entries[0].entry_dn)
    drift = cli("verify", "--json", code=3)
    assert drift.json["changes"] > 0
    repair = cli("plan", code=3)
    assert_no_names(cli, drift, repair)


def test_what_moved_meanwhile_ends_with_7_and_is_counted(cli: CommandLine) -> None:
    cli("import", "roster")
    planned = cli("plan", "--json", code=3).json
    made = planned["plan"], planned["digest"]
    rows = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:]
    change_lines(cli, rows, pupil_row(cli, Interne_ID_Nummer="77001", Nachname="Neu"))
    cli("import", "roster")
    said = cli.apply(made, "--json", code=7)
    outcomes = said.json["outcomes"]
    assert outcomes["roster"] == {"stale": sum(planned["stages"][0]["counts"].values())}
    assert set(outcomes["directory"]) == {"done", "skipped"}, "units and groups need no pupil"
    assert "The inventory of this school moved after the plan was made" in said.err
    wrong = cli("apply", made[0], "--digest", "0" * 64, "--yes", code=5)
    unasked = cli("apply", made[0], "--digest", made[1], code=2)
    assert "--yes" in unasked.err
    assert_no_names(cli, said, wrong, unasked)
    cli.apply(cli.plan())
    cli("verify")


def test_german_for_who_asks_for_it(cli: CommandLine) -> None:
    german = CommandLine(cli.folder, SCHOOLNET_LANGUAGE="de")
    said = german("plan", "rooster", code=2)
    assert said.err.startswith("Fehler: rooster ")
    assert "Targets are" not in said.err
    german("import", "roster")
    made = german.plan()
    unasked = german("apply", made[0], "--digest", made[1], code=2)
    english = cli("apply", made[0], "--digest", made[1], code=2)
    assert unasked.err.startswith("Fehler: ")
    assert unasked.err.removeprefix("Fehler: ") != english.err.removeprefix("Error: ")
    assert unasked.out == english.out == ""
