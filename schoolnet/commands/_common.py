"""What several commands share: the place they work in, options, the counts of a plan."""

from collections import Counter
from datetime import date
from typing import Annotated, Any

import typer

from inventory.errors import UsageError
from inventory.messages import _, say
from inventory.records.changes import Plan, Selection
from schoolnet.commands._scopes import tell_scopes
from schoolnet.output import put, put_json, tell, texts
from schoolnet.place import Place

Json = Annotated[bool, typer.Option("--json", help=texts()(_("Write JSON for scripts.")))]
Reason = Annotated[str, typer.Option("--reason", help=texts()(_("Why, for the journal.")))]


def new_app() -> typer.Typer:
    """A command's own Typer."""
    return typer.Typer(no_args_is_help=False, add_completion=False,
                       context_settings={"help_option_names": ["-h", "--help"]})  # fmt: skip


def place_of(context: typer.Context) -> Place:
    """The place that -C names."""
    return Place(context.find_root().obj)


def key_values(pairs: list[str], option: str) -> dict[str, str]:
    """``name=value`` arguments; raises UsageError for anything else."""
    found = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            message = _("{option} takes NAME=VALUE, not {text}.")
            raise UsageError(say(message, option=option, text=pair))
        found[name] = value
    return found


def day_of(text: str) -> date | None:
    """A day written YYYY-MM-DD; None when none is given. Raises UsageError for anything else."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(say(_("{text} is no day: write YYYY-MM-DD."), text=text)) from error


def tell_expired(place: Place) -> None:
    """Destroy the keys of handouts that were there long enough, and say so."""
    from schoolnet.handing import destroy_expired

    if count := destroy_expired(place):
        tell(_("{count} handouts had expired: their passwords can never be shown again."),
             count=count)  # fmt: skip


def lifts(names: list[str], reason: str) -> dict[str, str]:
    """Guards to lift, each with the reason; raises UsageError when it is missing."""
    if names and not reason.strip():
        raise UsageError(say(_("A guard is lifted only with --reason TEXT.")))
    return dict.fromkeys(names, reason)


def plan_summary(plan: Plan, selection: Selection) -> dict[str, Any]:
    """What ``schoolnet plan --json`` prints. Counts and ids, no names."""
    return {
        "schema": 1,
        "plan": plan.id,
        "digest": plan.digest(selection),
        "stages": [
            {
                "name": s.target,
                "counts": dict(s.counts),
                **({"drift": dict(s.drift)} if s.drift else {}),
            }
            for s in plan.stages
        ],
        **({"excluded": len(selection.excluded)} if selection.excluded else {}),
        "guards": [
            {
                "name": h.name,
                "changes": len(h.changes),
                "lifted": h.name in selection.lifted,
                "proposed": h.proposed,
            }
            for h in plan.holds
        ],
        "scopes": dict(Counter(scope.state.value for scope in plan.scopes)),
        "problems": len(plan.notices),
    }


def print_plan(plan: Plan, selection: Selection, *, as_json: bool, notices: int = 20) -> None:
    """Counts on standard output; guards and at most so many notices on standard error."""
    if as_json:
        put_json(plan_summary(plan, selection))
        return
    put(f"plan {plan.id}", f"digest {plan.digest(selection)}")
    signs = {"create": "+", "update": "~", "move": ">", "rename": ">", "disable": "!"}
    for stage in plan.stages:
        counts = [
            f"{signs.get(action, '-')}{count} {action}"
            for action, count in stage.counts.items()
            if count
        ]
        put(f"{stage.target}: " + (", ".join(counts) or "nothing to do"))
        if stage.drift:
            put(f"{stage.target}: {sum(stage.drift.values())} drifted")
    if selection.excluded:
        put(f"excluded: {len(selection.excluded)}")
    tell_scopes(plan.scopes, notices)
    for hold in plan.holds:
        if hold.proposed and selection.excluded.isdisjoint(hold.changes):
            continue  # approved: it waits for nobody any more
        text = texts().render(hold.message)
        if hold.proposed:
            tell(_("Proposal {name}: {text} To approve it: schoolnet plans approve {plan} {name} "
                   "--reason TEXT"), name=hold.name, text=text, plan=plan.id)  # fmt: skip
        elif selection.excluded.issuperset(hold.changes):
            tell(_("Guard {name}: its changes are excluded from this plan."), name=hold.name)
        else:
            tell(_("Guard {name}: {text}"), name=hold.name, text=text)
    for notice in plan.notices[:notices]:
        tell(_("Note: {text}"), text=texts().render(notice.message))
    if len(plan.notices) > notices:
        tell(_("... and {count} more: schoolnet plans show {plan}"),
             count=len(plan.notices) - notices, plan=plan.id)  # fmt: skip


def change_count(plan: Plan) -> int:
    """How many changes a plan has in all."""
    return sum(sum(stage.counts.values()) for stage in plan.stages)
