"""The files themselves, read back: dialects, cells, stamps, and that nothing is half there."""

import io
import json
import stat
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import SchoolnetError, StoreError, UsageError
from inventory.records import Device
from inventory.reports import xlsx_files
from inventory.reports.catalogue import report_named
from inventory.reports.csv_files import DIALECTS, Dialect
from inventory.reports.making import FORMATS, ReportMaker, Shape
from inventory.reports.questions import Ask, Question, Report
from inventory.reports.tables import Column, Row, Word
from inventory.store.queries import Query
from inventory.store.reading import SqliteReader
from tests.reports.support import ENGLISH, Office, UnwillingWriter, Xlsx, read_csv

MOMENT = datetime(2026, 8, 20, 6, 5, 4, tzinfo=UTC)
GERMAN = {"Amount": "Menge", "blue": "blau", "Name": "Name", "Samples": "Proben"}


def german(message_id: str, **_parameters: str | int) -> str:
    """Stands for a catalogue."""
    return GERMAN.get(message_id, message_id)


def sample(*rows: Row) -> Report:
    """A report with these rows: one entry is all that a new report needs."""

    def read(_reader: SqliteReader, _question: Question) -> Iterator[Row]:
        yield from rows

    width = len(rows[0]) if rows else 1
    columns = (Column("name", "Name"), Column("amount", "Amount"))
    rest = tuple(Column(f"more{i}", f"More {i}") for i in range(2, width))
    return Report("samples", "Samples", (*columns, *rest)[:width], read)


ALL_VALUES: Row = (
    'Ä;"\n', Decimal("1234.50"), -7, date(2026, 3, 1), MOMENT, Word("b", "blue"), None,
)  # fmt: skip


def test_plain_csv_is_for_programs(office: Office) -> None:
    content = office.send(sample(ALL_VALUES))
    assert content.startswith(b"Name,Amount,")
    row = list(read_csv(content)[0].values())
    assert row == ['Ä;"\n', "1234.50", "-7", "2026-03-01", "2026-08-20T06:05:04+00:00", "blue", ""]


def test_german_excel_opens_its_dialect(office: Office) -> None:
    content = office.send(sample(ALL_VALUES), Shape("csv", "excel-de"), german)
    lines = content.split(b"\r\n")
    assert lines[0] == b"\xef\xbb\xbfName;Menge;More 2;More 3;More 4;More 5;More 6"
    assert lines[1].decode() == '"Ä;""\n";1234,50;-7;01.03.2026;20.08.2026 06:05:04;blau;'
    assert lines[2:] == [b""]


def test_a_titled_report_speaks_the_language_it_is_given(office: Office) -> None:
    book = Xlsx(office.send(sample(ALL_VALUES), Shape("xlsx"), german))
    assert 'name="Proben"' in book.parts["xl/workbook.xml"]
    assert book.rows()[0][:2] == ["Name", "Menge"]
    body = json.loads(office.send(sample(ALL_VALUES), Shape("json"), german))
    assert body["columns"][1] == {"name": "amount", "title": "Menge"}
    assert body["rows"][0]["more5"] == "b"  # programs get the code in every language


@given(st.text(st.characters(exclude_categories=["Cs"])))
@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS.keys())
def test_no_text_becomes_a_formula_and_none_is_lost(dialect: Dialect, text: str) -> None:
    cell = dialect.text(text, ENGLISH)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell in {text, "'" + text}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_in_a_cell_is_text(office: Office, start: str) -> None:
    evil = start + "cmd|' /C calc'!A0"
    content = office.send(sample((evil, -5)))
    (row,) = read_csv(content)
    assert row["Name"] == "'" + evil
    assert row["Amount"] == "-5"  # a number stays one
    kind, text, style = Xlsx(office.send(sample((evil, -5)), Shape("xlsx"))).cells()["A2"]
    assert kind == "inlineStr"
    assert text.strip().endswith("cmd|' /C calc'!A0")
    assert style["quotePrefix"] == "1"


def test_numbers_that_are_names_stay_text_in_a_workbook(office: Office) -> None:
    book = Xlsx(office.send("devices", Shape("xlsx")))
    cells = book.cells()
    titles = {cells[f"{column}1"][1]: cells[f"{column}4"] for column in "AJKLN"}
    expected = {
        "School number": "012345",
        "Inventory number": "007",
        "Serial number": "0012E5",
        "MAC address": "a4:83:e7:00:45:0f",
    }
    for title, content in expected.items():
        kind, text, style = titles[title]
        assert (kind, text, style["numFmtId"]) == ("inlineStr", content, "49")  # 49: text
    kind, number, style = titles["Purchased on"]
    assert (kind, number, style["numFmtId"]) == ("n", "45352", "14")  # 2024-03-01 as Excel counts
    sheet = book.parts["xl/worksheets/sheet1.xml"]
    assert '<pane ySplit="1" topLeftCell="A2"' in sheet
    assert 'state="frozen"' in sheet
    assert '<col min="2" max="2" width="32' in sheet


def test_json_holds_stamp_columns_rows_and_count(office: Office) -> None:
    body = json.loads(office.send("devices", Shape("json"), school="254321"))
    assert body["schema"] == 1
    assert body["count"] == len(body["rows"]) == 1
    assert [c["name"] for c in body["columns"]] == list(body["rows"][0])
    assert body["stamp"]["report"] == "devices"
    assert body["stamp"]["city"] == "Musterstadt"
    assert body["stamp"]["parameters"] == {"school": "254321", "with_names": False}
    empty = json.loads(office.send(sample(), Shape("json")))
    assert (empty["rows"], empty["count"]) == ([], 0)


def test_every_file_names_moment_parameters_and_head(office: Office, tmp_path: Path) -> None:
    with office.desk.place.reader() as reader:
        head = f"{reader.head()}:"
    day = date(2026, 8, 20)
    office.save("devices", tmp_path / "a.csv", as_of=day)
    office.save("devices", tmp_path / "a.xlsx", Shape("xlsx"), as_of=day, school="012345")
    office.save("devices", tmp_path / "a.json", Shape("json"), as_of=day)
    stamp = json.loads((tmp_path / "a.csv.stamp.json").read_text())
    assert stamp["head"].startswith(head)
    assert stamp["moment"].startswith("2026-08-20T10:00:00")
    assert stamp["parameters"]["as_of"] == "2026-08-20"
    assert stamp["sha256"] == sha256((tmp_path / "a.csv").read_bytes()).hexdigest()
    assert (stamp["file"], stamp["count"]) == ("a.csv", 6)
    book = Xlsx((tmp_path / "a.xlsx").read_bytes())
    lines = dict(book.rows(2))
    assert lines["School number"] == "012345"
    assert lines["As of the end of"] == "2026-08-20"
    assert lines["Journal head"] in book.parts["docProps/custom.xml"]
    assert lines["Journal head"] in book.parts["xl/worksheets/sheet1.xml"]  # on printed pages
    assert (
        "<dc:title>Devices by school, room and kind</dc:title>" in book.parts["docProps/core.xml"]
    )
    in_json = json.loads((tmp_path / "a.json").read_text())["stamp"]
    stamps = [stamp["id"], lines["Report id"], in_json["id"]]
    journalled = office.journalled()
    assert [line.entry.record for line in journalled] == stamps
    with office.desk.place.reader() as reader:
        known = dict(reader.execute("SELECT seq, hash FROM journal"))
    for noted in (stamp["head"], lines["Journal head"], in_json["head"]):
        number, _colon, digest = noted.partition(":")
        assert known[int(number)].hex() == digest


def test_the_journal_tells_of_every_report(office: Office, tmp_path: Path) -> None:
    path = tmp_path / "named.csv"
    made = office.save(
        "accounts", path, Shape("csv", "excel-de"), school="012345", with_names=True,
        reason="audit 17",
    )  # fmt: skip
    (line,) = office.journalled()
    assert line.body is not None
    assert (line.entry.seq, line.entry.school, line.entry.action) == (made.entry, "nord", "create")
    assert line.body["report"] == "accounts"
    assert line.body["actor"] == office.desk.place.actor
    assert line.body["reason"] == "audit 17"
    assert line.body["rows"] == 3
    assert line.body["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert line.body["parameters"] == {
        "school": "012345", "with_names": True, "format": "csv", "dialect": "excel-de",
    }  # fmt: skip
    office.desk.check_journal()


@pytest.mark.parametrize("form", FORMATS)
def test_files_are_their_owners_alone_and_nothing_else_is_left(
    office: Office, tmp_path: Path, form: str
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    office.save("accounts", folder / "a", Shape(form), with_names=True, reason="audit")
    expected = {"a", "a.stamp.json"} if form == "csv" else {"a"}
    assert {file.name for file in folder.iterdir()} == expected
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}


@pytest.mark.parametrize("name", ["a.csv", "a.csv.stamp.json"])
def test_an_existing_file_is_kept(office: Office, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("precious")
    with pytest.raises(UsageError, match=f"{name} exists already"):
        office.save("devices", tmp_path / "a.csv")
    assert (tmp_path / name).read_text() == "precious"
    assert office.journalled() == []


def test_a_report_that_cannot_be_journalled_does_not_exist(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    place, stream = office.desk.place, io.BytesIO()
    with UnwillingWriter(place.store, place.clock, "anna") as writer:
        maker = ReportMaker(place.reader, writer, ENGLISH)
        with pytest.raises(StoreError):
            maker.save(report_named("devices"), Ask(), Shape(), folder / "a.csv")
        with pytest.raises(StoreError):
            maker.send(report_named("devices"), Ask(), Shape(), stream)
    assert list(folder.iterdir()) == []
    assert stream.getvalue() == b""


@pytest.mark.parametrize("form", FORMATS)
def test_a_full_disk_leaves_no_part(office: Office, small_disk: Path, form: str) -> None:
    report = sample(*((f"serial {i}", i) for i in range(20_000)))
    with office.maker() as maker, pytest.raises(SchoolnetError, match=r"is full\. Make room"):
        maker.save(report, Ask(), Shape(form), small_disk / "a")
    assert list(small_disk.iterdir()) == []
    assert office.journalled() == []


@pytest.mark.parametrize("where", ["missing/a.csv", "file/a.csv", "x" * 300])
def test_a_folder_that_is_none_is_told(office: Office, tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(UsageError, match="cannot be written"):
        office.save("devices", tmp_path / where)


def test_more_rows_than_a_sheet_holds_are_not_dropped(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_files, "MAX_ROWS", 3)  # a million rows take a minute
    assert len(Xlsx(office.send(sample(("a", 1), ("b", 2)), Shape("xlsx"))).rows()) == 3
    with pytest.raises(UsageError, match="do not fit"):
        office.send(sample(("a", 1), ("b", 2), ("c", 3)), Shape("xlsx"))


def test_a_text_too_long_for_a_cell_ends_in_a_sign(office: Office) -> None:
    text = Xlsx(office.send(sample(("x" * 40_000, 1)), Shape("xlsx"))).cells()["A2"][1]
    assert text == "x" * 32_766 + "…"


def test_a_commit_in_between_is_not_half_seen(office: Office) -> None:
    late = iter(("LATE1", "LATE2"))

    def read(reader: SqliteReader, _question: Question) -> Iterator[Row]:
        yield (reader.count(Query(kind="device")),)
        office.edit(None, Device(serial=next(late), category="pc"))
        yield (reader.count(Query(kind="device")),)

    report = Report("counts", "Counts", (Column("count", "Count"),), read)
    body = json.loads(office.send(report, Shape("json")))
    assert [row["count"] for row in body["rows"]] == [6, 6]
    assert office.rows(report)[0]["count"] == 7
    before = int(body["stamp"]["head"].partition(":")[0])
    assert office.journalled()[0].entry.seq == before + 2  # the late device is between them


def test_a_named_column_ends_here_whatever_a_report_puts_into_it(office: Office) -> None:
    columns = (Column("id", "Id"), Column("name", "Name", named=True))
    report = Report("leaky", "Leaky", columns, lambda *_: iter([("p1", "Quirina")]), personal=True)
    assert office.rows(report) == [{"id": "p1"}]
    assert office.rows(report, with_names=True, reason="x") == [{"id": "p1", "name": "Quirina"}]


@pytest.mark.parametrize("form", FORMATS)
def test_memory_does_not_grow_with_the_rows(office: Office, form: str) -> None:
    def peak(count: int) -> int:
        def read(_reader: SqliteReader, _question: Question) -> Iterator[Row]:
            return ((f"serial {i}", i) for i in range(count))

        report = Report("many", "Many", (Column("a", "A"), Column("b", "B")), read)
        with office.maker() as maker, (office.desk.place.folder / "out").open("wb") as stream:
            tracemalloc.start()
            maker.send(report, Ask(), Shape(form), stream)
            top = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        return top

    peak(10)
    assert peak(10_000) < 1.5 * peak(1_000)
