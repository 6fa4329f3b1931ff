"""Several charts one above the other on one time axis, each with a line for what stands at the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tui.query.charts.base import Plot
from tui.widgets import chart_values
from tui.widgets.chart_values import Range
from tui.widgets.plot import Drawing, draw

LEAST = 7
"""Lines that a chart takes at least, with its values."""
_ROOMY = 16
"""From so many lines on a chart has a legend of its own, even if the line of values names everything."""


@dataclass(slots=True)
class Panel:
    """A chart on the screen: *height* lines from line *top* of the view on, of which the last is for values."""

    plot: Plot | None
    said: str
    """Why there is no chart."""
    drawing: Drawing | None
    top: int
    height: int

    @property
    def drawn(self) -> bool:
        """There is something to point at."""
        return self.drawing is not None and self.plot is not None and not self.plot.empty

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


def arrange(plots: Sequence[Plot | str], width: int, height: int, apart: bool = False) -> list[Panel]:
    """*plots* (or why there is none) in *height* lines of *width* columns, their time axes one below the other."""
    count = len(plots)
    panels, top = [], 0
    for i, plot in enumerate(plots):
        size = height // count + (i < height % count)
        panels.append(
            Panel(plot, "", None, top, size) if isinstance(plot, Plot) else Panel(None, plot, None, top, size)
        )
        top += size
    timed = [panel for panel in panels if panel.plot is not None and panel.plot.x.time and not panel.plot.empty]
    for panel, below in zip(panels, [*panels[1:], None], strict=True):
        if panel.plot is not None:
            labelled = not (panel in timed and below in timed)
            panel.drawing = _drawn(panel.plot, width, panel.height - 1, apart, labelled)
    left = max((panel.drawing.left for panel in timed if panel.drawing), default=0)
    for panel, below in zip(panels, [*panels[1:], None], strict=True):
        drawing = panel.drawing
        if panel in timed and panel.plot and drawing and drawing.left < left:
            labelled = not (panel in timed and below in timed)
            panel.drawing = _moved(
                _drawn(panel.plot, width - left + drawing.left, panel.height - 1, apart, labelled), left
            )
    return panels


def _drawn(plot: Plot, width: int, height: int, apart: bool, labelled: bool) -> Drawing:
    """*plot* in *height* lines; without the legend where there is little room and the values say it all, and without
    the labels of its x axis unless it is to be *labelled*."""
    bare = 0 if labelled else 1
    drawing = draw(plot, width, height + bare, apart)
    if plot.empty:
        return drawing
    legend = drawing.top - 1
    if legend and height < _ROOMY and chart_values.complete(plot, width):
        drawing = draw(plot, width, height + bare + legend, apart)
        lines = (drawing.lines[0], *drawing.lines[drawing.top :])
        drawing = replace(drawing, lines=lines, top=1)
    return replace(drawing, lines=drawing.lines[: len(drawing.lines) - bare])


def _moved(drawing: Drawing, left: int) -> Drawing:
    """*drawing* with its axis further to the right."""
    pad = (" " * (left - drawing.left), "")
    lines = tuple(line if i < drawing.top else (pad, *line) for i, line in enumerate(drawing.lines))
    return replace(drawing, lines=lines, left=left)
