"""One school year of the sample city to the next: up, out, across, and in.

Nearly everybody moves up; the final grade leaves; a few repeat, leave early, change their name
or school. Primary pupils of the last grade enter the city's other schools, and each school's
first grade fills up with newcomers. Equal years follow from equal years.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from inventory.records.places import SchoolType
from provisioning.lab.city import City, CitySchool
from provisioning.lab.city_people import (
    PUPILS_A_TEACHER,
    Pupil,
    Roll,
    Status,
    born_at,
    encoding_of,
    enter_others,
    first_rolls,
    grade_size,
    names_leavers,
    stream_of,
)

_LEAVE_EARLY, _CHANGE_SCHOOL, _REPEAT, _RENAMED = 0.010, 0.007, 0.010, 0.002
_TEACHERS_LEAVE, _TEACHERS_MARRY = 0.03, 0.01
_GOING_ON = frozenset({Status.ACTIVE, Status.ON_LEAVE, Status.PLANNED})


@dataclass
class _Travellers:
    """Who is between two schools: primary leavers, and movers by the school they enter."""

    anywhere: deque[Pupil] = field(default_factory=deque)
    only_utf8: deque[Pupil] = field(default_factory=deque)
    movers: dict[int, list[Pupil]] = field(default_factory=dict)

    def finish_primary(self, pupil: Pupil) -> None:
        """Wait for a place in a fifth grade."""
        fits = pupil.name.fits("iso-8859-1")
        (self.anywhere if fits else self.only_utf8).append(pupil)

    def take(self, encoding: str) -> Pupil | None:
        """The next one whose name the school can write."""
        if encoding == "utf-8" and self.only_utf8:
            return self.only_utf8.popleft()
        return self.anywhere.popleft() if self.anywhere else None


def rolls_of(city: City, year: int) -> list[Roll]:
    """Everybody in the school year that begins in `year`, by school.

    Raises ValueError for a year before the city's first.
    """
    if year < city.first_year:
        raise ValueError(f"the sample city begins in {city.first_year}, not in {year}")
    rolls = first_rolls(city)
    for following in range(city.first_year + 1, year + 1):
        rolls = _next_year(city, rolls, following)
    return rolls


def _next_year(city: City, rolls: list[Roll], year: int) -> list[Roll]:
    travellers = _Travellers()
    following = [
        _move_up(city, member, roll, year, travellers)
        for member, roll in zip(city.members, rolls, strict=True)
    ]
    for member, roll in zip(city.members, following, strict=True):
        dice = city.dice("arrivals", member.index, year)
        classes = stream_of(grade_size(city, member) - 1, grade_size(city, member)) + 1
        for pupil in travellers.movers.get(member.index, ()):
            stream = pupil.stream % classes
            roll.enter(pupil.name, pupil.born, pupil.grade, stream, date(year, 8, 1))
        _fill_first_grade(city, member, roll, year, travellers, dice)
        _change_staff(city, member, roll, dice)
        enter_others(city, member, roll, year)
    return following


def _move_up(city: City, member: CitySchool, old: Roll, year: int, travellers: _Travellers) -> Roll:
    """The same school without its newcomers; who goes elsewhere joins the travellers."""
    dice = city.dice("move up", member.index, year)
    roll = Roll([], list(old.teachers), old.next_record_id, set(old.codes))
    for pupil in old.pupils:
        if pupil.status not in _GOING_ON:
            continue
        up = replace(pupil, grade=pupil.grade + 1, status=Status.ACTIVE)
        chance = dice.random()
        if pupil.grade == member.shape.last_grade:
            roll.pupils.extend(_leaver(member, pupil, Status.FINISHED, year))
            if member.record.school_type is SchoolType.GRUNDSCHULE:
                travellers.finish_primary(up)
        elif chance < _LEAVE_EARLY:
            roll.pupils.extend(_leaver(member, pupil, Status.LEFT, year))
        elif chance < _LEAVE_EARLY + _CHANGE_SCHOOL and (
            (goal := _other_school(city, member, pupil)) is not None
        ):
            roll.pupils.extend(_leaver(member, pupil, Status.LEFT, year))
            travellers.movers.setdefault(goal.index, []).append(up)
        elif dice.random() < _REPEAT:
            roll.pupils.append(replace(up, grade=pupil.grade))
        else:
            roll.pupils.append(_maybe_renamed(city, member, up, dice))
    return roll


def _leaver(member: CitySchool, pupil: Pupil, status: Status, year: int) -> Iterator[Pupil]:
    """The leaver as the export shows it: by name at one school, by absence at another."""
    if names_leavers(member):
        yield replace(pupil, status=status, left=date(year, 7, 31))


def _other_school(city: City, member: CitySchool, pupil: Pupil) -> CitySchool | None:
    """The next school of the same type that can write the pupil's name."""
    there = [*city.members[member.index + 1 :], *city.members[: member.index]]
    for other in there:
        if other.shape is member.shape and pupil.name.fits(encoding_of(other)):
            return other
    return None


def _maybe_renamed(city: City, member: CitySchool, pupil: Pupil, dice: Random) -> Pupil:
    if dice.random() >= _RENAMED:
        return pupil
    family = city.names.draw(dice, encoding_of(member)).family
    return replace(pupil, name=replace(pupil.name, family=family))


def _fill_first_grade(
    city: City, member: CitySchool, roll: Roll, year: int, travellers: _Travellers, dice: Random
) -> None:
    """From the city's primary schools where the first grade is the fifth, else from outside."""
    grade, size = member.shape.first_grade, grade_size(city, member)
    there = sum(1 for p in roll.pupils if p.grade == grade and p.status is Status.ACTIVE)
    for place in range(there, size):
        known = travellers.take(encoding_of(member)) if grade == 5 else None
        name = known.name if known else city.names.draw(dice, encoding_of(member))
        born = known.born if known else born_at(member, grade, year, dice)
        roll.enter(name, born, grade, stream_of(place, size), date(year, 8, 1))


def _change_staff(city: City, member: CitySchool, roll: Roll, dice: Random) -> None:
    staying = [t for t in roll.teachers if dice.random() >= _TEACHERS_LEAVE]
    roll.teachers = [
        replace(t, name=replace(t.name, family=_married(city, member, t.name.family, dice)))
        if dice.random() < _TEACHERS_MARRY
        else t
        for t in staying
    ]
    pupils = sum(1 for pupil in roll.pupils if pupil.status is Status.ACTIVE)
    while len(roll.teachers) < max(2, round(pupils / PUPILS_A_TEACHER)):
        roll.hire(city, member, dice)


def _married(city: City, member: CitySchool, family: str, dice: Random) -> str:
    other = city.names.draw(dice, encoding_of(member)).family.split("-")[0]
    return other if "-" in family else f"{family}-{other}"
