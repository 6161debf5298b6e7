"""Rules over the table of keys, and that Textual is bound to nothing else."""

import subprocess
import sys
from collections import Counter

import pytest
from textual.app import App
from textual.binding import BindingsMap
from textual.dom import DOMNode

from tests.tui.test_texts import ENGLISH, GERMAN
from tui.app import SchoolnetApp
from tui.keymap import KEYS, Context, footer_keys, keys_of, name_of
from tui.screens.base import BaseScreen
from tui.screens.confirm import ConfirmScreen
from tui.screens.help import HelpScreen, help_rows
from tui.screens.history import HistoryScreen
from tui.screens.imports import ImportsScreen
from tui.screens.kinds import KindsScreen
from tui.screens.plan import PlanScreen
from tui.screens.proposal import ProposalScreen
from tui.screens.questions import QuestionsScreen
from tui.screens.records import RecordsScreen
from tui.screens.run import RunScreen
from tui.screens.today import TodayScreen
from tui.widgets.mark_table import MarkTable
from tui.widgets.tree_table import TreeTable
from tui.widgets.virtual_table import VirtualTable

ALTGR = {
    "left_square_bracket", "right_square_bracket", "left_curly_bracket", "right_curly_bracket",
    "backslash", "vertical_line", "at", "tilde", *"[]{}\\|@~",
}  # fmt: skip
TAKEN = {"ctrl+a", "ctrl+b", "ctrl+z"}


def test_no_key_needs_altgr_or_belongs_to_the_terminal() -> None:
    assert not {name for key in KEYS for name in key.keys} & (ALTGR | TAKEN)


def test_no_list_has_a_dangerous_key_and_enter_is_never_one() -> None:
    dangerous = [key for key in KEYS if key.dangerous]
    assert {key.context for key in dangerous} == {Context.CONFIRM}
    assert not {"enter", "space", "escape"} & {name for key in dangerous for name in key.keys}


@pytest.mark.parametrize(
    "contexts",
    [
        PlanScreen.CONTEXTS,
        ProposalScreen.CONTEXTS,
        QuestionsScreen.CONTEXTS,
        RunScreen.CONTEXTS,
        TodayScreen.CONTEXTS,
        RecordsScreen.CONTEXTS,
        HistoryScreen.CONTEXTS,
        ImportsScreen.CONTEXTS,
        KindsScreen.CONTEXTS,
        HelpScreen.CONTEXTS,
        (Context.MARKS, Context.LIST, Context.EVERYWHERE),
        (Context.CONFIRM,),
    ],
)
def test_a_key_means_one_thing_on_a_screen(contexts: tuple[Context, ...]) -> None:
    names = Counter(name for key in keys_of(*contexts) for name in key.keys)
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize(
    ("node", "contexts"),
    [
        (BaseScreen, {Context.EVERYWHERE}),
        (PlanScreen, {Context.PLAN, Context.EVERYWHERE}),
        (QuestionsScreen, {Context.QUESTIONS, Context.EVERYWHERE}),
        (ProposalScreen, {Context.PROPOSAL, Context.EVERYWHERE}),
        (RunScreen, {Context.RUN, Context.EVERYWHERE}),
        (TodayScreen, {Context.TODAY, Context.EVERYWHERE}),
        (RecordsScreen, {Context.RECORDS, Context.EVERYWHERE}),
        (HistoryScreen, {Context.EVERYWHERE}),
        (ConfirmScreen, {Context.CONFIRM}),
        (VirtualTable, {Context.LIST}),
        (TreeTable, {Context.LIST, Context.TREE}),
        (MarkTable, {Context.LIST, Context.MARKS}),
    ],
)
def test_textual_is_bound_to_the_table_and_nothing_else(
    node: type[DOMNode], contexts: set[Context]
) -> None:
    bindings: BindingsMap = node._merge_bindings()
    bound = {(name, binding.action) for name, binding in bindings}
    assert bound == {(name, key.action) for key in keys_of(*contexts) for name in key.keys}


def test_the_application_itself_binds_nothing() -> None:
    assert App.BINDINGS
    assert not list(SchoolnetApp._merge_bindings())


def test_every_action_exists_where_it_is_bound() -> None:
    owners = {
        Context.EVERYWHERE: BaseScreen, Context.LIST: VirtualTable, Context.MARKS: MarkTable,
        Context.TREE: TreeTable, Context.PLAN: PlanScreen, Context.RUN: RunScreen,
        Context.PROPOSAL: ProposalScreen,
        Context.QUESTIONS: QuestionsScreen,
        Context.TODAY: TodayScreen, Context.RECORDS: RecordsScreen,
        Context.CONFIRM: ConfirmScreen,
    }  # fmt: skip
    for key in KEYS:
        namespace, _, action = key.action.rpartition(".")
        owner = {"app": SchoolnetApp, "": owners[key.context]}.get(namespace, BaseScreen)
        assert hasattr(owner, f"action_{action.partition('(')[0]}"), key


def test_help_lists_every_key_of_a_screen_in_words() -> None:
    rows = help_rows(PlanScreen.CONTEXTS, GERMAN)
    for key in keys_of(*PlanScreen.CONTEXTS):
        named = [row for row in rows if row.cells[-1] == GERMAN(key.label)]
        assert any(name_of(key.keys[0], GERMAN) in row.cells[0] for row in named), key


@pytest.mark.parametrize(
    ("key", "german", "english"),
    [
        ("question_mark", "?", "?"),
        ("shift+tab", "Umschalt+Tab", "Shift+Tab"),
        ("ctrl+q", "Strg+Q", "Ctrl+Q"),
        ("f1", "F1", "F1"),
        ("pagedown", "Bild↓", "PgDn"),
        ("A", "A", "A"),
        ("w", "w", "w"),
    ],
)
def test_keys_are_named_as_the_keyboard_has_them(key: str, german: str, english: str) -> None:
    assert (name_of(key, GERMAN), name_of(key, ENGLISH)) == (german, english)


def test_the_footer_begins_with_the_screen_and_ends_with_leave() -> None:
    labels = [key.label for key in footer_keys(PlanScreen.CONTEXTS)]
    assert labels[0] == "Exclude or include"
    assert labels[-1] == "Leave"


def test_what_is_said_to_need_no_textual_loads_none() -> None:
    code = (
        "import tui.texts, tui.keymap, tui.pagers, tui.tree, tui.sources, tui.confirm, tui.cells\n"
        "import tui.environment, tui.presenters.plans, tui.presenters.runs, tui.widgets.columns\n"
        "import tui.presenters.today, tui.presenters.records, tui.presenters.imports\n"
        "import tui.presenters.proposals, tui.presenters.questions, tui.presenters.lives\n"
        "import sys; sys.exit('textual' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
