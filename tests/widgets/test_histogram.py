"""Tests of tui.widgets.histogram: a column a bin, errors and the cursor's place to be seen."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.app import App, ComposeResult

from tui.query.model import Histogram
from tui.widgets.histogram import BAD, LABEL, WARN, HistogramBand
from tui.widgets.spell import DAY, SECOND


class Band(App[None]):
    """A band of as many rows as told; counts how often there is other room."""

    def __init__(self, rows: int = 1) -> None:
        super().__init__()
        self.rows = rows
        self.resized: list[int] = []

    def compose(self) -> ComposeResult:
        yield HistogramBand()

    def on_mount(self) -> None:
        self.query_one(HistogramBand).styles.height = self.rows

    def on_histogram_band_resized(self) -> None:
        self.resized.append(self.query_one(HistogramBand).bins)


def counts(*levels: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    """Bins from rank -> count."""
    return tuple(tuple(each.get(rank, 0) for rank in range(7)) for each in levels)


def cells(band: HistogramBand, y: int = 0) -> list[Segment]:
    """The columns of the bins, one segment a cell."""
    every = [Segment(char, segment.style) for segment in band.render_line(y) for char in segment.text]
    return every[LABEL + 1 :]


async def test_a_lone_record_beside_a_burst_is_seen_and_none_is_not() -> None:
    async with Band().run_test(size=(30, 4)) as pilot:
        band = pilot.app.query_one(HistogramBand)
        band.show(Histogram(0, SECOND, counts({3: 10_000}, {3: 1}, {}, {3: 2500})))
        assert "".join(cell.text for cell in cells(band)[:4]) == "█▁ ▄"


async def test_two_rows_are_twice_as_fine() -> None:
    async with Band(2).run_test(size=(30, 4)) as pilot:
        band = pilot.app.query_one(HistogramBand)
        band.show(Histogram(0, SECOND, counts({3: 100}, {3: 25}, {3: 56}, {3: 1})))
        assert ["".join(cell.text for cell in cells(band, y)[:4]) for y in (0, 1)] == ["█ ▄ ", "███▂"]
        assert band.render_line(0).text[:LABEL].strip() == ""
        assert band.render_line(1).text[:LABEL].strip() == "00:00:00"


async def test_the_worst_record_gives_the_colour() -> None:
    async with Band().run_test(size=(30, 4)) as pilot:
        band = pilot.app.query_one(HistogramBand)
        band.show(Histogram(0, SECOND, counts({3: 9}, {3: 9, 4: 1}, {3: 9, 4: 9, 5: 1}, {6: 1}, {0: 1})))
        styles = [cell.style for cell in cells(band)[:5]]
        assert styles[1:4] == [WARN, BAD, BAD]
        assert styles[0] == styles[4] not in (WARN, BAD)


@pytest.mark.parametrize(
    ("time", "column"),
    [(10 * SECOND, 0), (12 * SECOND - 1, 0), (12 * SECOND, 1), (0, 0), (99 * SECOND, 2), (None, None)],
)
async def test_the_cursor_stands_in_the_column_of_its_time(time: int | None, column: int | None) -> None:
    """At the end where it is out of the band."""
    async with Band().run_test(size=(30, 4)) as pilot:
        band = pilot.app.query_one(HistogramBand)
        band.show(Histogram(10 * SECOND, 2 * SECOND, counts({3: 1}, {3: 1}, {3: 1})))
        band.point(11 * SECOND)
        band.point(time)
        marked = [x for x, cell in enumerate(cells(band)) if cell.style and cell.style.reverse]
        assert marked == ([] if column is None else [column])


@pytest.mark.parametrize(
    ("start", "width", "labels"),
    [
        (0, SECOND, ("00:00:00", "00:00:02")),
        (DAY - 2 * SECOND, 2 * SECOND, ("1970-01-01", "1970-01-02")),
    ],
)
async def test_the_ends_are_named(start: int, width: int, labels: tuple[str, str]) -> None:
    """By the time of day, or by the day where there are several."""
    async with Band().run_test(size=(30, 4)) as pilot:
        band = pilot.app.query_one(HistogramBand)
        band.show(Histogram(start, width, counts({3: 1}, {3: 1})))
        shown = band.render_line(0).text
        assert (shown[:LABEL].strip(), shown[LABEL + 1 + 2 :].strip()) == labels
        band.show(Histogram(0, 1))
        assert band.render_line(0).text.strip() == "no times"


async def test_it_asks_for_as_many_bins_as_there_is_room() -> None:
    """And never for less than none."""
    app = Band()
    async with app.run_test(size=(60, 4)) as pilot:
        await pilot.resize_terminal(10, 4)
        await pilot.pause()
        assert app.resized == [38, 0]
