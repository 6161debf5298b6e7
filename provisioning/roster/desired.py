"""What the schools' exports say, put together per person. Pure: rows in, wishes out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inventory.records import SchoolClass
from inventory.records.base import derive_id
from inventory.records.deliveries import Delivery
from inventory.rosters.rows import RosterStatus
from provisioning.roster.importing import LOST

Scope = tuple[str, str]
"""School id and role: what one delivery covers."""

_PRESENT = {RosterStatus.ACTIVE, RosterStatus.ON_LEAVE}


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


@dataclass
class Wishes:
    """Everything the deliveries want, and what they cover."""

    people: dict[str, Wish] = field(default_factory=dict)
    classes: dict[str, SchoolClass] = field(default_factory=dict)
    covered: dict[Scope, str] = field(default_factory=dict)
    """Scope -> latest school year, where absence means having left."""
    guests: int = 0


def class_id(school: str, name: str) -> str:
    """The id of a class: it stays the same when the class gets other pupils."""
    return derive_id("school_class", school, name.casefold())


def collect(
    deliveries: Iterable[tuple[Delivery, Iterable[tuple[int, str, Mapping[str, Any]]]]],
    day: date,
    resolve: Callable[[str], str] = str,
) -> Wishes:
    """Put the rows of all deliveries in force together, as of a day.

    `resolve` gives the person whom a row's person stands for, where two were joined.
    """
    wishes = Wishes()
    unsure: set[Scope] = set()
    for delivery, rows in deliveries:
        scope = (delivery.school, delivery.role)
        if not delivery.absence_counts:
            unsure.add(scope)
        else:
            wishes.covered[scope] = max(delivery.school_year, wishes.covered.get(scope, ""))
        for _line, person, body in rows:
            _take_row(wishes, delivery, resolve(person), body, day)
    for scope in unsure:  # of several sources, another's unreadable row may be anybody's
        wishes.covered.pop(scope, None)
    return wishes


def _take_row(
    wishes: Wishes, delivery: Delivery, person: str, body: Mapping[str, Any], day: date
) -> None:
    scope = (delivery.school, delivery.role)
    wish = wishes.people.setdefault(person, Wish())
    wish.keys.update((delivery.system, delivery.school, key) for key in body["keys"])
    if body.get("status") == LOST:
        wish.lost.add(scope)
        return
    starts_on, leaves_on = _day(body, "starts_on"), _day(body, "leaves_on")
    status = RosterStatus(body.get("status", RosterStatus.ACTIVE)).on(day, starts_on, leaves_on)
    if not wish.family_name:
        wish.given_name, wish.family_name = body["given_name"], body["family_name"]
        wish.birth_date = _day(body, "birth_date")
        wish.service_email = body.get("email", "")
        wish.source = delivery.source
    if status in _PRESENT or status is RosterStatus.PLANNED:
        place = (*scope, _class_of(wishes, delivery, body))
        wish.places[place] = body.get("school_year") or delivery.school_year
        if status in _PRESENT:
            wish.present = True
        else:
            wish.starts_on = starts_on
    else:
        wish.left.add(scope)
        wishes.guests += status is RosterStatus.EXTERNAL


def _class_of(wishes: Wishes, delivery: Delivery, body: Mapping[str, Any]) -> str:
    name = body.get("school_class", "")
    if not name:
        return ""
    key = class_id(delivery.school, name)
    if key not in wishes.classes:
        grade = body.get("year_group")
        wishes.classes[key] = SchoolClass(id=key, school=delivery.school, name=name, grade=grade)
    return key


def _day(body: Mapping[str, Any], name: str) -> date | None:
    text = body.get(name)
    return date.fromisoformat(text) if text else None
