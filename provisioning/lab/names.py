"""Invented names, as a German city has them: common ones, and those that hurt software.

Faker's German names are drawn once into pools; a hundred thousand people then cost milliseconds.
"""

import random
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from inventory.errors import UsageError
from inventory.messages import _

if TYPE_CHECKING:
    pass

Sex = Literal["m", "w"]

_DRAWS = 2000
_PLAIN_NAME = re.compile(r"[^\W\d_]+([ '-][^\W\d_]+)*")
_ODD_FAMILY_NAMES = re.compile(r" (?:II|van)$|^auch ")
"""Faker's German list holds a few jokes and inverted names."""

_FAMILY_NAMES = (
    "Ahmadi", "Al-Masri", "Arslan", "Aydın", "Ben Youssef", "Çelik", "D'Angelo", "Demir",
    "de la Cruz", "Doğan", "Đorđević", "Dvořák", "El Haddad", "García", "Gonçalves", "Groß",
    "Haile", "Horváth", "Ionescu", "Ivanova", "Kaya", "Kovačević", "Kowalczyk", "Łukaszewski",
    "Mohammadi", "N'Diaye", "Nguyễn", "Novák", "Nowak", "O'Connor", "Öztürk", "Petrović",
    "Popescu", "Rahimi", "Rossi", "Şahin", "Shevchenko", "Singh", "Sørensen", "Strauß", "Szabó",
    "Tekle", "Trần", "van den Berg", "von der Heide", "Weiß", "Wiśniewski", "Wójcik", "Yıldız",
    "Yılmaz",
)  # fmt: skip
_GIVEN_NAMES: dict[Sex, tuple[str, ...]] = {
    "m": (
        "Ben", "Emil", "Emir", "Đorđe", "Elias", "Finn", "Jonas", "Leon", "Luca", "Matteo",
        "Mehmet", "Mohammed", "Noah", "Noël", "Oğuzhan", "Oleksandr", "Paul", "Paweł", "Ümit",
        "Yusuf",
    ),
    "w": (
        "Agnieszka", "Amira", "Ayşe", "Chloé", "Elif", "Emilia", "Emma", "Fatma", "Hannah",
        "Layla", "Lena", "Linh", "Marie", "Mia", "Milica", "Sophie", "Tuğba", "Zeynep", "Zoë",
        "Zofia",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A person's names and sex, as a school writes them."""

    given: str
    family: str
    sex: Sex

    def fits(self, encoding: str) -> bool:
        """Whether a file in this encoding can hold the name."""
        try:
            f"{self.given}{self.family}".encode(encoding)
        except UnicodeEncodeError:
            return False
        return True


HARD_NAMES = (
    Name("Ayşe", "Yılmaz", "w"),
    Name("Đorđe", "Đorđević", "m"),
    Name("Xiǎomíng 小明", "Wáng 王", "m"),
    Name("Seán", "O'Connor", "m"),
    Name("Aoife", "O’Neill", "w"),
    Name("Aïcha", "N'Diaye", "w"),
    Name("Jörg", "Groß", "m"),
    Name("Lê Thị Ánh", "Nguyễn", "w"),
    Name("Þórunn", "Þorsteinsdóttir", "w"),
    Name("Jean-François", "d'Alembert", "m"),
    Name("Anna-Lena", "Müller-Großkreutz", "w"),
    Name("Zoë", "von und zu der Heide", "w"),
    Name("Maximilian Alexander Ferdinand Johannes Sebastian Konstantin", "Ley", "m"),
    Name("Ida", "Freiin von Hohenstein-Wittgenborn zu Altenkirchen-Rosenfelde", "w"),
)
"""Dotless and crossed letters, two scripts, apostrophes of both kinds, particles, 60 characters."""


class Names:
    """Draws names and streets. Equal seeds draw equal names (with the same version of Faker)."""

    def __init__(self, seed: int) -> None:
        """Raises UsageError with the command to type when the extra `lab` is not installed."""
        try:
            from faker import Faker
        except ImportError as missing:
            raise UsageError(
                _(
                    "The sample city needs the package faker. Install the extra: "
                    "pipx install 'schoolnet[lab]'"
                )
            ) from missing
        self._seed = seed
        self._faker: Faker = Faker("de_DE")

    def draw(self, dice: random.Random, encoding: str = "utf-8") -> Name:
        """One name that fits the encoding."""
        while True:
            sex: Sex = "m" if dice.random() < 0.5 else "w"
            name = Name(self._given(dice, sex), self.family(dice), sex)
            if name.fits(encoding):
                return name

    def family(self, dice: random.Random) -> str:
        """A family name: German or not, one in sixteen double."""
        chance = dice.random()
        name = dice.choice(self._families if chance < 0.75 else _FAMILY_NAMES)
        simple = "-" not in name and " " not in name
        return f"{name}-{dice.choice(self._families)}" if chance < 0.06 and simple else name

    @cached_property
    def streets(self) -> tuple[str, ...]:
        """Street names without a house number."""
        self._faker.seed_instance(f"{self._seed}/streets")
        return tuple(sorted({self._faker.street_name() for _draw in range(_DRAWS // 4)}))

    def _given(self, dice: random.Random, sex: Sex) -> str:
        chance = dice.random()
        pool = self._givens[sex] if chance < 0.6 else _GIVEN_NAMES[sex]
        name = dice.choice(pool)
        if chance < 0.05 and name.isalpha():
            return f"{name}{dice.choice('- ')}{dice.choice(_GIVEN_NAMES[sex])}"
        return name

    @cached_property
    def _families(self) -> tuple[str, ...]:
        self._faker.seed_instance(f"{self._seed}/families")
        drawn = {self._faker.last_name() for _draw in range(_DRAWS)}
        return tuple(
            sorted(n for n in drawn if _PLAIN_NAME.fullmatch(n) and not _ODD_FAMILY_NAMES.search(n))
        )

    @cached_property
    def _givens(self) -> dict[Sex, tuple[str, ...]]:
        self._faker.seed_instance(f"{self._seed}/given")
        men = {self._faker.first_name_male() for _draw in range(_DRAWS)}
        women = {self._faker.first_name_female() for _draw in range(_DRAWS)}
        return {
            "m": tuple(sorted(n for n in men if _PLAIN_NAME.fullmatch(n))),
            "w": tuple(sorted(n for n in women if _PLAIN_NAME.fullmatch(n))),
        }
