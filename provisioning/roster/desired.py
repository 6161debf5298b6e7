"""What the schools' exports say, put together per person. Pure: rows in, wishes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from inventory.errors import StaleError
from inventory.messages import _, say
from inventory.records import SchoolClass
from inventory.records.base import derive_id
from inventory.records.deliveries import Delivery
from inventory.records.people import Role
from inventory.rosters.rows import RosterStatus
from provisioning.roster.importing import LOST
from provisioning.roster.links import Links

Scope = tuple[str, str]
"""School id and role: what one delivery covers."""
Body = Mapping[str, Any]
"""The mapped fields of one row, as JSON values."""

_PRESENT = {RosterStatus.ACTIVE, RosterStatus.ON_LEAVE}
_COMING = {*_PRESENT, RosterStatus.PLANNED}


class Delivered(Protocol):
    """The rows of all deliveries in force. Nobody holds all of them at once."""

    def in_force(self) -> Sequence[Delivery]:
        """The deliveries; of what two say of one person, the first one's word counts."""

    def are_kept(self) -> bool:
        """Whether nothing of them was taken away since."""

    def rows(self, delivery: Delivery) -> Iterable[tuple[str, Body]]:
        """Person and fields of each row, in file order."""

    def rows_of(self, persons: Sequence[str]) -> Iterable[tuple[Delivery, str, Body]]:
        """All rows of these persons, in the order of deliveries and lines."""


@dataclass
class Wish:
    """What all deliveries together say about one person."""

    given_name: str = ""
    family_name: str = ""
    birth_date: date | None = None
    service_email: str = ""
    keys: set[tuple[str, str, str]] = field(default_factory=set)
    """(system, school, record id)."""
    places: dict[tuple[str, str, str], str] = field(default_factory=dict)
    """(school, role, class id or nothing) -> school year, for who is or will be there."""
    present: bool = False
    starts_on: date | None = None
    left: set[Scope] = field(default_factory=set)
    """Scopes whose source says that the person left, waits or is a guest."""
    lost: set[Scope] = field(default_factory=set)
    """Scopes in which the person's row could not be read: no news is not bad news."""
    source: str = ""
    told: dict[str, tuple[str, Body]] = field(default_factory=dict)
    """School -> source and fields of the first row there."""

    def as_told_at(self, school: str) -> "Wish":
        """The same with the spelling of this school, where it names the person: of two schools
        that spell a name differently not the one counts that delivered last."""
        if len(self.told) < 2 or school not in self.told:
            return self
        source, body = self.told[school]
        return replace(
            self, given_name=body["given_name"], family_name=body["family_name"],
            birth_date=_day(body, "birth_date") or self.birth_date,
            service_email=body.get("email") or self.service_email, source=source,
        )  # fmt: skip


class Naming(NamedTuple):
    """By whom and for what a person is named. Thousands are named alike and share one object.

    `databases` are (system, school); `there` the schools at which the person is or will be, `year`
    the latest school year of those, and `pupil` whether as one.
    """

    databases: frozenset[tuple[str, str]] = frozenset()
    there: frozenset[str] = frozenset()
    year: str = ""
    pupil: bool = False

    def with_row(self, database: tuple[str, str], role: str, year: str) -> "Naming":
        """Named once more; `year` is empty where the person is not and will not be."""
        there = self.there | {database[1]} if year else self.there
        pupil = self.pupil or (bool(year) and role == Role.STUDENT.value)
        return Naming(self.databases | {database}, there, max(self.year, year), pupil)


class Wishes:
    """Everything the deliveries want, as of a day, and what they cover."""

    def __init__(self, delivered: Delivered, day: date, links: Links) -> None:
        """Go through all rows once. `links` say which of their persons are one."""
        self._delivered = delivered
        self._day = day
        self._links = links
        self.ids: dict[str, Naming] = {}
        """Everybody who is named, in the order of deliveries and lines."""
        self._naming = lru_cache(maxsize=4096)(Naming.with_row)
        self.classes: dict[str, SchoolClass] = {}
        self.covered: dict[Scope, str] = {}
        """Scope -> latest school year, where absence means having left."""
        self.guests = 0
        unsure: set[Scope] = set()
        for delivery in delivered.in_force():
            scope = (delivery.school, delivery.role)
            if not delivery.absence_counts:
                unsure.add(scope)
            else:
                self.covered[scope] = max(delivery.school_year, self.covered.get(scope, ""))
            for person, body in delivered.rows(delivery):
                self._take_naming(links.resolve(person), delivery, body)
        for scope in unsure:  # of several sources, another's unreadable row may be anybody's
            self.covered.pop(scope, None)

    def _take_naming(self, person: str, delivery: Delivery, body: Body) -> None:
        lost = body.get("status") == LOST
        status = None if lost else _status(body, self._day)
        year = (body.get("school_year") or delivery.school_year) if status in _COMING else ""
        before = self.ids.get(person, _NOT_NAMED)
        self.ids[person] = self._naming(
            before, (delivery.system, delivery.school), delivery.role, year
        )
        self.guests += status is RosterStatus.EXTERNAL
        if year and (name := body.get("school_class", "")):
            key = class_id(delivery.school, name)
            if key not in self.classes:
                self.classes[key] = SchoolClass(
                    id=key, school=delivery.school, name=name, grade=body.get("year_group")
                )

    def check_kept(self) -> None:
        """Raises StaleError when rows went away while this was read: people would seem to leave."""
        if not self._delivered.are_kept():
            message = _("Exports were imported several times while this plan was made. Plan again.")
            raise StaleError(say(message))

    def of(self, persons: Iterable[str]) -> dict[str, Wish]:
        """What is wished for these persons; nothing for those whom nobody names."""
        named = [one for person in persons if person in self.ids
                 for one in (person, *self._links.stand_for(person))]  # fmt: skip
        wishes: dict[str, Wish] = {}
        for delivery, person, body in self._delivered.rows_of(named):
            wish = wishes.setdefault(self._links.resolve(person), Wish())
            _take_row(wish, delivery, body, self._day)
        return wishes


_NOT_NAMED = Naming()


@lru_cache(maxsize=16384)
def class_id(school: str, name: str) -> str:
    """The id of a class: it stays the same when the class gets other pupils."""
    return derive_id("school_class", school, name.casefold())


def _take_row(wish: Wish, delivery: Delivery, body: Body, day: date) -> None:
    scope = (delivery.school, delivery.role)
    wish.keys.update((delivery.system, delivery.school, key) for key in body["keys"])
    if body.get("status") == LOST:
        wish.lost.add(scope)
        return
    status = _status(body, day)
    wish.told.setdefault(delivery.school, (delivery.source, body))
    if not wish.family_name:
        wish.given_name, wish.family_name = body["given_name"], body["family_name"]
        wish.birth_date = _day(body, "birth_date")
        wish.service_email = body.get("email", "")
        wish.source = delivery.source
    if status in _COMING:
        name = body.get("school_class", "")
        place = (*scope, class_id(delivery.school, name) if name else "")
        wish.places[place] = body.get("school_year") or delivery.school_year
        if status in _PRESENT:
            wish.present = True
        else:
            wish.starts_on = _day(body, "starts_on")
    else:
        wish.left.add(scope)


def _status(body: Body, day: date) -> RosterStatus:
    status = RosterStatus(body.get("status", RosterStatus.ACTIVE))
    return status.on(day, _day(body, "starts_on"), _day(body, "leaves_on"))


def _day(body: Body, name: str) -> date | None:
    text = body.get(name)
    return date.fromisoformat(text) if text else None
