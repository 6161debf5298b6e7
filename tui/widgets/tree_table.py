"""A virtual table whose rows fold and unfold."""

from typing import Generic

from tui.keymap import Context
from tui.tree import B, Node, TreePager
from tui.widgets.keys import bindings
from tui.widgets.virtual_table import VirtualTable


class TreeTable(VirtualTable, Generic[B]):
    """Shows a TreePager: right and Enter unfold a branch, left folds it or goes to its parent."""

    BINDINGS = bindings(Context.TREE)

    pager: TreePager[B]

    @property
    def node(self) -> Node | None:
        """The branch or leaf under the cursor."""
        key = self.key
        return key if isinstance(key, Node) else None

    def action_open(self) -> None:
        """Fold or unfold a branch; open a leaf."""
        node = self.node
        if node is not None and node.leaf < 0:
            self._fold(node) if self.pager.unfolded(node.branch) else self._unfold(node)
        else:
            super().action_open()

    def action_unfold(self) -> None:
        """Show what is below; if it is shown, go there."""
        node = self.node
        if node is None or node.leaf >= 0:
            return
        if self.pager.unfolded(node.branch):
            self.action_move(1)
        else:
            self._unfold(node)

    def action_fold(self) -> None:
        """Hide what is below; if nothing is shown there, go to the parent."""
        node = self.node
        if node is None:
            return
        if node.leaf < 0 and self.pager.unfolded(node.branch):
            self._fold(node)
        elif parent := self.pager.parent(node):
            self.move_to(parent)

    def refresh_tree(self) -> None:
        """Read the visible branches and leaves anew; repaint what differs."""
        self.pager.refresh()
        self.refresh_rows()

    def _fold(self, node: Node) -> None:
        self.pager.fold(node.branch)
        self.refresh_rows()

    def _unfold(self, node: Node) -> None:
        self.pager.unfold(node.branch)
        self.refresh_rows()
