"""Switches over real SSH through the whole engine: plan, apply, verify, second plan empty."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.records.runs import RunState
from inventory.store.journals import entries
from provisioning.lab.city import City
from provisioning.lab.ios import Fault, FaultKind, IosLab
from tests.desk import Desk, count, total
from tests.whole.network_desk import network_desk, seeds_of

CITY = City(seed=2, schools=3, scale=0.15)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[IosLab]:
    with IosLab(tmp_path / "lab", seeds_of(CITY, drift=0.2)) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, lab: IosLab) -> Desk:
    return network_desk(tmp_path / "place", CITY, lab)


def test_drift_is_put_right_and_stays_right(desk: Desk, lab: IosLab) -> None:
    plan = desk.plan("network")
    assert count(plan, "update", "network") > 3
    before = {switch.name: switch.state for switch in lab.switches}
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan("network")) == 0
    for switch in lab.switches:
        assert not switch.state.configuring, "no configuration mode is left open"
        if switch.state.running_config != before[switch.name].running_config:
            assert switch.state.startup_config, "saved last"
    desk.check_journal()
    assert_no_secret(desk, lab)
    with desk.place.reader() as reader:
        noted = [
            line for line in entries(reader, limit=10**6) if line.entry.kind == "configuration"
        ]
    assert {line.entry.record for line in noted} == {c.group for c in desk.changes(plan)}
    assert all(line.body and line.body["facts"]["state"]["interfaces"] for line in noted)


def assert_no_secret(desk: Desk, lab: IosLab) -> None:
    first = lab.switches[0]
    secrets = [first.password.get_secret_value(), first.enable_secret.get_secret_value()]
    for file in desk.place.folder.rglob("*"):
        if file.is_file() and not file.name.startswith("switch."):
            content = file.read_bytes()
            assert all(secret.encode() not in content for secret in secrets), file


def test_a_running_network_that_is_right_plans_nothing(tmp_path: Path) -> None:
    with IosLab(tmp_path / "lab", seeds_of(CITY, drift=0)) as lab:
        desk = network_desk(tmp_path / "place", CITY, lab)
        assert total(desk.plan("network")) == 0


def test_one_bad_switch_does_not_stop_the_others(desk: Desk, lab: IosLab) -> None:
    plan = desk.plan("network")
    touched = {change.group for change in desk.changes(plan)}
    assert len(touched) > 1
    victim = next(c for c in desk.changes(plan) if c.kind == "interface")
    name = victim.key.split(" ")[0]
    lab[name].set_faults(Fault(kind=FaultKind.REJECT, line="description.*|switchport.*|no shut.*"))
    before = lab[name].state
    assert desk.apply(plan) is RunState.FINISHED
    assert lab[name].state.running_config == before.running_config
    lab[name].set_faults()
    left = desk.plan("network")
    assert {change.group for change in desk.changes(left)} == {victim.group}
    assert desk.apply(left) is RunState.DONE
    assert total(desk.plan("network")) == 0


def test_a_switch_that_cannot_be_read_is_no_proof(desk: Desk, lab: IosLab) -> None:
    from typer.testing import CliRunner

    from schoolnet.cli import app

    assert desk.apply(desk.plan("network")) is RunState.DONE
    folder = str(desk.place.folder)
    assert CliRunner().invoke(app, ["-C", folder, "verify"]).exit_code == 0
    lab[lab.switches[0].name].set_faults(Fault(kind=FaultKind.OTHER_HOST_KEY))
    answer = CliRunner().invoke(app, ["-C", folder, "verify", "network"])
    assert answer.exit_code == 4
    assert "unread 1" in answer.output
