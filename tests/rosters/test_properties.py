"""Whatever happens to a good file: no crash, and no row or letter lost in silence."""

import codecs
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inventory.errors import UsageError
from inventory.rosters.rows import Reading
from tests.rosters.support import HEADER, Pupil, check_accounts, export, pupils_of, read_bytes

FAMILY = ("Müller", "Groß", "Jäger", "Özdemir", "Šimić", "Schmidt", "O'Hara", "von der Au", "Weiß")
GIVEN = ("Änne", "Jörg", "Zoë", "René", "Ute", "Karl-Heinz", "Übeyde", "Łukasz", "Max")
GERMAN = [
    (f, g)
    for f in FAMILY
    for g in GIVEN
    if (f + g).encode("cp1252", "ignore").decode("cp1252") == f + g
]
UMLAUTS = Pupil("1", "Müller", "Björn", "5a")


def _pupils(names: list[tuple[str, str]]) -> st.SearchStrategy[list[Pupil]]:
    one = st.tuples(st.sampled_from(names), st.sampled_from(["5a", "07B", "EF", "Q1"]))
    return st.lists(one, min_size=3, max_size=8).map(
        lambda rows: [
            UMLAUTS,
            *(
                Pupil(str(100 + at), family, given, group)
                for at, ((family, given), group) in enumerate(rows)
            ),
        ]
    )


ANY = _pupils([(f, g) for f in FAMILY for g in GIVEN])
WESTERN = _pupils(GERMAN)


def _attempt(data: bytes) -> Reading | None:
    try:
        return read_bytes(data)
    except UsageError:
        return None


@given(
    pupils=WESTERN,
    columns=st.permutations(range(len(HEADER))),
    separator=st.sampled_from(";,\t|"),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(
        ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "cp1252", "mac_roman"]
    ),
)
def test_form_of_the_file_does_not_matter(
    pupils: list[Pupil], columns: list[int], separator: str, line_end: str, encoding: str
) -> None:
    text = export(pupils, separator=separator, line_end=line_end, columns=columns)
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    found = read_bytes(mark + text.encode(encoding))
    assert pupils_of(found) == [pupil._replace(remark="x") for pupil in pupils]
    assert not found.problems
    assert found.absence_counts


@given(pupils=ANY, where=st.integers(0, 2000), junk=st.binary(max_size=4), cut=st.integers(0, 4))
def test_damaged_bytes_cost_only_their_own_line(
    pupils: list[Pupil], where: int, junk: bytes, cut: int
) -> None:
    data = export(pupils).encode()
    start = data.index(b"\n") + 1
    at = start + where % (len(data) - start)
    damaged = data[:at] + junk + data[at + cut :]
    found = _attempt(damaged)
    if found is None:
        return
    check_accounts(found)
    touched = {data.count(b"\n", 0, place) for place in range(at, max(at + cut, at + 1) + 1)}
    read = pupils_of(found)
    for number, pupil in enumerate(pupils, 1):
        if number not in touched:
            assert pupil in read or pupil.record_id in found.lost.values()
    if b'"' not in junk:
        lines = [line for line in re.split(rb"\r\n|\r|\n", damaged) if line.strip(b'; \t"')]
        assert found.row_count == len(lines) - 1


@given(pupils=ANY, data=st.data())
def test_inserted_separator_or_quote_is_named(pupils: list[Pupil], data: st.DataObject) -> None:
    lines = export(pupils).splitlines()
    number = data.draw(st.integers(1, len(lines) - 1))
    at = data.draw(st.integers(0, len(lines[number])))
    sign = data.draw(st.sampled_from([";", '"', ';"', '";']))
    line = lines[number]
    assume(not (sign.endswith(";") and at == len(line)))  # an empty cell at the end changes nothing
    lines[number] = line[:at] + sign + line[at:]
    found = read_bytes("".join(f"{line}\n" for line in lines).encode())
    check_accounts(found)
    read = pupils_of(found)
    for other, pupil in enumerate(pupils, 1):
        assert other == number or pupil in read
    if ";" in sign:
        assert number + 1 in found.lost


@given(pupils=ANY, codec=st.sampled_from(["cp1252", "mac_roman"]), data=st.data())
def test_line_in_another_encoding_is_right_or_named(
    pupils: list[Pupil], codec: str, data: st.DataObject
) -> None:
    lines = export(pupils).splitlines()
    chosen = data.draw(st.sets(st.integers(1, len(lines) - 1), min_size=1))
    raw = []
    for number, line in enumerate(lines):
        try:
            raw.append(line.encode(codec if number in chosen else "utf-8"))
        except UnicodeEncodeError:
            raw.append(line.encode())
    found = _attempt(b"".join(line + b"\n" for line in raw))
    if found is None:
        return
    check_accounts(found)
    named = {problem.line for problem in found.problems}
    for row, pupil in zip(found.rows, pupils_of(found), strict=True):
        assert pupil == pupils[row.line - 2] or row.line in named


@given(pupils=ANY, where=st.integers(0, 2000))
def test_cut_file_never_makes_leavers(pupils: list[Pupil], where: int) -> None:
    data = export(pupils).encode()
    at = where % len(data)
    found = _attempt(data[:at])
    if found is None:
        return
    check_accounts(found)
    whole_lines = data[:at].endswith(b"\n")  # such a cut cannot be seen; guards count the rows
    assert found.absence_counts is whole_lines


@given(pupils=ANY)
def test_text_that_was_encoded_twice_is_lost_by_line(pupils: list[Pupil]) -> None:
    plain = [Pupil(str(at), "Schmidt", "Max", "5a") for at in range(20)]
    lines = export([*plain, *pupils]).splitlines()
    for number in range(21, len(lines)):
        garbled = lines[number].encode().decode("cp1252", "replace")
        lines[number] = garbled
    found = read_bytes("".join(f"{line}\n" for line in lines).encode())
    for number, pupil in enumerate(pupils, 22):
        assert (number in found.lost) is not (pupil.family_name + pupil.given_name).isascii()


@pytest.mark.parametrize("text", ["1,00E+05", "1.5E+9"])
def test_id_that_a_spreadsheet_damaged_identifies_nobody(text: str) -> None:
    found = read_bytes(export([UMLAUTS, Pupil(text, "Mai", "Ole", "5a")]).encode())
    assert found.lost == {3: ""}
    assert not found.absence_counts
