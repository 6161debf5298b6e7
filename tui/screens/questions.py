"""Open questions: is the newcomer somebody we know? Both beside each other, and the decision."""

from collections.abc import Hashable, Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from inventory.errors import SchoolnetError
from inventory.messages import _, say
from tui.keymap import Context
from tui.pagers import ListPager
from tui.presenters.changes import Detail, command_line
from tui.presenters.questions import (
    in_order,
    question_columns,
    question_detail,
    question_rows,
    side_line,
)
from tui.questions import Question, QuestionSource
from tui.screens.detail import DetailScreen
from tui.screens.polling import PollingScreen
from tui.texts import Texts
from tui.widgets.detail_pane import DetailPane
from tui.widgets.keys import bindings
from tui.widgets.virtual_table import VirtualTable


class QuestionsScreen(PollingScreen):
    """The list above, the two persons of a row below it, whatever the size of the terminal."""

    BINDINGS = bindings(Context.QUESTIONS)
    CONTEXTS = (Context.QUESTIONS, Context.LIST, Context.EVERYWHERE)

    def __init__(self, texts: Texts, source: QuestionSource) -> None:
        super().__init__(texts)
        self._source = source
        self._later: set[Question] = set()

    @property
    def crumb(self) -> str:
        """What is shown."""
        return self.texts("Open questions")

    def compose_parts(self) -> ComposeResult:
        """Head, list, comparison."""
        yield Static(id="head", markup=False)
        yield VirtualTable(question_columns(self.texts), ListPager(()), "")
        yield DetailPane(self.texts)

    def on_mount(self) -> None:
        """Begin to look for them."""
        self.attempt(self._source.ask)
        super().on_mount()
        self.set_focus(self._table)

    def on_unmount(self) -> None:
        """Nobody waits for them any more."""
        self._source.close()

    def version(self) -> Hashable:
        """Another value when they were found, or one was decided."""
        return self._source.version()

    def read(self) -> None:
        """Show what is open."""
        try:
            questions = self._source.questions()
        except SchoolnetError as error:
            self._show((), self.texts("Nothing could be compared."))
            message = self.texts.render(error.message)
            self.query_one(DetailPane).show(Detail(self.crumb, (message,)))
            return
        if questions is None:
            self._show((), self.texts("Everybody is being compared …"))
        elif questions:
            line = self.texts.plural("{count} open", "{count} open", len(questions))
            self._show(questions, line)
        else:
            self._show((), self.texts("Nothing is open."))

    def _show(self, questions: Sequence[Question], line: str) -> None:
        self.query_one("#head", Static).update(line)
        ordered = in_order(questions, self._later)
        self._table.pager = ListPager(question_rows(ordered, self._later, self.texts))
        self._table.refresh_rows()
        self._show_question()

    def on_virtual_table_moved(self) -> None:
        """Show both sides."""
        self._show_question()

    def on_virtual_table_opened(self) -> None:
        """Show both sides on the whole screen."""
        if self._question:
            detail = question_detail(self._question, self.texts)
            self.app.push_screen(DetailScreen(self.texts, detail))

    def _show_question(self) -> None:
        question = self._question
        detail = question_detail(question, self.texts) if question else Detail("")
        self.query_one(DetailPane).show(detail)

    # Keys

    def action_same(self) -> None:
        """They are one person."""
        self._decide(same=True)

    def action_different(self) -> None:
        """They are two."""
        self._decide(same=False)

    def action_later(self) -> None:
        """Put the question off to the end of the list; nothing is decided."""
        question = self._question
        if question:
            self._later ^= {question}
            index = self._table.cursor
            self.attempt(self.read)
            self._table.cursor = min(index, len(self._table.pager) - 1)

    def action_refresh(self) -> None:
        """Compare everybody anew."""
        self.attempt(self._source.ask)
        super().action_refresh()

    def _decide(self, *, same: bool) -> None:
        question, texts = self._question, self.texts
        if question is None:
            self.tell(say(_("No question is chosen.")))
            return
        new, known = question

        def carry_out(reason: str) -> None:
            told = self._source.decide(question, reason, same=same)
            self.read()
            for message in told or [say(_("Decided. The next plan shows what follows."))]:
                self.tell(message)

        verb = "join" if same else "separate"
        lines = [
            side_line(new, texts),
            side_line(known, texts),
            texts("The newcomer keeps the account of the one we know.")
            if same
            else texts("The newcomer gets an account of their own."),
            command_line("links", verb, new.id, known.id),
        ]
        title = texts("They are one person") if same else texts("They are two people")
        self.ask_reason(title, lines, carry_out)

    @property
    def _question(self) -> Question | None:
        key = self._table.key
        return key if isinstance(key, Question) else None

    @property
    def _table(self) -> VirtualTable:
        return self.query_one(VirtualTable)
