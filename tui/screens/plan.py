"""The plan: walk it, leave out what should wait, see exactly what is sent, apply it."""

from collections.abc import Hashable, Sequence

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from inventory.messages import _, say
from inventory.records.changes import Change
from tui.cells import clean
from tui.keymap import Context
from tui.pagers import ListPager
from tui.presenters.changes import (
    Detail,
    branch_detail,
    concern_detail,
    planned_detail,
)
from tui.presenters.plans import (
    PlanForest,
    concern_rows,
    plan_head,
    plan_title,
    sum_line,
)
from tui.screens.base import BaseScreen
from tui.screens.deciding import Deciding
from tui.screens.detail import DetailScreen
from tui.screens.proposal import ProposalScreen
from tui.sources import Concern, PlanBranch, PlannedChange, PlanSource
from tui.texts import Texts
from tui.tree import Node, TreePager
from tui.widgets.columns import Column
from tui.widgets.detail_pane import DetailPane
from tui.widgets.keys import bindings
from tui.widgets.tree_table import TreeTable
from tui.widgets.virtual_table import VirtualTable


class PlanScreen(BaseScreen):
    """Stages, schools, targets and changes on the left, one of them in full on the right."""

    BINDINGS = bindings(Context.PLAN)
    CONTEXTS = (Context.PLAN, Context.TREE, Context.LIST, Context.EVERYWHERE)

    def __init__(self, texts: Texts, source: PlanSource) -> None:
        super().__init__(texts)
        self._source = source
        self._deciding = Deciding(self, source, self._decided)
        self._concerns: list[Concern] = []
        self._next_concern = 0
        self._led_to: Node | None = None  # where `w` went; the warning stays shown

    @property
    def crumb(self) -> str:
        """The plan's name."""
        return plan_title(self._source.plan, self.texts)

    def compose_parts(self) -> ComposeResult:
        """Head, tree and warnings beside the detail, sum."""
        texts = self.texts
        changes = (
            Column(texts("Changes"), grows=True),
            Column(texts("Count"), align="right"),
            Column("!!"),
        )
        yield Static(id="head", markup=False)
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield TreeTable[PlanBranch](
                    changes,
                    TreePager(PlanForest(self._source, texts)),
                    texts("Nothing to do: reality is as the inventory wants it."),
                    id="changes",
                )
                yield VirtualTable(
                    (Column("!!"), Column(texts("Warnings"), grows=True)),
                    ListPager(()), "", id="concerns",
                )  # fmt: skip
            yield DetailPane(texts)
        yield Static(id="sum", markup=False)

    def on_mount(self) -> None:
        """Show what would be applied, and what to look at first."""
        self._show_selection()
        self._tree.focus()

    # What the cursor is on

    def on_virtual_table_moved(self, event: VirtualTable.Moved) -> None:
        """Show the row in full; while the tree is walked, its row and not the warning's."""
        if event.table.has_focus:
            led_to, self._led_to = self._led_to, None
            if event.key != led_to:
                self._show_detail(event.table, event.key)

    def on_virtual_table_opened(self, event: VirtualTable.Opened) -> None:
        """Show the row in full on the whole screen; of a proposal, who it is."""
        concern = self._concern(event.key) if event.table is self._warnings else None
        if concern and concern.proposal:
            self.attempt(lambda: self._show_proposal(concern.proposal))
            return
        detail = self.attempt(lambda: self._detail_of(event.table, event.key))
        if detail:
            self.app.push_screen(DetailScreen(self.texts, detail))

    def _show_proposal(self, name: str) -> None:
        def approve(screen: ProposalScreen) -> None:
            self._deciding.approve(screen, name, screen.action_back)

        moves = self._source.moves(name)
        self.app.push_screen(ProposalScreen(self.texts, name, moves, approve))

    def _show_detail(self, table: VirtualTable, key: Hashable) -> None:
        detail = self.attempt(lambda: self._detail_of(table, key))
        if detail:
            self.query_one(DetailPane).show(detail)

    def _detail_of(self, table: VirtualTable, key: Hashable) -> Detail | None:
        if table is not self._tree:
            return self._concern_detail(key)
        if not isinstance(key, Node):
            return None
        if key.leaf < 0:
            return branch_detail(self._tree.pager.branch(key), self.texts)
        planned = self._planned(key)
        if planned is None:
            return None
        needs = [self._source.change(needed).change.key for needed in planned.change.needs]
        return planned_detail(planned, needs, self.texts)

    def _concern_detail(self, key: Hashable) -> Detail | None:
        concern = self._concern(key)
        if concern is None:
            return None
        plan, digest = self._source.plan.id, self._source.digest()
        lifted = self._deciding.lifted.get(concern.guard, "")
        return concern_detail(concern, plan, digest[:12], self.texts, lifted)

    def _concern(self, key: Hashable) -> Concern | None:
        found = isinstance(key, int) and key < len(self._concerns)
        return self._concerns[key] if found and isinstance(key, int) else None

    def _planned(self, node: Node) -> PlannedChange | None:
        found = self._source.changes(node.branch, node.leaf, 1)
        return found[0] if found else None

    # Keys

    def action_exclude(self) -> None:
        """Leave the row out of what is applied, or take it in again."""
        node = self._tree.node
        if node is not None:
            self.attempt(lambda: self._exclude(node))

    def _exclude(self, node: Node) -> None:
        if node.leaf < 0:
            included = self._tree.pager.branch(node).excluded > 0
            moved, dragged = self._source.select(included, branch=node.branch)
        else:
            planned = self._planned(node)
            if planned is None:
                return
            included = planned.excluded
            moved, dragged = self._source.select(included, change_id=planned.change.id)
        if dragged:
            self.tell(
                say(_("{count} more were included, because they are needed."), count=dragged)
                if included
                else say(_("{count} more were excluded, because they need these."), count=dragged)
            )
        if moved:
            self._show_selection()
            self._show_detail(self._tree, node)

    def action_next_concern(self) -> None:
        """Go to the next warning, and to the change it is about."""
        table = self._warnings
        if not self._concerns:
            self.tell(say(_("There are no warnings.")))
            return
        table.cursor = self._next_concern % len(self._concerns)
        concern = self._concerns[table.cursor]
        self._next_concern = table.cursor + 1
        if concern.change:
            self.attempt(
                lambda: self._go_to(concern.change, show=not (concern.guard or concern.proposal))
            )
        if concern.proposal:
            table.focus()  # there Enter shows who it is
        if concern.guard or concern.proposal or not concern.change:
            self._show_detail(table, table.cursor)

    def _go_to(self, change_id: str, *, show: bool) -> None:
        place = self._source.place(change_id)
        node = self._tree.pager.reveal(place.branches, place.index)
        self._led_to = None if show else node
        self._tree.refresh_rows()
        self._tree.move_to(node)
        self._tree.focus()

    def action_decide(self) -> None:
        """Approve the proposal or lift the guard that the warning under the cursor is about."""
        concern = self._concern(self._warnings.cursor)
        if concern is None:
            self.tell(say(_("There are no warnings.")))
        else:
            self.attempt(lambda: self._deciding.about(concern))

    def action_accept(self) -> None:
        """Take the drift of the row, or of all included below it, into the inventory."""
        node = self._tree.node
        if node is not None:
            self.attempt(lambda: self._deciding.accept(self._drifted(node), self._show_selection))

    def _drifted(self, node: Node) -> Sequence[Change]:
        if node.leaf < 0:
            return self._source.drifted(branch=node.branch)
        planned = self._planned(node)
        return self._source.drifted(change_id=planned.change.id) if planned else ()

    def _decided(self) -> None:
        before = len(self._concerns)
        self._show_selection()
        if len(self._concerns) < before:  # the next warning is where the decided one was
            self._next_concern = self._warnings.cursor
        self._show_detail(self._warnings, self._warnings.cursor)

    def action_apply(self) -> None:
        """Ask for the words; then start the run."""
        self.attempt(lambda: self._deciding.apply(self._concerns))

    def _show_selection(self) -> None:
        self.attempt(self._read_selection)

    def _read_selection(self) -> None:
        self._tree.refresh_tree()
        self._concerns = list(self._source.concerns())
        table = self._warnings
        table.display = bool(self._concerns)
        rows = concern_rows(self._concerns, self._deciding.lifted, self.texts)
        table.pager = ListPager(rows)
        table.refresh_rows()
        head = plan_head(self._source.plan, self._source.stale(), self.texts)
        self.query_one("#head", Static).update(clean(head))
        totals, digest = self._source.totals(), self._source.digest()
        self.query_one("#sum", Static).update(sum_line(totals, digest, self.texts))

    @property
    def _tree(self) -> TreeTable[PlanBranch]:
        return self.query_one("#changes", TreeTable)

    @property
    def _warnings(self) -> VirtualTable:
        return self.query_one("#concerns", VirtualTable)
