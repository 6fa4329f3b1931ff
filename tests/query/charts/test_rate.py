"""Tests of tui.query.charts.rate, against counts made record by record."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.query.making import see
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.records import LEVELS
from tui.times import SECOND


@pytest.mark.parametrize("selection", [Selection(), Selection("source:interchange"), Selection(level=3)])
def test_by_level(text_run: Browser, selection: Selection) -> None:
    chosen = set(text_run.ids(selection).tolist())
    records = [each for number, each in enumerate(see(text_run.catalog)) if number in chosen and each.time is not None]
    plot = text_run.chart("rate", selection, "level", 20)
    edges = plot.bars[0].edges.tolist()
    assert len(edges) == 21 and edges[0] == min(each.time for each in records) and edges[-1] == plot.end
    seen = Counter(
        (LEVELS[each.level] or "no level", sum(edge <= (each.time or 0) for edge in edges[1:-1])) for each in records
    )
    for bars in plot.bars:
        for i, height in enumerate(bars.heights.tolist()):
            assert round(height * (edges[i + 1] - edges[i]) / SECOND) == seen[bars.name, i]
    assert sum(seen.values()) == len(records)


@pytest.mark.parametrize("by", ["source", "template"])
def test_the_commonest_and_the_rest(text_run: Browser, by: str) -> None:
    plot = text_run.chart("rate", Selection(), by, 10)
    seconds = (plot.bars[0].edges[1:] - plot.bars[0].edges[:-1]) / SECOND
    totals = [round(float((bars.heights * seconds).sum())) for bars in plot.bars]
    assert len(totals) == 9 and plot.bars[-1].name.startswith("others (" if by == "template" else "udp_router")
    assert totals[:-1] == sorted(totals[:-1], reverse=True)
    timed = sum(each.time is not None for each in see(text_run.catalog))
    assert sum(totals) == timed
    for bars, total in zip(plot.bars[:-1], totals, strict=False):
        assert len(text_run.ids(plot.back(Selection(), plot.start, plot.end, bars.name))) == total


def test_a_window_is_the_axis(text_run: Browser) -> None:
    first, last = text_run.catalog.span or (0, 0)
    window = (first + SECOND, last - SECOND)
    plot = text_run.chart("rate", Selection(window=window), "level", 10)
    assert (plot.start, plot.end) == window
    assert text_run.chart("rate", Selection(window=(first - SECOND, first))).empty
