"""A small city to report on, and files read back as an auditor's programs read them."""

import csv
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

from inventory.errors import StoreError
from inventory.records import (
    AccessPoint,
    Account,
    Building,
    Device,
    Enrolment,
    Interface,
    Person,
    Record,
    Room,
    School,
    SchoolClass,
    Site,
    Switch,
)
from inventory.records.assets import DeviceStatus
from inventory.records.base import Edit
from inventory.records.people import AccountState, Role
from inventory.records.places import SchoolType
from inventory.reports.catalogue import report_named
from inventory.reports.making import Receipt, ReportMaker, Shape
from inventory.reports.questions import Ask, Report
from inventory.reports.tables import Translate
from inventory.store.journals import JournalLine, entries
from inventory.store.writing import Writer
from tests.desk import Desk
from tui.texts import load_texts

ENGLISH = load_texts("en")
SECRETS = ("Quirina", "Unverwechselbar", "q.unverwechselbar", "Zacharias", "quirina@example.org")
"""What says who a person is: in no pseudonymous report."""
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def city() -> list[Record]:
    """Two schools with a few things and people; ids are short words."""
    nord = School(id="nord", number="012345", name="Nordschule", school_type=SchoolType.GRUNDSCHULE)
    sued = School(id="sued", number="254321", name="Südschule", school_type=SchoolType.GYMNASIUM)
    return [
        sued, nord,
        Site(id="site", school="nord", name="Ringstraße"),
        Building(id="haus-b", school="nord", site="site", name="Haus B"),
        Building(id="haus-a", school="nord", site="site", name="Haus A"),
        Room(id="b1", school="nord", building="haus-b", name="B1"),
        Room(id="a10", school="nord", building="haus-a", name="A10"),
        Room(id="a9", school="nord", building="haus-a", name="A9"),
        Device(
            id="pc", serial="0012E5", category="pc", school="nord", room="b1",
            inventory_number="007", mac="A483.E700.450F", purchased_on=date(2024, 3, 1),
        ),
        Device(id="beamer", serial="S3", category="beamer", school="nord", room="a10"),
        Device(id="tablet", serial="S2", category="tablet", school="nord", room="a9"),
        Device(id="lent", serial="S4", category="tablet", school="nord", name="=1+1"),
        Device(id="far", serial="S5", category="tablet", school="sued"),
        Device(id="spare", serial="S6", category="tablet", status=DeviceStatus.STORED),
        Switch(id="sw", name="sw-nord-1", platform="cisco_ios", address="192.0.2.1", school="nord"),
        Interface(id="port", school="nord", switch="sw", name="GigabitEthernet1/0/7"),
        AccessPoint(
            id="ap1", name="ap-nord-1", serial="AP1", mac="20a6cd940087", school="nord",
            room="a9", interface="port",
        ),
        AccessPoint(id="ap2", name="ap-sued-1", serial="AP2", mac="20a6cd940088", school="sued"),
        SchoolClass(id="c10", school="nord", name="10a", grade=10),
        SchoolClass(id="c9", school="nord", name="9b", grade=9),
        *pupil("p1", "Quirina", "Unverwechselbar", "c9", "quirina@example.org"),
        *pupil("p2", "Ada", "Zacharias", "c10"),
        *pupil("p3", "Zacharias", "Adam", "c9"),
        Person(id="p4", school="sued", given_name="Nora", family_name="Niemand"),
        Account(
            id="acc-p4", person="p4", school="sued", user_name="n.niemand",
            state=AccountState.DISABLED, disabled_on=date(2026, 8, 1),
        ),
    ]  # fmt: skip


def pupil(id_: str, given: str, family: str, in_class: str, email: str = "") -> list[Record]:
    """A person with an account and an enrolment in a class of Nordschule."""
    name = f"{given[0]}.{family}".lower()
    return [
        Person(id=id_, school="nord", given_name=given, family_name=family),
        Account(
            id=f"acc-{id_}", person=id_, school="nord", user_name=name, email=email,
            state=AccountState.ACTIVE,
        ),
        Enrolment(
            id=f"enr-{id_}", person=id_, school="nord", role=Role.STUDENT, school_class=in_class,
            school_year="2026/27",
        ),
    ]  # fmt: skip


class Office:
    """Where reports are made: a desk with the city on it."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder, 'city = "Musterstadt"')
        self.desk.add(*city())

    def edit(self, before: Record | None, after: Record | None, reason: str = "") -> None:
        """Change one record."""
        with self.desk.place.writer() as writer:
            writer.edit([Edit(before, after)], reason)

    @contextmanager
    def maker(self, texts: Translate = ENGLISH) -> Iterator[ReportMaker]:
        """Makes reports of this city."""
        with self.desk.place.writer() as writer:
            yield ReportMaker(self.desk.place.reader, writer, texts, "Musterstadt")

    def send(
        self, report: str | Report, shape: Shape | None = None, texts: Translate = ENGLISH,
        **asked: Any,
    ) -> bytes:  # fmt: skip
        """A report as bytes."""
        chosen = report_named(report) if isinstance(report, str) else report
        stream = io.BytesIO()
        with self.maker(texts) as maker:
            maker.send(chosen, Ask(**asked), shape or Shape(), stream)
        return stream.getvalue()

    def save(self, report: str, path: Path, shape: Shape | None = None, **asked: Any) -> Receipt:
        """A report as a file."""
        with self.maker() as maker:
            return maker.save(report_named(report), Ask(**asked), shape or Shape(), path)

    def rows(self, report: str | Report, **asked: Any) -> list[dict[str, Any]]:
        """The rows of the JSON report."""
        rows: list[dict[str, Any]] = json.loads(self.send(report, Shape("json"), **asked))["rows"]
        return rows

    def journalled(self) -> list[JournalLine]:
        """The journal's entries about reports."""
        with self.desk.place.reader() as reader:
            return [line for line in entries(reader, limit=5000) if line.entry.kind == "report"]


class UnwillingWriter(Writer):
    """Cannot write, as on a full disk."""

    def transaction(self) -> Any:
        raise StoreError("The disk is full.")


def read_csv(content: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a CSV file by title."""
    text = content.decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))


class Xlsx:
    """A workbook, read with nothing but ZIP and XML (ECMA-376)."""

    def __init__(self, content: bytes) -> None:
        with ZipFile(io.BytesIO(content)) as archive:
            self.parts = {name: archive.read(name).decode() for name in archive.namelist()}
        styles = ElementTree.fromstring(self.parts["xl/styles.xml"])
        self._styles = [dict(xf.attrib) for xf in styles.findall(f"{MAIN}cellXfs/{MAIN}xf")]

    def cells(self, sheet: int = 1) -> dict[str, tuple[str, str, dict[str, str]]]:
        """Cell -> (type, content, style): type `inlineStr` is text, `n` a number, `f` a formula."""
        tree = ElementTree.fromstring(self.parts[f"xl/worksheets/sheet{sheet}.xml"])
        found = {}
        for cell in tree.iter(f"{MAIN}c"):
            kind = cell.get("t", "n")
            content = "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
            if kind == "n":
                content = cell.findtext(f"{MAIN}v", "")
            if cell.find(f"{MAIN}f") is not None:
                kind = "f"
            found[cell.attrib["r"]] = (kind, content, self._styles[int(cell.get("s", "0"))])
        return found

    def rows(self, sheet: int = 1) -> list[list[str]]:
        """The filled cells' contents, row by row."""
        found: dict[str, list[str]] = {}
        for name, (_kind, content, _style) in self.cells(sheet).items():
            found.setdefault(re.sub(r"\D", "", name), []).append(content)
        return list(found.values())
