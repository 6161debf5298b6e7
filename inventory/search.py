"""Find anything: a serial number, a MAC address in any spelling, a name, a room."""

from inventory.records import KINDS
from inventory.records.base import Record, normalise_mac
from inventory.store.protocol import Reader
from inventory.store.queries import Contains

_SHORTEST = 2


def search_words(text: str) -> str:
    """What to look for: a MAC address becomes its one spelling, all else stays."""
    try:
        return normalise_mac(text)
    except ValueError:
        return text.strip()


def find_records(reader: Reader, text: str, limit: int = 50) -> list[Record]:
    """Records whose searchable text contains all words, kind by kind; none for one letter."""
    words = search_words(text)
    if len(words) < _SHORTEST:
        return []
    found: list[Record] = []
    for model in KINDS.values():
        if model.searched and len(found) < limit:
            for record in reader.records(model, Contains(text=words)):
                found.append(record)
                if len(found) == limit:
                    break
    return found
