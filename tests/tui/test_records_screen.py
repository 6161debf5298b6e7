"""Records as a person meets them, on a real store: walked, filtered, sorted, copied."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from rich.cells import cell_len

from inventory.errors import StoreError
from inventory.messages import say
from inventory.records import Account, Device, Person
from inventory.records.assets import DeviceStatus
from inventory.records.base import Edit
from inventory.store.erasure import erase_person
from inventory.store.queries import Query
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer
from tests.tui.fakes import workplace
from tests.tui.inventory import City, records
from tests.tui.reading import app_with, lines, shows, text, until
from tests.tui.test_texts import ENGLISH, GERMAN
from tui.app import SchoolnetApp
from tui.inventory_sources import UNPINNED, RecordSource
from tui.presenters.records import View, event_detail, event_rows, first_view
from tui.screens.history import HistoryScreen
from tui.screens.records import RecordsScreen
from tui.texts import Texts

SMALL, LARGE = (80, 24), (100, 30)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    made = City(tmp_path)
    yield made
    made.close()


def records_app(
    city: City,
    view: View | str = "device",
    texts: Texts = ENGLISH,
    record: str = "",
    source: RecordSource | None = None,
) -> SchoolnetApp:
    view = first_view(view) if isinstance(view, str) else view
    read, accounts = source or city.records(), city.accounts()
    return app_with(texts, workplace(), lambda: RecordsScreen(texts, read, accounts, view, record))


@pytest.mark.parametrize(("size", "texts"), [*product((SMALL, LARGE), (GERMAN, ENGLISH))])
async def test_the_first_look(city: City, size: tuple[int, int], texts: Texts) -> None:
    german = texts is GERMAN
    app = records_app(city, texts=texts)
    async with app.run_test(size=size, notifications=True) as pilot:
        await shows(pilot, "60 von 60" if german else "60 of 60", "❯ DMPX0000")
        shown = text(app)
        assert "Gym. Nord" in shown
        assert "B204" in shown
        assert "/ Filter" in lines(app)[-1]
        wide = size == LARGE
        assert (("Seriennummer" if german else "Serial number") in shown) is True
        assert (("01.08.2025" if german else "01/08/2025") in shown) is wide
        assert all(cell_len(line) <= size[0] for line in lines(app))


async def test_the_record_under_the_cursor_is_in_words_beside_the_list(city: City) -> None:
    app = records_app(city, "access_point")
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "❯ AP-B204-1")
        detail = [line.split("│")[-1].strip() for line in lines(app)]
        assert "AP-B204-1" in detail
        joined = " ".join(detail)
        assert "sw-nord-02 GigabitEthernet1/0/14".replace(" ", "") in joined.replace(" ", "")
        assert "in use" in joined


async def test_enter_shows_it_on_the_whole_screen(city: City) -> None:
    app = records_app(city, "switch")
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "❯ sw-nord-02")
        assert "Host key" not in text(app)
        await pilot.press("enter")
        await shows(pilot, "Switches › sw-nord-02", "Host key", "192.0.2.7", "B101")
        await pilot.press("escape")
        await shows(pilot, "❯ sw-nord-02")


async def test_typing_filters_and_escape_takes_it_back(city: City) -> None:
    app = records_app(city)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "60 of 60")
        await pilot.press("slash", *"00", "4")
        await shows(pilot, "11 of 60 · with: 004", "DMPX0004", "DMPX0040")
        await pilot.press(*" qs?")  # letters of keys are letters here
        await shows(pilot, "0 of 60 · with: 004 qs?", "No such records.")
        await pilot.press(*["backspace"] * 4, "enter", "end")
        await shows(pilot, "❯ DMPX0049")
        await pilot.press("escape")
        await shows(pilot, "60 of 60", "❯ DMPX0049")


@pytest.mark.parametrize(
    ("typed", "found"),
    [("025E.0000.0004", 1), ("nord 000", 5), ("park 000", 5), ("tablet dmpx", 60), ("zzz", 0)],
)
async def test_a_filter_finds_a_mac_in_any_spelling_and_the_school(
    city: City, typed: str, found: int
) -> None:
    app = records_app(city)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "60 of 60")
        await pilot.press("slash", *typed, "enter")
        await shows(pilot, f"{found} of 60 · with")


async def test_sorting_goes_through_the_columns_and_keeps_the_cursor_on_its_record(
    city: City,
) -> None:
    app = records_app(city)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "sorted: Serial number ▲", "Serial number ▲ Kind")
        await pilot.press("down", *"sss")
        await shows(pilot, "sorted: School ▲", "School ▲", "❯ DMPX0001")
        assert lines(app)[4].count("GS Am Park") == 1  # G, S before G, y
        await pilot.press("home")
        await shows(pilot, "❯ DMPX0001")
        await pilot.press("S", "home")
        await shows(pilot, "sorted: School ▼", "❯ DMPX0000")
        await pilot.press("s", "home")  # rooms: most have none, and those come last
        await shows(pilot, "sorted: Room ▲", "❯ DMPX0000")
        await pilot.press("down")
        await shows(pilot, "❯ DMPX0004")
        await pilot.press("s", "s", "s")
        await shows(pilot, "sorted: Serial number ▲")


async def test_another_kind_is_chosen(city: City) -> None:
    app = records_app(city)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "❯ DMPX0000")
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        screen._rest_until = float("inf")  # it has just read something long
        await pilot.press("slash", *"dmp", "enter", "s", "g")
        await shows(pilot, "Devices › Other kind …", "❯ Devices")
        await pilot.press("down", "enter")
        await shows(pilot, "1 of 1 · sorted: Name ▲", "❯ AP-B204-1")
        assert "Access points" in lines(app)[1]


async def test_only_those_of_a_filter_that_was_given(city: City) -> None:
    view = first_view("switch", UNPINNED, "without a pinned host key")
    app = records_app(city, view)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "1 of 2 · only: without a pinned host key", "❯ sw-park-01")


async def test_the_history_of_a_record_says_when_who_what(city: City) -> None:
    city.change(Device, "d004", room="b101")
    city.edit(actor="jens")
    app = records_app(city, record="d004", texts=GERMAN)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "❯ DMPX0004")
        await pilot.press("h")
        await shows(pilot, "Raum: B204 → B101", "anna", "23.11.2026")
        assert isinstance(app.screen, HistoryScreen)
        shown = text(app)
        assert shown.index("anna geändert") < shown.index("anna angelegt")
        city.change(Device, "d004", status=DeviceStatus.DEFECTIVE)
        await shows(pilot, "Zustand: in Betrieb →", "defekt")
        await pilot.press("enter")
        await shows(pilot, "Feld", "jetzt", "danach")
        await pilot.press("escape", "escape")
        await shows(pilot, "❯ DMPX0004")


async def test_copying_goes_to_the_terminal_and_is_said(city: City) -> None:
    app = records_app(city)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "❯ DMPX0000")
        await pilot.press("y")
        await shows(pilot, "Copied: DMPX0000")
        assert app.clipboard == "DMPX0000"
        await pilot.press("Y")
        await until(pilot, lambda: "\tGym. Nord\tB204\t" in app.clipboard)


async def test_what_others_write_is_shown(city: City) -> None:
    app = records_app(city)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "60 of 60", "❯ DMPX0000")
        await pilot.press("down")
        city.remove(Device, "d000")
        await shows(pilot, "59 of 59", "❯ DMPX0001")
        city.change(Device, "d001", category="notebook")
        await shows(pilot, "notebook")


async def test_a_record_that_is_gone_meanwhile(city: City) -> None:
    source = city.records()
    app = records_app(city, source=source)
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "❯ DMPX0000")
        city.remove(Device, "d001")
        screen = app.screen
        assert isinstance(screen, RecordsScreen)
        screen._rest_until = float("inf")  # it has not noticed yet
        await pilot.press("down", "enter")
        await shows(pilot, "This record is gone.")


async def test_a_record_that_is_gone_before_it_is_opened(city: City) -> None:
    app = records_app(city, record="no-such-id")
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "This record is gone.", "❯ DMPX0000")


async def test_names_that_are_wide_or_endless_stay_in_their_columns(city: City) -> None:
    app = records_app(city, "person")
    async with app.run_test(size=LARGE, notifications=True) as pilot:
        await shows(pilot, "❯ Muster")
        await pilot.press("down")
        await shows(pilot, "漢字漢字", "NNN…")
        await pilot.press("enter", "escape", "y")
        await shows(pilot, "Copied:")
        assert all(cell_len(line) <= LARGE[0] for line in lines(app))


@pytest.mark.parametrize("keys", [("down", "end", "enter", "h", "y", "Y", "s", "S", "g")])
async def test_no_key_breaks_an_empty_list(tmp_path: Path, keys: tuple[str, ...]) -> None:
    city = City(tmp_path, empty=True)
    app = records_app(city)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "0 of 0", "No such records.")
        await pilot.press(*keys)
        await shows(pilot, "Other kind …")
    city.close()


async def test_every_kind_opens(city: City) -> None:
    for view in (first_view(record.kind) for record in records()):
        app = records_app(city, view, GERMAN)
        async with app.run_test(size=LARGE, notifications=True) as pilot:
            await shows(pilot, "❯ ")


async def test_a_store_that_fails_is_said_and_asked_again(city: City) -> None:
    source = city.records()
    broken = True

    class Shaky(type(source)):  # type: ignore[misc]
        def keys(self, query: Query) -> object:
            if broken:
                raise StoreError(say("The store is replaced."))
            return super().keys(query)

    source.__class__ = Shaky
    app = records_app(city, source=source)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "The store is replaced.")
        broken = False
        await shows(pilot, "❯ DMPX0000")


async def test_no_key_of_the_list_writes_anything(city: City) -> None:
    app = records_app(city)
    before = city.path.read_bytes()
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await shows(pilot, "❯ DMPX0000")
        await pilot.press(
            "space", "delete", "backspace", "a", "e", "b", "n", "d", "A", "R", "P", "G", "C", "f2"
        )
        await pilot.press("u", "U", "p", "x", "enter", "escape")
    assert city.path.read_bytes() == before


def test_a_disabled_account_of_a_person_is_named(city: City) -> None:
    source = city.records()
    key = source.key_of("account", "a1")
    assert key is not None
    shown = source.record("account", key)
    assert shown
    assert (shown.name, shown.fields["person"]) == ("erika.muster", "Muster, Erika")
    city.change(Person, "p1", family_name="Neu")
    source.version()
    again = source.record("account", key)
    assert again
    assert again.fields["person"] == "Neu, Erika"


def test_the_history_of_what_was_removed_ends_with_that(city: City) -> None:
    source = city.records()
    with_before = Edit(None, Account.model_validate({
        "id": "a2", "person": "p2", "school": "nord", "user_name": "n.n", "state": "planned",
    }))  # fmt: skip
    city.edit(with_before, reason="{brace")
    city.remove(Account, "a2")
    removed, created = source.history("account", "a2", 10)
    assert (removed.action, removed.after, removed.before["user_name"]) == ("delete", {}, "n.n")
    assert (created.action, created.before, created.said) == ("create", {}, ())
    assert created.after["school"] == "Gym. Nord"
    assert [event.action for event in source.history("account", "a2", 1)] == ["delete"]


def test_an_erased_entry_says_so_and_no_more(city: City) -> None:
    with SqliteReader(city.path) as reader, Writer(city.path, city.clock, "anna") as writer:
        erase_person(writer, reader, "p2", "asked for")
    erasure, created = city.records().history("person", "p2", 10)
    assert (erasure.kind, erasure.erased, created.erased) == ("erasure", False, True)
    (_key, row), (_key, gone) = event_rows([erasure, created], ENGLISH)
    assert gone.cells[1:] == ("–", "created (erased)")
    assert row.cells[1] == "anna"
    assert "The content of this entry was erased." in event_detail(created, ENGLISH).lines
    assert city.records().key_of("person", "p2") is None
