"""Planning the network: read every switch, compare with the intent, name the exact commands."""

from collections.abc import Iterator, Mapping, Sequence

from inventory.messages import Message
from inventory.records.base import Edit
from inventory.records.changes import Change, Notice
from inventory.store.protocol import Reader
from provisioning.network.intent import READS, SwitchIntent, switch_intents
from provisioning.network.reading import Reading, read_switches
from provisioning.network.session import show_sessions
from provisioning.network.settings import Login, NetworkSettings
from provisioning.network.switchplan import TARGET, SwitchPlan, notice


class NetworkPlanner:
    """Target "network". Its sessions can only read. `logins` are by credential name.

    `schools` limits the switches that are read to those of these schools; empty: all.
    """

    target = TARGET
    reads = READS

    def __init__(
        self,
        settings: NetworkSettings,
        logins: Mapping[str, Login],
        schools: frozenset[str] = frozenset(),
    ) -> None:
        self._settings = settings
        self._open_show = show_sessions(settings, logins)
        self._schools = schools

    def read(self, inventory: Reader, only: frozenset[str] | None = None) -> dict[str, Reading]:
        """The state of every switch that is to be managed, by its id, or why it cannot be read."""
        switches = [
            intent.switch
            for intent in switch_intents(inventory, self._schools)
            if only is None or intent.switch.id in only
        ]
        return read_switches(switches, self._open_show, self._settings)

    def desired(self, inventory: Reader) -> list[SwitchIntent]:
        """What every switch should be."""
        return switch_intents(inventory, self._schools)

    def compare(
        self, current: Mapping[str, Reading], desired: list[SwitchIntent]
    ) -> Iterator[Change | Notice]:
        """For each switch: what is not planned and why, then VLANs, then interfaces."""
        for intent in desired:
            reading = current.get(intent.switch.id)
            if reading is None:
                continue
            yield from intent.notices
            if isinstance(reading, Message):
                yield notice(intent.switch, reading).model_copy(update={"unread": True})
            else:
                yield from SwitchPlan(intent, reading).items()

    def edits(self, change: Change) -> Sequence[Edit]:
        """Nothing: the inventory already says what the switches should be."""
        return ()
