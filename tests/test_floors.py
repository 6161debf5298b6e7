"""What is loaded where, and what no file of the project may hold."""

import json
import re
import subprocess
import sys

import pytest

from tests.project_files import ROOT, project_files

DEVICES_AND_SCREENS = {"textual", "netmiko", "paramiko", "ldap3"}
SLOW_TO_LOAD = DEVICES_AND_SCREENS | {"pydantic", "sqlite_utils"}

IMPORT_ALL = """
import importlib, pkgutil
package = importlib.import_module({package!r})
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
"""

# Written in pieces, so that this file does not hold what it looks for.
PACKAGE_INDEX = re.compile(r"py[p]i\.|python[h]osted|files\.py[t]hon|test\.py[p]i", re.IGNORECASE)
SQL = re.compile(r"\b(SELECT .* FROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b")
MACHINE_PATH = re.compile(r"(?<![\w.}~])/(?:work|root|home(?!/\{)|tmp|opt|Users)/")
"""A template, as of users' folders on a server, is none."""


def loaded_by(code: str) -> set[str]:
    """Top-level packages that a fresh interpreter has loaded after this code."""
    report = (
        "\nimport json, sys\nprint(json.dumps([name.partition('.')[0] for name in sys.modules]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return set(json.loads(answer.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    ("code", "unwanted"),
    [
        pytest.param("import inventory", DEVICES_AND_SCREENS, id="inventory"),
        pytest.param(
            IMPORT_ALL.format(package="inventory"), DEVICES_AND_SCREENS, id="all of inventory"
        ),
        pytest.param(
            IMPORT_ALL.format(package="provisioning.engine"), DEVICES_AND_SCREENS, id="the engine"
        ),
        pytest.param("import schoolnet.cli", SLOW_TO_LOAD, id="the command line"),
        pytest.param("import tui.texts, tui.keymap", {"textual"}, id="texts and keys"),
    ],
)
def test_loads_only_what_its_floor_may(code: str, unwanted: set[str]) -> None:
    assert loaded_by(code) & unwanted == set()


def test_the_check_above_sees_what_is_loaded() -> None:
    assert {"ldap3", "netmiko"} <= loaded_by(
        "import warnings; warnings.simplefilter('ignore'); import ldap3, netmiko"
    )


def test_no_file_names_a_package_index_or_a_path_of_one_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in project_files()
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1)
        if PACKAGE_INDEX.search(line) or MACHINE_PATH.search(line)
    ]
    assert found == []


def test_sql_stands_in_the_store_only() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in project_files()
        if path.suffix == ".py"
        and path.relative_to(ROOT).parts[0] in {"inventory", "provisioning", "tui", "schoolnet"}
        and not path.is_relative_to(ROOT / "inventory" / "store")
        and SQL.search(path.read_text("utf-8"))
    ]
    assert found == []
    assert SQL.search((ROOT / "inventory" / "store" / "runs.py").read_text("utf-8"))


def test_no_file_is_longer_than_400_lines() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text("utf-8").splitlines())
        for path in project_files()
        if path.suffix in {".py", ".tcss", ".sh"} or path.parent == ROOT / "scripts"
    }
    assert {path: lines for path, lines in lengths.items() if lines > 400} == {}
