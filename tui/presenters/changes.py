"""One change or warning in detail: what, why, now and after, what is sent, the way back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from inventory.records.changes import Change, Risk
from tui.presenters.fields import field_label, field_text
from tui.presenters.names import ACTIONS, OUTCOME_SIGNS, OUTCOMES, RISKS, branch_name
from tui.sources import AppliedChange, Concern, PlanBranch, PlannedChange, RunBranch
from tui.texts import Texts


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the table: a field, its value now and after; `differs` gives it a sign."""

    name: str
    now: str
    after: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Detail:
    """What the detail pane shows, from top to bottom; empty parts are left out.

    `facts` are names with their values, as they are; `fields` are what a change makes of them, or
    two sides, under these `heads`.
    """

    title: str
    lines: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = ()
    operations: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    heads: tuple[str, str] = ("", "")


def planned_detail(planned: PlannedChange, needs: Sequence[str], texts: Texts) -> Detail:
    """A change before it is applied. `needs` are the keys of the changes it waits for."""
    change = planned.change
    lines = [texts.render(change.reason)]
    if planned.excluded:
        lines.append(texts("Excluded: it will not be applied."))
    if change.risk is not Risk.LOW:
        lines.append(texts("Risk: {risk}", risk=texts(RISKS[change.risk])))
    if change.drift:
        lines.append(texts("Applying puts it back; I takes it into the inventory instead."))
    if needs:
        lines.append(texts("Needs first: {changes}", changes=", ".join(needs)))
    return _detail(change, lines, texts)


def applied_detail(applied: AppliedChange, texts: Texts) -> Detail:
    """A change in a run, with what became of it."""
    result = applied.result
    outcome = texts(OUTCOMES[result.outcome]) if result else texts("not begun")
    lines = [texts("Result: {outcome}", outcome=outcome)]
    if result and result.message:
        lines.append(texts.render(result.message))
    return _detail(applied.change, [*lines, texts.render(applied.change.reason)], texts)


def drift_line(change: Change, texts: Texts) -> str:
    """What drifted, and what the directory has now where the plan names it."""
    now = change.before or {}
    parts = [
        f"{field_label(name, texts)} {field_text(name, now[name], texts)}"
        if name in now
        else field_label(name, texts)
        for name in change.drift
    ]
    return f"{change.key}: {', '.join(parts)}"


def command_line(*words: str) -> str:
    """The command that does the same, with the reason left open."""
    return " ".join(("schoolnet", *words, "--reason …"))


def concern_detail(
    concern: Concern, plan_id: str, digest: str, texts: Texts, lifted: str = ""
) -> Detail:
    """A warning in full, with what can be done about a guard. `lifted` is why it will be."""
    lines = [texts.render(concern.message)]
    if concern.guard:
        lines += [
            texts.plural(
                "It holds back {count} change.",
                "It holds back {count} changes.",
                concern.held,
            ),
            texts("Lifted with the next run from here: {reason}", reason=lifted)
            if lifted
            else texts("Exclude these changes, or lift the guard with a reason: L, or"),
            f"schoolnet apply {plan_id} --digest {digest} --lift {concern.guard} --reason …",
        ]
        return Detail(texts("Guard {name}", name=concern.guard), tuple(lines))
    if concern.proposal:
        lines += [
            texts("Enter shows who it is. Then approve them with a reason: L, or"),
            command_line("plans", "approve", plan_id, concern.proposal),
        ]
        return Detail(texts("Proposal {name}", name=concern.proposal), tuple(lines))
    return Detail(texts("Warning"), tuple(lines))


def branch_detail(branch: PlanBranch, texts: Texts) -> Detail:
    """What lies below a branch, in words."""
    lines = [
        f"{action.sign} {texts.number(count)} {texts(ACTIONS[action])}"
        for action, count in branch.counts.items()
        if count
    ]
    if branch.excluded:
        lines.append(texts("Excluded: {count}", count=texts.number(branch.excluded)))
    if branch.risk is not Risk.LOW:
        lines.append(texts("Highest risk: {risk}", risk=texts(RISKS[branch.risk])))
    return Detail(branch_name(branch.level, branch.name, texts), tuple(lines))


def run_branch_detail(branch: RunBranch, texts: Texts) -> Detail:
    """What became of the changes below a branch, in words."""
    lines = [
        f"{OUTCOME_SIGNS[outcome]} {texts.number(count)} {texts(OUTCOMES[outcome])}"
        for outcome, count in branch.outcomes.items()
        if count
    ]
    if waiting := branch.total - sum(branch.outcomes.values()):
        lines.append(f"{OUTCOME_SIGNS[None]} {texts.number(waiting)} {texts('not begun')}")
    return Detail(branch_name(branch.level, branch.name, texts), tuple(lines))


def operation_lines(operations: Sequence[JsonValue]) -> Iterator[str]:
    """Operations as they are sent: a command as its line, an LDAP operation like LDIF.

    An empty line stands between two LDAP operations (RFC 2849 separates records so).
    """
    for number, operation in enumerate(operations):
        if isinstance(operation, dict):
            if number:
                yield ""
            yield from _ldif_lines(operation, "")
        else:
            yield str(operation)


def _detail(change: Change, lines: Sequence[str], texts: Texts) -> Detail:
    return Detail(
        title=f"{change.action.sign} {change.key}",
        lines=tuple(lines),
        fields=tuple(field_changes(change.before or {}, change.after or {}, texts)),
        operations=tuple(operation_lines(change.operations)),
        undo=tuple(operation_lines(change.undo)),
    )


def field_changes(
    before: Mapping[str, JsonValue], after: Mapping[str, JsonValue], texts: Texts
) -> Iterator[Field]:
    """Each field of either side, now and after, in words."""
    for name in dict.fromkeys([*before, *after]):
        now, then = before.get(name), after.get(name)
        yield Field(
            field_label(name, texts), field_text(name, now, texts), field_text(name, then, texts)
        )


def _ldif_lines(values: Mapping[str, JsonValue], indent: str) -> Iterator[str]:
    for name, value in sorted(values.items(), key=_reading_order):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield f"{indent}{name}:"
                yield from _ldif_lines(item, indent + "  ")
            else:
                yield f"{indent}{name}: {_words(item)}"


def _reading_order(item: tuple[str, JsonValue]) -> tuple[bool, bool]:
    """The DN first, as in LDIF; what has parts of its own last. Stored keys are sorted by name."""
    name, value = item
    return isinstance(value, dict | list), name != "dn"


def _words(value: JsonValue) -> str:
    if isinstance(value, list):  # one edit of a modify: delete, attribute, values
        return " ".join(_words(item) for item in value)
    return "" if value is None else str(value)
