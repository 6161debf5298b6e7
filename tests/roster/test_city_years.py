"""Thirty schools over a summer: who comes, who leaves, and what the guards say of bad files."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from inventory.errors import GuardError
from inventory.records import Account
from inventory.records.changes import Selection
from inventory.records.people import AccountState
from inventory.records.runs import RunState
from inventory.rosters.settings import SourceSettings
from provisioning.engine.starting import check_guards
from provisioning.lab.city import City
from provisioning.lab.exports import sources, write_exports
from tests.desk import NO_GRACE, Desk, count, guards, total

CITY = City(seed=7, schools=30, scale=0.2)
NAMESAKES = 8
"""Pupils whose name and birthday another school's pupil has too: the lab makes them so."""


@pytest.fixture(scope="module")
def after_first_year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the first year is applied; tests work on copies of it."""
    desk = Desk(tmp_path_factory.mktemp("city") / "place", NO_GRACE)
    desk.add(*(member.record for member in CITY.members))
    files = desk.place.folder / "import"
    write_exports(CITY, files, 2026)
    for source in given_sources():
        desk.take_in(source, desk.place.folder / source.files)
    plan = desk.plan()
    assert plan.holds == ()
    asked = [n for n in plan.notices if "schoolnet links" in str(n.message)]
    assert len(asked) == NAMESAKES, "who only resembles somebody is not asked about"
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan()) == 0
    desk.check_journal()
    return desk.place.folder


def given_sources() -> Iterator[SourceSettings]:
    for source in sources(CITY, "import", None):
        yield SourceSettings.model_validate(source)


@pytest.fixture(scope="module")
def after_second_year(after_first_year: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder a year on."""
    desk = copied(after_first_year, tmp_path_factory.mktemp("next") / "place")
    next_year(desk)
    plan = desk.plan()
    desk.approve_all(plan)
    assert desk.apply(plan) is RunState.DONE
    return desk.place.folder


def copied(folder: Path, to: Path) -> Desk:
    shutil.copytree(folder, to)
    return Desk.reopen(to, date(2027, 8, 20))


@pytest.fixture
def summer(after_first_year: Path, tmp_path: Path) -> Desk:
    """The new year has begun, its files are not in yet."""
    return copied(after_first_year, tmp_path / "place")


@pytest.fixture
def desk(after_second_year: Path, tmp_path: Path) -> Desk:
    """The new year is applied."""
    return copied(after_second_year, tmp_path / "place")


def pupil_file(desk: Desk, school: int) -> tuple[SourceSettings, Path]:
    number = CITY.members[school].record.number
    source = next(s for s in given_sources() if s.school == number and "student" in s.roles)
    return source, desk.place.folder / source.files


def disabled(desk: Desk) -> int:
    return sum(state is AccountState.DISABLED for state in desk.accounts().values())


def next_year(desk: Desk) -> None:
    write_exports(CITY, desk.place.folder / "import", 2027)
    for source in given_sources():
        desk.take_in(source, desk.place.folder / source.files)


def test_a_normal_rollover_trips_no_guard(summer: Desk) -> None:
    desk = summer
    before = desk.accounts()
    next_year(desk)
    plan = desk.plan()
    assert guards(plan) == []
    assert count(plan, "disable") > 50
    assert desk.approve_all(plan) > 100, "fourth-graders go to schools of the city"
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan()) == 0
    after = desk.accounts()
    assert before.keys() <= after.keys(), "no account vanishes, no name changes"
    assert disabled(desk) == count(plan, "disable")
    with desk.place.reader() as reader:
        names = [account.user_name for account in reader.records(Account)]
    assert len(names) == len(set(names))


def biggest_school_with_grade_seven() -> int:
    sized = [(m.record.final_grade or 0, m.index) for m in CITY.members]
    return next(index for grade, index in sized if grade == 13 and index != 2)


def test_half_a_year_group_missing_is_held(desk: Desk) -> None:
    source, path = pupil_file(desk, biggest_school_with_grade_seven())
    lines = path.read_bytes().splitlines(keepends=True)
    column = lines[0].split(b";").index(b"Klasse")
    classes = [line.split(b";")[column].lstrip(b"0") for line in lines]
    sevenths = [n for n, name in enumerate(classes) if name[:1] == b"7"]
    gone = set(sevenths[: len(sevenths) // 2])
    assert len(gone) > 5
    path.write_bytes(b"".join(line for n, line in enumerate(lines) if n not in gone))
    desk.take_in(source, path)
    plan = desk.plan()
    assert [name.split(":")[2:] for name in guards(plan)] == [["student", "7"]]
    before = disabled(desk)
    with pytest.raises(GuardError, match="leavers:"):
        desk.apply(plan)
    assert disabled(desk) == before


@pytest.mark.parametrize("damage", ["half", "cut", "no teachers", "last year"])
def test_a_bad_delivery_disables_nobody(desk: Desk, damage: str) -> None:
    before = disabled(desk)
    source, path = pupil_file(desk, 1)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    if damage == "half":
        path.write_bytes(b"".join(lines[: len(lines) // 2]))
        desk.take_in(source, path)
    elif damage == "cut":
        path.write_bytes(whole[: len(whole) // 2])  # in the middle of a line
        desk.take_in(source, path)
    elif damage == "no teachers":
        desk.take_in(source, path)
    else:
        write_exports(CITY, desk.place.folder / "import", 2026)
        with pytest.raises(GuardError, match=r"not-promoted|earlier-year"):
            desk.take_in(source, path)
    plan = desk.plan()
    if plan.holds:
        with pytest.raises(GuardError):
            check_guards(plan, Selection())
    else:
        desk.apply(plan)
    assert disabled(desk) == before


def test_last_years_file_in_the_new_year_is_refused(summer: Desk) -> None:
    desk = summer
    source, path = pupil_file(desk, 3)
    with pytest.raises(GuardError, match=r"not-promoted|earlier-year"):
        desk.take_in(source, path, "2027/28")
    assert desk.take_in(source, path, "2027/28", {"not-promoted": "they all repeat the year"})
