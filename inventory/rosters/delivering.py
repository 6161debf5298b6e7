"""From the tables of a package to a Reading: rows, problems, what is covered, what to say."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from inventory.messages import Message, _, say
from inventory.records.people import Role
from inventory.reports.words import role_word
from inventory.rosters.hidden import Hidden
from inventory.rosters.joining import Joined, join
from inventory.rosters.ledger import Ledger
from inventory.rosters.orgs import Schools
from inventory.rosters.packages import Package
from inventory.rosters.register import EARLIER_LINE, Register
from inventory.rosters.rows import (
    Earlier,
    Problem,
    Reading,
    ReadOptions,
    RosterRow,
    UnreadableError,
)
from inventory.rosters.settling import without_shared_ids
from inventory.rosters.sheets import Sheet, judged


@dataclass
class Outcome:
    """What a format's tables came to.

    `people` is the sheet that names people (of changes: perhaps none), `no_account` counts people
    by roles that get no account, `repeated` lines of users that say again what an earlier one
    said. `changes`: who is not named stays.
    """

    register: Register
    sheets: Sequence[Sheet]
    people: Sheet
    status_missing: bool = False
    school_year: str = ""
    no_account: Counter[str] = field(default_factory=Counter)
    repeated: tuple[int, ...] = ()
    notes: list[Message] = field(default_factory=list)
    made_by: str = ""
    changes: bool = False


def deliver(
    package: Package,
    format_name: str,
    outcome: Outcome,
    options: ReadOptions,
    earlier: Earlier | None,
) -> Reading:
    """Make the Reading. Raises UnreadableError when too many rows are lost, or when nobody of a
    school and role that is asked for is in the package.
    """
    schools = Schools(options, outcome.register.orgs)
    joined = join(outcome.register, schools, options)
    people = outcome.people
    if not options.school or not joined.rows:
        schools.tell_unknown([sheet.ledger for sheet in (people, *outcome.sheets)])
    _tell_people(joined, people.ledger)
    _tell_classes(joined, outcome.sheets)
    for sheet in outcome.sheets:
        sheet.look_at_lines()
    judged(outcome.sheets)
    rows = tuple(without_shared_ids(joined.rows))
    problems = tuple(p for sheet in outcome.sheets for p in sheet.ledger.sorted())
    refuse_nobody(package.name, rows, problems)
    # Changes may take the last person out of a school and role: that is covered as well.
    before = earlier.rows if earlier and outcome.changes else ()
    partial = earlier is not None and bool(earlier.rows)
    whole = all(sheet.ended for sheet in outcome.sheets)
    covers = frozenset((row.school_number, row.role) for row in (*rows, *before))
    unsure = set(earlier.unsure) if earlier else set()
    if before:  # of whom only changes were ever delivered, nobody knows who is not named
        unsure |= covers - {(row.school_number, row.role) for row in before}
    lost = [*sorted(joined.lost), *_nameless(outcome.sheets)]
    return Reading(
        file=package.name, format=format_name, rows=rows, problems=problems,
        lost=dict(enumerate(lost, start=1)), repeated=outcome.repeated,
        dropped_columns=_dropped(outcome.sheets), encoding=people.encoding,
        separator=people.separator, line_ends=people.line_ends, sha256=package.sha256,
        size=package.size, row_count=sum(sheet.row_count for sheet in outcome.sheets),
        school_year=outcome.school_year or (earlier.school_year if earlier else ""),
        status_missing=outcome.status_missing,
        complete=whole, hidden=(*joined.hidden, *cut_off(outcome.sheets),
                                       *_unsure(package, unsure)),
        covers=covers,
        partial=partial, classes=joined.classes,
        notes=tuple(_notes(package, outcome, joined, schools, partial=partial)),
        made_by=outcome.made_by,
    )  # fmt: skip


def refuse_nobody(file: str, rows: Sequence[RosterRow], problems: Sequence[Problem]) -> None:
    """Raise UnreadableError when there is nobody to take over."""
    if not rows:
        message = _(
            "{file} holds nobody whom this source takes. Check `school`, `schools` and `roles` "
            "of the source, and the export."
        )
        raise UnreadableError(say(message, file=file), tuple(problems))


def _unsure(package: Package, scopes: Iterable[tuple[str, Role]]) -> Iterator[Hidden]:
    """Schools and roles in which it is not known who is missing, by no line of this package."""
    for number, role in sorted(scopes):
        schools, roles = frozenset({number}), frozenset({role})
        yield Hidden(file=package.name, line=EARLIER_LINE, schools=schools, roles=roles)


def cut_off(sheets: Sequence[Sheet]) -> Iterator[Hidden]:
    """The ends behind which rows may be missing."""
    for sheet in sheets:
        if not sheet.ended:
            yield Hidden(file=sheet.name, line=sheet.last)


def _nameless(sheets: Sequence[Sheet]) -> list[str]:
    """An empty id for each row of users that was lost with its id."""
    return [one for sheet in sheets for one in sheet.ledger.lost.values() if not one]


def _dropped(sheets: Sequence[Sheet]) -> tuple[str, ...]:
    return tuple(f"{sheet.name}: {name}" for sheet in sheets for name in sheet.dropped)


def _tell_people(joined: Joined, ledger: Ledger) -> None:
    placeless = _(
        "Line {line}: the person belongs to no school here, so nobody gets an account by this "
        "row. Enter the school in the source."
    )
    half_known = _(
        "Line {line}: the person could not be read in an earlier delivery, and this one does not "
        "say the school or class. Nothing changes for them until one says it."
    )
    for message, users in ((placeless, joined.placeless), (half_known, joined.half_known)):
        for user in users:
            if user.line:
                ledger.warn(user.line, "", message)


def _tell_classes(joined: Joined, sheets: Sequence[Sheet]) -> None:
    message = _(
        "Line {line}, {column}: nothing says at which school this class is, so nobody was put into "
        "it. Enter the school in the source."
    )
    for sheet in (s for s in sheets if "title" in s.columns):
        for group in joined.schoolless.values():
            if group.line:
                sheet.ledger.miss(group.line, "title", message, group.name)


def count_notes(
    file: str, no_account: Counter[str], other_roles: Counter[str], elsewhere: int
) -> list[Message]:
    """What a file with several schools holds beside what was taken, counted."""
    notes = []
    if no_account:
        message = _("{file}: people who get no account and were not read: {counts}")
        notes.append(say(message, file=file, counts=_counted(no_account)))
    if other_roles:
        message = _("{file}: rows of roles that this source does not hold, not taken: {counts}")
        notes.append(say(message, file=file, counts=_counted(other_roles)))
    if elsewhere:
        message = _("{file}: places at other schools than the source's, not taken: {count}")
        notes.append(say(message, file=file, count=elsewhere))
    return notes


def _notes(
    package: Package, outcome: Outcome, joined: Joined, schools: Schools, *, partial: bool
) -> list[Message]:
    file = package.name
    notes = [*outcome.notes]
    if partial:
        message = _("{file}: laid over what this source delivered before")
        notes.append(say(message, file=file))
    notes += count_notes(file, outcome.no_account, joined.other_roles, schools.elsewhere)
    if joined.courses:
        message = _("{file}: courses that were not read, only homerooms are classes: {count}")
        notes.append(say(message, file=file, count=joined.courses))
    for number in joined.schools_without_classes:
        message = _(
            "{file}: school {school} has no homerooms, and its pupils are in several classes "
            "each: these are courses, so nobody there is in a class. Export homerooms as well."
        )
        notes.append(say(message, file=file, school=number))
    notes += _mass_notes(file, joined)
    if package.others:
        message = _("{file}: files not read: {files}")
        notes.append(say(message, file=file, files=", ".join(package.others[:20])))
    return notes


def _mass_notes(file: str, joined: Joined) -> list[Message]:
    gone = _(
        "{file}: most people of school {school} ({role}) are marked as deleted. They are not "
        "taken for leavers by that mark; if they are missing, the limit of leavers decides."
    )
    disabled = _(
        "{file}: most people of school {school} ({role}) are not enabled, so that column was not "
        "believed there."
    )
    scopes = [(gone, one) for one in joined.mass_gone]
    scopes += [(disabled, one) for one in joined.mass_disabled]
    return [
        say(text, file=file, school=number, role=role_word(role.value))
        for text, (number, role) in scopes
    ]


def _counted(found: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(found.items()))


ALL_ROLES = (Role.STUDENT, Role.TEACHER, Role.STAFF)
"""Who may be in a file that has several schools, when nobody says otherwise."""
