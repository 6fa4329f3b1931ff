"""The key navigator: what there is, as trees of keys that load as they are opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.query.model import Node, Pair
from tui.screens.desk import Desk, Pane
from tui.screens.place import Place, entity_label
from tui.widgets.bars import Bar
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, DIM
from tui.widgets.node_list import CHUNK, Branch, KeyTree, More, NodeList, node_name

if TYPE_CHECKING:
    from tui.query.browse import Browser

SORTS = ("name", "count", "errors", "first", "last")


class KeysPane(Pane):
    """A tree with counts, errors and times."""

    HELP_TITLE = "In the key navigator"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "unfold", "open, close", priority=True),
        Binding("left", "fold", "close, or go to what it is in", priority=True),
        Binding("S", "sort", "sort by name, records, errors, first, last"),
        Binding("h", "hierarchy", "the next hierarchy"),
    ]

    def __init__(self, desk: Desk, *, id: str) -> None:
        super().__init__(desk, id=id)
        self.lines: NodeList = NodeList(id="nodes")
        self._trees: dict[str, KeyTree] = {}

    def compose(self) -> ComposeResult:
        """Columns and nodes."""
        yield Bar(id="columns")
        yield self.lines

    @property
    def node(self) -> Node | None:
        """The node under the cursor."""
        line = self.lines.current
        return line.node if isinstance(line, Branch) else None

    def show(self, place: Place) -> None:
        """The tree of *place*, open as it was."""
        self.chosen = place.chosen
        tree = self._trees.get(place.hierarchy)
        if tree is not None:
            self._put(tree, place.at, place.top)
            return
        self.lines.empty = "counting …"
        self.lines.set_tree(KeyTree(place.hierarchy))
        browser = self.desk.browser
        self.desk.ask("keys", lambda: grown(browser, KeyTree(place.hierarchy)), lambda tree: self._put(tree, place.at))

    def forget(self) -> None:
        """The data are others: load again what is open."""
        shown = self.lines.key_tree
        self._trees.clear()
        if shown.hierarchy and self.has_class("here"):
            self._again(shown)

    def place(self, place: Place) -> Place:
        """Cursor and scrolling as they are."""
        return replace(place, hierarchy=self.lines.key_tree.hierarchy, at=self.lines.at, top=self.lines.top)

    def remark(self) -> str:
        """The whole path of the node."""
        node = self.node
        return (
            "  ".join(f"{key}={value}" for key, value in node.path if not key.startswith("wideview.")) if node else ""
        )

    def action_unfold(self) -> None:
        """Open what is closed, close what is open, show more of what was cut."""
        line = self.lines.current
        if isinstance(line, More):
            self._more(line)
        elif line is None or line.node.leaf:
            return
        elif line.children is not None:
            line.is_open = not line.is_open
            self._again_drawn()
        else:
            branch, tree, browser = line, self.lines.key_tree, self.desk.browser

            def opened(nodes: list[Node]) -> None:
                branch.children = [Branch(node, branch.depth + 1) for node in nodes]
                branch.is_open = True
                if tree is self.lines.key_tree:
                    self._again_drawn()

            self.desk.ask("keys", lambda: browser.nodes(tree.hierarchy, branch.node.path, tree.sort), opened)

    def action_fold(self) -> None:
        """Close what is open, else go to what the line is in."""
        line = self.lines.current
        if isinstance(line, Branch) and line.is_open:
            line.is_open = False
            self._again_drawn()
        elif line is not None:
            above = range(self.lines.at - 1, -1, -1)
            self.lines.go(next((i for i in above if self.lines.rows[i].depth < line.depth), self.lines.at))

    def action_sort(self) -> None:
        """Order the nodes by the next column; what is open stays open."""
        tree = self.lines.key_tree
        tree.sort = SORTS[(SORTS.index(tree.sort) + 1) % len(SORTS)]
        self._again(tree)

    def action_hierarchy(self) -> None:
        """Show the next hierarchy."""
        names = self.desk.browser.hierarchies()
        if len(names) < 2:
            self.desk.say("there is only this hierarchy")
            return
        shown = self.lines.key_tree.hierarchy
        name = names[(names.index(shown) + 1) % len(names)] if shown in names else names[0]
        self.show(Place("keys", name, hierarchy=name))

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        line = self.lines.current
        if isinstance(line, More):
            self._more(line)
        elif line is not None:
            browser, node = self.desk.browser, line.node
            label = entity_label(node.entity) if node.entity else node_name(node)
            self.desk.ask(
                "nodes", lambda: browser.node_selection(node), lambda found: self.desk.open_stream(found, label)
            )

    def _more(self, line: More) -> None:
        (line.parent or self.lines.key_tree).shown += 10 * CHUNK
        self._again_drawn()

    def _again_drawn(self) -> None:
        self._put(self.lines.key_tree, self.lines.at, self.lines.top)

    def _again(self, tree: KeyTree) -> None:
        node, browser = self.node, self.desk.browser

        def found(new: KeyTree) -> None:
            rows = new.lines()
            path = node.path if node else ()
            same = (i for i, line in enumerate(rows) if isinstance(line, Branch) and line.node.path == path)
            self._put(new, next(same, 0))

        self.desk.ask("keys", lambda: grown(browser, tree), found)

    def _put(self, tree: KeyTree, at: int, top: int | None = None) -> None:
        self._trees[tree.hierarchy] = tree
        self.lines.empty = "no record has these keys"
        self.lines.set_tree(tree, at, top)
        width = self.size.width or self.screen.size.width
        heading = self.lines.heading(width, f"{tree.hierarchy}, by {tree.sort}")
        name = heading.partition("records")[0]
        self.query_one("#columns", Bar).show(((name, BOLD), (heading[len(name) :], DIM)))


def grown(browser: Browser, old: KeyTree) -> KeyTree:
    """The tree loaded anew, with what was open in *old* open again; for a thread."""
    opened: dict[tuple[Pair, ...], int] = {}

    def note(branches: list[Branch]) -> None:
        for branch in branches:
            if branch.is_open and branch.children is not None:
                opened[branch.node.path] = branch.shown
                note(branch.children)

    def grow(path: tuple[Pair, ...], depth: int) -> list[Branch]:
        branches = [Branch(node, depth) for node in browser.nodes(old.hierarchy, path, old.sort)]
        for branch in branches:
            if branch.node.path in opened:
                branch.children = grow(branch.node.path, depth + 1)
                branch.is_open, branch.shown = True, opened[branch.node.path]
        return branches

    note(old.roots)
    return KeyTree(old.hierarchy, old.sort, grow((), 0), old.shown)
