"""The one table of keys. Footer, help and bindings come from it. No Textual in it.

Key names are Textual's. On German keyboards ``[ ] { } \\ | @ ~`` need AltGr, and terminals and
multiplexers take Ctrl+A, Ctrl+B and Ctrl+Z for themselves: none of them is used. A key marked
dangerous changes the outside world; there are none on any list, only in the dialog that asks
first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from inventory.messages import _
from tui.texts import Texts


class Context(StrEnum):
    """Where a key holds."""

    EVERYWHERE = "everywhere"
    TODAY = "today"
    RECORDS = "records"
    QUESTIONS = "questions"
    LIST = "list"
    MARKS = "marks"
    TREE = "tree"
    PLAN = "plan"
    PROPOSAL = "proposal"
    RUN = "run"
    CONFIRM = "confirm"


TITLES = {
    Context.EVERYWHERE: _("Everywhere"),
    Context.TODAY: _("Today"),
    Context.RECORDS: _("Records"),
    Context.QUESTIONS: _("Open questions"),
    Context.LIST: _("In lists"),
    Context.MARKS: _("Marks"),
    Context.TREE: _("Opening and closing"),
    Context.PLAN: _("Plan"),
    Context.PROPOSAL: _("Proposal"),
    Context.RUN: _("Run"),
    Context.CONFIRM: _("Dialog"),
}
"""Headings of the help."""


@dataclass(frozen=True)
class Key:
    """One thing that can be done with a key. `action` is the name of Textual's action."""

    action: str
    keys: tuple[str, ...]
    context: Context
    label: str
    dangerous: bool = False
    footer: bool = False


KEYS = (
    Key("help", ("question_mark", "f1"), Context.EVERYWHERE, _("Help"), footer=True),
    Key("back", ("escape",), Context.EVERYWHERE, _("Back"), footer=True),
    Key("leave", ("q", "ctrl+q"), Context.EVERYWHERE, _("Leave"), footer=True),
    Key("app.focus_next", ("tab",), Context.EVERYWHERE, _("Next part of the screen")),
    Key("app.focus_previous", ("shift+tab",), Context.EVERYWHERE, _("Previous part of the screen")),
    Key("screen.copy_text", ("ctrl+c",), Context.EVERYWHERE, _("Copy what the mouse has selected")),
    Key("change_theme", ("f8",), Context.EVERYWHERE, _("Light or dark")),
    Key("open", ("enter",), Context.LIST, _("Open"), footer=True),
    Key("move(-1)", ("up",), Context.LIST, _("Row up")),
    Key("move(1)", ("down",), Context.LIST, _("Row down")),
    Key("page(-1)", ("pageup",), Context.LIST, _("Page up")),
    Key("page(1)", ("pagedown",), Context.LIST, _("Page down")),
    Key("first", ("home",), Context.LIST, _("First row")),
    Key("last", ("end",), Context.LIST, _("Last row")),
    Key("shift(-1)", ("shift+left",), Context.LIST, _("Columns to the left")),
    Key("shift(1)", ("shift+right",), Context.LIST, _("Columns to the right")),
    Key("plan", ("p",), Context.TODAY, _("Plan"), footer=True),
    Key("runs", ("t",), Context.TODAY, _("Runs"), footer=True),
    Key("imports", ("i",), Context.TODAY, _("Imports"), footer=True),
    Key("records", ("r",), Context.TODAY, _("Records …"), footer=True),
    Key("questions", ("o",), Context.TODAY, _("Open questions")),
    Key("refresh", ("f5",), Context.TODAY, _("Read again")),
    Key("filter", ("slash",), Context.RECORDS, _("Filter"), footer=True),
    Key("kinds", ("g",), Context.RECORDS, _("Other kind …"), footer=True),
    Key("sort", ("s",), Context.RECORDS, _("Sort"), footer=True),
    Key("turn", ("S",), Context.RECORDS, _("Turn the order")),
    Key("history", ("h",), Context.RECORDS, _("History"), footer=True),
    Key("hold", ("H",), Context.RECORDS, _("Hold or release …"), footer=True),
    Key("copy", ("y",), Context.RECORDS, _("Copy"), footer=True),
    Key("copy_line", ("Y",), Context.RECORDS, _("Copy the whole line")),
    Key("refresh", ("f5",), Context.RECORDS, _("Read again")),
    Key("same", ("J",), Context.QUESTIONS, _("One person …"), footer=True),
    Key("different", ("S",), Context.QUESTIONS, _("Two people …"), footer=True),
    Key("later", ("l",), Context.QUESTIONS, _("Later"), footer=True),
    Key("refresh", ("f5",), Context.QUESTIONS, _("Compare again"), footer=True),
    Key("mark", ("space",), Context.MARKS, _("Mark"), footer=True),
    Key("mark_range", ("v",), Context.MARKS, _("Begin or end a range"), footer=True),
    Key("mark_all", ("a",), Context.MARKS, _("Mark all, or none"), footer=True),
    Key("unfold", ("right",), Context.TREE, _("Open the branch")),
    Key("fold", ("left",), Context.TREE, _("Close the branch")),
    Key("exclude", ("space",), Context.PLAN, _("Exclude or include"), footer=True),
    Key("apply", ("A",), Context.PLAN, _("Apply …"), footer=True),
    Key("next_concern", ("w",), Context.PLAN, _("Next warning"), footer=True),
    Key("decide", ("L",), Context.PLAN, _("Approve or lift …"), footer=True),
    Key("accept", ("I",), Context.PLAN, _("Accept the drift …"), footer=True),
    Key("approve", ("L",), Context.PROPOSAL, _("Approve …"), footer=True),
    Key("problems_only", ("f",), Context.RUN, _("Only problems"), footer=True),
    Key("pause", ("P",), Context.RUN, _("Pause"), footer=True),
    Key("go_on", ("G",), Context.RUN, _("Go on …"), footer=True),
    Key("retry", ("R",), Context.RUN, _("Retry what failed …"), footer=True),
    Key("cancel", ("C",), Context.RUN, _("Cancel the run …"), footer=True),
    Key(
        "carry_out", ("f2",), Context.CONFIRM, _("Do it, once all is typed"),
        dangerous=True, footer=True,
    ),
    Key("refuse", ("escape",), Context.CONFIRM, _("Change nothing"), footer=True),
)  # fmt: skip

_NAMES = {
    "question_mark": "?",
    "slash": "/",
    "escape": "Esc",
    "enter": "↵",
    "tab": "Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": _("PgUp"),
    "pagedown": _("PgDn"),
    "home": _("Home"),
    "end": _("End"),
    "space": "␣",
    "shift": _("Shift"),
    "ctrl": _("Ctrl"),
}


def keys_of(*contexts: Context) -> list[Key]:
    """The keys that hold in these contexts, in the order of the table."""
    return [key for key in KEYS if key.context in contexts]


def name_of(key: str, texts: Texts) -> str:
    """A key as it is printed on keyboards of this language: ``Umschalt+Tab``, ``F1``."""
    parts = [texts(_NAMES[part]) if part in _NAMES else part for part in key.split("+")]
    if len(parts) > 1 or (key.startswith("f") and key[1:].isdigit()):
        parts = [part.capitalize() for part in parts]
    return "+".join(parts)


def footer_keys(contexts: Sequence[Context]) -> list[Key]:
    """The keys worth a place in the footer: those of the screen first, help and leave last."""
    shown = [key for key in KEYS if key.footer and key.context in contexts]
    return sorted(shown, key=lambda key: _FOOTER_ORDER.index(key.context))


_FOOTER_ORDER = (
    Context.TODAY, Context.RECORDS, Context.QUESTIONS, Context.PLAN, Context.PROPOSAL,
    Context.RUN, Context.CONFIRM, Context.MARKS, Context.LIST, Context.TREE, Context.EVERYWHERE,
)  # fmt: skip
