"""What changed in a period, from the journal: one row for each changed field of each entry."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from inventory.messages import _
from inventory.records import KINDS
from inventory.reports import words
from inventory.reports.listing import Places
from inventory.reports.questions import Question, Report
from inventory.reports.tables import Column, Row, Value, Word
from inventory.reports.values import day_of, moment_of
from inventory.reports.words import FIELD_WORDS, FIELDS, word
from inventory.store.codec import codec_of
from inventory.store.queries import Eq, Query
from inventory.store.reading import SqliteReader
from inventory.store.reporting import PeriodLine, entries_between

_REFERENCES = {"profile": "port_profile"} | {
    kind: kind
    for kind in ("school", "site", "building", "room", "switch", "interface", "lag", "school_class")
}
"""Fields that hold the id of a record, and its kind. Persons stay ids."""
_DAYS = frozenset(
    name
    for model in KINDS.values()
    for name, field in model.model_fields.items()
    if field.annotation == (date | None)
)
_ERASED = Word("erased", _("(erased)"))


class _Difference(NamedTuple):
    """One changed field; the values are empty where they would say who somebody is."""

    field: str
    before: Any = None
    after: Any = None


class _Names:
    """What records are called, for ids in changed fields; as they are called now."""

    def __init__(self, reader: SqliteReader) -> None:
        self._reader = reader
        self.of = lru_cache(maxsize=4096)(self._read)

    def _read(self, kind: str, record: str) -> str:
        query = Query(kind=kind, where=Eq(field="id", value=record), columns=("name",))
        return next((str(name) for (name,) in self._reader.rows(query)), record)


def _tells_no_person(line: PeriodLine) -> bool:
    """True when the entry's values are about things: an inventory record or a switch."""
    model = KINDS.get(line.entry.kind)
    if model is not None:
        return not model.personal
    return line.entry.kind == "change" and (line.body or {}).get("target") == "network"


def _states(line: PeriodLine) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The fields before and after; both empty when the entry is about no fields."""
    body = line.body or {}
    if line.entry.kind in KINDS:
        return (line.previous or {}).get("after") or {}, body.get("after") or {}
    return body.get("before") or {}, body.get("after") or {}


def _differences(
    before: Mapping[str, Any], after: Mapping[str, Any], shown: bool
) -> list[_Difference]:
    """The fields that an update changed; for something new or gone, one row without a field."""
    changed = sorted(f for f in before.keys() | after.keys() if before.get(f) != after.get(f))
    if not (before and after and changed):
        return [_Difference("")]
    return [
        _Difference(f, before.get(f), after.get(f)) if shown else _Difference(f) for f in changed
    ]


def _what(line: PeriodLine, state: Mapping[str, Any]) -> str:
    """What a person would call the thing: the texts it is found by, or the key of a change."""
    if line.entry.kind in KINDS:
        searched = codec_of(line.entry.kind).model.searched
        return " ".join(str(state[field]) for field in searched if state.get(field))
    return str((line.body or {}).get("key", ""))


def _shown(field: str, value: Any, names: _Names) -> Value:
    if value is None or value == "":
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(str(part) for part in value)
    if field in _REFERENCES:
        return names.of(_REFERENCES[field], str(value))
    if field in _DAYS:
        return day_of(value)
    if field in FIELD_WORDS:
        return word(FIELD_WORDS[field], value)
    return value if isinstance(value, int) else str(value)


def _rows(reader: SqliteReader, question: Question) -> Iterator[Row]:
    places, names = Places(reader), _Names(reader)
    entries = entries_between(reader, question.first, question.last, question.school_id)
    for line in entries:
        entry, body = line.entry, line.body or {}
        shown = question.with_names or _tells_no_person(line)
        before, after = _states(line)
        what: Value = _what(line, after or before) if shown else ""
        by, reason = (body.get("actor"), body.get("reason")) if question.with_names else ("", "")
        for field, old, new in _differences(before, after, shown):
            yield (
                entry.seq,
                moment_of(entry.time),
                *places.school(entry.school),
                word(words.KINDS, entry.kind),
                word(words.ACTIONS, entry.action),
                entry.record,
                what if line.body is not None else _ERASED,
                word(FIELDS, field),
                _shown(field, old, names),
                _shown(field, new, names),
                entry.run,
                by,
                str(reason.get("id", "")) if isinstance(reason, dict) else reason,
            )


CHANGES = Report(
    name="changes",
    title=_("Changes in a period"),
    columns=(
        Column("number", _("No."), 8),
        Column("time", _("Time"), 18),
        Column("school_number", FIELDS["number"]),
        Column("school", FIELDS["school"], 32),
        Column("kind", _("Kind"), 16),
        Column("action", _("Action"), 12),
        Column("record", _("Record"), 20),
        Column("what", _("What"), 40),
        Column("field", _("Field"), 18),
        Column("before", _("Before"), 24),
        Column("after", _("After"), 24),
        Column("run", _("Run"), 20),
        Column("by", _("By"), 14, named=True),
        Column("reason", _("Reason"), 32, named=True),
    ),
    rows=_rows,
    personal=True,
    period=True,
)
