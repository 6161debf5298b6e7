"""The documentation as data: its pages, their sections, tables, code and links."""

import re
from pathlib import Path

from tests.project_files import ROOT

DOCS = ROOT / "docs"
_FENCE = re.compile(r"^```.*?^```\n", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)


def pages() -> list[Path]:
    """Every page that people read."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def read(name: str) -> str:
    """A page of the documentation."""
    return (DOCS / name).read_text(encoding="utf-8")


def without_code(text: str) -> str:
    """The text without its fenced blocks."""
    return _FENCE.sub("", text)


def sections(text: str) -> dict[str, str]:
    """Heading -> what stands below it, up to the next heading of any level."""
    plain = _FENCE.sub(lambda fence: fence[0].replace("\n#", "\n #"), text)
    found = list(_HEADING.finditer(plain))
    ends = [heading.start() for heading in found[1:]] + [len(plain)]
    return {
        heading[1]: plain[heading.end() : end] for heading, end in zip(found, ends, strict=True)
    }


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    pattern = rf"^```{language}\n(.*?)^```$"
    return re.findall(pattern, text, re.MULTILINE | re.DOTALL)


def codes(text: str) -> list[str]:
    """What stands between backquotes, outside of fenced blocks."""
    return re.findall(r"`([^`\n]+)`", without_code(text))


def first_cells(text: str) -> list[str]:
    """The first cell of every row of every table, without titles and lines."""
    rows = re.findall(r"^\| (.*?) \|", without_code(text), re.MULTILINE)
    return [cell for cell in rows if "`" in cell]


def anchor(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")
