"""Several charts one above the other on one time axis, each with a line for what stands at the cursor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tui.query.charts.base import Lanes, Plot
from tui.widgets import chart_values
from tui.widgets.chart_values import Range
from tui.widgets.plot import Drawing, draw

LEAST = 7
"""Lines that a chart takes at least, with its values."""
_ROOMY = 16
"""From so many lines on a chart has a legend of its own, even if the line of values names everything."""


@dataclass(slots=True, eq=False)  # each is itself: arrays do not compare
class Panel:
    """A chart on the screen: *height* lines from line *top* of the view on, of which the last is for values."""

    plot: Plot | None
    said: str
    """Why there is no chart."""
    drawing: Drawing | None
    top: int
    height: int
    first: int = -1
    """The first lane that is drawn; -1: all are, in the rows there are."""
    over: Plot | None = None
    """The same with many things together on each lane, which is drawn as long as none is pointed at."""
    again: Callable[[Plot], Drawing] | None = None
    """Draws another plot in the place of this one."""

    @property
    def drawn(self) -> bool:
        """There is something to point at."""
        return self.drawing is not None and self.plot is not None and not self.plot.empty

    def lane(self, name: str) -> bool:
        """Show the lanes around that called *name*, one a row, or all of them; whether anything else is drawn now."""
        lanes = self.plot.lanes if self.plot is not None else None
        if lanes is None or self.plot is None or self.drawing is None or self.again is None or self.plot.arrows:
            return False
        count, rows = len(lanes.names), self.drawing.rows
        if count <= rows and self.over is None:
            return False
        if name not in lanes.names:
            if self.first < 0:
                return False
            self.first, self.drawing = -1, self.again(self.over or self.plot)
            return True
        at = lanes.names.index(name)
        if 0 <= self.first <= at < self.first + rows:
            return False
        self.first = max(0, min(at - rows // 2, count - rows))
        self.drawing = self.again(some_lanes(self.plot, self.first, rows))
        return True

    def column(self, x: float) -> int | None:
        """The column of the view where *x* is."""
        return self.drawing.column(x) if self.drawing is not None and self.drawn else None

    def range(self, column: int) -> Range:
        """From where to where *column* of the view reaches; whole nanoseconds on a time axis."""
        drawing = self.drawing
        assert drawing is not None and self.plot is not None
        if not self.plot.x.time:
            return drawing.x(column)
        at = max(0, min(column - drawing.left, drawing.columns - 1))
        start, size = int(drawing.start), int(drawing.end) - int(drawing.start)
        first, after = (start - (-size * i // drawing.columns) for i in (at, at + 1))
        return first, max(after, first + 1)


def room(height: int) -> int:
    """How many charts *height* lines have room for."""
    return max(1, height // LEAST)


def arrange(
    plots: Sequence[Plot | str],
    width: int,
    height: int,
    apart: bool = False,
    over: Sequence[Plot | None] = (),
    legend: bool = True,
) -> list[Panel]:
    """*plots* (or why there is none) in *height* lines of *width* columns, their time axes one below the other. *over*
    are drawn instead of those that they stand for, see :class:`Panel`. *legend*: with one, where the values do not say
    all of it."""
    count = len(plots)
    panels, top = [], 0
    for i, plot in enumerate(plots):
        size = height // count + (i < height % count)
        panels.append(
            Panel(plot, "", None, top, size) if isinstance(plot, Plot) else Panel(None, plot, None, top, size)
        )
        top += size
    timed = [panel for panel in panels if panel.plot is not None and panel.plot.x.time and not panel.plot.empty]
    for i, (panel, below) in enumerate(zip(panels, [*panels[1:], None], strict=True)):
        if panel.plot is not None:
            labelled = not (panel in timed and below in timed)
            panel.over = over[i] if i < len(over) else None
            panel.drawing = _drawn(panel.over or panel.plot, width, panel.height - 1, apart, labelled, legend)
    left = max((panel.drawing.left for panel in timed if panel.drawing), default=0)
    for panel, below in zip(panels, [*panels[1:], None], strict=True):
        labelled = not (panel in timed and below in timed)
        shift = left if panel in timed else 0
        panel.again = partial(_aligned, width, panel.height - 1, apart, labelled, legend, shift)
        if panel in timed and panel.plot and panel.drawing and panel.drawing.left < left:
            panel.drawing = panel.again(panel.over or panel.plot)
    return panels


def some_lanes(plot: Plot, first: int, count: int) -> Plot:
    """*plot* with so many of its lanes."""
    lanes = plot.lanes
    assert lanes is not None
    seen = (lanes.lane >= first) & (lanes.lane < first + count)
    return replace(
        plot,
        lanes=Lanes(
            lanes.names[first : first + count],
            lanes.kinds,
            lanes.lane[seen] - first,
            lanes.kind[seen],
            lanes.start[seen],
            lanes.end[seen],
            lanes.expressions[first : first + count],
        ),
    )


def _aligned(width: int, height: int, apart: bool, labelled: bool, legend: bool, left: int, plot: Plot) -> Drawing:
    drawing = _drawn(plot, width, height, apart, labelled, legend)
    if drawing.left < left:
        drawing = _moved(_drawn(plot, width - left + drawing.left, height, apart, labelled, legend), left)
    return drawing


def _drawn(plot: Plot, width: int, height: int, apart: bool, labelled: bool, legend: bool) -> Drawing:
    """*plot* in *height* lines; without the legend unless there is to be one, and where there is little room and the
    values say it all; and without the labels of its x axis unless it is to be *labelled*."""
    bare = 0 if labelled else 1
    drawing = draw(plot, width, height + bare, apart)
    if plot.empty:
        return drawing
    told = drawing.top - 1
    if told and (not legend or (height < _ROOMY and chart_values.complete(plot, width))):
        drawing = draw(plot, width, height + bare + told, apart)
        lines = (drawing.lines[0], *drawing.lines[drawing.top :])
        drawing = replace(drawing, lines=lines, top=1)
    return replace(drawing, lines=drawing.lines[: len(drawing.lines) - bare])


def _moved(drawing: Drawing, left: int) -> Drawing:
    """*drawing* with its axis further to the right."""
    pad = (" " * (left - drawing.left), "")
    lines = tuple(line if i < drawing.top else (pad, *line) for i, line in enumerate(drawing.lines))
    return replace(drawing, lines=lines, left=left)
