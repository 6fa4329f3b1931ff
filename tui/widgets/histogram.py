"""Records over time as a band of blocks, with errors marked and the cursor's place in it."""

from __future__ import annotations

from itertools import groupby
from math import sqrt

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.query.model import Histogram
from tui.widgets.look import DIM, PLAIN
from tui.widgets.spell import DAY, date, time_of_day

BLOCKS = " ▁▂▃▄▅▆▇█"
LABEL = 10
BAD = Style(color="red", bold=True)
WARN = Style(color="yellow")
ERROR_RANK = 5


class HistogramBand(Widget):
    """One or two rows; a bin a column, so that the cursor's column is where the record is in time."""

    DEFAULT_CSS = "HistogramBand { height: 1; }"

    class Resized(Message):
        """There is room for another number of bins."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._histogram = Histogram(0, 1)
        self._column: int | None = None
        self._columns: list[tuple[int, int]] = []

    @property
    def bins(self) -> int:
        """How many bins fit."""
        return max(0, self.size.width - 2 * LABEL - 2)

    def show(self, histogram: Histogram) -> None:
        """Draw *histogram*. Heights are square roots, so that a lone record beside a burst is still seen."""
        self._histogram = histogram
        totals = [sum(counts) for counts in histogram.counts]
        steps = 8 * max(1, self.size.height)
        most = sqrt(max(totals, default=0)) or 1.0
        self._columns = []
        for total, counts in zip(totals, histogram.counts, strict=True):
            worst = max((rank for rank, n in enumerate(counts) if n), default=0)
            self._columns.append((max(1, round(sqrt(total) / most * steps)) if total else 0, worst))
        self.refresh()

    def point(self, time: int | None) -> None:
        """Put the cursor at *time*, repainting two columns."""
        column = None
        if time is not None and self._columns:
            column = (time - self._histogram.start) // max(1, self._histogram.width)
            column = max(0, min(column, len(self._columns) - 1))
        if column != self._column:
            for x in (self._column, column):
                if x is not None:
                    self.refresh(Region(LABEL + 1 + x, 0, 1, max(1, self.size.height)))
            self._column = column

    def on_resize(self, event: events.Resize) -> None:
        """Ask for as many bins as there are columns now."""
        self.post_message(self.Resized())

    def render_line(self, y: int) -> Strip:
        """Labels on the last row, columns between them."""
        height = max(1, self.size.height)
        last = y == height - 1
        base = 8 * (height - 1 - y)
        cells = []
        for x, (steps, worst) in enumerate(self._columns):
            look = BAD if worst >= ERROR_RANK else WARN if worst == ERROR_RANK - 1 else PLAIN
            cells.append(
                (BLOCKS[max(0, min(8, steps - base))], look + Style(reverse=True) if x == self._column else look)
            )
        start, end = self._labels() if last else ("", "")
        parts = [Segment(start.rjust(LABEL) + " ", DIM)]
        parts += [Segment("".join(char for char, _ in run), look) for look, run in groupby(cells, lambda cell: cell[1])]
        parts.append(Segment(" " + end, DIM))
        return Strip(parts).adjust_cell_length(self.size.width)

    def _labels(self) -> tuple[str, str]:
        if not self._columns:
            return "no times", ""
        start = self._histogram.start
        end = start + self._histogram.width * len(self._columns)
        if start // DAY != end // DAY:
            return date(start), date(end)
        return time_of_day(start, 0), time_of_day(end, 0)
