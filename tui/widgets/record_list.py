"""The stream: records as lines of time, level, source, entity and body."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding

from tui.errors import WideviewError
from tui.query.model import Row
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, CURSOR, CURSOR_STRONG, DIM, ENTITY, ERROR, HIT, PLAIN, Palette, letter, level_style
from tui.widgets.pages import BLOCK, Pages
from tui.widgets.safe import first_line, shorten, shorten_name
from tui.widgets.spell import date, time_of_day

NONE = numpy.zeros(0, dtype=numpy.int64)


def pattern(text: str) -> re.Pattern[str] | None:
    """What to highlight for a search: that very text (in either case, if it is in lower case), or a regex between
    slashes."""
    if len(text) > 2 and text[0] == text[-1] == "/":
        try:
            return re.compile(text[1:-1])
        except re.error:
            return None
    return re.compile(re.escape(text), re.IGNORECASE if text == text.lower() else 0) if text else None


def highlight(text: str, plain: Style, hit: Style, wanted: re.Pattern[str] | None) -> list[Segment]:
    """*text* with what *wanted* matches in style *hit*."""
    if wanted is None:
        return [Segment(text, plain)]
    parts, last = [], 0
    for match in wanted.finditer(text):
        if match.end() > match.start():
            parts += [Segment(text[last : match.start()], plain), Segment(match[0], hit)]
            last = match.end()
    return [*parts, Segment(text[last:], plain)]


class RecordList(LineList):
    """Records of an id array; the rows are fetched a block at a time as they are looked at."""

    BINDINGS = [Binding("m", "mark", "mark, unmark"), Binding("apostrophe", "next_mark", "next mark")]

    def __init__(self, marks: set[int], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.pages = Pages(NONE, lambda ids: [])
        self.palette = Palette()
        self.dated = False
        self._marks = marks
        self._wanted: re.Pattern[str] | None = None

    def set_records(
        self, ids: numpy.ndarray, fetch: Callable[[Sequence[int]], list[Row]], at: int = 0, top: int | None = None
    ) -> None:
        """Show the records *ids*."""
        self.pages = Pages(ids, fetch, self._fetch_later)
        self.set_lines(len(ids), at, top)

    @property
    def current(self) -> Row | None:
        """The record under the cursor."""
        return self.pages.row(self.at) if self.total else None

    @property
    def current_id(self) -> int | None:
        """Its number."""
        return int(self.pages.ids[self.at]) if self.total else None

    def seek(self, text: str) -> None:
        """Highlight what a search is for."""
        self._wanted = pattern(text)
        self.refresh()

    def action_mark(self) -> None:
        """Mark the record under the cursor, or take the mark away."""
        if self.current_id is not None:
            self._marks ^= {self.current_id}
            self.refresh_lines(self.at)

    def action_next_mark(self) -> None:
        """Go to the next marked record, from the end to the first."""
        places = numpy.flatnonzero(numpy.isin(self.pages.ids, list(self._marks)))
        if len(places):
            after = places[places > self.at]
            self.go(int(after[0] if len(after) else places[0]))

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        """``*07:19:54.830 I parsl       task 5       Task 5 launched``"""
        row = self.pages.row(index)
        if row is None:
            return [Segment(shorten(self.pages.error, width), ERROR)]
        wide = width >= 110
        source = shorten(row.source, 15 if wide else 9).ljust(16 if wide else 10)
        entity = shorten_name(row.entity, 16 if wide else 9).ljust(17 if wide else 10)
        mark = "*" if row.id in self._marks else " "
        clock = time_of_day(row.time)
        if self.dated:
            clock = (date(row.time)[5:] if row.time is not None else "     ") + " " + clock
        level = "!" if row.error else letter(row.level)
        room = max(0, width - len(clock) - len(source) - len(entity) - 5)
        body, more = first_line(row.body, self.aside + room + 1)
        body = body[self.aside :]
        if current:
            gutter = Segment(f"{mark}{clock} {level} {source}{entity}", CURSOR)
            text = highlight(body, CURSOR, CURSOR_STRONG, self._wanted)
        else:
            level_look = ERROR if row.error else level_style(row.level)
            gutter_parts = [
                Segment(mark, BOLD),
                Segment(f"{clock} ", DIM),
                Segment(level, level_look),
                Segment(f" {source}", self.palette.style(row.file)),
                Segment(entity, ENTITY),
            ]
            loud = level_look if row.level >= 4 else PLAIN
            text = highlight(body, Style(color=loud.color), HIT, self._wanted)
            return [*gutter_parts, *self._fold(text, room, more, DIM)]
        return [gutter, *self._fold(text, room, more, CURSOR)]

    def _fold(self, text: list[Segment], room: int, more: int, look: Style) -> list[Segment]:
        """*text* followed by how many lines of the body are not shown, which is never cut off."""
        if not more:
            return text
        note = f" ⏎ +{more}"
        kept = list(Segment.adjust_line_length(text, min(Segment.get_line_length(text), max(0, room - len(note)))))
        return [*kept, Segment(note, look)]

    def on_line_list_moved(self) -> None:
        """Fetch what the next page needs while the reader reads this one."""
        if self.total:
            self.pages.ahead(self.at, self._fetch_later)

    def _fetch_later(self, pages: Pages, number: int) -> None:
        def work() -> None:
            try:
                rows = pages.fetch(number)
            except WideviewError:
                rows = []
            self.call_later(arrived, rows)

        def arrived(rows: list[Row]) -> None:
            blank = pages.is_blank(number)
            pages.put(number, rows)
            if pages is self.pages and blank:
                self.refresh_lines(number * BLOCK, BLOCK)

        self.run_worker(work, thread=True, group="rows")
