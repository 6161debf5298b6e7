"""Groups of classes that are no more: put away in a unit of their school, never deleted.

A group is put away when it has been empty for some days, or when another group needs its name:
where 9a becomes 10a, the 10a of last year has to go. Rights that were given to it stay its own,
and nobody else gets them.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from inventory.messages import Message, _, say
from provisioning.directory.dn import fold, named_by, normalise, parent
from provisioning.directory.entries import Entry
from provisioning.directory.ground import Ground
from provisioning.directory.wanted import (
    LEAVERS,
    ROLE_GROUPS,
    WIFI_PREFIX,
    Desired,
    Wanted,
    role_group_id,
    unit_id,
)


def with_archive(ground: Ground, desired: Desired, day: date) -> tuple[list[Wanted], list[Wanted]]:
    """The units and groups that should be there, those that are to be put away among them."""
    archive = _Archive(ground, desired, day)
    put_away = {group.key: group for group in archive.groups()}
    kept = [group for group in desired.groups if group.key not in put_away]
    return [*desired.units, *archive.units(put_away)], [*kept, *put_away.values()]


class _Archive:
    def __init__(self, ground: Ground, desired: Desired, day: date) -> None:
        self._ground, self._settings, self._day = ground, ground.settings, day
        self._schools = {unit.school: unit for unit in desired.units if not unit.parent}
        self._numbers = desired.school_numbers
        self._wanted = {group.key: group for group in desired.groups}
        self._named = {(group.parent, fold(group.name)): group.key for group in desired.groups}
        self._staying = {key for person in desired.persons for key in person.groups}
        self._staying |= {
            self._settings.key(role_group_id(school, name))
            for school in self._schools
            for role in ROLE_GROUPS.values()
            for name in (role, WIFI_PREFIX + role, LEAVERS)
        }

    def groups(self) -> Iterator[Wanted]:
        """As they should be: in the archive, with the day behind their name."""
        places = {}
        for school in self._schools:
            for name in ("groups", "archive"):
                key = self._settings.key(unit_id(school, name))
                if unit := self._ground.subtree.keyed("unit", key):
                    places[unit.place] = (school, name, key)
        for entry in self._ground.subtree.ours("group"):
            place = places.get(normalise(parent(entry.dn)))
            if place is None or entry.key in self._staying:
                continue
            school, where, unit_key = place
            if where == "archive":
                if entry.key in self._wanted:
                    yield self._put_away(entry, school, named_by(entry.dn)[1])
            elif why := self._why(entry, unit_key):
                name = f"{named_by(entry.dn)[1]} ({self._day})"
                yield self._put_away(entry, school, name, why)

    def _why(self, entry: Entry, unit: str) -> Message | None:
        if self._is_in_the_way(entry, unit):
            return say(_("Is over, and another class has its name now: put away"))
        if self._is_over(entry):
            days = self._settings.layout.archive_days
            return say(_("Empty for {days} days and more: put away"), days=days)
        return None

    def units(self, groups: dict[str, Wanted]) -> Iterator[Wanted]:
        """The archives that are there already or get something now."""
        filling = {group.school for group in groups.values()}
        for school, unit in self._schools.items():
            key = self._settings.key(unit_id(school, "archive"))
            if school in filling or self._ground.subtree.keyed("unit", key):
                name = self._settings.layout.archive
                yield Wanted("unit", key, school, school, name, unit.key)

    def _put_away(self, entry: Entry, school: str, name: str, why: Message | None = None) -> Wanted:
        number = self._numbers[school]
        return Wanted(
            "group", entry.key, self._settings.record_of(entry.key), school, name,
            self._settings.key(unit_id(school, "archive")),
            self._ground.dialect.group(number, name, entry.key), why=why,
        )  # fmt: skip

    def _is_in_the_way(self, entry: Entry, unit: str) -> bool:
        """Another group is to have its name; its own class, if any, is without pupils."""
        other = self._named.get((unit, fold(named_by(entry.dn)[1])))
        return other is not None and other != entry.key and entry.key not in self._wanted

    def _is_over(self, entry: Entry) -> bool:
        """Empty, and unchanged since its last member left so many days ago."""
        days = self._settings.layout.archive_days
        changed = "".join(entry.values(self._ground.dialect.changed_at))[:8]
        nobody = set(map(normalise, self._ground.dialect.placeholder))
        if not days or not changed or set(map(normalise, entry.values("member"))) - nobody:
            return False
        since = datetime.strptime(changed, "%Y%m%d").date()  # noqa: DTZ007 - a day is enough
        return since + timedelta(days=days) <= self._day
