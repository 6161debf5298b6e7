"""Inventory records as JSON Lines: one record a line, ``{"kind": "school", "number": …}``."""

import json
from collections.abc import Iterable, Iterator, Sequence

from pydantic import ValidationError

from inventory.errors import UsageError
from inventory.messages import Message, _, say
from inventory.records import KINDS, Loan, Person
from inventory.records.base import Edit, Record
from inventory.store.codec import codec_of
from inventory.store.protocol import Reader
from inventory.store.queries import And, Eq, Value
from inventory.validation import reason_of

_PERSONAL = frozenset(kind for kind, model in KINDS.items() if model.personal) - {Loan.kind}


def edits_of_lines(reader: Reader, lines: Iterable[str], file: str) -> list[Edit]:
    """The edits that make the inventory say what the lines say; unchanged records are left out.

    Raises UsageError that names file and line. People come from rosters and are refused here;
    what is lent to them is not, when the inventory knows them.
    """
    edits: dict[tuple[str, str], Edit] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            where = f"{file}:{number}"
            record = _record(line, where)
            if isinstance(record, Loan) and reader.get(Person, record.person) is None:
                message = _("{where}: no person has the id {person}.")
                raise UsageError(say(message, where=where, person=record.person))
            before = reader.get(type(record), record.id)
            if before != record:
                edits[record.kind, record.id] = Edit(before, record)
    return list(edits.values())


def _record(line: str, where: str) -> Record:
    try:
        body = json.loads(line)
        kind = body.pop("kind")
        model = KINDS[kind]
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        message = _('{where}: each line is a JSON object with a known "kind", such as school.')
        raise UsageError(say(message, where=where)) from error
    if kind in _PERSONAL:
        message = _("{where}: people come from rosters: use `schoolnet import roster`.")
        raise UsageError(say(message, where=where))
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        message = _("{where}: {field}: {reason}.")
        raise UsageError(say(message, where=where, field=field, reason=reason_of(first))) from error


def taken_value(reader: Reader, edits: Sequence[Edit], file: str) -> Message | None:
    """Which record has a value that another one has too and that must be unique; None: none."""
    edited = {edit.record.id for edit in edits}
    owners: dict[tuple[str, tuple[str, ...], tuple[Value, ...]], str] = {}
    for record in (edit.after for edit in edits if edit.after):
        codec = codec_of(record.kind)
        body = codec.body(codec.values(record))
        for group in record.unique:
            values = tuple(body[field] for field in group)
            if values == ("",):
                continue  # not known: may occur often
            same = And(parts=tuple(map(_equal, group, values)))
            stored = [found.id for found in reader.records(type(record), same)]
            owner = owners.setdefault((record.kind, group, values), record.id)
            others = {owner, *(found for found in stored if found not in edited)} - {record.id}
            if others:
                message = _("{file}: the {kind} {id} has the same {fields} as {other}: {values}. "
                            "Give one of them another.")  # fmt: skip
                return say(message, file=file, kind=record.kind, id=record.id, other=others.pop(),
                           fields=", ".join(group), values=", ".join(map(str, values)))  # fmt: skip
    return None


def _equal(field: str, value: Value) -> Eq:
    return Eq(field=field, value=value)


def lines_of(records: Iterable[Record]) -> Iterator[str]:
    """The lines that `edits_of_lines` reads back without a change."""
    for record in records:
        codec = codec_of(record.kind)
        body = {"kind": record.kind, **codec.body(codec.values(record))}
        yield json.dumps(body, ensure_ascii=False)
