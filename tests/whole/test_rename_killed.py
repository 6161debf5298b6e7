"""A protected change of name is killed at each of its steps; finishing it leaves no trace."""

import subprocess
import sys
from pathlib import Path

from inventory.records.runs import RunState
from provisioning.lab.slapd import Slapd
from tests.whole.commandline import TIMEOUT, CommandLine, assert_one_message
from tests.whole.place import applied, change_lines, desk_of, found_in, founded, pupil_file
from tests.whole.place import pupil_row as row
from tests.whole.test_rename import LIFE, USER, WHO, entries

DYING = """
import os, signal, sys
from schoolnet.cli import main
event, function = sys.argv.pop(1).split()
def watch(frame, what, _argument):
    if what == event and frame.f_code.co_name == function:
        os.kill(os.getpid(), signal.SIGKILL)
sys.setprofile(watch)
sys.exit(main())
"""
"""The command line, in a process that dies when a function is called or returns."""
STEPS = {
    "return change_names_protected": "Mondscheinau",
    "call forget_pages": "Sternwarth",
    "call rename_entry": "Nebelhorst",
    "return _sent": "Windhausner",
    "return rename_entry": "Hagelstett",
}
"""When it dies, and the family name that it was to give."""


def die(cli: CommandLine, step: str, *arguments: str) -> None:
    """Run a command that is killed at a step."""
    argv = [sys.executable, "-P", "-c", DYING, step, "-C", str(cli.folder), *arguments]
    done = subprocess.run(argv, env=cli.environ, capture_output=True, timeout=TIMEOUT, check=False)
    assert done.returncode == -9, (step, done)


def spoken_of(cli: CommandLine, class_name: str, name: str) -> None:
    """Let plan, run, journal and handout speak of the pupil, and a run's log, as in a crash."""
    lines = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:]
    others = [line for line in lines if WHO["Interne_ID_Nummer"] not in line]
    change_lines(cli, others, row(cli, **{**WHO, "Klasse": class_name}))
    desk = desk_of(cli)
    assert applied(desk) is RunState.DONE
    logs = desk.place.logs
    logs.mkdir(exist_ok=True)
    with desk.place.reader() as reader:
        ids = [run_id for (run_id,) in reader.execute("SELECT id FROM run")]
    for run_id in ids:
        (logs / f"{run_id}.log").write_text(f"Traceback: {name}\n")


def test_whenever_it_is_killed_finishing_it_leaves_no_trace(
    own_slapd: Slapd, tmp_path: Path
) -> None:
    cli = founded(tmp_path / "place", own_slapd, life=LIFE)
    former, user = "Unverwechselbar", USER
    for number, (step, family) in enumerate(STEPS.items()):
        spoken_of(cli, f"2{'ab'[number % 2]}", former)
        names = ("--family", family, "--protected", "--yes", "--reason", "decision of the court")
        die(cli, step, "rename", user, *names)
        renamed = f"quirina.{family.lower()}"
        if number == 0:
            assert found_in(cli.folder, former), "the run's log at least"
            assert_one_message(cli("rename", user, *names, code=None), 2, renamed)
        cli("rename", renamed, "--protected", "--reason", "finish it")
        assert found_in(cli.folder, former) == {}, step
        assert former.lower() not in str(entries(own_slapd)).lower(), step
        former, user = family, renamed
    cli("journal", "verify")
    assert cli("plan", code=0).err == ""


def test_without_a_directory_it_is_finished_alike(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place", life=LIFE)
    change_lines(cli, None, row(cli, **WHO))
    cli("import", "roster")
    cli.apply(cli.plan("roster"))
    names = ("--family", "Sonnental", "--protected", "--yes", "--reason", "decision")
    die(cli, "return change_names_protected", "rename", USER, *names)
    assert found_in(cli.folder, "unverwechselbar")
    assert_one_message(cli("rename", USER, *names, code=None), 2, "quirina.sonnental")
    cli("rename", "quirina.sonnental", "--protected", "--reason", "finish it")
    assert found_in(cli.folder, "unverwechselbar") == {}
    said = cli("rename", "nobody", *names, code=None)
    assert_one_message(said, 2, "No account has the user name nobody now")
