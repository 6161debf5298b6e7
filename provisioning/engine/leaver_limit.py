"""The guard of who leaves: half an export must not lock out half a school."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from inventory.messages import Message, _, say
from inventory.records import Enrolment, School, SchoolClass
from inventory.records.changes import Change, Expected, Hold
from inventory.reports.words import role_word
from inventory.store.protocol import Reader
from inventory.store.queries import Query
from provisioning.engine.guards import GuardSettings

Scope = tuple[str, str, str]
"""School id, role, and year group or nothing for all of them."""
_SCHOOLS = 3
"""The only secretary may leave in so many schools by one plan; in more, a role was left out."""


class LeaverLimit:
    """Holds leavers that no source named, per school, role and year group.

    Half an export shows in the school, half a year group missing only in the year group: so both
    are measured. Where nobody of a role would be left, two are too many, and it does not matter
    whether the source itself named them. Final grades are never counted. Where a role has one
    person at each school, no school shows what is missing: those count for the whole city.
    """

    def __init__(self, inventory: Reader, settings: GuardSettings) -> None:
        self.settings = settings
        self.population = population(inventory)
        self.schools = {school.id: school for school in inventory.records(School)}
        self.seen: defaultdict[Scope, list[str]] = defaultdict(list)
        self.told: defaultdict[Scope, list[str]] = defaultdict(list)
        """Leavers by the word of the source."""
        self.final: Counter[Scope] = Counter()
        """Leavers after the final grade."""

    def see(self, change: Change) -> None:
        """Count a leaver that was inferred from absence, and remember the others."""
        whole = change.school, change.role, ""
        if change.inferred:
            for year_group in {"", change.year_group}:
                self.seen[change.school, change.role, year_group].append(change.id)
        elif change.expected is Expected.TOLD:
            self.told[whole].append(change.id)
        elif change.expected is Expected.FINAL:
            self.final[whole] += 1

    def holds(self) -> Iterable[Hold]:
        """One hold for each scope that loses too many, and for each role that ends everywhere."""
        for scope, changes in sorted(self.seen.items()):
            there = self.population[scope]
            number, percent = self.settings.leavers_number, self.settings.leavers_percent
            emptied = not scope[2] and 1 < there - self.final[scope] <= len(changes)
            if emptied or (len(changes) > number and len(changes) * 100 > there * percent):
                yield self._hold(scope, changes, there)
        yield from self._emptied_by_word()
        yield from self._only_ones()

    def _emptied_by_word(self) -> Iterable[Hold]:
        """Roles with nobody left, where the source said so of some or all."""
        for scope, told in sorted(self.told.items()):
            changes, there = [*self.seen[scope], *told], self.population[scope]
            expected = there - self.final[scope]
            if len(self.seen[scope]) < expected and 1 < expected <= len(changes):
                yield self._named(scope, changes, self._by_word(scope, len(told), there))

    def _only_ones(self) -> Iterable[Hold]:
        """Roles that would lose their only person at many schools."""
        alone: defaultdict[str, list[str]] = defaultdict(list)
        for scope, changes in self.seen.items():
            if not scope[2] and self.population[scope] == 1:
                alone[scope[1]] += changes
        for role, changes in sorted(alone.items()):
            if len(changes) > _SCHOOLS:
                text = _(
                    "{count} schools would lose the only one of the role {role}, and no export "
                    "says that they left. Was the role left out of the file?"
                )
                message = say(text, count=len(changes), role=role_word(role))
                yield Hold(name=f"leavers:{role}", message=message, changes=tuple(changes))

    def _hold(self, scope: Scope, changes: list[str], there: int) -> Hold:
        school_id, role, year_group = scope
        text = (
            _("{school}: {count} of {there} in year group {year_group} ({role}) would leave, and "
              "no export says so. Is the file complete?")
            if year_group
            else _("{school}: {count} of {there} ({role}) would leave, and no export says so. "
                   "Is the file complete?")
        )  # fmt: skip
        message = say(text, school=self.schools[school_id].name, count=len(changes), there=there,
                      role=role_word(role), year_group=year_group)  # fmt: skip
        return self._named(scope, changes, message)

    def _by_word(self, scope: Scope, told: int, there: int) -> Message:
        school_id, role, _year_group = scope
        text = _(
            "{school}: of {there} ({role}) nobody would be left. Of {count} the export itself "
            "says that they have left, are guests or wait for a place. Are its status and "
            "leaving dates right? Else take the file back: schoolnet deliveries withdraw."
        )
        name = self.schools[school_id].name
        return say(text, school=name, there=there, role=role_word(role), count=told)

    def _named(self, scope: Scope, changes: list[str], message: Message) -> Hold:
        school_id, role, year_group = scope
        parts = ("leavers", self.schools[school_id].number, role, year_group)
        name = ":".join(filter(None, parts))
        return Hold(name=name, message=message, changes=tuple(changes), school=school_id)


def population(inventory: Reader) -> Counter[Scope]:
    """How many people there are now, by school and role, and by year group too."""
    grades = {c.id: "" if c.grade is None else str(c.grade) for c in inventory.records(SchoolClass)}
    columns = ("school", "role", "school_class", "person")
    people = {
        (str(school), str(role), year_group, person)
        for school, role, school_class, person in inventory.rows(
            Query(kind=Enrolment.kind, columns=columns)
        )
        for year_group in {"", grades.get(str(school_class), "")}
    }
    return Counter(scope[:3] for scope in people)
