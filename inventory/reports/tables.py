"""What every report is made of: columns, values, and the stamp that says where it came from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple, Protocol

from inventory.records.base import Frozen


class Translate(Protocol):
    """Gives the sentence of a message id in the report's language (as `Texts` does)."""

    def __call__(self, message_id: str, **parameters: str | int) -> str:
        """The sentence with its parameters filled in."""


class Word(NamedTuple):
    """A value from a fixed list: programs read its code, people its title (a message id)."""

    code: str
    title: str


Value = str | int | Decimal | date | datetime | Word | None
"""A cell. Text is text, also when it looks like a number; moments carry their time zone."""

Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is for programs and stays; `title` is a message id for people.

    `width` is in characters. `named` says who somebody is: such a column exists only in a report
    with names.
    """

    name: str
    title: str
    width: int = 14
    named: bool = False


class Stamp(Frozen):
    """What a report says of itself: when, what was asked, and how far the journal had come.

    `head` is number and hash of the newest journal entry the report has seen, in the form that
    ``schoolnet journal verify --head`` takes. `id` finds the report's own entry in the journal.
    """

    id: str
    report: str
    city: str
    moment: datetime
    parameters: Mapping[str, str | bool]
    head: str


@dataclass(frozen=True, slots=True)
class Table:
    """A report ready to be written in some format; its rows can be read once."""

    title: str
    columns: tuple[Column, ...]
    rows: Iterator[Row]
    stamp: Stamp
    texts: Translate
