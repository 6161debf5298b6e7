"""What the inventory wanted of each entry when the directory was last seen to have it so.

Only that tells drift from wishes which were not applied yet. Kept are short hashes by part (an
attribute, the place, the lock) and no values; see `provisioning.directory.drift`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from inventory.store.reading import SqliteReader
from inventory.store.writing import Transaction

Parts = Mapping[str, Any]
"""What was wanted, by part: JSON."""


class Brought(NamedTuple):
    """One entry as it was wanted. `key` is the one that marks it as ours; `at` in microseconds."""

    key: str
    record: str
    person: str
    parts: Parts
    at: int = 0


def brought(reader: SqliteReader, key: str) -> Brought | None:
    """What was last brought to the entry of this key; None: nothing is known of it."""
    sql = "SELECT key, record, person, body, at FROM brought WHERE key = ?"
    rows = reader.execute(sql, (key,))
    if not rows:
        return None
    key, record, person, body, at = rows[0]
    return Brought(key, record, person, json.loads(body), at)


def known_brought(reader: SqliteReader) -> Callable[[str], Brought | None]:
    """`brought` of a reader; where nothing is remembered at all, nothing is asked."""
    if reader.execute("SELECT 1 FROM brought LIMIT 1"):
        return lambda key: brought(reader, key)
    return lambda _key: None


def save_brought(tx: Transaction, rows: Iterable[Brought]) -> None:
    """Remember entries that are as they were wanted; what is remembered already keeps its time."""
    tx.execute_many(
        "INSERT INTO brought VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET "
        "record = excluded.record, person = excluded.person, at = excluded.at, "
        "body = excluded.body WHERE body <> excluded.body",
        ((row.key, row.record, row.person, tx.now, _stored(row.parts)) for row in rows),
    )


def keep_only(tx: Transaction, keys: frozenset[str]) -> None:
    """Forget all entries but these."""
    known = [row[0] for row in tx.execute("SELECT key FROM brought")]
    gone = ((key,) for key in known if key not in keys)
    tx.execute_many("DELETE FROM brought WHERE key = ?", gone)


def forget_brought(tx: Transaction, record: str) -> None:
    """Its entries are being changed: until they are read again, nothing is known of them."""
    tx.execute("DELETE FROM brought WHERE record = ?", (record,))


def _stored(parts: Parts) -> bytes:
    return json.dumps(parts, sort_keys=True, separators=(",", ":")).encode()
