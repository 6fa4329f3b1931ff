"""Charts of a selection: its shape over time, and the way from there to the records."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.actions import SkipAction
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.errors import WideviewError
from tui.query.model import Selection
from tui.screens.chart_records import ChartRecords
from tui.screens.chart_saving import ChartSaving
from tui.screens.charting import Spec, Specs, pick, read, windowed, written
from tui.screens.desk import Desk
from tui.screens.place import Place
from tui.widgets.chart_stack import Panel, room
from tui.widgets.chart_view import ChartView
from tui.widgets.line_list import LineList

if TYPE_CHECKING:
    from tui.query.charts.base import Plot
    from tui.query.charts.offers import Offer


class ChartsPane(ChartRecords, ChartSaving):
    """Charts one above the other, on one time axis where they have one."""

    HELP_TITLE = "In the charts"
    COUNTS: ClassVar[bool] = True
    HINTS: ClassVar[str] = "? keys  c chart  + - zoom  v span  a add  enter records"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "screen.back", "back", show=False),
        Binding("c", "pick(0)", "another chart in this place"),
        Binding("a", "pick(1)", "add a chart below"),
        Binding("d", "drop", "take this chart away"),
        Binding("b", "about", "what the chart is about"),
        Binding("p", "apart", "parts one on the other, or apart"),
        Binding("plus,right_square_bracket", "zoom(1)", "zoom in around the cursor"),
        Binding("minus,left_square_bracket", "zoom(0)", "zoom out"),
        Binding("less_than_sign,shift+left", "pan(-1)", "earlier by half a screen"),
        Binding("greater_than_sign,shift+right", "pan(1)", "later by half a screen"),
        Binding("0", "whole", "the whole time"),
        Binding("o", "jump", "the stream of what the charts show, at the cursor's time"),
        Binding("f", "follow", "follow what the lane is about"),
        Binding("equals_sign", "only(0)", "keep only the lane or part that is pointed at"),
        Binding("x", "only(1)", "exclude the lane or part that is pointed at"),
        Binding("N", "notes", "what the charts flag and leave out"),
        Binding("e", "save", "save the chart as a picture or text, or export the records"),
        Binding("y", "copy", "copy the chart as text"),
        *(Binding(str(digit), f"early({digit})", show=False) for digit in range(1, 10)),
    ]

    def __init__(self, desk: Desk, *, id: str) -> None:
        super().__init__(desk, id=id)
        self.view = ChartView(id="charts-view")
        self.lines: LineList = self.view
        self.specs: Specs = ()
        self._drawn: tuple[object, ...] = ()
        """What the charts on the screen are of."""
        self._held: tuple[int | None, tuple[int, int]] = (None, (0, 0))
        """Where the cursor was when zooming began, and the column that was under it."""

    def compose(self) -> ComposeResult:
        """The charts."""
        yield self.view

    # being there

    def show(self, place: Place) -> None:
        """The charts of *place*, the cursor where it was; first at the time of the record that one came from."""
        self.chosen = place.chosen
        self.view.empty = "counting …"
        self.view.mark, self.view.active = None, place.top
        if place.at:
            self.view.begin(place.at)
        elif place.record is not None:
            record, browser = place.record, self.desk.browser
            self.desk.ask("moment", lambda: browser.rows([record])[0].time, self._begin)
        else:
            self.view.begin(None)
        if place.what:
            self._show(read(place.what))
        else:
            self.desk.charting.best(self._show)

    def place(self, place: Place) -> Place:
        """Charts and cursor as they are."""
        return replace(
            place, chosen=self.chosen, what=written(self.specs), at=self.view.time or 0, top=self.view.active
        )

    def forget(self) -> None:
        """The data are others."""
        self.desk.charting.clear()
        self._drawn = ()

    def _begin(self, time: int | None) -> None:
        self.view.begin(time)
        if self._drawn:
            self._put(self.view.panels, self._drawn)

    def _show(self, specs: Specs) -> None:
        self.specs = specs
        if specs:
            self.desk.charting.specs = specs
            self._draw()
        else:
            self.view.empty = "no chart of these data: no record has a time"
            self.view.put([])

    @on(ChartView.Resized)
    def _draw(self) -> None:
        """Draw what is to be seen now, if it is not there yet."""
        size = self.view.size.width, self.view.size.height
        if not self.specs or not all(size) or not self.has_class("here"):
            return
        fit = room(size[1])
        first = max(0, min(self.view.active - fit + 1, len(self.specs) - fit))
        specs, wanted = self.specs[first : first + fit], (self.specs, self.chosen, size, self.desk.charting.apart)
        if wanted == self._drawn:
            self._put(self.view.panels, wanted)
            return
        self.desk.charting.draw(specs, self.chosen, size, lambda panels: self._put(panels, wanted), self._failed)

    def _put(self, panels: list[Panel], wanted: tuple[object, ...]) -> None:
        self._drawn = wanted
        view = self.view
        timed = [panel.plot for panel in panels if panel.drawn and panel.plot is not None and panel.plot.x.time]
        if timed:
            start, end = int(min(plot.start for plot in timed)), int(max(plot.end for plot in timed))
            inside = view.time is not None and start <= view.time < end
            if not inside:
                view.begin(start if view.time is None or view.time < start else end - 1)
        view.put(panels)

    def _failed(self, error: WideviewError) -> None:
        self._drawn = ()
        self.view.empty = str(error)
        self.view.put([])

    @property
    def count(self) -> int:
        """How many records are counted, if that is known yet."""
        ids = self.desk.ids.get(self.chosen)
        return len(ids) if ids is not None else 0

    def position(self) -> str:
        """Which of the charts."""
        spec = self.specs[self.view.active].name if self.view.active < len(self.specs) else "charts"
        return f"{spec} {self.view.active + 1}/{len(self.specs)}" if len(self.specs) > 1 else spec

    def remark(self) -> str:
        """What the charts flag."""
        if self.desk.pending("chart") or self.desk.pending("offers"):
            return "counting …"
        notes = self.notes()
        return f"N {len(notes)} note{'s' * (len(notes) != 1)}" if notes else ""

    # what is drawn

    def _change(self, specs: Specs) -> None:
        self.view.mark = None
        self._show(specs)
        self.desk.show_status()

    def action_pick(self, below: int) -> None:
        """Choose a chart that the data can fill."""
        if below and len(self.specs) >= room(self.view.size.height):
            self.desk.say("no room for another chart: d takes one away")
            return

        def then(spec: Spec) -> None:
            specs, at = list(self.specs), self.view.active
            if below or not specs:
                at = min(at + 1, len(specs))
                specs.insert(at, spec)
            else:
                specs[at] = spec
            self.view.active, self.view.part = at, ""
            self._change(tuple(specs))

        shown = self.specs[self.view.active].name if self.specs else ""
        pick(self.desk, "add a chart" if below else "chart", shown, then, self.specs if below else ())

    def action_early(self, digit: int) -> None:
        """A number for a menu that is not there yet."""
        if not self.desk.charting.early(digit):
            raise SkipAction

    def action_drop(self) -> None:
        """Take the chart away; the last one stays."""
        if len(self.specs) < 2:
            self.desk.say("this is the only chart: c takes another, a adds one")
            return
        at = self.view.active
        self.view.active, self.view.part = max(0, at - 1), ""
        self._change((*self.specs[:at], *self.specs[at + 1 :]))

    def action_about(self) -> None:
        """Choose what the chart is about."""
        if not self.specs:
            return
        spec = self.specs[self.view.active]

        def found(offers: list[Offer]) -> None:
            of = next((offer.of for offer in offers if offer.name == spec.name), ())
            if len(of) < 2:
                self.desk.say(f"chart '{spec.name}' is about one thing only")
                return
            plot = self.view.panel.plot if self.view.panel else None
            shown = spec.of or (plot.of if plot else "")
            self.desk.choose(f"{spec.name} of", list(of), lambda i: then(of[i]), of.index(shown) if shown in of else 0)

        def then(of: str) -> None:
            at = self.view.active
            self.view.part = ""
            self._change((*self.specs[:at], Spec(spec.name, of), *self.specs[at + 1 :]))

        self.desk.charting.offers(found)

    def action_apart(self) -> None:
        """Parts of a whole one on the other, or each from 0."""
        if not any(panel.plot and panel.plot.stacked for panel in self.view.panels):
            self.desk.say("nothing here is drawn one on the other")
            return
        self.desk.charting.apart = not self.desk.charting.apart
        self._draw()

    # time

    def _window(self, chosen: Selection) -> None:
        self.chosen = chosen
        self.view.mark = None
        self.desk.again(chosen)
        self._draw()

    def _timed(self) -> Plot | None:
        plots = [panel.plot for panel in self.view.panels if panel.drawn and panel.plot and panel.plot.x.time]
        if not plots:
            self.desk.say("no chart here has a time axis")
        return plots[0] if plots else None

    def _move(self, scale: float, shift: float) -> None:
        plot, time = self._timed(), self.view.time
        if plot is None or time is None:
            return
        shown = int(plot.start), int(plot.end)
        extent = shown if self.chosen.window is None else self.desk.extent or shown
        held = self._under(shown, scale) if scale < 1 else None
        window = windowed(shown, extent, time, scale, shift, held)
        if window is None and shift:
            window = self.chosen.window
        if window == self.chosen.window:
            self.desk.say("this is all there is" if scale >= 1 else "closer it does not get")
            return
        if shift and window is not None:  # the cursor stays where it is on the screen
            self.view.begin(time + window[0] - shown[0])
        self._window(replace(self.chosen, window=window))

    def _under(self, shown: tuple[int, int], scale: float) -> tuple[int, int] | None:
        """The column under the cursor, which zooming must not cut; as long as the cursor stays, the one at first."""
        view = self.view
        timed = [i for i, panel in enumerate(view.panels) if panel.drawn and panel.plot and panel.plot.x.time]
        index = view.active if view.active in timed else timed[0]
        column = view.column(index)
        if column is None or view.time is None:
            return None
        first, after = view.panels[index].range(column)
        time, before = self._held
        if time == view.time:
            wide = min(first, before[0]), max(after, before[1])
            if wide[1] - wide[0] <= (shown[1] - shown[0]) * scale:
                first, after = wide
        self._held = view.time, (int(first), int(after))
        return int(first), int(after)

    def action_zoom(self, closer: int) -> None:
        """Half or twice as much time."""
        self._move(0.5 if closer else 2.0, 0)

    def action_pan(self, by: int) -> None:
        """Earlier or later."""
        self._move(1.0, by / 2)

    def action_whole(self) -> None:
        """All of the time."""
        if self.chosen.window is None:
            self.desk.say("this is all there is")
        else:
            self._window(replace(self.chosen, window=None))

    @on(ChartView.Marked)
    def _marked(self, event: ChartView.Marked) -> None:
        event.stop()
        self._window(replace(self.chosen, window=(int(event.span[0]), int(event.span[1]))))
