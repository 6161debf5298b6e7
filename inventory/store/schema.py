"""The tables. Record tables follow the models: a new field is a new column, added on open.

Every kind has a table of now and a ``_history`` table with the same columns and since, until.
History holds every version, also the one that still holds (until = FOREVER), so that a past
day is one range over one table.
"""

import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from inventory.errors import StoreError
from inventory.messages import _, say
from inventory.records import KINDS
from inventory.store.codec import Codec, codec_of

if TYPE_CHECKING:
    from sqlite_utils import Database

VERSION = 4
"""Raised when programs of before could not read the store any more, nor we one of theirs.

2: accounts in grace and deleted ones. 3: what was brought to the directory, results of hooks.
4: a delivery's classes, lines of it that may hide anybody, deliveries that were withdrawn.
"""

_PLAIN_TABLES: dict[str, tuple[dict[str, type], str | tuple[str, ...]]] = {
    "head": ({"id": int, "seq": int, "hash": bytes}, "id"),
    "journal": (
        {"seq": int, "time": int, "kind": str, "action": str, "school": str, "record": str,
         "run": str, "commitment": bytes, "hash": bytes}, "seq"),
    "payload": ({"seq": int, "salt": bytes, "body": bytes}, "seq"),
    "used_name": ({"hash": bytes}, "hash"),
    "delivery": (
        {"id": str, "made_at": int, "actor": str, "source": str, "system": str, "school": str,
         "role": str, "school_year": str, "file_name": str, "sha256": str, "size": int,
         "format": str, "encoding": str, "row_count": int, "problem_count": int,
         "absence_counts": int, "complete": int,
         "seq": int, "state": str}, "id"),
    "delivery_row": ({"delivery": str, "line": int, "person": str, "body": bytes},
                     ("delivery", "line")),
    "delivery_problem": ({"delivery": str, "position": int, "body": bytes},
                         ("delivery", "position")),
    "delivery_class": ({"delivery": str, "position": int, "body": bytes},
                       ("delivery", "position")),
    "plan": ({"id": str, "made_at": int, "body": bytes, "complete": int}, "id"),
    "plan_change": (
        {"plan": str, "position": int, "id": str, "target": str, "action": str, "kind": str,
         "key": str, "record": str, "person": str, "school": str, "role": str, "grouped": str,
         "risk": str, "needs": str, "body": bytes}, ("plan", "position")),
    "plan_excluded": ({"plan": str, "change": str}, ("plan", "change")),
    "plan_lifted": ({"plan": str, "name": str, "reason": str}, ("plan", "name")),
    "run": (
        {"id": str, "plan": str, "digest": str, "actor": str, "started_at": int,
         "ended_at": int, "state": str, "control": str, "stage": str, "total": int,
         "message": bytes}, "id"),
    "run_change": (
        {"run": str, "change": str, "outcome": str, "message": bytes, "at": int,
         "person": str, "uuid": str}, ("run", "change")),
    "run_hook": (
        {"run": str, "change": str, "hook": str, "good": int, "message": bytes, "at": int},
        ("run", "change", "hook")),
    "directory_entry": ({"record": str, "uuid": str}, "record"),
    "brought": ({"key": str, "record": str, "person": str, "at": int, "body": bytes}, "key"),
}  # fmt: skip

_PLAIN_INDEXES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("journal", ("record",)),
    ("journal", ("school", "seq")),
    ("delivery", ("school", "role", "made_at")),
    ("delivery_row", ("person",)),
    ("plan_change", ("plan", "id")),
    ("plan_change", ("plan", "target", "school", "grouped", "position")),
    ("plan_change", ("person",)),
    ("run_change", ("person",)),
    ("brought", ("record",)),
    ("brought", ("person",)),
    ("run", ("plan",)),
)


def _plain(database: "Database") -> None:
    for name, (columns, key) in _PLAIN_TABLES.items():
        database.table(name).create(columns, pk=key, if_not_exists=True)
    for name, index in _PLAIN_INDEXES:
        database.table(name).create_index(index, if_not_exists=True)
    if "state" not in {column.name for column in database.table("delivery").columns}:
        # A store of before kept the rows of the newest ones only.
        database.table("delivery").add_column("state", str)
        newest = "SELECT max(seq) FROM delivery WHERE complete = 1 GROUP BY source, school, role"
        state = f"CASE WHEN complete = 1 AND seq NOT IN ({newest}) THEN 'dropped' ELSE '' END"
        database.execute(f"UPDATE delivery SET state = {state}")
    database.execute("INSERT INTO head VALUES (1, 0, ?) ON CONFLICT DO NOTHING", (bytes(32),))


def _unique_index(codec: Codec, group: tuple[str, ...]) -> str:
    # An empty single value means "not known" and may occur often; in a group it is a value.
    condition = f" WHERE {group[0]} <> ''" if len(group) == 1 else ""
    name = f"{codec.kind}_unique_{'_'.join(group)}"
    columns = ", ".join(group)
    return f"CREATE UNIQUE INDEX IF NOT EXISTS {name} ON {codec.kind} ({columns}){condition}"


def _record_tables(database: "Database", codec: Codec) -> None:
    types: dict[str, type] = {c.name: int if c.integer else str for c in codec.columns}
    texts: dict[str, type] = {"sort_key": str, "search_text": str}
    now, past = database.table(codec.kind), database.table(f"{codec.kind}_history")
    # Since and until come first: to reach them SQLite walks over all columns before.
    for table, extra in ((now, {}), (past, {"since": int, "until": int})):
        columns: dict[str, type] = {"key": int, **extra, **types, **texts}
        if not table.exists():
            table.create(columns, pk="key")
        for missing in columns.keys() - {c.name for c in table.columns}:
            table.add_column(missing, columns[missing])
            sql = f"UPDATE {table.name} SET {missing} = ?"
            database.execute(sql, (codec.default(missing),))
    now.create_index(["id"], unique=True, if_not_exists=True)
    past.create_index(["id", "until"], if_not_exists=True)
    for field in codec.model.indexed:
        now.create_index([field], if_not_exists=True)
    for group in codec.model.unique:
        database.execute(_unique_index(codec, group))
    if codec.model.personal not in {"", "id"}:
        past.create_index([codec.model.personal], if_not_exists=True)


def migrate(connection: sqlite3.Connection) -> None:
    """Create what is missing; safe to repeat. The caller holds the write lock."""
    from sqlite_utils import Database

    database = Database(connection)
    _plain(database)
    for kind in KINDS:
        _record_tables(database, codec_of(kind))
    connection.execute(f"PRAGMA user_version = {VERSION}")


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Raise StoreError when the file is no store, or one of a newer or an older program.

    An OperationalError is let through: a full disk or a lock is no damage.
    """
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError as error:
        message = _("{path} is not an inventory, or it is damaged. Restore it from a backup.")
        raise StoreError(say(message, path=str(path))) from error
    if version == 0:
        message = _("{path} holds no inventory yet. Create it with `schoolnet init`.")
        raise StoreError(say(message, path=str(path)))
    if version > VERSION:
        message = _("{path} was written by a newer schoolnet. Update this one.")
        raise StoreError(say(message, path=str(path)))
    if version < VERSION:
        message = _("{path} was written by an older schoolnet. Bring it up to date with "
                    "`schoolnet init`; keep a copy of the folder first.")  # fmt: skip
        raise StoreError(say(message, path=str(path)))
