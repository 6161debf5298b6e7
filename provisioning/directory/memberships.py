"""Sending memberships: one modify a group for a whole window, one by one where that is refused."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from inventory.errors import UnreachableError
from inventory.messages import Message, _, say
from inventory.records.changes import Change
from inventory.records.runs import ChangeResult, Outcome
from provisioning.directory import failures, operations
from provisioning.directory.connection import WriteConnection, equals
from provisioning.directory.dn import normalise
from provisioning.directory.operations import Edit, Operation

_LOOKS = 5
"""How often a member is looked at while the server itself still renames it (slapo-refint)."""
_MOVED = {16, 20, 32}
"""noSuchAttribute, attributeOrValueExists, noSuchObject: look again."""
_WORST = (Outcome.FAILED, Outcome.STALE, Outcome.DONE, Outcome.FOUND_DONE)
_Told = tuple[Outcome, Message | None]


@dataclass(frozen=True, slots=True)
class _Wish:
    """What one person wants of one group: listed under these DNs, not under those."""

    change: str
    group: str
    ours: str
    listed: frozenset[str]
    unlisted: frozenset[str]
    simple: bool


def send_memberships(
    connection: WriteConnection, changes: Sequence[Change]
) -> dict[str, ChangeResult]:
    """Send the memberships of a window; the results by change id.

    Values that are there (or gone) already are no failure. Raises UnreachableError when the
    server is gone for good; what was sent is settled by reading when the run goes on.
    """
    told: defaultdict[str, list[_Told]] = defaultdict(list)
    groups: defaultdict[str, list[_Wish]] = defaultdict(list)
    for change in changes:
        for operation in change.operations:
            assert isinstance(operation, dict)
            wish = _wish(change.id, operation)
            groups[normalise(wish.group)].append(wish)
    simple = {group: [w for w in wishes if w.simple] for group, wishes in groups.items()}
    together = {group: wishes for group, wishes in simple.items() if wishes}
    done = _sent_together(connection, together)
    for group, wishes in groups.items():
        for wish in wishes:
            if group in done and wish.simple:
                told[wish.change].append((Outcome.DONE, None))
            else:
                told[wish.change].append(_sent_alone(connection, wish))
    return {change.id: _result(change.id, told[change.id]) for change in changes}


def settle_membership(connection: WriteConnection, operation: Operation) -> Outcome | None:
    """Done, or None: still to be sent (the group may only be made yet)."""
    edits = _missing(connection, _wish("", operation))
    return Outcome.FOUND_DONE if edits == [] else None


def _wish(change: str, operation: Operation) -> _Wish:
    values = {"add": frozenset[str](), "delete": frozenset[str]()}
    for verb, _attribute, members in operation["changes"]:
        values[verb] |= frozenset(members)
    was = operation.get("was", "")
    return _Wish(
        change=change,
        group=operation["dn"],
        ours=operation["ours"],
        listed=values["add"],
        unlisted=values["delete"] | ({was} if was else frozenset()),
        simple=not was,
    )


def _sent_together(connection: WriteConnection, groups: Mapping[str, Sequence[_Wish]]) -> set[str]:
    """One modify for all wishes of one group; returns the groups where it was done.

    All or none of a modify happens (RFC 4511, 4.6).
    """
    if connection.takes_many:
        sent = [(wishes[0].group, [*_still_ours(wishes[0]), *_edits(wishes)])
                for wishes in groups.values()]  # fmt: skip
        answers = connection.modify_all(sent)
        if None in answers:
            connection.reopen()
        return {group for group, a in zip(groups, answers, strict=True) if a is not None and a.good}
    return {group for group, wishes in groups.items() if _sent_by_itself(connection, wishes)}


def _sent_by_itself(connection: WriteConnection, wishes: Sequence[_Wish]) -> bool:
    group = wishes[0].group
    try:
        if connection.read(group, [], wishes[0].ours) is None:
            return False
        return connection.modify(group, _edits(wishes)).good
    except UnreachableError:
        connection.reopen()
        return False


def _edits(wishes: Iterable[_Wish]) -> list[Edit]:
    wishes = list(wishes)
    gone = sorted({member for wish in wishes for member in wish.unlisted})
    new = sorted({member for wish in wishes for member in wish.listed})
    edits: list[Edit] = [("delete", "member", gone), ("add", "member", new)]
    return [edit for edit in edits if edit[2]]


def _still_ours(wish: _Wish) -> list[Edit]:
    """Takes our key out and puts it back: the server itself refuses when it is not there."""
    attribute, key = operations.key_in(wish.ours)
    return [("delete", attribute, [key]), ("add", attribute, [key])]


def _sent_alone(connection: WriteConnection, wish: _Wish) -> _Told:
    """Look what is missing, send that, and look again when the server says it moved."""
    outcome = Outcome.FOUND_DONE
    for _look in range(_LOOKS):
        edits = _missing(connection, wish)
        if edits is None:
            message = _("{entry} is gone or not ours any more. Make a new plan.")
            return Outcome.STALE, say(message, entry=wish.group)
        if not edits:
            return outcome, None
        answer = connection.modify(wish.group, edits)
        if answer.good:
            return Outcome.DONE, None
        if answer.code == failures.INSUFFICIENT_ACCESS_RIGHTS:
            return Outcome.FAILED, connection.dialect.not_allowed(wish.group, "group", "values")
        if answer.code not in _MOVED | connection.dialect.there_already:
            return Outcome.FAILED, failures.write_refused(wish.group, answer.code, answer.text)
    message = _("{entry} keeps changing under our hands. Make a new plan when it is quiet.")
    return Outcome.STALE, say(message, entry=wish.group)


def _missing(connection: WriteConnection, wish: _Wish) -> list[Edit] | None:
    """The edits that are still needed; None when the group is not there or not ours."""
    if connection.read(wish.group, [], wish.ours) is None:
        return None
    gone = [m for m in sorted(wish.unlisted) if _lists(connection, wish, m)]
    new = [m for m in sorted(wish.listed) if not _lists(connection, wish, m)]
    edits: list[Edit] = [("delete", "member", gone), ("add", "member", new)]
    return [edit for edit in edits if edit[2]]


def _lists(connection: WriteConnection, wish: _Wish, member: str) -> bool:
    return connection.read(wish.group, [], equals("member", member)) is not None


def _result(change: str, told: Sequence[_Told]) -> ChangeResult:
    outcome, message = min(told, key=lambda one: _WORST.index(one[0]))
    return ChangeResult(change=change, outcome=outcome, message=message)
