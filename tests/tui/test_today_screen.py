"""The start screen as a person meets it: what waits comes first, and each row leads somewhere."""

from dataclasses import replace
from itertools import product

import pytest
from rich.cells import cell_len

from inventory.errors import StoreError
from inventory.messages import say
from inventory.records import KINDS
from inventory.records.changes import Action, Hold
from inventory.records.deliveries import Delivery
from inventory.records.runs import Outcome, Run, RunState
from inventory.rosters.rows import Problem
from tests.tui.fakes import MADE_AT, FakeToday, FakeWorkplace, workplace
from tests.tui.inventory import City
from tests.tui.reading import app_with, lines, shows, text, until
from tests.tui.test_texts import ENGLISH, GERMAN
from tui.app import SchoolnetApp
from tui.inventory_sources import Happening, Import, OpenPlan, RecentRun, Today
from tui.screens.plan import PlanScreen
from tui.screens.run import RunScreen
from tui.screens.today import TodayScreen
from tui.texts import Texts

SMALL, LARGE = (80, 24), (100, 30)
HOUR = 3_600_000_000


def run(state: RunState = RunState.DONE, **fields: object) -> Run:
    known = {"id": "r1", "plan": "k3v7", "digest": "d", "actor": "anna", "started_at": MADE_AT}
    return Run.model_validate({**known, "state": state, "total": 412, **fields})


def taken(role: str = "student", problems: int = 0, planned: bool = True) -> Import:
    delivery = Delivery(
        id=f"d-{role}", made_at=MADE_AT, actor="anna", source="nord", system="nord", school="n",
        role=role, school_year="2026/27", file_name=f"{role}.csv", sha256="ab" * 32, size=1,
        format="schild", encoding="utf-8", row_count=75_410, problem_count=problems,
        absence_counts=problems == 0, complete=True,
    )  # fmt: skip
    return Import(delivery, "Gym. Nord", planned)


def busy() -> Today:
    """A morning on which everything waits."""
    hold = Hold(name="leavers", message=say("Too many leavers"), changes=("a41",))
    plan = workplace().plan_.plan
    return Today(
        plan=OpenPlan(plan, {Action.CREATE: 400, Action.DISABLE: 12}, leavers=12, holds=(hold,)),
        runs=[
            RecentRun(run(RunState.RUNNING, stage="directory"), True, {Outcome.DONE: 300}),
            RecentRun(run(id="r0", started_at=MADE_AT - 30 * HOUR), False, {Outcome.DONE: 412}),
        ],
        imports=[taken(planned=False), taken("teacher", problems=3)],
        unpinned=2,
        counts={kind: 40_218 if kind == "device" else 0 for kind in KINDS},
        happenings=[
            Happening(MADE_AT, "anna", "run", "done", what="r1", record="r1"),
            Happening(MADE_AT - HOUR, "jens", "device", "update", what="DMPX1", record="d001"),
            Happening(MADE_AT - 2 * HOUR, "jens", "device", "create", 10_000, "Gym. Nord"),
            Happening(MADE_AT - 2 * HOUR - 1, "jens", "device", "create", 218, "GS Am Park"),
            Happening(MADE_AT - 30 * HOUR, "", "person", "delete", record="p"),
        ],
    )


def place_of(facts: Today) -> FakeWorkplace:
    place = workplace()
    place.today_ = FakeToday(
        facts,
        [Problem(file="teacher.csv", line=12, message=say("Line 12 has no name"), value="Secret")],
    )
    return place


def today_app(place: FakeWorkplace, texts: Texts = ENGLISH) -> SchoolnetApp:
    from inventory.times import from_micros

    now = from_micros(MADE_AT)
    return app_with(texts, place, lambda: TodayScreen(texts, place.today_, lambda: now))


@pytest.mark.parametrize(("size", "texts"), [*product((SMALL, LARGE), (GERMAN, ENGLISH))])
async def test_the_first_look(size: tuple[int, int], texts: Texts) -> None:
    german = texts is GERMAN
    app = today_app(place_of(busy()), texts)
    async with app.run_test(size=size, notifications=True) as pilot:
        await shows(pilot, "Too many leavers")
        for part in (
            ("Offener Plan: 412 Änderungen", "+400 !12", "von 12 Abgängen",
             "1 Import ist noch in keinem Plan", "2 Switches ohne", "läuft: Verzeichnis", "300/412",
             "Geräte", "40.218", "10.218 × Geräte: angelegt", "Heute", "p Plan", "r Bestand …")
            if german else
            ("Open plan: 412 changes", "+400 !12", "of 12 leavers",
             "1 import is in no plan yet", "2 switches have no", "running: Directory", "300/412",
             "Devices", "40,218", "10,218 × Devices: created", "Today", "p Plan", "r Records …")
        ):  # fmt: skip
            assert part in text(app)
        assert lines(app)[-1].endswith("q Ende" if german else "q Leave")
        assert all(cell_len(line) <= size[0] for line in lines(app))


async def test_the_most_urgent_comes_first() -> None:
    facts = replace(busy(), runs=[RecentRun(run(RunState.RUNNING), False, {Outcome.FAILED: 1})])
    app = today_app(place_of(facts))
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "❯ !! The newest run stopped")
        shown = [line[2:4].strip() for line in lines(app)[3:10]]
        assert shown == ["!!", "!!", "▸", "!", "▸", "!", "!"]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (RunState.PAUSED, "The newest run is paused"),
        (RunState.FINISHED, "The newest run has 2 problems"),
        (RunState.FAILED, "The newest run stopped"),
        (RunState.DONE, "Nothing to do."),
        (RunState.CANCELLED, "Nothing to do."),
    ],
)
async def test_what_waits_after_a_run(state: RunState, sentence: str) -> None:
    outcomes = {Outcome.SKIPPED: 2} if state is RunState.FINISHED else {}
    recent = RecentRun(run(state), state is RunState.PAUSED, outcomes)
    facts = Today(runs=[recent], counts={"school": 1}, imports=[taken()])
    app = today_app(place_of(facts))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, sentence)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (Today(counts={"school": 0}), "No schools yet: schoolnet import records FILE"),
        (Today(counts={"school": 3}), "No export yet: schoolnet import roster"),
    ],
)
async def test_an_empty_place_says_what_comes_next(facts: Today, sentence: str) -> None:
    app = today_app(place_of(facts))
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, sentence, "No run yet.", "Nothing yet.")
        await pilot.press("enter", "p", "t", "enter", "tab", "enter")
        await shows(pilot, "No plan is open. Make one: schoolnet plan")
        assert isinstance(app.screen, TodayScreen)


async def test_rows_lead_to_what_they_are_about() -> None:
    app = today_app(place_of(busy()))
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "❯ !! Guard leavers")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        await shows(pilot, "Today › Plan k3v7")
        await pilot.press("escape", "t", "enter")
        await shows(pilot, "Today › Run r1")
        assert isinstance(app.screen, RunScreen)
        await pilot.press("escape", "p")
        await shows(pilot, "Today › Plan k3v7")
        await pilot.press("escape")
        await shows(pilot, "To do")
        await pilot.press("escape")
        await shows(pilot, "This is the first screen")


async def test_imports_show_what_was_wrong_in_them() -> None:
    app = today_app(place_of(busy()), GERMAN)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "Zu tun")
        await pilot.press("i")
        await shows(pilot, "Heute › Importe", "❯ Gym. Nord Schüler/in", "noch nicht", "75.410")
        await pilot.press("down")
        await shows(pilot, "❯ Gym. Nord Lehrkraft", "! 3", "Line 12 has no name", "teacher.csv")
        await pilot.press("enter")
        await shows(pilot, "Importe › teacher.csv", "Wer darin fehlt, gilt nicht als Abgang")
        assert "Secret" not in text(app)


async def test_records_are_opened_by_kind_and_by_what_happened(tmp_path: object) -> None:
    city = City(tmp_path)  # type: ignore[arg-type]
    place = place_of(busy())
    place.records_, place.accounts_ = city.records(), city.accounts()
    app = today_app(place)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "To do")
        await pilot.press("r", *["down"] * 4, "r")
        await shows(pilot, "Today › Devices", "60 of 60")
        await pilot.press("escape", "tab", "end", "enter")
        await shows(pilot, "Today › Switches", "1 of 2 · only: without a pinned host key")
        await pilot.press("escape", "tab", "tab", "down", "enter")
        await shows(pilot, "❯ DMPX0001")
        await pilot.press("escape", "end", "enter")
        await shows(pilot, "This record is gone.")
    city.close()


async def test_it_keeps_up_and_the_cursor_stays_on_its_row() -> None:
    place = place_of(busy())
    app = today_app(place)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "❯ !! Guard leavers")
        await pilot.press("down")
        await shows(pilot, "❯ ▸  Open plan: 412 changes")
        stopped = [RecentRun(run(RunState.RUNNING), False)]
        place.today_.tell(replace(busy(), runs=stopped, unpinned=0))  # type: ignore[attr-defined]
        await shows(pilot, "The newest run stopped", "❯ ▸  Open plan: 412 changes")
        assert "pinned" not in text(app)
        place.today_.facts = Today(counts={"school": 1})  # type: ignore[attr-defined]
        await pilot.press("f5")
        await shows(pilot, "No run yet.")


async def test_what_was_missed_behind_another_screen_is_read_on_the_way_back() -> None:
    place = place_of(busy())
    app = today_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "Guard leavers")
        await pilot.press("p")
        await shows(pilot, "Today › Plan k3v7")
        place.today_.tell(Today(counts={"school": 1}, imports=[taken()]))  # type: ignore[attr-defined]
        await pilot.press("escape")
        await shows(pilot, "Nothing to do.")


async def test_a_store_that_fails_is_said_once_and_survived() -> None:
    class Shaky(FakeToday):
        broken = True

        def version(self) -> int:
            if self.broken:
                raise StoreError(say("The store is replaced."))
            return super().version()

    place = place_of(busy())
    shaky = place.today_ = Shaky(busy())
    app = today_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "The store is replaced.")
        shaky.broken = False
        await shows(pilot, "Guard leavers")


async def test_a_plan_or_run_that_was_named_lies_on_today() -> None:
    place = place_of(busy())
    app = SchoolnetApp(
        ENGLISH, place, lambda: TodayScreen(ENGLISH, place.today_),
        lambda: RunScreen(ENGLISH, place.run_),
    )  # fmt: skip
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "Today › Run r1")
        await pilot.press("escape")
        await shows(pilot, "To do")
