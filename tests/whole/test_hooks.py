"""Hooks: real commands that are given each change, once it is applied and read again."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from inventory.records.people import AccountState
from inventory.store.journals import entries
from provisioning.lab.slapd import Slapd
from tests.desk import NO_GRACE, Desk
from tests.whole.commandline import TIMEOUT, CommandLine, assert_one_message, run_of
from tests.whole.place import delivered, desk_of, founded

HOMES = """#!/bin/sh
# Keeps what it is told, one line a call, and obeys what the test has put beside it.
cd {folder}
cat > told.last
test -e wait && {{ echo $$ > waiting; exec sleep 600; }}
cat told.last >> told; echo >> told; env > environment
test -e refuse && grep -qF -f refuse told.last && exit 3
exit 0
"""


class Homes:
    """A script that makes home folders, or would."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.script = folder / "homes.sh"
        self.script.write_text(HOMES.format(folder=folder))
        self.script.chmod(0o700)

    def told(self) -> list[dict[str, Any]]:
        told = self.folder / "told"
        lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
        return [json.loads(line) for line in lines if line]

    def toml(self, **more: object) -> str:
        fields = {
            "name": '"homes"',
            "command": json.dumps([str(self.script), "x y"]),
            "targets": '["directory"]',
            "kinds": '["person"]',
            "actions": '["create"]',
            **more,
        }
        return "[[hooks]]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items())


@pytest.fixture
def homes(tmp_path: Path) -> Homes:
    return Homes(tmp_path / "homes")


@pytest.fixture
def cli(tmp_path: Path, own_slapd: Slapd) -> CommandLine:
    cli = founded(tmp_path / "place", own_slapd, life=NO_GRACE)
    delivered(desk_of(cli))
    return cli


def with_hook(cli: CommandLine, text: str) -> None:
    settings = cli.folder / "schoolnet.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + text, encoding="utf-8")


def names(cli: CommandLine) -> set[str]:
    """The accounts that have an entry."""
    states = desk_of(cli).accounts().items()
    return {name for name, state in states if state is not AccountState.PLANNED}


def named(told: dict[str, Any]) -> str:
    return str(told["change"]["after"]["uid"])


def test_a_hook_is_told_each_change_once_it_is_there(cli: CommandLine, homes: Homes) -> None:
    with_hook(cli, homes.toml())
    cli.environ["A_SECRET"] = "do not pass on"
    said = cli.apply(cli.plan())
    told = homes.told()
    assert sorted(map(named, told)) == sorted(names(cli))
    assert f"hooks: {len(told)} done" in said.out
    first = told[0]
    assert first.keys() == {"schema", "hook", "run", "plan", "change"}
    change = first["change"]
    assert (first["schema"], first["hook"], change["action"]) == (1, "homes", "create")
    assert change["school"] == "150001"
    assert change["after"]["dn"] == change["key"]
    assert "operations" not in change
    text = json.dumps(told)
    assert "assword" not in text
    assert "do not pass on" not in (homes.folder / "environment").read_text()
    with desk_of(cli).place.reader() as reader:
        noted = [line.entry.action for line in entries(reader, limit=10**6)
                 if line.entry.kind == "hook"]  # fmt: skip
    assert noted == ["done"] * len(told)
    cli("journal", "verify")


def test_a_hook_that_fails_is_told_again_exactly_where_it_failed(
    cli: CommandLine, homes: Homes, own_slapd: Slapd
) -> None:
    with_hook(cli, homes.toml())
    chosen = sorted(names_wanted(cli))[0]
    (homes.folder / "refuse").write_text(f'"uid": "{chosen}"')
    said = cli.apply(cli.plan(), code=7)
    count = len(homes.told())
    assert "state finished" in said.out
    assert "hooks: 1 failed" in said.out
    assert "The hook homes ended with 3" in said.err
    assert "runs retry" in said.err
    assert "1 calls of hooks did not succeed" in said.err
    (homes.folder / "refuse").unlink()
    own_slapd.kill()  # what is done and read is not read again
    shown = cli("runs", "show", run_of(said), "--json", code=7).json
    assert shown["hooks"] == {"done": count - 1, "failed": 1}
    again = cli("runs", "retry", run_of(said))
    assert "state done" in again.out
    assert [named(one) for one in homes.told()[count:]] == [chosen]
    assert "failed" not in again.out


@pytest.mark.parametrize("left", ["none", "another kind"])
def test_what_no_hook_is_to_be_told_any_more_is_no_failure_after_a_retry(
    cli: CommandLine, homes: Homes, left: str
) -> None:
    before = (cli.folder / "schoolnet.toml").read_text(encoding="utf-8")
    with_hook(cli, homes.toml(kinds='["unit"]'))
    (homes.folder / "refuse").write_text("ou=people")
    run = run_of(cli.apply(cli.plan(), code=7))
    assert cli("runs", "show", run, "--json", code=7).json["hooks"]["failed"] == 1
    count = len(homes.told())
    (cli.folder / "schoolnet.toml").write_text(before, encoding="utf-8")
    if left == "another kind":
        with_hook(cli, homes.toml(kinds='["printer"]'))
    said = cli("runs", "retry", run)
    assert "state done" in said.out
    assert "failed" not in said.out + said.err
    assert cli("runs", "show", run, "--json").json["hooks"] == {"done": count - 1}
    assert len(homes.told()) == count
    with desk_of(cli).place.reader() as reader:
        noted = [line.entry.action for line in entries(reader, limit=10**6)
                 if line.entry.kind == "hook"]  # fmt: skip
    assert noted.count("failed") == 1, "the journal keeps it"


def names_wanted(cli: CommandLine) -> set[str]:
    """The user names that a plan would give."""
    desk = desk_of(cli)
    plan = desk.plan("roster", "directory")
    return {
        str((change.after or {})["uid"]) for change in desk.changes(plan)
        if change.target == "directory" and change.kind == "person"
    }  # fmt: skip


def test_a_hook_that_does_not_end_is_ended_with_all_it_started(
    cli: CommandLine, homes: Homes
) -> None:
    with_hook(cli, homes.toml(timeout=1, kinds='["unit"]'))
    (homes.folder / "wait").touch()
    said = cli.apply(cli.plan(), code=7)
    assert "did not end within 1 seconds" in said.err
    waiting = int((homes.folder / "waiting").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(waiting, 0)
    (homes.folder / "wait").unlink()
    assert "state done" in cli("runs", "retry", run_of(said)).out


def test_after_a_kill_in_a_hook_the_run_resumes_with_that_hook(
    cli: CommandLine, homes: Homes
) -> None:
    with_hook(cli, homes.toml(timeout=600))
    plan = cli.plan()
    os.mkfifo(homes.folder / "waiting")
    (homes.folder / "wait").touch()
    argv = ("apply", plan[0], "--digest", plan[1], "--yes", "--foreground")
    with cli.started(*argv) as process:
        hook = int((homes.folder / "waiting").read_text())  # opens once a hook waits
        process.kill()
        process.wait(TIMEOUT)
        os.kill(hook, 9)
    assert homes.told() == []
    (homes.folder / "wait").unlink()
    (run,) = cli("runs", "--json").json
    said = cli("runs", "resume", run["run"])
    assert "state done" in said.out
    assert sorted(map(named, homes.told())) == sorted(names(cli))


def test_hooks_others_could_have_written_are_not_run(cli: CommandLine, homes: Homes) -> None:
    with_hook(cli, homes.toml())
    plan = cli.plan()
    (cli.folder / "schoolnet.toml").chmod(0o620)
    said = cli.apply(plan, code=None)
    assert_one_message(said, 2, "only its owner may write it", "hooks.homes")
    assert cli("runs", "--json").json == []
    assert homes.told() == []


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('[[hooks]]\nname = "a"\ncommand = ["homes.sh"]\n', "whole path"),
        ('[[hooks]]\nname = "a"\ncommand = "homes.sh"\n', "hooks.0.command"),
        (2 * '[[hooks]]\nname = "a"\ncommand = ["/bin/true"]\n', "two hooks are named a"),
        ('[[hooks]]\nname = "a"\ncommand = ["/bin/true"]\ntargets = ["printer"]\n', "targets"),
    ],
)
def test_a_wrong_hook_is_refused(tmp_path: Path, toml: str, words: str) -> None:
    desk = Desk(tmp_path / "place", "", toml)
    assert_one_message(CommandLine(desk.place.folder)("plan", code=None), 2, words)
