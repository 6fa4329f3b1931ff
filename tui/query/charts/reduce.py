"""Fewer points that look the same: what a chart of so many columns can show. Linear in the number of points."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def extent(times: Array, window: tuple[int, int] | None) -> tuple[int, int]:
    """From where to where *times* (ascending or not) are drawn: the *window*, else as far as they go."""
    if window:
        return window
    return (int(times.min()), int(times.max()) + 1) if len(times) else (0, 1)


def held(x: Array, y: Array, start: float, end: float, width: int = 0) -> tuple[Array, Array]:
    """Of values that hold until the next (*x* ascends), those from *start* to *end*: the one that holds at *start*
    stands there, and the last at *end* again.

    With *width*, of those in each of so many columns the least, the greatest and the last; values at the ends of
    columns are exact, and every value that is left stands where it stood. Of several at one moment the last counts.
    """
    if not len(x):
        return x, y
    last = np.append(x[1:] != x[:-1], True)
    x, y = x[last], y[last]
    first, after = np.searchsorted(x, start, "right"), np.searchsorted(x, end, "right")
    inside, values = x[first:after], y[first:after]
    if width and len(inside) > 3 * width:
        kept = _extremes(_columns(inside, start, end, width), values, True)
        inside, values = inside[kept], values[kept]
    if first:
        inside, values = np.append(x.dtype.type(start), inside), np.append(y[first - 1], values)
    if len(inside) and inside[-1] < end:
        inside, values = np.append(inside, x.dtype.type(end)), np.append(values, values[-1])
    return inside, values


def together(x: Array, rows: Array, start: float, end: float, width: int = 0) -> tuple[Array, Array]:
    """The same for parts of a whole, *rows* of values that hold at *x* (which ascends, no moment twice), so that all
    stand at the same moments. With *width*, in each column those at which a part or the whole is least or greatest, and
    the last."""
    first, after = np.searchsorted(x, start, "right"), np.searchsorted(x, end, "right")
    inside, values = x[first:after], rows[:, first:after]
    if width and len(inside) > 3 * width:
        columns = _columns(inside, start, end, width)
        kept = [_extremes(columns, row, False) for row in values]
        every = np.unique(np.concatenate([*kept, _extremes(columns, values.sum(axis=0), True)]))
        inside, values = inside[every], values[:, every]
    if first:
        inside = np.append(x.dtype.type(start), inside)
        values = np.hstack([rows[:, first - 1 : first], values])
    if len(inside) and inside[-1] < end:
        inside, values = np.append(inside, x.dtype.type(end)), np.hstack([values, values[:, -1:]])
    return inside, values


def sampled(x: Array, y: Array, start: float, end: float, width: int = 0) -> tuple[Array, Array]:
    """Of samples (*x* ascends), those from *start* to *end*; with *width*, each column's least and greatest."""
    first, after = np.searchsorted(x, start, "left"), np.searchsorted(x, end, "right")
    x, y = x[first:after], y[first:after]
    if width and len(x) > 2 * width:
        kept = _extremes(_columns(x, start, end, width), y, False)
        x, y = x[kept], y[kept]
    return x, y


def _columns(x: Array, start: float, end: float, width: int) -> Array:
    part = (x - start).astype(np.float64) * (width / float(end - start or 1))
    return np.minimum(part.astype(np.int64), width - 1)


def _extremes(columns: Array, y: Array, last: bool) -> Array:
    """Positions of the first least and the first greatest value of each column, and of its last if *last*."""
    begins = np.flatnonzero(np.append(True, columns[1:] != columns[:-1]))
    lengths = np.diff(np.append(begins, len(columns)))
    group = np.repeat(np.arange(len(begins)), lengths)
    kept = [begins + lengths - 1] if last else []
    for best in (np.fmin, np.fmax):
        found = np.flatnonzero(y == best.reduceat(y, begins)[group])
        kept.append(found[np.append(True, group[found[1:]] != group[found[:-1]])] if len(found) else found)
    return np.unique(np.concatenate(kept))
