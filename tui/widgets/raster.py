"""A chart's numbers in cells: rows from the bottom, columns from the left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui.query.charts.base import Array, Bars, Lanes, Plot, Series

_EIGHTHS = "▁▂▃▄▅▆▇█"


@dataclass(slots=True)
class Cells:
    """What stands where: x and y in cells, *rows* high, for every marker and colour in the order of drawing."""

    columns: int
    rows: int
    drawn: list[tuple[Array, Array, str, str]]

    def put(self, x: Array, y: Array, marker: str, colour: str) -> None:
        kept = (x >= 0) & (x < self.columns) & (y >= 0) & (y < self.rows)
        if kept.any():
            self.drawn.append((x[kept], y[kept], marker, colour))

    def fill(self, column: Array, low: Array, high: Array, marker: str, colour: str) -> None:
        """All cells of each *column* from row *low* to (not including) row *high*."""
        size = np.maximum(0, high - low)
        x = np.repeat(column, size)
        y = np.repeat(low, size) + np.arange(len(x)) - np.repeat(np.cumsum(size) - size, size)
        self.put(x, y, marker, colour)


def held(series: Series, xs: Array) -> Array:
    """The value of *series* at each of *xs*; 0 before the first and where nothing is known."""
    if not len(series.x):
        return np.zeros(len(xs))
    at = np.searchsorted(series.x, xs, "right") - 1
    return np.where(at < 0, 0.0, np.nan_to_num(series.y[np.maximum(at, 0)]))


def row_of(lane: Any, count: int, rows: int, spread: bool = False) -> Any:
    """The row from the top of a lane, of *count* in all. *spread*: with room between them, if there is any."""
    if spread and 2 * count <= rows:
        return (2 * lane + 1) * rows // (2 * count)
    return lane if count <= rows else lane * rows // count


def columns_of(plot: Plot, x: Array, columns: int) -> Array:
    """The column of each *x*; what lies outside gets one that is not drawn."""
    part = (np.asarray(x) - plot.start).astype(np.float64) * (columns / float((plot.end - plot.start) or 1))
    found = np.floor(part).astype(np.int64)
    return np.where((found == columns) & (np.asarray(x) <= plot.end), columns - 1, found)


def column_ends(plot: Plot, columns: int) -> Array:
    """Where each column ends, as on the axis."""
    return plot.start + (np.arange(1, columns + 1) * (float(plot.end - plot.start) / columns)).astype(
        np.int64 if plot.x.time else np.float64
    )


def stack(cells: Cells, plot: Plot, marks: Sequence[str], looks: Sequence[str], high: float) -> None:
    """Areas one on the other, each column as it is when there is most of all in it; a cell is that of the part with the
    most of it."""
    xs, rows = peaks(plot, cells.columns)
    at = columns_of(plot, xs, cells.columns)
    heights = np.zeros((len(rows), cells.columns))
    heights[:, at] = rows
    pile(cells, heights, marks, looks, high)


def peaks(plot: Plot, columns: int) -> tuple[Array, Array]:
    """One moment in each column from the first with any value on, that with the greatest sum of all series, and the
    values then (a row a series). What holds from before counts at the beginning of the column."""
    changes = np.unique(np.concatenate([series.x for series in plot.series]))
    ends = column_ends(plot, columns)
    begins = np.append(np.asarray(plot.start, changes.dtype), ends[:-1])
    middles = begins + (ends - begins) // 2  # where a column begins may be rounded into the one before
    xs = np.unique(np.concatenate([changes, begins, middles]))
    xs = xs[(xs >= changes[0]) & (columns_of(plot, xs, columns) >= 0) & (columns_of(plot, xs, columns) < columns)]
    rows = np.array([held(series, xs) for series in plot.series])
    total, at = rows.sum(axis=0), columns_of(plot, xs, columns)
    order = np.lexsort((xs, total, at))
    last = order[np.append(at[order][1:] != at[order][:-1], True)]
    return xs[last], rows[:, last]


def pile(cells: Cells, heights: Array, marks: Sequence[str], looks: Sequence[str], high: float) -> None:
    """*heights*, one row a part and one column a column of cells, one on the other."""
    above = heights.cumsum(axis=0) / high * cells.rows
    below = np.vstack([np.zeros(cells.columns), above[:-1]])
    rows = np.arange(cells.rows)[:, None, None]
    share = np.clip(np.minimum(above, rows + 1) - np.maximum(below, rows), 0, None)
    most = np.where(share.sum(axis=1) >= 0.5, share.argmax(axis=1), -1)
    for i, (mark, look) in enumerate(zip(marks, looks, strict=True)):
        y, x = np.nonzero(most == i)
        cells.put(x, y, mark, look)


def bars(
    cells: Cells,
    plot: Plot,
    all_: Sequence[Bars],
    marks: Sequence[str],
    looks: Sequence[str],
    stacked: bool,
    high: float,
) -> None:
    columns = np.arange(cells.columns)
    alike = stacked and all(np.array_equal(bars.edges, all_[0].edges) for bars in all_)
    total = np.sum([bars.heights for bars in all_], axis=0) if alike else None
    heights = []
    for bars in all_:
        at = _highest(plot, bars.edges, bars.heights if total is None else total, cells.columns)
        inside = (at >= 0) & (at < len(bars.heights))
        heights.append(np.where(inside, bars.heights[np.clip(at, 0, len(bars.heights) - 1)], 0))
    if len(all_) > 1 and stacked:
        pile(cells, np.array(heights), marks, looks, high)
    for height, mark, look in zip(heights, marks, looks, strict=True):
        if len(all_) == 1:
            eighths = np.where(height > 0, np.maximum(1, np.round(height / high * cells.rows * 8)), 0).astype(np.int64)
            cells.fill(columns, np.zeros_like(eighths), eighths // 8, "█", look)
            for part in range(1, 8):
                of_it = eighths % 8 == part
                cells.put(columns[of_it], (eighths // 8)[of_it], _EIGHTHS[part - 1], look)
        elif not stacked:
            seen = height > 0
            cells.put(columns[seen], np.round(height[seen] / high * (cells.rows - 1)).astype(np.int64), mark, look)


def _highest(plot: Plot, edges: Array, heights: Array, columns: int) -> Array:
    """The bar that each column shows: the highest of those whose middle lies in it, else the one that its own middle
    lies in; -1 or beyond the last where there is none."""
    middle = column_ends(plot, columns) - (plot.end - plot.start) / columns / 2
    at = np.searchsorted(edges, middle, "right") - 1
    column = columns_of(plot, edges[:-1] + (edges[1:] - edges[:-1]) / 2, columns)
    order = np.lexsort((heights, column))
    order = order[(column[order] >= 0) & (column[order] < columns)]
    at[column[order]] = order  # the last wins, which is the highest
    return at


def letters(cells: Cells, plot: Plot, series: Series, mark: str, look: str, low: float, high: float) -> None:
    """A line of letters; in each column from the least to the greatest value there."""
    known = ~np.isnan(series.y)
    x, y = series.x[known], series.y[known]
    if not len(x):
        return
    column = columns_of(plot, x, cells.columns)
    row = np.round((y - low) / (high - low) * (cells.rows - 1)).astype(np.int64)
    if not series.held:
        cells.put(column, row, mark, look)
        return
    least, most = np.full(cells.columns, cells.rows), np.full(cells.columns, -1)
    inside = (column >= 0) & (column < cells.columns)
    np.minimum.at(least, column[inside], row[inside])
    np.maximum.at(most, column[inside], row[inside])
    for c in range(cells.columns):  # what holds from the column before
        if (i := int(np.searchsorted(column, c, "left")) - 1) >= 0 and column[-1] >= c:
            least[c], most[c] = min(least[c], row[i]), max(most[c], row[i])
    seen = most >= 0
    if low == 0:
        seen &= most > 0  # lines of nothing would hide each other
    cells.fill(np.arange(cells.columns)[seen], least[seen], most[seen] + 1, mark, look)


def line(plot: Plot, series: Series, cells: Cells, low: float, high: float) -> list[tuple[Array, Array, str]]:
    """One line in dots, in parts where it is known, in cells."""
    x = (series.x - plot.start).astype(np.float64) / float((plot.end - plot.start) or 1) * (cells.columns - 1)
    y = (series.y - low) / (high - low) * (cells.rows - 1)
    steps_x, steps_y = np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]
    known = ~np.isnan(steps_y)
    cuts = np.flatnonzero(np.diff(known.astype(np.int8))) + 1
    parts = zip(np.split(steps_x, cuts), np.split(steps_y, cuts), strict=True)
    return [(a, b, "cyan") for a, b in parts if len(a) and not np.isnan(b[0])]


def lanes(cells: Cells, plot: Plot, lanes: Lanes, marks: Sequence[str], looks: Sequence[str]) -> None:
    count = len(lanes.names)
    start = np.clip(columns_of(plot, np.maximum(lanes.start, plot.start), cells.columns), 0, cells.columns)
    end = np.clip(columns_of(plot, np.minimum(lanes.end, plot.end), cells.columns), 0, cells.columns - 1)
    inside = (lanes.end >= plot.start) & (lanes.start <= plot.end)
    picture = np.full((cells.rows, cells.columns), -1, np.int64)
    row = row_of(lanes.lane, count, cells.rows, plot.arrows is not None)
    order = np.flatnonzero(inside)[np.argsort(lanes.start[inside], kind="stable")]
    width = np.maximum(1, end[order] - start[order] + 1)
    column = np.repeat(start[order] - np.cumsum(width) + width, width) + np.arange(width.sum())
    fits = column < cells.columns
    picture[np.repeat(row[order], width)[fits], column[fits]] = np.repeat(lanes.kind[order], width)[fits]  # last wins
    for kind in range(len(lanes.kinds)):
        y, x = np.nonzero(picture == kind)
        cells.put(x, cells.rows - 1 - y, marks[kind], looks[kind])
    if plot.arrows:
        arrows = plot.arrows
        for lane in range(count):
            idle = np.flatnonzero(picture[row_of(lane, count, cells.rows, True)] < 0)
            y = np.full(len(idle), cells.rows - 1 - row_of(lane, count, cells.rows, True))
            cells.put(idle, y, "─", "bright_black")
        at = columns_of(plot, arrows.start, cells.columns)
        rows = cells.rows - 1 - row_of(np.stack([arrows.source, arrows.target]), count, cells.rows, True)
        for i, mark in enumerate(marks[len(lanes.kinds) :]):
            of_it = arrows.label == i
            look = looks[len(lanes.kinds) + i]
            low, high = rows[:, of_it].min(axis=0), rows[:, of_it].max(axis=0)
            cells.fill(at[of_it], low + 1, high, "│", look)
            cells.put(at[of_it], rows[0][of_it], mark, look)
            for down, head in ((True, "▼"), (False, "▲")):
                turned = of_it & ((rows[0] > rows[1]) == down) & (rows[0] != rows[1])
                cells.put(at[turned], rows[1][turned], head, look)
