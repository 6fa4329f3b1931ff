"""Charts on the screen with a cursor through all that share its axis.

The charts are drawn once; a move of the cursor repaints the cells of two columns and the lines of values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from tui.widgets import chart_values
from tui.widgets.chart_cursor import DENSE, ChartCursor, runs
from tui.widgets.chart_stack import Panel
from tui.widgets.chart_values import Range
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, DIM, NOTICE, PLAIN
from tui.widgets.safe import shorten, visible

_REVERSE = Style(reverse=True)


class ChartView(ChartCursor, LineList, inherit_bindings=False):
    """Charts one above the other. *at* is the column of the cursor."""

    HELP_TITLE = "Moving in a chart"
    DEFAULT_CSS = "ChartView { height: 1fr; overflow-y: hidden; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)", "on by a column, or a bar"),
        Binding("left", "step(-1)", "back by a column, or a bar"),
        Binding("pagedown,ctrl+right", "step(10)", "on by ten"),
        Binding("pageup,ctrl+left", "step(-10)", "back by ten"),
        Binding("g,home", "edge(0)", "to the beginning"),
        Binding("G,end", "edge(1)", "to the end"),
        Binding("j,down", "part(1)", "to the next lane or part, which is what enter, f, = and x are about then"),
        Binding("k,up", "part(-1)", "to the lane or part before"),
        Binding("tab", "panel(1)", "to the next chart"),
        Binding("v,space", "mark", "mark one end of a span; again: narrow everything to it"),
        Binding("escape", "unmark", "no span, no part, then back", show=False),
        Binding("enter", "choose", "records of that moment, span, lane or bar"),
    ]

    class Marked(Message):
        """A span was marked."""

        def __init__(self, view: ChartView, span: Range) -> None:
            super().__init__()
            self.view, self.span = view, span

    class Resized(Message):
        """The charts are to be drawn for another size."""

        def __init__(self, view: ChartView) -> None:
            super().__init__()
            self.view = view

    def __init__(self, *, id: str | None = None, quiet: bool = False) -> None:
        LineList.__init__(self, id=id)
        ChartCursor.__init__(self)
        self.quiet = quiet
        """Nobody moves in it: it shows where something else is."""
        self._strips: list[Strip] = []
        self._said: dict[int, Strip] = {}

    # what is shown

    def put(self, panels: Sequence[Panel]) -> None:
        """Show *panels*; cursor, chart and part stay where they can."""
        self.panels = list(panels)
        self.active = max(0, min(self.active, len(panels) - 1))
        if self.part and self.part not in self.parts:
            self.part = ""
        if self.part and self.panel is not None:
            self.panel.lane(self.part)
        self._strips = [strip for panel in panels for strip in self._lines(panel)]
        self.dense = sum(panel.drawing.rows for panel in panels if panel.drawing is not None) <= DENSE
        self.elsewhere = {i: x for i, x in self.elsewhere.items() if i < len(panels)}
        self._tell()
        self.at = self.column(self.active) or 0
        self.total = max(1, self.size.width)
        self.refresh()
        self.post_message(self.Moved(self)) if not self.quiet else None

    def point(self, time: int | None) -> None:
        """Put the cursor on *time* exactly."""
        before = self.state()
        self.time, self.exact = time, True
        self._repaint(before)

    def begin(self, time: int | None) -> None:
        """Put the cursor where *time* is, before there is a chart."""
        self.time, self.exact = time, False

    # keys

    def action_step(self, by: int) -> None:
        """Move the cursor by columns; where x is no time, by bars."""
        panel = self.panel
        if panel is None or not panel.drawn or panel.drawing is None:
            return
        column, drawing = self.column(self.active), panel.drawing
        last = drawing.left + drawing.columns - 1
        if column is None:
            column = drawing.left if by > 0 else last
        target = max(drawing.left, min(column + by, last))
        bars = panel.plot.bars if panel.plot else ()
        if bars and panel.plot and not panel.plot.x.time:
            here = chart_values.among(bars[0], panel.range(column))
            while drawing.left < target < last and chart_values.among(bars[0], panel.range(target)) == here:
                target += 1 if by > 0 else -1
        self._go(target)

    def action_edge(self, end: int) -> None:
        """Go to the first or the last column."""
        drawing = self.panel.drawing if self.panel else None
        if drawing is not None:
            self._go(drawing.left + (drawing.columns - 1 if end else 0))

    def action_part(self, by: int) -> None:
        """Point at the next lane or part; beyond the ends at none of them."""
        names = self.parts
        if len(names) > 1:
            at = names.index(self.part) + 1 if self.part in names else 0
            self._point_at(("", *names)[(at + by) % (len(names) + 1)])

    def action_panel(self, by: int) -> None:
        """Make the next chart the one that keys are about."""
        if len(self.panels) > 1:
            self.active = (self.active + by) % len(self.panels)
            self.part = ""
            self.put(self.panels)

    def action_mark(self) -> None:
        """Set one end of a span, then hand it on."""
        panel = self.panel
        if panel is None or not panel.drawn or panel.plot is None or not panel.plot.x.time:
            raise SkipAction
        if self.mark is None:
            before = self.state()
            self.mark = self.time
            self._repaint(before)
        elif (span := self.span) is not None:
            self.mark = None
            self.post_message(self.Marked(self, span))

    def action_unmark(self) -> None:
        """Take the mark away, then the part; else escape is the screen's."""
        if self.mark is None and not self.part:
            raise SkipAction
        if self.mark is not None:
            before = self.state()
            self.mark = None
            self._repaint(before)
        else:
            self._point_at("")

    def action_choose(self) -> None:
        """Enter."""
        if self.panels:
            self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is."""
        for i, panel in enumerate(self.panels):
            if panel.drawing is not None and panel.top <= event.y < panel.top + panel.height:
                self.active = i
                self._go(max(panel.drawing.left, event.x))

    def on_resize(self) -> None:
        """Ask for charts of that size."""
        self.post_message(self.Resized(self))

    def _point_at(self, part: str) -> None:
        """Point at *part*; a lane that has no row of its own is given one."""
        before = self.state()
        self.part = part
        if self.panel is not None and self.panel.lane(part):
            self.put(self.panels)
        else:
            self._repaint(before)

    def _go(self, column: int) -> None:
        panel = self.panel
        if panel is None or not panel.drawn or panel.plot is None:
            return
        before = self.state()
        start, end = panel.range(column)
        if panel.plot.x.time:
            self.time, self.exact = int(start + (end - start) // 2), False
        else:
            self.elsewhere[self.active] = start + (end - start) / 2
        self._repaint(before)

    # drawing

    def render_line(self, y: int) -> Strip:
        """The line at *y*."""
        width = self.size.width
        if not self.panels:
            said = self.empty if y == 0 else ""
            return Strip([Segment(shorten(said, width), NOTICE)]).adjust_cell_length(width)
        if y >= len(self._strips):
            return Strip.blank(width)
        if y in self._said:
            return self._said[y].adjust_cell_length(width)
        strip = self._strips[y].adjust_cell_length(width)
        marks: set[int] = set()
        for i, panel in enumerate(self.panels):
            if panel.top <= y < panel.top + panel.height:
                marks = self.marked(i, y)
        for first, after in runs(marks):
            parts = list(strip.divide([first, after, width]))
            strip = Strip.join([parts[0], parts[1].apply_style(_REVERSE), *parts[2:]])
        return strip

    def _lines(self, panel: Panel) -> Iterable[Strip]:
        drawn = panel.drawing.lines[: panel.height - 1] if panel.drawing is not None else ()
        if panel.drawing is None:
            yield Strip([Segment(visible(panel.said), NOTICE)])
        for i, line in enumerate(drawn):
            strip = Strip([Segment(text, look_of(look)) for text, look in line])
            several = len(self.panels) > 1 and i == 0
            yield strip.apply_style(DIM) if several and panel is not self.panel else strip
        for _ in range(panel.height - max(1, len(drawn))):
            yield Strip([])

    def _repaint(self, before: dict[int, set[int]]) -> None:
        """Repaint what is other than *before*."""
        after = self.state()
        regions = [
            Region(first, y, end - first, 1)
            for y in before.keys() | after.keys()
            for first, end in runs(before.get(y, set()) ^ after.get(y, set()))
        ]
        told = self._said
        self._tell()
        for y, strip in self._said.items():
            regions += _changed(y, told.get(y), strip, self.size.width)
        if regions:
            self.refresh(*regions)
        self.at = self.column(self.active) or 0
        if not self.quiet:
            self.post_message(self.Moved(self))

    def _tell(self) -> None:
        """Make the lines of values."""
        self._said = {}
        several = len(self.panels) > 1
        for i, panel in enumerate(self.panels):
            if panel.plot is None or not panel.drawn:
                continue
            at, mine = self.where(i), i == self.active
            lead = "▸" if several and mine else " "
            if at is None:
                pieces = [("", DIM)]
                if self.time is not None:
                    moment = chart_values.place(panel.plot.x, panel.plot.start, panel.plot.end, (self.time, self.time))
                    beside = "before the chart begins" if self.time < panel.plot.start else "after the chart ends"
                    pieces = [(f"{moment} is {beside}", DIM)]
            else:
                legend = panel.drawing is not None and panel.drawing.top > 1
                short = legend and not chart_values.complete(panel.plot, self.size.width)
                where = mine or not panel.plot.x.time  # what all share is said once
                chosen = self.part if mine else ""
                pieces = chart_values.line(panel.plot, at, chosen, self.size.width - 1, short, where)
                if mine and (span := self.span) is not None:
                    marked = chart_values.place(panel.plot.x, panel.plot.start, panel.plot.end, span)
                    pieces.insert(0, (f"span {marked}  ", BOLD))
            segments = [Segment(lead, BOLD), *(Segment(visible(text), look) for text, look in pieces)]
            self._said[panel.top + panel.height - 1] = Strip(segments)


def look_of(look: str) -> Style:
    """A look of a chart's as a style."""
    return {"": PLAIN, "bold": BOLD, "dim": DIM}.get(look) or (Style(color=look) if look else PLAIN)


def _changed(y: int, before: Strip | None, after: Strip, width: int) -> list[Region]:
    """The part of line *y* in which the two differ."""
    old = _cells(before.adjust_cell_length(width)) if before is not None else []
    new = _cells(after.adjust_cell_length(width))
    if len(old) != len(new):
        return [Region(0, y, width, 1)]
    other = [i for i, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    return [Region(other[0], y, other[-1] + 1 - other[0], 1)] if other else []


def _cells(strip: Strip) -> list[tuple[str, Style | None]]:
    return [(char, segment.style) for segment in strip for char in segment.text]
