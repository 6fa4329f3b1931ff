"""Lengths of time in bins with round edges, for a histogram that fits a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

#: Where the longest is so many times the median, equal bins would put nearly all into the first.
_WIDE = 20
_DECADE = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Binned:
    """*counts[i]* of the values are at least *edges[i]* and less than *edges[i + 1]*; *of* is the bin of each value.

    *even*: all bins are equally wide; else they grow by 1, 2, 5, 10, from a first one that holds all below it.
    """

    edges: Array
    counts: Array
    of: Array
    even: bool


def bins(values: Array, most: int = 16) -> Binned:
    """Nanoseconds in at most *most* bins (at least 4). Empty when there are no values."""
    if not len(values):
        return Binned(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64), True)
    low, high, middle = int(values.min()), int(values.max()), float(np.median(values))
    even = low < 0 or high <= _WIDE * middle
    edges = _even(low, high, max(4, most)) if even else _growing(low, high, max(4, most))
    of = np.searchsorted(edges, values, "right") - 1
    return Binned(edges, np.bincount(of, minlength=len(edges) - 1), of, even)


def _even(low: int, high: int, most: int) -> Array:
    width = 1
    for exponent in range(19):
        for step in _DECADE:
            width = step * 10**exponent
            if high // width - low // width < most:
                made: Array = np.arange(low // width, high // width + 2, dtype=np.int64) * width
                return made
    return np.array([low, high + 1], np.int64)  # more than three hundred years


def _growing(low: int, high: int, most: int) -> Array:
    edges = [step * 10**exponent for exponent in range(18) for step in _DECADE]
    last = next((i for i, edge in enumerate(edges) if edge > high), len(edges) - 1)
    first = max(0, last - most, next(i for i in range(len(edges) - 1, -1, -1) if edges[i] <= max(low, 1)))
    kept = edges[first : last + 1]
    if low < kept[0]:
        kept[0] = 0
    kept[-1] = max(kept[-1], high + 1)
    return np.array(kept, np.int64)
