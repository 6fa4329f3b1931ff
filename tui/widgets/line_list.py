"""A list of any number of lines with a cursor: only what is on the screen is ever drawn.

Built on the line interface because one widget or option a row takes seconds at 100,000 rows. Nothing is animated, a
cursor move repaints two lines, and at the edge the list jumps half a page (a repaint costs kilobytes over ssh).
"""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.widgets.look import CURSOR, NOTICE
from tui.widgets.safe import shorten, visible


class LineList(ScrollView, can_focus=True):
    """Lines by number; subclasses say how one is drawn."""

    HELP_TITLE = "Moving"
    DEFAULT_CSS = "LineList { scrollbar-size: 0 0; overflow-x: hidden; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "step(1)", "next line"),
        Binding("k,up", "step(-1)", "line before"),
        Binding("pagedown,ctrl+f", "page(1)", "page down"),
        Binding("pageup,ctrl+b", "page(-1)", "page up"),
        Binding("g,home", "edge(0)", "first line"),
        Binding("G,end", "edge(1)", "last line"),
        Binding("right", "sideways(1)", "scroll sideways"),
        Binding("left", "sideways(-1)", "scroll back"),
        Binding("enter", "choose", "details or deeper"),
    ]

    class Moved(Message):
        """The cursor is on another line, or the lines are others."""

        def __init__(self, lines: LineList) -> None:
            super().__init__()
            self.lines = lines

        @property
        def control(self) -> LineList:
            """The list that moved."""
            return self.lines

    class Chosen(Message):
        """Enter on the line under the cursor."""

        def __init__(self, lines: LineList) -> None:
            super().__init__()
            self.lines = lines

        @property
        def control(self) -> LineList:
            """The list it happened in."""
            return self.lines

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.total = 0
        self.at = 0
        self.aside = 0
        self.empty = ""
        """What is said when there are no lines."""
        self._wanted_top: int | None = None

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        """The line *index* as segments of safe text; what is beyond *width* is cut."""
        raise NotImplementedError

    @property
    def top(self) -> int:
        """The first line on the screen."""
        return self.scroll_offset.y if self._wanted_top is None else self._wanted_top

    @property
    def page_size(self) -> int:
        """How many lines are on the screen."""
        return max(1, self.size.height)

    def set_lines(self, total: int, at: int = 0, top: int | None = None) -> None:
        """Show *total* other lines, the cursor on line *at*, line *top* first."""
        self.total = total
        self.at = max(0, min(at, total - 1))
        self._wanted_top = top
        self.virtual_size = Size(max(1, self.size.width), total)
        self._settle()
        self.refresh()
        self.post_message(self.Moved(self))

    def reshape(self, total: int, at: int) -> None:
        """There are *total* lines now, those above line *at* as they were: only those from *at* on are drawn anew. The
        cursor is on line *at*."""
        before, top = self.at, self.scroll_offset.y
        self.total, self.at = total, max(0, min(at, total - 1))
        self.set_reactive(LineList.virtual_size, Size(max(1, self.size.width), total))  # or all would be drawn anew
        if top > max(0, total - self.page_size):
            self._scroll(top)
        self._show_cursor()
        if self.scroll_offset.y == top:
            start = min(before, self.at) - top
            self.refresh(Region(0, max(0, start), self.size.width, max(1, self.size.height - max(0, start))))
        self.post_message(self.Moved(self))

    def go(self, index: int, top: int | None = None) -> None:
        """Put the cursor on line *index*, scrolling only if it is not on the screen, or to *top*."""
        index = max(0, min(index, self.total - 1))
        if index == self.at and top is None:
            self._show_cursor()
            return
        before, self.at = self.at, index
        if top is not None:
            self._scroll(top)
        elif not self._show_cursor():
            self.refresh_lines(before)
        self.refresh_lines(index)
        self.post_message(self.Moved(self))

    def render_line(self, y: int) -> Strip:
        """The line at *y* of the screen."""
        width = self.size.width
        index = self.scroll_offset.y + y
        if index >= self.total:
            said = self.empty if y == 0 and not self.total else ""
            return Strip([Segment(shorten(said, width), NOTICE)]).adjust_cell_length(width)
        current = index == self.at
        # what a subclass forgot must not reach the terminal either
        strip = Strip([Segment(visible(part.text), part.style) for part in self.draw(index, width, current)])
        return strip.adjust_cell_length(width, CURSOR if current else None)

    def action_step(self, by: int) -> None:
        """Move the cursor by lines."""
        self.go(self.at + by)

    def action_page(self, by: int) -> None:
        """Move cursor and lines by a page; the cursor stays where it is on the screen."""
        by *= max(1, self.page_size - 1)
        self.go(self.at + by, top=self.top + by)

    def action_edge(self, end: int) -> None:
        """Go to the first or the last line."""
        self.go(self.total - 1 if end else 0)

    def action_sideways(self, by: int) -> None:
        """Scroll the widest column by half a screen."""
        aside = max(0, self.aside + by * max(1, self.size.width // 2))
        if aside != self.aside:
            self.aside = aside
            self.refresh()

    def action_choose(self) -> None:
        """Enter."""
        if self.total:
            self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where the mouse is."""
        if self.scroll_offset.y + event.y < self.total:
            self.go(self.scroll_offset.y + event.y)

    def on_resize(self) -> None:
        """Keep the cursor on the screen."""
        self.virtual_size = Size(max(1, self.size.width), self.total)
        self._settle()

    def _settle(self) -> None:
        """Scroll to what was asked for before there was a size to scroll in."""
        if not self.size.height:
            return
        if self._wanted_top is not None:
            wanted, self._wanted_top = self._wanted_top, None
            self._scroll(wanted)
        self._show_cursor()

    def _show_cursor(self) -> bool:
        """Scroll if the cursor is out of sight, half a page beyond it; whether that was needed."""
        top, page = self.scroll_offset.y, self.page_size
        if not self.size.height or top <= self.at < top + page:
            return False
        return self._scroll(self.at - page // 2)

    def _scroll(self, top: int) -> bool:
        before = self.scroll_offset.y
        self.scroll_to(y=max(0, min(top, self.total - self.page_size)), animate=False, force=True, immediate=True)
        return self.scroll_offset.y != before
