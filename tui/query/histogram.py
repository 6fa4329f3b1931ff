"""Records over time, by level."""

from __future__ import annotations

from tui.query.catalog import Catalog
from tui.query.model import Histogram, Selection
from tui.query.select import where
from tui.records import LEVELS


def histogram(catalog: Catalog, selection: Selection, bins: int) -> Histogram:
    """How many records of each level fall into each of at most *bins* equal parts of the selection's time."""
    condition = where(catalog, selection)
    reader = catalog.reader("histogram")
    span = (
        selection.window
        or reader.rows(f"SELECT min(s.time), max(s.time) + 1 FROM stream s WHERE {condition.text}", condition.params)[0]
    )
    if span[0] is None or bins < 1:
        return Histogram(0, 1)
    start, width = span[0], max(1, -(-(span[1] - span[0]) // bins))
    counts = [[0] * len(LEVELS) for _ in range(min(bins, -(-(span[1] - span[0]) // width)))]
    for bin_, level, count in reader.rows(
        "SELECT (s.time - ?) // ? AS bin, s.level, count(*) FROM stream s "
        f"WHERE s.time IS NOT NULL AND {condition.text} GROUP BY 1, 2",
        (start, width, *condition.params),
    ):
        if 0 <= bin_ < len(counts):
            counts[bin_][level] += count
    return Histogram(start, width, tuple(map(tuple, counts)))
