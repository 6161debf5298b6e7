"""The plan screen's rows and lines."""

from collections.abc import Container, Mapping, Sequence

from inventory.messages import Message
from inventory.records.changes import Action, Plan
from tui.pagers import Look, Row
from tui.presenters.names import RISK_SIGNS, branch_name, key_below, risk_look
from tui.sources import Concern, PlanBranch, PlannedChange, PlanSource, Totals
from tui.texts import Texts

DRIFT = "≠"
"""Somebody changed it in the directory."""
ALL, SOME, NONE = "[x]", "[-]", "[ ]"
"""How much of a row is selected."""


class PlanForest:
    """The plan as the tree table shows it: what, how many, how risky."""

    def __init__(self, source: PlanSource, texts: Texts) -> None:
        self._source = source
        self._texts = texts

    def branches(self, parent: str) -> Sequence[PlanBranch]:
        """The branches directly below a branch."""
        return self._source.branches(parent)

    def branch_row(self, branch: PlanBranch, depth: int, unfolded: bool) -> Row:
        """A stage, school or target with what it counts."""
        name = branch_name(branch.level, branch.name, self._texts)
        look = Look.MUTED if branch.excluded == branch.total else risk_look(branch.risk)
        return Row(
            (
                f"{'  ' * depth}{'▾' if unfolded else '▸'} {_amount(branch)} {name}",
                counts_text(branch.counts, self._texts),
                RISK_SIGNS[branch.risk],
            ),
            look,
        )

    def leaf_rows(self, branch: PlanBranch, depth: int, start: int, length: int) -> Sequence[Row]:
        """Some changes: sign and key."""
        planned = self._source.changes(branch.id, start, length)
        return [self._leaf(change, depth, branch.name) for change in planned]

    def _leaf(self, planned: PlannedChange, depth: int, above: str) -> Row:
        change = planned.change
        chosen = NONE if planned.excluded else ALL
        look = Look.MUTED if planned.excluded else risk_look(change.risk)
        key = key_below(change.key, above)
        text = f"{'  ' * depth}  {chosen} {change.action.sign} {key}"
        return Row((text, "", RISK_SIGNS[change.risk] or (DRIFT if change.drift else "")), look)


def _amount(branch: PlanBranch) -> str:
    if not branch.excluded:
        return ALL
    return NONE if branch.excluded == branch.total else SOME


def counts_text(counts: Mapping[Action, int], texts: Texts) -> str:
    """Counts by sign: ``+1.204 ~310 !188``; moving and renaming share a sign."""
    by_sign: dict[str, int] = {}
    for action in Action:
        by_sign[action.sign] = by_sign.get(action.sign, 0) + counts.get(action, 0)
    return " ".join(f"{sign}{texts.number(count)}" for sign, count in by_sign.items() if count)


def plan_title(plan: Plan, texts: Texts) -> str:
    """The plan's name in the crumbs."""
    return texts("Plan {plan}", plan=plan.id)


def plan_head(plan: Plan, stale: Message | None, texts: Texts) -> str:
    """When and by whom it was made, and that looking at it changes nothing; or that it is stale."""
    if stale:
        return texts.render(stale)
    return texts(
        "Made {moment} by {actor} · a preview: nothing has been sent",
        moment=texts.moment(plan.made_at),
        actor=plan.actor,
    )


def sum_line(totals: Totals, digest: str, texts: Texts) -> str:
    """What would be applied now."""
    parts = [texts.plural("{count} change to apply", "{count} changes to apply", totals.selected)]
    if totals.selected:
        parts.append(counts_text(totals.counts, texts))
    if totals.excluded:
        parts.append(texts("{count} excluded", count=texts.number(totals.excluded)))
    if totals.dangerous:
        parts.append(texts("!! {count} dangerous", count=texts.number(totals.dangerous)))
    return "  ".join([*parts, texts("digest {digest}", digest=digest[:12])])


def concern_rows(
    concerns: Sequence[Concern], lifted: Container[str], texts: Texts
) -> list[tuple[int, Row]]:
    """The warnings: guards and risky changes first. `lifted` are the guards that will be."""
    return [
        (number, _concern_row(concern, concern.guard in lifted, texts))
        for number, concern in enumerate(concerns)
    ]


def _concern_row(concern: Concern, lifted: bool, texts: Texts) -> Row:
    sentence = texts.render(concern.message)
    if lifted:
        return Row(("✓", texts("Will be lifted: {text}", text=sentence)))
    if concern.proposal:
        return Row(("?", sentence))
    if concern.drift:
        return Row((DRIFT, sentence))
    if concern.guard or concern.change:
        return Row(("!!", sentence), Look.WARNING)
    return Row(("!", sentence))
