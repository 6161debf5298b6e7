"""The practice lab: it runs until somebody ends it, and people work with it meanwhile."""

import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.support import (
    LAST_LINE,
    TINY,
    answers,
    command,
    environment,
    left_over,
    ports,
    started,
)
from tests.needs import needs_openvswitch
from tests.project_files import ROOT

NOBODY = 65534


def call(place: Path, *arguments: str) -> int:
    """A command from another terminal."""
    done = subprocess.run(
        command("-C", str(place), *arguments), capture_output=True, text=True, check=False
    )
    return done.returncode


def test_people_work_with_it_until_ctrl_c(tmp_path: Path) -> None:
    place = tmp_path / "place"
    with started(tmp_path / "lab", "lab", "--schools", "1", "--folder", str(place)) as lab:
        lab.until("Ctrl+C")
        assert f"-C {place} plan" in lab.out
        assert call(place, "check") == 0
        assert call(place, "import", "roster") == 0
        assert call(place, "plan") == 3
        assert lab.end(signal.SIGINT) == 0
    assert call(place, "plan") == 4
    assert left_over(lab.temporary) == []
    assert [port for port in ports(place) if answers(port)] == []


def test_a_lab_without_a_name_leaves_no_folder(tmp_path: Path) -> None:
    with started(tmp_path / "lab", "lab", "--schools", "1") as lab:
        lab.until("Ctrl+C")
        (folder,) = lab.temporary.glob("schoolnet-demo-*")
        assert (folder / "schoolnet.toml").is_file()
        assert lab.end(signal.SIGTERM) == 0
    assert list(lab.temporary.iterdir()) == []


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A temporary folder that an ordinary user may use; pytest's are root's own."""
    folder = Path(tempfile.mkdtemp())
    shutil.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


def python_for_all(folder: Path) -> Path:
    """An interpreter with our packages that an ordinary user may start; ours may be root's."""
    version = f"python3.{sys.version_info.minor}"
    made = subprocess.run([f"/usr/bin/{version}", "-m", "venv", "--without-pip", folder],
                          capture_output=True, check=False)  # fmt: skip
    if made.returncode:
        pytest.skip(f"there is no /usr/bin/{version} that can make a virtual environment")
    packages = sysconfig.get_path("purelib")
    (folder / "lib" / version / "site-packages" / "ours.pth").write_text(f"{ROOT}\n{packages}\n")
    return folder / "bin" / "python"


def test_without_root_it_does_all_but_the_real_switch(open_folder: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become an ordinary user; for others every demo is this one")
    temporary = open_folder / "temporary"
    temporary.mkdir()
    shutil.chown(temporary, NOBODY, NOBODY)
    python = str(python_for_all(open_folder / "python"))
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", python]
    if subprocess.run([*as_nobody, "-P", "-c", "import schoolnet"], check=False).returncode:
        pytest.skip("an ordinary user cannot read this checkout")
    done = subprocess.run(
        [*as_nobody, *command(*TINY)[1:]], env=environment(temporary), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, LAST_LINE), done.stderr
    assert "as root" in done.stdout
    assert list(temporary.iterdir()) == []


def test_where_root_may_not_make_namespaces_it_goes_on_without_the_real_switch(
    tmp_path: Path,
) -> None:
    """As in a container: root, but without some of its rights."""
    needs_openvswitch()
    confined = ["setpriv", "--bounding-set=-sys_admin", "--"]
    done = subprocess.run(
        [*confined, *command(*TINY)], env=environment(tmp_path), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, LAST_LINE), done.stderr
    assert "Open vSwitch, cannot join" in done.stdout
    assert left_over(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_without_slapd_it_says_what_to_install(tmp_path: Path) -> None:
    """As root in a mount namespace where the program is not there."""
    if os.geteuid() != 0:
        pytest.skip("hiding a program needs root")
    hide = 'mount -t tmpfs none "$(dirname "$(command -v slapd)")" && exec "$@"'
    done = subprocess.run(
        ["unshare", "--mount", "sh", "-c", hide, "sh", *command(*TINY)],
        env=environment(tmp_path), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "apt-get install -y --no-install-recommends slapd" in done.stderr
    assert "Traceback" not in done.stderr
    assert left_over(tmp_path) == []
