"""Good files of every format, damaged: no crash, and every line that was lost is named."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.errors import UsageError
from inventory.records.people import Role
from inventory.rosters.catalogue import AUTO, READERS, SEVERAL_SCHOOLS
from inventory.rosters.rows import Reading, ReadOptions
from tests.rosters.support import DAY, check_accounts, read_bytes

PEOPLE = (
    ("11", "Müller", "Änne", "01.02.2014", "5a"),
    ("12", "Groß", "Jörg", "03.04.2014", "5a"),
    ("13", "Jäger", "Zoë", "05.06.2013", "6b"),
    ("14", "Jäger", "Zoë", "07.08.2013", "6b"),
    ("15", "von der Au", "Karl-Heinz", "09.10.2012", "7c"),
    ("16", "O'Hara", "Ute", "11.12.2012", "7c"),
)
SECRET = "Geheim-4711"
"""Stands in the columns that nobody reads."""


class Sample(NamedTuple):
    """A format, the header of a good file (none: no header) and which cell of a person is where.

    A number is the place in PEOPLE; a text stands in each row.
    """

    format: str
    separator: str
    header: Sequence[str]
    cells: Sequence[int | str]
    role: Role = Role.STUDENT
    columns: Mapping[str, str] = MappingProxyType({})

    def lines(self, order: Sequence[int] | None = None) -> list[str]:
        order = range(len(self.cells)) if order is None else order
        rows = [
            [one if isinstance(one, str) else person[one] for one in self.cells]
            for person in PEOPLE
        ]
        rows = [[*self.header], *rows] if self.header else rows
        return [self.separator.join(row[at] for at in order) for row in rows]

    def read(self, data: bytes, format_name: str = "") -> Reading:
        options = ReadOptions(day=DAY, roles=(self.role,), columns=self.columns)
        return read_bytes(data, options, format_name or self.format)


SAMPLES = (
    Sample("schild", ";", ("Interne ID-Nummer", "Nachname", "Vorname", "Geburtsdatum", "Klasse",
                           "Status", "Konfession"), (0, 1, 2, 3, 4, "2", SECRET)),
    Sample("schild", ";", ("Kürzel", "Nachname", "Vorname", "Telefon"), (0, 1, 2, SECRET),
           Role.TEACHER),
    Sample("schild", "|", ("Nachname", "Vorname", "Geburtsdatum", "Status", "Konfession", "Klasse"),
           (1, 2, 3, "2", SECRET, 4)),
    Sample("asv-bw", ";", ("Schülernummer", "Familienname", "Rufname", "Vornamen", "Geburtsdatum",
                           "Klasse", "Bekenntnis"), (0, 1, 2, 2, 3, 4, SECRET)),
    Sample("asv-bayern", ";", ("lokales Differenzierungsmerkmal", "Familienname", "Rufname",
                               "Klasse", "Religion"), (0, 1, 2, 4, SECRET)),
    Sample("webuntis", "\t", ("externKey", "longName", "foreName", "birthDate", "klasse.name",
                              "address.city"), (0, 1, 2, 3, 4, SECRET)),
    Sample("webuntis", ",", ("pnr", "longName", "foreName", "title", "birthDate"),
           (0, 1, 2, SECRET, 3), Role.TEACHER),
    Sample("sophomorix", ";", (), (4, 1, 2, 3, 0, SECRET)),
    Sample("sophomorix", ";", (), ("lehrer", 1, 2, 3, 0, SECRET), Role.TEACHER),
    Sample("csv", ",", ("ID", "Name", "Vorname", "Geboren", "Klasse", "Bemerkung"),
           (0, 1, 2, 3, 4, SECRET), Role.STUDENT,
           {"record_id": "ID", "family_name": "Name", "given_name": "Vorname",
            "birth_date": "Geboren", "school_class": "Klasse"}),
)  # fmt: skip
each = pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: f"{one.format}-{one.role}")


def names(found: Reading) -> list[tuple[str, str]]:
    return [(row.family_name, row.given_name) for row in found.rows]


def attempt(sample: Sample, data: bytes, format_name: str = "") -> Reading | None:
    """What is read, with every line accounted for; nothing when the file is refused."""
    try:
        found = sample.read(data, format_name)
    except UsageError:
        return None
    check_accounts(found)
    return found


def test_every_format_has_a_good_file() -> None:
    assert {sample.format for sample in SAMPLES} == {*READERS} - SEVERAL_SCHOOLS


@each
def test_good_file_is_read_and_recognised(sample: Sample) -> None:
    data = "".join(f"{line}\n" for line in sample.lines()).encode()
    found = sample.read(data)
    assert names(found) == [(person[1], person[2]) for person in PEOPLE]
    assert len({row.record_id for row in found.rows}) == len(PEOPLE)
    assert not found.problems
    if sample.format != "csv":
        assert sample.read(data, AUTO).format == sample.format


@each
@given(data=st.data())
def test_form_does_not_matter(sample: Sample, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(sample.cells)))) if sample.header else None
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"]))
    found = sample.read("".join(line + end for line in sample.lines(order)).encode(encoding))
    assert names(found) == [(person[1], person[2]) for person in PEOPLE]
    assert SECRET not in found.model_dump_json() + repr(found)


@each
@given(data=st.data())
def test_damaged_bytes_lose_no_line_in_silence(sample: Sample, data: st.DataObject) -> None:
    encoding = data.draw(st.sampled_from(["utf-8", "utf-16", "cp1252"]))
    good = "".join(f"{line}\r\n" for line in sample.lines()).encode(encoding)
    at, cut = data.draw(st.integers(0, len(good))), data.draw(st.integers(0, 40))
    damaged = good[:at] + data.draw(st.binary(max_size=4)) + good[at + cut :]
    attempt(sample, damaged)
    attempt(sample, damaged, AUTO if sample.format != "csv" else "")


@each
@given(data=st.data())
def test_lines_swapped_doubled_and_left_out_are_accounted_for(
    sample: Sample, data: st.DataObject
) -> None:
    lines = sample.lines()
    head, rows = lines[: bool(sample.header)], lines[bool(sample.header) :]
    chosen = data.draw(st.lists(st.sampled_from(rows), min_size=1, max_size=12))
    found = sample.read("".join(f"{line}\n" for line in [*head, *chosen]).encode())
    check_accounts(found)
    assert len(found.rows) == len(set(chosen))
    assert len(found.repeated) == len(chosen) - len(set(chosen))


@each
@given(data=st.data())
def test_cells_cut_out_or_put_in_cost_their_own_line(sample: Sample, data: st.DataObject) -> None:
    lines = sample.lines()
    first = bool(sample.header)
    number = data.draw(st.integers(first, len(lines) - 1))
    cells = lines[number].split(sample.separator)
    at = data.draw(st.integers(0, len(cells) - 1))
    put = data.draw(st.sampled_from([[], [""], ["x", "y"], ["#"], ['"'], ["\x00\x01"], ["\ufffd"]]))
    lines[number] = sample.separator.join([*cells[:at], *put, *cells[at + 1 :]])
    found = attempt(sample, "".join(f"{line}\n" for line in lines).encode())
    for other, person in enumerate(PEOPLE, first):
        assert found is None or other == number or (person[1], person[2]) in names(found)


@each
def test_shifted_header_is_refused(sample: Sample) -> None:
    """Names over the wrong columns give ids that are names and names that are dates."""
    if not sample.header:
        return
    lines = sample.lines()
    head = lines[0].split(sample.separator)
    lines[0] = sample.separator.join([*head[1:], head[0]])
    with pytest.raises(UsageError):
        sample.read("".join(f"{line}\n" for line in lines).encode())


@given(data=st.binary(max_size=200), start=st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"#"]))
def test_any_bytes_are_refused_or_accounted_for(data: bytes, start: bytes) -> None:
    for sample in SAMPLES:
        attempt(sample, start + data)
    attempt(SAMPLES[0], start + data, AUTO)
