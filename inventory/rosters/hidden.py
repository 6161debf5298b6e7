"""Lost rows that do not show whose they are: what they tell of the people they may hide.

Who is not named in a file has left, unless a lost row may be theirs. The more such a row tells,
the fewer people it can be about.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pydantic import Field

from inventory.records.base import Frozen
from inventory.records.people import Role
from inventory.rosters.values import is_name

if TYPE_CHECKING:
    from inventory.rosters.rows import Problem

Told = Mapping[str, str]
"""Cells of a lost line by their columns. Where it has too many or too few of them, they are
counted once from the left and once from the right: one of the two may be right.
"""


class Hidden(Frozen):
    """A lost row. `schools` (numbers) and `roles` are those it can be about; empty: it does not
    tell. `key` is the id it shows, if any: where cells are shifted, it may be nobody's. `key` and
    `names` (given and family names that it may tell) are personal data, kept in no store.
    """

    file: str
    line: int
    key: str = Field(default="", exclude=True, repr=False)
    names: tuple[tuple[str, str], ...] = Field(default=(), exclude=True, repr=False)
    schools: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset()

    def may_be(self, school: str, role: Role) -> bool:
        """True when it may hide somebody of this school and role."""
        return (not self.schools or school in self.schools) and (
            not self.roles or role in self.roles
        )


def names_told(
    told: Iterable[Told], given_name: str = "given_name", family_name: str = "family_name"
) -> tuple[tuple[str, str], ...]:
    """The names in the cells of these columns, as far as they can be names."""
    pairs = ((cells.get(given_name, ""), cells.get(family_name, "")) for cells in told)
    return tuple(dict.fromkeys(pair for pair in pairs if all(map(is_name, pair))))


def one_value(told: Iterable[Told], column: str, known: Iterable[str]) -> str:
    """What these cells say in a column, when they agree on one of the known values."""
    found = {cells.get(column, "").casefold() for cells in told}.intersection(known)
    return found.pop() if len(found) == 1 else ""


def marked(
    problems: Iterable["Problem"], hidden: Iterable[Hidden], school: str, role: Role
) -> Iterator["Problem"]:
    """The problems, with a mark at those of lines that may hide anybody of a school and role."""
    lines = {(one.file, one.line) for one in hidden if one.may_be(school, role)}
    for problem in problems:
        hides = (problem.file, problem.line) in lines
        yield problem.model_copy(update={"hides": True}) if hides else problem
