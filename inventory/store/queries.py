"""A question to the store, as a frozen value: kind, filter tree, order, columns."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field

from inventory.records.base import Frozen

Value = str | int | None


class Eq(Frozen):
    """The field equals the value (None: has no value)."""

    op: Literal["eq"] = "eq"
    field: str
    value: Value


class In(Frozen):
    """The field equals one of the values."""

    op: Literal["in"] = "in"
    field: str
    values: tuple[Value, ...]


class Compare(Frozen):
    """The field is before or after a value."""

    op: Literal["<", "<=", ">", ">="]
    field: str
    value: str | int


class Contains(Frozen):
    """The record's searchable text contains all these words, in any case."""

    op: Literal["contains"] = "contains"
    text: str


class Not(Frozen):
    """The filter does not hold."""

    op: Literal["not"] = "not"
    part: "Filter"


class And(Frozen):
    """All parts hold."""

    op: Literal["and"] = "and"
    parts: tuple["Filter", ...]


class Or(Frozen):
    """One of the parts holds."""

    op: Literal["or"] = "or"
    parts: tuple["Filter", ...]


Filter = Annotated[Eq | In | Compare | Contains | Not | And | Or, Field(discriminator="op")]

for _model in (Not, And, Or):
    _model.model_rebuild()


class Order(Frozen):
    """One column to sort by. ``sort_key`` is the reading order of the kind (DIN 5007)."""

    field: str = "sort_key"
    descending: bool = False


class Query(Frozen):
    """What to read. `columns` empty means all fields of the record."""

    kind: str
    where: Filter | None = None
    order: tuple[Order, ...] = ()
    columns: tuple[str, ...] = ()
    limit: int | None = None


_AT_ONCE = 500


def in_parts(field: str, values: Iterable[str]) -> Iterator[In]:
    """Filters for many values of a field: a statement takes only so many parameters."""
    every = sorted(values)
    for start in range(0, len(every), _AT_ONCE):
        yield In(field=field, values=tuple(every[start : start + _AT_ONCE]))
