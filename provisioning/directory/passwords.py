"""Initial passwords without a list of them: derived from a sealed key, again and again the same.

One random key per run and handout group is sealed before the group's first account is made. A
password follows from the key, the id of the change that sets it and the recipe in that change:
a repeated operation sends the same one, and no plan, journal or store holds any. Destroying the
key destroys the passwords and their handouts.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable

from pydantic import SecretStr

from provisioning.directory.recipes import Recipe
from provisioning.engine.spool import Spool

_KEY_BYTES = 32
_NAME = "handout"


class InitialPasswords:
    """The passwords of one run, group by group."""

    def __init__(self, spool: Spool, run: str) -> None:
        self._spool = spool
        self._run = run
        self._keys: dict[str, bytes] = {}

    def prepare(self, groups: Iterable[str]) -> None:
        """Return when each group has its key on disk. Raises StoreError, SealError."""
        for group in sorted(set(groups) - self._keys.keys()):
            if not self.printable(group):
                self._spool.seal(self._name(group), secrets.token_bytes(_KEY_BYTES))
            self._keys[group] = self._spool.open(self._name(group))

    def password(self, group: str, change: str, recipe: Recipe) -> SecretStr:
        """The password that this change sets.

        Raises SealError when the group's key was destroyed or never made.
        """
        if group not in self._keys:
            self._keys[group] = self._spool.open(self._name(group))
        return recipe.password(self._keys[group], change)

    def printable(self, group: str) -> bool:
        """True while the group's key is there."""
        return self._spool.holds(self._name(group))

    def destroy(self, group: str) -> None:
        """Destroy the group's key; nothing can show these passwords again."""
        self._keys.pop(group, None)
        self._spool.destroy(self._name(group))

    def _name(self, group: str) -> str:
        return f"{_NAME}-{self._run}-{group}"


def held_handouts(spool: Spool) -> dict[str, list[str]]:
    """The groups whose keys are there, by run."""
    held: dict[str, list[str]] = {}
    for name in spool.names(f"{_NAME}-"):
        _kind, run, group = name.split("-", 2)
        held.setdefault(run, []).append(group)
    return held


def salted_hash(password: SecretStr) -> str:
    """The password as ``{SSHA}``, which every OpenLDAP checks without a module (RFC 2307, 5.3).

    slapd hashes by itself only where ppolicy_hash_cleartext is set; else a password sent as it
    is stands readable in the database and in the access log.
    """
    salt = secrets.token_bytes(16)
    digest = hashlib.sha1(password.get_secret_value().encode() + salt)  # noqa: S324  # the format
    return "{SSHA}" + base64.b64encode(digest.digest() + salt).decode()
