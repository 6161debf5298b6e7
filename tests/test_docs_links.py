"""Links, files and the reading list of the documentation lead somewhere."""

import ast
import re
from pathlib import Path

import pytest

from tests.documents import anchor, codes, pages, sections, without_code
from tests.project_files import ROOT

NAMES = [str(page.relative_to(ROOT)) for page in pages()]
FOLDERS = ("docs", "inventory", "provisioning", "schoolnet", "scripts", "tests", "tui")


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(text)):
        if "://" in target:
            continue
        path, _sharp, fragment = target.partition("#")
        page = (ROOT / name).parent / path if path else ROOT / name
        assert page.exists(), target
        if fragment:
            headings = sections(page.read_text(encoding="utf-8"))
            assert fragment in map(anchor, headings), target


@pytest.mark.parametrize("name", NAMES)
def test_every_named_file_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for code in codes(text):
        folder, slash, rest = code.partition("/")
        if slash and folder in FOLDERS and re.fullmatch(r"[\w./-]*", rest):
            assert (ROOT / code).exists(), code


def test_no_page_lies_outside_the_ways_to_it() -> None:
    linked = {
        ((ROOT / name).parent / target.partition("#")[0]).resolve()
        for name in NAMES
        for target in re.findall(
            r"\]\(([^)\s:]+)\)", without_code((ROOT / name).read_text(encoding="utf-8"))
        )
    }
    assert [name for name in NAMES if name.startswith("docs") and ROOT / name not in linked] == []


def reading_list() -> list[tuple[str, str]]:
    """Each file, and the name of the earlier one that leads to it (the first has none)."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    text = sections(readme)["Where to start reading"]
    found = re.findall(r"^\d+\. \[(.+?)\]\(\1\)(?: \((.+?)\))?:", text, re.MULTILINE)
    assert len(found) == len(re.findall(r"^\d+\. ", text, re.MULTILINE)) > 5
    return [(path, leads) for path, leads in found]


def test_each_file_of_the_reading_list_is_named_or_imported_by_an_earlier_one() -> None:
    earlier: dict[str, Path] = {}
    for path, leads in reading_list():
        if earlier:
            assert leads in earlier, f"{path}: {leads} is no earlier file of the list"
            assert path in named_by(earlier[leads]), f"{leads} does not lead to {path}"
        earlier[Path(path).name] = ROOT / path


def named_by(file: Path) -> set[str]:
    """The files of the project that a file imports, or names as a command's module."""
    modules = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            modules.add(node.module)
            modules.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            modules.add(f"schoolnet.commands.{node.value}")
    return {f"{module.replace('.', '/')}.py" for module in modules}


def test_the_check_above_sees_who_leads_where() -> None:
    assert "inventory/journal.py" in named_by(ROOT / "inventory/store/writing.py")
    assert "provisioning/directory/planner.py" not in named_by(
        ROOT / "provisioning/engine/planning.py"
    )
