"""The wheel: what is in it, and that it runs in an environment with nothing else."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from schoolnet.cli import COMMANDS
from tests.project_files import ROOT, project_files

PACKAGES = {"inventory", "provisioning", "schoolnet", "tui"}

pytestmark = pytest.mark.timeout(600)  # an empty environment downloads every dependency


def run(*command: str | Path, cwd: Path, **environment: str) -> str:
    """Standard output of a command that must succeed, away from this tree's own modules."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    answer = subprocess.run(
        command,
        cwd=cwd,
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built through the source archive, from a copy without the remains of other builds."""
    copy = tmp_path_factory.mktemp("source")
    for path in project_files():
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    run(sys.executable, "-m", "build", "--no-isolation", copy, cwd=copy)
    (built,) = (copy / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands of an environment that holds the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder)
    python = folder / "bin" / "python"
    constraints = ROOT / "constraints.txt"
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", "--quiet", "--constraint", constraints, wheel, cwd=folder)
    return folder / "bin"


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_wheel_holds_the_four_packages_and_nothing_else(wheel: Path) -> None:
    top_level = {name.partition("/")[0] for name in names_in(wheel)}
    assert {name for name in top_level if not name.endswith(".dist-info")} == PACKAGES


def test_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    """Modules, style sheets and data; catalogues compiled instead of their sources."""
    expected = {
        path.relative_to(ROOT).with_suffix(".mo" if path.suffix == ".po" else path.suffix)
        for path in project_files()
        if path.relative_to(ROOT).parts[0] in PACKAGES
    }
    held = {Path(name) for name in names_in(wheel) if ".dist-info/" not in name}
    assert held == expected


def test_wheel_names_licence_version_and_command(wheel: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        (folder,) = {name.partition("/")[0] for name in archive.namelist() if ".dist-info/" in name}
        metadata = Parser().parsestr(archive.read(f"{folder}/METADATA").decode())
        licence = archive.read(f"{folder}/licenses/LICENSE").decode()
        commands = archive.read(f"{folder}/entry_points.txt").decode()
    assert metadata["Version"] == project["version"]
    assert metadata["License-Expression"] == "MIT"
    assert licence == (ROOT / "LICENSE").read_text("utf-8")
    assert commands.split() == ["[console_scripts]", "schoolnet", "=", "schoolnet.cli:main"]


def test_catalogue_in_the_wheel_speaks_german(environment: Path) -> None:
    code = (
        "import gettext, pathlib, tui\n"
        "folder = pathlib.Path(tui.__file__).parent / 'locale'\n"
        "print(gettext.translation('schoolnet', folder, ['de']).info()['language'])\n"
    )
    assert run(environment / "python", "-c", code, cwd=environment).split() == ["de"]


def test_command_of_the_wheel_says_its_version(environment: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    assert version in run(environment / "schoolnet", "--version", cwd=environment)


def test_command_of_the_wheel_helps_in_german(environment: Path) -> None:
    summary = COMMANDS["plan"].summary
    with (ROOT / "tui/locale/de/LC_MESSAGES/schoolnet.po").open("rb") as source:
        message = read_po(source, locale="de").get(summary)
    schoolnet, width = environment / "schoolnet", "200"
    german = run(schoolnet, "--help", cwd=environment, COLUMNS=width, SCHOOLNET_LANGUAGE="de")
    english = run(schoolnet, "--help", cwd=environment, COLUMNS=width, SCHOOLNET_LANGUAGE="en")
    assert message is not None
    assert message.string
    assert str(message.string) in german
    assert summary in english
