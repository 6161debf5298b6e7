"""The directory as a target: reads it with a connection that can only search, and compares."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from inventory.messages import _, say
from inventory.records import Account
from inventory.records.base import Edit
from inventory.records.changes import Change, Notice, Scope
from inventory.store.brought import Brought
from inventory.store.protocol import Reader
from inventory.store.queries import Eq, Query
from provisioning.directory.archive import with_archive
from provisioning.directory.deletions import deletion_changes
from provisioning.directory.drift import Drift, brought_by
from provisioning.directory.entries import Subtree, read_subtree
from provisioning.directory.entry_changes import (
    duplicates,
    group_changes,
    unfinished,
    unit_changes,
)
from provisioning.directory.ground import TARGET, Ground
from provisioning.directory.group_keys import (
    Successions,
    group_key_changes,
    succeeded,
    successions,
)
from provisioning.directory.layout import lay_out
from provisioning.directory.membership_changes import membership_changes
from provisioning.directory.password_policy import Policy, read_policy
from provisioning.directory.password_rules import PasswordRules
from provisioning.directory.password_settings import PasswordSettings
from provisioning.directory.person_changes import person_changes
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings
from provisioning.directory.wanted import READS, Desired


class DirectoryPlanner:
    """Plans for one directory. `day` decides which enrolments count."""

    target = TARGET
    reads = READS

    def __init__(
        self,
        connection: SearchConnection,
        settings: DirectorySettings,
        day: date,
        passwords: PasswordSettings | None = None,
        *,
        finishing: str = "",
        known_ids: Callable[[], Mapping[str, str]] = dict,
        brought: Callable[[str], Brought | None] = lambda _key: None,
    ) -> None:
        """`finishing` is the person whose protected change of name is being carried out.
        `known_ids`: the own ids of the entries that were made, by record, as of now; `brought`:
        what was last brought to the entry of a key.
        """
        self._connection = connection
        self._settings = settings
        self._day = day
        self._passwords = passwords
        self._policy: Policy | None = None
        self._finishing = finishing
        self._known_ids = known_ids
        self._brought = brought
        self._compared: tuple[Ground, Desired] | None = None

    def read(self, inventory: Reader, only: frozenset[str] | None = None) -> Subtree:
        """The whole managed subtree: entries are matched over all of it, whatever is asked.

        Raises ReadEndedEarlyError, UsageError (no such base), UnreachableError.
        """
        self._policy = read_policy(self._connection, self._settings)
        adopting = inventory.count(Query(kind=Account.kind, where=Eq(field="adopted", value=1)))
        return read_subtree(
            self._connection, self._settings, adopting=adopting > 0, known_ids=self._known_ids()
        )

    def desired(self, inventory: Reader) -> Desired:
        """What the inventory says should be there."""
        return lay_out(inventory, self._settings, self._day)

    def compare(self, current: Subtree, desired: Desired) -> Iterator[Change | Notice | Scope]:
        """Units, persons, groups, memberships, deletions; each change after what it needs."""
        pairs = successions(current, desired.groups)
        ground = self._ground(succeeded(current, pairs) if pairs else current)
        units, groups = with_archive(ground, desired, self._day)
        wanted = replace(desired, units=units, groups=groups)
        self._compared = ground, wanted
        planned = self._planned(ground, wanted, pairs)
        yield from Drift(ground, wanted, self._brought).told(planned)

    def _planned(
        self, ground: Ground, desired: Desired, pairs: Successions
    ) -> Iterator[Change | Notice]:
        units, groups = desired.units, desired.groups
        yield from desired.notices
        yield from unfinished(ground, desired.persons, self._finishing)
        yield from duplicates(ground, [*units, *groups, *desired.persons])
        yield from self._unknown(ground.subtree, desired)
        yield from group_key_changes(ground, pairs)
        yield from unit_changes(ground, units)
        yield from person_changes(ground, desired.persons)
        yield from group_changes(ground, groups)
        yield from membership_changes(ground, desired.persons)
        yield from deletion_changes(ground, desired.persons)

    def as_wanted(
        self, left: Iterable[Change | Notice | Scope]
    ) -> tuple[Iterator[Brought], frozenset[str]]:
        """The entries that the last `compare` found as they should be; see `brought_by`.

        `left` is all that it gave.
        """
        assert self._compared is not None, "compare comes first"
        return brought_by(*self._compared, left)

    def edits(self, change: Change) -> Sequence[Edit]:
        """None: the directory follows the inventory."""
        return ()

    def _ground(self, current: Subtree) -> Ground:
        return Ground(current, self._settings, PasswordRules(self._passwords, self._policy))

    def _unknown(self, current: Subtree, desired: Desired) -> Iterator[Notice]:
        message = _(
            "{entry} bears our key, but the inventory knows no account for it. It stays as it "
            "is: remove the entry, or the key from it."
        )
        for entry in current.ours("person"):
            record = self._settings.record_of(entry.key)
            if record not in desired.known:
                yield Notice(record=record, message=say(message, entry=entry.dn))
