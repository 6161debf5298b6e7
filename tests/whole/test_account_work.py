"""An admin's decisions about accounts, in the interface, on real places."""

import json
from pathlib import Path

import pytest
from ldap3 import MODIFY_REPLACE

from inventory.errors import GuardError
from inventory.records import Account, Link
from inventory.records.runs import RunState
from inventory.store.journals import entries
from inventory.store.plans import get_selection
from provisioning.lab.slapd import Slapd
from schoolnet.sources.plan import StoredPlan
from tests.desk import Desk
from tests.tui.test_terminal import Terminal
from tests.whole.commandline import TIMEOUT, CommandLine
from tests.whole.directory_desk import directory_toml
from tests.whole.place import change_lines, delivered, desk_of, founded, pupil_row
from tests.whole.test_interface import left, opened, press_q, state_of
from tests.whole.test_links_command import SCHOOLS, SOURCES, deliver

BOTH = ("roster", "directory")
ADDRESS = '[accounts]\nemail = "{user_name}@schule.example"\n'


def place_with_work(folder: Path, slapd: Slapd) -> Desk:
    """Two of the fourth grade come to the other school, one may; an address was changed by hand."""
    desk = Desk(folder, ADDRESS + directory_toml(slapd), SOURCES)
    cli = CommandLine(folder)
    records = folder / "schools.jsonl"
    records.write_text("\n".join(map(json.dumps, SCHOOLS)), encoding="utf-8")
    cli("import", "records", records)
    (folder / "import").mkdir()
    deliver(cli, "100001", "1,Ida,Huber,2016-03-02,4a,2026/27", "2,Ben,Kern,2016-05-03,4a,2026/27",
            "3,Leon,Müller,2015-11-27,4b,2026/27", "4,Mia,Wolf,2018-04-05,2a,2026/27")  # fmt: skip
    deliver(cli, "100002", "9,Zoe,Alt,2014-01-01,6a,2026/27")
    cli("import", "roster")
    assert desk.apply(desk.plan(*BOTH)) is RunState.DONE
    deliver(cli, "100002", "9,Zoe,Alt,2014-01-01,7a,2027/28",
            "51,Ida,Huber,2016-03-02,5c,2027/28", "52,Ben,Kern,2016-05-03,5c,2027/28",
            "53,Leonn,Müller,2015-11-27,5c,2027/28")  # fmt: skip
    cli("import", "roster")
    with slapd.admin() as admin:
        admin.search(f"ou=schools,{slapd.base}", "(uid=mia.wolf)")
        (entry,) = admin.entries
        admin.modify(entry.entry_dn, {"mail": [(MODIFY_REPLACE, ["mia@example.org"])]})
        assert admin.result["result"] == 0, admin.result
    return desk


def decide(terminal: Terminal, key: str, reason: str, *shown: str) -> None:
    """Ask for a decision, read what it means, and give the reason."""
    terminal.press(key)
    terminal.shows("Noch kein Grund genannt", *shown)
    terminal.press(*reason)
    terminal.shows("F2 führt es jetzt aus")
    terminal.press("F2")


def test_a_group_drift_a_question_and_a_hold(own_slapd: Slapd, tmp_path: Path) -> None:
    desk = place_with_work(tmp_path / "place", own_slapd)
    plan = desk.plan(*BOTH)
    with opened(CommandLine(desk.place.folder)) as terminal:
        terminal.shows("1 neue Person vielleicht schon bekannt")
        terminal.press("p", "w")
        terminal.shows("❯ ?", "4 ausgeschlossen")
        terminal.press("Enter")
        terminal.shows("Vorschlag moves:100002:5", "Huber, Ida", "GS Süd, 4a", "Gym Nord, 5c")
        decide(terminal, "L", "gesehen", "moves:100002:5 billigen")
        terminal.shows("Damit aufgenommene Änderungen: 4")
        terminal.press("w")
        terminal.shows("❯ ≠")
        decide(terminal, "I", "vereinbart", "mail", "mia@example.org", "schoolnet plans accept")
        terminal.shows("Für mia.wolf übernommen.")
        terminal.press("Escape")
        terminal.shows("Überholt an GS Süd: Der Bestand", "Neu planen: schoolnet plan")
        terminal.press("Escape")
        terminal.shows("Zu tun")
        terminal.press("o")
        terminal.shows("Offene Fragen", "1 offen", "≠ Name", "Müller, Leonn", "leon.mueller")
        decide(terminal, "J", "gefragt", "Es ist eine Person", "schoolnet links join")
        terminal.shows("Nichts ist offen.", "Entschieden.")
        terminal.press("Escape")
        assert "vielleicht schon bekannt" not in terminal.shows("Zu tun")
        terminal.press("r", "End", "r")
        terminal.shows("Benutzerkonten", "ben.kern")
        decide(terminal, "H", "Umzug", "Benutzerkonto ben.kern festhalten", "ben.kern: aktiv")
        terminal.shows("Das Benutzerkonto ben.kern ist festgehalten")
        left(terminal, press_q)
    assert_decided(desk, plan.id)


def assert_decided(desk: Desk, plan: str) -> None:
    """Everything is stored as the commands store it, each with its reason in the journal."""
    with desk.place.reader() as reader:
        assert get_selection(reader, plan).lifted == {"moves:100002:5": "gesehen"}
        accounts = {one.user_name: one for one in reader.records(Account)}
        assert accounts["mia.wolf"].email == "mia@example.org"
        assert accounts["ben.kern"].held == "Umzug"
        (link,) = reader.records(Link)
        assert link.same
        for record, reason in (
            (accounts["mia.wolf"].id, "vereinbart"), (accounts["ben.kern"].id, "Umzug"),
            (link.id, "gefragt"),
        ):  # fmt: skip
            newest = entries(reader, record=record)[-1]
            assert newest.body is not None
            assert newest.body["reason"] == reason
    assert str(StoredPlan(desk.place, plan).stale()).startswith("Stale: the inventory moved")
    desk.check_journal()


def test_a_guard_is_lifted_with_the_run_of_the_screen_and_not_before(tmp_path: Path) -> None:
    cli = founded(tmp_path / "place")
    desk = desk_of(cli)
    rows = [
        pupil_row(cli, Interne_ID_Nummer=str(20000 + n), Nachname=f"Name{chr(97 + n)}",
                  Vorname="Kim", Klasse="2a", Status="2", Entlassdatum="")
        for n in range(20)
    ]  # fmt: skip
    change_lines(cli, rows)
    delivered(desk)
    assert desk.apply(desk.plan("roster")) is RunState.DONE
    change_lines(cli, rows[:10])
    delivered(desk)
    plan = desk.plan("roster")
    why = {hold.name: "the class moves away" for hold in plan.holds}
    assert why
    source = StoredPlan(desk.place, plan.id)
    with pytest.raises(GuardError):
        source.apply(source.digest(), {})
    with desk.place.reader() as reader:
        assert get_selection(reader, plan.id).lifted == {}
        source.apply(source.digest(), why)
        assert source._process.wait(TIMEOUT) == 0
        assert state_of(desk) is RunState.DONE
        assert get_selection(reader, plan.id).lifted == why
    assert source.stale() is None, "what it moved, it moved itself"
