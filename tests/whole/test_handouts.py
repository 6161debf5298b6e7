"""Passwords on their way to people: shown with a reason, handed over, expired, reset."""

import stat
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from inventory.records import Account, SchoolClass
from inventory.records.base import Edit
from inventory.records.people import AccountState
from inventory.records.runs import Outcome
from inventory.store.plans import get_plan, plan_changes
from inventory.store.runs import get_run, outcomes, runs
from inventory.times import from_micros
from provisioning.directory.recipes import sets_password
from provisioning.lab.proxy import Direction, Proxy, kill_process
from provisioning.lab.slapd import Slapd
from schoolnet.handing import destroy_expired, newest_handout
from schoolnet.holding import account_named
from schoolnet.place import Place
from schoolnet.running import launch
from tests.desk import Hand
from tests.pdf import pages_of
from tests.whole.commandline import CommandLine, assert_one_message, run_of
from tests.whole.place import SCHOOL, change_lines, desk_of, founded, pupil_row
from tests.whole.test_term_start import own_slapd_accepts, people_in

WHY = ("--reason", "First day of school")
TIMEOUT = 60
SHARES = {Direction.REQUEST: (0.45, 0.5, 0.6, 0.7), Direction.ANSWER: (0.3, 0.4)}
"""Where in a run's bytes it is killed."""


@pytest.fixture
def cli(own_slapd: Slapd, tmp_path: Path) -> CommandLine:
    """The city's first year, taken in; in one class there are two of a name."""
    made = founded(tmp_path / "place", own_slapd)
    namesakes = [
        pupil_row(made, Interne_ID_Nummer=number, Nachname="Zwilling", Vorname="Ida", Klasse="2b",
                  Geburtsdatum=born, Status="2", Entlassdatum="")
        for number, born in (("77001", "03.02.2018"), ("77002", "27.11.2017"))
    ]  # fmt: skip
    change_lines(made, None, *namesakes)
    made("import", "roster")
    return made


def printed(cli: CommandLine, run: str, *options: str) -> dict[str, str]:
    """User names and passwords as they stand on the terminal."""
    lines = cli("handouts", run, *WHY, *options).out.splitlines()
    rows = [line.split() for line in lines if ": " not in line and not line.startswith("User")]
    return {row[0]: row[1] for row in rows}


def acts(cli: CommandLine) -> list[str]:
    """What the journal says of handouts, in order."""
    lines = cli("journal", "--json", "--limit", "5000").json
    return [line["action"] for line in lines if line["kind"] == "handout"]


def papers(cli: CommandLine, run: str, users: Iterable[str]) -> set[str]:
    """What the records of these people say of the paper with their password."""
    found = set()
    with Place(cli.folder).reader() as reader:
        for user in users:
            handout = newest_handout(reader, account_named(reader, user).person)
            assert handout is not None
            assert handout.run == run
            found.add(handout.action)
    return found


def class_with_pupils(cli: CommandLine) -> tuple[str, dict[str, str]]:
    """A class's name, and its pupils' user names with their DNs."""
    desk = desk_of(cli)
    with desk.place.reader() as reader:
        names = {one.id: one.name for one in reader.records(SchoolClass)}
        (run, *_others) = runs(reader)
        changes = [c for c in plan_changes(reader, run.plan, "directory") if sets_password(c)]
    group = next(c.group for c in changes if c.group in names)
    return names[group], {
        str((c.after or {})["uid"]): c.key for c in changes if c.group == group
    }  # fmt: skip


def test_from_the_paper_to_the_login_until_it_is_handed_over(
    cli: CommandLine, own_slapd: Slapd, tmp_path: Path
) -> None:
    run = run_of(cli.apply(cli.plan()))
    refused = cli("handouts", run, "--output", tmp_path / "paper", code=None)
    assert_one_message(refused, 2, "--reason TEXT")
    assert_one_message(cli("handouts", run, code=None), 2, "--reason TEXT")
    assert acts(cli) == []
    name, pupils = class_with_pupils(cli)
    assert papers(cli, run, pupils) == {""}
    answer = cli("handouts", run, "--output", tmp_path / "paper", *WHY, "--json").json
    files = {Path(one["file"]): one["accounts"] for one in answer["handouts"]}
    assert set(files) == set((tmp_path / "paper").iterdir())
    entries = people_in(own_slapd)
    assert sum(files.values()) == len(entries)
    text = " ".join(" ".join(pages_of(file)) for file in files)
    assert text.count("birthday on") == 2, "nobody else's is on the paper"
    assert "Ida Zwilling (birthday on 03/02)" in cli("handouts", run, *WHY, "--class", "2b").out
    shown = printed(cli, run)
    assert shown.keys() == entries.keys()
    for user_name, password in shown.items():
        assert user_name in text
        assert password in text
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for user_name in list(shown)[::7]:
        assert own_slapd_accepts(own_slapd, entries[user_name].entry_dn, shown[user_name])
    assert papers(cli, run, shown) == {"print"}
    cli("handouts", run, "--class", name, "--handed-over")
    assert papers(cli, run, pupils) == {"hand-over"}
    rest = printed(cli, run)
    assert rest.keys() == shown.keys() - pupils.keys()
    gone = cli("handouts", run, "--class", name, *WHY, code=None)
    assert gone.code == 1
    assert "handed over or have expired" in gone.err
    assert acts(cli) == ["print", "print", "print", "hand-over", "print"]
    assert papers(cli, run, shown.keys() - pupils.keys()) == {"print"}
    payloads = [line for line in cli("journal", "--json", "--limit", "5000").json
                if line["kind"] == "handout"]  # fmt: skip
    assert "First day of school" in str(payloads[0])
    assert not any(password in str(payloads) for password in shown.values())
    cli("journal", "verify")


def test_an_expired_handout_is_gone_and_the_journal_says_so(cli: CommandLine) -> None:
    run = run_of(cli.apply(cli.plan()))
    held = len(cli("handouts", run, "--json").json["handouts"])
    with Place(cli.folder).reader() as reader:
        ended = get_run(reader, run).ended_at
    assert ended is not None
    clock = Hand(from_micros(ended).date() + timedelta(days=13))
    place = Place(cli.folder, clock=clock)
    assert destroy_expired(place) == 0
    clock.turn_to(clock.now.date() + timedelta(days=3))
    assert destroy_expired(place) == held
    assert destroy_expired(place) == 0
    assert cli("handouts", run, *WHY, code=None).code == 1
    assert acts(cli) == ["expire"]
    assert "0 can be printed" in cli("check").out


def test_a_key_that_a_retry_makes_prints_no_password_of_another_key(
    cli: CommandLine, own_slapd: Slapd
) -> None:
    plan = cli.plan()
    with Place(cli.folder).reader() as reader:
        changes = [c for c in plan_changes(reader, plan[0], "directory") if sets_password(c)]
    blocked = changes[0]
    name = str((blocked.after or {})["uid"])
    blocker = f"cn=blocker,ou=services,{own_slapd.base}"
    with own_slapd.admin() as admin:  # slapo-unique refuses a second entry of this name
        admin.add(blocker, ["inetOrgPerson"], {"cn": "blocker", "sn": "x", "uid": name})
    run = run_of(cli.apply(plan, code=7))
    assert name not in printed(cli, run)
    cli("handouts", run, "--handed-over")
    with own_slapd.admin() as admin:
        admin.delete(blocker)
    cli("runs", "retry", run)
    shown = printed(cli, run)
    assert shown.keys() == {name}
    assert own_slapd_accepts(own_slapd, blocked.key, shown[name])


def test_a_person_and_a_class_get_new_passwords(cli: CommandLine, own_slapd: Slapd) -> None:
    first = printed(cli, run_of(cli.apply(cli.plan())))
    name, pupils = class_with_pupils(cli)
    teacher = next(n for n in first if n not in pupils)
    made = cli("reset-password", teacher, "--class", name, "--school", SCHOOL, "--json", code=3)
    assert made.json["stages"][0]["counts"]["update"] == len(pupils) + 1
    shown = cli("plans", "show", made.json["plan"], "--operations").out
    assert not any(password in shown for password in first.values())
    second = printed(cli, run_of(cli.apply((made.json["plan"], made.json["digest"]))))
    assert second.keys() == {teacher, *pupils}
    for user_name, entry in people_in(own_slapd).items():
        was_reset = user_name in second
        assert own_slapd_accepts(own_slapd, entry.entry_dn, first[user_name]) != was_reset
        if was_reset:
            assert own_slapd_accepts(own_slapd, entry.entry_dn, second[user_name])
    cli("plan", code=0)
    cli("journal", "verify")


def test_who_cannot_get_a_password_is_refused_by_name(cli: CommandLine) -> None:
    cli.apply(cli.plan())
    desk = desk_of(cli)
    with desk.place.reader() as reader:
        account = next(reader.records(Account))
    disabled = account.model_copy(update={"state": AccountState.DISABLED})
    with desk.place.writer() as writer:
        writer.edit([Edit(account, disabled)])
    for arguments, words in (
        ((account.user_name,), ("is not in use", "disabled")),
        (("nobody.there",), ("nobody.there", "schoolnet find")),
        ((), ("--class NAME --school NUMBER",)),
        (("--class", "1a"), ("--class NAME --school NUMBER",)),
        (("--class", "99z", "--school", SCHOOL), ("no class 99z",)),
        (("--class", "1a", "--school", "999999"), ("999999",)),
    ):
        assert_one_message(cli("reset-password", *arguments, code=None), 2, *words)


@pytest.fixture
def proxy(own_slapd: Slapd) -> Iterator[Proxy]:
    with Proxy(own_slapd.port) as proxy:
        yield proxy


def test_a_killed_reset_is_resumed_to_its_end(
    own_slapd: Slapd, proxy: Proxy, tmp_path: Path
) -> None:
    cli = founded(tmp_path / "place", own_slapd, proxy.port)
    cli("import", "roster")
    proxy.arm(Direction.REQUEST, 10**9)
    now = printed(cli, run_of(cli.apply(cli.plan())))
    left: Counter[Outcome] = Counter()
    dns = {name: entry.entry_dn for name, entry in people_in(own_slapd).items()}
    tried = sorted(dns)[:12]

    def reset(direction: Direction, byte: int) -> int:
        """Reset them; kill the run at this byte and resume it. Returns all its bytes."""
        made = cli("reset-password", *tried, "--json", code=3).json
        desk = desk_of(cli)
        with desk.place.reader() as reader:
            run = desk.enter(get_plan(reader, made["plan"]))
        process: list[subprocess.Popen[bytes]] = []
        proxy.arm(direction, byte, lambda: kill_process(process[0].pid))
        process.append(launch(desk.place, run, ("directory",)))
        ended = process[0].wait(TIMEOUT)
        whole = proxy.count(direction)
        assert ended == (0 if byte == 10**9 else -9)
        if ended:
            assert proxy.fired.wait(TIMEOUT)
            with desk.place.reader() as reader:
                left.update(outcomes(reader, run).values())
            cli("runs", "resume", run)
        proxy.disarm()
        shown = printed(cli, run)
        assert sorted(shown) == tried
        for user_name in tried:
            assert own_slapd_accepts(own_slapd, dns[user_name], shown[user_name])
            assert not own_slapd_accepts(own_slapd, dns[user_name], now[user_name])
        now.update(shown)
        return whole

    for direction in Direction:
        whole = reset(direction, 10**9)
        for share in SHARES[direction]:
            reset(direction, int(share * whole))
    assert left[Outcome.INTENDED], "a password was on its way when the run was killed"
    cli("journal", "verify")
