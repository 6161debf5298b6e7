"""A sample city at a desk whose switches are emulated, perhaps behind proxies."""

from pathlib import Path

from inventory.records import Record, Switch
from provisioning.lab.city import City
from provisioning.lab.city_records import city_records
from provisioning.lab.city_switches import reachable, running_switches
from provisioning.lab.ios import IosLab, SwitchSeed
from tests.desk import Desk

NETWORK = """
[network]
start_spread = 0
connect_timeout = 5
[network.credentials.lab]
username = "{user}"
password = "file:switch.password"
enable = "file:switch.enable"
"""


def seeds_of(city: City, drift: float) -> list[SwitchSeed]:
    """The switches of a city as they run."""
    return running_switches(city, list(city_records(city)), drift)


def network_desk(
    folder: Path, city: City, lab: IosLab, ports: dict[str, int] | None = None
) -> Desk:
    """A place that manages the lab's switches; `ports` leads some of them through a proxy."""
    first = lab.switches[0]
    desk = Desk(folder, NETWORK.format(user=first.username))
    for name, secret in (("password", first.password), ("enable", first.enable_secret)):
        path = folder / f"switch.{name}"
        path.write_text(secret.get_secret_value())
        path.chmod(0o600)
    records: list[Record] = []
    for record in reachable(list(city_records(city)), lab):
        if isinstance(record, Switch) and ports and record.name in ports:
            records.append(record.model_copy(update={"port": ports[record.name]}))
        else:
            records.append(record)
    desk.add(*records)
    return desk
