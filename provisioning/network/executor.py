"""Applying the network stage: all changes of one switch at a time, many switches side by side."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from inventory.messages import _, say
from inventory.records import Switch
from inventory.records.changes import Change
from inventory.records.runs import ChangeResult, Outcome
from provisioning.engine.protocols import Recorder
from provisioning.network.reading import SchoolLimit, by_turns
from provisioning.network.session import config_sessions
from provisioning.network.settings import Login, NetworkSettings
from provisioning.network.switchplan import TARGET
from provisioning.network.switchrun import SwitchRun

_PARALLEL = 20

Seal = Callable[[str, bytes], None]
"""Keeps bytes under a name in the sealed spool."""


class NetworkExecutor:
    """Target "network". `logins` are by credential name, `switches` by their id.

    `seal` keeps the whole configuration of a switch before it is changed, under the name
    ``RUN-switch-ID``; it must be on disk when `seal` returns.
    """

    target = TARGET

    def __init__(
        self,
        settings: NetworkSettings,
        logins: Mapping[str, Login],
        switches: Mapping[str, Switch],
        seal: Seal,
        run_id: str,
    ) -> None:
        self.parallel = min(_PARALLEL, settings.connections)
        self._switches = switches
        self._open_config = config_sessions(settings, logins)
        self._seal = seal
        self._run_id = run_id
        self._limit = SchoolLimit(settings.school_connections)
        self._interrupted: set[str] = set()

    def batches(self, changes: Iterable[Change]) -> Iterator[list[Change]]:
        """One batch a switch; schools take turns, because each takes few connections."""
        groups: dict[str, list[Change]] = {}
        for change in changes:
            groups.setdefault(change.group, []).append(change)
        known = [self._switches[group] for group in groups if group in self._switches]
        order = [switch.id for switch in by_turns(known)]
        yield from (groups.pop(group) for group in order)
        yield from groups.values()

    def settle(self, change: Change) -> Outcome | None:
        """None: `execute` reads the switch anyway, and judges by that one read.

        It must also save what it finds done, because a crash may have come before saving. Only
        for a change that is settled, a half-sent block counts as this run's own.
        """
        self._interrupted.add(change.id)
        return None

    def execute(self, batch: Sequence[Change], recorder: Recorder) -> None:
        """Apply the changes of one switch. Raises only what the recorder or `seal` raises."""
        switch = self._switches.get(batch[0].group)
        if switch is None:
            for change in batch:
                message = say(_("{key}: the switch is not in the inventory."), key=change.key)
                result = ChangeResult(change=change.id, outcome=Outcome.STALE, message=message)
                recorder.result(change, result)
            return
        interrupted = self._interrupted & {change.id for change in batch}
        run = SwitchRun(switch, batch, recorder, self._open_config, self._keep, interrupted)
        with self._limit.of(switch.school):
            run.apply()

    def _keep(self, switch: Switch, configuration: str) -> None:
        self._seal(f"{self._run_id}-switch-{switch.id}", configuration.encode())

    def close(self) -> None:
        """Nothing is left open: every session ends with its batch."""
