"""The branches that a plan and a run share: stage, school, switch or class."""

from collections import defaultdict
from collections.abc import Iterable

from inventory.records import School
from inventory.store.changetree import Group, GroupKey, group_names, groups_of
from inventory.store.reading import SqliteReader
from tui.sources import Level

LEVELS = (Level.STAGE, Level.SCHOOL, Level.TARGET)
_SEPARATOR = "\x1f"

Path = tuple[str, ...]


def branch_id(path: Path) -> str:
    """The id of a branch: the path to it."""
    return _SEPARATOR.join(path)


def path_of(branch: str) -> Path:
    """The path that an id stands for; the root's is empty."""
    return tuple(branch.split(_SEPARATOR)) if branch else ()


class Branches:
    """The tree of one plan, with the names people know."""

    def __init__(self, reader: SqliteReader, plan_id: str) -> None:
        self.groups: dict[Path, list[Group]] = defaultdict(list)
        self._below: dict[Path, dict[Path, None]] = defaultdict(dict)
        keys: set[str] = set()
        for group in groups_of(reader, plan_id):
            path: Path = tuple(group.key)
            keys.add(group.key.name)
            for depth in range(1, len(path) + 1):
                self.groups[path[:depth]].append(group)
                self._below[path[: depth - 1]][path[:depth]] = None
        self._names = dict(group_names(reader, plan_id, keys))
        self._schools = {school.id: school.name for school in reader.records(School)}

    def below(self, parent: str) -> list[Path]:
        """The paths directly below a branch, in the order of the plan."""
        return list(self._below[path_of(parent)])

    def level(self, path: Path) -> Level:
        """What a branch stands for."""
        return LEVELS[len(path) - 1]

    def name(self, path: Path) -> str:
        """Stage, school name, or the name of the switch or class (else the kind)."""
        if len(path) == 2:
            return self._schools.get(path[1], path[1])
        return self._names.get(path[-1], path[-1])

    def leaves(self, path: Path) -> int:
        """How many changes are directly below."""
        return sum(g.size for g in self.groups[path]) if len(path) == len(LEVELS) else 0


def by_path(groups: Iterable[Group]) -> dict[Path, int]:
    """Counts of groups, summed for every branch above them."""
    counts: dict[Path, int] = defaultdict(int)
    for group in groups:
        for depth in range(1, len(group.key) + 1):
            counts[tuple(group.key)[:depth]] += group.size
    return counts


def key_of(branch: str) -> GroupKey:
    """The group of a branch that holds changes."""
    return GroupKey(*path_of(branch))
