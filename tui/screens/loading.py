"""Data that arrive in parts: first the heads of the files, then everything, while the reader is reading."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy

from tui.query.model import Progress, Row, Selection
from tui.screens.desk import Pane
from tui.screens.hiding import renumbered
from tui.screens.locate import carried
from tui.screens.parts import Part
from tui.screens.place import STREAM, Place
from tui.screens.stream import StreamPane
from tui.widgets.expression_bar import ExpressionBar
from tui.widgets.safe import shorten
from tui.widgets.spell import number

if TYPE_CHECKING:
    from tui.query.browse import Browser

#: Questions that nobody pressed a key for.
UNASKED = {"adopt", "histogram", "detail"}

Extent = tuple[int, int] | None
Carried = list[tuple[Place, numpy.ndarray | None]]


def loading_text(progress: Progress | None, ready: bool) -> str:
    """``the first lines of every file; widening, 120,000 records, 35 % ▕███▌      ▏``"""
    parts = [shorten(progress.doing, 40) if progress else "reading"]
    if progress and progress.records:
        parts.append(f"{number(progress.records)} records")
    if progress and progress.done and progress.total:
        done = min(1.0, progress.done / progress.total)
        full, rest = divmod(round(done * 80), 8)
        bar = ("█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")).ljust(10)
        parts.append(f"{int(100 * done)} % ▕{bar}▏")
    return ("the first lines of every file; " if ready else "") + ", ".join(parts) + " …"


class Loading(Part):
    """The part of the explorer that takes over data; the reader stays on the record and line where they are."""

    def show_progress(self, progress: Progress | None) -> None:
        """Show how far loading is; None when it is done."""
        self._progress = progress
        self.show_status()

    def adopt(self, browser: Browser) -> None:
        """Show *browser* from now on, in the place where the reader is now."""
        old = self._browser
        self._leave()
        places = list(self.history.places)
        marks, hidden = sorted(self.marks), dict(self.hidden)

        def work() -> tuple[Carried, set[int], dict[int, str], int, str, Extent, list[str]]:
            rows = _rows(old, [place.record for place in places] + list(marks)) if old is not None else {}
            every = browser.ids(Selection())
            kept = renumbered(hidden, browser.template_texts()) if hidden else {}
            seen = [replace(place, chosen=replace(place.chosen, hidden=tuple(sorted(kept)))) for place in places]
            moved = [carried(place, rows.get(place.record), browser) for place in (seen if hidden else places)]
            marked = [carried(Place(STREAM, "", record=mark), rows.get(mark), browser)[0].record for mark in marks]
            told = browser.conflicts() if browser.complete else []
            return (
                moved,
                {mark for mark in marked if mark is not None},
                kept,
                len(every),
                browser.summary(),
                _extent(browser),
                told,
            )

        def done(result: tuple[Carried, set[int], dict[int, str], int, str, Extent, list[str]]) -> None:
            elsewhere = len(self.history.places) != len(places) or self.history.here.view != places[-1].view
            if elsewhere or self.hidden != hidden:
                self.adopt(browser)  # the reader went elsewhere meanwhile
                return
            lost = self._questions.pending - UNASKED
            self._questions.drop_all()  # what was asked of the data before
            self._leave()
            late = self._drift(places[-1])
            moved, marks_now, self.hidden, self.total, self.summary, extent, self.conflicts = result
            self._browser = browser
            self.ids.clear()
            self.history.places = [place for place, _ in moved]
            for place, ids in moved:
                if ids is not None:
                    self.ids.put(place.chosen, ids)
            self.marks.clear()
            self.marks |= marks_now
            self.query_one(StreamPane).extent = extent
            self.query_one(StreamPane).hits = None
            for pane in self.query(Pane):
                pane.forget()
            focused = self.focused
            self._enter(self.history.here)
            if focused is not None:
                self.set_focus(focused, scroll_visible=False)
            self.query_one(ExpressionBar).check_again()
            if late:
                lines = self.query_one(StreamPane).lines
                lines.go_to(max(0, min(lines.index + late, len(lines.ids) - 1)))
            if hidden:
                self.count_hidden()
            if browser.complete:
                self.show_progress(None)
            for notice in browser.notices() if browser.complete else []:
                self.say(notice)
            if lost:
                self.say("the rest of the data arrived just then: please press that key again")

        self._questions.ask("adopt", work, done, lambda error: self.app.exit(return_code=2, message=str(error)))

    def _drift(self, asked: Place) -> int:
        """How many lines the cursor moved while the data were taken over."""
        return self.history.here.at - asked.at if asked.view == STREAM else 0


def _rows(browser: Browser, records: list[int | None]) -> dict[int | None, Row]:
    wanted = [record for record in dict.fromkeys(records) if record is not None]
    return {row.id: row for row in browser.rows(wanted)}


def _extent(browser: Browser) -> Extent:
    histogram = browser.histogram(Selection(), 1)
    if not histogram.counts:
        return None
    return histogram.start, histogram.start + max(1, histogram.width * len(histogram.counts))
