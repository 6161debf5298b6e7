"""Two years of a small town on a real directory of each kind, with exactly the counts that must be.

`small_town` says who is there, `town_folk` who has a story of their own.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from inventory.records import Account, Person
from inventory.records.people import AccountState
from inventory.records.runs import RunState
from tests.desk import Desk, guards, total
from tests.directory.support import BOTH, Server
from tests.whole.directory_desk import directory_toml
from tests.whole.seen import Seen, accounts_of
from tests.whole.small_town import Roll, deliver, first_year, schools
from tests.whole.town_folk import (
    AWAY,
    BACK,
    CITY_LEAVERS,
    FOLK,
    FORGETS,
    LEFT,
    MARRIED,
    PROTECTED,
    SECONDED,
    SPELT,
    STAFF,
    TWINS,
    command,
    questions,
    second_year,
    settle_in,
)

TARGETS = ("roster", "directory")
ALL_AT_FIRST = 10 * (40 + 3) + 4 * 10 + 14 * 3 + FOLK


@pytest.fixture
def desk(server: Server, tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path / "place", FORGETS + directory_toml(server))
    found.clock.turn_to(date(2026, 8, 20))
    found.add(*schools())
    yield found
    found.check_journal()


def bring(desk: Desk, asked: int = 0) -> dict[str, int]:
    """Plan, approve what is proposed, apply; nothing may be left to do but `asked` questions.

    Returns how many changes of each kind the roster had.
    """
    plan = desk.plan(*TARGETS)
    assert guards(plan) == []
    assert [n for n in plan.notices if "schoolnet links" not in str(n.message)] == []
    assert len(plan.notices) == asked
    desk.approve_all(plan)
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan(*TARGETS)) == 0
    done = Counter(f"{c.kind} {c.action.value}" for c in desk.changes(plan) if c.target == "roster")
    return dict(done)


def in_state(desk: Desk, wanted: AccountState) -> set[str]:
    return {name for name, state in desk.accounts().items() if state is wanted}


@BOTH
def test_two_years(desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    rolls = first_year()
    settle_in(rolls)
    for roll in rolls:
        deliver(desk, roll, "2026/27")
    assert bring(desk, asked=1) == {"class create": 34, "person create": ALL_AT_FIRST - 1}
    ((newcomer, _known),) = questions(desk, monkeypatch)
    command(desk, monkeypatch, "links", "separate", newcomer, "--reason", "asked the schools")
    assert bring(desk) == {"person create": 1}
    before = accounts_of(server)
    assert len(before) == ALL_AT_FIRST
    assert before.keys() == in_state(desk, AccountState.ACTIVE)

    in_winter(desk, rolls)
    assert bring(desk) == {"person update": 1}
    assert in_state(desk, AccountState.GRACE) == {BACK}
    assert accounts_of(server)[BACK].groups == of("100011", "students", "wifi-students", "leavers")
    assert accounts_of(server)[AWAY] == before[AWAY], "on leave: as if nothing were"
    desk.clock.turn_to(date(2027, 3, 12))
    assert bring(desk) == {"person disable": 1}
    assert accounts_of(server)[BACK] == before[BACK]._replace(locked=True, groups=frozenset())

    in_summer(desk, rolls, monkeypatch)
    after = accounts_of(server)
    assert_all_moved(before, after)
    assert_each_own_story(desk, before, after)
    assert in_state(desk, AccountState.GRACE) == {*CITY_LEAVERS, *LEFT}

    with_another_name(desk, server, monkeypatch)
    deliver(desk, rolls[13], "2027/28")
    assert bring(desk) == {}, "what the school still delivers is not taken over"
    until_spring(desk, server)


def in_winter(desk: Desk, rolls: list[Roll]) -> None:
    """One leaves and one goes abroad."""
    desk.clock.turn_to(date(2027, 2, 10))
    away = rolls[10]
    away.pupils[0] = replace(away.pupils[0], status=9, left="31.01.2027")
    away.pupils[1] = replace(away.pupils[1], status=3)
    deliver(desk, away, "2026/27")


def in_summer(desk: Desk, rolls: list[Roll], monkeypatch: pytest.MonkeyPatch) -> None:
    """Two secondary schools are first, then the primary schools, then the others."""
    desk.clock.turn_to(date(2027, 8, 20))
    second_year(rolls)
    for goal in (0, 1):
        deliver(desk, rolls[10 + goal], "2027/28")
    assert bring(desk, asked=1) == {"class create": 8, "person update": 227}
    for roll in rolls[:10]:
        deliver(desk, roll, "2027/28")
    assert bring(desk, asked=1) == {
        "class create": 10, "person create": 20, "person update": 266, "person move": 200,
    }  # fmt: skip
    waiting = in_state(desk, AccountState.GRACE)
    assert len(waiting) == 200 + 2 + FOLK, "who goes on waits in grace meanwhile"
    for goal in (2, 3):
        deliver(desk, rolls[10 + goal], "2027/28")
    assert bring(desk, asked=3) == {"class create": 8, "person update": 26, "person move": 200}
    assert in_state(desk, AccountState.GRACE) == {*TWINS, SPELT, *CITY_LEAVERS, *LEFT}
    decide(desk, monkeypatch)
    assert bring(desk) == {"person move": 3}


def with_another_name(desk: Desk, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A protected change: the same entry under another name, and nothing else."""
    before = accounts_of(server)
    said = command(
        desk, monkeypatch, "rename", PROTECTED, "--given", "Emilia", "--protected", "--yes",
        "--reason", "decision of the registry office",
    )  # fmt: skip
    before[said.strip()] = before.pop(PROTECTED)
    assert accounts_of(server) == before
    assert PROTECTED not in desk.accounts()
    assert bring(desk) == {}


def until_spring(desk: Desk, server: Server) -> None:
    """Grace ends, and later two accounts; nothing of it is in any file."""
    everybody = accounts_of(server).keys()
    desk.clock.turn_to(date(2027, 9, 19))
    assert bring(desk) == {"person disable": 5}
    locked = {name for name, seen in accounts_of(server).items() if seen.locked}
    assert locked == {*CITY_LEAVERS, *LEFT}
    desk.clock.turn_to(date(2027, 11, 18))
    assert bring(desk) == {"person delete": 2}
    assert everybody - accounts_of(server).keys() == set(CITY_LEAVERS[:2])
    desk.clock.turn_to(date(2028, 4, 1))
    assert bring(desk) == {}, "the others are never deleted"
    assert len(accounts_of(server)) == len(everybody) - 2


def decide(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of one name could each be both of whom we know; one is spelt otherwise."""
    asked = questions(desk, monkeypatch)
    assert sorted(Counter(newcomer for newcomer, _known in asked).values()) == [1, 2, 2]
    pairs = [pair for pair in asked if sum(new == pair[0] for new, _known in asked) == 1]
    twins = sorted({pair for pair in asked if pair not in pairs})
    for newcomer, known in (*pairs, twins[0], twins[3]):
        command(
            desk, monkeypatch, "links", "join", newcomer, known, "--reason", "asked the schools"
        )
    assert questions(desk, monkeypatch) == []


def of(school: str, *groups: str) -> frozenset[str]:
    return frozenset(f"{school}/{group}" for group in groups)


def assert_all_moved(before: dict[str, Seen], after: dict[str, Seen]) -> None:
    """400 and the folk, each to one of four schools; nobody has a second account or entry."""
    assert {name: seen.own_id for name, seen in before.items()} == {
        name: seen.own_id for name, seen in after.items() if name in before
    }, "no entry was made anew"
    assert len(after) == ALL_AT_FIRST + 20, "first-graders, and nobody has a second account"
    moved = {name: after[name].school for name, seen in before.items()
             if after[name].school != seen.school}  # fmt: skip
    assert Counter(moved.values()) == {"100011": 101, "100012": 100, "100013": 101, "100014": 101}
    assert {moved.pop(name) for name in TWINS} == {"100011", "100014"}
    assert moved.pop(SPELT) == "100013"
    assert len(moved) == 400


def assert_each_own_story(desk: Desk, before: dict[str, Seen], after: dict[str, Seen]) -> None:
    """Returner, exchange pupil, secondment, role change, marriages."""
    sixth = of("100011", "6a", "students", "wifi-students")
    assert after[BACK] == before[BACK]._replace(groups=sixth)
    assert after[AWAY] == before[AWAY]._replace(groups=sixth)
    two_schools = before[SECONDED].groups | of("100011", "teachers", "wifi-teachers")
    assert after[SECONDED] == before[SECONDED]._replace(groups=two_schools)
    office = of("100010", "staff", "wifi-staff")
    assert after[STAFF] == before[STAFF]._replace(groups=office)
    names = {p.id: p.family_name for p in desk.all(Person) if isinstance(p, Person)}
    kept = {names[a.person]: a.user_name for a in desk.all(Account) if isinstance(a, Account)}
    assert {family: kept[family] for family in MARRIED} == MARRIED
