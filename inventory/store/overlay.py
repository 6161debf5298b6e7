"""A past day, or the inventory as it would be after a plan: temp views that shadow the tables.

Code that reads does not know that it reads an overlay. The temp schema belongs to the one
read-only connection, so nobody else sees it and no writer is blocked.
"""

from collections.abc import Iterable, Iterator

from inventory.records import KINDS
from inventory.records.base import Edit, Record
from inventory.store.codec import Codec, codec_of
from inventory.store.reading import SqliteReader

_CACHE_KIB = 64 * 1024
"""Holds the indexes of 100,000 overlaid people; with SQLite's 2 MiB they take 7 times as long."""


def shadow_as_of(reader: SqliteReader, moment: int) -> None:
    """Let `reader` see the inventory as it was recorded at `moment` (microseconds, UTC)."""
    for kind in KINDS:
        columns = ", ".join(["key", *codec_of(kind).stored_names])
        reader.execute(
            f"CREATE TEMP VIEW {kind} AS SELECT {columns} FROM main.{kind}_history "
            f"WHERE since <= {int(moment)} AND until > {int(moment)}"
        )


class Overlay:
    """Edits that only one reader sees, over the tables it reads."""

    def __init__(self, reader: SqliteReader) -> None:
        self.reader = reader
        reader.execute(f"PRAGMA temp.cache_size = -{_CACHE_KIB}")
        self._shadowed: set[str] = set()
        self._key = 0

    def put(self, edits: Iterable[Edit]) -> None:
        """Show these edits to the reader from now on."""
        by_kind: dict[str, list[Edit]] = {}
        for edit in edits:
            by_kind.setdefault(edit.record.kind, []).append(edit)
        with self.reader.connection as connection:  # ends the transaction
            connection.execute("BEGIN")  # or each row is a transaction of its own
            for kind, part in by_kind.items():
                codec = codec_of(kind)
                if kind not in self._shadowed:
                    self._shadow(codec)
                self._insert(codec, part)

    def _shadow(self, codec: Codec) -> None:
        kind, columns = codec.kind, ["key", *codec.stored_names]
        listed = ", ".join(columns)
        execute = self.reader.execute
        execute(f"CREATE TEMP TABLE {kind}_wish AS SELECT {listed} FROM main.{kind} LIMIT 0")
        execute(f"CREATE UNIQUE INDEX temp.{kind}_wish_id ON {kind}_wish (id)")
        for field in codec.model.indexed:
            execute(f"CREATE INDEX temp.{kind}_wish_{field} ON {kind}_wish ({field})")
        execute(f"CREATE TEMP TABLE {kind}_gone (key INTEGER PRIMARY KEY)")
        # By key, not by id: reading everything then costs a fifth less.
        execute(
            f"CREATE TEMP VIEW {kind} AS SELECT {listed} FROM main.{kind} "
            f"WHERE key NOT IN (SELECT key FROM temp.{kind}_gone) "
            f"UNION ALL SELECT {listed} FROM temp.{kind}_wish"
        )
        self._shadowed.add(kind)

    def _insert(self, codec: Codec, edits: list[Edit]) -> None:
        kind, marks = codec.kind, ", ".join("?" * (1 + len(codec.stored_names)))
        ids = [(edit.record.id,) for edit in edits]
        connection = self.reader.connection
        connection.executemany(
            f"INSERT INTO temp.{kind}_gone SELECT key FROM main.{kind} WHERE id = ? "
            "ON CONFLICT DO NOTHING",
            ids,
        )
        connection.executemany(f"DELETE FROM temp.{kind}_wish WHERE id = ?", ids)
        rows = self._rows(codec, (edit.after for edit in edits if edit.after))
        connection.executemany(f"INSERT INTO temp.{kind}_wish VALUES ({marks})", rows)

    def _rows(self, codec: Codec, records: Iterable[Record]) -> Iterator[tuple[object, ...]]:
        for record in records:
            self._key -= 1  # below zero: never the key of a stored row
            yield (self._key, *codec.row(record, codec.values(record)))
