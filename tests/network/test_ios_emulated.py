"""The IOS driver against emulated switches over real SSH: what is there afterwards counts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from pydantic import JsonValue

from inventory.errors import StoreError
from inventory.records.changes import Change
from inventory.records.runs import Outcome
from provisioning.lab.ios import Fault, FaultKind, LabSwitch
from tests.network.emulated import G, only, place, seed
from tests.network.support import SETTINGS, Notebook


def lines_of(switch: LabSwitch, interface: str) -> list[str]:
    """The lines of one interface in the running-config."""
    text = switch.state.running_config
    body = text.split(f"\ninterface {interface}\n")[1]
    lines = []
    for line in body.splitlines():
        if not line.startswith(" "):
            break
        lines.append(line.strip())
    return lines


def without_vlans(text: str) -> list[str]:
    """A running-config without its VLAN sections, which stand in it in transparent mode."""
    lines = text.splitlines()
    return [line for line in lines if not line.startswith(("vlan ", " name ", "!"))]


def test_from_plan_to_saved_and_nothing_left_to_do(tmp_path: Path) -> None:
    with place(tmp_path, seed()) as here:
        switch = only(here)
        hand_made = lines_of(switch, f"{G}3")
        changes, notices = here.plan()
        assert [change.key.split(" ", 1)[1] for change in changes] == [
            "VLAN 20", "VLAN 30", "VLAN 40", f"{G}1", f"{G}2", f"{G}4",
        ]  # fmt: skip
        assert notices == []
        done = here.apply(changes)

        assert set(done.outcomes.values()) == {Outcome.DONE}, done.messages()
        assert done.intents == [change.key for change in changes]
        assert lines_of(switch, f"{G}1") == [
            "description Raum 101 (Sued)", "switchport access vlan 10", "switchport mode access",
            "spanning-tree portfast",
        ]  # fmt: skip
        assert switch.carries(f"{G}2") == {(10, True), (30, True), (99, False)}
        assert lines_of(switch, f"{G}3") == hand_made
        state = switch.state
        assert {20: "VERW", 30: "GAST", 40: "VOIP"}.items() <= state.vlans.items()
        assert state.startup_config == state.running_config
        assert not state.configuring
        typed = [line for line in switch.lines if line]
        last = max(n for n, line in enumerate(typed) if line.startswith("switchport"))
        assert typed.index("write memory") > last
        assert here.plan() == ([], [])


def test_undo_of_every_change_leads_back(tmp_path: Path) -> None:
    with place(tmp_path, seed()) as here:
        switch = only(here)
        before = switch.state.running_config
        changes, _notices = here.plan()
        here.apply(changes)
        back = [
            change.model_copy(
                update={
                    "operations": change.undo,
                    "undo": change.operations,
                    "before": change.after,
                    "after": change.before,
                    "needs": (),
                }
            )
            for change in reversed(changes)
            if change.kind == "interface"
        ]
        done = here.apply(back)
        assert set(done.outcomes.values()) == {Outcome.DONE}, done.messages()
        assert without_vlans(switch.state.running_config) == without_vlans(before)


@pytest.mark.parametrize("kind", [FaultKind.REJECT, FaultKind.SWALLOW])
def test_a_bad_line_in_the_middle_leaves_the_switch_as_it_was(
    tmp_path: Path, kind: FaultKind
) -> None:
    with place(tmp_path, seed(faults=(Fault(kind=kind, line="vlan add 30"),))) as here:
        switch = only(here)
        before = switch.state
        changes, _notices = here.plan()
        done = here.apply(changes)

        after = switch.state
        assert after.running_config == before.running_config
        assert after.vlans == before.vlans
        assert after.startup_config == before.startup_config
        assert not after.configuring
        assert "write memory" not in switch.lines
        not_sent = {f"{G}4": Outcome.SKIPPED} if kind is FaultKind.REJECT else {}
        assert done.outcomes == {
            **dict.fromkeys(done.outcomes, Outcome.ROLLED_BACK), **not_sent,
        }  # fmt: skip
        assert f"{switch.name} " in done.messages()


def test_what_cannot_be_taken_back_is_named(tmp_path: Path) -> None:
    faults = (
        Fault(kind=FaultKind.REJECT, line="switchport voice vlan 40"),
        Fault(kind=FaultKind.REJECT, line="vlan remove 30"),
    )
    with place(tmp_path, seed(faults=faults)) as here:
        switch = only(here)
        done = here.apply(here.plan()[0])
        assert done.outcomes[f"{G}2"] is Outcome.FAILED
        assert done.outcomes[f"{G}1"] is Outcome.ROLLED_BACK
        assert done.outcomes[f"{G}4"] is Outcome.ROLLED_BACK
        assert "could not be taken back" in str(done.results[f"{switch.name} {G}2"].message)
        assert "switchport trunk allowed vlan 10,30,99" in lines_of(switch, f"{G}2")
        assert lines_of(switch, f"{G}4") == []
        assert not switch.state.configuring


@pytest.mark.parametrize("kind", [FaultKind.DROP, FaultKind.DROP_AFTER, FaultKind.HANG])
def test_a_connection_that_breaks_is_taken_up_again_and_cleaned_up(
    tmp_path: Path, kind: FaultKind
) -> None:
    fault = Fault(kind=kind, line="switchport mode access", times=1)
    with place(tmp_path, seed(faults=(fault,))) as here:
        if kind is FaultKind.HANG:
            here.settings = SETTINGS.model_copy(update={"read_timeout": 4})
        switch = only(here)
        before = switch.state
        changes, _notices = here.plan()
        done = here.apply(changes)
        after = switch.state
        assert after.running_config == before.running_config
        assert after.vlans == before.vlans
        assert not after.configuring
        assert set(done.outcomes.values()) == {Outcome.ROLLED_BACK, Outcome.SKIPPED}
        switch.set_faults()
        again = here.apply(changes)
        assert set(again.outcomes.values()) == {Outcome.DONE}, again.messages()


def test_a_switch_out_of_reach_after_sending_is_reported_as_unknown(tmp_path: Path) -> None:
    faults = (
        Fault(kind=FaultKind.DROP_AFTER, line="switchport mode access"),
        Fault(kind=FaultKind.DROP, line="no vlan"),
        Fault(kind=FaultKind.DROP, line="no switchport"),
    )
    with place(tmp_path, seed(faults=faults)) as here:
        done = here.apply(here.plan()[0])
        assert done.outcomes[f"{G}1"] is Outcome.FAILED
        assert done.outcomes[f"{G}4"] is Outcome.SKIPPED
        assert "Nothing is saved" in done.messages()
        assert not only(here).state.configuring


def test_vtp_server_in_a_domain_refuses_vlans_with_the_reason(tmp_path: Path) -> None:
    with place(tmp_path, seed(vtp_mode="server", vtp_domain="SCHULEN")) as here:
        changes, notices = here.plan()
        assert [change.key.split(" ", 1)[1] for change in changes] == [f"{G}1"]
        said = "\n".join(str(notice.message) for notice in notices)
        assert "VTP server in domain 'SCHULEN'" in said
        assert "VLANs 20, 30, 40" in said
        assert "2 ports" in said
        here.apply(changes)
        assert here.plan()[0] == []
        assert not any(line.startswith("vlan ") for line in only(here).lines)


def test_a_port_that_became_somebody_elses_is_stale(tmp_path: Path) -> None:
    with place(tmp_path, seed()) as here:
        switch = only(here)
        changes, _notices = here.plan()
        wanted = [change for change in changes if change.key.endswith(f"{G}1")]
        moved = wanted[0].model_copy(update={"before": {**(wanted[0].before or {}), "untagged": 6}})
        done = here.apply([moved])
        assert done.outcomes == {f"{G}1": Outcome.STALE}
        assert done.intents == []
        assert "configure terminal" not in switch.lines
        assert here.sealed == {}


def test_the_whole_configuration_is_sealed_before_the_first_line(tmp_path: Path) -> None:
    secret = "pl4nted-community"
    lines = (f"snmp-server community {secret} RO",)
    with place(tmp_path, seed(extra_lines=lines)) as here:
        before = only(here).state.running_config
        changes, notices = here.plan()
        done = here.apply(changes)
        (name,) = here.sealed
        assert name == f"run1-switch-id-{only(here).name}"
        assert secret in here.sealed[name].decode()
        assert here.sealed[name].decode().strip().endswith(before.strip()[-200:])
        said = f"{changes}{notices}{done.results}"
        assert secret not in said


def test_what_is_not_saved_is_said_and_saved_the_next_time(tmp_path: Path) -> None:
    with place(tmp_path, seed(faults=(Fault(kind=FaultKind.REJECT, line="write memory"),))) as here:
        switch = only(here)
        changes, _notices = here.plan()
        done = here.apply(changes)
        assert set(done.outcomes.values()) == {Outcome.FAILED}
        assert "did not save it" in done.messages()
        switch.set_faults()
        again = here.apply(changes)
        assert set(again.outcomes.values()) == {Outcome.FOUND_DONE}
        assert again.intents == []
        assert switch.state.startup_config == switch.state.running_config


class FullDisk(Notebook):
    """A recorder whose store is full when the fifth intent comes."""

    def observed(self, kind: str, record: str, school: str, facts: Mapping[str, JsonValue]) -> None:
        """Nothing is kept here."""

    def intend(self, changes: Sequence[Change]) -> None:
        if len(self.intents) == 4:
            raise StoreError("disk full")
        super().intend(changes)


def test_a_full_disk_ends_the_run_and_it_goes_on_later(tmp_path: Path) -> None:
    with place(tmp_path, seed()) as here:
        switch = only(here)
        changes, _notices = here.plan()
        full = FullDisk()
        with pytest.raises(StoreError, match="disk full"):
            here.executor().execute(changes, full)
        assert not switch.state.configuring
        assert full.results == {}
        assert not any(line.startswith("switchport trunk") for line in switch.lines)

        executor, rest = here.executor(), Notebook()
        for change in changes:
            if change.key in full.intents:
                assert executor.settle(change) is None
        executor.execute(changes, rest)
        assert {key for key, outcome in rest.outcomes.items() if outcome is Outcome.FOUND_DONE} == {
            key.split(" ", 1)[1] for key in full.intents
        }
        assert here.plan() == ([], [])
        assert switch.state.startup_config == switch.state.running_config


def test_nothing_is_sent_before_the_configuration_is_sealed(tmp_path: Path) -> None:
    class FullSpool(dict[str, bytes]):
        def __setitem__(self, name: str, data: bytes) -> None:
            raise StoreError("spool full")

    with place(tmp_path, seed()) as here:
        changes, _notices = here.plan()
        here.sealed = FullSpool()
        with pytest.raises(StoreError, match="spool full"):
            here.apply(changes)
        assert "configure terminal" not in only(here).lines
