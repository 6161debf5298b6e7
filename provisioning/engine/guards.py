"""Guards between plan and apply: they look at every change and hold what is out of measure."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Protocol

from pydantic import Field, model_validator

from inventory.messages import Message, _, say
from inventory.records import Account, School
from inventory.records.base import Frozen
from inventory.records.changes import Action, Change, Hold
from inventory.records.people import AccountState
from inventory.store.protocol import Reader
from inventory.store.queries import Eq, Not, Query

NAMESAKES = "namesakes:"
"""Begins the names of the guards of accounts that the directory may have already."""
_TAKE_AWAY = {Action.DISABLE, Action.RENAME, Action.MOVE, Action.DELETE}


class Rollover(Frozen):
    """Other limits for dated weeks: in summer more people leave than in a normal week."""

    name: Annotated[str, Field(min_length=1)]
    first_day: date
    last_day: date
    leavers_number: Annotated[int, Field(ge=0)]
    leavers_percent: Annotated[float, Field(ge=0, le=100)]

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Rollover":
        if self.last_day < self.first_day:
            raise ValueError(say(_("last_day is before first_day")))
        return self


class GuardSettings(Frozen):
    """`[guards]` in schoolnet.toml."""

    leavers_number: Annotated[int, Field(ge=0)] = 5
    """A limit trips when more than this number of people ..."""
    leavers_percent: Annotated[float, Field(ge=0, le=100)] = 10
    """... and more than this share of the school's role or year group would leave."""
    deletions_number: Annotated[int, Field(ge=0)] = 20
    """Deletions are held when there are more than this number ..."""
    deletions_percent: Annotated[float, Field(ge=0, le=100)] = 30
    """... and more than this share of all accounts of the school, disabled ones among them."""
    namesakes_number: Annotated[int, Field(ge=0)] = 5
    """New accounts of people who may have one already are held above this number ..."""
    namesakes_percent: Annotated[float, Field(ge=0, le=100)] = 10
    """... and this share of the people of the role who would then be at the school."""
    identity_number: Annotated[int, Field(ge=0)] = 2
    """People under whose ids a source names somebody else are held above this number ..."""
    identity_percent: Annotated[float, Field(ge=0, le=100)] = 2
    """... and this share of the school's role."""
    protected_accounts: tuple[str, ...] = ()
    """User names that no plan may disable, rename, move, delete or give to somebody else."""
    rollovers: tuple[Rollover, ...] = ()
    """The first that a plan's day lies in takes the place of the two limits."""

    def on(self, day: date) -> "GuardSettings":
        """The limits of a day."""
        for rollover in self.rollovers:
            if rollover.first_day <= day <= rollover.last_day:
                limits = rollover.model_dump(include={"leavers_number", "leavers_percent"})
                return self.model_copy(update=limits)
        return self


class Guard(Protocol):
    """Sees every change of a plan once, then says what must be held."""

    def see(self, change: Change) -> None:
        """Take in the next change."""

    def holds(self) -> Iterable[Hold]:
        """What is held, after the last change."""


class DeletionLimit:
    """Holds deletions of accounts, per school. Whoever leaves in a summer is deleted in one, so
    the measure is all accounts that the school still has. A plan for a day to come deletes
    nobody: what is due then is not due now.
    """

    def __init__(self, inventory: Reader, settings: GuardSettings, *, ahead: bool = False) -> None:
        """`ahead`: the plan is for a day to come."""
        self.settings = settings
        self.ahead = ahead
        self.schools = {school.id: school for school in inventory.records(School)}
        there = Not(part=Eq(field="state", value=AccountState.DELETED.value))
        query = Query(kind=Account.kind, where=there, columns=("school",))
        self.there = Counter(str(school) for (school,) in inventory.rows(query))
        self.seen: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
        """School -> person -> changes that delete the person's account, here or there."""

    def see(self, change: Change) -> None:
        """Count a person whose account would be deleted."""
        if change.action is Action.DELETE and change.person:
            self.seen[change.school].setdefault(change.person, []).append(change.id)

    def holds(self) -> Iterable[Hold]:
        """One hold for each school that would lose too many."""
        for school_id, people in sorted(self.seen.items()):
            count, there = len(people), self.there[school_id]
            number, percent = self.settings.deletions_number, self.settings.deletions_percent
            if self.ahead or (count > number and count * 100 > there * percent):
                changes = tuple(one for ids in people.values() for one in ids)
                yield self._hold(school_id, changes, count)

    def _hold(self, school_id: str, changes: tuple[str, ...], count: int) -> Hold:
        school, there = self.schools.get(school_id), self.there[school_id]
        message = (
            _("{school}: {count} of {there} accounts would be deleted before their day, and there "
              "is no way back. The plan is for a day to come.")
            if self.ahead
            else _("{school}: {count} of {there} accounts would be deleted, and there is no way "
                   "back.")
        )  # fmt: skip
        name = school.name if school else ""
        parameters: dict[str, str | int] = {"school": name, "count": count, "there": there}
        return Hold(
            name=f"deletions:{school.number if school else school_id}",
            message=Message(id=message, parameters=parameters), changes=changes, school=school_id,
        )  # fmt: skip


class ProtectedAccounts:
    """Holds changes that would take a protected account away from its owner.

    The guard is named after the person's id: names of guards stand where names of people do not.
    """

    def __init__(self, inventory: Reader, settings: GuardSettings) -> None:
        names = {name.casefold() for name in settings.protected_accounts}
        self.names = {
            account.person: account.user_name
            for account in (inventory.records(Account) if names else ())
            if account.user_name.casefold() in names
        }
        self.held: defaultdict[str, list[Change]] = defaultdict(list)

    def see(self, change: Change) -> None:
        """Notice a change that takes a protected account away, or gives it to somebody else."""
        takes_away = change.action in _TAKE_AWAY or change.other_person
        if change.person in self.names and takes_away:
            self.held[change.person].append(change)

    def holds(self) -> Iterable[Hold]:
        """One hold for each protected account."""
        for person, changes in sorted(self.held.items()):
            text = (
                _("The account {name} is protected by the settings, and the newest file names "
                  "somebody else under the id of its owner. Is it the right file?")
                if any(change.other_person for change in changes)
                else _("The account {name} is protected by the settings.")
            )  # fmt: skip
            ids = tuple(change.id for change in changes)
            yield Hold(
                name=f"protected:{person}", message=say(text, name=self.names[person]),
                changes=ids, school=changes[0].school,
            )  # fmt: skip


class Proposals:
    """Holds changes that rest on a likeness, as one group for each school and year group.

    They are left out of the plan until somebody approves the group by its name.
    """

    def __init__(self, inventory: Reader) -> None:
        self.schools = {school.id: school.name for school in inventory.records(School)}
        self.held: defaultdict[str, list[Change]] = defaultdict(list)

    def see(self, change: Change) -> None:
        """Take in a change that is only proposed."""
        if change.proposal:
            self.held[change.proposal].append(change)

    def holds(self) -> Iterable[Hold]:
        """One hold for each group."""
        for name, changes in sorted(self.held.items()):
            text = _(
                "{count} people new at {school} have the name and birth date of people we know. "
                "Nothing happens to them until somebody approves that they are the same."
            )
            school = changes[0].school
            message = say(text, count=len(changes), school=self.schools[school])
            yield Hold(
                name=name, message=message, changes=tuple(change.id for change in changes),
                school=school, proposed=True,
            )  # fmt: skip
