"""Accounts that were in the directory before us: what persons of the inventory are matched with."""

from collections.abc import Iterator
from dataclasses import dataclass

from provisioning.directory.entries import Entry, read_entries
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings


@dataclass(frozen=True, slots=True)
class ExistingAccount:
    """A person's entry without our key. Names are as the directory has them, perhaps empty."""

    user_name: str
    given_name: str
    family_name: str
    email: str
    dn: str
    uuid: str


def read_existing(
    connection: SearchConnection, settings: DirectorySettings
) -> Iterator[ExistingAccount]:
    """Every person's entry below `base` that has a user name and is not ours.

    Raises ReadEndedEarlyError when the end was not reached: drop what came before. UsageError,
    UnreachableError.
    """
    for entry in read_entries(connection, settings):
        is_stranger = entry.kind == "person" and not entry.key
        if is_stranger and entry.user_names and not entry.service:
            yield ExistingAccount(
                user_name=entry.user_names[0],
                given_name=_first(entry, "givenName"),
                family_name=_first(entry, "sn"),
                email=_first(entry, "mail"),
                dn=entry.dn,
                uuid=entry.uuid,
            )


def _first(entry: Entry, name: str) -> str:
    return next(iter(entry.values(name)), "")
