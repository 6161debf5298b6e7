"""The run screen's rows and lines."""

from collections.abc import Mapping, Sequence

from inventory.messages import Message
from inventory.records.runs import Outcome, Run, RunState
from tui.pagers import Look, Row
from tui.presenters.names import (
    ACTIONS,
    OUTCOME_SIGNS,
    OUTCOMES,
    PROBLEMS,
    STATES,
    TARGETS,
    branch_name,
    key_below,
)
from tui.sources import AppliedChange, RunBranch, RunSource
from tui.texts import Texts

BAR_CELLS = 20
WHOLE_RUN = ""
"""The key of the problem that is about no single change."""


class RunForest:
    """The run as the tree table shows it: what, how far, what went wrong."""

    def __init__(self, source: RunSource, texts: Texts) -> None:
        self._source = source
        self._texts = texts

    def branches(self, parent: str) -> Sequence[RunBranch]:
        """The branches directly below a branch."""
        return self._source.branches(parent)

    def branch_row(self, branch: RunBranch, depth: int, unfolded: bool) -> Row:
        """A stage, school or target: done of all, and the problems."""
        number = self._texts.number
        done, problems = done_of(branch.outcomes), problems_of(branch.outcomes)
        name = branch_name(branch.level, branch.name, self._texts)
        return Row(
            (
                f"{'  ' * depth}{'▾' if unfolded else '▸'} {_sign(branch)} {name}",
                f"{number(done)}/{number(branch.total)}",
                f"✗ {number(problems)}" if problems else "",
            ),
            Look.ERROR if problems else Look.GOOD if done == branch.total else Look.NORMAL,
        )

    def leaf_rows(self, branch: RunBranch, depth: int, start: int, length: int) -> Sequence[Row]:
        """Some changes with what became of them."""
        applied = self._source.results(branch.id, start, length)
        return [self._leaf(change, depth, branch.name) for change in applied]

    def _leaf(self, applied: AppliedChange, depth: int, above: str) -> Row:
        change, outcome = applied.change, applied.result.outcome if applied.result else None
        key = key_below(change.key, above)
        text = f"{'  ' * depth}  {OUTCOME_SIGNS[outcome]} {change.action.sign} {key}"
        what = self._texts(OUTCOMES[outcome]) if outcome else ""
        return Row((text, what, ""), outcome_look(outcome))


def problem_rows(
    problems: Sequence[AppliedChange], why_stopped: Message | None, texts: Texts
) -> list[tuple[str, Row]]:
    """What a person must look at: why the run stopped, then which change, its outcome, why."""
    rows = []
    if why_stopped:
        cells = (f"{OUTCOME_SIGNS[Outcome.FAILED]} {texts('The run')}", texts("stopped"),
                 texts.render(why_stopped))  # fmt: skip
        rows.append((WHOLE_RUN, Row(cells, Look.ERROR)))
    for applied in problems:
        result = applied.result
        outcome = result.outcome if result else None
        cells = (
            f"{OUTCOME_SIGNS[outcome]} {applied.change.key}",
            texts(OUTCOMES[outcome]) if outcome else texts(ACTIONS[applied.change.action]),
            texts.render(result.message) if result and result.message else "",
        )
        rows.append((applied.change.id, Row(cells, outcome_look(outcome))))
    return rows


def outcome_look(outcome: Outcome | None) -> Look:
    """How a row with this outcome looks."""
    if outcome is None:
        return Look.MUTED
    if outcome.good:
        return Look.GOOD
    if outcome is Outcome.INTENDED:
        return Look.NORMAL
    return Look.WARNING if outcome is Outcome.SKIPPED else Look.ERROR


def done_of(outcomes: Mapping[Outcome, int]) -> int:
    """How many changes are as the plan wanted them."""
    return sum(count for outcome, count in outcomes.items() if outcome.good)


def problems_of(outcomes: Mapping[Outcome, int]) -> int:
    """How many changes a person must look at."""
    return sum(count for outcome, count in outcomes.items() if outcome in PROBLEMS)


def run_title(run: Run, texts: Texts) -> str:
    """The run's name in the crumbs."""
    return texts("Run {run}", run=run.id)


def run_head(run: Run, alive: bool, texts: Texts) -> str:
    """Which plan, by whom, since when, and what the run does now."""
    return texts(
        "Plan {plan} · started {moment} by {actor} · {state}",
        plan=run.plan,
        moment=texts.moment(run.started_at),
        actor=run.actor,
        state=_state(run, alive, texts),
    )


def _state(run: Run, alive: bool, texts: Texts) -> str:
    if vanished(run, alive):
        return texts("!! its process has vanished: R resumes it")
    if run.state is RunState.FAILED:
        return texts("!! stopped: R resumes it")
    if run.state is RunState.RUNNING and run.stage:
        stage = texts(TARGETS[run.stage]) if run.stage in TARGETS else run.stage
        return texts("running: {stage}", stage=stage)
    return texts(STATES[run.state])


def vanished(run: Run, alive: bool) -> bool:
    """True when the run should be working but no process does."""
    return not alive and run.state in {RunState.RUNNING, RunState.PAUSED}


def resumable(run: Run, alive: bool) -> bool:
    """True when nobody carries out what is left, and it can be carried on."""
    return vanished(run, alive) or (not alive and run.state is RunState.FAILED)


def progress_line(run: Run, outcomes: Mapping[Outcome, int], now: int, texts: Texts) -> str:
    """A bar, how many of how many, how long, and how long still. `now` in microseconds."""
    good, bad = done_of(outcomes), problems_of(outcomes)
    settled, seconds = good + bad, ((run.ended_at or now) - run.started_at) // 1_000_000
    full = BAR_CELLS * settled // run.total if run.total else 0
    percent = 100 * settled // run.total if run.total else 100
    parts = [
        f"{'▇' * full}{'▁' * (BAR_CELLS - full)} {percent} %",
        f"{texts.number(good)}/{texts.number(run.total)}",
        texts.plural("{count} problem", "{count} problems", bad),
        texts.span(seconds),
    ]
    return "  ".join((*parts, *time_left(run, settled, now, texts)))


def time_left(run: Run, settled: int, now: int, texts: Texts) -> list[str]:
    """How long a run under way still takes, at the pace it has kept; nothing is said unless known.

    `settled` changes have a result; `now` is in microseconds.
    """
    if run.state is not RunState.RUNNING or not 0 < settled < run.total:
        return []
    left = (now - run.started_at) // 1_000_000 * (run.total - settled) // settled
    return [texts("about {time} left", time=texts.span(left))]


def _sign(branch: RunBranch) -> str:
    if problems_of(branch.outcomes):
        return OUTCOME_SIGNS[Outcome.FAILED]
    done = done_of(branch.outcomes)
    if done == branch.total:
        return OUTCOME_SIGNS[Outcome.DONE]
    return OUTCOME_SIGNS[Outcome.INTENDED if branch.outcomes else None]
