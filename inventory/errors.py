"""One tree of errors; ``schoolnet.output.ExitCode`` maps each branch to an exit code.

SchoolnetError                1  failed
├── UsageError                2  a wrong argument, setting or input file
│   └── SettingsError         2  schoolnet.toml or an environment variable is wrong
├── UnreachableError          4  a server, switch or file system does not answer
├── StaleError                5  reality or the wish moved since the plan was made
├── GuardError                6  a guard refuses; lift it by name or exclude the changes
├── LockedError               8  another run holds the lock
├── ReadEndedEarlyError       1  a read ended before its end: never an empty directory
├── StoreError                1  the store is damaged, full or of another version
└── SealError                 1  a sealed file cannot be opened

Exit codes 3 (changes pending) and 7 (finished with failed changes) are outcomes, not errors.
Each error carries one Message that says what is wrong and what to do next.
"""

from inventory.messages import Message, say


class SchoolnetError(Exception):
    """Root of the tree: something a person should read, with a Message instead of a traceback."""

    def __init__(self, message: Message | str, **parameters: str | int | Message) -> None:
        self.message = message if isinstance(message, Message) else say(message, **parameters)
        super().__init__(str(self.message))


class UsageError(SchoolnetError):
    """A wrong argument, setting or input file: nothing was done."""


class SettingsError(UsageError):
    """schoolnet.toml or an environment variable is wrong."""


class UnreachableError(SchoolnetError):
    """A server, switch or file system does not answer; try again later."""


class StaleError(SchoolnetError):
    """Reality or the wish moved since the plan was made; make a new plan."""


class GuardError(SchoolnetError):
    """A guard refuses; it can be lifted by name with a reason."""


class LockedError(SchoolnetError):
    """Another run holds the lock."""


class ReadEndedEarlyError(SchoolnetError):
    """A read ended before its end. What came is thrown away: it is not the whole."""


class StoreError(SchoolnetError):
    """The store is damaged, full or of another version."""


class SealError(SchoolnetError):
    """A sealed file cannot be opened with this key."""
