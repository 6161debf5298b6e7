"""What actions, targets, states and outcomes are called on screen, and their signs."""

from collections.abc import Mapping

from inventory.messages import _
from inventory.records.changes import Action, Risk
from inventory.records.runs import Outcome, RunState
from tui.pagers import Look
from tui.sources import Level
from tui.texts import Texts

ACTIONS: Mapping[Action, str] = {
    Action.CREATE: _("create"),
    Action.UPDATE: _("update"),
    Action.MOVE: _("move"),
    Action.RENAME: _("rename"),
    Action.DISABLE: _("disable"),
    Action.DELETE: _("delete"),
}

TARGETS: Mapping[str, str] = {
    "roster": _("Persons and classes"),
    "directory": _("Directory"),
    "network": _("Network"),
}

KINDS: Mapping[str, str] = {
    "class": _("Classes"),
    "group": _("Groups"),
    "membership": _("Memberships"),
    "person": _("Persons"),
    "unit": _("Units"),
}
"""Changes of no switch and no class hang together by their kind."""

RISKS: Mapping[Risk, str] = {
    Risk.LOW: _("low"),
    Risk.MEDIUM: _("medium"),
    Risk.HIGH: _("high"),
}

RISK_SIGNS: Mapping[Risk, str] = {Risk.LOW: "", Risk.MEDIUM: "!", Risk.HIGH: "!!"}

STATES: Mapping[RunState, str] = {
    RunState.WAITING: _("waiting"),
    RunState.RUNNING: _("running"),
    RunState.PAUSED: _("paused"),
    RunState.CANCELLED: _("cancelled"),
    RunState.DONE: _("done"),
    RunState.FINISHED: _("finished, not all done"),
    RunState.FAILED: _("failed"),
}

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.INTENDED: _("sent, no answer yet"),
    Outcome.DONE: _("done"),
    Outcome.FOUND_DONE: _("found done"),
    Outcome.FAILED: _("failed"),
    Outcome.STALE: _("stale"),
    Outcome.SKIPPED: _("skipped"),
    Outcome.ROLLED_BACK: _("rolled back"),
    Outcome.DIFFERS: _("differs"),
}

OUTCOME_SIGNS: Mapping[Outcome | None, str] = {
    None: "·",
    Outcome.INTENDED: "»",
    Outcome.DONE: "✓",
    Outcome.FOUND_DONE: "✓",
    Outcome.FAILED: "✗",
    Outcome.STALE: "≠",
    Outcome.SKIPPED: "–",
    Outcome.ROLLED_BACK: "↶",
    Outcome.DIFFERS: "≠",
}

PROBLEMS = frozenset(Outcome) - {Outcome.INTENDED, Outcome.DONE, Outcome.FOUND_DONE}
"""Outcomes that a person must look at."""


def key_below(key: str, above: str) -> str:
    """What a change is called in its branch: a port without the switch that stands above it."""
    return key.removeprefix(f"{above} ") if above else key


def branch_name(level: Level, name: str, texts: Texts) -> str:
    """A branch as it is called on screen."""
    if level is not Level.SCHOOL:
        names = TARGETS if level is Level.STAGE else KINDS
        return texts(names[name]) if name in names else name
    return name or texts("Whole city")


def risk_look(risk: Risk) -> Look:
    """How a row of this risk looks."""
    return Look.WARNING if risk is Risk.HIGH else Look.NORMAL
