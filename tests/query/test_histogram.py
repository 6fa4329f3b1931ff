"""Tests of tui.query.histogram."""

from __future__ import annotations

from collections import Counter

from tui.query.browse import Browser
from tui.query.model import Histogram, Selection


def test_counts_are_those_of_the_records(text_run: Browser) -> None:
    """Every record with a time is in the bin that its time falls into, under its level."""
    found = text_run.histogram(Selection(), 20)
    wanted: Counter[tuple[int, int]] = Counter()
    for row in text_run.rows(text_run.ids(Selection()).tolist()):
        if row.time is not None:
            wanted[(row.time - found.start) // found.width, row.level] += 1
    made = Counter({(i, level): n for i, bin_ in enumerate(found.counts) for level, n in enumerate(bin_) if n})
    assert made == wanted
    assert len(found.counts) == 20
    assert sum(made.values()) == 1736 - 58


def test_it_spans_the_selection(text_run: Browser) -> None:
    selection = Selection("parsl.task:12")
    found = text_run.histogram(selection, 7)
    times = [row.time for row in text_run.rows(text_run.ids(selection).tolist()) if row.time is not None]
    assert found.start == min(times)
    assert found.start + found.width * len(found.counts) > max(times)
    assert sum(map(sum, found.counts)) == len(times)


def test_a_window_is_spanned_though_its_ends_are_empty(text_run: Browser) -> None:
    span = text_run.catalog.span
    assert span
    window = (span[0] - 10**12, span[1] + 10**12)
    found = text_run.histogram(Selection(window=window), 10)
    assert found.start == window[0]
    assert sum(found.counts[0]) == sum(found.counts[-1]) == 0
    assert sum(map(sum, found.counts)) == 1736 - 58


def test_one_moment_is_one_bin(text_run: Browser) -> None:
    found = text_run.histogram(Selection("level:ERROR"), 10)
    assert (found.width, len(found.counts)) == (1, 1)
    assert found.counts[0][5] == 1


def test_nothing_with_a_time_has_no_bins(text_run: Browser) -> None:
    assert text_run.histogram(Selection("NOT _exists_:time"), 10) == Histogram(0, 1)
    assert text_run.histogram(Selection('"no such text"'), 10) == Histogram(0, 1)
    assert text_run.histogram(Selection(), 0) == Histogram(0, 1)
