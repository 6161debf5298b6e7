"""User names for a whole city: ten times the people take ten times as long."""

import random
from collections.abc import Callable

from pydantic import SecretStr

from provisioning.lab.names import Names
from provisioning.roster.names import NameHasher, NameMaker
from provisioning.roster.settings import AccountSettings
from tests.bench.measuring import Line, Pair, in_turns, seconds

FEW, MANY = 10_000, 100_000
ROUNDS = 5
_GOAL = 12.0
People = list[tuple[str, str]]


def measure() -> list[Line]:
    """A city's names, and the worst there is: everybody has the same one."""
    return [
        _line("user names and addresses for 100,000 persons", _pair(_mixed)),
        _line("user names for 100,000 persons of one name", _pair(_namesakes)),
    ]


def _line(what: str, pair: Pair) -> Line:
    beside = f"{pair.first:.2f} s and {pair.second:.2f} s"
    return Line(what, "for 10,000 persons", pair.ratio, _GOAL, beside)


def _pair(people: Callable[[int], People]) -> Pair:
    many, few = people(MANY), people(FEW)
    return in_turns(lambda: _seconds(many), lambda: _seconds(few), ROUNDS)


def _mixed(count: int) -> People:
    names, dice = Names(20261125), random.Random(20261125)
    drawn = (names.draw(dice) for _person in range(count))
    return [(name.given, name.family) for name in drawn]


def _namesakes(count: int) -> People:
    return [("Anna", "Muster")] * count


def _seconds(people: People) -> float:
    settings = AccountSettings(email="{given}.{family}@schule.example")
    hasher = NameHasher(SecretStr("k" * 44))
    names = NameMaker(settings, hasher, frozenset[bytes]().__contains__)

    def work() -> None:
        for given, family in people:
            name = names.make(given, family)
            names.make_address(given, family, name, "012345")

    return seconds(work)
