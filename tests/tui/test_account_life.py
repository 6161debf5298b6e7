"""An account's life in sentences, and holding it from its record, on a real store."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from inventory.records import Account, Loan
from inventory.records.base import Edit
from inventory.records.people import AccountState
from inventory.store.journals import entries
from inventory.store.reading import SqliteReader
from tests.tui.fakes import MADE_AT
from tests.tui.inventory import City
from tests.tui.reading import shows, text, until
from tests.tui.test_records_screen import LARGE, SMALL, records_app
from tests.tui.test_texts import ENGLISH, GERMAN
from tui.lives import Handout, Lent, Life
from tui.presenters.lives import life_lines
from tui.screens.confirm import ReasonScreen
from tui.screens.records import RecordsScreen

DAY, NEXT = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    made = City(tmp_path)
    yield made
    made.close()


def life(state: str, *, held: str = "", **facts: object) -> Life:
    days = {f"{name}_on": DAY for name in ("left", "disabled", "deleted", "starts")}
    account = Account(id="a", person="p", school="nord", user_name="ida", held=held,
                      state=AccountState(state), **days)  # fmt: skip
    return Life(account, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("shown", "german", "english"),
    [
        (life("planned"), ["ida: geplant, aktiv ab 01.11.2026"],
         ["ida: planned, active from 01/11/2026 on"]),
        (life("active"), ["ida: aktiv"], ["ida: active"]),
        (life("grace", next_state=AccountState.DISABLED, next_on=NEXT),
         ["ida: in der Schonfrist seit 01.11.2026: nutzbar, wird ab 01.12.2026 gesperrt"],
         ["ida: in grace since 01/11/2026: can be used, is locked from 01/12/2026 on"]),
        (life("grace", next_state=AccountState.DISABLED, next_on=NEXT, due=True),
         ["ida: in der Schonfrist seit 01.11.2026, abgelaufen am 01.12.2026: der nächste Plan "
          "sperrt es"],
         ["ida: in grace since 01/11/2026, over since 01/12/2026: the next plan locks it"]),
        (life("grace", held="Abitur", next_state=AccountState.DISABLED, next_on=NEXT, due=True),
         ["ida: in der Schonfrist seit 01.11.2026",
          "Festgehalten: Abitur. Kein Plan sperrt oder löscht es, bevor es freigegeben ist."],
         ["ida: in grace since 01/11/2026",
          "Held: Abitur. No plan locks or deletes it before it is released."]),
        (life("disabled", next_state=AccountState.DELETED, next_on=NEXT, due=True,
              lent=(Lent("DMPX1", DAY),), awaits_devices=True),
         ["ida: gesperrt seit 01.11.2026", "Verliehen seit 01.11.2026, noch nicht zurück: DMPX1",
          "Vor der Rückgabe wird es nicht gelöscht."],
         ["ida: locked since 01/11/2026", "Lent since 01/11/2026, not back: DMPX1",
          "It is not deleted before this is back."]),
        (life("disabled", next_state=AccountState.DELETED, next_on=NEXT),
         ["ida: gesperrt seit 01.11.2026, wird ab 01.12.2026 gelöscht"],
         ["ida: locked since 01/11/2026, is deleted from 01/12/2026 on"]),
        (life("deleted", handout=Handout("r1", MADE_AT, "hand-over", MADE_AT, "anna")),
         ["ida: gelöscht am 01.11.2026",
          "Passwort vom 23.11.2026 07:42, Lauf r1: ausgegeben am 23.11.2026 07:42 von anna"],
         ["ida: deleted on 01/11/2026",
          "Password of 23/11/2026 07:42, run r1: handed over on 23/11/2026 07:42 by anna"]),
        (life("active", handout=Handout("r1", MADE_AT)),
         ["ida: aktiv", "Passwort vom 23.11.2026 07:42, Lauf r1: noch nicht gedruckt"],
         ["ida: active", "Password of 23/11/2026 07:42, run r1: not printed yet"]),
    ],
)  # fmt: skip
def test_every_state_is_a_sentence_with_its_days(
    shown: Life, german: list[str], english: list[str]
) -> None:
    assert list(life_lines(shown, GERMAN)) == german
    assert list(life_lines(shown, ENGLISH)) == english


def reasons(city: City) -> list[object]:
    with SqliteReader(city.path) as reader:
        return [line.body["reason"] for line in entries(reader, record="a1") if line.body][1:]


async def test_an_account_is_held_from_its_persons_record_and_released(city: City) -> None:
    city.change(Account, "a1", state=AccountState.GRACE, left_on=DAY)
    app = records_app(city, "person", record="p1")
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "❯ Muster", "erika.muster:", "from 01/12/2026")
        await pilot.press("H")
        await shows(pilot, "Hold account erika.muster", "accounts hold erika.muster --reason …")
        await pilot.press("f2", "enter")
        await until(pilot, lambda: isinstance(app.screen, RecordsScreen))
        assert reasons(city) == [""], "without a reason nothing is done"
        await pilot.press("H", *"Abitur", "f2")
        await shows(pilot, "is held: no plan", "Held: Abitur.")
        await pilot.press("H")
        await shows(pilot, "Release account erika.muster", "by one step")
        await pilot.press(*"passed", "f2")
        await shows(pilot, "not held any more")
        await until(pilot, lambda: "Held: Abitur." not in text(app))
    assert reasons(city) == ["", "Abitur", "passed"]


async def test_loans_are_shown_until_they_are_back(city: City) -> None:
    loan = Loan(id="l1", device="d000", person="p1", lent_on=DAY)
    city.edit(Edit(None, loan))
    app = records_app(city, "account", GERMAN)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "❯ erika.muster")
        await pilot.press("enter")
        await shows(pilot, "erika.muster: gesperrt seit –", "noch nicht zurück: DMPX0000")
        await pilot.press("escape")
        city.change(Loan, "l1", returned_on=DAY)
        await pilot.press("f5", "enter")
        await shows(pilot, "gesperrt seit")
        assert "DMPX0000" not in text(app)


async def test_what_has_no_account_is_not_held(city: City) -> None:
    app = records_app(city, "device")
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "❯ DMPX0000")
        await pilot.press("H")
        await shows(pilot, "only accounts are held")
        assert not isinstance(app.screen, ReasonScreen)
