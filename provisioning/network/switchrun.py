"""All changes of one switch in one run: read, judge, send block by block, read again, save last.

Whatever goes wrong after the first line was sent, what this run sent is taken back in reverse
and the switch is read again; each change then says what is really there.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

from pydantic import JsonValue

from inventory.errors import ReadEndedEarlyError, SettingsError
from inventory.messages import Message, _, say
from inventory.records import Switch
from inventory.records.changes import Change
from inventory.records.runs import ChangeResult, Outcome
from provisioning.engine.protocols import Recorder
from provisioning.network import failures
from provisioning.network.connecting import SwitchError
from provisioning.network.failures import Failure
from provisioning.network.platforms import platform
from provisioning.network.redaction import redact
from provisioning.network.safety import interface_refusal
from provisioning.network.session import ConfigSession, OpenConfig
from provisioning.network.standing import Standing, standing, subject_of, vlan_of, with_values
from provisioning.network.state import SwitchState

Keep = Callable[[Switch, str], None]
"""Keeps the whole configuration of a switch, sealed, before it is changed."""

_TROUBLE = (SwitchError, ReadEndedEarlyError, SettingsError)
"""What may happen between us and one switch. A failing store or spool is not in it: it ends the
run, and what was intended is settled when the run is resumed."""


class SwitchRun:
    """One batch. `interrupted` are changes that this run had begun before a crash."""

    def __init__(
        self,
        switch: Switch,
        batch: Sequence[Change],
        recorder: Recorder,
        open_config: OpenConfig,
        keep: Keep,
        interrupted: Collection[str],
    ) -> None:
        self.switch = switch
        self.platform = platform(switch.platform)
        self.batch = batch
        self.recorder = recorder
        self.open_config = open_config
        self.keep = keep
        self.interrupted = interrupted
        self.sent: list[Change] = []
        self.lines: dict[str, Sequence[str]] = {}
        """What is left to send of a block that was interrupted half way, by change."""
        self.verified = False
        self.results: dict[str, ChangeResult] = {}

    def apply(self) -> None:
        """Bring the switch to where the changes want it, or back, and hand over every result."""
        try:
            with self._open() as session:
                self._apply_over(session)
        except _TROUBLE as error:
            self._after_trouble(error.message)
        for change in self.batch:
            self.recorder.result(change, self.results[change.id])

    def _open(self) -> ConfigSession:
        return self.open_config(self.switch, self.platform)

    def _apply_over(self, session: ConfigSession) -> None:
        outputs = session.read()
        state = self.platform.parse(outputs)
        ready = self._ready(state)
        if ready and not self.interrupted:  # else it was kept before the crash
            self._keep(outputs[self.platform.configuration], state)
        failure = self._send(session, ready) or self._unmet(session)
        if failure is not None:
            self._take_back(session, failure)
        else:
            self.verified = True
            self._save(session)

    def _ready(self, state: SwitchState) -> list[Change]:
        """The changes that are to be sent; the others get their result here."""
        ready: list[Change] = []
        for change in self.batch:
            subject = subject_of(self.switch, change)
            where = standing(change, subject, state)
            begun = where is Standing.BETWEEN and change.id in self.interrupted
            if where is Standing.AFTER:
                self._give(change, Outcome.FOUND_DONE)
            elif any(self._failed(need) for need in change.needs):
                message = _("A change that this one needs did not succeed.")
                self._give(change, Outcome.SKIPPED, say(message))
            elif where is not Standing.BEFORE and not begun:
                self._give(change, Outcome.STALE, self._moved(change))
            elif refusal := self._refusal(change, subject, state):
                self._give(change, Outcome.STALE, refusal)
            else:
                if begun:
                    self.lines[change.id] = self._unsent(change, subject, state)
                ready.append(change)
        return ready

    def _keep(self, configuration: str, state: SwitchState) -> None:
        """All of it sealed, for a restore; without its secrets in the journal, for eyes."""
        self.keep(self.switch, configuration)
        facts: dict[str, JsonValue] = {
            "state": state.model_dump(mode="json"),
            "configuration": redact(configuration),
        }
        self.recorder.observed("configuration", self.switch.id, self.switch.school, facts)

    def _unsent(self, change: Change, subject: str, state: SwitchState) -> Sequence[str]:
        """The lines of an interrupted block that are not in effect yet: none is sent twice."""
        vlan, after = vlan_of(subject), change.after or {}
        if vlan is not None:
            vlans = {**state.vlans, vlan: str(after["name"])}
            desired = state.model_copy(update={"vlans": vlans})
        else:
            interface = with_values(state.interfaces[subject], after)
            interfaces = {**state.interfaces, subject: interface}
            desired = state.model_copy(update={"interfaces": interfaces})
        blocks = self.platform.render(state, desired)
        return [line for block in blocks if block.subject == subject for line in block.commands]

    def _failed(self, change_id: str) -> bool:
        return change_id in self.results and not self.results[change_id].outcome.good

    def _refusal(self, change: Change, subject: str, state: SwitchState) -> Message | None:
        """What the planner asked too, of the switch as it is now."""
        if vlan_of(subject) is not None:
            return self.platform.refuses_vlans(state)
        before = state.interfaces[subject]
        after = with_values(before, change.after or {})
        return interface_refusal(self.switch, state, before, after)

    def _moved(self, change: Change) -> Message:
        return say(
            _("{key} is not as it was when the plan was made. Nothing was sent. Plan again."),
            key=change.key,
        )

    def _send(self, session: ConfigSession, ready: Sequence[Change]) -> Failure | None:
        """Send block by block, each after its intent is on disk; stop at a line not taken."""
        if not ready:
            return None
        with session.configuring():
            for change in ready:
                self.recorder.intend([change])
                self.sent.append(change)
                lines = self.lines.get(change.id) or [str(line) for line in change.operations]
                rejection = session.send(lines)
                if rejection is not None:
                    return failures.rejected(self.switch, rejection)
        return None

    def _unmet(self, session: ConfigSession) -> Failure | None:
        """Read again: only that proves a change, because some devices swallow lines."""
        if not self.sent:
            return None
        standings = self._standings(session)
        unmet = [change for change in self.sent if standings[change.id] is not Standing.AFTER]
        return failures.not_in_effect(self.switch, unmet) if unmet else None

    def _standings(self, session: ConfigSession) -> Mapping[str, Standing]:
        state = self.platform.parse(session.read())
        return {
            change.id: standing(change, subject_of(self.switch, change), state)
            for change in self.sent
        }

    def _save(self, session: ConfigSession) -> None:
        """Last of all. What was found done is saved too: a crash may have come before saving."""
        found = any(result.outcome.good for result in self.results.values())
        if (self.sent or found) and not session.save():
            self._not_saved()
            return
        for change in self.sent:
            self._give(change, Outcome.DONE)

    def _not_saved(self) -> None:
        found = {key for key, result in self.results.items() if result.outcome.good}
        for change in self.batch:
            if change in self.sent or change.id in found:
                self._give(change, Outcome.FAILED, failures.not_saved(self.switch))

    def _take_back(self, session: ConfigSession, failure: Failure) -> None:
        """Undo what was sent in reverse, and say of each block whether it is gone.

        A line of the way back that is not taken ends its block only: reading tells what is left.
        """
        with session.configuring():
            for change in reversed(self.sent):
                session.send([str(line) for line in change.undo])
        standings = self._standings(session)
        for change in self.sent:
            if standings[change.id] is Standing.BEFORE:
                self._give(change, Outcome.ROLLED_BACK, failure.taken_back)
            else:
                self._give(change, Outcome.FAILED, failure.still_there)
        self._rest(Outcome.SKIPPED, failure.not_sent)

    def _after_trouble(self, message: Message) -> None:
        """The first connection failed: over a new one, end what it left undone."""
        if not self.sent and not self.verified:
            self._rest(Outcome.FAILED, message)
            return
        failure = failures.lost_on_the_way(self.switch)
        try:
            with self._open() as session:
                if self.verified:
                    self._save(session)
                else:
                    self._take_back(session, failure)
        except _TROUBLE:
            if self.verified:
                self._not_saved()
                return
            for change in self.sent:
                self._give(change, Outcome.FAILED, failures.unknown(self.switch))
            self._rest(Outcome.SKIPPED, failure.not_sent)

    def _rest(self, outcome: Outcome, message: Message) -> None:
        """The result of every change that has none yet."""
        for change in self.batch:
            if change.id not in self.results:
                self._give(change, outcome, message)

    def _give(self, change: Change, outcome: Outcome, message: Message | None = None) -> None:
        result = ChangeResult(change=change.id, outcome=outcome, message=message)
        self.results[change.id] = result
