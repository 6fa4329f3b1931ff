"""Tests of tui.widgets.runs: runs that are opened and closed in any order show what a list made anew would."""

from __future__ import annotations

from itertools import groupby

import numpy
from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.runs import Runs


def naive(kinds: list[int], opened: set[int]) -> list[int]:
    """The record of every line, *opened* holding the first records of the runs that are open."""
    lines, at = [], 0
    for _, run in groupby(kinds):
        length = len(list(run))
        lines += range(at, at + length) if at in opened else [at]
        at += length
    return lines


@given(st.lists(st.integers(0, 2), max_size=40), st.lists(st.tuples(st.booleans(), st.integers(0, 39)), max_size=12))
def test_any_opening_and_closing(kinds: list[int], moves: list[tuple[bool, int]]) -> None:
    runs = Runs(numpy.array(kinds, dtype=numpy.int32))
    starts = [i for i in range(len(kinds)) if i == 0 or kinds[i] != kinds[i - 1]]
    opened: set[int] = set()
    for opens, record in [(True, 0), *moves] if kinds else []:
        record %= len(kinds)
        start = max(s for s in starts if s <= record)
        length = next((s for s in starts if s > start), len(kinds)) - start
        if opens:
            assert runs.open(record) == (length > 1 and start not in opened)
            opened |= {start} if length > 1 else set()
        else:
            assert runs.close(record) == (start in opened)
            opened -= {start}
        lines = naive(kinds, opened)
        assert runs.index.tolist() == lines
        assert sum(runs.length(i) for i in range(len(lines))) == len(kinds)
        shown = start in opened
        assert runs.hides(record) == (not shown and record != start)
        assert lines[runs.line(record)] == (record if shown else start)
        assert runs.place(runs.line(record)) == ((record - start, length) if shown else None)


def test_no_records() -> None:
    assert Runs(numpy.zeros(0, numpy.int32)).index.tolist() == []
