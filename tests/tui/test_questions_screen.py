"""Open questions as a person meets them: looked for, both sides compared, decided or put off."""

from itertools import product

import pytest
from rich.cells import cell_len

from inventory.errors import UsageError
from inventory.messages import say
from tests.tui.fakes import FakeQuestions, FakeToday, FakeWorkplace, workplace
from tests.tui.reading import app_with, lines, shows, until
from tests.tui.test_texts import ENGLISH, GERMAN
from tui.app import SchoolnetApp
from tui.inventory_sources import Today
from tui.questions import Question, Side
from tui.screens.questions import QuestionsScreen
from tui.screens.today import TodayScreen
from tui.texts import Texts

SMALL, LARGE = (80, 24), (120, 40)
IDDA = Question(
    Side("n1", "Huber, Idda", "2016-03-02", "Gym. Nord", "5c", "csv 51", ""),
    Side("k1", "Huber, Ida", "2016-03-02", "GS Süd", "4a", "csv 1", "ida.huber"),
)
LEON = Question(
    Side("n2", "Müller, Leon", "2015-11-27", "Gym. Nord", "5c", "csv 53", ""),
    Side("k2", "Müller, Leon", "2015-11-28", "GS Süd", "4b", "csv 3", "leon.mueller"),
)


def place_with(*found: Question) -> FakeWorkplace:
    place = workplace()
    place.questions_.found = list(found)
    place.today_ = FakeToday(Today(questions=len(found)))
    return place


def questions_app(place: FakeWorkplace, texts: Texts = ENGLISH) -> SchoolnetApp:
    return app_with(texts, place, lambda: TodayScreen(texts, place.today_))


@pytest.mark.parametrize(("size", "texts"), [*product((SMALL, LARGE), (GERMAN, ENGLISH))])
async def test_today_leads_to_both_sides_beside_each_other(
    size: tuple[int, int], texts: Texts
) -> None:
    german = texts is GERMAN
    app = questions_app(place_with(IDDA, LEON), texts)
    async with app.run_test(size=size, notifications=True) as pilot:
        await shows(pilot, "2 neue Personen" if german else "2 newcomers may be")
        await pilot.press("enter")
        await shows(pilot, "2 offen" if german else "2 open", "❯ ? Huber, Idda")
        names, born = ("Name", "Geburtsdatum") if german else ("Name", "Date of birth")
        shown = [line.split() for line in lines(app)]
        assert ["≠", names, "Huber,", "Idda", "Huber,", "Ida"] in shown
        assert [*born.split(), *["02.03.2016" if german else "02/03/2016"] * 2] in shown
        await pilot.press("down")
        day = ("27.11.2015", "28.11.2015") if german else ("27/11/2015", "28/11/2015")
        await until(pilot, lambda: ["≠", *born.split(), *day] in [i.split() for i in lines(app)])
        assert "J " in lines(app)[-1]
        assert all(cell_len(line) <= size[0] for line in lines(app))


@pytest.mark.parametrize(("key", "same", "verb"), [("J", True, "join"), ("S", False, "separate")])
async def test_a_decision_needs_a_reason_and_takes_the_question_off(
    key: str, same: bool, verb: str
) -> None:
    place = place_with(IDDA, LEON)
    app = questions_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("o", key)
        await shows(pilot, f"schoolnet links {verb} n1 k1 --reason …", "Huber, Ida · 02/03/2016")
        await pilot.press("f2", "escape")
        assert place.questions_.decided == {}
        await pilot.press(key, *"asked the school", "f2")
        await shows(pilot, "1 open", "❯ ? Müller, Leon", "Decided.")
        assert place.questions_.decided == {IDDA: (same, "asked the school")}
        await pilot.press(key, *"too", "f2")
        await shows(pilot, "Nothing is open.")
        await pilot.press(key)
        await shows(pilot, "No question is chosen.")


async def test_enter_shows_both_on_the_whole_screen() -> None:
    app = questions_app(place_with(IDDA))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("o", "enter")
        await shows(pilot, "Open questions › One person, or two?", "≠ Name", "ida.huber")
        await pilot.press("escape")
        await shows(pilot, "1 open", "❯ ? Huber, Idda")


async def test_later_comes_to_the_end_and_decides_nothing() -> None:
    place = place_with(IDDA, LEON)
    app = questions_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("o", "l")
        await shows(pilot, "❯ ? Müller, Leon", "… Huber, Idda")
        assert place.questions_.decided == {}


async def test_what_takes_long_is_said_and_ended_with_the_screen() -> None:
    place = workplace()
    asking: FakeQuestions = place.questions_
    app = questions_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("o")
        await shows(pilot, "Everybody is being compared …")
        asking.found = [IDDA]
        await shows(pilot, "1 open", "Huber, Idda")
        await pilot.press("f5")
        assert asking.asked == 2
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        await until(pilot, lambda: asking.closed == 1)


async def test_a_comparison_that_failed_says_why() -> None:
    place = workplace()
    place.questions_.found = UsageError(say("schoolnet.toml is gone"))
    app = questions_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("o")
        await shows(pilot, "Nothing could be compared.", "schoolnet.toml is gone")
        assert isinstance(app.screen, QuestionsScreen)
