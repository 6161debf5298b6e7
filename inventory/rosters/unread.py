"""Lost rows of relational formats that do not show their person: what they tell all the same."""

from collections.abc import Iterator

from inventory.rosters.hidden import names_told, one_value
from inventory.rosters.register import Register, Unread
from inventory.rosters.sheets import Sheet, splits
from inventory.rosters.words import Words


def unread_rows(
    register: Register, words: Words, sheet: Sheet, column: str, *, member: bool = False
) -> Iterator[Unread]:
    """The rows of a sheet that were lost without an id; `column` holds schools, and `member`
    says that the rows are about classes. Rows of people who get no account hide nobody.
    """
    for line in sorted(line for line, key in sheet.ledger.lost.items() if not key):
        told = sheet.ledger.told.get(line, ())
        said = {cells.get("role", "").casefold() for cells in told}
        if said and all(map(words.counted, said)):
            continue
        role = words.roles.get(one_value(told, "role", words.roles))
        orgs = {org for cells in told for org in splits(cells.get(column, ""))}
        groups = (register.groups.get(cells.get("classSourcedId", "")) for cells in told)
        orgs |= {group.org for group in groups if group}
        yield Unread(
            sheet.name, line, frozenset(orgs & register.orgs.keys()),
            frozenset({role} if role else ()), names_told(told, "givenName", "familyName"), member,
        )  # fmt: skip
