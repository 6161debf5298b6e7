"""A run killed at any byte, and resumed, ends as one that nobody disturbed."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from inventory.records.changes import Selection
from inventory.records.runs import Outcome
from inventory.store.plans import get_plan
from inventory.store.reading import SqliteReader
from inventory.store.runs import bad_results, get_run, outcomes
from inventory.store.writing import Writer
from provisioning.engine.planning import make_plan
from provisioning.engine.spool import Spool
from provisioning.engine.starting import new_run
from provisioning.lab.ios import IosLab, LabSwitch, SwitchSeed
from provisioning.lab.proxy import Direction, Proxy, kill_process
from provisioning.network.planner import NetworkPlanner
from tests.network.applying import SEALING_KEY, Job
from tests.network.support import (
    ACCESS_POINT,
    CLASSROOM,
    OFFICE,
    SETTINGS,
    SHARED,
    inventory,
    logins,
    now,
    port,
    switch_record,
)

ROOT = Path(__file__).parents[2]
G = "GigabitEthernet1/0/"
KILLS = 20
"""Random bytes in each direction; each costs two runs."""
AT_ONCE = 4


@dataclass
class Started:
    """A plan for one switch behind a proxy, and its run, not yet carried out."""

    switch: LabSwitch
    proxy: Proxy
    job: Job

    def apply(self, *, kill_at: tuple[Direction, int] | None = None) -> str:
        """Carry the run out in its own process; what it said at its end."""
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.network.applying"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        if kill_at:
            self.proxy.arm(*kill_at, lambda: kill_process(process.pid))
        said, _nothing = process.communicate(self.job.model_dump_json() + "\n", timeout=120)
        return said.strip()

    def messages(self) -> list[str]:
        with SqliteReader(self.job.store) as reader:
            return [f"{key}: {bad.message}" for _t, key, bad in bad_results(reader, self.job.run)]

    def outcomes(self) -> set[Outcome]:
        with SqliteReader(self.job.store) as reader:
            return set(outcomes(reader, self.job.run).values())


def prepare(folder: Path, lab: IosLab, switch: LabSwitch, proxy: Proxy) -> Started:
    """Inventory, plan and run for one switch."""
    folder.mkdir()
    known = switch_record(switch, port=proxy.port)
    records = [
        *SHARED, known, port(known, f"{G}1", CLASSROOM), port(known, f"{G}2", ACCESS_POINT),
        port(known, f"{G}3", OFFICE, description="Sekretariat"),
    ]  # fmt: skip
    keys = logins(lab)
    with inventory(folder, records) as reader:
        path = folder / "store.sqlite"
        with Writer(path, now, "anna") as writer:
            made = make_plan([NetworkPlanner(SETTINGS, keys)], reader, writer, [], day="2026-08-01")
            plan = get_plan(reader, made.id)
            run = new_run(reader, writer, plan, plan.digest(Selection()), folder / "lock")
    revealed = {
        name: {
            "username": login.username,
            "password": login.password.get_secret_value(),
            "enable": login.enable.get_secret_value() if login.enable else "",
        }
        for name, login in keys.items()
    }
    return Started(switch, proxy, Job(store=path, run=run.id, logins=revealed))


def seed(number: int) -> SwitchSeed:
    interfaces = {
        f"{G}1": ("switchport access vlan 5",),
        f"{G}2": ("switchport trunk allowed vlan 5,10", "switchport mode trunk"),
        f"{G}3": (),
    }
    return SwitchSeed(
        name=f"sw-{number}", vtp_mode="transparent", vlans={5: "ALT"}, interfaces=interfaces
    )


@pytest.fixture
def started(tmp_path: Path) -> Iterator[list[Started]]:
    """As many equal switches as there are kills, and one that is left alone."""
    with ExitStack() as stack:
        lab = stack.enter_context(IosLab(tmp_path / "lab", [seed(n) for n in range(2 * KILLS + 1)]))
        yield [
            prepare(tmp_path / switch.name, lab, switch, stack.enter_context(Proxy(switch.port)))
            for switch in lab.switches
        ]


def end_state(switch: LabSwitch) -> tuple[str, str, dict[int, str]]:
    """All that a run leaves behind, without the switch's name."""
    state = switch.state
    assert not state.configuring
    running = state.running_config.replace(switch.name, "sw")
    return running, state.startup_config.replace(switch.name, "sw"), dict(state.vlans)


def test_a_run_killed_at_any_byte_is_resumed_to_the_same_end(started: list[Started]) -> None:
    undisturbed, *killed = started
    undisturbed.proxy.arm(Direction.REQUEST, 10**9)  # counts anew
    assert undisturbed.apply() == "done", undisturbed.messages()
    running, startup, vlans = end_state(undisturbed.switch)
    assert running == startup
    assert {10: "PAED", 30: "GAST", 99: "MGMT"}.items() <= vlans.items()

    dice = Random(2026)
    passed = {way: undisturbed.proxy.count(way) for way in Direction}
    before_goodbye = 0.9  # the last bytes are the farewell, after which there is nobody to kill
    kills = [
        (way, dice.randint(1, int(passed[way] * before_goodbye)))
        for way in Direction
        for _ in range(KILLS)
    ]

    def disturb(one: Started, kill_at: tuple[Direction, int]) -> None:
        first = one.apply(kill_at=kill_at)
        assert first == "", f"was not killed at {kill_at}: {first} {one.messages()}"
        said = one.apply()
        assert said == "done", f"{kill_at}: {said} {one.messages()}"
        assert one.outcomes() <= {Outcome.DONE, Outcome.FOUND_DONE}
        assert end_state(one.switch) == (running, startup, vlans), f"killed at {kill_at}"
        assert settings_sent(one.switch) == once, f"a line was sent twice, killed at {kill_at}"
        kept = Spool(one.job.store.parent / "spool", SEALING_KEY).open(
            f"{one.job.run}-switch-id-{one.switch.name}"
        )
        assert b"switchport access vlan 5" in kept, "the configuration before the first line"
        with SqliteReader(one.job.store) as reader:
            assert get_run(reader, one.job.run).ended_at is not None

    once = settings_sent(undisturbed.switch)
    assert set(once.values()) == {1}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(disturb, killed, kills))


def settings_sent(switch: LabSwitch) -> Counter[tuple[str, str]]:
    """How often each setting took effect, by the interface or VLAN it is for.

    What is typed in VLAN mode takes effect when that mode is left; a session that ends in it has
    changed nothing.
    """
    found: Counter[tuple[str, str]] = Counter()
    place, waiting = "", list[tuple[str, str]]()
    for entry in switch.log:
        if entry.kind != "line":
            waiting = waiting if entry.kind == "revert" else []
            continue
        if not entry.mode.startswith("config"):
            continue
        if entry.line.startswith(("interface ", "vlan ")) or entry.line in {"exit", "end"}:
            found.update(waiting)
            place, waiting = entry.line, []
        elif place.startswith("vlan "):
            waiting.append((place, entry.line))
        else:
            found[place, entry.line] += 1
    return found
