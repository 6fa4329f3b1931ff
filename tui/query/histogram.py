"""Records over time, by level."""

from __future__ import annotations

import numpy as np

from tui.query import select
from tui.query.catalog import Catalog
from tui.query.model import Histogram, Selection
from tui.records import LEVELS, NO_TIME

_REMEMBERED = 64


def histogram(catalog: Catalog, selection: Selection, bins: int) -> Histogram:
    """How many records of each level fall into each of at most *bins* equal parts of the selection's time."""
    known = catalog.histograms.get((selection, bins))
    if known is None:
        known = _count(catalog, selection, bins)
        if len(catalog.histograms) >= _REMEMBERED:
            catalog.histograms.clear()
        catalog.histograms[selection, bins] = known
    return known


def _count(catalog: Catalog, selection: Selection, bins: int) -> Histogram:
    times, levels = catalog.clock
    ids = select.ids(catalog, selection, "histogram")
    if len(ids) < len(times):
        times, levels = times[ids], levels[ids]
    timed = times != NO_TIME
    if not timed.all():
        times, levels = times[timed], levels[timed]
    if bins < 1 or not len(times):
        return Histogram(0, 1)
    start, end = selection.window or (int(times.min()), int(times.max()) + 1)
    width = max(1, -(-(end - start) // bins))
    parts = min(bins, -(-(end - start) // width))
    cells = (times - start) // width * len(LEVELS) + levels
    counts = np.bincount(cells, minlength=parts * len(LEVELS))[: parts * len(LEVELS)].reshape(parts, len(LEVELS))
    return Histogram(start, width, tuple(map(tuple, counts.tolist())))
