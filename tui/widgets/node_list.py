"""A hierarchy of keys as a list of lines: nodes load when they are opened, many children come in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from rich.segment import Segment

from tui.query.model import Node
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, CURSOR, DIM, ERROR, PLAIN
from tui.widgets.safe import shorten, shorten_name
from tui.widgets.spell import date, time_of_day

CHUNK = 100


@dataclass(slots=True)
class Branch:
    """A node and, once it was opened, what is below it."""

    node: Node
    depth: int
    children: list[Branch] | None = None
    is_open: bool = False
    shown: int = CHUNK


@dataclass(frozen=True, slots=True)
class More:
    """The line that stands for the children not shown yet; *parent* is None at the top."""

    parent: Branch | None
    depth: int
    hidden: int


@dataclass(slots=True)
class KeyTree:
    """What is open of a hierarchy, and in which order."""

    hierarchy: str
    sort: str = "name"
    roots: list[Branch] = field(default_factory=list)
    shown: int = CHUNK

    def lines(self) -> list[Branch | More]:
        """The lines from top to bottom."""
        return list(_lines(self.roots, None, self.shown))


def _lines(branches: list[Branch], parent: Branch | None, shown: int) -> Iterator[Branch | More]:
    for branch in branches[:shown]:
        yield branch
        if branch.is_open and branch.children is not None:
            yield from _lines(branch.children, branch, branch.shown)
    if len(branches) > shown:
        yield More(parent, branches[0].depth, len(branches) - shown)


class NodeList(LineList):
    """The visible nodes of a tree with their numbers."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.key_tree = KeyTree("")
        self.rows: list[Branch | More] = []

    def set_tree(self, tree: KeyTree, at: int = 0, top: int | None = None) -> None:
        """Show *tree* as it is open now."""
        self.key_tree = tree
        self.rows = tree.lines()
        self.set_lines(len(self.rows), at, top)

    @property
    def current(self) -> Branch | More | None:
        """The line under the cursor."""
        return self.rows[self.at] if self.rows else None

    @staticmethod
    def heading(width: int, name: str = "") -> str:
        """What the columns are; *name* is that of the tree, whose end is kept."""
        room = _name_width(width)
        return f"{' ' + shorten_name(name, room - 1):<{room}}{'records':>10} {'errors':>8}  {'first':<14} {'last':<14}"

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        """``  ▾ task 5            120        2  11-20 07:19:54 11-20 07:20:44``"""
        line = self.rows[index]
        room = _name_width(width)
        if isinstance(line, More):
            text = f"{'  ' * line.depth}  … {line.hidden:,} more (enter)"
            return [Segment(text, CURSOR if current else DIM)]
        node = line.node
        sign = " " if node.leaf else "▾" if line.is_open else "▸"
        name = shorten(f" {'  ' * line.depth}{sign} {node_name(node)}", room - 1).ljust(room)
        errors = f"{node.errors:,}" if node.errors else "-"
        if current:
            return [Segment(f"{name}{node.count:>10,} {errors:>8}  {_when(node.first)} {_when(node.last)}", CURSOR)]
        return [
            Segment(name, BOLD if line.is_open else PLAIN),
            Segment(f"{node.count:>10,} ", PLAIN),
            Segment(f"{errors:>8}", ERROR if node.errors else DIM),
            Segment(f"  {_when(node.first)} {_when(node.last)}", DIM),
        ]


def node_name(node: Node) -> str:
    """``task 5``; a scope by the name people have for it."""
    key, value = node.path[-1] if node.path else ("", "everything")
    if key.startswith("wideview.") and node.entity is not None and node.entity.run:
        return f"{node.entity.kind} {node.entity.run}"
    return f"{node.entity.kind if node.entity is not None else key.rpartition('.')[2]} {value}".strip()


def _name_width(width: int) -> int:
    return max(20, width - 50)


def _when(nanos: int | None) -> str:
    return f"{date(nanos)[5:]} {time_of_day(nanos, 0)}" if nanos is not None else " " * 14
