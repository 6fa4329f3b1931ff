"""Taking charts away: as a picture, as text, and what they flag."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui.errors import WideviewError
from tui.query.whole import whole
from tui.screens.charting import Spec, Specs
from tui.screens.desk import Pane
from tui.screens.reading import Reading
from tui.widgets.chart_view import ChartView
from tui.widgets.lines_view import Piece
from tui.widgets.look import BOLD, PLAIN

if TYPE_CHECKING:
    from tui.query.charts.base import Plot

KINDS = ("png", "svg", "txt")
OFFERS = ["records as JSON lines", "chart as PNG", "chart as SVG", "chart as text"]
COLUMNS, LINES = 1200, 22
"""Of a picture: what numbers are reduced to. Of text: how high it is."""


class ChartSaving(Pane):
    """The part of the charts that writes."""

    view: ChartView
    specs: Specs

    @property
    def spec(self) -> Spec | None:
        """What the active chart is."""
        panel = self.view.panel
        if panel is None or panel.plot is None:
            return None
        return Spec(panel.plot.name, panel.plot.of)

    def notes(self) -> list[str]:
        """What the charts flag and leave out."""
        plots = [panel.plot for panel in self.view.panels if panel.plot is not None]
        return list(dict.fromkeys(note for plot in plots for note in plot.notes))

    def action_notes(self) -> None:
        """Everything the charts flag and leave out."""
        pages: list[list[Piece]] = []
        for panel in self.view.panels:
            notes = panel.plot.notes if panel.plot else (panel.said,)
            pages.append([(panel.plot.title if panel.plot else "No chart", BOLD)])
            pages += [[(f"  {note}", PLAIN)] for note in notes or ("nothing flagged, nothing left out",)]
            pages.append([])
        self.app.push_screen(Reading("What the charts flag and leave out", pages))

    def action_copy(self) -> None:
        """The chart as text, to the terminal's clipboard."""
        panel = self.view.panel
        if panel is not None and panel.plot is not None:
            self.app.copy_to_clipboard(self._text(panel.over or panel.plot))
            self.desk.say("copied the chart as text")

    def action_save(self) -> None:
        """Choose what to write: a picture or text of the chart, or the records."""
        panel, spec = self.view.panel, self.spec
        if panel is None or panel.plot is None or spec is None:
            self.desk.export()
            return
        plot, apart, chosen = panel.over or panel.plot, self.desk.charting.apart, self.chosen

        def then(i: int) -> None:
            if i == 0:
                self.desk.export()
                return
            kind = KINDS[i - 1]
            self.desk.ask_file(f"save {spec.name} as", _free(spec.name, kind), "", lambda path: write(kind, path))

        def write(kind: str, path: str) -> None:
            browser = self.desk.browser

            def work() -> None:
                if kind == "txt":
                    _write(path, self._text(plot))
                else:
                    self.desk.save_figure(browser.chart(spec.name, chosen, spec.of, COLUMNS), path, apart)

            self.desk.ask("export", work, lambda _: self.desk.say(f"chart in {path}"))

        self.desk.choose("save", OFFERS, then)

    def _text(self, plot: Plot) -> str:
        from tui.widgets.plot import draw

        return draw(plot, self.view.size.width, LINES, self.desk.charting.apart).text


def _free(name: str, kind: str) -> str:
    """A file name that no file has yet."""
    path, n = Path(f"wideview-{name}.{kind}"), 1
    while path.exists():
        n += 1
        path = Path(f"wideview-{name}-{n}.{kind}")
    return str(path)


def _write(path: str, text: str) -> None:
    try:
        with whole(path) as part:
            Path(part).write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise WideviewError(f"{path}: {error.strerror}") from error
