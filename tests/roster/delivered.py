"""Deliveries in memory, for tests and measurements that need no store."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from inventory.records.deliveries import Delivery
from provisioning.roster.desired import Body

Rows = Sequence[tuple[str, Body]]


class Delivered:
    """Implements `provisioning.roster.desired.Delivered` for rows of person and fields."""

    def __init__(self, *deliveries: tuple[Delivery, Rows]) -> None:
        self._rows = {delivery.id: rows for delivery, rows in deliveries}
        self._in_force = [delivery for delivery, _rows in deliveries]
        self._of: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for at, (_delivery, rows) in enumerate(deliveries):
            for line, (person, _body) in enumerate(rows):
                self._of[person].append((at, line))

    def in_force(self) -> Sequence[Delivery]:
        return self._in_force

    def are_kept(self) -> bool:
        return True

    def rows(self, delivery: Delivery) -> Rows:
        return self._rows[delivery.id]

    def rows_of(self, persons: Iterable[str]) -> Iterator[tuple[Delivery, str, Body]]:
        for at, line in sorted(place for person in persons for place in self._of[person]):
            delivery = self._in_force[at]
            yield delivery, *self._rows[delivery.id][line]
