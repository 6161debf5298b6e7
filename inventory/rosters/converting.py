"""From the raw rows of a table to RosterRows, or to Problems."""

from datetime import date

from inventory.messages import _
from inventory.records.people import Role
from inventory.rosters.fields import Fields
from inventory.rosters.layout import SUFFIX, Layout
from inventory.rosters.ledger import Ledger
from inventory.rosters.lines import lose_line
from inventory.rosters.reading import Row, Table
from inventory.rosters.rows import ReadOptions, RosterRow, RosterStatus
from inventory.rosters.values import clean, is_damaged_id, is_date_for_id, shows_day_first

_AT_SCHOOL = (RosterStatus.ACTIVE, RosterStatus.ON_LEAVE)


class RowConverter:
    """Converts the rows of one table; `raw` are its rows with only the mapped cells.

    `classless` are the class cells of pupils at school that name no class, by their lines.
    """

    def __init__(self, table: Table, layout: Layout, options: ReadOptions, ledger: Ledger) -> None:
        self._layout, self._ledger = layout, ledger
        self._day, self._roles, self._school = options.day, options.roles, options.school
        self._width = len(table.header)
        self._fields = tuple(layout.columns)
        self._headers = layout.headers()
        positions = [table.positions(name)[0] for name in self._headers]
        self._twins: list[tuple[int, int]] = []
        for at, name in enumerate(self._headers):
            for position in table.positions(name)[1:]:
                self._twins.append((at, len(positions)))
                positions.append(position)
        self.classless: dict[int, str] = {}
        self.raw = list(table.rows(positions))
        self._day_first = {
            field: shows_day_first([row.cells[at] for row in self.raw if row.cells])
            for at, field in enumerate(self._fields)
            if field in {"birth_date", "starts_on", "leaves_on"}
        }

    def convert(self, raw: Row) -> RosterRow | None:
        """The row, or None when it is lost; then the ledger knows why."""
        line = raw.line
        if not raw.cells:
            lose_line(raw, self._width, self._ledger)
            guesses = ([clean(cell) or "" for cell in guess] for guess in raw.guesses)
            self._ledger.told[line] = [self._cells(guess) for guess in guesses]
            return None
        values = self._clean(raw)
        intact = line not in self._ledger.lost
        cells = self._cells(values)
        fields = Fields(line, cells, self._layout, self._ledger, self._day_first)
        ids = self._ids(line, values, fields)
        row = self._person(fields, ids) if intact else None
        if line in self._ledger.lost:
            # A name with a suffix has a namesake: under which id it is known, nobody can tell.
            namesake = self._layout.suffix and fields.text(SUFFIX)
            self._ledger.lost[line] = ids[0] if ids and not namesake else ""
            self._ledger.told[line] = [cells]
            return None
        return row

    def _clean(self, raw: Row) -> list[str]:
        values: list[str] = []
        for at, cell in enumerate(raw.cells):
            text = clean(cell)
            if text is None:
                message = _(
                    "Line {line}, {column}: it holds letters that were damaged before the export, "
                    "or control characters. Correct it in the source."
                )
                self._ledger.lose(raw.line, self._header_at(at), message, cell)
            values.append(text or "")
        for at, twin in self._twins:
            if values[at] != values[twin]:
                message = _(
                    "Line {line}, {column}: the two columns of this name differ. Export only one."
                )
                self._ledger.lose(raw.line, self._headers[at], message, values[twin])
        return values

    def _header_at(self, at: int) -> str:
        if at < len(self._headers):
            return self._headers[at]
        return next(self._headers[first] for first, twin in self._twins if twin == at)

    def _cells(self, values: list[str]) -> dict[str, str]:
        """The cell of each field; what a suffix of the name says has a place of its own."""
        layout = self._layout
        cells = dict(zip(self._fields, values, strict=False))
        for at, name in enumerate(layout.fallbacks, len(layout.columns) + len(layout.keys)):
            cells[name] = cells[name] or values[at]
        if layout.suffix:
            name, _sign, suffix = cells["family_name"].partition(layout.suffix)
            cells |= {"family_name": name.strip(), SUFFIX: suffix.strip()}
        return cells

    def _ids(self, line: int, values: list[str], fields: Fields) -> list[str]:
        """The person's ids in this row, best first."""
        ids: list[str] = []
        for at, (header, compared) in enumerate(self._layout.keys.items(), len(self._fields)):
            if is_damaged_id(values[at]):
                message = _(
                    "Line {line}, {column}: a spreadsheet turned this id into a number and its "
                    "digits are lost. Export again and do not save it with a spreadsheet."
                )
                self._ledger.lose(line, header, message, values[at])
            elif not values[at].isalnum() and is_date_for_id(  # nearly all are digits only
                values[at], broken_date=fields.has_broken_date(self._day)
            ):
                message = _(
                    "Line {line}, {column}: there is a date in place of the id, as when a "
                    "separator is missing or too many. Correct the line in the source."
                )
                self._ledger.lose(line, header, message, values[at])
            elif values[at] and not (ids and header in self._layout.weak):
                ids.append(compared(values[at]))
        if self._layout.by_name:
            ids += fields.name_ids(self._day)
        if not ids and self._layout.by_name and line not in self._ledger.lost:
            fields.lose_nameless()
        elif not ids and line not in self._ledger.lost:
            message = _("Line {line}, {column}: the person has no id. Enter it in the source.")
            self._ledger.lose(line, next(iter(self._layout.keys)), message)
        return ids

    def _person(self, fields: Fields, ids: list[str]) -> RosterRow | None:
        starts_on = fields.due_date("starts_on")
        leaves_on = fields.due_date("leaves_on")
        if starts_on and leaves_on and leaves_on < starts_on:
            message = _(
                "Line {line}, {column}: the person leaves before the first day. Correct one of "
                "the two dates in the source."
            )
            fields.lose("leaves_on", message)
        status = self._status(fields, starts_on, leaves_on)
        role = fields.role(self._roles)
        family_name, given_name = fields.name("family_name"), fields.name("given_name")
        school_number, school_year = fields.school_number(self._school), fields.school_year()
        if fields.line in self._ledger.lost or status is None or role is None:
            return None
        row = RosterRow(
            line=fields.line, record_id=ids[0], other_ids=tuple(dict.fromkeys(ids[1:])),
            given_name=given_name, family_name=family_name,
            birth_date=fields.birth_date(self._day), school_class=fields.school_class(),
            year_group=fields.year_group() if role is Role.STUDENT else None, role=role,
            status=status, starts_on=starts_on, leaves_on=leaves_on, email=fields.email(),
            home_school=fields.text("home_school"), school_number=school_number,
            school_year=school_year,
        )  # fmt: skip
        self._look_at(row, fields)
        return row

    def _status(
        self, fields: Fields, starts_on: date | None, leaves_on: date | None
    ) -> RosterStatus | None:
        """The status on the day of reading; None when the cell cannot be read."""
        status = fields.status()
        if status is None:
            return None
        if not fields.there("status") and starts_on is not None and self._day < starts_on:
            status = RosterStatus.PLANNED
        if fields.in_leaver_class() and (leaves_on is None or leaves_on < self._day):
            return RosterStatus.LEAVER
        return status.on(self._day, starts_on, leaves_on)

    def _look_at(self, row: RosterRow, fields: Fields) -> None:
        """Note a missing class, and warn where a status lacks what it needs to have an effect."""
        if row.status is RosterStatus.PLANNED and row.starts_on is None:
            message = _(
                "Line {line}, {column}: planned without a first day, so the account stays planned "
                "until the source gives a day or another status."
            )
            fields.warn("status", message)
        if row.status is RosterStatus.EXTERNAL and not row.home_school:
            message = _(
                "Line {line}, {column}: a guest without the number of the home school, which owns "
                "the account. Add it to the export."
            )
            fields.warn("status", message)
        without_class = fields.there("school_class") and not row.school_class
        if row.role is Role.STUDENT and row.status in _AT_SCHOOL and without_class:
            self.classless[row.line] = fields.text("school_class")
