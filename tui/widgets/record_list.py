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
from tui.sources.patterns import PatternError, compile_pattern
from tui.widgets.line_list import LineList
from tui.widgets.look import BOLD, CURSOR, CURSOR_STRONG, DIM, ENTITY, ERROR, HIT, PLAIN, Palette, letter, level_style
from tui.widgets.pages import BLOCK, Pages
from tui.widgets.runs import Runs
from tui.widgets.safe import first_line, shorten, shorten_name
from tui.widgets.spell import brief, date, time_of_day

NONE = numpy.zeros(0, dtype=numpy.int64)

BOLD_CURSOR = CURSOR + BOLD

#: Columns that tell how many records a line stands for.
SIGN = 6


def pattern(text: str) -> re.Pattern[str] | None:
    """What to highlight for a search: that very text (in either case, if it is in lower case), or a regex between
    slashes."""
    if len(text) > 2 and text[0] == text[-1] == "/":
        try:
            found = compile_pattern(text[1:-1])
        except PatternError:  # the search itself is the engine's, which takes no longer for it
            return None
        return found.compiled if found.freedom <= 2 else None
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
    """Records of an id array; the rows are fetched a block at a time as they are looked at.

    Lines are records, unless *kinds* are given: then records of one kind that follow each other are one line.
    """

    BINDINGS = [Binding("m", "mark", "mark, unmark"), Binding("apostrophe", "next_mark", "next mark")]

    def __init__(self, marks: set[int], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.pages = Pages(NONE, lambda ids: [])
        self.palette = Palette()
        self.dated = False
        self.ids: numpy.ndarray = NONE
        self.runs: Runs | None = None
        self.texts: Sequence[str] = ()
        """What a closed run says, by kind."""
        self._kinds: numpy.ndarray = NONE
        self._fetch: Callable[[Sequence[int]], list[Row]] = lambda ids: []
        self._marks = marks
        self._wanted: re.Pattern[str] | None = None

    def set_records(
        self,
        ids: numpy.ndarray,
        fetch: Callable[[Sequence[int]], list[Row]],
        at: int = 0,
        top: int | None = None,
        kinds: numpy.ndarray | None = None,
    ) -> None:
        """Show the records *ids*, the cursor on the one at *at*, as far from the top of the screen as from *top*."""
        self.ids, self._fetch = ids, fetch
        self.runs = None if kinds is None or not len(ids) else Runs(kinds)
        self._kinds = NONE if kinds is None else kinds
        line = self._line(at)
        self._set_pages()
        self.set_lines(len(self.pages.ids), line, None if top is None else max(0, line - (at - top)))

    @property
    def index(self) -> int:
        """Where in *ids* the record under the cursor is."""
        return int(self.runs.index[self.at]) if self.runs is not None else self.at

    def go_to(self, index: int) -> None:
        """Put the cursor on the record at *index* of *ids*; a closed run that it is in opens."""
        runs = self.runs
        if runs is None:
            self.go(index)
        elif runs.hides(index) and runs.open(index):
            self._reshaped(runs.line(index))
        else:
            self.go(runs.line(index))

    def action_sideways(self, by: int) -> None:
        """Open and close runs, where there are any; else scroll."""
        runs, index = self.runs, self.index if self.total else 0
        if runs is None or not self.total:
            super().action_sideways(by)
        elif by > 0 and not self.aside and runs.open(index):
            self._reshaped(self.at)
        elif by < 0 and not self.aside and runs.close(index):
            self._reshaped(runs.line(index))
        else:
            super().action_sideways(by)

    def _line(self, index: int) -> int:
        return self.runs.line(index) if self.runs is not None else index

    def _set_pages(self) -> None:
        ids = self.ids if self.runs is None else self.ids[self.runs.index]
        self.pages = Pages(ids, self._fetch, self._fetch_later)

    def _reshaped(self, at: int) -> None:
        """Lines were added or taken away below line *at*, or what is above it: only from there on is drawn anew."""
        self._set_pages()
        self.reshape(len(self.pages.ids), at)

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
        places = numpy.flatnonzero(numpy.isin(self.ids, list(self._marks)))
        if len(places):
            after = places[places > self.index]
            self.go_to(int(after[0] if len(after) else places[0]))

    def draw(self, index: int, width: int, current: bool) -> list[Segment]:
        """``*07:19:54.830 I parsl       task 5       Task 5 launched``"""
        row = self.pages.row(index)
        if row is None:
            return [Segment(shorten(self.pages.error, width), ERROR)]
        wide = width >= 110
        many, sign = self._sign(index)
        source = shorten(row.source, 15 if wide else 9).ljust(16 if wide else 10)
        entity = shorten_name(row.entity, 16 if wide else 9)
        if many > 1 and entity:
            entity = shorten(entity + "…", 16 if wide else 9)
        entity = entity.ljust(17 if wide else 10)
        mark = "*" if self._is_marked(index, many, row) else " "
        clock = time_of_day(row.time)
        if self.dated:
            clock = (date(row.time)[5:] if row.time is not None else "     ") + " " + clock
        level = "!" if row.error else letter(row.level)
        room = max(0, width - len(clock) - len(source) - len(entity) - len(sign) - 5)
        body, more = first_line(self._body(index, row) if many > 1 else row.body, self.aside + room + 1)
        body = body[self.aside :]
        if current:
            gutter = [Segment(f"{mark}{clock} {level} {source}{entity}", CURSOR)]
            gutter += [Segment(sign, BOLD_CURSOR)] if sign else []
            text = highlight(body, CURSOR, CURSOR_STRONG, self._wanted)
        else:
            level_look = ERROR if row.error else level_style(row.level)
            gutter_parts = [
                Segment(mark, BOLD),
                Segment(f"{clock} ", DIM),
                Segment(level, level_look),
                Segment(f" {source}", self.palette.style(row.file)),
                Segment(entity, ENTITY),
                *([Segment(sign, BOLD if many > 1 else DIM)] if sign else []),
            ]
            loud = level_look if row.level >= 4 else PLAIN
            text = highlight(body, Style(color=loud.color), HIT, self._wanted)
            return [*gutter_parts, *self._fold(text, room, more, DIM)]
        return [*gutter, *self._fold(text, room, more, CURSOR)]

    def _sign(self, line: int) -> tuple[int, str]:
        """How many records *line* stands for, and what shows that, and where opened runs are."""
        if self.runs is None:
            return 1, ""
        many = self.runs.length(line)
        if many > 1:
            return many, f"×{brief(many)}".ljust(SIGN)
        place = self.runs.place(line)
        return 1, ("" if place is None else "▾" if place[0] == 0 else "└" if place[0] == place[1] - 1 else "│").ljust(
            SIGN
        )

    def _body(self, line: int, row: Row) -> str:
        """What a closed run says: its template."""
        kind = int(self._kinds[self.runs.index[line]]) if self.runs is not None else -1
        return self.texts[kind] if 0 <= kind < len(self.texts) else row.body

    def _is_marked(self, line: int, many: int, row: Row) -> bool:
        if many < 2 or self.runs is None or not self._marks:
            return row.id in self._marks
        start = int(self.runs.index[line])
        return not self._marks.isdisjoint(self.ids[start : start + many].tolist())

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
