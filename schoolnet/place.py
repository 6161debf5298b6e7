"""A folder with its settings and inventory, and who works in it."""

import os
import pwd
from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic import SecretStr

from inventory.records import School
from inventory.school_numbers import school_of
from inventory.store.reading import SqliteReader
from inventory.store.writing import Writer
from inventory.times import Clock, system_clock, today
from provisioning.engine.spool import Spool
from provisioning.roster.names import NameHasher
from schoolnet.secrets import SecretResolver
from schoolnet.settings import FILE_NAME, Settings, load_settings

Secrets = Callable[[str], SecretStr]


def login_name() -> str:
    """Who logged in, even behind sudo: the audit login uid, else the real uid."""
    try:
        uid = int(Path("/proc/self/loginuid").read_text())
        if uid != 2**32 - 1:
            return pwd.getpwuid(uid).pw_name
    except (OSError, ValueError, KeyError):
        pass
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


class Place:
    """A folder with its settings and inventory, and how everything in it is opened."""

    def __init__(self, folder: Path, secrets: Secrets | None = None,
                 clock: Clock = system_clock) -> None:  # fmt: skip
        self.folder = folder.absolute()
        self.clock = clock
        self.actor = login_name()
        self.secrets = secrets or SecretResolver(self.folder / FILE_NAME)
        self.store = self.folder / "inventory.sqlite"
        self.lock = self.folder / "run.lock"
        self.logs = self.folder / "runs"

    @cached_property
    def settings(self) -> Settings:
        """schoolnet.toml; raises SettingsError."""
        return load_settings(self.folder)

    @property
    def today(self) -> date:
        """The calendar day in Berlin."""
        return today(self.clock)

    def reader(self) -> SqliteReader:
        """A connection that only reads."""
        return SqliteReader(self.store)

    def writer(self) -> Writer:
        """A connection that writes as the person who is logged in."""
        return Writer(self.store, self.clock, self.actor)

    @cached_property
    def spool(self) -> Spool:
        """Sealed password keys and switch backups."""
        return Spool(self.folder / "spool", self.secrets(self.settings.sealing_key))

    @cached_property
    def hasher(self) -> NameHasher:
        """Keyed hashes of used user names."""
        return NameHasher(self.secrets(self.settings.sealing_key))

    def school(self, reader: SqliteReader, number: str) -> School:
        """The school with this official number; raises UsageError."""
        return school_of(reader, number)
