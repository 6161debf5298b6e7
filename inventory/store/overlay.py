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
    """Edits that only one reader sees, over the tables it reads, from the next `show` on."""

    def __init__(self, reader: SqliteReader) -> None:
        self.reader = reader
        reader.execute(f"PRAGMA temp.cache_size = -{_CACHE_KIB}")
        self._kinds: dict[str, bool] = {}
        """Kinds with edits; True: the reader sees them."""
        self._key = 0

    def put(self, edits: Iterable[Edit]) -> None:
        """Take in edits. Those of a kind that is shown already are seen at once."""
        by_kind: dict[str, list[Edit]] = {}
        for edit in edits:
            by_kind.setdefault(edit.record.kind, []).append(edit)
        with self.reader.connection as connection:  # ends the transaction
            connection.execute("BEGIN")  # or each row is a transaction of its own
            for kind, part in by_kind.items():
                codec = codec_of(kind)
                if kind not in self._kinds:
                    self._make_tables(codec)
                self._insert(codec, part)

    def show(self) -> None:
        """Let the reader see all edits from now on."""
        for kind, shown in self._kinds.items():
            if not shown:
                listed = _listed(codec_of(kind))
                # By key, not by id: reading everything then costs a fifth less.
                self.reader.execute(
                    f"CREATE TEMP VIEW {kind} AS SELECT {listed} FROM main.{kind} "
                    f"WHERE key NOT IN (SELECT key FROM temp.{kind}_gone) "
                    f"UNION ALL SELECT {listed} FROM temp.{kind}_wish"
                )
                self._kinds[kind] = True

    def _make_tables(self, codec: Codec) -> None:
        kind, listed = codec.kind, _listed(codec)
        execute = self.reader.execute
        execute(f"CREATE TEMP TABLE {kind}_wish AS SELECT {listed} FROM main.{kind} LIMIT 0")
        execute(f"CREATE UNIQUE INDEX temp.{kind}_wish_id ON {kind}_wish (id)")
        for field in codec.model.indexed:
            execute(f"CREATE INDEX temp.{kind}_wish_{field} ON {kind}_wish ({field})")
        execute(f"CREATE TEMP TABLE {kind}_gone (key INTEGER PRIMARY KEY)")
        self._kinds[kind] = False

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


def _listed(codec: Codec) -> str:
    return ", ".join(["key", *codec.stored_names])
