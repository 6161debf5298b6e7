"""What is decided on the plan screen: proposals approved, guards lifted, each with a reason."""

from datetime import date

import pytest

from inventory.messages import say
from tests.tui.fakes import FakeWorkplace, account, replace_change, workplace
from tests.tui.reading import lines, shows, text, until
from tests.tui.test_plan_screen import LARGE, SMALL, plan_app
from tests.tui.test_texts import ENGLISH, GERMAN
from tui.decisions import Move, Whereabouts
from tui.screens.confirm import ReasonScreen
from tui.screens.plan import PlanScreen
from tui.screens.proposal import ProposalScreen
from tui.screens.run import RunScreen
from tui.sources import Concern
from tui.texts import Texts

GROUP = "moves:100002:5"


def with_proposal() -> FakeWorkplace:
    """The sample plan, and in it two people who would come to another school."""
    place = workplace()
    place.plan_.moves_ = [
        Move(
            replace_change(account(number, "Gym. Nord"), id=f"a{number}", key=name),
            name, date(2016, 3, 2), user_name,
            Whereabouts("GS Süd", "4a"), Whereabouts("Gym. Nord", "5c"),
        )
        for number, name, user_name in ((1, "Huber, Ida", "ida.huber"), (2, "Kern, Ben", ""))
    ]  # fmt: skip
    place.plan_.excluded = {"a1", "a2"}
    likely = say("{count} people may be known", count=2)
    place.plan_.concerns_[1:1] = [Concern(likely, proposal=GROUP, change="a1")]
    return place


@pytest.mark.parametrize("texts", [GERMAN, ENGLISH])
async def test_a_proposal_is_looked_at_and_approved_with_a_reason(texts: Texts) -> None:
    german = texts is GERMAN
    place = with_proposal()
    app = plan_app(place, texts)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w", "w", "enter")
        await until(pilot, lambda: isinstance(app.screen, ProposalScreen))
        await shows(pilot, "Huber, Ida", "GS Süd, 4a", "Gym. Nord, 5c", "ida.huber")
        assert ("02.03.2016" if german else "02/03/2016") in text(app)
        assert ("L Billigen …" if german else "L Approve …") in lines(app)[-1]
        await pilot.press("L")
        await shows(pilot, f"schoolnet plans approve k3v7 {GROUP} --reason …")
        await pilot.press("f2", " ", "f2")
        assert isinstance(app.screen, ReasonScreen), "a reason is needed"
        assert place.plan_.decided == {}
        await pilot.press(*"seen", "f2")
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        await shows(pilot, "49 Änderungen anzuwenden" if german else "49 changes to apply")
        await shows(pilot, "Changes included by it: 2" if not german else "Änderungen: 2")
        assert place.plan_.decided == {GROUP: "seen"}
        assert "may be known" not in text(app)
        await pilot.press("w")
        await shows(pilot, "❯         [x] ~ Gi1/0/48")


@pytest.mark.parametrize("keys", [("escape",), ("enter",), (*"no", "escape")])
async def test_without_f2_nothing_is_approved(keys: tuple[str, ...]) -> None:
    place = with_proposal()
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w", "w", "L", *keys)
        await until(pilot, lambda: isinstance(app.screen, PlanScreen))
        assert place.plan_.decided == {}
        assert place.plan_.excluded == {"a1", "a2"}


async def test_a_guard_is_lifted_with_the_run_and_only_then() -> None:
    place = workplace()
    app = plan_app(place)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await pilot.press("w", "L", *"agreed", "f2")
        await shows(pilot, "✓  Will be lifted: Too many leavers", "next run from here: agreed")
        assert place.plan_.decided == {}
        await pilot.press("A")
        await shows(pilot, "Apply plan k3v7", "Will be lifted: Too many leavers")
        assert "A guard holds" not in text(app)
        await pilot.press(*"sw-nord-02", "f2")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
    assert place.plan_.decided == {"leavers": "agreed"}


async def test_a_guard_whose_changes_were_excluded_meanwhile_is_not_lifted() -> None:
    place = workplace()
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w", "L", *"agreed", "f2")
        await shows(pilot, "Will be lifted")
        place.plan_.concerns_ = place.plan_.concerns_[1:]
        await pilot.press("space")
        await pilot.press("A", *"sw-nord-02", "f2")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
    assert place.plan_.decided == {}


async def test_a_warning_that_nobody_decides_says_so() -> None:
    app = plan_app(workplace())
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("w", "w", "w", "L")
        await shows(pilot, "nothing that could be approved or lifted")


def with_drift() -> FakeWorkplace:
    """The sample plan, with two accounts that somebody changed in the directory."""
    place = workplace()
    changes = place.plan_.changes_
    for number in (1, 2):
        drifted = {"drift": ("mail",), "before": {"mail": f"x{number}@example.org"}}
        changes[number] = replace_change(changes[number], needs=(), **drifted)
    place.plan_.concerns_.append(Concern(say("Somebody was here"), change="a1", drift=True))
    return place


@pytest.mark.parametrize("texts", [GERMAN, ENGLISH])
async def test_drift_of_one_account_is_accepted_and_the_plan_is_stale(texts: Texts) -> None:
    german = texts is GERMAN
    place = with_drift()
    app = plan_app(place, texts)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press(*"wwww")
        await shows(pilot, "≠  Somebody was here")
        (row,) = [line for line in lines(app) if "cn=m.muster1," in line]
        assert row.startswith("❯")
        assert "≠" in row
        await pilot.press("I")
        await shows(pilot, "x1@example.org", "schoolnet plans accept k3v7 --change a1 --reason …")
        await pilot.press(*"married", "f2")
        await shows(pilot, "Taken in: a1", "Übernommen" if german else "Accepted")
        assert place.plan_.decided == {"a1": "married"}
        await pilot.press("escape")
        await shows(pilot, "Stale: it moved")
        await pilot.press("A")
        await shows(pilot, "Noch nicht bestätigt" if german else "Not confirmed yet")
        assert "█ Stale: it moved" in text(app)


async def test_a_branch_accepts_all_drift_in_it_that_is_not_excluded() -> None:
    place = with_drift()
    place.plan_.excluded = {"a2"}
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("I", *"ok", "f2")
        await shows(pilot, "Taken in: a1")
        assert place.plan_.decided == {"a1": "ok"}


async def test_what_is_no_drift_is_not_accepted() -> None:
    place = with_drift()
    app = plan_app(place)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await pilot.press("down", "I")
        await shows(pilot, "there is nothing to accept")
        assert isinstance(app.screen, PlanScreen)
