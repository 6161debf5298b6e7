"""What a plan says of its sources: schools by roles, delivered, missing, older, shrunken."""

from datetime import date
from pathlib import Path

import pytest

from inventory.records.changes import Plan, ScopeState
from inventory.records.people import AccountState
from inventory.rosters.settings import SourceSettings
from provisioning.lab.city import City
from provisioning.lab.exports import sources, sources_toml, write_exports
from tests.desk import Desk, guards, total

CITY = City(seed=11, schools=85, scale=0.02)
ALL = [SourceSettings.model_validate(source) for source in sources(CITY, "import", None)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """85 schools with 170 files; the first year is applied."""
    found = Desk(
        tmp_path_factory.mktemp("scopes") / "place", sources=sources_toml(CITY, "import", None)
    )
    found.clock.turn_to(date(2026, 8, 20))
    found.add(*(member.record for member in CITY.members))
    deliver(found, 2026)
    found.apply(found.plan())
    return found


def deliver(desk: Desk, year: int, without: frozenset[str] = frozenset()) -> None:
    write_exports(CITY, desk.place.folder / "import", year)
    for source in ALL:
        if source.name not in without:
            desk.take_in(source, desk.place.folder / source.files)


def states(plan: Plan) -> dict[ScopeState, set[tuple[str, str]]]:
    found: dict[ScopeState, set[tuple[str, str]]] = {}
    for scope in plan.scopes:
        found.setdefault(scope.state, set()).add((scope.number, scope.role))
    return found


def test_of_170_files_three_are_missing_and_named(desk: Desk) -> None:
    assert states(desk.plan()).keys() == {ScopeState.DELIVERED}
    desk.clock.turn_to(date(2027, 8, 20))
    assert {state: len(of) for state, of in states(desk.plan()).items()} == {
        ScopeState.MISSING: 170
    }, "in the new year last year's files count for nothing"
    teachers = next(s for s in ALL if s.roles == ("teacher",))
    pupils = [s for s in ALL if s.roles == ("student",)][7:9]
    deliver(desk, 2027, frozenset(source.name for source in (teachers, *pupils)))
    plan = desk.plan()
    expected = {(s.school, s.roles[0].value) for s in (teachers, *pupils)}
    found = states(plan)
    assert found[ScopeState.MISSING] == expected
    assert len(found[ScopeState.DELIVERED]) == 167
    ids = {scope.school for scope in plan.scopes if scope.number == teachers.school}
    gone = {c.role for c in desk.changes(plan) if c.inferred and c.school in ids}
    assert "teacher" not in gone, "who was not delivered has not left"


def test_a_shrunken_file_says_by_how_much(desk: Desk) -> None:
    source = next(s for s in ALL if s.roles == ("student",))
    path = desk.place.folder / source.files
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-5]))
    desk.take_in(source, path)
    scope = next(s for s in desk.plan().scopes if (s.number, s.role) == (source.school, "student"))
    assert (scope.shrunken, scope.rows, scope.rows_before) == (5, len(lines) - 6, len(lines) - 1)


def test_no_teacher_file_no_teacher_changes(tmp_path: Path) -> None:
    city = City(seed=12, schools=3, scale=0.05)
    desk = Desk(tmp_path / "place")
    desk.clock.turn_to(date(2026, 8, 20))
    desk.add(*(member.record for member in city.members))
    for year in (2026, 2027):
        write_exports(city, desk.place.folder / "import", year)
        for given in sources(city, "import", None):
            source = SourceSettings.model_validate(given)
            if year == 2026 or source.roles == ("student",):
                desk.take_in(source, desk.place.folder / source.files)
        if year == 2026:
            desk.apply(desk.plan())
        desk.clock.turn_to(date(year + 1, 8, 20))
    plan = desk.plan()
    assert total(plan) > 0
    assert [change for change in desk.changes(plan) if change.role == "teacher"] == []


def test_a_rollover_has_limits_of_its_own_in_its_weeks(tmp_path: Path) -> None:
    desk = Desk(
        tmp_path / "place",
        """
[guards]
leavers_number = 0
leavers_percent = 0
[[guards.rollovers]]
name = "summer"
first_day = 2027-07-20
last_day = 2027-09-10
leavers_number = 10
leavers_percent = 50
""",
    )
    city = City(seed=12, schools=1, scale=0.05)
    desk.clock.turn_to(date(2026, 8, 20))
    desk.add(*(member.record for member in city.members))
    write_exports(city, desk.place.folder / "import", 2026)
    source = next(
        s for s in map(SourceSettings.model_validate, sources(city, "import", None))
        if s.roles == ("teacher",)
    )  # fmt: skip
    path = desk.place.folder / source.files
    desk.take_in(source, path)
    desk.apply(desk.plan())
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    desk.take_in(source, path)
    assert len(guards(desk.plan())) == 1
    for day, stopped in ((date(2027, 7, 19), 1), (date(2027, 7, 20), 0), (date(2027, 9, 11), 1)):
        desk.clock.turn_to(day)
        assert len(guards(desk.plan())) == stopped, day
    assert AccountState.DISABLED not in desk.accounts().values()
