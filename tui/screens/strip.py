"""A chart under the stream: moving in the records moves its cursor."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from tui.errors import WideviewError
from tui.query.model import Selection
from tui.screens.charting import Spec, Specs
from tui.screens.desk import Desk
from tui.widgets.chart_stack import Panel
from tui.widgets.chart_view import ChartView

TALL, LOW = 12, 8
"""Lines it takes of a high screen, and of one with fewer than 36 lines."""


class Strip(Vertical):
    """Closed until somebody asks for it; then it follows the selection."""

    DEFAULT_CSS = "Strip { height: 0; display: none; }"

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="strip")
        self.desk = desk
        self.view = ChartView(quiet=True)
        self.view.can_focus = False
        self.spec: Spec | None = None
        self._chosen = Selection()
        self._drawn: tuple[object, ...] = ()

    def compose(self) -> ComposeResult:
        """The chart."""
        yield self.view

    @property
    def is_open(self) -> bool:
        """Whether it is shown."""
        return bool(self.display)

    def toggle(self, chosen: Selection, time: int | None) -> None:
        """Open it on *chosen* and *time*, or close it."""
        self.display = not self.display
        if self.display:
            self.styles.height = TALL if self.app.size.height >= 36 else LOW
            self.view.empty = "counting …"
            self.view.point(time)
            self.follow(chosen)

    def follow(self, chosen: Selection) -> None:
        """Show the chart of *chosen*, if it is open."""
        self._chosen = chosen
        if not self.is_open:
            return
        if self.spec is None:
            self.desk.charting.best(self._best)
        else:
            self._draw()

    def point(self, time: int | None) -> None:
        """Put the cursor on the time of a record."""
        if self.is_open and time is not None:
            self.view.point(time)

    def pick(self, spec: Spec) -> None:
        """Show another chart."""
        self.spec = spec
        self._draw()

    def forget(self) -> None:
        """The data are others."""
        self._drawn = ()

    def _best(self, specs: Specs) -> None:
        if specs:
            self.pick(specs[0])
        else:
            self.view.empty = "no chart of these data: no record has a time"
            self.view.put([])

    @on(ChartView.Resized)
    def _draw(self) -> None:
        size = self.view.size.width, self.view.size.height
        if self.spec is None or not self.is_open or not all(size):
            return
        wanted = (self.spec, self._chosen, size, self.desk.charting.apart)
        if wanted != self._drawn:
            self.desk.charting.draw(
                (self.spec,), self._chosen, size, lambda panels: self._put(panels, wanted), self._failed, size[1] > LOW
            )

    def _put(self, panels: list[Panel], wanted: tuple[object, ...]) -> None:
        self._drawn = wanted
        self.view.put(panels)

    def _failed(self, error: WideviewError) -> None:
        self._drawn = ()
        self.view.empty = str(error)
        self.view.put([])
