"""Tests of tui.widgets.node_list: a tree as lines, many children a chunk at a time."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from tui.query.model import Entity, Node
from tui.widgets.node_list import CHUNK, Branch, KeyTree, More, NodeList, node_name

AT = 1_795_159_194_830_643_000


def node(*values: str, errors: int = 0, leaf: bool = False, first: int | None = AT) -> Node:
    return Node(tuple(("parsl.task", value) for value in values), None, 1200, errors, first, first, leaf)


def branches(count: int, depth: int = 0) -> list[Branch]:
    return [Branch(node(str(i), leaf=depth > 0), depth) for i in range(count)]


def told(tree: KeyTree) -> list[str]:
    return [
        f"{line.depth} more {line.hidden}" if isinstance(line, More) else f"{line.depth} {line.node.path[-1][1]}"
        for line in tree.lines()
    ]


def test_what_is_open_is_shown_and_keeps_what_is_open_below() -> None:
    tree = KeyTree("h", roots=branches(2))
    first = tree.roots[0]
    first.children = branches(2, 1)
    first.children[1].children = branches(1, 2)
    first.children[1].is_open = True
    assert told(tree) == ["0 0", "0 1"]
    first.is_open = True
    assert told(tree) == ["0 0", "1 0", "1 1", "2 0", "0 1"]
    tree.roots[1].is_open = True
    assert told(tree)[-1] == "0 1", "opened, but its children are not there yet"


@pytest.mark.parametrize(("count", "more"), [(CHUNK, []), (CHUNK + 1, ["0 more 1"]), (CHUNK + 50, ["0 more 50"])])
def test_many_come_in_chunks(count: int, more: list[str]) -> None:
    tree = KeyTree("h", roots=branches(count))
    assert len(told(tree)) == CHUNK + len(more)
    assert told(tree)[CHUNK:] == more


def test_what_is_hidden_below_stands_below() -> None:
    tree = KeyTree("h", roots=branches(2))
    tree.roots[0].children, tree.roots[0].is_open = branches(5, 1), True
    tree.roots[0].shown = 2
    assert told(tree) == ["0 0", "1 0", "1 1", "1 more 3", "0 1"]
    more = tree.lines()[3]
    assert isinstance(more, More) and more.parent is tree.roots[0]


def test_names() -> None:
    run = Node((("wideview.scope", "3"),), Entity("run", (("wideview.scope", "3"),), 3, "000"), 1, 0, None, None, False)
    assert node_name(run) == "run 000"
    assert node_name(node("4", "5")) == "task 5"
    action = Entity("action", (("academy.action_tag", "02e6"),), 3, "000")
    assert node_name(Node((("academy.action_tag", "02e6"),), action, 1, 0, None, None, True)) == "action 02e6"
    assert node_name(Node((), None, 1, 0, None, None, False)) == "everything"


class Listing(App[None]):
    """The list alone."""

    def compose(self) -> ComposeResult:
        yield NodeList()


async def test_lines_have_their_numbers_under_the_heading() -> None:
    async with Listing().run_test(size=(80, 6)) as pilot:
        nodes = pilot.app.query_one(NodeList)
        assert nodes.current is None
        tree = KeyTree("h", roots=[Branch(node("1", errors=3), 0), Branch(node("2", leaf=True, first=None), 0)])
        tree.roots[0].children = [Branch(node("1", "7", leaf=True), 1)]
        tree.roots[0].is_open = True
        tree.roots.append(Branch(node("a\x1b" + "x" * 60), 0))
        nodes.set_tree(tree, at=3)
        await pilot.pause()
        shown = [nodes.render_line(y).text.rstrip() for y in range(4)]
        when = "11-20 07:19:54 11-20 07:19:54"
        assert shown[0] == f" ▾ task 1{'1,200':>31}        3  {when}"
        assert shown[1] == f"     task 7{'1,200':>29}        -  {when}"
        assert shown[2] == f"   task 2{'1,200':>31}        -"
        assert shown[3] == f" ▸ task a␛{'x' * 18}… {'1,200':>10}        -  {when}"
        heading = NodeList.heading(80, "run > executor > block > manager, by name")
        assert heading.startswith(" …> block > manager, by name   ")
        assert heading.index("records") + len("records") == shown[0].index("1,200") + 5
        assert heading.index("errors") + len("errors") == shown[0].index(" 3 ") + 2
        assert heading.index("first") == shown[0].index(when)
        assert nodes.current is tree.roots[2]
