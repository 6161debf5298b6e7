"""How a password is made of a key: so many words, digits or characters, always the same.

A recipe stands in the plan, in the operation that sets the password. So what is printed later
does not depend on settings that were changed meanwhile. What a recipe gives for a key and a
change must never change; a better way would be a new field with the old way as its default.
"""

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import log2
from typing import Any, Literal

from pydantic import SecretStr

from inventory.records.changes import Change
from provisioning.directory.easy_words import EASY
from provisioning.directory.words import WORDS

ListName = Literal["german", "easy"]
LISTS: Mapping[str, tuple[str, ...]] = {"german": WORDS, "easy": EASY}
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without what looks alike on paper: i, l, o, I, O, 0, 1."""
_PURPOSE = b"schoolnet initial password 1\0"
GROUP = 4
"""Characters between two hyphens."""
_ATTEMPTS = 1000


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a password is made of: words and digits, or characters; hyphens stand between.

    Fewer than `min_length` characters are made up for by further digits, or characters of the
    alphabet. `avoid` are parts of the owner's name that must not show in it (Active Directory
    refuses such a password).
    """

    words: int = 0
    list: ListName = "german"
    digits: int = 0
    characters: int = 0
    min_length: int = 0
    avoid: tuple[str, ...] = ()

    def password(self, key: bytes, change: str) -> SecretStr:
        """The password of this change under this key."""
        text = ""
        for attempt in range(_ATTEMPTS):
            again = b"\0%d" % attempt if attempt else b""
            digest = hmac.digest(key, _PURPOSE + change.encode() + again, "sha256")
            text = self._compose(int.from_bytes(digest, "big"))
            if self._is_good(text):
                break
        return SecretStr(text)

    @property
    def bits(self) -> float:
        """Entropy: the binary logarithm of how many passwords there are."""
        per_word, per_character = log2(len(LISTS[self.list])), log2(len(ALPHABET))
        return self.words * per_word + self.digits * log2(10) + self.characters * per_character

    @property
    def shortest(self) -> int:
        """Characters of the shortest password that it can give."""
        if self.characters:
            return len(_grouped("x" * self._character_count))
        letters = self.words * min(map(len, LISTS[self.list]))
        hyphens = self.words + bool(self.digits) - 1
        return max(letters + hyphens + self.digits, self.min_length)

    @property
    def categories(self) -> int:
        """How many of small letters, capitals, digits and signs are in every password."""
        if self.characters:
            return 3 + (self._character_count > GROUP)
        capitals = self.words > 0 and self.list == "german"
        hyphens = self.words + bool(self.digits) > 1
        return (self.words > 0) + capitals + (self.digits > 0) + hyphens

    def stored(self) -> dict[str, Any]:
        """As JSON, without what is as by default."""
        default = asdict(Recipe())
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
            if value != default[name]
        }

    @property
    def _character_count(self) -> int:
        count = self.characters
        while len(_grouped("x" * count)) < self.min_length:
            count += 1
        return count

    def _compose(self, number: int) -> str:
        if self.characters:
            signs = []
            for _position in range(self._character_count):
                number, index = divmod(number, len(ALPHABET))
                signs.append(ALPHABET[index])
            return _grouped("".join(signs))
        parts = []
        for _word in range(self.words):
            number, index = divmod(number, len(LISTS[self.list]))
            word = LISTS[self.list][index]
            parts.append(word.capitalize() if self.list == "german" else word)
        if self.digits:
            number, rest = divmod(number, 10**self.digits)
            parts.append(f"{rest:0{self.digits}}")
        text = "-".join(parts)
        while len(text) < self.min_length:
            number, digit = divmod(number, 10)
            text += str(digit)
        return text

    def _is_good(self, text: str) -> bool:
        if self.characters and not (
            any(sign.islower() for sign in text)
            and any(sign.isupper() for sign in text)
            and any(sign.isdigit() for sign in text)
        ):
            return False
        folded = text.casefold()
        return not any(part in folded for part in self.avoid)


def _grouped(signs: str) -> str:
    return "-".join(signs[start : start + GROUP] for start in range(0, len(signs), GROUP))


def recipe_of(change: Change) -> Recipe:
    """The recipe of the password that a change sets; it must set one."""
    for operation in change.operations:
        if isinstance(operation, dict) and isinstance(operation.get("password"), dict):
            fields: Any = operation["password"]
            return Recipe(**{**fields, "avoid": tuple(fields.get("avoid", ()))})
    raise ValueError(f"change {change.id} sets no password")


def sets_password(change: Change) -> bool:
    """True when the change makes an account or gives it a new password."""
    return any(isinstance(one, dict) and "password" in one for one in change.operations)


def must_change(change: Change) -> bool:
    """True when the owner has to choose another password at the first login."""
    return any(isinstance(one, dict) and bool(one.get("must_change")) for one in change.operations)
