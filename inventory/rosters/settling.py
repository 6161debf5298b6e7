"""What only all rows together show: ids used twice, namesakes, rows said twice, two years."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from inventory.messages import _
from inventory.rosters.hidden import Told
from inventory.rosters.ledger import Ledger
from inventory.rosters.rows import RosterRow
from inventory.rosters.values import NAME_KEY


def settle_years(rows: list[RosterRow], column: str, ledger: Ledger) -> tuple[list[RosterRow], str]:
    """The rows of the file's school year, and that year (empty: the file does not say).

    The year of most rows is the file's, the later one when two are level; rows of other years
    are lost.
    """
    years = Counter(row.school_year for row in rows if row.school_year)
    if not years:
        return rows, ""
    year = max(years, key=lambda one: (years[one], one))
    for row in rows:
        if row.school_year not in {"", year}:
            message = _(
                "Line {line}, {column}: it belongs to another school year than {year}, which most "
                "rows of the file have. Export one school year."
            )
            ledger.lose(row.line, column, message, row.school_year, year=year)
            ledger.lost[row.line] = row.record_id
    return [row for row in rows if row.school_year in {"", year}], year


def settle_namesakes(rows: list[RosterRow], column: str, ledger: Ledger) -> list[RosterRow]:
    """The rows that stay where name and birth date are the id, and two rows share them.

    What stands behind the family name tells them apart (see RosterRow.other_ids). Where nothing
    does, two classes may be one person or two: all of these rows are lost.
    """
    by_name: defaultdict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        if row.record_id.startswith(NAME_KEY):
            by_name[row.record_id].append(row)
    settled: dict[int, RosterRow | None] = {}
    for same in by_name.values():
        by_suffix: defaultdict[str, list[RosterRow]] = defaultdict(list)
        for row in same:
            by_suffix[row.other_ids[0] if row.other_ids else row.record_id].append(row)
        for key, alike in by_suffix.items():
            if len({row.school_class for row in alike}) > 1:
                message = _(
                    "Line {line}, {column}: line {other} has the same name and birth date in "
                    "another class. Nobody can tell whether that is one person or two: export "
                    "an id, or remove one of the two lines."
                )
                settled |= dict.fromkeys(_lose_all(alike, column, message, ledger))
                # Under which of the two ids such a person is known, nobody can tell either.
                ledger.lost |= {row.line: "" for row in alike if row.other_ids}
                ledger.told |= {row.line: [_names_of(row)] for row in alike}
            elif len(by_suffix) > 1:
                for row in alike:
                    _warn_of_namesake(row, same, column, ledger)
                    own = row.model_copy(update={"record_id": key, "other_ids": ()})
                    settled[row.line] = own
    return [kept for row in rows if (kept := settled.get(row.line, row)) is not None]


def _names_of(row: RosterRow) -> Told:
    return {"given_name": row.given_name, "family_name": row.family_name}


def _warn_of_namesake(row: RosterRow, same: list[RosterRow], column: str, ledger: Ledger) -> None:
    message = _(
        "Line {line}, {column}: line {other} has the same name and birth date. Only the mark "
        "behind the name, or the login, tells the two apart: when it changes, the person counts "
        "as new."
    )
    other = next(one.line for one in same if one.other_ids != row.other_ids)
    ledger.warn(row.line, column, message, row.family_name, other=other)


def settle_repeats(
    rows: list[RosterRow], column: str, ledger: Ledger
) -> tuple[list[RosterRow], tuple[int, ...]]:
    """The rows that stay, and the lines that only repeat another one.

    One id with two persons, or two contrary rows on one person in one class: nobody can tell
    which is right, so all of them are lost. `column` is the id's, for the Problem.
    """
    by_id: defaultdict[str, list[RosterRow]] = defaultdict(list)
    for row in rows:
        by_id[row.record_id].append(row)
    dropped: set[int] = set()
    repeated: set[int] = set()
    for same in by_id.values():
        if len(same) == 1:
            continue
        first, *others = same
        person = (first.family_name, first.given_name, first.birth_date)
        if any((row.family_name, row.given_name, row.birth_date) != person for row in others):
            message = _(
                "Line {line}, {column}: line {other} has the same id and another person. Correct "
                "the id in the source."
            )
            dropped |= _lose_all(same, column, message, ledger)
        else:
            dropped |= _settle_person(same, column, ledger, repeated)
    gone = dropped | repeated
    kept = [row for row in rows if row.line not in gone]
    return without_shared_ids(kept), tuple(sorted(repeated))


def _settle_person(
    same: list[RosterRow], column: str, ledger: Ledger, repeated: set[int]
) -> set[int]:
    """The rows of one person: one a class and role stays, contrary ones are lost."""
    dropped: set[int] = set()
    by_class: defaultdict[tuple[str, str], list[RosterRow]] = defaultdict(list)
    for row in same:
        by_class[row.role, row.school_class].append(row)
    if len(by_class) > 1:
        _settle_classless(by_class, repeated)
    for first, *others in by_class.values():
        if any(row.model_copy(update={"line": first.line}) != first for row in others):
            message = _(
                "Line {line}, {column}: line {other} says otherwise about the same person in the "
                "same class. Export each person once a class."
            )
            dropped |= _lose_all([first, *others], column, message, ledger)
        else:
            repeated.update(row.line for row in others)
    return dropped


def _settle_classless(by_class: dict[tuple[str, str], list[RosterRow]], repeated: set[int]) -> None:
    """A row without a class says nothing new beside one with a class of the same person."""
    for role, school_class in [*by_class]:
        beside = {row.status for key in by_class if key != (role, "") and key[0] == role
                  for row in by_class[key]}  # fmt: skip
        if not school_class and beside and all(r.status in beside for r in by_class[role, ""]):
            repeated.update(row.line for row in by_class.pop((role, "")))


def _lose_all(same: list[RosterRow], column: str, message: str, ledger: Ledger) -> set[int]:
    for row in same:
        other = same[0].line if row is not same[0] else same[1].line
        shown = row.family_name if row.record_id.startswith(NAME_KEY) else row.record_id
        ledger.lose(row.line, column, message, shown, other=other)
        ledger.lost[row.line] = row.record_id
    return {row.line for row in same}


def without_shared_ids(rows: list[RosterRow]) -> list[RosterRow]:
    """Further ids that two persons share (an office's e-mail address) tell nobody apart."""
    if not any(row.other_ids for row in rows):
        return rows
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for one in (row.record_id, *row.other_ids):
            owners[one].add(row.record_id)
    return [
        row.model_copy(update={"other_ids": own})
        if (own := tuple(one for one in row.other_ids if len(owners[one]) == 1)) != row.other_ids
        else row
        for row in rows
    ]


def warn_of_classless(
    rows: list[RosterRow], cells: Mapping[int, str], column: str, ledger: Ledger
) -> None:
    """Warn of the rows that stay and are among `cells`, which name no class, by their lines."""
    for row in rows:
        if row.line in cells:
            message = _(
                "Line {line}, {column}: no class. The person gets an account and no class group."
            )
            ledger.warn(row.line, column, message, cells[row.line])
