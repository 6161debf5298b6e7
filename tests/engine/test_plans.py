"""Plans that never change, selections, guards: what is looked at is what is applied."""

import fcntl
import threading
from datetime import date
from pathlib import Path

import pytest

from inventory.errors import GuardError, LockedError, StaleError, UsageError
from inventory.records import Device, Link, Person, School
from inventory.records.base import Edit
from inventory.records.changes import Plan
from inventory.records.people import AccountState
from inventory.records.runs import Control, Outcome, RunState
from inventory.rosters.settings import SourceSettings
from inventory.store.plans import get_plan, get_selection
from inventory.store.runs import get_run, outcomes, save_control
from provisioning.engine.lock import lock_holder, run_lock
from provisioning.engine.running import apply_run
from provisioning.engine.starting import exclude, include
from schoolnet import compose
from tests.desk import NO_GRACE, Desk, count, total

SOURCE = SourceSettings.model_validate({
    "name": "north", "files": "*", "format": "csv", "school": "012345", "roles": ["student"],
    "columns": {"record_id": "Nr", "family_name": "Name", "given_name": "Vorname",
                "school_class": "Klasse"},
})  # fmt: skip
NORTH = School.model_validate(
    {"id": "north", "number": "012345", "name": "Nord", "school_type": "Gymnasium"}
)


def deliver(desk: Desk, *pupils: tuple[int, str, str]) -> None:
    """Take in a file of (number, name, class)."""
    lines = ["Nr,Name,Vorname,Klasse", *(f"{n},{name},Kim,{c}" for n, name, c in pupils)]
    path = desk.place.folder / "pupils.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    desk.take_in(SOURCE, path)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    found = Desk(tmp_path / "place", NO_GRACE)
    found.add(NORTH)
    deliver(found, (1, "Ahorn", "7a"), (2, "Birke", "7a"), (3, "Celtis", "7b"))
    return found


def test_the_same_wish_is_the_same_plan(desk: Desk) -> None:
    one, two = desk.plan(), desk.plan()
    assert one.rows_hash == two.rows_hash
    assert [c.kind for c in desk.changes(one)] == ["class"] * 2 + ["person"] * 3


def test_excluding_takes_along_what_needs_it(desk: Desk) -> None:
    plan = desk.plan()
    classes = {c.key[:2]: c.id for c in desk.changes(plan) if c.kind == "class"}
    with desk.place.reader() as reader, desk.place.writer() as writer:
        before = plan.digest(get_selection(reader, plan.id))
        assert exclude(reader, writer, plan, [classes["7a"]]) == 3
        after = plan.digest(get_selection(reader, plan.id))
        assert before != after
    assert desk.apply(plan) is RunState.DONE
    assert desk.accounts() == {"kim.celtis": AccountState.ACTIVE}
    assert total(desk.plan()) == 3


def test_including_takes_along_what_it_needs(desk: Desk) -> None:
    plan = desk.plan()
    person = next(c for c in desk.changes(plan) if c.key.startswith("Ahorn"))
    with desk.place.reader() as reader, desk.place.writer() as writer:
        exclude(reader, writer, plan, [c.id for c in desk.changes(plan)])
        assert include(reader, writer, plan, [person.id]) == 2
    desk.apply(plan)
    assert list(desk.accounts()) == ["kim.ahorn"]


def test_a_plan_whose_rows_or_selection_moved_is_refused(desk: Desk) -> None:
    plan = desk.plan()
    run_id = desk.enter(plan)
    with desk.place.reader() as reader, desk.place.writer() as writer:
        exclude(reader, writer, plan, [desk.changes(plan)[0].id])
    with pytest.raises(StaleError):
        apply_run(compose.tools(desk.place, run_id), run_id)
    other = desk.plan()
    other_run = desk.enter(other)
    with desk.place.writer() as writer:
        writer.connection.execute(
            "UPDATE plan_change SET body = replace(CAST(body AS TEXT), 'Birke', 'Buche') "
            "WHERE plan = ?",
            (other.id,),
        )
    with pytest.raises(StaleError):
        apply_run(compose.tools(desk.place, other_run), other_run)
    assert desk.accounts() == {}


def test_a_school_that_moved_is_stale_and_others_go_on(desk: Desk) -> None:
    south = NORTH.model_copy(update={"id": "south", "number": "054321", "name": "Süd"})
    desk.add(south)
    path = desk.place.folder / "south.csv"
    path.write_text("Nr,Name,Vorname,Klasse\n1,Douglasie,Kim,5c\n", encoding="utf-8")
    source = SOURCE.model_copy(update={"name": "south", "school": "054321"})
    desk.take_in(source, path)
    plan = desk.plan()
    deliver(desk, (1, "Ahorn", "7a"), (2, "Birke", "7a"), (3, "Celtis", "7b"), (4, "Efeu", "7b"))
    assert desk.apply(plan) is RunState.FINISHED
    assert list(desk.accounts()) == ["kim.douglasie"]


def test_a_record_changed_meanwhile_is_stale_alone(desk: Desk) -> None:
    assert desk.apply(desk.plan()) is RunState.DONE
    deliver(desk, (1, "Ahorn-Zwei", "7a"), (2, "Birke-Zwei", "7a"), (3, "Celtis", "7b"))
    plan = desk.plan()
    assert count(plan, "update") == 2
    with desk.place.reader() as reader, desk.place.writer() as writer:
        birke = next(p for p in reader.records(Person) if p.family_name == "Birke")
        # Written as if by a run of before this plan, so that no scope looks moved.
        changed = birke.model_copy(update={"given_name": "Kimberly"})
        with writer.transaction() as tx:
            tx.edit([Edit(birke, changed)])
        moved = plan.model_copy(update={"base": reader.head()}).model_dump_json()
        writer.connection.execute("UPDATE plan SET body = ?", (moved.encode(),))
    run_id = desk.enter(desk_plan(desk, plan.id))
    assert apply_run(compose.tools(desk.place, run_id), run_id) is RunState.FINISHED
    names = sorted((p.family_name, p.given_name) for p in people(desk))
    assert names == [("Ahorn-Zwei", "Kim"), ("Birke", "Kimberly"), ("Celtis", "Kim")]
    with desk.place.reader() as reader:
        assert sorted(outcomes(reader, run_id).values()) == [Outcome.DONE, Outcome.STALE]


def desk_plan(desk: Desk, plan_id: str) -> Plan:
    with desk.place.reader() as reader:
        return get_plan(reader, plan_id)


def people(desk: Desk) -> list[Person]:
    with desk.place.reader() as reader:
        return list(reader.records(Person))


def test_a_guard_is_lifted_only_by_name_and_the_lift_is_journalled(desk: Desk) -> None:
    many = [(n, f"Name{chr(97 + n)}", "7a") for n in range(20)]
    deliver(desk, *many)
    desk.apply(desk.plan())
    deliver(desk, *many[:10])
    plan = desk.plan()
    assert [hold.name for hold in plan.holds] == ["leavers:012345:student",
                                                 "leavers:012345:student:7"]  # fmt: skip
    with pytest.raises(GuardError):
        desk.apply(plan, lift=("leavers:012345:student",))
    with pytest.raises(GuardError):  # nothing of the refused attempt is left
        desk.apply(plan, lift=("leavers:012345:student:7",))
    both = tuple(hold.name for hold in plan.holds)
    assert desk.apply(plan, lift=both) is RunState.DONE
    states = list(desk.accounts().values())
    assert states.count(AccountState.DISABLED) == 10
    desk.check_journal()


def test_a_protected_account_is_disabled_by_no_stage(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "place", NO_GRACE + '[guards]\nprotected_accounts = ["Kim.Ahorn"]')
    desk.add(NORTH)
    deliver(desk, (1, "Ahorn", "7a"), (2, "Birke", "7a"))
    desk.apply(desk.plan())
    deliver(desk, (2, "Birke", "7b"))
    plan = desk.plan()
    (hold,) = plan.holds
    assert hold.name.startswith("protected:")
    assert "ahorn" not in hold.name, "names of guards stand where names of people do not"
    assert str(hold.message) == "The account kim.ahorn is protected by the settings."
    with pytest.raises(GuardError):
        desk.apply(plan)
    with desk.place.reader() as reader, desk.place.writer() as writer:
        exclude(reader, writer, plan, hold.changes)
    assert desk.apply(plan) is RunState.DONE
    assert desk.accounts()["kim.ahorn"] is AccountState.ACTIVE


def test_a_protected_account_is_not_taken_away(desk: Desk) -> None:
    desk.apply(desk.plan())
    settings = desk.place.folder / "schoolnet.toml"
    settings.write_text(settings.read_text() + '[guards]\nprotected_accounts = ["Kim.Ahorn"]\n')
    again = Desk.reopen(desk.place.folder, desk.place.today)
    deliver(again, (2, "Birke", "7a"), (3, "Celtis", "7b"))
    plan = again.plan()
    (hold,) = plan.holds
    assert hold.name.startswith("protected:")
    assert "kim" not in hold.name, "the name of a guard is printed by scripts"
    with pytest.raises(GuardError, match="protected"):
        again.apply(plan)
    assert again.accounts()["kim.ahorn"] is AccountState.ACTIVE


def test_what_changes_of_a_person_is_shown(desk: Desk) -> None:
    desk.apply(desk.plan())
    deliver(desk, (1, "Ahorn-Buche", "7b"), (2, "Birke", "7a"), (3, "Celtis", "7b"))
    (change,) = desk.changes(desk.plan())
    assert change.before == {"family_name": "Ahorn", "classes": "7a"}
    assert change.after == {"family_name": "Ahorn-Buche", "classes": "7b"}


def test_a_plan_is_applied_once_and_by_one(desk: Desk) -> None:
    plan = desk.plan()
    with run_lock(desk.place.lock, "somebody"), pytest.raises(LockedError, match="somebody"):
        desk.enter(plan)
    desk.apply(plan)
    with pytest.raises(UsageError, match="was applied"):
        desk.enter(plan)


def test_any_number_may_ask_whether_a_run_is_alive(desk: Desk) -> None:
    """Asking neither holds up a run that starts nor looks like a run to others who ask."""
    lock = desk.place.lock
    with run_lock(lock, "earlier"):
        assert lock_holder(lock) == "earlier"
    with lock.open() as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        assert lock_holder(lock) == ""
        release = threading.Timer(0.05, fcntl.flock, (asking, fcntl.LOCK_UN))
        release.start()
        with run_lock(lock, "newer"):
            assert lock_holder(lock) == "newer"
        release.join()


def test_a_cancelled_run_sends_nothing(desk: Desk) -> None:
    run_id = desk.enter(desk.plan())
    with desk.place.writer() as writer:
        save_control(writer, run_id, Control.CANCEL)
    assert apply_run(compose.tools(desk.place, run_id), run_id) is RunState.CANCELLED
    assert desk.accounts() == {}
    desk.check_journal()


def test_a_paused_run_waits_and_goes_on(desk: Desk) -> None:
    run_id = desk.enter(desk.plan())
    seen: list[RunState] = []
    with desk.place.writer() as writer:
        save_control(writer, run_id, Control.PAUSE)
    tools = compose.tools(desk.place, run_id)

    def go_on(_seconds: float) -> None:
        with desk.place.reader() as reader, desk.place.writer() as writer:
            seen.append(get_run(reader, run_id).state)
            save_control(writer, run_id, Control.GO)

    tools.sleep = go_on
    assert apply_run(tools, run_id) is RunState.DONE
    assert seen == [RunState.PAUSED]


def test_planning_cannot_write(desk: Desk) -> None:
    import sqlite3

    with desk.place.reader() as reader, pytest.raises(Exception, match="readonly") as caught:
        reader.execute("DELETE FROM journal")
    assert isinstance(caught.value.__cause__, sqlite3.OperationalError)


def test_returners_keep_their_name_and_nobody_gets_a_used_one(desk: Desk) -> None:
    desk.apply(desk.plan())
    deliver(desk, (2, "Birke", "7a"), (3, "Celtis", "7b"))
    desk.apply(desk.plan())
    assert desk.accounts()["kim.ahorn"] is AccountState.DISABLED
    deliver(desk, (2, "Birke", "7a"), (3, "Celtis", "7b"), (9, "Ahorn", "7a"))
    (asked,) = desk.plan().notices  # is it the same Kim Ahorn? It is not.
    known = next(
        p.id for p in desk.all(Person) if isinstance(p, Person) and p.family_name == "Ahorn"
    )
    with desk.place.writer() as writer:
        writer.edit([Edit(None, Link(person=known, other=asked.record, same=False))])
    desk.apply(desk.plan())
    assert desk.accounts()["kim.ahorn2"] is AccountState.ACTIVE
    deliver(desk, (2, "Birke", "7a"), (3, "Celtis", "7b"), (9, "Ahorn", "7a"), (1, "Ahorn", "8a"))
    desk.apply(desk.plan())
    assert desk.accounts()["kim.ahorn"] is AccountState.ACTIVE
    assert total(desk.plan()) == 0


def test_only_the_named_school_is_planned(desk: Desk) -> None:
    desk.clock.turn_to(date(2026, 9, 1))
    assert total(desk.plan(schools=frozenset({"elsewhere"}))) == 0
    assert total(desk.plan(schools=frozenset({"north"}))) == 5


def test_manual_records_outside_deliveries_stay(desk: Desk) -> None:
    desk.apply(desk.plan())
    desk.add(Device(serial="x1", category="tablet", school="north"))
    by_hand = Person(given_name="Gast", family_name="Haus", school="north")
    desk.add(by_hand)
    assert total(desk.plan()) == 0
