"""Which group a class has, in each of the three ways a group can take a new school year.

``members``: the group goes by the class: next year 5a holds other pupils. ``rename``: it goes by
those who began together, so that 5a becomes 6a. ``per_year``: each school year has its own.
All three follow from the inventory alone, so that planning twice plans the same.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from inventory.records import School, SchoolClass
from inventory.records.base import derive_id
from inventory.records.people import Role
from inventory.times import school_year_of
from provisioning.directory.dn import fold
from provisioning.directory.inventory_rows import EnrolmentRow
from provisioning.directory.layout_settings import LayoutSettings, Rollover

_YEAR = re.compile(r"\d{4}/\d{2}")


@dataclass(frozen=True, slots=True)
class ClassGroup:
    """The group of a class. `former`: ids it may have had when the settings said otherwise."""

    id: str
    name: str
    former: tuple[str, ...]


def school_years(enrolments: Iterable[EnrolmentRow], day: date) -> Mapping[str, str]:
    """The school year that each school is in: that of most of its pupils, else of the others.

    Exports come late, and some are forgotten: on 1 August all schools are still in last year. A
    school of which nothing is known is in the year of the day.
    """
    counted = Counter((one.school, one.role == Role.STUDENT, one.school_year) for one in enrolments)
    pupils: defaultdict[str, dict[str, int]] = defaultdict(dict)
    others: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (school, is_pupil, year), count in counted.items():
        if _YEAR.fullmatch(year):
            (pupils if is_pupil else others)[school][year] = count
    found: defaultdict[str, str] = defaultdict(lambda: school_year_of(day))
    for told in (others, pupils):
        for school, years in told.items():
            found[school] = max(years, key=lambda year: (years[year], year))
    return found


def class_group(
    layout: LayoutSettings, school: School, school_class: SchoolClass, year: str
) -> ClassGroup:
    """The group of a class in a school year."""
    ids: dict[Rollover, str] = {
        "members": school_class.id,
        "rename": _cohort(school_class, year),
        "per_year": derive_id("class of a year", school.id, year, fold(school_class.name)),
    }
    rollover = layout.rollover_at(school.number)
    name = layout.class_groups.format(
        **{"class": school_class.name, "school_number": school.number}
    )
    if school_class.name and rollover == "per_year":
        name = f"{name}-{year}"
    own = ids[rollover]
    former = tuple(other for other in ids.values() if other != own)
    return ClassGroup(own, name if school_class.name else "", former)


def _cohort(school_class: SchoolClass, year: str) -> str:
    """The id of those who began together: 5a and next year 6a are one cohort.

    A class that does not have its year group in its name keeps its own id: EF does not become Q1
    with the same members.
    """
    grade = str(school_class.grade or "")
    before, found, after = fold(school_class.name).partition(grade) if grade else ("", "", "")
    if not found or after[:1].isdigit() or (before[-1:].isdigit() and not before.endswith("0")):
        return school_class.id
    first = int(year[:4]) - int(grade)
    # 09a becomes 10a: a zero before the number is part of the number.
    return derive_id("cohort", school_class.school, str(first), before.removesuffix("0"), after)
