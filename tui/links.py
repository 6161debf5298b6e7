"""Where a row of the start screen leads. No Textual in it."""

from dataclasses import dataclass
from typing import NamedTuple

from inventory.store.queries import Filter


@dataclass(frozen=True, slots=True)
class PlanLink:
    """To a plan."""

    plan: str


@dataclass(frozen=True, slots=True)
class RunLink:
    """To a run."""

    run: str


@dataclass(frozen=True, slots=True)
class ImportsLink:
    """To the deliveries in force."""


@dataclass(frozen=True, slots=True)
class QuestionsLink:
    """To the newcomers who may be somebody we know."""


@dataclass(frozen=True, slots=True)
class RecordsLink:
    """To the records of a kind: all; those of a filter, with its name's id; or one of them."""

    kind: str
    where: Filter | None = None
    named: str = ""
    record: str = ""


Link = PlanLink | RunLink | ImportsLink | QuestionsLink | RecordsLink


class Line(NamedTuple):
    """The key of a row: what it is, and where it leads; None: nowhere."""

    name: str
    link: Link | None = None
