"""Inventory records as JSON Lines: one record a line, ``{"kind": "school", "number": …}``."""

import json
from collections.abc import Iterable, Iterator

from pydantic import ValidationError

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records import KINDS
from inventory.records.base import Edit, Record
from inventory.store.codec import codec_of
from inventory.store.protocol import Reader

_PERSONAL = frozenset(kind for kind, model in KINDS.items() if model.personal)


def edits_of_lines(reader: Reader, lines: Iterable[str], file: str) -> list[Edit]:
    """The edits that make the inventory say what the lines say; unchanged records are left out.

    Raises UsageError that names file and line. People come from rosters and are refused here.
    """
    edits: dict[tuple[str, str], Edit] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            record = _record(line, f"{file}:{number}")
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
        raise UsageError(say(message, where=where, field=field, reason=first["msg"])) from error


def lines_of(records: Iterable[Record]) -> Iterator[str]:
    """The lines that `edits_of_lines` reads back without a change."""
    for record in records:
        codec = codec_of(record.kind)
        body = {"kind": record.kind, **codec.body(codec.values(record))}
        yield json.dumps(body, ensure_ascii=False)
