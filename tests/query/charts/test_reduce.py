"""Tests of tui.query.charts.reduce: fewer points that look the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query.charts import reduce

WALKS = st.lists(st.tuples(st.integers(0, 60), st.integers(-3, 3)), min_size=1, max_size=300).map(sorted)


def value_at(x: Any, y: Any, at: int) -> float | None:
    """The value that holds at *at*, found the slow way."""
    held = [value for moment, value in zip(x.tolist(), y.tolist(), strict=True) if moment <= at]
    return held[-1] if held else None


@given(WALKS, st.integers(0, 30), st.integers(31, 60))
def test_without_a_width_nothing_is_lost(points: list[tuple[int, int]], start: int, end: int) -> None:
    x, y = np.array([p[0] for p in points]), np.array([p[1] for p in points], float)
    rx, ry = reduce.held(x, y, start, end)
    assert [value_at(rx, ry, at) for at in range(start, end + 1)] == [
        value_at(x, y, at) for at in range(start, end + 1)
    ]
    assert (np.diff(rx) > 0).all() and (not len(rx) or (rx[0] >= start and rx[-1] == end))


@given(WALKS, st.integers(1, 12))
def test_with_a_width_least_greatest_and_last_of_each_column_are_kept(
    points: list[tuple[int, int]], width: int
) -> None:
    x, y = np.array([p[0] for p in points]), np.array([p[1] for p in points], float)
    start, end = 0, 61
    rx, ry = reduce.held(x, y, start, end, width)
    assert len(rx) <= 3 * width + 2
    exact = {at: value_at(x, y, at) for at in range(end)}
    kept = dict(zip(rx.tolist(), ry.tolist(), strict=True))
    assert all(exact.get(at, exact[end - 1]) == value for at, value in kept.items())
    for column in range(width):
        moments = [at for at in sorted(set(x.tolist())) if at * width // end == column]
        if moments:
            every, left = [exact[at] for at in moments], [exact[at] for at in moments if at in kept]
            assert (min(left), max(left), left[-1]) == (min(every), max(every), every[-1])


@given(st.lists(WALKS, min_size=1, max_size=3), st.integers(1, 12))
def test_parts_of_a_whole_stand_together(walks: list[list[tuple[int, int]]], width: int) -> None:
    x = np.unique([p[0] for walk in walks for p in walk])
    rows = np.array([[float(sum(v for m, v in walk if m == at)) for at in x] for walk in walks])
    rx, values = reduce.together(x, rows, 0, 61, width)
    at = np.searchsorted(x, rx, "right") - 1
    assert (values == rows[:, at]).all()
    assert values.sum(axis=0).max() == rows.sum(axis=0).max() and values[:, -1].tolist() == rows[:, -1].tolist()
    assert values.max(axis=1).tolist() == rows.max(axis=1).tolist()


def test_samples_are_not_made_up() -> None:
    x, y = np.arange(1000), np.sin(np.arange(1000.0))
    rx, ry = reduce.sampled(x, y, 100, 900, 10)
    assert len(rx) <= 20 and (ry == y[rx]).all() and rx[0] >= 100 and rx[-1] <= 900
    assert (ry.min(), ry.max()) == (y[100:901].min(), y[100:901].max())
    assert reduce.sampled(x, y, 100, 109, 10)[0].tolist() == list(range(100, 110))


def test_where_there_is_nothing() -> None:
    nothing = np.zeros(0, np.int64)
    assert len(reduce.held(nothing, nothing, 0, 10, 5)[0]) == 0
    assert reduce.extent(nothing, None) == (0, 1) and reduce.extent(np.array([5, 3]), None) == (3, 6)
    assert reduce.extent(nothing, (7, 9)) == (7, 9)


@pytest.mark.parametrize("width", [1, 78])
def test_moments_of_this_century_are_exact(width: int) -> None:
    """They have more digits than floats have."""
    base = 1795159196_123456789
    x = base + np.arange(5000)
    rx, ry = reduce.held(x, np.arange(5000.0), base, base + 5000, width)
    assert dict(zip(rx.tolist(), ry.tolist(), strict=True)).items() >= {(base + 4999, 4999.0), (base + 5000, 4999.0)}
