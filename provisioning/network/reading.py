"""Reading many switches at a time: few per school, never one twice, and no one stops the others."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest

from inventory.errors import ReadEndedEarlyError, SchoolnetError
from inventory.messages import Message, _, say
from inventory.records import Switch
from provisioning.network.platforms import platform, platform_names
from provisioning.network.session import OpenShow
from provisioning.network.settings import NetworkSettings
from provisioning.network.state import SwitchState

Reading = SwitchState | Message
"""What a switch is, or why that could not be read."""


class SchoolLimit:
    """At most so many connections into one school at a time: they share its uplink."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._lock = threading.Lock()
        self._free: dict[str, threading.Semaphore] = {}

    def of(self, school: str) -> threading.Semaphore:
        """Hold this while a connection into the school is open."""
        with self._lock:
            return self._free.setdefault(school, threading.Semaphore(self._connections))


def by_turns(switches: Iterable[Switch]) -> list[Switch]:
    """One switch of each school after the other, so that no school's limit holds up the rest."""
    schools: defaultdict[str, list[Switch]] = defaultdict(list)
    for switch in switches:
        schools[switch.school].append(switch)
    rounds = zip_longest(*schools.values())
    return [switch for turn in rounds for switch in turn if switch is not None]


def read_switches(
    switches: Sequence[Switch], open_show: OpenShow, settings: NetworkSettings
) -> dict[str, Reading]:
    """The state of each switch by its id, or the reason why it could not be read."""
    limit = SchoolLimit(settings.school_connections)

    def read(switch: Switch) -> tuple[str, Reading]:
        with limit.of(switch.school):
            return switch.id, _read_one(switch, open_show)

    if not switches:
        return {}
    with ThreadPoolExecutor(settings.connections, thread_name_prefix="read-switch") as pool:
        return dict(pool.map(read, by_turns(switches)))


def _read_one(switch: Switch, open_show: OpenShow) -> Reading:
    if switch.platform not in platform_names():
        return say(
            _("{switch} is of platform '{platform}', which is none of: {known}. Correct it."),
            switch=switch.name,
            platform=switch.platform,
            known=", ".join(platform_names()),
        )
    try:
        chosen = platform(switch.platform)
        with open_show(switch, chosen) as session:
            return chosen.parse(session.read())
    except ReadEndedEarlyError:
        return say(
            _("{switch} answered only in part, so nothing is planned on it. Plan again."),
            switch=switch.name,
        )
    except SchoolnetError as error:
        return error.message
