"""Used user names in the store: keyed hashes, never the names."""

from inventory.store.reading import SqliteReader


def used_names(reader: SqliteReader) -> frozenset[bytes]:
    """The hashes of all names that any account ever had."""
    return frozenset(row[0] for row in reader.execute("SELECT hash FROM used_name"))


def is_used(reader: SqliteReader, digest: bytes) -> bool:
    """Whether this hash is among them, without reading all: for the few rows of one file."""
    return bool(reader.execute("SELECT 1 FROM used_name WHERE hash = ?", (digest,)))


def ever_had(reader: SqliteReader, account: str, name: str) -> bool:
    """Whether the account itself has or had this user name or address."""
    sql = "SELECT 1 FROM account_history WHERE id = ? AND (user_name = ? OR email = ?) LIMIT 1"
    return bool(reader.execute(sql, (account, name, name)))
