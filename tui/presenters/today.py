"""The start screen's rows: what to do, runs, what happened last, how much there is."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from inventory.messages import _
from inventory.records.runs import Run, RunState
from tui.inventory_sources import UNPINNED, Happening, RecentRun, Today
from tui.links import ImportsLink, Line, Link, PlanLink, QuestionsLink, RecordsLink, RunLink
from tui.pagers import Look, Row
from tui.presenters.fields import KIND_TITLES, event_action, event_kind, kind_title
from tui.presenters.names import STATES, TARGETS
from tui.presenters.plans import counts_text
from tui.presenters.runs import done_of, problems_of, resumable
from tui.texts import Texts

MOST_HAPPENINGS = 12
_ONE_GO = 60_000_000
"""Like entries at most a minute apart were one piece of work."""


Rows = list[tuple[Line, Row]]


def todo_rows(today: Today, texts: Texts) -> Rows:
    """What waits for a person, the most urgent first."""
    found = [*_of_run(today, texts), *_of_plan(today, texts), *_of_imports(today, texts)]
    if today.questions:
        sentence = texts.plural(
            "{count} newcomer may be somebody we know",
            "{count} newcomers may be somebody we know",
            today.questions,
        )
        found.append((Line("questions", QuestionsLink()), Row(("?", sentence), Look.WARNING)))
    if today.unpinned:
        sentence = texts.plural(
            "{count} switch has no pinned host key",
            "{count} switches have no pinned host key",
            today.unpinned,
        )
        link = RecordsLink("switch", UNPINNED, _("without a pinned host key"))
        found.append((Line("unpinned", link), Row(("!", sentence), Look.WARNING)))
    return found or list(_first_steps(today, texts))


def _of_run(today: Today, texts: Texts) -> Iterator[tuple[Line, Row]]:
    """Only the newest run: older ones were left as they are."""
    for recent in today.runs[:1]:
        run, problems = recent.run, problems_of(recent.outcomes)
        link = RunLink(run.id)
        if resumable(run, recent.alive):
            sentence = texts("The newest run stopped: open it, R resumes it")
            yield Line("stopped", link), Row(("!!", sentence), Look.ERROR)
        elif run.state is RunState.PAUSED:
            sentence = texts("The newest run is paused")
            yield Line("paused", link), Row(("!", sentence), Look.WARNING)
        elif problems:
            sentence = texts.plural(
                "The newest run has {count} problem",
                "The newest run has {count} problems",
                problems,
            )
            yield Line("problems", link), Row(("!", sentence), Look.WARNING)


def _of_plan(today: Today, texts: Texts) -> Iterator[tuple[Line, Row]]:
    plan = today.plan
    if plan is None or not plan.selected:
        return
    link = PlanLink(plan.plan.id)
    for hold in plan.holds:
        sentence = texts("Guard {name}: {text}", name=hold.name, text=texts.render(hold.message))
        yield Line(f"guard {hold.name} {hold.school}", link), Row(("!!", sentence), Look.WARNING)
    sentence = texts.plural(
        "Open plan: {count} change",
        "Open plan: {count} changes",
        plan.selected,
    )
    yield Line("plan", link), Row(("▸", f"{sentence}  {counts_text(plan.counts, texts)}"))
    if plan.leavers:
        sentence = texts.plural(
            "It disables the account of {count} leaver",
            "It disables the accounts of {count} leavers",
            plan.leavers,
        )
        yield Line("leavers", link), Row(("!", sentence))


def _of_imports(today: Today, texts: Texts) -> Iterator[tuple[Line, Row]]:
    link = ImportsLink()
    waiting = sum(not taken.planned for taken in today.imports)
    if waiting:
        sentence = texts.plural(
            "{count} import is in no plan yet: schoolnet plan",
            "{count} imports are in no plan yet: schoolnet plan",
            waiting,
        )
        yield Line("unplanned", link), Row(("▸", sentence))
    troubled = [taken for taken in today.imports if taken.delivery.problem_count]
    if troubled:
        problems = sum(taken.delivery.problem_count for taken in troubled)
        sentence = texts.plural(
            "{count} import has problems: {problems}", "{count} imports have problems: {problems}",
            len(troubled), problems=texts.number(problems),
        )  # fmt: skip
        yield Line("troubled", link), Row(("!", sentence), Look.WARNING)


def _first_steps(today: Today, texts: Texts) -> Iterator[tuple[Line, Row]]:
    """What an empty place needs next."""
    if not today.counts.get("school"):
        sentence = texts("No schools yet: schoolnet import records FILE")
        yield Line("schools"), Row(("▸", sentence))
    elif not today.imports:
        sentence = texts("No export yet: schoolnet import roster")
        yield Line("imports"), Row(("▸", sentence))


def run_rows(today: Today, now: int, texts: Texts) -> Rows:
    """The newest runs: when, state, how far, problems."""
    return [
        (Line("run", RunLink(recent.run.id)), _run_row(recent, now, texts)) for recent in today.runs
    ]


def _run_row(recent: RecentRun, now: int, texts: Texts) -> Row:
    run, done, problems = recent.run, done_of(recent.outcomes), problems_of(recent.outcomes)
    gone = resumable(run, recent.alive)
    cells = (
        _moment(run.started_at, now, texts),
        texts("stopped") if gone else _state(run, texts),
        f"{texts.number(done)}/{texts.number(run.total)}",
        f"✗ {texts.number(problems)}" if problems else "",
    )
    if gone or problems:
        return Row(cells, Look.ERROR)
    return Row(cells, Look.GOOD if run.state is RunState.DONE else Look.NORMAL)


def _state(run: Run, texts: Texts) -> str:
    if run.state is RunState.RUNNING and run.stage in TARGETS:
        return texts("running: {stage}", stage=texts(TARGETS[run.stage]))
    return texts(STATES[run.state])


def kind_rows(today: Today, texts: Texts) -> Rows:
    """How many records there are of each kind."""
    return [
        (
            Line(kind, RecordsLink(kind)),
            Row(
                (kind_title(kind, texts), texts.number(count)), Look.NORMAL if count else Look.MUTED
            ),
        )
        for kind, count in today.counts.items()
    ]


def happening_rows(happenings: Sequence[Happening], now: int, texts: Texts) -> Rows:
    """What happened last: when, who, what. Like entries of one minute are one row."""
    rows: Rows = []
    for happening in _together(happenings)[:MOST_HAPPENINGS]:
        cells = (
            _moment(happening.time, now, texts),
            happening.actor or texts("(erased)"),
            _happened(happening, texts),
        )
        line = Line(f"{happening.time} {happening.kind} {happening.action}", _link(happening))
        rows.append((line, Row(cells)))
    return rows


def _together(happenings: Sequence[Happening]) -> list[Happening]:
    """A bulk import is many transactions, and one piece of work."""
    found: list[Happening] = []
    for happening in happenings:
        if found and _one_go(found[-1], happening):
            newest = found.pop()
            found.append(
                replace(
                    newest,
                    count=newest.count + happening.count,
                    school=newest.school if newest.school == happening.school else "",
                    what="",
                    record="",
                )
            )
        else:
            found.append(happening)
    return found


def _one_go(later: Happening, earlier: Happening) -> bool:
    return later.time - earlier.time < _ONE_GO and (
        (later.kind, later.action, later.actor) == (earlier.kind, earlier.action, earlier.actor)
    )


def _happened(happening: Happening, texts: Texts) -> str:
    kind = happening.kind
    if happening.count > 1:
        title = kind_title(kind, texts) if kind in KIND_TITLES else event_kind(kind, texts)
        what = f"{texts.number(happening.count)} × {title}"
    else:
        what = f"{event_kind(kind, texts)} {happening.what}".rstrip()
    parts = [f"{what}: {event_action(kind, happening.action, texts)}", happening.school]
    return " · ".join(part for part in parts if part)


def _link(happening: Happening) -> Link | None:
    kind = happening.kind
    if kind in KIND_TITLES:
        return RecordsLink(kind, record=happening.record)
    if kind == "plan" and happening.record:
        return PlanLink(happening.record)
    if kind in {"run", "handout"} and happening.record:
        return RunLink(happening.record)
    return ImportsLink() if kind == "delivery" else None


def _moment(micros: int, now: int, texts: Texts) -> str:
    """The time of day; for another day, that day."""
    day, clock = texts.moment(micros).split(" ")
    return clock if texts.moment(now).startswith(day) else day[:6].rstrip("/")
