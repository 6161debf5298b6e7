"""`tui.inventory_sources.RecordSource` on the store."""

from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import JsonValue

from inventory.messages import Message
from inventory.records import KINDS
from inventory.store.codec import codec_of, sort_text
from inventory.store.journals import JournalLine
from inventory.store.queries import And, Contains, Eq, Filter, In, Or, Order, Query, Value
from inventory.store.reading import SqliteReader
from inventory.store.recent import lines_of_record
from schoolnet.sources.names import REFERENCES, Names, called
from tui.inventory_sources import RecordEvent, ShownRecord

_SHORTEST_OF_SCHOOLS = 3
"""Shorter words are in the name of nearly every school."""

Body = Mapping[str, Any]


class StoredRecords:
    """All records, read through one connection."""

    def __init__(self, reader: SqliteReader) -> None:
        self._reader = reader
        self._names = Names(reader)
        self._version = -1

    def version(self) -> int:
        """Another number whenever somebody has written; names are asked for anew then."""
        version = self._reader.version()
        if version != self._version:
            self._version = version
            self._names.forget()
        return version

    def counts(self) -> Mapping[str, int]:
        """How many records there are of each kind."""
        return {kind: self._reader.count(Query(kind=kind)) for kind in KINDS}

    # Lists

    def keys(self, query: Query) -> "array[int]":
        """The rows in order: the reading order of the kind, or that of one other column."""
        query = query.model_copy(update={"where": self._wider(query.kind, query.where)})
        order = next(iter(query.order), Order())
        if order.field == KINDS[query.kind].sorted_by[0]:
            order = Order(descending=order.descending)
        if order.field == "sort_key":
            return self._reader.keys(query.model_copy(update={"order": (order,)}))
        return self._sorted(query, order)

    def _sorted(self, query: Query, order: Order) -> "array[int]":
        """Equal values stay in reading order; rows without a value come last."""
        columns = {"columns": ("key", order.field), "order": (Order(),)}
        rows = self._reader.rows(query.model_copy(update=columns))
        ranks = self._ranks(order.field, {row[1] for row in rows})
        filled = [row for row in rows if row[1] in ranks]
        filled.sort(key=lambda row: ranks[row[1]], reverse=order.descending)
        empty = [row for row in rows if row[1] not in ranks]
        return array("q", (int(row[0] or 0) for row in [*filled, *empty]))

    def _ranks(self, field: str, values: set[Value]) -> Mapping[Value, Any]:
        if field in REFERENCES:
            order = self._names.order(REFERENCES[field])
            return {value: order[str(value)] for value in values if value in order}
        return {
            value: value if isinstance(value, int) else sort_text(value)
            for value in values
            if value not in {None, ""}
        }

    def _wider(self, kind: str, where: Filter | None) -> Filter | None:
        """The same filter, where a word may also be in the name of the record's school."""
        match where:
            case And(parts=parts):
                return And(parts=tuple(part for p in parts if (part := self._wider(kind, p))))
            case Contains(text=text) if "school" in KINDS[kind].model_fields:
                return And(parts=tuple(self._word(word) for word in text.split()))
        return where

    def _word(self, word: str) -> Filter:
        contains = Contains(text=word)
        if len(word) < _SHORTEST_OF_SCHOOLS:
            return contains
        rows = self._reader.rows(Query(kind="school", where=contains, columns=("id",)))
        return Or(parts=(contains, In(field="school", values=tuple(row[0] for row in rows))))

    def window(
        self, kind: str, keys: Sequence[int], columns: Sequence[str]
    ) -> list[tuple[Value, ...] | None]:
        """Rows by their keys, with names in place of ids; None for one that is gone."""
        rows = self._reader.window(kind, keys, columns)
        for place, column in enumerate(columns):
            if column in REFERENCES:
                ids = {row[place] for row in rows if row}
                names = self._names.of(REFERENCES[column], ids)
                rows = [row and _replaced(row, place, names) for row in rows]
        return rows

    # One record

    def key_of(self, kind: str, record: str) -> int | None:
        """The row of a record; None when it is gone."""
        return next(
            iter(self._reader.keys(Query(kind=kind, where=Eq(field="id", value=record)))), None
        )

    def record(self, kind: str, key: int) -> ShownRecord | None:
        """The record in a row; None when it is gone."""
        codec = codec_of(kind)
        (row,) = self._reader.window(kind, [key], codec.names)
        if row is None:
            return None
        body = codec.body(codec.values(codec.record(row)))
        shown = {name: body[name] for name in codec.model.model_fields if name != "id"}
        return ShownRecord(body["id"], kind, called(kind, body), self._named(shown))

    def history(self, kind: str, record: str, limit: int) -> Sequence[RecordEvent]:
        """What happened to a record, newest first."""
        lines = lines_of_record(self._reader, record, limit + 1)
        events = []
        known: Body = {}  # the record before the entry
        for line in reversed(lines):
            events.append(self._event(line, known))
            if line.entry.kind == kind and line.body is not None:
                known = line.body["after"] or {}
        return events[::-1][:limit]

    def _event(self, line: JournalLine, known: Body) -> RecordEvent:
        entry, body = line.entry, line.body
        facts = RecordEvent(entry.time, entry.kind, entry.action, run=entry.run, erased=not body)
        if body is None:
            return facts
        target, key = str(body.get("target", "")), str(body.get("key", ""))
        before, after = body.get("before") or {}, body.get("after") or {}
        if entry.kind in KINDS:
            before = known
        differing = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        return RecordEvent(
            entry.time, entry.kind, entry.action, str(body.get("actor", "")), target, key,
            self._named({name: before[name] for name in differing if name in before}),
            self._named({name: after[name] for name in differing if name in after}),
            tuple(_said(body)), entry.run,
        )  # fmt: skip

    def _named(self, fields: Body) -> dict[str, JsonValue]:
        shown = dict(fields)
        for name in REFERENCES.keys() & shown.keys():
            names = self._names.of(REFERENCES[name], [shown[name]])
            shown[name] = names.get(str(shown[name]), shown[name])
        return shown


def _replaced(row: tuple[Value, ...], place: int, names: Mapping[str, str]) -> tuple[Value, ...]:
    name = names.get(str(row[place]), row[place])
    return (*row[:place], name, *row[place + 1 :])


def _said(body: Body) -> list[Message]:
    """Why, and what the target answered. An edit's reason may be the bare id of a Message."""
    said = []
    for part in (body.get("reason"), body.get("message")):
        if isinstance(part, dict):
            said.append(Message.model_validate(part))
        elif part and "{" not in part and "}" not in part:
            said.append(Message(id=part))
    return said
