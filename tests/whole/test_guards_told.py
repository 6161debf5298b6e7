"""Guards through the command line: nothing but a name and a reason lifts one."""

from pathlib import Path

import pytest

from inventory.store.journals import entries
from inventory.store.runs import runs
from provisioning.lab.slapd import Slapd
from schoolnet.place import Place
from tests.whole.commandline import CommandLine, assert_one_message
from tests.whole.place import applied, change_lines, desk_of, founded, pupil_row

LOCK = "(pwdAccountLockedTime=*)"


def locked(slapd: Slapd) -> int:
    """How many people may not log in."""
    with slapd.admin() as admin:
        admin.search(f"ou=schools,{slapd.base}", LOCK, attributes=["uid"])
        return len(admin.entries)


@pytest.fixture
def cli(own_slapd: Slapd, tmp_path: Path) -> CommandLine:
    """Twenty pupils are there; the newest export has lost half of them."""
    cli = founded(tmp_path / "place", own_slapd)
    rows = [
        pupil_row(cli, Interne_ID_Nummer=str(20000 + n), Nachname=f"Name{chr(97 + n)}",
                  Vorname="Kim", Klasse="2a", Status="2", Entlassdatum="")
        for n in range(20)
    ]  # fmt: skip
    change_lines(cli, rows)
    applied(desk_of(cli))
    change_lines(cli, rows[:10])
    cli("import", "roster")
    return cli


def test_half_an_export_disables_nobody(cli: CommandLine, own_slapd: Slapd) -> None:
    made = cli("plan", "--json", code=3).json
    plan = made["plan"], made["digest"]
    names = [guard["name"] for guard in made["guards"]]
    assert len(names) == 2
    assert all(guard == {**guard, "changes": 10, "lifted": False, "proposed": False}
               for guard in made["guards"])  # fmt: skip
    writes = len(own_slapd.writes())
    assert_one_message(cli.apply(plan, code=None), 6, *names, "--lift NAME --reason TEXT")
    refused = cli.apply(plan, "--lift", names[0], "--reason", "half is enough", code=None)
    assert_one_message(refused, 6, names[1])
    assert_one_message(cli.apply(plan, *lifts(names), code=None), 2, "only with --reason")
    blank = cli.apply(plan, *lifts(names), "--reason", " ", code=None)
    assert_one_message(blank, 2, "only with --reason")
    unknown = cli.apply(plan, "--lift", "all", "--reason", "hurry", code=None)
    assert_one_message(unknown, 2, "no guard all")
    assert (len(own_slapd.writes()), locked(own_slapd)) == (writes, 0)
    with Place(cli.folder).reader() as reader:
        assert [run for run in runs(reader) if run.plan == made["plan"]] == []
        assert [line for line in entries(reader, limit=9999) if line.entry.kind == "guard"] == []
    said = cli.apply(plan, *lifts(names), "--reason", "the other half moved away")
    assert "directory: 20 done" in said.out
    assert locked(own_slapd) == 10
    told = [one for one in cli("journal", "--limit", "9999", "--json").json
            if one["kind"] == "guard"]  # fmt: skip
    assert {one["payload"]["guard"] for one in told} == set(names)
    assert {one["payload"]["reason"] for one in told} == {"the other half moved away"}
    cli("verify")


def lifts(names: list[str]) -> list[str]:
    return [word for name in names for word in ("--lift", name)]
