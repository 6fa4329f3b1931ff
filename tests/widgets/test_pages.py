"""Tests of tui.widgets.pages: blocks are fetched once, kept as long as they are looked at, asked for when slow."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy
import pytest

from tui.errors import StoreError
from tui.query.model import Row
from tui.widgets import pages as module
from tui.widgets.pages import BLOCK, KEPT, Pages


class Source:
    """Rows that say which they are; remembers the blocks it was asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    def __call__(self, ids: Sequence[int]) -> list[Row]:
        assert all(type(i) is int for i in ids)
        self.asked.append(len(ids))
        return [Row(i, None, 0, "s", "f", i, "", f"body {i}") for i in ids]


def body(pages: Pages, index: int) -> str | None:
    row = pages.row(index)
    return row and row.body


def test_rows_are_those_of_the_ids() -> None:
    source = Source()
    pages = Pages(numpy.arange(0, 600, 2), source)
    assert [body(pages, i) for i in (0, 1, 299)] == ["body 0", "body 2", "body 598"]
    assert source.asked == [BLOCK, 300 - 2 * BLOCK]
    assert body(pages, 300) is None


def test_what_was_not_looked_at_for_longest_is_forgotten() -> None:
    source = Source()
    pages = Pages(numpy.arange(BLOCK * (KEPT + 1)), source)
    for number in range(KEPT):
        pages.row(number * BLOCK)
    pages.row(0)
    pages.row(KEPT * BLOCK)
    assert len(source.asked) == KEPT + 1
    pages.row(0)
    assert len(source.asked) == KEPT + 1, "the first was looked at again"
    pages.row(BLOCK)
    assert len(source.asked) == KEPT + 2, "the second was not"


@pytest.mark.parametrize(
    ("index", "wanted"), [(0, [0]), (BLOCK, [1, 0]), (BLOCK * 2 - 1, [2, 1]), (BLOCK * 3 - 1, [2])]
)
def test_the_blocks_beside_are_asked_for_once(index: int, wanted: list[int]) -> None:
    """Also before they are there, and none before the first or after the last."""
    pages = Pages(numpy.arange(BLOCK * 3), Source())
    asked: list[int] = []
    for _ in range(2):
        pages.ahead(index, lambda _, number: asked.append(number))
    assert asked == wanted
    for number in wanted:
        pages.put(number, pages.fetch(number))
    pages.ahead(index, lambda _, number: asked.append(number))
    assert asked == wanted


def test_a_slow_source_is_asked_later_and_lines_are_blank_until_then(monkeypatch: pytest.MonkeyPatch) -> None:
    source, later = Source(), []
    pages = Pages(numpy.arange(BLOCK * 3), source, lambda _, number: later.append(number))
    clock = iter([0.0, module.PATIENCE * 2])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    assert body(pages, 0) == "body 0"
    assert not pages.is_blank(0)
    assert [body(pages, BLOCK), body(pages, BLOCK + 1)] == [None, None]
    assert (later, source.asked) == ([1], [BLOCK])
    assert pages.is_blank(1)
    pages.put(1, pages.fetch(1))
    assert not pages.is_blank(1)
    assert body(pages, BLOCK) == f"body {BLOCK}"


def test_a_quick_source_is_asked_at_once() -> None:
    later: list[int] = []
    pages = Pages(numpy.arange(BLOCK * 3), Source(), lambda _, number: later.append(number))
    assert [body(pages, number * BLOCK) for number in range(3)] == [f"body {number * BLOCK}" for number in range(3)]
    assert later == []


def test_a_failure_is_said_and_not_asked_again_at_every_line() -> None:
    tries: list[int] = []

    def fails(ids: Sequence[int]) -> list[Row]:
        tries.append(1)
        raise StoreError("gone")

    pages = Pages(numpy.arange(10), fails)
    assert [pages.row(i) for i in range(10)] == [None] * 10
    assert (pages.error, len(tries)) == ("gone", 1)
