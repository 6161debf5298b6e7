"""Store, history, overlays and journal: what was written is what any day says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.errors import StaleError, StoreError, UsageError
from inventory.records import Account, Device, Enrolment, Person, Room
from inventory.records.base import Edit, normalise_mac
from inventory.records.deliveries import Delivery
from inventory.records.people import AccountState, Role
from inventory.store.deliveries import newest_deliveries
from inventory.store.erasure import erase_person
from inventory.store.journals import entries, verify_journal
from inventory.store.overlay import Overlay, shadow_as_of
from inventory.store.queries import And, Compare, Contains, Eq, In, Not, Or, Order, Query
from inventory.store.reading import SqliteReader
from inventory.store.saving import save_delivery
from inventory.store.withdrawing import withdraw
from inventory.store.writing import Writer, create_store
from inventory.times import to_micros


class Hand:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = datetime(2026, 8, 1, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def tablet(serial: str, **fields: object) -> Device:
    return Device.model_validate({"serial": serial, "category": "tablet", "school": "s1", **fields})


@pytest.fixture
def clock() -> Hand:
    return Hand()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    create_store(tmp_path / "store.sqlite")
    return tmp_path / "store.sqlite"


def test_edits_are_seen_and_journalled(path: Path, clock: Hand) -> None:
    one = tablet("a 1", mac="A483.E700.450F")
    with Writer(path, clock, "anna") as writer, SqliteReader(path) as reader:
        writer.edit([Edit(None, one)])
        assert reader.get(Device, one.id) == one
        moved = one.model_copy(update={"room": "r9"})
        writer.edit([Edit(one, moved)], reason="moved")
        assert reader.get(Device, one.id) == moved
        writer.edit([Edit(moved, None)])
        assert reader.get(Device, one.id) is None
        lines = entries(reader, record=one.id)
    assert [line.entry.action for line in lines] == ["create", "update", "delete"]
    assert [line.body["reason"] for line in lines if line.body] == ["", "moved", ""]
    assert one.mac == "a4:83:e7:00:45:0f"


def test_a_lost_update_is_refused_and_nothing_is_written(path: Path, clock: Hand) -> None:
    one, two = tablet("1"), tablet("2")
    with Writer(path, clock, "anna") as writer, SqliteReader(path) as reader:
        writer.edit([Edit(None, one), Edit(None, two)])
        writer.edit([Edit(one, one.model_copy(update={"room": "r1"}))])
        with pytest.raises(StaleError):
            writer.edit([
                Edit(two, two.model_copy(update={"room": "r2"})),
                Edit(one, one.model_copy(update={"room": "r2"})),
            ])  # fmt: skip
        assert reader.get(Device, two.id) == two
        assert reader.head() == 3


def test_unique_values_are_named(path: Path, clock: Hand) -> None:
    with (
        Writer(path, clock, "anna") as writer,
        pytest.raises(UsageError, match=r"device\.serial"),
    ):
        writer.edit([Edit(None, tablet("1")), Edit(None, tablet("1"))])
    with Writer(path, clock, "anna") as writer:
        writer.edit([Edit(None, tablet("1")), Edit(None, tablet("2"))])  # no inventory numbers


def test_as_of_shows_what_was_recorded_then(path: Path, clock: Hand) -> None:
    one = tablet("1", room="r1")
    with Writer(path, clock, "anna") as writer:
        writer.edit([Edit(None, one)])
        first = to_micros(clock.now)
        clock.now += timedelta(days=1)
        moved = one.model_copy(update={"room": "r2"})
        writer.edit([Edit(one, moved)])
        second = to_micros(clock.now)
        clock.now += timedelta(days=1)
        writer.edit([Edit(moved, None)])
    for moment, room in ((first - 1, None), (first, "r1"), (second, "r2"), (2**62, None)):
        with SqliteReader(path) as reader:
            shadow_as_of(reader, moment)
            found = reader.get(Device, one.id)
            assert (found.room if found else None) == room


def test_an_overlay_shadows_and_writes_nothing(path: Path, clock: Hand) -> None:
    kept, changed, gone, new = (tablet(str(i)) for i in range(4))
    with Writer(path, clock, "anna") as writer:
        writer.edit([Edit(None, kept), Edit(None, changed), Edit(None, gone)])
    with SqliteReader(path) as reader, SqliteReader(path) as other:
        overlay = Overlay(reader)
        wish = changed.model_copy(update={"room": "r5"})
        overlay.put([Edit(changed, wish), Edit(gone, None), Edit(None, new)])
        overlay.put([Edit(wish, wish.model_copy(update={"name": "twice"}))])
        assert reader.get(type(gone), gone.id) == gone, "nothing is seen before it is shown"
        overlay.show()
        by_serial = Query(kind="device", order=(Order(),), columns=("serial", "room", "name"))
        assert reader.rows(by_serial) == [("0", "", ""), ("1", "r5", "twice"), ("3", "", "")]
        assert other.rows(by_serial) == [("0", "", ""), ("1", "", ""), ("2", "", "")]


def test_queries(path: Path, clock: Hand) -> None:
    rooms = [Room(school="s", building="b", name=n) for n in ("B10", "B9", "Äpfel", "Zoo", "aula")]
    with Writer(path, clock, "anna") as writer, SqliteReader(path) as reader:
        writer.edit([Edit(None, room) for room in rooms])

        def names(where: object, descending: bool = False) -> list[object]:
            order = (Order(descending=descending),)
            query = Query.model_validate(
                {"kind": "room", "where": where, "order": order, "columns": ("name",)}
            )
            return [row[0] for row in reader.rows(query)]

        assert names(None) == ["Äpfel", "aula", "B9", "B10", "Zoo"]  # DIN 5007, numbers by value
        assert names(Eq(field="name", value="B9")) == ["B9"]
        assert names(Contains(text="ÄPF")) == ["Äpfel"]
        assert names(Contains(text="100 %")) == []
        both = Or(parts=(Eq(field="name", value="Zoo"), In(field="name", values=("B9", "x"))))
        assert names(both, descending=True) == ["Zoo", "B9"]
        rest = And(parts=(Not(part=both), Compare(op=">=", field="name", value="B")))
        assert names(rest) == ["Äpfel", "aula", "B10"]
        keys = reader.keys(Query(kind="room", order=(Order(),)))
        window = reader.window("room", [*keys[1:3], 99], ["name"])
        assert window == [("aula",), ("B9",), None]
        with pytest.raises(KeyError):
            names(Eq(field="name = '' OR 1=1; --", value="x"))


def test_a_touched_journal_or_table_is_found(path: Path, clock: Hand) -> None:
    with Writer(path, clock, "anna") as writer, SqliteReader(path) as reader:
        devices = [tablet(str(i)) for i in range(5)]
        writer.edit([Edit(None, device) for device in devices])
        assert list(verify_journal(reader)) == []
        for damage in (
            "UPDATE journal SET school = 'other' WHERE seq = 2",
            "UPDATE payload SET body = replace(body, 'tablet', 'laptop') WHERE seq = 3",
            "DELETE FROM payload WHERE seq = 3",
            "UPDATE device SET room = 'secret' WHERE serial = '1'",
            "UPDATE device_history SET until = 5 WHERE serial = '2'",
            "DELETE FROM journal WHERE seq = 5",
            "UPDATE head SET seq = 4, hash = (SELECT hash FROM journal WHERE seq = 4)",
        ):
            copy = path.with_name("copy.sqlite")
            writer.connection.execute("VACUUM INTO ?", (str(copy),))
            with Writer(copy, clock, "x") as culprit, SqliteReader(copy) as witness:
                culprit.connection.execute(damage)
                assert list(verify_journal(witness)), damage
            copy.unlink()


def test_an_erased_person_is_in_no_file_and_the_chain_holds(path: Path, clock: Hand) -> None:
    person = Person(given_name="Quirina", family_name="Unverwechselbar", school="s1")
    account = Account(
        person=person.id, school="s1", user_name="q.unverwechselbar", state=AccountState.ACTIVE
    )
    enrolment = Enrolment(person=person.id, school="s1", role=Role.STUDENT, school_year="2026/27")
    others = [
        Person(given_name=f"Kind{i}", family_name=f"Unverwechselt{i}", school="s1")
        for i in range(300)
    ]
    with Writer(path, clock, "anna") as writer, SqliteReader(path) as reader:
        writer.edit([Edit(None, p) for p in others[:150]])
        writer.edit([Edit(None, person), Edit(None, account), Edit(None, enrolment)])
        writer.edit([Edit(None, p) for p in others[150:]])
        renamed = person.model_copy(update={"family_name": "Unverwechselbar-Zweitname"})
        writer.edit([Edit(person, renamed)])
        with pytest.raises(UsageError, match="still in use"):
            erase_person(writer, reader, person.id, "asked for it")
        off = account.model_copy(update={"state": AccountState.DISABLED})
        writer.edit([Edit(account, off)])
        erase_person(writer, reader, person.id, "asked for it")
        assert list(verify_journal(reader)) == []
        assert reader.count(Query(kind="person")) == 300
    for file in path.parent.iterdir():
        content = file.read_bytes().lower()
        for planted in (b"quirina", b"unverwechselbar"):
            assert planted not in content, file


def test_what_is_no_person_is_not_said_to_be_erased(path: Path, clock: Hand) -> None:
    person = Person(given_name="Ida", family_name="Huber", school="s1")
    account = Account(person=person.id, school="s1", user_name="ida", state=AccountState.DISABLED)
    with Writer(path, clock, "anna") as writer, SqliteReader(path) as reader:
        writer.edit([Edit(None, person), Edit(None, account)])
        before = reader.head()
        with pytest.raises(UsageError, match="No person has the id"):
            erase_person(writer, reader, account.id, "asked for it")
        assert reader.head() == before, "nothing is journalled either"
        erase_person(writer, reader, person.id, "asked for it")
        erase_person(writer, reader, person.id, "again")


def test_no_store_no_traceback(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="init"):
        SqliteReader(tmp_path / "none.sqlite")
    (tmp_path / "text.sqlite").write_text("hello, I am a text file and no database " * 50)
    with pytest.raises(StoreError, match="not an inventory"):
        SqliteReader(tmp_path / "text.sqlite")


@given(st.text(alphabet="0123456789abcdefABCDEF", min_size=12, max_size=12), st.data())
def test_every_spelling_of_a_mac_is_one(digits: str, data: st.DataObject) -> None:
    cut = data.draw(st.sampled_from((1, 2, 3, 4, 6, 12)))
    mark = data.draw(st.sampled_from(":-. "))
    spelt = mark.join(digits[i : i + cut] for i in range(0, 12, cut))
    assert normalise_mac(spelt) == normalise_mac(digits)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["r1", "r2", ""])), max_size=12))
def test_any_history_verifies_and_as_of_replays_it(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, str]]
) -> None:
    path, clock = tmp_path_factory.mktemp("history") / "s.sqlite", Hand()
    create_store(path)
    now: dict[int, Device] = {}
    seen: list[tuple[int, dict[str, str]]] = []
    with Writer(path, clock, "anna") as writer:
        for which, room in moves:
            before = now.pop(which, None)
            after = None
            if room or before is None:
                base = before or tablet(str(which), id=f"{which}-{len(seen)}")
                after = now[which] = base.model_copy(update={"room": room})
            writer.edit([Edit(before, after)])
            seen.append((to_micros(clock.now), {d.id: d.room for d in now.values()}))
    with SqliteReader(path) as reader:
        assert list(verify_journal(reader)) == []
    for moment, rooms in seen:
        with SqliteReader(path) as reader:
            shadow_as_of(reader, moment)
            assert {d.id: d.room for d in reader.records(Device)} == rooms


def test_a_store_of_before_gets_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    create_store(path)
    person = Person(given_name="Ida", family_name="Au", school="s1")
    account = Account(person=person.id, school="s1", user_name="ida", state=AccountState.ACTIVE)
    with Writer(path, Hand(), "test") as writer:
        writer.edit([Edit(None, person), Edit(None, account)])
        for table in ("account", "account_history"):
            for column in ("held", "renaming", "left_on", "left_as"):
                writer.connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        writer.connection.execute("PRAGMA user_version = 1")
    with pytest.raises(StoreError, match="older schoolnet"):
        SqliteReader(path)
    create_store(path)
    with SqliteReader(path) as reader:
        assert list(reader.records(Account)) == [account]
        assert list(verify_journal(reader)) == []


def test_a_store_of_before_has_the_rows_of_the_newest_deliveries_only(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite"
    create_store(path)
    with Writer(path, Hand(), "test") as writer:
        for name in ("first", "second"):
            delivered = Delivery(
                id=name, made_at=1, actor="anna", source="north", system="schild", school="s1",
                role="student", school_year="2026/27", file_name="f.csv", sha256=name, size=1,
                format="schild", encoding="utf-8", row_count=1, problem_count=0,
            )  # fmt: skip
            save_delivery(writer, delivered, [(1, "p1", {"keys": ["1"]})], ())
        writer.connection.execute("DELETE FROM delivery_row WHERE delivery = 'first'")
        writer.connection.execute("ALTER TABLE delivery DROP COLUMN state")
        writer.connection.execute("PRAGMA user_version = 3")
    create_store(path)
    with Writer(path, Hand(), "test") as writer, SqliteReader(path) as reader:
        with pytest.raises(UsageError, match="not kept any more"):
            withdraw(writer, ["second"], "wrong school")
        assert [found.id for found in newest_deliveries(reader)] == ["second"]
