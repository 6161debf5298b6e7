"""New first passwords for people whose accounts are there: a plan with nothing else in it."""

from collections.abc import Iterator, Mapping
from datetime import date

from inventory.messages import _, say
from inventory.records.changes import Action, Change, Notice
from provisioning.directory import operations
from provisioning.directory.entries import Subtree
from provisioning.directory.entry_changes import duplicates
from provisioning.directory.ground import Ground, change, notice
from provisioning.directory.password_settings import PasswordSettings
from provisioning.directory.planner import DirectoryPlanner
from provisioning.directory.searching import SearchConnection
from provisioning.directory.settings import DirectorySettings
from provisioning.directory.wanted import Desired, WantedPerson

PASSWORD = "password"  # noqa: S105 - the name of a part of an account


class ResetPlanner(DirectoryPlanner):
    """Plans new passwords for the chosen people, by record id; True: chosen by name.

    An adopted account keeps its password unless it was chosen by name.
    """

    def __init__(
        self,
        connection: SearchConnection,
        settings: DirectorySettings,
        day: date,
        passwords: PasswordSettings,
        chosen: Mapping[str, bool],
    ) -> None:
        super().__init__(connection, settings, day, passwords)
        self._chosen = chosen

    def compare(self, current: Subtree, desired: Desired) -> Iterator[Change | Notice]:
        """A change for each of the chosen whose account is there and in use."""
        ground = self._ground(current)
        chosen = [person for person in desired.persons if person.record in self._chosen]
        yield from duplicates(ground, chosen)
        for person in chosen:
            if person.key not in ground.blocked:
                yield from self._reset(ground, person)
        yield from ground.passwords.notices()

    def _reset(self, ground: Ground, person: WantedPerson) -> Iterator[Change | Notice]:
        entry = ground.subtree.keyed("person", person.key)
        if entry is None or person.locked or not ground.dialect.lock(entry.attributes):
            message = _("{name} has no account in use in the directory: no password was planned.")
            yield notice(person, say(message, name=person.name))
        elif person.adopted and not self._chosen[person.record]:
            message = _(
                "{name} was taken over with its password and keeps it. To reset it as well, name "
                "the account itself."
            )
            yield notice(person, say(message, name=person.name))
        elif not ground.passwords.refuses(person):
            operation = operations.reset(entry.dn, ground.ours("person", person.key))
            ground.passwords.add_to(operation, person)
            shown = {
                ground.dialect.user_name: person.name,
                "displayName": person.attributes["displayName"][0],
            }
            yield change(
                person,
                Action.UPDATE,
                [operation],
                say(_("Gets a new first password; the one of now will not work any more")),
                shows=(None, {**shown}),
                part=PASSWORD,
            )
