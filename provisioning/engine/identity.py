"""The guard of whose account is whose: nobody gets the account of somebody else."""

from collections import defaultdict
from collections.abc import Iterable

from inventory.messages import _, say
from inventory.records import School
from inventory.records.changes import Change, Hold
from inventory.reports.words import role_word
from inventory.store.protocol import Reader
from provisioning.engine.guards import GuardSettings
from provisioning.engine.leaver_limit import population


class IdentityLimit:
    """Holds changes after which known ids stand for other people, per school and role.

    One or two are mistakes of a school; many are another school's file, or renumbered ids.
    """

    def __init__(self, inventory: Reader, settings: GuardSettings) -> None:
        self.inventory = inventory
        self.settings = settings
        self.seen: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        """School id and role -> changes that make somebody else of a person."""

    def see(self, change: Change) -> None:
        """Count a person who would become somebody else."""
        if change.other_person and change.school:
            self.seen[change.school, change.role].append(change.id)

    def holds(self) -> Iterable[Hold]:
        """One hold for each role of a school where there are too many."""
        if not self.seen:
            return  # as in nearly every plan: then nobody has to be counted
        people = population(self.inventory)
        schools = {school.id: school for school in self.inventory.records(School)}
        number, percent = self.settings.identity_number, self.settings.identity_percent
        for (school, role), changes in sorted(self.seen.items()):
            there = max(people[school, role, ""], len(changes))  # who leaves is not among those
            if len(changes) > number and len(changes) * 100 > there * percent:
                yield _hold(schools[school], role, changes, there)


def _hold(school: School, role: str, changes: list[str], there: int) -> Hold:
    text = _(
        "{school}: {count} of {there} ({role}) would become somebody else: under the ids that we "
        "know there are other names and birth dates. It is another school's file, or its ids were "
        "renumbered, and everybody would get the account of another. Look at some of these "
        "changes, then take the file back: schoolnet deliveries withdraw. Lift this guard only "
        "if the new names are right."
    )
    message = say(text, school=school.name, count=len(changes), there=there, role=role_word(role))
    return Hold(
        name=f"identity:{school.number}:{role}", message=message, changes=tuple(changes),
        school=school.id,
    )  # fmt: skip
