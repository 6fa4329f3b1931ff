"""Tests of tui.widgets.spark: small bars that hide nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.spark import spark


def test_bars() -> None:
    assert spark([0, 1, 4, 8], 4) == " ▁▄█"
    assert spark([1, 1, 4, 4], 2) == "▂█"
    assert spark([3, 3], 4) == "████"
    assert spark([0, 0], 2) == "  "
    assert spark([], 3) == "   " and spark([1], 0) == ""


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60), st.integers(1, 60))
def test_what_is_there_is_seen(counts: list[int], cells: int) -> None:
    text = spark(counts, cells)
    assert len(text) == cells
    assert bool(text.strip()) == any(counts)
    assert not any(counts) or "█" in text
