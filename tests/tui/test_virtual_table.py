"""The table through Pilot: what it shows, and how little it reads."""

from collections.abc import Sequence

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult

from inventory.errors import StoreError
from inventory.messages import _
from inventory.store.queries import Order, Query
from tests.tui.reading import lines, shows, text, until
from tests.tui.stored import Devices, as_row
from tui.pagers import IdPager, ListPager, Pager, Row
from tui.widgets.columns import Column
from tui.widgets.mark_table import MarkTable
from tui.widgets.virtual_table import VirtualTable

ALL = Query(kind="device", columns=("serial", "room", "status"))
COLUMNS = (Column("Serial"), Column("Room", align="right"), Column("Status", grows=True))


class TableApp(App[None]):
    """One table on the screen."""

    CSS_PATH = "../../tui/app.tcss"

    def __init__(self, pager: Pager, columns: Sequence[Column] = COLUMNS) -> None:
        super().__init__()
        self.table = MarkTable(columns, pager, "No devices.")
        self.heard: list[object] = []
        self.errors: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.table

    def on_virtual_table_moved(self, event: VirtualTable.Moved) -> None:
        self.heard.append(event.key)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        self.heard.append(("opened", event.key))

    def on_virtual_table_unreadable(self, event: VirtualTable.Unreadable) -> None:
        self.errors.append(str(event.error))


async def test_a_hundred_thousand_rows_show_and_few_are_read() -> None:
    devices = Devices(100_000)
    app = TableApp(IdPager(devices, ALL, as_row, "(deleted)"))
    async with app.run_test(size=(60, 12)) as pilot:
        assert lines(app)[0].split() == ["Serial", "Room", "Status"]
        assert lines(app)[1].split() == ["❯", "SN0000000", "B000", "active"]
        await pilot.press("end")
        await shows(pilot, "❯ SN0099999")
        assert lines(app)[11].split() == ["❯", "SN0099999", "B099", "broken"]
        await pilot.press("pageup", "up")
        await shows(pilot, "❯ SN0099987")
        await pilot.press("home")
        await shows(pilot, "❯ SN0000000")
    assert sum(devices.windows) < 500


async def test_inside_a_window_moving_reads_nothing() -> None:
    devices = Devices(1000)
    app = TableApp(IdPager(devices, ALL, as_row, "(deleted)"))
    async with app.run_test(size=(60, 12)) as pilot:
        before = len(devices.windows)
        await pilot.press(*["down"] * 8)
        assert len(devices.windows) == before
        await pilot.press("enter")
        assert app.heard[-2:] == [8, ("opened", 8)]


async def test_the_cursor_stays_on_its_row_in_a_new_order() -> None:
    pager = IdPager(Devices(1000), ALL, as_row, "(deleted)")
    app = TableApp(pager)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("down", "down", "down")
        pager.ask(ALL.model_copy(update={"order": (Order(field="serial", descending=True),)}))
        app.table.refresh_rows()
        await pilot.pause()
        assert "❯ SN0000003" in text(app)
        assert app.table.cursor == 996
        assert app.table.key == 3


async def test_a_deleted_row_under_the_cursor_leaves_it_at_its_place() -> None:
    devices = Devices(20)
    pager = IdPager(devices, ALL, as_row, "(deleted)")
    app = TableApp(pager)
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("down", "down")
        devices.db.execute("DELETE FROM device WHERE pk = 2")
        app.table.refresh_rows()
        await pilot.pause()
        assert "❯ (deleted)" in text(app)
        pager.ask(ALL)
        app.table.refresh_rows()
        await pilot.pause()
        assert "❯ SN0000003" in text(app)
        assert app.heard[-1] == 3


async def test_marks_one_a_range_and_all() -> None:
    app = TableApp(IdPager(Devices(50), ALL, as_row, "(deleted)"))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("space", "down", "v", "down", "down")
        assert [line[:3] for line in lines(app)[1:7]] == [" ✓S", "  S", " ✓S", " ✓S", "❯✓S", "  S"]
        await pilot.press("v")
        assert app.table.marks.keys() == {0, 2, 3, 4}
        await pilot.press("a")
        assert len(app.table.marks) == 50
        await pilot.press("a")
        assert len(app.table.marks) == 0


async def test_an_empty_table_says_so_and_no_key_breaks_it() -> None:
    app = TableApp(ListPager(()))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("down", "up", "end", "home", "pagedown", "space", "v", "v", "a", "enter")
        assert lines(app)[1].strip() == "No devices."
        assert app.table.key is None


async def test_a_click_moves_and_a_double_click_opens() -> None:
    app = TableApp(IdPager(Devices(50), ALL, as_row, "(deleted)"))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.click(MarkTable, offset=(5, 4))
        await pilot.click(MarkTable, offset=(5, 6), times=2)
        await pilot.click(MarkTable, offset=(5, 0))
        assert app.heard == [0, 3, 5, ("opened", 5)]


WIDE = [
    Row((name, "12", "x" * 30))
    for name in ("漢字漢字", "👩‍🚒 Löschzug", "أحمد", "a\x1b[31m", "N" * 300)
]


async def test_wide_turning_and_endless_names_keep_the_columns_straight() -> None:
    app = TableApp(ListPager(enumerate(WIDE)))
    async with app.run_test(size=(80, 12)):
        shown = lines(app)[1:6]
        assert {cell_len(line[: line.index("12")]) for line in shown} == {
            cell_len(shown[0][: shown[0].index("12")])
        }
        assert "…" in shown[4]
        assert "\x1b" not in text(app)


async def test_columns_beyond_the_edge_come_by_shift_and_the_first_stays() -> None:
    columns = [Column(f"column {n:02}") for n in range(12)]
    rows = [(0, Row(tuple(f"value {n:05}" for n in range(12))))]
    app = TableApp(ListPager(rows), columns)
    async with app.run_test(size=(40, 6)) as pilot:
        assert "column 03" not in text(app)
        assert lines(app)[0].endswith("›")
        for _step in range(4):
            await pilot.press("shift+right")
        assert "value 00000" in text(app)
        assert "column 03" in text(app)
        assert "‹" in lines(app)[0]
        for _step in range(20):
            await pilot.press("shift+right")
        assert "value 00011" in text(app)
        assert "›" not in text(app)


async def test_a_store_that_fails_is_reported_and_nothing_breaks() -> None:
    class Broken(ListPager):
        def window(self, start: int, length: int) -> Sequence[Row]:
            raise StoreError(
                _("{path} is damaged: {detail}. Restore it from a backup."), path="p", detail="d"
            )

    app = TableApp(Broken([(n, Row(("x",))) for n in range(30)]))
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.press("down", "pagedown")
        await until(pilot, lambda: bool(app.errors))
        assert set(app.errors) == {"p is damaged: d. Restore it from a backup."}


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (20, 4), (3, 2)])
async def test_it_fits_any_terminal(size: tuple[int, int]) -> None:
    app = TableApp(IdPager(Devices(500), ALL, as_row, "(deleted)"))
    async with app.run_test(size=size) as pilot:
        await pilot.press("pagedown", "shift+right", "end")
        assert all(cell_len(line) <= size[0] for line in lines(app))
