"""The guard of a directory that others have filled: nobody gets a second account in a hurry."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from inventory.messages import _, say
from inventory.records import School
from inventory.records.changes import Action, Change, Hold
from inventory.reports.words import role_word
from inventory.store.protocol import Reader
from provisioning.engine.guards import NAMESAKES, GuardSettings
from provisioning.engine.leaver_limit import population


class NamesakeLimit:
    """Holds new accounts of people whose name an account of the directory bears, which is not ours.

    Measured per school and role: a few are namesakes, many are the same people. The measure is
    who would be at the school after the plan, for in a new inventory nobody is there before.
    Small schools never have many: two are enough where nobody else is new, and what is left of
    all schools is measured together.
    """

    def __init__(self, inventory: Reader, settings: GuardSettings) -> None:
        self.inventory = inventory
        self.settings = settings
        self.seen: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        """School id and role -> changes that make such an account."""
        self.others: Counter[tuple[str, str]] = Counter()
        """New people without a namesake."""

    def see(self, change: Change) -> None:
        """Count an account that may be somebody's second one, and all others who are new."""
        if change.namesake:
            self.seen[change.school, change.role].append(change.id)
        elif (change.target, change.kind, change.action) == ("roster", "person", Action.CREATE):
            self.others[change.school, change.role] += 1

    def holds(self) -> Iterable[Hold]:
        """One hold for each role of a school where there are too many, and for the rest of all."""
        if not self.seen:
            return  # as in nearly every plan: then nobody has to be counted
        # The reader sees by now what the plan's stages would leave behind.
        people = population(self.inventory)
        schools = {school.id: school for school in self.inventory.records(School)}
        rest: defaultdict[str, list[str]] = defaultdict(list)
        for (school, role), changes in sorted(self.seen.items()):
            there = people[school, role, ""]
            all_new = len(changes) > 1 and not self.others[school, role]
            if all_new or self._too_many(len(changes), there):
                yield _hold(schools[school], role, changes, there)
            else:
                rest[role] += changes
        for role, changes in sorted(rest.items()):
            there = sum(n for (_school, of, grade), n in people.items() if of == role and not grade)
            if self._too_many(len(changes), there):
                yield _hold_in_all(role, changes, there)

    def _too_many(self, count: int, there: int) -> bool:
        number, percent = self.settings.namesakes_number, self.settings.namesakes_percent
        return count > number and count * 100 > there * percent


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


def _hold_in_all(role: str, changes: list[str], there: int) -> Hold:
    text = _(
        "In all schools together {count} of {there} ({role}) would get new accounts, although the "
        "directory has accounts of their names that are not ours. Give them those: make the plan "
        "with --adopt. Lift this guard only if they are other people."
    )
    message = say(text, count=len(changes), there=there, role=role_word(role))
    return Hold(name=f"{NAMESAKES}{role}", message=message, changes=tuple(changes))
