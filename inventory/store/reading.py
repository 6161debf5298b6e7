"""The store's reading side: a connection that cannot write, and the questions it answers."""

import shutil
import sqlite3
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from inventory.errors import StoreError, UnreachableError
from inventory.messages import Message, _, say
from inventory.records.base import Record
from inventory.store.codec import codec_of
from inventory.store.queries import (
    And,
    Compare,
    Contains,
    Eq,
    Filter,
    In,
    Not,
    Or,
    Order,
    Query,
    Value,
)
from inventory.store.schema import check_version

R = TypeVar("R", bound=Record)
BUSY_SECONDS = 30.0
_LEAST_ROOM = 64 * 1024
"""SQLite's shared memory file and a few pages (https://www.sqlite.org/walformat.html)."""
_WINDOW = 500


def is_full(path: Path) -> bool:
    """True when the disk that a file is on, or would be on, has no room for a page of it."""
    try:
        return shutil.disk_usage(path.parent).free < _LEAST_ROOM
    except OSError:
        return False


def disk_full(path: Path) -> Message:
    """That there is no room on the disk of this file, and what to do."""
    message = _("The disk with {path} is full. Make room, then repeat the command.")
    return say(message, path=str(path))


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite says about locks, disks and damage into a Message."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            message = _("{path} is being written by someone else for too long. Try again.")
            raise UnreachableError(say(message, path=str(path))) from error
        # SQLite calls it an I/O error, or a file that cannot be opened, when only the shared
        # memory file beside the store does not fit any more.
        if "full" in text or is_full(path):
            raise StoreError(disk_full(path)) from error
        message = _("{path} cannot be used: {detail}. Check the folder, its owner and its disk.")
        raise StoreError(say(message, path=str(path), detail=text)) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise
        message = _("{path} is damaged: {detail}. Restore it from a backup.")
        raise StoreError(say(message, path=str(path), detail=str(error))) from error


def _columns_of(codec_names: Sequence[str]) -> frozenset[str]:
    return frozenset((*codec_names, "key", "sort_key", "search_text"))


def _compile(where: Filter, columns: frozenset[str], values: list[Any]) -> str:  # noqa: PLR0911 - one line a node
    """SQL of a filter tree; field names are checked, values are bound."""
    match where:
        case And(parts=parts):
            return "(" + (" AND ".join(_compile(p, columns, values) for p in parts) or "1=1") + ")"
        case Or(parts=parts):
            return "(" + (" OR ".join(_compile(p, columns, values) for p in parts) or "1=0") + ")"
        case Not(part=part):
            return f"NOT {_compile(part, columns, values)}"
        case Contains(text=text):
            words = text.casefold().split()
            values.extend("%" + _escape(word) + "%" for word in words)
            like = " AND ".join("search_text LIKE ? ESCAPE '!'" for _word in words)
            return f"({like or '1=1'})"
    if where.field not in columns:
        raise KeyError(where.field)
    match where:
        case Eq(field=field, value=None):
            return f"{field} IS NULL"
        case Eq(field=field, value=value):
            values.append(value)
            return f"{field} = ?"
        case In(field=field, values=several):
            values.extend(several)
            return f"{field} IN ({', '.join('?' * len(several))})"
        case Compare(op=op, field=field, value=value):
            values.append(value)
            return f"{field} {op} ?"


def _escape(word: str) -> str:
    return word.replace("!", "!!").replace("%", "!%").replace("_", "!_")


class SqliteReader:
    """Answers questions about now. `as_of` and `overlay` shadow the tables it reads."""

    def __init__(self, path: Path) -> None:
        """Open read-only; raises StoreError when there is no usable store."""
        self.path = path
        if not path.is_file():
            message = _("There is no inventory at {path}. Create it with `schoolnet init`.")
            raise StoreError(say(message, path=str(path)))
        with translated(path):
            self.connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro",
                uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False,
            )  # fmt: skip
            try:
                check_version(self.connection, path)
            except BaseException:
                self.connection.close()
                raise

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def __enter__(self) -> "SqliteReader":
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def execute(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of one statement: no read transaction outlives its query."""
        with translated(self.path):
            return self.connection.execute(sql, values).fetchall()

    def _select(self, query: Query, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        known = _columns_of(codec_of(query.kind).names)
        values: list[Any] = []
        if unknown := set(columns) - known:
            raise KeyError(unknown.pop())
        sql = f"SELECT {', '.join(columns)} FROM {query.kind}"
        if query.where is not None:
            sql += " WHERE " + _compile(query.where, known, values)
        if query.order:
            for order in query.order:
                if order.field not in known:
                    raise KeyError(order.field)
            parts = [f"{o.field} {'DESC' if o.descending else 'ASC'}" for o in query.order]
            sql += " ORDER BY " + ", ".join([*parts, "key"])
        if query.limit is not None:
            sql += " LIMIT ?"
            values.append(query.limit)
        return self.execute(sql, values)

    def get(self, model: type[R], record_id: str) -> R | None:
        """One record by its id."""
        return next(self.records(model, Eq(field="id", value=record_id)), None)

    def records(
        self, model: type[R], where: Filter | None = None, order: tuple[Order, ...] = ()
    ) -> Iterator[R]:
        """Records of a kind; the rows are read before this returns."""
        codec = codec_of(model.kind)
        rows = self._select(Query(kind=model.kind, where=where, order=order), codec.names)
        return (codec.record(row) for row in rows)  # type: ignore[misc]  # codec of this model

    def rows(self, query: Query) -> list[tuple[Value, ...]]:
        """Only the asked columns, as stored values."""
        return self._select(query, query.columns or codec_of(query.kind).names)

    def count(self, query: Query) -> int:
        """How many records match."""
        values: list[Any] = []
        sql = f"SELECT count(*) FROM {query.kind}"
        if query.where is not None:
            known = _columns_of(codec_of(query.kind).names)
            sql += " WHERE " + _compile(query.where, known, values)
        return int(self.execute(sql, values)[0][0])

    def keys(self, query: Query) -> "array[int]":
        """The row keys in order, 8 bytes a row."""
        return array("q", (row[0] for row in self._select(query, ("key",))))

    def window(
        self, kind: str, keys: Sequence[int], columns: Sequence[str]
    ) -> list[tuple[Value, ...] | None]:
        """Rows by their keys, in that order; None for one that is gone."""
        found: dict[int, tuple[Value, ...]] = {}
        for start in range(0, len(keys), _WINDOW):
            part = tuple(keys[start : start + _WINDOW])
            query = Query(kind=kind, where=In(field="key", values=part))
            found.update((r[0], r[1:]) for r in self._select(query, ("key", *columns)))
        return [found.get(key) for key in keys]

    def head(self) -> int:
        """The number of the newest journal entry."""
        return int(self.execute("SELECT seq FROM head")[0][0])

    def version(self) -> int:
        """Changes whenever somebody else has committed: cheap to poll."""
        return int(self.execute("PRAGMA data_version")[0][0])
