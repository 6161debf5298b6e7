"""A plan's changes as a tree: stage, school, switch or class, change. Counts by grouped queries.

A plan never changes, so its groups are counted once; only what is excluded, and what a run made
of it, is counted again.
"""

from collections.abc import Mapping
from typing import NamedTuple

from inventory.messages import Message
from inventory.records.changes import Change
from inventory.records.runs import ChangeResult, Outcome
from inventory.store.reading import SqliteReader


class GroupKey(NamedTuple):
    """Where a change is: stage, school id, and record id of the switch or class, or the kind."""

    target: str
    school: str
    name: str


class Group(NamedTuple):
    """The changes of one group with one action and risk."""

    key: GroupKey
    action: str
    risk: str
    size: int


_GROUP = "target, school, CASE WHEN grouped = '' THEN kind ELSE grouped END"
_IS_GROUP = "target = ? AND school = ? AND CASE WHEN grouped = '' THEN kind ELSE grouped END = ?"
_C_GROUP = "c.target, c.school, CASE WHEN c.grouped = '' THEN c.kind ELSE c.grouped END"


def groups_of(reader: SqliteReader, plan_id: str) -> list[Group]:
    """All groups of a plan, in the order of its changes."""
    rows = reader.execute(
        f"SELECT {_GROUP}, action, risk, count(*), min(position) FROM plan_change "
        "WHERE plan = ? GROUP BY 1, 2, 3, 4, 5 ORDER BY 7",
        (plan_id,),
    )
    return [Group(GroupKey(*row[:3]), row[3], row[4], row[5]) for row in rows]


def excluded_counts(reader: SqliteReader, plan_id: str) -> list[Group]:
    """The same groups, counting only excluded changes."""
    rows = reader.execute(
        f"SELECT {_C_GROUP}, c.action, c.risk, count(*) FROM plan_excluded e "
        "JOIN plan_change c ON c.plan = e.plan AND c.id = e.change "
        "WHERE e.plan = ? GROUP BY 1, 2, 3, 4, 5",
        (plan_id,),
    )
    return [Group(GroupKey(*row[:3]), row[3], row[4], row[5]) for row in rows]


def changes_in(
    reader: SqliteReader, plan_id: str, key: GroupKey, start: int, length: int
) -> list[Change]:
    """Some changes of a group, in the order of the plan."""
    rows = reader.execute(
        f"SELECT body FROM plan_change WHERE plan = ? AND {_IS_GROUP} "
        "ORDER BY position LIMIT ? OFFSET ?",
        (plan_id, *key, length, start),
    )
    return [Change.model_validate_json(row[0]) for row in rows]


def ids_below(reader: SqliteReader, plan_id: str, key: tuple[str, ...]) -> set[str]:
    """Ids of all changes below a branch: a stage, a school in it, or a group."""
    where = " AND ".join(_IS_GROUP.split(" AND ")[: len(key)])
    rows = reader.execute(f"SELECT id FROM plan_change WHERE plan = ? AND {where}", (plan_id, *key))
    return {row[0] for row in rows}


def place_of(reader: SqliteReader, plan_id: str, change_id: str) -> tuple[GroupKey, int]:
    """The group of a change and its position in it."""
    rows = reader.execute(
        f"SELECT {_GROUP}, position FROM plan_change WHERE plan = ? AND id = ?",
        (plan_id, change_id),
    )
    key, position = GroupKey(*rows[0][:3]), rows[0][3]
    before = reader.execute(
        f"SELECT count(*) FROM plan_change WHERE plan = ? AND {_IS_GROUP} AND position < ?",
        (plan_id, *key, position),
    )
    return key, before[0][0]


def risky_changes(reader: SqliteReader, plan_id: str, limit: int) -> list[Change]:
    """Changes of high risk, in the order of the plan."""
    rows = reader.execute(
        "SELECT body FROM plan_change WHERE plan = ? AND risk = 'high' ORDER BY position LIMIT ?",
        (plan_id, limit),
    )
    return [Change.model_validate_json(row[0]) for row in rows]


def drifted_changes(
    reader: SqliteReader, plan_id: str, key: tuple[str, ...] = (), limit: int = -1
) -> list[Change]:
    """Changes that put drift back, below a branch (none: in all), in the order of the plan.

    Reads through the whole plan: ask only where a stage has counted some.
    """
    where = "".join(f" AND {part}" for part in _IS_GROUP.split(" AND ")[: len(key)])
    rows = reader.execute(
        f"SELECT body FROM plan_change WHERE plan = ?{where} "
        "AND json_array_length(CAST(body AS TEXT), '$.drift') > 0 ORDER BY position LIMIT ?",
        (plan_id, *key, limit),
    )
    return [Change.model_validate_json(row[0]) for row in rows]


def outcomes_by_group(
    reader: SqliteReader, run_id: str, plan_id: str
) -> dict[GroupKey, dict[Outcome, int]]:
    """What became of the changes of a run, by group."""
    rows = reader.execute(
        f"SELECT {_C_GROUP}, r.outcome, count(*) FROM run_change r "
        "JOIN plan_change c ON c.plan = ? AND c.id = r.change WHERE r.run = ? "
        "GROUP BY 1, 2, 3, 4",
        (plan_id, run_id),
    )
    found: dict[GroupKey, dict[Outcome, int]] = {}
    for *key, outcome, count in rows:
        found.setdefault(GroupKey(*key), {})[Outcome(outcome)] = count
    return found


def results_of(reader: SqliteReader, run_id: str, change_ids: list[str]) -> dict[str, ChangeResult]:
    """The results of these changes in a run."""
    marks = ", ".join("?" * len(change_ids))
    rows = reader.execute(
        f"SELECT change, outcome, message FROM run_change WHERE run = ? AND change IN ({marks})",
        (run_id, *change_ids),
    )
    return {row[0]: _result(*row) for row in rows}


def bad_changes(
    reader: SqliteReader, run_id: str, plan_id: str, worst_first: tuple[Outcome, ...], limit: int
) -> list[tuple[Change, ChangeResult]]:
    """Changes that ended in one of these outcomes, the first outcome first."""
    order = " ".join(f"WHEN '{outcome.value}' THEN {i}" for i, outcome in enumerate(worst_first))
    marks = ", ".join("?" * len(worst_first))
    rows = reader.execute(
        "SELECT c.body, r.change, r.outcome, r.message FROM run_change r "
        "JOIN plan_change c ON c.plan = ? AND c.id = r.change WHERE r.run = ? "
        f"AND r.outcome IN ({marks}) ORDER BY CASE r.outcome {order} END, c.position LIMIT ?",
        (plan_id, run_id, *(outcome.value for outcome in worst_first), limit),
    )
    return [(Change.model_validate_json(row[0]), _result(*row[1:])) for row in rows]


def _result(change: str, outcome: str, message: bytes | None) -> ChangeResult:
    said = Message.model_validate_json(message) if message else None
    return ChangeResult(change=change, outcome=Outcome(outcome), message=said)


def group_names(reader: SqliteReader, plan_id: str, keys: set[str]) -> Mapping[str, str]:
    """The names of the switches and classes that groups stand for, by record id.

    Classes that only this plan will make have their name in it.
    """
    names: dict[str, str] = {}
    for kind in ("switch", "school_class"):
        rows = reader.execute(f"SELECT id, name FROM {kind}")
        names.update((record_id, name) for record_id, name in rows if record_id in keys)
    made = reader.execute(
        "SELECT body FROM plan_change WHERE plan = ? AND target = 'roster' AND kind = 'class'",
        (plan_id,),
    )
    for change in (Change.model_validate_json(row[0]) for row in made):
        if change.record in keys and change.after:
            names.setdefault(change.record, str(change.after["name"]))
    roles = reader.execute(
        "SELECT DISTINCT grouped, role FROM plan_change WHERE plan = ? AND role <> ''", (plan_id,)
    )
    for key, role in roles:  # people of no class are handed out by their role
        names.setdefault(key, role)
    return names
