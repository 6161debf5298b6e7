"""The plan screen as a person meets it: walked, excluded from, applied by typing."""

from collections.abc import Mapping, Sequence
from itertools import product

import pytest
from rich.cells import cell_len

from inventory.errors import GuardError, StoreError
from inventory.messages import _
from inventory.records.changes import Action
from tests.tui.fakes import FakePlan, FakeWorkplace, account, replace_change, workplace
from tests.tui.reading import app_with, lines, shows, text, until
from tests.tui.test_texts import ENGLISH, GERMAN
from tui.app import SchoolnetApp
from tui.screens.confirm import ConfirmScreen
from tui.screens.detail import DetailScreen
from tui.screens.plan import PlanScreen
from tui.screens.run import RunScreen
from tui.sources import Level, PlanBranch, PlannedChange, Status
from tui.texts import Texts

SMALL, LARGE = (80, 24), (100, 30)
TO_FIRST_CHANGE = ("right", "down", "right", "down", "right", "down")


def plan_app(place: FakeWorkplace, texts: Texts = ENGLISH) -> SchoolnetApp:
    return app_with(texts, place, lambda: PlanScreen(texts, place.plan_))


@pytest.mark.parametrize(("size", "texts"), [*product((SMALL, LARGE), (GERMAN, ENGLISH))])
async def test_the_first_look(size: tuple[int, int], texts: Texts) -> None:
    german = texts is GERMAN
    app = plan_app(workplace(), texts)
    async with app.run_test(size=size, notifications=True) as pilot:
        await shows(pilot, "Plan: 49 offen" if german else "Plan: 49 open")
        if size == LARGE:  # the detail of the first row
            await shows(pilot, "+ 41 anlegen" if german else "+ 41 create")
        shown = text(app)
        assert "Musterstadt" in shown
        assert "nichts ist gesendet" in shown if german else "nothing has been sent" in shown
        assert "+41 !5" in shown
        assert ("49 Änderungen anzuwenden" if german else "49 changes to apply") in shown
        assert "Too many leavers at GS Am Park" in shown
        assert lines(app)[-1].endswith("q Ende" if german else "q Leave")
        assert ("A Anwenden …" if german else "A Apply …") in lines(app)[-1]
        assert all(cell_len(line) <= size[0] for line in lines(app))


@pytest.mark.parametrize(("size", "beside"), [(SMALL, False), (LARGE, True)])
async def test_a_change_shows_what_is_sent_and_the_way_back(
    size: tuple[int, int], beside: bool
) -> None:
    app = plan_app(workplace())
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.press("down", "right", "down", "right", "down", "right", "down")
        if not beside:
            assert "Exactly this is sent" not in text(app)
            await pilot.press("enter")
        await shows(pilot, "Exactly this is sent", "The way back")
        for part in (
            "~ sw-nord-02 Gi1/0/14", "An access point comes into room B204", "90, 110, 120",
            "description AP-B204-1", "default interface Gi1/0/14",
        ):  # fmt: skip
            assert part in text(app)


async def test_an_ldap_operation_reads_like_ldif() -> None:
    app = plan_app(workplace())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press(*TO_FIRST_CHANGE, "enter")
        await shows(pilot, "dn: cn=m.muster0,ou=Gym. Nord,dc=example")
        assert [line.strip() for line in lines(app) if "objectClass" in line] == [
            "objectClass: top",
            "objectClass: inetOrgPerson",
        ]
        await pilot.press("escape")
        await shows(pilot, "[x] + cn=7b")


async def test_excluding_takes_along_what_needs_it_and_says_how_many() -> None:
    place = workplace()
    app = plan_app(place)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await pilot.press(*TO_FIRST_CHANGE, "space")
        await shows(pilot, "40 more were excluded, because they need these.", "8 changes to apply")
        assert len(place.plan_.excluded) == 41
        assert "[ ] + cn=7b" in text(app)
        assert "[-] Directory" in text(app)
        await pilot.press("down", "space")
        await shows(pilot, "1 more were included, because they are needed.", "10 changes to apply")
        assert "[x] + cn=7b" in text(app)


async def test_a_whole_stage_is_excluded_and_included_again() -> None:
    place = workplace()
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("space")
        await shows(pilot, "[ ] Directory", "3 changes to apply", "46 excluded")
        await pilot.press("space")
        await shows(pilot, "[x] Directory", "49 changes to apply")


async def test_the_next_warning_is_shown_and_its_change_found() -> None:
    app = plan_app(workplace())
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await pilot.press("w")
        await shows(
            pilot, "Guard leavers", "It holds back 5 changes.", "❯         [x] ! cn=m.muster41"
        )
        assert "--lift leavers" in text(app)
        await pilot.press("w")
        await shows(pilot, "❯         [x] ~ Gi1/0/48", "Risk: high")
        await pilot.press("w")
        await shows(pilot, "Teachers of RS West were not delivered")
        await pilot.press("w")
        await shows(pilot, "Guard leavers")


async def test_only_the_typed_name_and_f2_apply() -> None:
    place = workplace()
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("A")
        await shows(pilot, "Apply plan k3v7", "sw-nord-02", "A guard holds", "Not confirmed yet")
        await pilot.press("f2")
        await pilot.press(*"sw-nord-0", "f2", "enter")
        assert isinstance(app.screen, ConfirmScreen)
        assert place.plan_.applied == []
        await pilot.press("2")
        await shows(pilot, "F2 does it now")
        await pilot.press("enter")
        assert isinstance(app.screen, ConfirmScreen)
        assert place.plan_.applied == []
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        assert place.plan_.applied == [place.plan_.digest()]


async def test_without_danger_the_number_is_typed() -> None:
    place = workplace()
    place.plan_.excluded = {"p48"}
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("A", *"48", "f2")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
    assert len(place.plan_.applied) == 1


@pytest.mark.parametrize("keys", [("escape",), ("enter",), ("4", "9", "escape")])
async def test_no_is_the_default(keys: Sequence[str]) -> None:
    place = workplace()
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("A", *keys)
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
    assert place.plan_.applied == []


async def test_no_key_of_the_list_applies_anything() -> None:
    place = workplace()
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press(
            "enter", "f2", "y", "space", "delete", "pagedown", "ctrl+p", "R", "P", "G", "C", "f"
        )
    assert place.plan_.applied == []
    assert place.run_.controls == []


async def test_what_the_engine_refuses_is_said_in_words() -> None:
    class Guarded(FakePlan):
        def apply(self, digest: str, lifted: Mapping[str, str]) -> str:
            raise GuardError(_("Guard {name}: {text}"), name="leavers", text="-")

    place = workplace()
    place.plan_ = Guarded(place.plan_.changes_, excluded={"p48"})
    app = plan_app(place, GERMAN)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("A", *"48", "f2")
        await shows(pilot, "Schutzregel leavers: -")
        assert isinstance(app.screen, PlanScreen)


async def test_an_empty_plan_says_that_nothing_is_to_do() -> None:
    place = workplace()
    place.plan_ = FakePlan([])
    app = plan_app(place, GERMAN)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "Nichts zu tun")
        await pilot.press("space", "right", "left", "enter", "w", "A")
        await shows(pilot, "Es gibt nichts anzuwenden")
        assert isinstance(app.screen, PlanScreen)


async def test_help_is_the_table_of_keys_and_escape_comes_back() -> None:
    app = plan_app(workplace(), GERMAN)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await pilot.press("question_mark")
        await shows(pilot, "Plan k3v7 › Hilfe", "Aus-/einschließen", "Bild↓")
        await pilot.press("question_mark")
        assert len(app.screen_stack) == 2
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        await pilot.press("escape")
        await shows(pilot, "Das ist der erste Bildschirm")


async def test_a_click_on_the_footer_is_its_key() -> None:
    app = plan_app(workplace())
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        x = lines(app)[-1].index("Help")
        await pilot.click("#footer-bar", offset=(x, 0))
        await shows(pilot, "What they do")


async def test_a_store_that_does_not_answer_is_said_in_the_first_line() -> None:
    class Locked(FakeWorkplace):
        def status(self) -> Status:
            raise StoreError(
                _("{path} is being written by someone else for too long. Try again."), path="p"
            )

    sample = workplace()
    app = plan_app(Locked(sample.plan_, sample.run_), GERMAN)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "!! der Bestand antwortet nicht", "49 Änderungen")


async def test_light_and_dark_and_leaving() -> None:
    app = plan_app(workplace())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        assert app.current_theme.dark
        await pilot.press("f8")
        assert not app.current_theme.dark
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)


async def test_a_hundred_thousand_changes_cost_only_what_is_shown() -> None:
    asked: list[int] = []

    class Huge(FakePlan):
        def branches(self, parent: str) -> Sequence[PlanBranch]:
            if parent:
                return []
            return [
                PlanBranch("b", Level.STAGE, "directory", {Action.CREATE: 100_000}, leaves=100_000)
            ]

        def changes(self, branch: str, start: int, length: int) -> Sequence[PlannedChange]:
            asked.append(length)
            return [
                PlannedChange(replace_change(account(start + n, "RS West"), needs=()))
                for n in range(length)
            ]

    place = workplace()
    place.plan_ = Huge(place.plan_.changes_)
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("right", "end")
        await shows(pilot, "+ cn=m.muster99999,ou=RS West")
    assert sum(asked) < 1000


async def test_a_long_detail_can_be_scrolled_to_its_end() -> None:
    place = workplace()
    place.plan_.changes_[1] = place.plan_.changes_[1].model_copy(
        update={"operations": tuple(f"line {n}" for n in range(200)), "undo": ("the end",)}
    )
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press(*TO_FIRST_CHANGE, "down", "enter")
        await until(pilot, lambda: isinstance(app.screen, DetailScreen))
        await pilot.press("end")
        await shows(pilot, "the end")
