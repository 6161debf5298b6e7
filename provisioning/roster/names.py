"""User names: letters of any script to a-z, collisions numbered, never the same name twice."""

import hashlib
import hmac
import re
from collections.abc import Callable

from anyascii import anyascii
from pydantic import SecretStr

from inventory.errors import UsageError
from inventory.messages import _, say
from provisioning.roster.settings import PLACEHOLDER, AccountSettings

_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ẞ": "Ss"}
)
_NOT_ALLOWED = re.compile(r"[^a-z0-9-]")
_SHORTEST_SECRET = 32


def to_letters(text: str) -> str:
    """``Đorđević`` becomes ``dordevic``, ``Müller`` ``mueller``; only a-z, digits and hyphen."""
    plain = anyascii(text.translate(_GERMAN)).lower()
    return _NOT_ALLOWED.sub("", plain).strip("-")


class NameHasher:
    """Keyed hashes of user names: what was used is remembered without keeping the name."""

    def __init__(self, secret: SecretStr) -> None:
        """Derive the key; raises UsageError when the secret is too short to be one."""
        text = secret.get_secret_value().strip()
        if len(text) < _SHORTEST_SECRET:
            message = _("The sealing key is too short. Let `schoolnet init` make one.")
            raise UsageError(say(message))
        self._key = hmac.digest(text.encode(), b"schoolnet user names", "sha256")

    def __call__(self, name: str) -> bytes:
        """The hash of a name; case does not count."""
        return hmac.digest(self._key, name.casefold().encode(), hashlib.sha256)


class NameMaker:
    """Makes names that nobody has or ever had. One object for one plan."""

    def __init__(
        self, settings: AccountSettings, hasher: NameHasher, is_used: Callable[[bytes], bool]
    ) -> None:
        """`is_used` says whether the store remembers a hash."""
        self.settings = settings
        self.hasher = hasher
        self._is_used = is_used
        self._made: set[str] = set()
        self._next: dict[str, int] = {}
        """Where to go on numbering: a name with 1,000 namesakes is still found in one step."""

    def reserve(self, name: str) -> None:
        """Keep a name that is not in the store: somebody else in the directory has it."""
        self._made.add(name.casefold())

    def make(self, given_name: str, family_name: str) -> str:
        """The next free name for this person."""
        base = self._base(given_name, family_name)
        number = self._next.get(base, 1)
        while True:
            suffix = "" if number == 1 else str(number)
            name = base[: self.settings.max_length - len(suffix)].rstrip(".-_") + suffix
            number += 1
            if name not in self._made and not self._is_used(self.hasher(name)):
                break
        self._next[base] = number
        self._made.add(name)
        return name

    def _base(self, given_name: str, family_name: str) -> str:
        first = (given_name.split() or [""])[0]
        parts = {"given": to_letters(first), "family": to_letters(family_name)}

        def letters(match: "re.Match[str]") -> str:
            text = parts[match[1]]
            return text[: int(match[2])] if match[2] else text

        base = PLACEHOLDER.sub(letters, self.settings.user_name).strip(".-_")
        return base or "konto"
