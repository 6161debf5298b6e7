"""Numbers of accounts for POSIX systems: from a range of ours, and never the same one twice.

Files on servers belong to numbers. A number that was given again would give somebody the files of
a stranger, so what was given is remembered as user names are: by a hash, also after an erasure.
"""

from collections.abc import Callable

from inventory.errors import UsageError
from inventory.messages import _, say
from provisioning.roster.settings import AccountSettings


def remembered(number: int) -> str:
    """What is hashed to remember a number; no user name holds such a character."""
    return f"posix\x1f{number}"


class PosixIds:
    """Gives the next free number. One object for one plan."""

    def __init__(self, settings: AccountSettings, is_used: Callable[[str], bool]) -> None:
        """`is_used` says whether the store remembers a word."""
        self._settings = settings
        self._is_used = is_used
        self._next = settings.posix_first or 0

    def make(self) -> int | None:
        """A number nobody has or had; None when the settings give none.

        Raises UsageError when the range is used up.
        """
        if self._settings.posix_first is None:
            return None
        while self._is_used(remembered(self._next)):
            self._next += 1
        if self._next > self._settings.posix_last:
            message = _(
                "All numbers from {first} to {last} were given to accounts. Raise "
                "`accounts.posix_last`."
            )
            first, last = self._settings.posix_first, self._settings.posix_last
            raise UsageError(say(message, first=first, last=last))
        self._next += 1
        return self._next - 1
