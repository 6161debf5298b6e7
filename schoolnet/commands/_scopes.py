"""What a plan was made from, told school by school: delivered, missing, older, shrunken."""

from collections.abc import Sequence

from inventory.messages import Message, _, say
from inventory.records.changes import Scope, ScopeState
from inventory.reports.words import role_word
from schoolnet.output import put, tell

_MOST_LINES = 5


def tell_scopes(scopes: Sequence[Scope], limit: int) -> None:
    """A count on standard output; on standard error each that somebody should look at."""
    if not scopes:
        return
    good = sum(scope.state is ScopeState.DELIVERED for scope in scopes)
    put(f"sources: {good} of {len(scopes)} delivered")
    wrong = [scope for scope in scopes if scope.state is not ScopeState.DELIVERED]
    less = [s for s in scopes if s.state is ScopeState.DELIVERED and s.shrunken]
    lines = [*map(_wrong, wrong), *map(_shrunken, sorted(less, key=_share, reverse=True))]
    for line in lines[:limit]:
        tell(line)
    if len(lines) > limit:
        tell(_("... and {count} more sources to look at"), count=len(lines) - limit)


def _wrong(scope: Scope) -> Message:
    if scope.state is ScopeState.PARTIAL:
        return _partial(scope)
    if scope.state is ScopeState.OLDER:
        message = _("Source {school} {role}: the newest file is for {year}, an earlier one was for "
                    "a later year")  # fmt: skip
    elif scope.school_year:
        message = _("Source {school} {role}: missing; last delivered for {year}")
    else:
        message = _("Source {school} {role}: missing; never delivered")
    return say(message, school=scope.number, role=role_word(scope.role), year=scope.school_year)


def _partial(scope: Scope) -> Message:
    """Which lines did it, and how to go on."""
    if not scope.lines:
        message = _("Source {school} {role}: these are changes, and before them there was no whole "
                    "export that could be read, so nobody there has left. Import one.")  # fmt: skip
        return say(message, school=scope.number, role=role_word(scope.role))
    message = _(
        "Source {school} {role}: nobody can tell whom these lines are about, or what follows them, "
        "so nobody there has left: {lines}. Correct them in the source and import the export again."
    )
    shown = "; ".join(scope.lines[:_MOST_LINES]) + ("; ..." * (len(scope.lines) > _MOST_LINES))
    return say(message, school=scope.number, role=role_word(scope.role), lines=shown)


def _shrunken(scope: Scope) -> Message:
    message = _(
        "Source {school} {role}: {rows} rows, {fewer} fewer than in the file before ({share} %)"
    )
    share = max(1, round(_share(scope) * 100))
    return say(message, school=scope.number, role=role_word(scope.role), rows=scope.rows,
               fewer=scope.shrunken, share=share)  # fmt: skip


def _share(scope: Scope) -> float:
    return scope.shrunken / (scope.rows_before or 1)
