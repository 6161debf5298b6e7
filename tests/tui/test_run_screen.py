"""The run screen as a person meets it: live, problems first, and left alone without harm."""

from itertools import product

import pytest
from rich.cells import cell_len

from inventory.errors import StoreError
from inventory.messages import say
from inventory.records.runs import Control, Outcome, RunState
from tests.tui.fakes import FakeRun, FakeWorkplace, workplace
from tests.tui.reading import app_with, lines, shows, text, until
from tests.tui.test_texts import ENGLISH, GERMAN
from tui.app import SchoolnetApp
from tui.screens.confirm import ConfirmScreen
from tui.screens.plan import PlanScreen
from tui.screens.run import RunScreen
from tui.texts import Texts

SMALL, LARGE = (80, 24), (100, 30)


def run_app(place: FakeWorkplace, texts: Texts = ENGLISH) -> SchoolnetApp:
    return app_with(texts, place, lambda: RunScreen(texts, place.run_))


@pytest.mark.parametrize(("size", "texts"), [*product((SMALL, LARGE), (GERMAN, ENGLISH))])
async def test_it_is_live(size: tuple[int, int], texts: Texts) -> None:
    german = texts is GERMAN
    place = workplace()
    app = run_app(place, texts)
    async with app.run_test(size=size, notifications=True) as pilot:
        await shows(pilot, "0/49", "läuft: Verzeichnis" if german else "running: Directory")
        for number in range(1, 20):
            place.run_.finish(f"a{number}", Outcome.DONE)
        await shows(pilot, "19/49", "19/46")
        place.run_.finish("a20", Outcome.FAILED, say("a name exists twice"))
        place.run_.end(RunState.FINISHED)
        await shows(pilot, "a name exists twice", "✗ 1", "1 Problem" if german else "1 problem")
        assert ("beendet, nicht alles fertig" if german else "finished, not all done") in text(app)
        assert all(cell_len(line) <= size[0] for line in lines(app))


async def test_problems_come_first_and_can_have_the_screen() -> None:
    place = workplace()
    place.run_.finish("a1", Outcome.SKIPPED, say("It needs a change that failed."))
    place.run_.finish("p14", Outcome.FAILED, say("no answer"))
    app = run_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("f")
        await shows(pilot, "✗ sw-nord-02 Gi1/0/14", "– cn=m.muster1")
        assert text(app).index("✗ sw-nord-02") < text(app).index("– cn=m.muster1")
        assert "Progress" not in text(app)
        await pilot.press("enter")
        await shows(pilot, "Result: failed", "no answer", "interface Gi1/0/14")
        await pilot.press("escape", "f")
        await shows(pilot, "Progress", "Directory")


async def test_each_change_of_a_target_shows_its_outcome() -> None:
    place = workplace()
    place.run_.finish("p14", Outcome.DONE)
    place.run_.finish("p15", Outcome.ROLLED_BACK)
    app = run_app(place)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await pilot.press("down", "right", "down", "right", "down", "right")
        await shows(pilot, "✓ ~ Gi1/0/14", "↶ ~ Gi1/0/15")
        assert "· ~ Gi1/0/48" in text(app)
        place.run_.finish("p48", Outcome.DIFFERS)
        await shows(pilot, "≠ ~ Gi1/0/48", "differs")


async def test_pausing_asks_nothing_and_going_on_asks_for_the_rest() -> None:
    place = workplace()
    place.run_.finish("p14", Outcome.DONE)
    app = run_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("P")
        await shows(pilot, "The run pauses after the batch it is at.")
        assert place.run_.controls == [Control.PAUSE]
        await pilot.press("G", *"47", "f2", "escape")
        assert place.run_.controls == [Control.PAUSE]
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.press("G", *"48", "f2")
        await until(pilot, lambda: place.run_.controls == [Control.PAUSE, Control.GO])


async def test_cancelling_is_asked_and_enter_is_no() -> None:
    place = workplace()
    app = run_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("C")
        await shows(pilot, "Cancel run r1", "What is applied stays applied.")
        await pilot.press("enter", "space")
        assert isinstance(app.screen, ConfirmScreen)
        await pilot.press("escape")
        assert place.run_.controls == []
        await pilot.press("C", "f2")
        await until(pilot, lambda: place.run_.controls == [Control.CANCEL])


async def test_retry_applies_the_rest_after_its_number_was_typed() -> None:
    place = workplace()
    app = run_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("R")
        await shows(pilot, "There is nothing to retry")
        for change in place.plan_.changes_[3:]:
            place.run_.finish(change.id, Outcome.DONE)
        place.run_.end(RunState.FINISHED)
        await shows(pilot, "46/49")
        await pilot.press("R", "3", "f2")
        await until(pilot, lambda: place.run_.retried == 1)


async def test_a_vanished_process_is_said_and_can_be_resumed() -> None:
    place = workplace()
    place.run_.working = False
    app = run_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "its process has vanished")
        await pilot.press("R", *"49", "f2")
        await until(pilot, lambda: place.run_.retried == 1)


async def test_why_a_run_stopped_is_its_first_problem_and_it_can_be_resumed() -> None:
    place = workplace()
    place.run_.finish("a1", Outcome.DONE)
    place.run_.message = say("The directory does not answer.")
    place.run_.end(RunState.FAILED)
    app = run_app(place, GERMAN)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(
            pilot, "!! steht still: R setzt fort", "✗ Der Lauf", "The directory does not answer."
        )
        await pilot.press("f", "enter")
        await shows(pilot, "Lauf r1 › Lauf r1", "The directory does not answer.")
        await pilot.press("escape", "R", *"48", "f2")
        await until(pilot, lambda: place.run_.retried == 1)


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_leaving_stops_nothing(key: str) -> None:
    place = workplace()
    app = app_with(ENGLISH, place, lambda: PlanScreen(ENGLISH, place.plan_))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        app.open_run("r1")
        await shows(pilot, "Plan k3v7 › Run r1")
        await pilot.press(key)
        if key == "escape":
            await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        else:
            await until(pilot, lambda: not app.is_running)
    assert place.run_.controls == []
    assert place.run_.state is RunState.RUNNING


async def test_a_store_that_fails_for_a_while_is_said_and_survived() -> None:
    class Shaky(FakeRun):
        broken = False

        def wait_for_change(self, seq: int, timeout: float) -> int:
            if self.broken:
                raise StoreError(say("The store is replaced."))
            return super().wait_for_change(seq, timeout)

    place = workplace()
    shaky = place.run_ = Shaky(place.plan_)
    app = run_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "0/49")
        shaky.broken = True
        await shows(pilot, "The store is replaced.")
        shaky.broken = False
        shaky.finish("p14", Outcome.DONE)
        await shows(pilot, "1/49")
