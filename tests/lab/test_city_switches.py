"""The sample city's switches run on day one, and our own planner agrees on what they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from inventory.records.assets import Switch
from inventory.records.changes import Action, Change, Notice
from inventory.records.network import Interface
from provisioning.lab.city import City
from provisioning.lab.city_records import city_records
from provisioning.lab.city_switches import CREDENTIAL, reachable, running_switches
from provisioning.lab.ios import IosLab
from provisioning.network.planner import NetworkPlanner
from provisioning.network.settings import Login
from tests.network.support import SETTINGS, inventory, plan

CITY = City(seed=4, schools=1, scale=0.3)


@contextmanager
def planned(folder: Path, drift: float) -> Iterator[tuple[IosLab, list[Change], list[Notice]]]:
    records = list(city_records(CITY))
    with IosLab(folder / "lab", running_switches(CITY, records, drift)) as lab:
        login = Login(
            username=lab.switches[0].username,
            password=lab.switches[0].password,
            enable=lab.switches[0].enable_secret,
        )
        planner = NetworkPlanner(SETTINGS, {CREDENTIAL: login})
        reader = inventory(folder, reachable(records, lab))
        yield lab, *plan(planner, reader)
        reader.close()


def test_a_network_without_drift_needs_no_change(tmp_path: Path) -> None:
    with planned(tmp_path, drift=0) as (lab, changes, notices):
        assert len(lab.switches) == CITY.amount(CITY.members[0].shape.switches)
        assert changes == []
        assert notices == []


def test_a_drifted_network_needs_some_changes_on_managed_interfaces_only(tmp_path: Path) -> None:
    records = list(city_records(CITY))
    names = {record.id: record.name for record in records if isinstance(record, Switch)}
    managed = {
        f"{names[record.switch]} {record.name}"
        for record in records
        if isinstance(record, Interface) and record.profile
    }
    with planned(tmp_path, drift=0.3) as (_lab, changes, _notices):
        on_interfaces = {change.key for change in changes if change.kind == "interface"}
        assert 0.1 * len(managed) < len(on_interfaces) < 0.5 * len(managed)
        assert on_interfaces <= managed
        others = [change for change in changes if change.kind != "interface"]
        assert all(change.action is Action.CREATE for change in others)


def test_equal_cities_run_equally_but_never_share_a_password() -> None:
    records = list(city_records(CITY))
    once, again = running_switches(CITY, records), running_switches(CITY, records)
    secret = {"password", "enable_secret"}
    assert [s.model_dump(exclude=secret) for s in once] == [
        s.model_dump(exclude=secret) for s in again
    ]
    assert len({seed.password for seed in once}) == 1
    assert once[0].password != again[0].password


@pytest.mark.parametrize("drift", [0, 0.5])
def test_no_trunk_carries_everything(drift: float) -> None:
    for seed in running_switches(CITY, list(city_records(CITY)), drift):
        for lines in seed.interfaces.values():
            if "switchport mode trunk" in lines:
                assert any(line.startswith("switchport trunk allowed vlan ") for line in lines)
