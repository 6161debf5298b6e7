from inventory.store.queries import Eq, Order, Query
from tests.tui.stored import Devices, as_row
from tui.pagers import IdPager, ListPager, Marks, Row

ALL = Query(kind="device", columns=("serial", "room"))
BY_ROOM = ALL.model_copy(update={"order": (Order(field="room", descending=True),)})
BROKEN = ALL.model_copy(update={"where": Eq(field="status", value="broken")})


def test_only_the_window_is_read() -> None:
    devices = Devices(5000)
    pager = IdPager(devices, ALL, as_row, "(deleted)")
    assert len(pager) == 5000
    assert [row.cells for row in pager.window(4998, 10)] == [
        ("SN0004998", "B198"),
        ("SN0004999", "B199"),
    ]
    assert devices.windows == [2]


def test_a_key_stays_with_its_row_in_another_order_and_filter() -> None:
    pager = IdPager(Devices(1000), ALL, as_row, "(deleted)")
    key = pager.key_at(7)
    pager.ask(BY_ROOM)
    place = pager.index_of(key)
    assert place is not None
    assert pager.window(place, 1)[0].cells == ("SN0000007", "B007")
    pager.ask(BROKEN)
    assert pager.index_of(key) == 3
    assert pager.index_of(8) is None


def test_a_row_deleted_since_says_so_and_moves_no_other() -> None:
    devices = Devices(5)
    pager = IdPager(devices, ALL, as_row, "(deleted)")
    devices.db.execute("DELETE FROM device WHERE pk = 2")
    assert [row.cells[0] for row in pager.window(1, 3)] == ["SN0000001", "(deleted)", "SN0000003"]
    pager.ask(ALL)
    assert len(pager) == 4


def test_marks_survive_a_new_order() -> None:
    pager = IdPager(Devices(100), ALL, as_row, "(deleted)")
    marks = Marks()
    marks.toggle(pager.key_at(3))
    marks.toggle(pager.key_at(4))
    marks.toggle(pager.key_at(4))
    pager.ask(BY_ROOM)
    assert [pager.window(i, 1)[0].cells[0] for i in range(100) if pager.key_at(i) in marks] == [
        "SN0000003"
    ]
    marks.add(pager.all_keys())
    assert len(marks) == 100
    marks.clear()
    assert marks.keys() == frozenset()


def test_a_short_list_in_memory() -> None:
    pager = ListPager([("a", Row(("A",))), ("b", Row(("B",)))])
    assert [row.cells for row in pager.window(1, 5)] == [("B",)]
    assert (len(pager), pager.key_at(0), pager.index_of("b")) == (2, "a", 1)
    assert pager.index_of("c") is None
