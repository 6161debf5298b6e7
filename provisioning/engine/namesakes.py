"""The guard of a directory that others have filled: nobody gets a second account in a hurry."""

from collections import defaultdict
from collections.abc import Iterable

from inventory.messages import _, say
from inventory.records import School
from inventory.records.changes import Change, Hold
from inventory.reports.words import role_word
from inventory.store.protocol import Reader
from provisioning.engine.guards import NAMESAKES, GuardSettings, population


class NamesakeLimit:
    """Holds new accounts of people whose name an account of the directory bears, which is not ours.

    Measured per school and role: a few are namesakes, many are the same people. The measure is
    who would be at the school after the plan, for in a new inventory nobody is there before.
    """

    def __init__(self, inventory: Reader, settings: GuardSettings) -> None:
        self.inventory = inventory
        self.settings = settings
        self.seen: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        """School id and role -> changes that make such an account."""

    def see(self, change: Change) -> None:
        """Count an account that may be somebody's second one."""
        if change.namesake:
            self.seen[change.school, change.role].append(change.id)

    def holds(self) -> Iterable[Hold]:
        """One hold for each role of a school where there are too many."""
        if not self.seen:
            return  # as in nearly every plan: then nobody has to be counted
        # The reader sees by now what the plan's stages would leave behind.
        there = population(self.inventory)
        schools = {school.id: school for school in self.inventory.records(School)}
        number, percent = self.settings.namesakes_number, self.settings.namesakes_percent
        for (school, role), changes in sorted(self.seen.items()):
            count, people = len(changes), there[school, role, ""]
            if count > number and count * 100 > people * percent:
                yield _hold(schools[school], role, changes, people)


def _hold(school: School, role: str, changes: list[str], there: int) -> Hold:
    text = _(
        "{school}: {count} of {there} ({role}) would get new accounts, although the directory has "
        "accounts of their names that are not ours. Give them those: make the plan with --adopt. "
        "Lift this guard only if they are other people."
    )
    message = say(text, school=school.name, count=len(changes), there=there, role=role_word(role))
    return Hold(
        name=f"{NAMESAKES}{school.number}:{role}", message=message, changes=tuple(changes),
        school=school.id,
    )  # fmt: skip
