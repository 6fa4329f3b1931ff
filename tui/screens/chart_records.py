"""From a chart to the records: of a moment, of a span, of a lane, behind a bar."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy
from textual import on

from tui.query.model import Entity, Row, Selection
from tui.screens.charting import Specs, written
from tui.screens.desk import Pane
from tui.screens.locate import first_at
from tui.screens.place import CHARTS, entity_label, label_of, with_term
from tui.widgets import chart_values
from tui.widgets.chart_values import Range
from tui.widgets.chart_view import ChartView
from tui.widgets.line_list import LineList
from tui.widgets.spell import number, time_of_day

if TYPE_CHECKING:
    from tui.query.charts.base import Plot

TASKS = 200
"""Of so many records behind a bar those that one can follow are offered."""
_SEVERAL = "this lane holds several: + or w leave fewer, until each has its own"


class ChartRecords(Pane):
    """The part of the charts that leads elsewhere."""

    view: ChartView
    specs: Specs

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        event.stop()
        panel, part = self.view.panel, self.view.part
        at = self.view.span or self.view.where(self.view.active)
        if panel is None or panel.plot is None or at is None:
            return
        plot = panel.plot
        if plot.lanes and part and not plot.lanes.expressions:
            self.desk.say(_SEVERAL)
        elif plot.lanes and part:
            self._lane(plot, part)
        elif not plot.x.time and any(bars.records for bars in plot.bars):
            self._bar(plot, part, at)
        else:
            self._moment(plot, part, at)

    def _moment(self, plot: Plot, part: str, at: Range) -> None:
        """The records of a moment or span; only those of *part* if one is pointed at."""
        if part or not plot.x.time:
            chosen = plot.back(self.chosen, at[0], at[1], part)
        else:
            chosen = replace(self.chosen, window=(int(at[0]), int(at[1])))
        browser = self.desk.browser
        where = chart_values.place(plot.x, plot.start, plot.end, at)

        def found(ids: numpy.ndarray) -> None:
            if not len(ids):
                of = f" of {part}" if part else ""
                self.desk.say(f"no record{of} at {where}: o shows all of them")
                return
            self.desk.ids.put(chosen, ids)
            label = label_of(self.chosen, chosen)
            self.desk.open_stream(chosen, f"{part} {label}" if part and plot.x.time else label)

        self.desk.ask("stream", lambda: browser.ids(chosen), found)

    def _lane(self, plot: Plot, part: str) -> None:
        """All records of a lane, the cursor on the first from this moment on."""
        chosen = replace(plot.back(self.chosen, plot.start, plot.end, part), window=self.chosen.window)
        self._at_cursor(chosen, part)

    def action_jump(self) -> None:
        """The stream of all that is counted, at the cursor's time."""
        self._at_cursor(self.chosen, "stream")

    def _at_cursor(self, chosen: Selection, label: str) -> None:
        browser, time = self.desk.browser, self.view.time

        def work() -> tuple[numpy.ndarray, int | None]:
            ids = browser.ids(chosen)
            if not len(ids):
                return ids, None
            return ids, int(ids[first_at(browser, ids, time)]) if time is not None else None

        def found(result: tuple[numpy.ndarray, int | None]) -> None:
            ids, record = result
            if len(ids):
                self.desk.ids.put(chosen, ids)
                self.desk.open_stream(chosen, label, record)
            else:
                self.desk.say(f"no record of {label}")

        self.desk.ask("stream", work, found)

    def _bar(self, plot: Plot, part: str, at: Range) -> None:
        """The tasks behind a bar: choose one to follow."""
        found = [
            bars.records[i]
            for bars in plot.bars
            if bars.records and part in ("", bars.name)
            for i in chart_values.among(bars, at)
        ]
        records = numpy.unique(numpy.concatenate(found)) if found else numpy.zeros(0, numpy.int64)
        if not len(records):
            self.desk.say("nothing in this bar")
            return
        browser = self.desk.browser

        def offer(rows: list[Row]) -> None:
            lines = [f"{row.entity or 'record'}  {time_of_day(row.time)}  {row.body[:60]}" for row in rows]
            more = f", the first {TASKS} of {number(len(records))}" if len(records) > TASKS else ""
            where = chart_values.place(plot.x, plot.start, plot.end, at)
            self.desk.choose(f"{where}{more}", lines, lambda i: self._open(rows[i].id, rows[i].entity))

        self.desk.ask("entities", lambda: browser.rows([int(i) for i in records[:TASKS]]), offer)

    def _open(self, record: int, name: str) -> None:
        """The flow of what *record* is about: what is called *name*, else a choice."""
        browser = self.desk.browser

        def found(entities: list[Entity]) -> None:
            named = [entity for entity in entities if name and name in (entity.label, entity_label(entity))]
            named = named or [entity for entity in entities if entity.keys and entity.keys[-1][1] in name.split()]
            if len(named) == 1 or (named and len(entities) > 1):
                self.desk.open_flow(named[0], record)
            elif entities:
                labels = [entity_label(entity) for entity in entities]
                self.desk.choose("follow", labels, lambda i: self.desk.open_flow(entities[i], record))
            else:
                self.desk.say("this is about nothing one can follow")

        self.desk.ask("entities", lambda: browser.entities(record), found)

    def action_follow(self) -> None:
        """The flow of what the lane is about."""
        panel, part, browser = self.view.panel, self.view.part, self.desk.browser
        if panel is None or panel.plot is None or not panel.plot.lanes or not part:
            self.desk.say("up and down choose a lane, which f then follows; enter shows records")
            return
        if not panel.plot.lanes.expressions:
            self.desk.say(_SEVERAL)
            return
        chosen = replace(panel.plot.back(self.chosen, panel.plot.start, panel.plot.end, part), window=None)

        def found(ids: numpy.ndarray) -> None:
            if len(ids):
                self._open(int(ids[0]), part)
            else:
                self.desk.say(f"no record of {part}")

        self.desk.ask("stream", lambda: browser.ids(chosen), found)

    def action_only(self, exclude: int) -> None:
        """Keep only, or exclude, the records of the lane or part."""
        panel, part = self.view.panel, self.view.part
        plot = panel.plot if panel is not None else None
        expression = _expression(plot, part) if plot is not None else ""
        if not expression:
            unknown = _SEVERAL if plot is not None and plot.lanes else f"{part} has no filter of its own"
            self.desk.say(unknown if part else "up and down choose a lane or part to keep or to exclude")
            return
        self.desk.open_view(CHARTS, with_term(self.chosen, expression, bool(exclude)), "", written(self.specs))


def _expression(plot: Plot, part: str) -> str:
    """The filter expression that leaves the records of *part*; empty where there is none."""
    if plot.lanes and part in plot.lanes.names:
        return plot.lanes.expressions[plot.lanes.names.index(part)] if plot.lanes.expressions else ""
    known = {series.name: series.expression for series in plot.series}
    known |= {bars.name: bars.expression for bars in plot.bars}
    return known.get(part, "")
