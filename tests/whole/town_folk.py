"""Those of the small town who have a story of their own, and what its schools do in between."""

import json
from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from schoolnet.cli import app
from schoolnet.commands import links, rename
from tests.desk import Desk
from tests.whole.small_town import Child, Roll, moved_up, newcomers

TWINS = ("kim.zwilling", "kim.zwilling2")
"""One name, one birth date, two primary schools: nothing tells them apart."""
SPELT = "jannik.schmitt"
"""His new school writes Yannik Schmidt."""
CITY_LEAVERS = ("uta.fern", "uwe.fern", "vera.fern")
"""Fourth-graders who go to no school of the city; of the first two's school accounts are deleted
60 days after they were disabled."""
BACK, AWAY = "ada.kind2015x10x0", "ben.kind2015x10x1"
"""One leaves in winter and returns in summer, one is abroad for a year and never leaves."""
LEFT = ("ada.kind2015x11x0", "ben.kind2015x11x1")
PROTECTED = "emil.kind2015x13x4"
SECONDED, STAFF = "ben.lehrer0x1", "cem.lehrer9x2"
"""A teacher who is at two schools in year two, and one who is in the office then."""
MARRIED = {"Lehrer3x0-Schmidt": "ada.lehrer3x0", "Lehrer12x0-Schmidt": "ada.lehrer12x0"}
FOLK = 6
"""How many of the above are in no other count."""
FORGETS = '[[accounts.life]]\nschools = ["100008"]\ndisabled_days = 60\n'


def settle_in(rolls: list[Roll]) -> None:
    """Let them live in the town."""
    twin = Child(1901, "Kim", "Zwilling", date(2016, 6, 6), "4a")
    rolls[4].pupils.append(twin)
    rolls[5].pupils.append(twin)
    rolls[6].pupils.append(Child(1902, "Jannik", "Schmitt", date(2016, 7, 7), "4a"))
    for at, (given, school) in enumerate((("Uta", 7), ("Uwe", 7), ("Vera", 8))):
        rolls[school].pupils.append(Child(1903, given, "Fern", date(2016, 8, 1 + at), "4b"))
    rolls[7].pupils[-1] = replace(rolls[7].pupils[-1], number=1904)


def second_year(rolls: list[Roll]) -> None:
    """Let every school have its second year."""
    arrivals = [newcomers(rolls, goal) for goal in range(4)]
    for n, roll in enumerate(rolls):
        if n < 10:
            new = [
                Child(3001 + at, "Neu", f"Kind{n}x{at}", date(2021, 4, 1 + at), "1a")
                for at in range(2)
            ]
        else:
            new = arrivals[n - 10]
        roll.pupils = [*moved_up(roll), *new]
    twin = Child(5901, "Kim", "Zwilling", date(2016, 6, 6), "5a")
    rolls[10].pupils.append(twin)
    rolls[13].pupils.append(twin)
    rolls[12].pupils.append(Child(5902, "Yannik", "Schmidt", date(2016, 7, 7), "5a"))
    back = rolls[10].pupils
    back[0] = replace(back[0], status=2, left="")
    leaving = rolls[11].pupils
    leaving[0] = replace(leaving[0], status=8, left="31.07.2027")
    leaving[1] = replace(leaving[1], status=9, left="15.03.2027")
    for n in (3, 12):
        old = rolls[n].teachers[0]
        rolls[n].teachers[0] = replace(old, family=f"{old.family}-Schmidt")
    rolls[10].teachers.append(rolls[0].teachers[1])
    rolls[9].staff.append(rolls[9].teachers.pop())


def command(desk: Desk, monkeypatch: pytest.MonkeyPatch, *words: str) -> str:
    """What a command that succeeds says on standard output, on the day of the desk."""
    for module in (links, rename):
        monkeypatch.setattr(module, "place_of", lambda _context: desk.place)
    done = CliRunner().invoke(app, ["-C", str(desk.place.folder), *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def questions(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Who is asked about: newcomer and whom they could be, by the schools they are at."""
    found = json.loads(command(desk, monkeypatch, "links", "--json"))
    return [(q["newcomer"]["id"], q["known"]["id"]) for q in found]
