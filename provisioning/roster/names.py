"""User names and addresses: of letters a to z, and never the same one twice."""

import hashlib
import hmac
from collections.abc import Callable

from pydantic import SecretStr

from inventory.errors import UsageError
from inventory.messages import _, say
from provisioning.roster.letters import stem, to_local_part
from provisioning.roster.numbering import Numbering
from provisioning.roster.posix_ids import PosixIds
from provisioning.roster.settings import AccountSettings

RESERVED = frozenset({
    "abuse", "admin", "administrator", "anonymous", "backup", "bin", "daemon", "domain",
    "everyone", "guest", "gast", "hostmaster", "info", "krbtgt", "ldap", "localhost", "mail",
    "mailer-daemon", "noc", "nobody", "noreply", "no-reply", "null", "operator", "postmaster",
    "proxy", "root", "schoolnet", "security", "ssl", "support", "sync", "sys", "system", "test",
    "usenet", "webmaster", "www", "www-data",
})  # fmt: skip
"""Names of systems, directories and roles (RFC 2142): no person gets one of these."""
_LOCAL_PART, _ADDRESS = 64, 254
"""Longest local part and address (RFC 5321, 4.5.3.1, and erratum 1690 of RFC 3696)."""
_SHORTEST_SECRET = 32


class NameHasher:
    """Keyed hashes of user names and addresses: what was used is remembered without the name."""

    def __init__(self, secret: SecretStr) -> None:
        """Derive the key; raises UsageError when the secret is too short to be one."""
        text = secret.get_secret_value().strip()
        if len(text) < _SHORTEST_SECRET:
            message = _("The sealing key is too short. Let `schoolnet init` make one.")
            raise UsageError(say(message))
        self._key = hmac.digest(text.encode(), b"schoolnet user names", "sha256")

    def __call__(self, name: str) -> bytes:
        """The hash of a name or address; case does not count."""
        return hmac.digest(self._key, name.casefold().encode(), hashlib.sha256)


class NameMaker:
    """Makes names and addresses that nobody has or ever had. One object for one plan."""

    def __init__(
        self, settings: AccountSettings, hasher: NameHasher, is_used: Callable[[bytes], bool]
    ) -> None:
        """`is_used` says whether the store remembers a hash."""
        self.settings = settings
        self.hasher = hasher
        self._is_used = is_used
        self._made: set[str] = set()
        self._reserved = RESERVED | {name.casefold() for name in settings.reserved}
        self._names = Numbering(self._is_free)
        self._addresses = Numbering(self._is_free)
        self.posix_ids = PosixIds(settings, lambda word: is_used(hasher(word)))

    def reserve(self, name: str) -> None:
        """Keep a name or address that is not in the store: somebody in the directory has it."""
        self._made.add(name.casefold())

    def make(self, given_name: str, family_name: str) -> str:
        """The next free name for this person."""
        room = self.settings.max_length
        base = stem(self.settings.user_name, room, given_name, family_name)
        name = self._names.first_free(base, room)
        self._made.add(name)
        return name

    def make_address(
        self, given_name: str, family_name: str, user_name: str, school_number: str
    ) -> str:
        """The next free address for this person; empty when the settings have no template."""
        local, _at, domain = self.settings.email.partition("@")
        if not domain:
            return ""
        number = school_number.lower()
        end = "@" + domain.replace("{school_number}", number)
        room = min(_LOCAL_PART, _ADDRESS - len(end))
        more = {"user_name": to_local_part(user_name), "school_number": number}
        base = stem(local, room, given_name, family_name, **more)
        address = self._addresses.first_free(base, room, end)
        self._made.add(address)
        return address

    def _is_free(self, name: str) -> bool:
        if name in self._made or name.partition("@")[0] in self._reserved:
            return False
        return not self._is_used(self.hasher(name))
