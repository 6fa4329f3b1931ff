"""The records of a selection in time order, with their numbers over time above."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.query.model import Histogram, Row, Selection
from tui.screens.desk import Desk, Pane
from tui.screens.locate import timed
from tui.screens.place import Place, zoomed
from tui.widgets.histogram import HistogramBand
from tui.widgets.line_list import LineList
from tui.widgets.record_list import NONE, RecordList
from tui.widgets.safe import shorten
from tui.widgets.spell import DAY

TALL = 30


class StreamPane(Pane):
    """Histogram and records."""

    HELP_TITLE = "In the stream"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,right_square_bracket", "zoom(1)", "half the time window"),
        Binding("minus,left_square_bracket", "zoom(0)", "twice the time window"),
        Binding("n", "hit(1)", "next hit of the search"),
        Binding("N", "hit(-1)", "hit before"),
        Binding("E", "error(1)", "next error"),
    ]

    def __init__(self, desk: Desk, *, id: str) -> None:
        super().__init__(desk, id=id)
        self.lines: RecordList = RecordList(desk.marks, id="records")
        self.band = HistogramBand(id="band")
        self.chosen = Selection()
        self.extent: tuple[int, int] | None = None
        """From the first to the last time of all records."""
        self.sought = ""
        self.hits: numpy.ndarray | None = None

    def compose(self) -> ComposeResult:
        """Histogram above the records."""
        yield self.band
        yield self.lines

    @property
    def record(self) -> Row | None:
        """The record under the cursor."""
        return self.lines.current

    def show(self, place: Place) -> None:
        """The stream of *place*, from what is kept if it is still there."""
        ids = self.desk.ids.get(place.chosen)
        if ids is not None:
            self.put(ids, place)
        else:
            self.desk.ask("stream", lambda: self.desk.browser.ids(place.chosen), lambda found: self.put(found, place))

    def put(self, ids: numpy.ndarray, place: Place) -> None:
        """Show *ids* at *place*; the histogram follows when it is there."""
        if place.chosen != self.chosen:
            self.hits = None
        self.chosen = place.chosen
        self.desk.ids.put(place.chosen, ids)
        self.lines.empty = "no record matches: backspace goes back"
        self.lines.set_records(ids, self.desk.browser.rows, place.at, place.top)
        self.draw_band()

    def place(self, place: Place) -> Place:
        """Cursor and scrolling as they are."""
        return replace(place, record=self.lines.current_id, at=self.lines.at, top=self.lines.top)

    def remark(self) -> str:
        """How the search stands."""
        if not self.sought or self.hits is None:
            return ""
        before = int(numpy.searchsorted(self.hits, self.lines.at, side="right"))
        return f"/{shorten(self.sought, 20)} {before:,} of {len(self.hits):,}"

    @on(HistogramBand.Resized)
    def draw_band(self) -> None:
        """Count the selection over time."""
        bins = self.band.bins
        if bins > 0 and self.lines.total:
            chosen, browser = self.chosen, self.desk.browser
            self.desk.ask("histogram", lambda: browser.histogram(chosen, bins), self._band)
        elif bins > 0:
            self._band(Histogram(0, 1))

    def _band(self, histogram: Histogram) -> None:
        self.band.show(histogram)
        dated = histogram.start // DAY != (histogram.start + histogram.width * len(histogram.counts)) // DAY
        if dated != self.lines.dated:
            self.lines.dated = dated
            self.lines.refresh()
        self._point()

    @on(LineList.Moved)
    def _point(self) -> None:
        row = self.lines.current
        if row is not None and row.time is not None:
            self.band.point(row.time)

    def on_resize(self, event: events.Resize) -> None:
        """A second row for the histogram where there is room."""
        self.band.styles.height = 2 if self.app.size.height >= TALL else 1

    def seek(self, text: str) -> None:
        """Search for *text* from the cursor on."""
        self.sought = text
        self.hits = None
        self.lines.seek(text)
        if text:
            self._find(0)

    def action_hit(self, by: int) -> None:
        """Go to another hit."""
        if not self.sought:
            self.desk.say("nothing searched for yet: / searches")
        elif self.hits is None:
            self._find(by)
        else:
            self._jump(by)

    def _find(self, by: int) -> None:
        chosen, text, browser = self.chosen, self.sought, self.desk.browser

        def found(hits: numpy.ndarray) -> None:
            if (chosen, text) == (self.chosen, self.sought):
                self.hits = hits
                self._jump(by)

        self.desk.say("searching …")
        self.desk.ask("find", lambda: browser.find(chosen, text), found)

    def _jump(self, by: int) -> None:
        hits, at = self.hits if self.hits is not None else NONE, self.lines.at
        if not len(hits):
            self.desk.say(f"nothing found: {self.sought}")
            return
        if by < 0:
            before = hits[hits < at]
            target = before[-1] if len(before) else hits[-1]
            wrapped = not len(before)
        else:
            after = hits[hits >= at] if by == 0 else hits[hits > at]
            target = after[0] if len(after) else hits[0]
            wrapped = not len(after)
        self.lines.go(int(target))
        self.desk.say("went on from the other end" if wrapped else "")

    def action_zoom(self, closer: int) -> None:
        """Narrow or widen the time window around the cursor."""
        extent = self.extent
        if extent is None or not self.lines.total:
            self.desk.say("no record has a time")
            return
        ids, at, browser, chosen = self.lines.pages.ids, self.lines.at, self.desk.browser, self.chosen

        def zoom(time: int | None) -> None:
            if time is None:
                self.desk.say("no record near here has a time")
                return
            after = zoomed(chosen, extent, time, bool(closer))
            if after == chosen:
                self.desk.say("this is all there is")
            else:
                self.desk.open_stream(after, "")

        self.desk.ask("zoom", lambda: timed(browser, ids, at), zoom)

    def action_error(self, by: int) -> None:
        """Go to the next record of level ERROR or worse."""
        ids, at, browser = self.lines.pages.ids, self.lines.at, self.desk.browser
        errors = replace(self.chosen, level=max(5, self.chosen.level))

        def work() -> int | None:
            found = browser.ids(errors)
            if not len(found):
                return None
            bad = numpy.flatnonzero(numpy.isin(ids, found))
            after = bad[bad > at]
            return int(after[0] if len(after) else bad[0])

        def go(target: int | None) -> None:
            if target is None:
                self.desk.say("no error here")
            else:
                self.lines.go(target)
                self.desk.say("went on from the other end" if target <= at else "")

        self.desk.ask("error", work, go)
