"""What can be asked of a report, and what a report answers with."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records import School
from inventory.records.base import Frozen
from inventory.reports.tables import Column, Row
from inventory.school_numbers import school_of
from inventory.store.queries import Eq
from inventory.store.reading import SqliteReader
from inventory.times import end_of_day


class Ask(Frozen):
    """What a person asks for. Days are days in Berlin, `until` included; `school` is a number."""

    as_of: date | None = None
    school: str = ""
    since: date | None = None
    until: date | None = None
    with_names: bool = False
    reason: str = ""

    def parameters(self) -> dict[str, str | bool]:
        """What goes on the stamp: all that decides what is in the report."""
        given = {"as_of": self.as_of, "since": self.since, "until": self.until}
        days: dict[str, str | bool] = {k: day.isoformat() for k, day in given.items() if day}
        return days | ({"school": self.school} if self.school else {}) | {
            "with_names": self.with_names
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """An Ask that was checked: its school found, its days as moments (first and last included)."""

    school: School | None
    first: int
    last: int
    with_names: bool

    @property
    def school_id(self) -> str:
        """The school's record id; empty for the whole city."""
        return self.school.id if self.school else ""

    @property
    def in_school(self) -> Eq | None:
        """The filter on a record's school; None when the whole city is asked for."""
        return Eq(field="school", value=self.school.id) if self.school else None


@dataclass(frozen=True, slots=True)
class Report:
    """One entry of the catalogue. `title` is a message id.

    `personal`: its rows are about people, who go by their record ids unless names are asked for.
    `period`: it is about the days from since to until; others are about one day.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Callable[[SqliteReader, Question], Iterator[Row]]
    personal: bool = False
    period: bool = False

    def check(self, ask: Ask, today: date) -> Ask:
        """The same question with its open end closed; raises UsageError when it cannot be asked."""
        self._check_names(ask)
        if self.period:
            ask = ask.model_copy(update={"until": ask.until or today})
        self._check_days(ask, today)
        return ask

    def _check_names(self, ask: Ask) -> None:
        if ask.with_names and not self.personal:
            message = _("The report {report} holds no names. Leave --with-names out.")
            raise UsageError(say(message, report=self.name))
        if ask.with_names and not ask.reason.strip():
            raise UsageError(say(_("A report with names needs --reason TEXT, for the journal.")))

    def _check_days(self, ask: Ask, today: date) -> None:
        if self.period and ask.as_of:
            message = _("The report {report} is about a period: use --since and --until.")
            raise UsageError(say(message, report=self.name))
        if not self.period and (ask.since or ask.until):
            message = _("The report {report} is about one day: use --as-of.")
            raise UsageError(say(message, report=self.name))
        if self.period and not ask.since:
            message = _("The report {report} needs --since YYYY-MM-DD, the first day.")
            raise UsageError(say(message, report=self.name))
        for day in (ask.as_of, ask.since, ask.until):
            if day and day > today:
                message = _("{day} is in the future: nothing is recorded for it yet.")
                raise UsageError(say(message, day=day.isoformat()))
        if ask.since and ask.until and ask.since > ask.until:
            message = _("The period ends on {until}, before it begins on {since}.")
            raise UsageError(say(message, since=ask.since.isoformat(), until=ask.until.isoformat()))


def resolve(reader: SqliteReader, ask: Ask) -> Question:
    """Look up what the question names; raises UsageError for a school number nobody has."""
    school = school_of(reader, ask.school) if ask.school else None
    first = end_of_day(ask.since - timedelta(days=1)) + 1 if ask.since else 0
    last = end_of_day(ask.until) if ask.until else 0
    return Question(school, first, last, ask.with_names)
