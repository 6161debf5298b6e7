"""A seeded sample city: its schools, and what each of them has.

Equal seeds give equal cities, record for record. A school is the same in a city of three as in
a city of 150, so a small test stands for the large one. At 150 schools the sums are those of a
large German city: 900 buildings, 2,000 switches, 3,000 access points, 40,000 devices, 75,000
persons.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from inventory.records.base import derive_id
from inventory.records.places import School, SchoolType
from provisioning.lab.names import Names

FULL_SIZE = 150


@dataclass(frozen=True)
class Shape:
    """What a school of one type has. `schools` is how many of 150 are of this type.

    `grade_size` is pupils per year group; `age_before` is their age, less the grade, on
    30 September. The sums over all 150 schools are the city's.
    """

    schools: int
    first_grade: int
    last_grade: int
    grade_size: int
    buildings: int
    switches: int
    access_points: int
    devices: int
    age_before: int = 5


SHAPES: dict[SchoolType, Shape] = {
    SchoolType.GRUNDSCHULE: Shape(80, 1, 4, 57, 4, 8, 12, 140),
    SchoolType.GYMNASIUM: Shape(18, 5, 13, 95, 8, 21, 32, 460),
    SchoolType.GESAMTSCHULE: Shape(14, 5, 13, 111, 10, 23, 35, 500),
    SchoolType.REALSCHULE: Shape(14, 5, 10, 93, 7, 16, 24, 310),
    SchoolType.FOERDERSCHULE: Shape(8, 1, 10, 15, 6, 10, 14, 170),
    SchoolType.BERUFSKOLLEG: Shape(6, 1, 3, 533, 14, 36, 52, 900, age_before=15),
    SchoolType.HAUPTSCHULE: Shape(4, 5, 10, 50, 6, 11, 16, 200),
    SchoolType.SEKUNDARSCHULE: Shape(4, 5, 10, 80, 7, 15, 22, 290),
    SchoolType.WEITERBILDUNGSKOLLEG: Shape(2, 1, 3, 167, 6, 14, 20, 230, age_before=19),
}

_FIRST_PARTS = (
    "Linden", "Birken", "Eichen", "Sonnen", "Mühlen", "Wiesen", "Berg", "Nord", "Hafen", "Schloss",
    "Kloster", "Brücken", "Park", "Stein", "Rosen", "Süd", "Wald", "Kirch", "Erlen", "Markt",
)  # fmt: skip
_LAST_PARTS = (
    "hof", "weg", "feld", "garten", "ufer", "höhe", "grund", "tor", "wiese", "allee", "platz",
    "straße",
)  # fmt: skip
_ASCII = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class CitySchool:
    """One school of the city: the record, and what its network and its exports are built from.

    `slug` is its name in host names and addresses; `index` its place in the city, from 0.
    """

    record: School
    slug: str
    index: int
    shape: Shape

    @property
    def id(self) -> str:
        """The school's record id."""
        return self.record.id


@dataclass(frozen=True)
class City:
    """The city. `scale` makes every school smaller (or larger); `first_year` is 2026 for 2026/27.

    What it owns is in `city_records`; its persons come as the schools export them (`exports`).
    """

    seed: int = 1
    schools: int = FULL_SIZE
    scale: float = 1.0
    first_year: int = 2026

    @cached_property
    def members(self) -> tuple[CitySchool, ...]:
        """The schools, of mixed types at every size of the city."""
        names = _school_names(self.dice("schools"))
        found: list[CitySchool] = []
        for index, school_type in zip(range(self.schools), _types(), strict=False):
            name = next(names)
            number = _school_number(index)
            record = School(
                id=self.record_id("school", number),
                number=number,
                name=f"{school_type.value} {name}",
                school_type=school_type,
            )
            slug = name.lower().translate(_ASCII).replace(" ", "")
            found.append(CitySchool(record, slug, index, SHAPES[school_type]))
        return tuple(found)

    @cached_property
    def names(self) -> Names:
        """Where its names come from. Raises UsageError without the extra `lab`."""
        return Names(self.seed)

    def amount(self, normal: int) -> int:
        """A number of the shape at this city's scale, at least one."""
        return max(1, round(normal * self.scale))

    def dice(self, *what: object) -> random.Random:
        """Chance that always falls the same way for this city and these words."""
        words = "/".join(map(str, (self.seed, *what)))
        return random.Random(words)  # noqa: S311  # repeatable, nothing secret

    def record_id(self, kind: str, *key: object) -> str:
        """The id that this record has in every city of this seed."""
        return derive_id(kind, "sample city", str(self.seed), *map(str, key))


def _types() -> Iterator[SchoolType]:
    """School types in an order whose every beginning is mixed as the whole is."""
    used = dict.fromkeys(SHAPES, 0)
    while True:
        so_far = sum(used.values()) + 1
        due = {
            kind: shape.schools * so_far - used[kind] * FULL_SIZE for kind, shape in SHAPES.items()
        }
        most_due = max(due, key=lambda kind: due[kind])
        used[most_due] += 1
        yield most_due


def _school_names(dice: random.Random) -> Iterator[str]:
    names = [first + last for first in _FIRST_PARTS for last in _LAST_PARTS]
    dice.shuffle(names)
    yield from names
    for district in range(2, 1000):
        yield from (f"{name} {district}" for name in names)


def _school_number(index: int) -> str:
    """Six digits, as in North Rhine-Westphalia; one in ten begins with a zero, as elsewhere."""
    return f"{10_007 + 137 * index if index % 10 == 1 else 150_001 + 137 * index:06}"
