"""No password goes to a switch that is not the pinned one, and none goes twice."""

from pathlib import Path

from inventory.records.runs import Outcome
from provisioning.lab.ios import Fault, FaultKind
from provisioning.network.planner import NetworkPlanner
from tests.network.emulated import only, place, seed
from tests.network.support import SETTINGS, logins, plan


def test_a_wrong_host_key_stops_before_any_password(tmp_path: Path) -> None:
    with place(tmp_path, seed()) as here:
        changes, _notices = here.plan()
        switch = only(here)
        tried = len([entry for entry in switch.log if entry.kind == "auth"])
        switch.set_faults(Fault(kind=FaultKind.OTHER_HOST_KEY))
        nothing, notices = here.plan()
        done = here.apply(changes)
        assert nothing == []
        assert ["another host key" in str(notice.message) for notice in notices] == [True]
        assert set(done.outcomes.values()) == {Outcome.FAILED}
        assert "another host key" in done.messages()
        assert done.intents == []
        since = [entry for entry in switch.log if entry.kind == "auth"][tried:]
        assert not any(entry.password_received for entry in since)
        connections = [e for e in switch.log if e.kind == "connection" and e.event == "opened"]
        assert len(connections) == 3  # one good read, then one look each: never a second try


def test_without_a_pinned_key_nobody_connects(tmp_path: Path) -> None:
    with place(tmp_path, seed(), host_key="") as here:
        changes, notices = here.plan()
        assert changes == []
        assert "no pinned host key" in str(notices[0].message)
        assert only(here).log == []


def test_a_pinned_key_of_another_kind_is_a_wrong_key(tmp_path: Path) -> None:
    rsa = (
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDCjrq6WJ6LAEYq1ZfpVfTXBbuPoJQQzVnVwqZJ1sRg5Pq7m7"
        "mYUXsT0RBd4mZcLl0Qe0DkTyhzYx3Xb9pTqg1mH5oYc1pfbKNMuUVx0fVvCkdSWf1bYbqkEuKp1pUo9iXw0m0D"
        "3kq0nH6sQjNq3iD2K7t8Yz0bY2oZp2o9rQ=="
    )
    with place(tmp_path, seed(), host_key=rsa) as here:
        changes, notices = here.plan()
        assert changes == []
        assert "another host key" in str(notices[0].message)
        assert not any(entry.password_received for entry in only(here).log)


def test_a_refused_password_is_sent_once(tmp_path: Path) -> None:
    with place(tmp_path, seed(), seed("sw-nord-02")) as here:
        good, wrong = here.lab.switches
        known = {**logins(here.lab), wrong.name: logins(here.lab)[good.name]}
        _changes, notices = plan(NetworkPlanner(SETTINGS, known), here.reader)
        assert ["refuses user name or password" in str(n.message) for n in notices] == [True]
        tries = [entry for entry in wrong.log if entry.password_received]
        assert len(tries) == 1


def test_a_refused_enable_secret_is_named(tmp_path: Path) -> None:
    with place(tmp_path, seed(faults=(Fault(kind=FaultKind.WRONG_ENABLE),))) as here:
        changes, notices = here.plan()
        assert changes == []
        assert "refuses the enable secret" in str(notices[0].message)
        assert only(here).lines.count("enable") == 1


def test_an_unreachable_switch_does_not_stop_the_others(tmp_path: Path) -> None:
    with place(tmp_path, seed(), seed("sw-nord-02", vty_lines=0)) as here:
        changes, notices = here.plan()
        assert {change.group for change in changes} == {"id-sw-nord-01"}
        assert [str(notice.message).split(" ")[0] for notice in notices] == ["sw-nord-02"]
