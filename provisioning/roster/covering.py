"""What a delivery is from, and which roles a whole file covers at a school."""

from collections.abc import Collection
from typing import NamedTuple

from inventory.records import School
from inventory.records.people import Role
from inventory.store.deliveries import past_deliveries
from inventory.store.reading import SqliteReader


class Source(NamedTuple):
    """Where a file comes from. `system` names the id space of its record ids, `gone` the sources
    that were renamed or removed: a delivery replaces theirs of the same school, role and system.
    """

    name: str
    system: str
    school: School
    roles: tuple[Role, ...]
    school_year: str
    gone: frozenset[str] = frozenset()


def covered_roles(
    reader: SqliteReader, source: Source, here: Collection[Role], anywhere: Collection[Role]
) -> tuple[Role, ...]:
    """The roles of a source that a whole file of it covers at the source's school.

    `here` are those it has rows of at this school, `anywhere` those it has at some school. A role
    without a row here is empty now, and not left out, when this source delivered it for the
    school before, and either the file has it at another school, or the file of then had it beside
    a role that is here again. A source with a file for each role never empties one by the other.
    """
    absent = [role for role in source.roles if role not in here]
    if not here or not absent:
        return tuple(role for role in source.roles if role in here)
    before = [
        d for d in past_deliveries(reader, source.school.id)
        if (d.source, d.system) == (source.name, source.system)
    ]  # fmt: skip
    beside = {d.sha256 for d in before if d.role in here}
    emptied = set()
    for role in absent:
        newest = next((d for d in before if d.role == role.value), None)
        if newest and (role in anywhere or newest.sha256 in beside):
            emptied.add(role)
    return tuple(role for role in source.roles if role in here or role in emptied)
