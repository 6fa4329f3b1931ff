"""Tests of tui.query.bins: every value in one bin, round edges, few bins."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query.bins import bins

SECOND = 1_000_000_000


@given(st.lists(st.integers(-(10**12), 10**15), min_size=1, max_size=50), st.integers(4, 30))
def test_every_value_is_in_the_bin_that_holds_it(values: list[int], most: int) -> None:
    made = bins(np.array(values, np.int64), most)
    assert 1 <= len(made.counts) <= most
    assert made.counts.sum() == len(values) and len(made.edges) == len(made.counts) + 1
    assert (np.diff(made.edges) > 0).all()
    for value, at in zip(values, made.of, strict=True):
        assert made.edges[at] <= value < made.edges[at + 1]


def test_like_lengths_have_bins_of_one_round_width() -> None:
    made = bins(np.array([3, 4, 5, 5, 6]) * SECOND)
    assert made.even and made.edges.tolist() == [i * SECOND // 5 for i in range(15, 32)]


def test_where_the_longest_is_far_away_bins_grow() -> None:
    made = bins(np.array([1_500_000] * 50 + [3_000_000_000]))
    assert not made.even and made.counts.tolist() == [50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert made.edges[:3].tolist() == [1_000_000, 2_000_000, 5_000_000]


def test_what_is_far_below_is_in_the_first_bin() -> None:
    made = bins(np.array([1, 2_000_000, 3_000_000_000, 3_000_000]), 6)
    assert made.edges[0] == 0 and len(made.counts) == 6 and made.counts[0] == 3


@pytest.mark.parametrize("values", [[], [7]])
def test_few_values(values: list[int]) -> None:
    made = bins(np.array(values, np.int64))
    assert made.counts.tolist() == [1] * len(values)
