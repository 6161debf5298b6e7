"""Two years of a small town on a real directory, with exactly the counts that must come out."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from inventory.records import Account, Person
from inventory.records.people import AccountState
from inventory.records.runs import RunState
from provisioning.lab.slapd import Slapd
from tests.desk import Desk, guards, total
from tests.whole.directory_desk import directory_toml
from tests.whole.small_town import (
    Adult,
    Child,
    Roll,
    deliver,
    first_year,
    moved_up,
    newcomers,
    schools,
)

BOTH = ("roster", "directory")
ALL_AT_FIRST = 10 * (40 + 3) + 4 * 10 + 14 * 3


@pytest.fixture
def desk(own_slapd: Slapd, tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path / "place", directory_toml(own_slapd))
    found.clock.turn_to(date(2026, 8, 20))
    found.add(*schools())
    yield found
    found.check_journal()


def bring(desk: Desk) -> Counter[str]:
    """Plan, approve what is proposed, apply; nothing may be left to do. Returns what was done."""
    plan = desk.plan(*BOTH)
    assert guards(plan) == []
    assert plan.notices == ()
    desk.approve_all(plan)
    assert desk.apply(plan) is RunState.DONE
    assert total(desk.plan(*BOTH)) == 0
    return Counter(
        f"{change.target} {change.kind} {change.action.value}" for change in desk.changes(plan)
    )


def entries(slapd: Slapd) -> Mapping[str, tuple[str, str]]:
    """User name -> (the entry's own id, the number of the school it stands in)."""
    with slapd.admin() as admin:
        admin.search(
            f"ou=schools,{slapd.base}", "(objectClass=inetOrgPerson)",
            attributes=["uid", "entryUUID"],
        )  # fmt: skip
        return {
            str(entry.uid): (str(entry.entryUUID), entry.entry_dn.split("ou=")[2].rstrip(","))
            for entry in admin.entries
        }


def in_state(desk: Desk, wanted: AccountState) -> int:
    return sum(state is wanted for state in desk.accounts().values())


def test_two_years(desk: Desk, own_slapd: Slapd) -> None:
    rolls = first_year()
    for roll in rolls:
        deliver(desk, roll, "2026/27")
    bring(desk)
    assert len(entries(own_slapd)) == in_state(desk, AccountState.ACTIVE) == ALL_AT_FIRST
    before = entries(own_slapd)

    # In winter one leaves and one goes abroad.
    desk.clock.turn_to(date(2027, 2, 10))
    away = rolls[10]
    away.pupils[0] = replace(away.pupils[0], status=9, left="31.01.2027")
    away.pupils[1] = replace(away.pupils[1], status=3)
    deliver(desk, away, "2026/27")
    bring(desk)
    assert in_state(desk, AccountState.GRACE) == 1

    # In summer two secondary schools are first, then the primary schools, then the others.
    desk.clock.turn_to(date(2027, 8, 20))
    married = second_year(rolls)
    for goal in (0, 1):
        deliver(desk, rolls[10 + goal], "2027/28")
    bring(desk)
    for roll in rolls[:10]:
        deliver(desk, roll, "2027/28")
    done = bring(desk)
    assert done["roster person create"] == 20, "first-graders"
    assert in_state(desk, AccountState.GRACE) == 200 + 2, "who goes on waits in grace meanwhile"
    for goal in (2, 3):
        deliver(desk, rolls[10 + goal], "2027/28")
    bring(desk)

    after = entries(own_slapd)
    assert len(desk.accounts()) == len(after) == ALL_AT_FIRST + 20, "nobody has a second account"
    assert {name: own_id for name, (own_id, _school) in before.items()} == {
        name: own_id for name, (own_id, _school) in after.items() if name in before
    }, "no entry was made anew"
    went = {name for name, (_id, school) in before.items() if after[name][1] != school}
    assert len(went) == 400
    numbers = {school.number for school in schools()[10:]}
    assert {after[name][1] for name in went} == numbers
    assert Counter(after[name][1] for name in went) == dict.fromkeys(numbers, 100)
    assert in_state(desk, AccountState.GRACE) == 2, "two left, one came back, nobody waits"
    assert in_state(desk, AccountState.ACTIVE) == ALL_AT_FIRST + 20 - 2
    names = {p.id: p.family_name for p in desk.all(Person) if isinstance(p, Person)}
    kept = {names[a.person]: a.user_name for a in desk.all(Account) if isinstance(a, Account)}
    for family, user_name in married.items():
        assert kept[family] == user_name, "a marriage changes no user name"


def second_year(rolls: list[Roll]) -> dict[str, str]:
    """Let every school have its second year; returns who married, with the name that stays."""
    arrivals = [newcomers(rolls, goal) for goal in range(4)]
    married = {}
    for n, roll in enumerate(rolls):
        stay = moved_up(roll)
        if n < 10:
            new = [
                Child(3001 + at, "Neu", f"Kind{n}x{at}", date(2021, 4, 1 + at), "1a")
                for at in range(2)
            ]
            roll.pupils = [*stay, *new]
        else:
            roll.pupils = [*stay, *arrivals[n - 10]]
    back = rolls[10].pupils
    back[0] = replace(back[0], status=2, left="")
    leaving = rolls[11].pupils
    leaving[0] = replace(leaving[0], status=8, left="31.07.2027")
    leaving[1] = replace(leaving[1], status=9, left="15.03.2027")
    for n in (3, 12):
        old = rolls[n].teachers[0]
        rolls[n].teachers[0] = replace(old, family=f"{old.family}-Schmidt")
        married[f"{old.family}-Schmidt"] = f"ada.{old.family.lower()}"
    seconded: Adult = rolls[0].teachers[1]
    rolls[10].teachers.append(seconded)
    return married
