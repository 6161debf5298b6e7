"""From the cells of one row to values: what cannot be read is a Problem in its column."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from inventory.messages import _
from inventory.records.base import normalise_school_number
from inventory.records.people import Role
from inventory.rosters.classes import year_group
from inventory.rosters.layout import SUFFIX, Layout
from inventory.rosters.ledger import Ledger
from inventory.rosters.rows import RosterStatus
from inventory.rosters.values import is_name, name_key, school_year

ROLE_WORDS = {
    "student": Role.STUDENT, "schüler": Role.STUDENT, "schülerin": Role.STUDENT,
    "schüler/in": Role.STUDENT, "schüler*in": Role.STUDENT,
    "teacher": Role.TEACHER, "lehrer": Role.TEACHER, "lehrerin": Role.TEACHER,
    "lehrer/in": Role.TEACHER, "lehrer*in": Role.TEACHER, "lehrkraft": Role.TEACHER,
    "staff": Role.STAFF, "personal": Role.STAFF, "mitarbeiter": Role.STAFF,
    "mitarbeiterin": Role.STAFF, "mitarbeiter/in": Role.STAFF, "mitarbeiter*in": Role.STAFF,
}  # fmt: skip
"""What a role column may say, in small letters."""

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_OLDEST_BIRTH_YEAR = 1900


class Fields:
    """The mapped cells of one row, clean. A field whose column is not there is empty text."""

    def __init__(
        self,
        line: int,
        cells: Mapping[str, str],
        layout: Layout,
        ledger: Ledger,
        day_first: Mapping[str, bool],
    ) -> None:
        self.line = line
        self._cells, self._layout, self._ledger, self._day_first = cells, layout, ledger, day_first

    def text(self, field: str) -> str:
        """The cell; empty when there is none."""
        return self._cells.get(field, "")

    def there(self, field: str) -> bool:
        """True when the column is there, whatever its cell holds."""
        return field in self._cells

    def lose(self, field: str, message: str, **more: str | int) -> None:
        """The row is lost because of this cell."""
        column = self._layout.columns[field]
        self._ledger.lose(self.line, column, message, self._cells[field], **more)

    def warn(self, field: str, message: str) -> None:
        """The row is kept, but somebody should look at this cell."""
        column = self._layout.columns[field]
        self._ledger.warn(self.line, column, message, self._cells[field])

    def name(self, field: str) -> str:
        """A given or family name, which must be there."""
        text = self._cells[field]
        if not text:
            message = _("Line {line}, {column}: the name is missing. Enter it in the source.")
            self.lose(field, message)
        elif not is_name(text):
            message = _(
                "Line {line}, {column}: this is no name. Look for shifted columns, a wrong "
                "encoding, or signs in the name."
            )
            self.lose(field, message)
        return text

    def due_date(self, field: str) -> date | None:
        """A date that decides who has an account: when it cannot be read, the row is lost."""
        text = self.text(field)
        found = self._layout.read_date(text, self._day_first[field]) if text else None
        if text and found is None:
            message = _(
                "Line {line}, {column}: this is no date that can be read for certain. Write it as "
                "31.07.2026."
            )
            self.lose(field, message)
        return found

    def birth_date(self, day: date) -> date | None:
        """The birth date only helps to recognise people: without it the row is kept."""
        text = self.text("birth_date")
        found = self._possible_birth_date(day)
        if text and found is None:
            message = _(
                "Line {line}, {column}: this birth date is not possible or not clear (write it "
                "as 31.07.2010). The row was read without it."
            )
            self.warn("birth_date", message)
        return found

    def has_broken_date(self, day: date) -> bool:
        """True when something else than a birth date stands in its place."""
        return bool(self.text("birth_date")) and self._possible_birth_date(day) is None

    def _possible_birth_date(self, day: date) -> date | None:
        text = self.text("birth_date")
        found = self._layout.read_date(text, self._day_first["birth_date"]) if text else None
        return found if found and found.year >= _OLDEST_BIRTH_YEAR and found < day else None

    def name_ids(self, day: date) -> list[str]:
        """The ids that name and birth date make: without and with what stands behind the name."""
        family_name, given_name = self.text("family_name"), self.text("given_name")
        birth_date = self._possible_birth_date(day)
        if not (is_name(family_name) and is_name(given_name) and birth_date):
            return []
        suffixes = ("", self.text(SUFFIX)) if self.text(SUFFIX) else ("",)
        return [name_key(family_name, given_name, birth_date, suffix) for suffix in suffixes]

    def lose_nameless(self) -> None:
        """The row is lost because name and birth date, which make the id, are not all there."""
        if not is_name(self.text("family_name")) or not is_name(self.text("given_name")):
            return  # said where the names are read
        message = _(
            "Line {line}, {column}: there is no birth date that can be read, and without an id "
            "people are known by name and birth date. Enter it in the source as 31.07.2010."
        )
        self.lose("birth_date", message)

    def school_class(self) -> str:
        """The class name; empty where the cell names something that is no class."""
        text = self.text("school_class")
        plain = f"{text.casefold()} "
        return "" if plain.startswith(self._layout.no_classes) or self.in_leaver_class() else text

    def in_leaver_class(self) -> bool:
        """True when the class is one of those that hold people who have left."""
        return f"{self.text('school_class').casefold()} ".startswith(self._layout.leaver_classes)

    def status(self) -> RosterStatus | None:
        """The status as the source has it; without a status column everybody is active."""
        if "status" not in self._cells:
            return RosterStatus.ACTIVE
        status = self._layout.statuses.get(self._cells["status"].casefold())
        if status is None:
            message = _(
                "Line {line}, {column}: this status is not known, so nothing changes for this "
                "person. Known are: {known}."
            )
            self.lose("status", message, known=", ".join(self._layout.statuses))
        return status

    def role(self, allowed: Sequence[Role]) -> Role | None:
        """The role of the whole file, or of this row."""
        if self._layout.role is not None:
            return self._layout.role
        role = ROLE_WORDS.get(self._cells["role"].casefold())
        if role is None or role not in allowed:
            message = _(
                "Line {line}, {column}: this role does not belong to this source, which holds: "
                "{roles}. Correct it in the source, or `roles` in the settings."
            )
            self.lose("role", message, roles=", ".join(allowed))
        return role

    def year_group(self) -> int | None:
        """The year group of its column, else of the class name."""
        text = self.text("year_group")
        found = year_group(text) if text else None
        if text and found is None:
            message = _(
                "Line {line}, {column}: no year group (1 to 13, EF, Q1, Q2) can be read; the "
                "class name is used instead."
            )
            self.warn("year_group", message)
        return found if found is not None else year_group(self.school_class())

    def email(self) -> str:
        """An e-mail address, or empty text."""
        text = self.text("email")
        if text and not _MAIL.fullmatch(text):
            message = _(
                "Line {line}, {column}: this is no e-mail address. The row was read without it."
            )
            self.warn("email", message)
            return ""
        return text

    def school_number(self, school: str) -> str:
        """The row's school number, which must be that of the school the file is for."""
        text = self.text("school_number")
        if not text:
            return ""
        try:
            number = normalise_school_number(text)
        except ValueError:
            number = ""
        if not number:
            message = _(
                "Line {line}, {column}: this is no school number (up to 12 digits or letters)."
            )
            self.lose("school_number", message)
        elif school and number != school:
            message = _(
                "Line {line}, {column}: the row belongs to another school than {school}, for "
                "which this file was delivered. Import it for its own school."
            )
            self.lose("school_number", message, school=school)
        return number

    def school_year(self) -> str:
        """The row's school year as ``2026/27``, or empty text."""
        text = self.text("school_year")
        found = school_year(text) if text else ""
        if found is None:
            message = _("Line {line}, {column}: no school year can be read. Write 2026 or 2026/27.")
            self.lose("school_year", message)
        return found or ""
