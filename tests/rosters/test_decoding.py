"""Encodings at the byte: what is read, what is called, and what is left alone."""

import pytest

from inventory.rosters.decoding import decode

HEAD = b"Name\nUte\n"


@pytest.mark.parametrize(
    ("line", "text", "encoding"),
    [
        ("Müller".encode("cp1252"), "Müller", "windows-1252"),
        ("Šimić".encode(), "Šimić", "utf-8"),
        (b"\x8aimun", "Šimun", "windows-1252"),  # MacRoman would make it äimun
        ("JOÃO".encode("cp1252"), "JOÃO", "windows-1252"),
        ("Åsa Strauß".encode("cp1252"), "Åsa Strauß", "windows-1252"),
        ("Jäger Grün".encode("mac_roman"), "Jäger Grün", "mac-roman"),
        ("Straße".encode("mac_roman"), "Straße", "mac-roman"),
    ],
)
def test_encoding_is_told_by_the_letters(line: bytes, text: str, encoding: str) -> None:
    found = decode(HEAD + line + b"\n")
    assert (found.lines[2], found.encoding) == (text, encoding)


@pytest.mark.parametrize(
    "line",
    [
        b"M\x81ller",  # no letter in Windows-1252
        b"M\xc3ller",  # half an umlaut
        b"M\xc3\xbcller Stra\xdfe",  # both encodings in one line
        b"Strau\xdf\xa0",  # UTF-8 would make a letter of N'Ko of it
    ],
)
def test_line_that_fits_no_encoding_is_left_undecoded(line: bytes) -> None:
    found = decode(HEAD + line + b"\nGr\xfcn\n")
    assert found.lines == ["Name", "Ute", None, "Grün"]


def test_lines_of_two_encodings_are_read_and_named() -> None:
    found = decode("Grün\n".encode() + "Weiß\n".encode("cp1252") + b"Rot\n")
    assert found.lines == ["Grün", "Weiß", "Rot"]
    assert found.encoding == "utf-8 + windows-1252"
    assert found.foreign == (2,)


@pytest.mark.parametrize("line", [b"Y\xc4lmaz", b"M\xbcller", b"Ren\xc5"])
def test_half_a_letter_among_utf8_lines_is_not_taken_for_windows_1252(line: bytes) -> None:
    assert decode("Grün\n".encode() + line + b"\n").lines == ["Grün", None]


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_broken_utf16_costs_one_line(codec: str) -> None:
    mark = "\ufeff".encode(codec)
    lone = "\ud800".encode(codec, "surrogatepass")
    data = mark + "Name\n".encode(codec) + lone + "\nGrün\nWei".encode(codec)
    assert decode(data).lines == ["Name", None, "Grün", "Wei"]
    cut = decode(data[:-1])
    assert (cut.lines, cut.ended) == (["Name", None, "Grün", None], False)
    cut = decode(data[: -len("Wei".encode(codec)) + 1])
    assert (cut.lines, cut.ended) == (["Name", None, "Grün", None], False)


@pytest.mark.parametrize(
    ("data", "ends", "ended"),
    [
        (b"a\r\nb\r\n", "CRLF", True),
        (b"a\rb", "CR", False),
        (b"a\nb\r\n", "mixed", True),
        (b"a", "none", False),
    ],
)
def test_line_ends(data: bytes, ends: str, ended: bool) -> None:
    found = decode(data)
    assert (found.line_ends, found.ended) == (ends, ended)


def test_only_real_line_ends_end_lines() -> None:
    assert decode("a\u2028b\x0bc\x85d\n".encode()).lines == ["a\u2028b\x0bc\x85d"]
