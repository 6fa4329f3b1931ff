"""A chart as plain numbers, and what a chart is.

Numbers on a time axis are UTC nanoseconds (64-bit integers), on any other floats in the axis's unit. Arrays of one
object have one length and are not written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from tui.errors import ChartError
from tui.query.catalog import Catalog
from tui.query.model import Selection

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis counts: ``tasks``; a time of *unit* ``s``; or, with *time*, moments. *log*: numbers of different
    sizes, none below 0, are told apart best by their logarithm. *names* are what stands at 0, 1, ... instead of these.
    """

    label: str
    unit: str = ""
    time: bool = False
    log: bool = False
    names: tuple[str, ...] = ()


TIME = Axis("time", time=True)


@dataclass(frozen=True, slots=True)
class Series:
    """Values *y* at ascending *x*. NaN: nothing is known there.

    *held*: each value holds until the next; else these are samples, and nothing is said of what lies between them.
    *expression* is the filter expression that leaves, of the plot's selection, what the series is about.
    """

    name: str
    x: Array
    y: Array
    held: bool = True
    expression: str = ""

    def at(self, x: float) -> float | None:
        """The value at *x*: the one held there, or the sample nearest to it; None where there is none."""
        i = int(np.searchsorted(self.x, x, "right")) - 1
        if not self.held and len(self.x) and (i < 0 or (i + 1 < len(self.x) and self.x[i + 1] - x < x - self.x[i])):
            i += 1
        return None if i < 0 or np.isnan(self.y[i]) else float(self.y[i])


@dataclass(frozen=True, slots=True)
class Bars:
    """*heights[i]* between *edges[i]* and *edges[i + 1]*; there is one edge more than heights.

    *records*, if known, are the record numbers behind each bar, ascending.
    """

    name: str
    edges: Array
    heights: Array
    expression: str = ""
    records: tuple[Array, ...] = ()

    def bar(self, x: float) -> int | None:
        """The bar at *x*, None beside them all. The last holds its right edge."""
        i = int(np.searchsorted(self.edges, x, "right")) - 1
        i -= i == len(self.heights) and x == self.edges[-1]
        return i if 0 <= i < len(self.heights) else None


@dataclass(frozen=True, slots=True)
class Lanes:
    """Coloured spans on lanes: span *i* is on lane *lane[i]* from *start[i]* to *end[i]* and of kind *kind[i]*, which
    are positions in *names* (top first) and *kinds*. What begins later is drawn over what began before.

    *expressions*, one a lane, leave the records of the lane; empty where that is not known.
    """

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    lane: Array
    kind: Array
    start: Array
    end: Array
    expressions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrows:
    """Messages: *i* leaves lane *source[i]* at *start[i]*, arrives on lane *target[i]* at *end[i]*, and is called
    *labels[label[i]]*. Lanes are positions in the ``names`` of the plot's :class:`Lanes`."""

    source: Array
    target: Array
    start: Array
    end: Array
    label: Array
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart as numbers: *series*, *bars* or *lanes* (with *arrows*) over *x* from *start* to *end*.

    *of* is what it is about (a key, ``key=value``), empty where there is no choice. *stacked*: series are parts of a
    whole, and may be drawn one on the other. *notes* say what was flagged and what was left out.
    """

    name: str
    title: str
    x: Axis
    y: Axis
    start: float
    end: float
    series: tuple[Series, ...] = ()
    bars: tuple[Bars, ...] = ()
    lanes: Lanes | None = None
    arrows: Arrows | None = None
    stacked: bool = False
    of: str = ""
    notes: tuple[str, ...] = ()
    expression: str = ""
    """Leaves, of the selection that was asked for, the records that the chart is made of."""

    @property
    def empty(self) -> bool:
        """There is nothing to draw."""
        spans = self.lanes and (len(self.lanes.start) or (self.arrows and len(self.arrows.start)))
        return not any(len(s.x) for s in self.series) and not self.bars and not spans

    def at(self, x: float) -> Iterator[tuple[str, float | str]]:
        """What stands at *x*: name and value of every series and bar, name and kind of every lane."""
        for series in self.series:
            if (value := series.at(x)) is not None:
                yield series.name, value
        for bars in self.bars:
            if (i := bars.bar(x)) is not None:
                yield bars.name, float(bars.heights[i])
        if self.lanes:
            for span in np.flatnonzero((self.lanes.start <= x) & (x < self.lanes.end)):
                yield self.lanes.names[self.lanes.lane[span]], self.lanes.kinds[self.lanes.kind[span]]

    def back(self, selection: Selection, start: float, end: float, name: str = "") -> Selection:
        """*selection*, narrowed to what the chart shows from *start* to (not including) *end*, of the series, bars or
        lane called *name* if there is one. Where x is no time only the expression narrows: see ``Bars.records``."""
        within = [self.expression]
        within += [series.expression for series in self.series if series.name == name]
        within += [bars.expression for bars in self.bars if bars.name == name]
        if self.lanes and name in self.lanes.names and self.lanes.expressions:
            within.append(self.lanes.expressions[self.lanes.names.index(name)])
        narrowed = replace(selection, expression=both(selection.expression, *within))
        if not self.x.time:
            return narrowed
        first, last = selection.window or (start, end)
        return replace(narrowed, window=(int(max(first, start)), int(max(first, min(last, end)))))


class Chart(Protocol):
    """A chart. A module of this package has one as ``CHART``."""

    name: str
    """What it is called on the command line."""
    title: str
    """A line over it, such as ``Tasks in each state``."""
    help: str
    """One line: what it shows."""

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """What it can be about in these data, the most useful first; empty where there is no choice."""
        ...

    def lacks(self, catalog: Catalog) -> str | None:
        """What is missing in the data, as a sentence; None when it can be drawn. Quick: it is asked of every chart."""
        ...

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """The numbers for *selection*, about *of* (empty: the first), reduced to *width* columns (0: not at all).

        The time window only says what is shown: what was before it still counts (a task that was launched before).
        ChartError when it cannot be about *of*.
        """
        ...


def chosen(chart: Chart, catalog: Catalog, of: str) -> str:
    """*of* as *chart* calls it (other names of keys are understood), the first it can be about when it is empty.
    ChartError when it cannot be about it."""
    known = chart.of(catalog)
    if not of:
        return known[0] if known else ""
    key, at, source = of.partition("@")
    for name in (of, catalog.meant(key) + at + source):
        if name in known:
            return name
    listed = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
    raise ChartError(f"chart '{chart.name}' cannot be about '{of}'" + (f"; it can be about {listed}" if known else ""))


def both(*expressions: str) -> str:
    """The filter expression that leaves what all of *expressions* leave; empty ones leave everything."""
    given = [each.strip() for each in expressions if each.strip()]
    return given[0] if len(given) == 1 else " AND ".join(f"({each})" for each in given)


def unwindowed(selection: Selection) -> Selection:
    """*selection* at any time: what was before the window counts for what is in it."""
    return replace(selection, window=None)
