"""Where the cursor of charts is, and which cells that makes stand out."""

from __future__ import annotations

from tui.widgets import chart_values, raster
from tui.widgets.chart_stack import Panel
from tui.widgets.chart_values import Range

DENSE = 18
"""Up to so many rows the cursor is a whole line; where there are more every other cell, for the sake of slow lines."""


class ChartCursor:
    """A cursor through charts: one place for all that have a time axis, and one for each other."""

    def __init__(self) -> None:
        self.panels: list[Panel] = []
        self.active = 0
        self.part = ""
        """The lane or part of the active chart that is pointed at."""
        self.time: int | None = None
        """Where the cursor is on a time axis."""
        self.exact = False
        """The cursor is at that very moment, not at a column."""
        self.mark: int | None = None
        self.elsewhere: dict[int, float] = {}
        """Where the cursor is on an axis that is no time, by chart."""
        self.dense = True

    @property
    def panel(self) -> Panel | None:
        """The chart that keys are about."""
        return self.panels[self.active] if self.panels else None

    @property
    def parts(self) -> tuple[str, ...]:
        """What in the active chart can be pointed at."""
        panel = self.panel
        return chart_values.names(panel.plot) if panel is not None and panel.plot is not None else ()

    def where(self, index: int) -> Range | None:
        """From where to where the cursor reaches on the x axis of the chart *index*; None when it is not on it."""
        panel = self.panels[index]
        column = self.column(index)
        if panel.plot is None or column is None:
            return None
        if panel.plot.x.time and self.exact and self.time is not None:
            return self.time, self.time
        return panel.range(column)

    @property
    def span(self) -> Range | None:
        """The marked span of time, its ends as columns."""
        panel = self.panel
        if self.mark is None or self.time is None or panel is None or not panel.drawn:
            return None
        columns = [column for column in (panel.column(self.mark), panel.column(self.time)) if column is not None]
        return (panel.range(min(columns))[0], panel.range(max(columns))[1]) if len(columns) == 2 else None

    def column(self, index: int) -> int | None:
        """The column of the cursor on the chart *index*; None where it is not on it."""
        panel = self.panels[index] if index < len(self.panels) else None
        if panel is None or panel.plot is None:
            return None
        if panel.plot.x.time:
            return None if self.time is None else panel.column(self.time)
        return panel.column(self.elsewhere.get(index, panel.plot.start))

    def marked(self, index: int, y: int) -> set[int]:
        """The columns of line *y*, which is of chart *index*, that are shown in reverse."""
        panel = self.panels[index]
        drawing, plot = panel.drawing, panel.plot
        if drawing is None or plot is None or not panel.drawn:
            return set()
        row = y - panel.top - drawing.top
        found: set[int] = set()
        if not 0 <= row <= drawing.rows:
            return found
        column = self.column(index)
        mark = panel.column(self.mark) if self.mark is not None and plot.x.time else None
        if row == drawing.rows or self.dense or row % 2 == 0:
            found |= {each for each in (column, mark) if each is not None}
        if row == drawing.rows and column is not None and mark is not None:
            found |= set(range(min(column, mark), max(column, mark) + 1))
        if row == self._lane_row(index):
            found |= set(range(drawing.left - 1))
        return found

    def _lane_row(self, index: int) -> int | None:
        panel = self.panels[index]
        lanes = panel.plot.lanes if panel.plot else None
        if index != self.active or lanes is None or self.part not in lanes.names or panel.drawing is None:
            return None
        at, count = lanes.names.index(self.part), len(lanes.names)
        if panel.first >= 0:
            at, count = at - panel.first, min(count - panel.first, panel.drawing.rows)
        spread = panel.plot is not None and panel.plot.arrows is not None
        return int(raster.row_of(at, count, panel.drawing.rows, spread))

    def state(self) -> dict[int, set[int]]:
        """For every line of the charts the columns that are in reverse."""
        return {
            y: found
            for i, panel in enumerate(self.panels)
            for y in range(panel.top, panel.top + panel.height)
            if (found := self.marked(i, y))
        }


def runs(columns: set[int]) -> list[tuple[int, int]]:
    """Ranges of neighbours."""
    found: list[tuple[int, int]] = []
    for column in sorted(columns):
        if found and found[-1][1] == column:
            found[-1] = (found[-1][0], column + 1)
        else:
            found.append((column, column + 1))
    return found
