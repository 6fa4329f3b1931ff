"""Many lanes made few: lanes that follow each other stand together, and a place of them is what most of them are
there. Linear in the number of spans."""

from __future__ import annotations

import numpy as np

from tui.query.charts.base import Array


def rows_for(width: int) -> int:
    """The lanes that a picture of *width* columns has room for, in the shape of a terminal."""
    return max(4, width * 15 // 78)


def gather(
    row: Array, kind: Array, start: Array, end: Array, rows: int, kinds: int, first: float, last: float, width: int
) -> tuple[Array, Array, Array, Array]:
    """Spans on so many *rows*, of so many *kinds*, as (row, kind, start, end) of fewer: each of *width* columns between
    *first* and *last* is of the kind that takes up most of its time on that row, and columns of one kind are one span.
    """
    size = (last - first) / width or 1.0
    seen = (end >= first) & (start <= last)
    a = np.clip((start[seen] - first) / size, 0, width)
    b = np.clip((end[seen] - first) / size, 0, width)
    line = (row[seen].astype(np.int64) * kinds + kind[seen]) * (width + 2)
    i, j = np.minimum(a.astype(np.int64), width - 1), np.minimum(b.astype(np.int64), width - 1)
    cells = rows * kinds * (width + 2)
    # What lies in a first and a last column is part of them; those between are full, and what has no length is seen
    # where there is nothing else.
    part = np.where(i == j, b - a, i + 1 - a) + 1e-6
    filled = np.bincount(line + i, part, cells) + np.bincount((line + j)[i != j], (b - j)[i != j] + 1e-6, cells)
    inner = i != j
    change = np.bincount((line + i + 1)[inner], minlength=cells) - np.bincount((line + j)[inner], minlength=cells)
    shape = (rows, kinds, width + 2)
    full = change.reshape(shape).cumsum(axis=2)
    amount = (filled.reshape(shape) + full)[:, :, :width]
    best = np.where(amount.max(axis=1) > 0, amount.argmax(axis=1), -1)
    return runs(best, first, size)


def runs(best: Array, first: float, size: float) -> tuple[Array, Array, Array, Array]:
    """The spans of *best*, a kind (-1: none) for each row and column: columns of one kind that follow each other."""
    begins = np.ones(best.shape, bool)
    begins[:, 1:] = best[:, 1:] != best[:, :-1]
    row, column = np.nonzero(begins)
    end = np.append(column[1:], 0)
    end[np.append(row[1:] != row[:-1], True)] = best.shape[1]
    kind = best[row, column]
    kept = kind >= 0
    row, kind, column, end = row[kept], kind[kept], column[kept], end[kept]
    # A hair before the next column: what ends where a column begins is not in it.
    return row, kind, first + column * size, first + end * size - min(1.0, size / 100)
