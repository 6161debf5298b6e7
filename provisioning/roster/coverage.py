"""What the deliveries cover, school by school and role by role: what a plan is made from."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from inventory.records.changes import Scope, ScopeState
from inventory.records.deliveries import Delivery

ScopeKey = tuple[str, str]
"""School id and role."""


def cover(
    in_force: Iterable[Delivery],
    replaced: Iterable[Delivery],
    expected: Collection[ScopeKey],
    numbers: Mapping[str, str],
    school_year: str,
    lines: Callable[[Delivery], Iterable[str]] = lambda _delivery: (),
) -> Iterator[Scope]:
    """The state of every scope that is delivered or expected, for a school year.

    `numbers` are the schools' official ones, by id: what is delivered for others is left out.

    `lines` names the lines of a delivery that keep absence in it from counting.

    Of several sources for one scope the rows are added up; the weakest state is that of all.
    """
    now: defaultdict[ScopeKey, list[Delivery]] = defaultdict(list)
    for delivery in in_force:
        now[delivery.school, delivery.role].append(delivery)
    before: defaultdict[ScopeKey, list[Delivery]] = defaultdict(list)
    for delivery in replaced:
        before[delivery.school, delivery.role].append(delivery)
    known = {key for key in (*now, *expected) if key[0] in numbers}
    for key in sorted(known, key=lambda one: (numbers[one[0]], one[1])):
        mine, older = now.get(key, []), before.get(key, [])
        yield Scope(
            school=key[0], number=numbers[key[0]], role=key[1],
            state=_state(mine, older, school_year),
            school_year=max((delivery.school_year for delivery in mine), default=""),
            rows=sum(delivery.row_count for delivery in mine),
            rows_before=sum(delivery.row_count for delivery in older) if older else None,
            lines=tuple(line for each in mine if not each.absence_counts for line in lines(each)),
        )  # fmt: skip


def _state(mine: list[Delivery], older: list[Delivery], school_year: str) -> ScopeState:
    years = [delivery.school_year for delivery in mine]
    if older and max(years) < max(delivery.school_year for delivery in older):
        return ScopeState.OLDER
    if not mine or max(years) < school_year:
        return ScopeState.MISSING
    whole = all(delivery.absence_counts for delivery in mine)
    return ScopeState.DELIVERED if whole else ScopeState.PARTIAL
