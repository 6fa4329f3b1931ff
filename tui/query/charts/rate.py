"""How many records are written a second, by level, by what writes them, or by template."""

from __future__ import annotations

import numpy as np

from tui.query import select
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Array, Axis, Bars, Plot, chosen
from tui.query.charts.told import kept, sources
from tui.query.expression import literal
from tui.query.model import Selection
from tui.records import LEVELS, NO_TIME
from tui.times import SECOND

_OF = ("level", "source", "template")
_BINS = 240
"""At most: narrower bars are only noise."""
_PARTS = 8


class Rate:
    """Records a second."""

    name = "rate"
    title = "Records a second"
    help = "how many records are written, by level, by what writes them, or by template"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """What the records can be told apart by."""
        return _OF

    def lacks(self, catalog: Catalog) -> str | None:
        """No record has a time."""
        return None if catalog.span else "no record has a time"

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """Bars of equal width, as many as there are columns; the commonest parts and the rest."""
        by = chosen(self, catalog, of)
        times = catalog.clock[0]
        ids = select.ids(catalog, selection, "chart")
        codes, names, expressions = _parts(catalog, by)
        if len(ids) < catalog.count:
            times, codes = times[ids], codes[ids]
        has = times != NO_TIME
        if untimed := int((~has).sum()):
            times, codes = times[has], codes[has]
        start, end = reduce.extent(times, selection.window)
        bins = min(width or _BINS, _BINS, max(1, end - start))
        edges = start + (end - start) * np.arange(bins + 1) // bins if end - start < 1 << 50 else None
        if edges is None:  # years: the product would not fit
            edges = np.linspace(start, end, bins + 1).astype(np.int64)
        at = np.clip(((times - start) * (bins / (end - start))).astype(np.int64), 0, bins - 1)
        at -= times < edges[at]  # what rounding put into the next
        at += times >= edges[at + 1]
        at = np.clip(at, 0, bins - 1)
        cells = np.bincount(codes * np.int64(bins) + at, minlength=len(names) * bins).reshape(len(names), bins)
        totals = cells.sum(axis=1)
        order = [
            int(i) for i in (np.argsort(-totals, kind="stable") if by != "level" else range(len(names))) if totals[i]
        ]
        seconds = np.maximum(np.diff(edges), 1) / SECOND
        parts = order[:_PARTS] if len(order) > _PARTS + 1 else order
        bars = [Bars(names[i], edges, cells[i] / seconds, expressions[i]) for i in parts]
        if rest := order[len(parts) :]:
            bars.append(Bars(f"others ({len(rest)})", edges, cells[rest].sum(axis=0) / seconds))
        notes = [f"{untimed:,} records without a time left out"] * bool(untimed)
        return Plot(
            self.name, self.title, TIME, Axis("records", "1/s"), start, end, bars=tuple(bars), stacked=True,
            of=by, notes=tuple(notes),
        )  # fmt: skip


def _parts(catalog: Catalog, by: str) -> tuple[Array, list[str], list[str]]:
    """The part of every record, what the parts are called, and a filter expression for each."""
    if by == "level":
        names = [name or "no level" for name in LEVELS]
        expressions = [f"level:{name}" if name else "" for name in LEVELS]
        return catalog.clock[1], names, expressions
    if by == "source":
        codes, sources_ = sources(catalog)
        return codes, list(sources_), [f"source:{literal(name)}" for name in sources_]
    texts = list(catalog.templates)
    return (
        catalog.template_of,
        texts,
        kept(catalog, "template filters", lambda: [f"template:{literal(text)}" for text in texts]),
    )


CHART = Rate()
