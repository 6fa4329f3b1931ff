"""Tests of tui.widgets.ticks: round places on an axis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query.charts.base import TIME, Axis
from tui.times import SECOND
from tui.widgets.ticks import number_ticks, span, ticks, time_ticks

START = 1795159196 * SECOND  # 2026-11-20 07:19:56 UTC


@pytest.mark.parametrize(
    ("seconds", "first", "last"),
    [
        (1, "07:19:56.0", "07:19:57.0"),
        (60, "07:20:00", "07:20:55"),
        (3600, "07:20", "08:15"),
        (86400, "08:00", "06:00"),
        (30 * 86400, "2026-11-23", "2026-12-18"),
    ],
)
def test_times_are_round(seconds: int, first: str, last: str) -> None:
    texts = [text for _, text in time_ticks(START, START + seconds * SECOND, 13)]
    assert (texts[0], texts[-1]) == (first, last) and 4 < len(set(texts)) == len(texts)


@given(st.integers(0, 2**62), st.integers(1, 2**61), st.integers(1, 20))
def test_there_are_few_and_all_are_inside(start: int, size: int, most: int) -> None:
    found = ticks(TIME, start, start + size, most)
    assert 1 <= len(found) <= most and all(start <= at <= start + size for at, _ in found)


@given(st.floats(-1e6, 1e6), st.floats(1e-6, 1e9), st.integers(2, 12))
def test_numbers_are_round(start: float, size: float, most: int) -> None:
    found = number_ticks(start, start + size, most)
    assert len(found) <= most
    assert all(start - size * 1e-6 <= at <= start + size * (1 + 1e-6) for at, _ in found)


@pytest.mark.parametrize(
    ("end", "texts"), [(10, ["0", "5", "10"]), (120, ["0", "50", "100"]), (40_000, ["0", "20k", "40k"]), (0, ["0"])]
)
def test_numbers_in_few_characters(end: float, texts: list[str]) -> None:
    assert [text for _, text in number_ticks(0, end, 4)] == texts


def test_lengths_of_time_say_their_unit() -> None:
    assert [text for _, text in ticks(Axis("wait", "s"), 0, 2, 3)] == ["0", "1.00 s", "2.00 s"]


def test_days() -> None:
    day = 86400 * SECOND
    assert span(START, START + SECOND) == "2026-11-20 UTC"
    assert span(START, START + day) == "2026-11-20 to 2026-11-21 UTC"
