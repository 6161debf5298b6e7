"""What is to happen: Change, Plan, Selection, and what stands in its way."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any

from pydantic import JsonValue
from pydantic_core import core_schema

from inventory.messages import Message
from inventory.records.base import Frozen, Ref


class Action(StrEnum):
    """What a change does. The signs are never shown by colour alone."""

    CREATE = "create"
    UPDATE = "update"
    MOVE = "move"
    RENAME = "rename"
    DISABLE = "disable"
    DELETE = "delete"

    @property
    def sign(self) -> str:
        """The sign in plans: ``+ ~ > ! -``."""
        return {"create": "+", "update": "~", "move": ">", "rename": ">", "disable": "!"}.get(
            self.value, "-"
        )


class Risk(StrEnum):
    """How much a mistake here would hurt."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Expected(StrEnum):
    """Why somebody leaves a role whom nobody has to look for."""

    TOLD = "told"
    """The source says: left, a guest, or waiting."""
    FINAL = "final"
    """After the final grade of the school's type."""


class _AsItIs:
    """Marks JSON that our own code made: the type checker looks at it, pydantic does not.

    Walking through every value of every operation took a fifth of the time of a plan.
    """

    def __get_pydantic_core_schema__(self, _source: object, _handler: object) -> Any:
        """Anything; what is no JSON fails when it is written."""
        return core_schema.any_schema()


Json = Annotated[JsonValue, _AsItIs()]


class Change(Frozen):
    """One thing that will happen to one target, with the exact operations.

    `key` says to a person what it is about (a DN, ``sw-nord-02 Gi1/0/14``). `record` is the id
    of the record whose data the change holds, so that an erasure finds it; `person` is set when
    that data is a person's. `group` holds together what must go in one batch (a switch) or on
    one handout (a class). `before` and `after` hold only what differs, or all for a create.
    `operations` is exactly what is sent; `undo` is the way back, for people and for rollback.
    `inferred` marks a leaver that no source named: only those count against a limit; `expected`
    says why another one leaves. `proposal` names what has to be approved first: the change rests
    on a likeness, not on a key. `namesake` marks a new account whose owner's name an account of
    somebody else in the target bears already.
    `other_person`: under a known id the source names somebody else now.
    `drift` says what of it the target itself changed since it was last as the inventory wanted it.
    """

    id: str
    target: str
    action: Action
    kind: str
    key: str
    record: Ref = ""
    person: Ref = ""
    school: Ref = ""
    role: str = ""
    year_group: str = ""
    group: str = ""
    needs: tuple[str, ...] = ()
    before: Mapping[str, Json] | None = None
    after: Mapping[str, Json] | None = None
    reason: Message
    risk: Risk = Risk.LOW
    inferred: bool = False
    expected: Expected | None = None
    proposal: str = ""
    namesake: bool = False
    other_person: bool = False
    drift: tuple[str, ...] = ()
    operations: tuple[Json, ...] = ()
    undo: tuple[Json, ...] = ()

    def canonical(self) -> bytes:
        """The bytes that the digest is made of: sorted keys, no spaces, UTF-8."""
        return canonical_json({**self.__dict__, "reason": self.reason.__dict__})


def canonical_json(value: object) -> bytes:
    """Compact UTF-8 JSON with sorted keys: the same value is always the same bytes."""
    return _CANONICAL.encode(value).encode()


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


class Hold(Frozen):
    """A guard that stops these changes. It is lifted only by `name`, and only with a reason.

    `proposed`: the changes are left out of the plan until somebody approves them, so that they
    keep nothing else waiting.
    """

    name: str
    message: Message
    changes: tuple[str, ...]
    school: Ref = ""
    proposed: bool = False


class Notice(Frozen):
    """Something the planner could not or would not plan, and what to do about it.

    `unread`: it could not be read at all, so nobody knows whether it is as it should be.
    """

    school: Ref = ""
    record: Ref = ""
    unread: bool = False
    message: Message


class ScopeState(StrEnum):
    """What is known of one role at one school. Only `DELIVERED` can produce leavers."""

    DELIVERED = "delivered"
    PARTIAL = "partial"
    """Nobody can tell whom unreadable rows are about, or rows may be missing: nobody has left."""
    MISSING = "missing"
    """Nothing was delivered for this school year."""
    OLDER = "older"
    """The newest delivery is for an earlier school year than one before it."""


class Scope(Frozen):
    """What the deliveries cover: one role at one school; `number` is the school's official one.

    `school_year` is that of the delivery in force (empty: there is none), `rows` its rows and
    `rows_before` those of the one it replaced, when there was one. `lines` are where the rows of a
    partial one stand that could be anybody's, each as ``FILE, LINE``.
    """

    school: Ref
    number: str
    role: str
    state: ScopeState
    school_year: str = ""
    rows: int = 0
    rows_before: int | None = None
    lines: tuple[str, ...] = ()

    @property
    def shrunken(self) -> int:
        """How many rows fewer than before."""
        return max(0, (self.rows_before or 0) - self.rows)


class Stage(Frozen):
    """One target of a plan; `counts` is by action, `drift` counts changes of drift by school id."""

    target: str
    counts: Mapping[str, int]
    drift: Mapping[str, int] = {}


class Selection(Frozen):
    """What of a plan is to be applied: all but the excluded, with these guards lifted."""

    excluded: frozenset[str] = frozenset()
    lifted: Mapping[str, str] = {}

    def stopped_by(self, holds: Iterable[Hold]) -> list[Hold]:
        """Guards that still stand: neither lifted nor all of their changes excluded."""
        return [
            hold
            for hold in holds
            if hold.name not in self.lifted and not self.excluded.issuperset(hold.changes)
        ]

    def canonical(self) -> bytes:
        """Bytes for the digest."""
        return canonical_json({"excluded": sorted(self.excluded), "lifted": dict(self.lifted)})


class Plan(Frozen):
    """The head of a saved plan. Its changes are rows, read in pages.

    `base` is the newest journal entry when it was made; `rows_hash` is SHA-256 over the
    canonical change rows, each preceded by its length, in order. `complete` turns true when the
    last row is in: an incomplete plan is nothing to apply.
    """

    id: str
    made_at: int
    day: str
    actor: str
    base: int
    targets: tuple[str, ...]
    schools: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    holds: tuple[Hold, ...] = ()
    notices: tuple[Notice, ...] = ()
    scopes: tuple[Scope, ...] = ()
    rows_hash: str = ""
    complete: bool = False

    def digest(self, selection: Selection) -> str:
        """What approval and apply name: this plan with this selection, nothing else."""
        head = canonical_json(
            {"id": self.id, "day": self.day, "base": self.base, "rows": self.rows_hash}
        )
        return sha256(head + b"\n" + selection.canonical()).hexdigest()
