"""The records of a selection in time order, with their numbers over time above."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy
from textual import events, on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.query.model import Histogram, Row, Selection
from tui.screens.charting import Spec, pick
from tui.screens.desk import Desk, Pane
from tui.screens.locate import moved, timed
from tui.screens.place import Place, zoomed
from tui.screens.strip import Strip
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
        Binding("i", "strip", "a chart under the records, and away"),
        Binding("I", "strip_chart", "which chart that is"),
        *(Binding(str(digit), f"early({digit})", show=False) for digit in range(1, 10)),
        Binding("z", "collapse", "runs of one template as one line; → opens, ← closes"),
        Binding("v", "values", "values behind the placeholders of the template"),
    ]

    def __init__(self, desk: Desk, *, id: str) -> None:
        super().__init__(desk, id=id)
        self.lines: RecordList = RecordList(desk.marks, id="records")
        self.band = HistogramBand(id="band")
        self.strip = Strip(desk)
        self.chosen = Selection()
        self.extent: tuple[int, int] | None = None
        """From the first to the last time of all records."""
        self.sought = ""
        self.hits: numpy.ndarray | None = None
        self.collapsed = False

    def compose(self) -> ComposeResult:
        """Histogram above the records."""
        yield self.band
        yield self.lines
        yield self.strip

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
        at, top = moved(ids, place)
        self._put(ids, at, top)
        self.draw_band()
        self.strip.follow(self.chosen)

    def _put(self, ids: numpy.ndarray, at: int, top: int) -> None:
        browser = self.desk.browser
        self.lines.texts = browser.template_texts() if self.collapsed else ()
        self.lines.set_records(ids, browser.rows, at, top, browser.kinds(ids) if self.collapsed else None)

    def place(self, place: Place) -> Place:
        """Cursor and scrolling as they are."""
        lines = self.lines
        row = lines.at - lines.top
        return replace(place, record=lines.current_id, at=lines.index, top=max(0, lines.index - row))

    @property
    def count(self) -> int:
        """How many records are shown, or stand in closed runs."""
        return len(self.lines.ids)

    def position(self) -> str:
        """Which record, of how many."""
        return f"{self.lines.index + 1 if self.count else 0:,}/{self.count:,}"

    def remark(self) -> str:
        """How the search stands, and that runs are one line."""
        said = [f"{self.lines.total:,} lines (z)"] if self.collapsed else []
        if self.sought and self.hits is not None:
            before = int(numpy.searchsorted(self.hits, self.lines.index, side="right"))
            said.append(f"/{shorten(self.sought, 20)} {before:,} of {len(self.hits):,}")
        return "  ".join(said)

    def action_collapse(self) -> None:
        """Show runs of one template as one line, or every record again; the cursor stays on its record."""
        if not self.count:
            return
        lines = self.lines
        index, row = lines.index, lines.at - lines.top
        self.collapsed = not self.collapsed
        self._put(lines.ids, index, index - row)

    def action_values(self) -> None:
        """Show the values behind the placeholders of the record's template."""
        record = self.record
        if record is not None:
            number, text = self.desk.browser.template(record.id)
            self.desk.open_values(self.chosen, number, text)

    def forget(self) -> None:
        """The data are others."""
        self.strip.forget()

    def action_strip(self) -> None:
        """Show a chart under the records, or no longer."""
        row = self.record
        self.strip.toggle(self.chosen, row.time if row is not None else None)

    def action_strip_chart(self) -> None:
        """Choose which chart is shown under the records."""
        row, spec = self.record, self.strip.spec

        def then(chosen: Spec) -> None:
            if not self.strip.is_open:
                self.strip.toggle(self.chosen, row.time if row is not None else None)
            self.strip.pick(chosen)

        pick(self.desk, "chart under the records", spec.name if spec is not None else "", then)

    def action_early(self, digit: int) -> None:
        """A number for the menu of charts, which is not there yet."""
        if not self.desk.charting.early(digit):
            raise SkipAction

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
            self.strip.point(row.time)

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
        hits, at = self.hits if self.hits is not None else NONE, self.lines.index
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
        self.lines.go_to(int(target))
        self.desk.say("went on from the other end" if wrapped else "")

    def action_zoom(self, closer: int) -> None:
        """Narrow or widen the time window around the cursor."""
        extent = self.extent
        if extent is None or not self.lines.total:
            self.desk.say("no record has a time")
            return
        ids, at, browser, chosen = self.lines.ids, self.lines.index, self.desk.browser, self.chosen

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
        ids, at, browser = self.lines.ids, self.lines.index, self.desk.browser
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
                self.lines.go_to(target)
                self.desk.say("went on from the other end" if target <= at else "")

        self.desk.ask("error", work, go)
