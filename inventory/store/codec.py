"""Records to stored values and back; sort and search text made in Python.

The database never sorts or folds text itself: SQLite and PostgreSQL would disagree.
"""

import json
import re
import sys
import types
import unicodedata
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import to_json

from inventory.records import KINDS
from inventory.records.base import REF, Record, made_of
from inventory.records.changes import canonical_json

Stored = str | int | None
R = TypeVar("R", bound=Record)

_OWN_COLUMNS = {"key", "sort_key", "search_text", "since", "until"}
_DIGITS = re.compile(r"\d+")
_SHARP = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l"})


@lru_cache(maxsize=16384)
def sort_text(text: str) -> str:
    """The key a German reader sorts by (DIN 5007-1): ä as a, ß as ss, numbers by their value."""
    folded = text.casefold()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded.translate(_SHARP))
        folded = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _DIGITS.sub(lambda m: m[0].zfill(8), folded)


class Column(NamedTuple):
    """One field as it is stored. `encode` makes a JSON value and `decode` the field's value of a
    stored one; None: it already is one.
    """

    name: str
    integer: bool = False
    listed: bool = False
    encode: Callable[[Any], Any] | None = None
    decode: Callable[[Any], Any] | None = None


def _column(name: str, field: FieldInfo) -> Column:
    annotation = field.annotation
    alternatives = [annotation]
    if get_origin(annotation) in (Union, types.UnionType):
        alternatives = [part for part in get_args(annotation) if part is not type(None)]
    base = alternatives[0]
    if get_origin(base) is tuple:
        return Column(name, listed=True, encode=list)
    if isinstance(base, type) and issubclass(base, StrEnum):
        members: dict[str | None, StrEnum | None] = {None: None}
        members |= {member.value: member for member in base}
        return Column(name, encode=lambda v: v and v._value_, decode=members.__getitem__)
    if base is date:
        return Column(name, encode=lambda v: v and v.isoformat(), decode=_or_none(_day))
    if base is bool:
        return Column(name, integer=True, encode=_or_none(int), decode=_or_none(bool))
    if name == "id" or field.description == REF:
        return Column(name, decode=sys.intern)  # a person's id is in a dozen records
    return Column(name, integer=base is int)


def _or_none(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else convert(value)


_day = lru_cache(maxsize=16384)(date.fromisoformat)
"""Pupils are born on some 6,000 days."""


class Codec:
    """How one kind of record is stored. Columns are the model's fields, in sorted order."""

    def __init__(self, model: type[Record]) -> None:
        self.model = model
        self.kind = model.kind
        fields = model.model_fields
        self.columns = [_column(name, fields[name]) for name in sorted(fields)]
        self.names = [column.name for column in self.columns]
        assert not _OWN_COLUMNS & set(self.names), "a field has the name of a column of the store"
        self.stored_names = [*self.names, "sort_key", "search_text"]
        self._fields = itemgetter(*self.names)
        self._encoders = [(i, c.encode) for i, c in enumerate(self.columns) if c.encode]
        self._decoders = [(i, c.decode) for i, c in enumerate(self.columns) if c.decode]
        self._listed = [i for i, c in enumerate(self.columns) if c.listed]
        self._make = made_of(model)

    def values(self, record: Record) -> list[Any]:
        """The fields as JSON values, in column order."""
        values = list(self._fields(record.__dict__))
        for i, encode in self._encoders:
            values[i] = encode(values[i])
        return values

    def row(self, record: Record, values: list[Any]) -> tuple[Stored, ...]:
        """The stored row of `values`, with sort key and search text."""
        if self._listed:
            values = list(values)
            for i in self._listed:
                values[i] = json.dumps(values[i], separators=(",", ":"))
        fields = record.__dict__
        sort_key = "\x1f".join([sort_text(fields[f]) for f in self.model.sorted_by if fields[f]])
        search = "\x1f".join([fields[f] for f in self.model.searched if fields[f]])
        return (*values, sort_key, search.casefold())

    def default(self, name: str) -> Stored:
        """What is stored of a field in records that were written before it came."""
        column = self.columns[self.names.index(name)] if name in self.names else None
        if column is None:
            return None  # not a field, but a column of the store
        value = self.model.model_fields[name].get_default(call_default_factory=True)
        stored: Stored = column.encode(value) if column.encode else value
        return json.dumps(stored, separators=(",", ":")) if column.listed else stored

    def body(self, values: list[Any]) -> dict[str, Any]:
        """The record as a JSON object with sorted keys."""
        return dict(zip(self.names, values, strict=True))

    def record(self, row: tuple[Any, ...]) -> Record:
        """The record of a stored row (fields only, in column order).

        What was checked when it was stored is not checked again, but for lists: people come in
        hundreds of thousands, and have none.
        """
        if self._listed:
            fields = dict(zip(self.names, row, strict=True))
            for i in self._listed:
                fields[self.names[i]] = json.loads(row[i])
            return self.model.model_validate(fields)
        values = list(row)
        for i, decode in self._decoders:
            values[i] = decode(values[i])
        return self._make(dict(zip(self.names, values, strict=True)))

    def from_body(self, body: dict[str, Any]) -> Record:
        """The record of a payload. Fields that came later get their defaults."""
        return self.model.model_validate(body)


@cache
def codec_of(kind: str) -> Codec:
    """The codec of a kind; raises KeyError for an unknown one."""
    return Codec(KINDS[kind])


def payload_body(**parts: Any) -> bytes:
    """Payload bytes: canonical JSON that carries its schema number and is never rewritten."""
    return canonical_json({"schema": 1, **parts})


def edit_body(actor: str, after: dict[str, Any] | None, reason: str) -> bytes:
    """The payload of an edit. Its keys are in order already, so nothing is sorted again."""
    return to_json({"actor": actor, "after": after, "reason": reason, "schema": 1})
