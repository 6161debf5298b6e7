"""Which classes of a package are school classes, and which are courses."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import NamedTuple

from inventory.records.people import Role
from inventory.rosters.register import Group, Register
from inventory.rosters.rows import RosterClass

_COURSES = 20
"""More than one pupil in so many who is in several classes shows that they are courses."""

Groups = Mapping[str, tuple[str, Group]]
"""Class id -> school number, class."""


class Homerooms(NamedTuple):
    """The ids of the classes that are homerooms, how many others there are, and the numbers of
    the schools that have none.
    """

    ids: set[str]
    courses: int
    schools_without: list[str]


def homerooms(register: Register, groups: Groups) -> Homerooms:
    """Which of the classes are school classes: homerooms.

    Where a school has none, its other classes are taken when hardly a pupil is in two of them;
    else they are courses, and nobody is in a class.
    """
    by_school: defaultdict[str, list[Group]] = defaultdict(list)
    for number, group in groups.values():
        by_school[number].append(group)
    pupils: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for user, members in register.members.items():
        for member in members.values():
            if member.role is Role.STUDENT and member.group in groups:
                pupils[groups[member.group][0]][user] += 1
    found: set[str] = set()
    courses, without = 0, []
    for number, its in by_school.items():
        named = {group.id for group in its if group.homeroom}
        several = sum(count > 1 for count in pupils[number].values())
        was_class = number not in register.only_courses
        if not named and was_class and several * _COURSES <= len(pupils[number]):
            named = {group.id for group in its}
        elif not named and number:
            without.append(number)
        found |= named
        courses += len(its) - len(named) if number else 0
    return Homerooms(found, courses, without)


def classes_of(
    register: Register, groups: Groups, ids: Collection[str]
) -> Mapping[str, tuple[RosterClass, ...]]:
    """The classes and courses of each school, by id."""
    found: defaultdict[str, list[RosterClass]] = defaultdict(list)
    for ref, (number, group) in groups.items():
        if number:
            found[number].append(RosterClass(
                ref=ref, name=group.name, org_ref=group.org, year_group=group.year_group,
                course=ref not in ids,
            ))  # fmt: skip
    for number, course in register.courses.values():
        found[number].append(course)
    return {n: tuple(sorted(its, key=lambda one: one.ref)) for n, its in found.items()}


def grades_of(register: Register) -> dict[str, int]:
    """The year group of each class whose pupils are all in one."""
    found: defaultdict[str, set[int | None]] = defaultdict(set)
    for user, members in register.members.items():
        for member in members.values():
            if member.role is Role.STUDENT and user in register.users:
                found[member.group].add(register.users[user].year_group)
    return {group: one for group, years in found.items() if len(years) == 1
            for one in years if one is not None}  # fmt: skip
