"""The demo from its first line to its last, and nothing of it left."""

import json
import re
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.demo.support import (
    LAST_LINE,
    TINY,
    Started,
    answers,
    command,
    left_over,
    ports,
    started,
)
from tests.needs import needs_openvswitch
from tests.pdf import pages_of

ELSEWHERE = {"SCHOOLNET_DIRECTORY__URL": "ldaps://127.0.0.1:1", "SCHOOLNET_CITY": "Elsewhere"}
"""A user's own settings: no demo may ever reach that directory."""
PASSWORD = r"^(?:(?:[A-Z][a-z]+-){3}\d{3}|(?:[a-z]+-){2}\d{3}|\w{4}-\w{4}-\w{4})$"
WHY = ("--reason", "Test")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Started, Started]]:
    """Two demos at the same time: one in a named folder, and one in German."""
    folder = tmp_path_factory.mktemp("demos")
    place = str(folder / "place")
    with (
        started(folder / "named", *TINY, "--folder", place, also=ELSEWHERE) as named,
        started(folder / "german", *TINY, language="de", also=ELSEWHERE) as german,
    ):
        assert named.end() == 0, named.err
        assert german.end() == 0, german.err
        yield named, german


def call(place: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command in the place of the first demo, whose lab has ended."""
    return subprocess.run(
        command("-C", str(place), *arguments), capture_output=True, text=True, check=False
    )


@pytest.fixture
def place(both: tuple[Started, Started]) -> Path:
    """The folder that was named."""
    return both[0].temporary.with_name("place")


def test_two_demos_at_once_end_well_and_leave_nothing(
    both: tuple[Started, Started], place: Path
) -> None:
    for demo in both:
        assert demo.out.splitlines()[-1] == LAST_LINE
        assert left_over(demo.temporary) == []
        assert list(demo.temporary.iterdir()) == []
    assert [port for port in ports(place) if answers(port)] == []
    assert left_over(place) == []


def test_it_shows_counts_and_exact_operations(both: tuple[Started, Started]) -> None:
    named, german = both
    assert re.search(r"Directory: \+ \d+ create", named.out)
    assert re.search(r"Verzeichnis: \+ \d+ anlegen", german.out)
    for demo in both:
        assert "interface GigabitEthernet" in demo.out
        assert re.search(r"dn: cn=\S+,ou=people,ou=\d+,ou=schools", demo.out)
    assert "an emulator" in named.out
    assert "Network: nothing to do" in named.out
    assert "Emulator" in german.out
    assert "Netz: nichts zu tun" in german.out


def test_hosts_on_the_real_switch_reach_whom_they_should(both: tuple[Started, Started]) -> None:
    needs_openvswitch()
    said = re.findall(r"(classroom|office): (an answer|no answer)", both[0].out)
    assert said == [
        ("classroom", "no answer"), ("office", "an answer"),
        ("classroom", "an answer"), ("office", "no answer"),
    ]  # fmt: skip


def test_its_place_can_be_worked_with_afterwards(place: Path) -> None:
    assert call(place, "journal", "verify").returncode == 0
    (run,) = json.loads(call(place, "runs", "--json").stdout)
    assert run["state"] == "done"
    assert (place / "inventory.xlsx").read_bytes()[:2] == b"PK"


def test_handouts_are_on_paper_and_nowhere_on_the_screen(
    both: tuple[Started, Started], place: Path
) -> None:
    papers = list((place / "handouts").glob("*.pdf"))
    assert papers
    for paper in papers:
        assert stat.S_IMODE(paper.stat().st_mode) == 0o600
        passwords = re.findall(PASSWORD, "\n".join(pages_of(paper)), re.MULTILINE)
        assert passwords
        assert not any(password in both[0].out for password in passwords)


def test_a_used_folder_is_refused_and_left_as_it_is(tmp_path: Path, place: Path) -> None:
    settings = (place / "schoolnet.toml").read_bytes()
    with started(tmp_path / "again", *TINY, "--folder", str(place)) as again:
        assert again.end() == 2
        assert again.out == ""
        assert "not empty" in again.err
    assert (place / "schoolnet.toml").read_bytes() == settings


@pytest.fixture
def run(place: Path) -> str:
    """The run that made the accounts."""
    run_id: str = json.loads(call(place, "runs", "--json").stdout)[0]["run"]
    return run_id


def test_handouts_of_one_class_on_the_screen(place: Path, run: str) -> None:
    printed = call(place, "handouts", run, "--class", "1a", *WHY)
    assert printed.returncode == 0, printed.stderr
    heading, titles, *rows = printed.stdout.splitlines()
    assert heading.endswith(": Class 1a")
    assert titles.split() == ["User", "name", "First", "password", "Name"]
    assert rows
    (paper,) = (place / "handouts").glob("*1a.pdf")
    words = " ".join(pages_of(paper)).split()
    for row in rows:
        user_name, password, *_name = row.split()
        assert words.index(user_name) < words.index(password)
    assert len(rows) == len(re.findall(PASSWORD, "\n".join(pages_of(paper)), re.MULTILINE))


def test_handouts_of_nobody(place: Path, run: str) -> None:
    assert call(place, "handouts", run, "--school", "999999").returncode == 2
    assert call(place, "handouts", run, "--class", "99z", *WHY).returncode == 1
    assert call(place, "handouts", run, "--output", "x", "--handed-over").returncode == 2


def test_handouts_that_were_handed_over_are_gone_and_the_journal_knows_by_whom(
    place: Path, run: str, tmp_path: Path
) -> None:
    assert call(place, "handouts", run, "--class", "2b", "--handed-over").returncode == 0
    assert call(place, "handouts", run, "--class", "2b", *WHY).returncode == 1
    rest = call(place, "handouts", run, "--output", str(tmp_path / "rest"), "--json", *WHY)
    files = [Path(one["file"]).name for one in json.loads(rest.stdout)["handouts"]]
    assert sorted(files) == sorted(file.name for file in (tmp_path / "rest").iterdir())
    assert len(files) == len(list((place / "handouts").iterdir())) - 1
    assert not any("2b" in name for name in files)
    assert call(place, "handouts", run, "--json").returncode == 0  # shows no password
    lines = json.loads(call(place, "journal", "--json", "--limit", "500").stdout)
    acts = [line["action"] for line in lines if line["kind"] == "handout"]
    assert acts[acts.index("hand-over") :] == ["hand-over", "print"]
    assert call(place, "journal", "verify").returncode == 0
