"""The start screen's facts, from a real store that a real plan and run have been through."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from inventory.records import Person, School, Switch
from inventory.records.assets import ManagedBy
from inventory.records.base import Edit
from inventory.records.runs import Outcome, RunState
from inventory.store.erasure import erase_person
from inventory.store.plans import get_selection
from provisioning.engine.lock import run_lock
from provisioning.engine.starting import exclude, new_run
from schoolnet.linking import decide, questions
from schoolnet.sources.today import StoredToday
from tests.desk import Desk, total
from tests.roster.test_links import FOURTH, PRIMARY, SECONDARY, deliver
from tests.whole.commandline import CommandLine
from tests.whole.place import CITY, change_lines, delivered, desk_of, founded, pupil_file


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_of(founded(tmp_path / "place"))


@pytest.fixture
def source(desk: Desk) -> Iterator[StoredToday]:
    with desk.place.reader() as reader:
        yield StoredToday(reader, desk.place.lock)


def test_a_new_place_has_only_its_schools(source: StoredToday) -> None:
    today = source.today()
    assert (today.plan, today.runs, today.imports, today.unpinned) == (None, [], [], 0)
    assert {kind: count for kind, count in today.counts.items() if count} == {"school": 1}
    assert [(h.kind, h.action) for h in today.happenings] == [("school", "create")]


def test_an_import_waits_until_a_plan_knows_it(desk: Desk, source: StoredToday) -> None:
    before = source.version()
    delivered(desk)
    assert source.version() != before
    assert [taken.planned for taken in source.today().imports] == [False, False]
    school = CITY.members[0].record
    named = f"{school.name} ({school.number})"
    assert {taken.school for taken in source.today().imports} == {named}
    desk.plan("roster", schools=frozenset({"another"}))
    assert [taken.planned for taken in source.today().imports] == [False, False]
    desk.plan("roster")
    assert [taken.planned for taken in source.today().imports] == [True, True]


def test_the_open_plan_counts_what_is_selected_until_a_run_has_it(
    desk: Desk, source: StoredToday
) -> None:
    delivered(desk)
    plan = desk.plan("roster")
    with desk.place.reader() as reader, desk.place.writer() as writer:
        out = exclude(reader, writer, plan, [desk.changes(plan)[-1].id])
    waiting = source.today().plan
    assert waiting
    assert (waiting.plan.id, waiting.selected) == (plan.id, total(plan) - out)
    assert desk.apply(plan) is RunState.DONE
    today = source.today()
    assert today.plan is None
    (recent,) = today.runs
    assert (recent.run.plan, recent.alive, recent.outcomes) == (
        plan.id, False, {Outcome.DONE: total(plan) - out},
    )  # fmt: skip
    assert today.counts["account"] > 0
    assert [(h.kind, h.action) for h in today.happenings][:3] == [
        ("run", "done"), ("run", "create"), ("plan", "create"),
    ]  # fmt: skip


def test_leavers_and_guards_of_the_open_plan(desk: Desk, source: StoredToday) -> None:
    delivered(desk)
    desk.apply(desk.plan("roster"))
    cli = CommandLine(desk.place.folder)
    _header, one, *_gone = pupil_file(cli).read_text(encoding="utf-8").splitlines()
    change_lines(cli, [one])
    delivered(desk)
    plan = desk.plan("roster")
    waiting = source.today().plan
    assert waiting
    assert waiting.leavers == next(s.counts["disable"] for s in plan.stages) > 0
    assert {hold.name for hold in waiting.holds} == {hold.name for hold in plan.holds}


def test_a_run_that_works_is_alive(desk: Desk, source: StoredToday) -> None:
    delivered(desk)
    plan = desk.plan("roster")
    with desk.place.reader() as reader, desk.place.writer() as writer:
        digest = plan.digest(get_selection(reader, plan.id))
        run = new_run(reader, writer, plan, digest, desk.place.lock)
    before = source.version()
    with run_lock(desk.place.lock, run.id):
        assert source.version() != before
        assert source.today().runs[0].alive
    assert not source.today().runs[0].alive


def test_switches_without_a_pinned_key_are_counted_when_they_are_ours(
    desk: Desk, source: StoredToday
) -> None:
    pinned = Switch(name="sw-1", platform="cisco_ios", address="192.0.2.7", host_key="ssh-rsa A")
    unpinned = pinned.model_copy(update={"id": "2", "name": "sw-2", "host_key": ""})
    theirs = {"id": "3", "name": "sw-3", "managed_by": ManagedBy.PROVIDER}
    desk.add(pinned, unpinned, unpinned.model_copy(update=theirs))
    assert source.today().unpinned == 1


def test_what_happened_names_who_and_what_and_forgets_the_erased(
    desk: Desk, source: StoredToday
) -> None:
    desk.add(Person(id="p", given_name="Erika", family_name="Muster"))
    newest = source.today().happenings[0]
    assert (newest.what, newest.actor, newest.record) == (
        "Muster, Erika", desk.place.actor, "p",
    )  # fmt: skip
    with desk.place.reader() as reader, desk.place.writer() as writer:
        erase_person(writer, reader, "p", "asked for")
    erasure, erased, *_others = source.today().happenings
    assert (erasure.kind, erased.actor, erased.what) == ("erasure", "", "")


def test_many_edits_of_one_moment_are_one_line_with_their_number(
    desk: Desk, source: StoredToday
) -> None:
    with desk.place.reader() as reader:
        (school,) = reader.records(School)
    day = date(2027, 7, 31)
    edits = [Edit(school, school.model_copy(update={"valid_until": day}))]
    switches = [Switch(name=f"s{n}", platform="x", address="192.0.2.7") for n in range(30)]
    with desk.place.writer() as writer:
        writer.edit([*edits, *(Edit(None, switch) for switch in switches)])
    lines = source.today().happenings[:2]
    assert {(h.kind, h.action, h.count) for h in lines} == {
        ("switch", "create", 30), ("school", "update", 1),
    }  # fmt: skip


def test_open_questions_are_those_that_links_lists(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "schools")
    desk.add(PRIMARY, SECONDARY)
    deliver(desk, PRIMARY, FOURTH)
    desk.apply(desk.plan())
    deliver(desk, SECONDARY, [(501, "Leonn", "Müller", "2015-11-27", "5c")])
    desk.plan()
    (question,) = questions(desk.place)
    (unlike,) = (p.id for p in desk.all(Person) if p.given_name == "Ida")  # type: ignore[attr-defined]
    with desk.place.reader() as reader:
        today = StoredToday(reader, desk.place.lock)
        assert today.today().questions == 1
        desk.plan(schools=frozenset({PRIMARY.id}))
        assert today.today().questions == 1, "a plan of another school asks nothing"
        decide(desk.place, question.newcomer.id, [unlike], "nobody asked", same=False)
        assert today.today().questions == 1, "somebody else was meant"
        decide(desk.place, question.newcomer.id, [question.known.id], "twins", same=False)
        assert today.today().questions == 0 == len([*questions(desk.place)])
