"""One pupil's account from the first day to the last, by plans for single days."""

import json
import subprocess
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from inventory.records.runs import RunState
from inventory.store.journals import verify_journal
from inventory.store.runs import get_run
from provisioning.engine.starting import reopen_run
from provisioning.lab.proxy import Direction, Proxy, kill_process
from provisioning.lab.slapd import Slapd
from schoolnet.running import launch
from tests.desk import Desk, count
from tests.whole.commandline import CommandLine, assert_one_message
from tests.whole.place import change_lines, delivered, founded, pupil_file, pupil_row

LIFE = '[[accounts.life]]\nroles = ["student"]\ngrace_days = 30\ndisabled_days = 60\n'
WHO = {
    "Interne_ID_Nummer": "99887766", "Nachname": "Ahorn", "Vorname": "Quirina", "Status": "0",
    "Aufnahmedatum": "01.09.2026", "Entlassdatum": "",
}  # fmt: skip
BOTH = ("roster", "directory")
TIMEOUT = 60


def lived_until(cli: CommandLine, day: str) -> Mapping[str, int]:
    """Plan for a day and apply; how much there was to do in the roster.

    For us the day may still be to come: then a deletion has to be meant.
    """
    made = cli("plan", "--on", day, "--json", code=None).json
    lifts = [word for guard in made["guards"] for word in ("--lift", guard["name"])]
    assert all(word.startswith(("--lift", "deletions:")) for word in lifts)
    cli.apply((made["plan"], made["digest"]), *lifts, "--reason", "the day is meant")
    counts: Mapping[str, int] = made["stages"][0]["counts"]
    again = cli("plan", "--on", day, "--json", code=0).json
    assert [stage["counts"] for stage in again["stages"]] == [
        dict.fromkeys(counts, 0), dict.fromkeys(counts, 0)
    ]  # fmt: skip
    return {action: number for action, number in counts.items() if number}


def entry(slapd: Slapd) -> dict[str, set[str]]:
    """What the directory shows of the pupil; nothing when there is no entry."""
    with slapd.admin() as admin:
        wanted = ["memberOf", "pwdAccountLockedTime", "entryUUID", "employeeType"]
        admin.search(f"ou=schools,{slapd.base}", "(uid=quirina.ahorn)", attributes=wanted)
        found = [e.entry_attributes_as_dict for e in admin.entries]
    assert len(found) <= 1
    shown = {name: set(map(str, found[0][name])) for name in wanted} if found else {}
    if "memberOf" in shown:
        shown["memberOf"] = {dn.split(",")[0].removeprefix("cn=") for dn in shown["memberOf"]}
    return shown


def deliver(cli: CommandLine, day: str, *lines: Any) -> None:
    """Let the pupils' export have these lines, and take all in on a day."""
    change_lines(cli, *lines)
    delivered(Desk.reopen(cli.folder, date.fromisoformat(day)))


def test_a_whole_life(own_slapd: Slapd, tmp_path: Path) -> None:
    cli = founded(tmp_path / "place", own_slapd, life=LIFE)
    others = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:]
    deliver(cli, "2026-08-20", others, pupil_row(cli, **WHO))
    lived_until(cli, "2026-08-20")
    assert entry(own_slapd) == {}, "planned: not there before the first day"

    assert lived_until(cli, "2026-09-01") == {"update": 1}
    first = entry(own_slapd)
    assert {"students", "wifi-students"} < first["memberOf"]
    assert len(first["memberOf"]) == 3

    deliver(cli, "2026-10-01", others)
    assert lived_until(cli, "2026-10-01") == {"update": 1}
    grace = entry(own_slapd)
    assert grace["memberOf"] == {"students", "wifi-students", "leavers"}
    assert (grace["pwdAccountLockedTime"], grace["entryUUID"]) == (set(), first["entryUUID"])

    deliver(cli, "2026-10-20", others, pupil_row(cli, **{**WHO, "Status": "2"}))
    assert lived_until(cli, "2026-10-20") == {"update": 1}
    assert entry(own_slapd) == first, "back from grace"

    deliver(cli, "2026-11-01", others)
    lived_until(cli, "2026-11-01")
    refused = cli("accounts", "hold", "quirina.ahorn", code=None)
    assert_one_message(refused, 2, "--reason")
    cli("accounts", "hold", "quirina.ahorn", "--reason", "examination on Friday")
    held = cli("plan", "--on", "2026-12-01", code=0)
    assert "because it is held: examination on Friday" in held.err
    cli("accounts", "release", "quirina.ahorn", "--reason", "passed")
    assert lived_until(cli, "2026-12-01") == {"disable": 1}
    assert entry(own_slapd)["pwdAccountLockedTime"] == {"000001010000Z"}
    assert entry(own_slapd)["memberOf"] == set()
    lent(cli, "")
    (leaver,) = cli("accounts", "leavers", "--json").json
    assert {name: leaver[name] for name in ("next_state", "next_on", "devices", "left_on")} == {
        "next_state": "deleted", "next_on": "2027-01-30", "devices": ["DMPX1"],
        "left_on": "2026-11-01",
    }  # fmt: skip
    assert "DMPX1" in cli("accounts", "leavers").out
    blocked = cli("plan", "--on", "2027-01-30", code=0)
    assert "1 lent devices are not back" in blocked.err
    lent(cli, "2027-01-31")
    assert entry(own_slapd)["entryUUID"] == first["entryUUID"]
    assert lived_until(cli, "2027-01-31") == {"delete": 1}
    assert entry(own_slapd) == {}
    assert cli("accounts", "leavers", "--json").json == []

    deliver(cli, "2027-01-31", others, pupil_row(cli, **{**WHO, "Status": "2"}))
    assert lived_until(cli, "2027-01-31") == {"update": 1}
    back = entry(own_slapd)
    assert back["memberOf"] == first["memberOf"]
    assert back["entryUUID"] != first["entryUUID"]
    assert [w.operation for w in own_slapd.writes()].count("delete") == 1


def lent(cli: CommandLine, returned_on: str) -> None:
    """Enter a loan, or its return."""
    (person,) = [one["id"] for one in cli("find", "quirina", "--json").json
                 if one["kind"] == "person"]  # fmt: skip
    device = {"kind": "device", "id": "tab-1", "serial": "DMPX1", "category": "tablet"}
    loan = {"kind": "loan", "id": "loan-1", "device": "tab-1", "person": person,
            "lent_on": "2026-09-02", "returned_on": returned_on or None}  # fmt: skip
    file = cli.folder / "import" / "loans.jsonl"
    file.write_text("\n".join(map(json.dumps, (device, loan))), encoding="utf-8")
    cli("import", "records", file, "--reason", "loans of the school")


def ready(folder: Path, slapd: Slapd, port: int) -> tuple[Desk, str]:
    """Three pupils have been disabled for 60 days; the run that deletes them is entered."""
    cli = founded(folder, slapd, port, life=LIFE)
    desk = Desk.reopen(folder, date(2026, 9, 1))
    rows = pupil_file(cli).read_text(encoding="utf-8").splitlines()[1:]
    for day, kept in ((date(2026, 9, 1), rows), (date(2026, 9, 2), rows[3:]),
                      (date(2026, 10, 2), rows[3:])):  # fmt: skip
        change_lines(cli, kept)
        desk.clock.turn_to(day)
        delivered(desk)
        assert desk.apply(desk.plan(*BOTH)) is RunState.DONE
    desk.clock.turn_to(date(2026, 12, 1))
    plan = desk.plan(*BOTH)
    assert count(plan, "delete", "directory") == 3
    return desk, desk.enter(plan)


@pytest.fixture(scope="module")
def bytes_of_a_run(tmp_path_factory: pytest.TempPathFactory) -> dict[Direction, int]:
    """How much a run that nobody kills sends and gets."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with Slapd(folder / "slapd") as slapd, Proxy(slapd.port) as proxy:
        desk, run_id = ready(folder / "place", slapd, proxy.port)
        proxy.arm(Direction.REQUEST, 10**9)
        assert launch(desk.place, run_id, BOTH).wait(TIMEOUT) == 0
        return {direction: proxy.count(direction) for direction in Direction}


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_a_killed_deletion_resumes(
    bytes_of_a_run: dict[Direction, int],
    own_slapd: Slapd,
    tmp_path: Path,
    direction: Direction,
    share: float,
) -> None:
    with Proxy(own_slapd.port) as proxy:
        desk, run_id = ready(tmp_path / "place", own_slapd, proxy.port)
        people = people_of(own_slapd)
        process: list[subprocess.Popen[bytes]] = []
        byte = int(share * bytes_of_a_run[direction])
        proxy.arm(direction, byte, lambda: kill_process(process[0].pid))
        process.append(launch(desk.place, run_id, BOTH))
        assert process[0].wait(TIMEOUT) == -9
        with desk.place.reader() as reader, desk.place.writer() as writer:
            reopen_run(writer, get_run(reader, run_id), desk.place.lock, retry=False)
        assert launch(desk.place, run_id, BOTH).wait(TIMEOUT) == 0
    with desk.place.reader() as reader:
        assert get_run(reader, run_id).state is RunState.DONE
        assert list(verify_journal(reader)) == []
    assert len(people - people_of(own_slapd)) == 3
    done = [w.dn for w in own_slapd.writes() if w.operation == "delete" and w.result == 0]
    assert len(done) == len(set(done)) == 3


def people_of(slapd: Slapd) -> set[str]:
    with slapd.admin() as admin:
        admin.search(f"ou=schools,{slapd.base}", "(uid=*)", attributes=["uid"])
        return {found.entry_dn for found in admin.entries}
