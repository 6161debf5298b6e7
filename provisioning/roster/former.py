"""Names that people had: known again when a school still delivers them, and written nowhere.

What is kept are keyed hashes, beside those of used user names. Each is of the person's id and one
name, so nobody can tell from them who had which name, nor that two people had the same one.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator

from inventory.records import Person
from inventory.records.base import derive_id
from inventory.rosters.rows import Reading, RosterRow
from inventory.rosters.values import NAME_KEY
from inventory.store.names import is_used
from inventory.store.reading import SqliteReader
from provisioning.roster.letters import to_letters
from provisioning.roster.names import NameHasher

_SEALED = f"{NAME_KEY}~"
_WORD = re.compile(r"[^\W\d_]+")


def words_of(text: str) -> set[str]:
    """The words of a name or address in small letters, as written and as letters a to z."""
    words = {w for w in _WORD.findall(_folded(text)) if len(w) > 1 or not w.isascii()}
    return words | {letters for word in words if len(letters := to_letters(word)) > 1}


def former_words(old: Person, user_name: str, new: Person) -> set[str]:
    """Words of the old names and the old user name that are none of the new names."""
    now = words_of(f"{new.given_name} {new.family_name}")
    return words_of(f"{old.given_name} {old.family_name} {user_name}") - now


def former_hashes(
    hasher: NameHasher, old: Person, new: Person, words: Iterable[str] = ()
) -> Iterator[bytes]:
    """What to remember of a changed name: it as a whole, and single words that never come back."""
    yield _digest(hasher, new.id, "")
    for before, now in ((old.given_name, new.given_name), (old.family_name, new.family_name)):
        if before != now:
            yield _digest(hasher, new.id, _whole(before))
    for word in words:
        yield _digest(hasher, new.id, f"~{word}")


def sealed_key(hasher: NameHasher, key: str) -> str:
    """What stands for an id of a former name and birth date: nobody can guess the name by it."""
    if not key.startswith(NAME_KEY) or key.startswith(_SEALED):
        return key
    return _SEALED + hasher(f"key\x1f{key}").hex()[:32]


def source_key_id(hasher: NameHasher, person: str, words: tuple[str, str, str]) -> str:
    """The id of a person's key (system, school, record id). It stays in the journal for ever, so
    it says nothing of a name that the key is made of."""
    system, school, record_id = words
    if record_id.startswith(NAME_KEY):
        record_id = hasher(f"id\x1f{record_id}").hex()
    return derive_id("source_key", system, school, person, record_id)


class FormerNames:
    """Corrects rows that still bear a former name. `count` says how many were."""

    def __init__(self, reader: SqliteReader, hasher: NameHasher) -> None:
        self.count = 0
        self._reader = reader
        self._hasher = hasher

    def with_sealed_keys(self, reading: Reading, people: Collection[str]) -> Reading:
        """The file with sealed ids where these are among those of `people`: plain ones say who
        somebody was."""
        if not any(key.startswith(_SEALED) for key in people):
            return reading

        def sealed(key: str) -> str:
            found = sealed_key(self._hasher, key)
            return found if found in people and key not in people else key

        rows = tuple(
            row.model_copy(update={
                "record_id": sealed(row.record_id), "other_ids": tuple(map(sealed, row.other_ids)),
            })
            for row in reading.rows
        )  # fmt: skip
        hidden = tuple(one.model_copy(update={"key": sealed(one.key)}) for one in reading.hidden)
        lost = {line: sealed(key) for line, key in reading.lost.items()}
        return reading.model_copy(update={"rows": rows, "hidden": hidden, "lost": lost})

    def corrected(self, row: RosterRow, person_id: str) -> RosterRow:
        """The row with the names of today where it bears former ones; without such an address."""
        if not self._is_kept(person_id, ""):
            return row
        person = self._reader.get(Person, person_id)
        if person is None:
            return row
        update: dict[str, str] = {}
        for field in ("given_name", "family_name"):
            now: str = getattr(person, field)
            if self._is_former(person, getattr(row, field), now):
                update[field] = now
        local_part = row.email.partition("@")[0]
        if self._is_former(person, local_part, f"{person.given_name} {person.family_name}"):
            update["email"] = ""
        self.count += bool(update)
        return row.model_copy(update=update)

    def _is_former(self, person: Person, text: str, now: str) -> bool:
        if not text or _whole(text) == _whole(now):
            return False
        words = words_of(text) - words_of(now)
        return self._is_kept(person.id, _whole(text)) or any(
            self._is_kept(person.id, f"~{word}") for word in words
        )

    def _is_kept(self, person_id: str, what: str) -> bool:
        return is_used(self._reader, _digest(self._hasher, person_id, what))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _whole(name: str) -> str:
    return "=" + " ".join(_folded(name).split())


def _digest(hasher: NameHasher, person_id: str, what: str) -> bytes:
    return hasher(f"former\x1f{person_id}\x1f{what}")  # no user name holds such a character
