"""A chart as lines of text with colours: the only file that knows plotext. It imports no other part of a terminal, so
that the command line can use it.

What is drawn is put into cells first, which takes as long whatever was counted; plotext makes the picture of them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tui.query.charts.base import Array, Lanes, Plot
from tui.widgets import raster
from tui.widgets.plot_look import COLOURS, colours, letters
from tui.widgets.safe import shorten, shorten_name, visible
from tui.widgets.ticks import amount, brief, number_ticks, span, ticks

Run = tuple[str, str]
"""Text, and its look: the name of a colour, ``bold``, ``dim``, or nothing."""

_LABEL = 20
"""Columns for a name beside the chart at least; a third of the width where that is more."""
_LOCK = threading.Lock()  # plotext draws one figure at a time
_SGR = re.compile(r"\x1b\[([\d;]*)m")


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines of runs, and where in them the chart's x axis lies: *columns* of them from *left*, *top* lines below the
    first, from *start* to *end*."""

    lines: tuple[tuple[Run, ...], ...]
    left: int
    top: int
    columns: int
    rows: int
    start: float
    end: float

    @property
    def text(self) -> str:
        """What it says without looks."""
        return "\n".join("".join(text for text, _ in line).rstrip() for line in self.lines)

    def column(self, x: float) -> int | None:
        """The column of the screen where *x* is, None beside the chart."""
        part = (x - self.start) / ((self.end - self.start) or 1)
        return self.left + min(int(part * self.columns), self.columns - 1) if 0 <= part <= 1 else None

    def x(self, column: int) -> tuple[float, float]:
        """From where to where the column of the screen *column* reaches, as on the chart's axis."""
        size = (self.end - self.start) / self.columns
        at = max(0, min(column - self.left, self.columns - 1))
        return self.start + at * size, self.start + (at + 1) * size


def draw(plot: Plot, width: int, height: int, apart: bool = False) -> Drawing:
    """*plot* in *height* lines of *width* columns: title, legend, the chart and its axis. *apart*: parts of a whole are
    not put one on the other. At least 20 columns and 6 lines are taken."""
    width, height = max(20, width), max(6, height)
    names = _names(plot)
    marks, looks = letters(names), colours(names)
    head: list[tuple[Run, ...]] = [_title(plot, width)]
    head += _legend(plot, names, marks, looks, width, max(1, height // 5))
    rows = max(2, height - len(head) - 2)
    if plot.empty:
        head.append(((shorten("nothing to draw in this selection", width), "dim"),))
        return Drawing(tuple(head), 0, len(head), width, 1, plot.start, plot.end)
    stacked = plot.stacked and not apart
    drawn = _scaled(plot)
    low, high = (0.0, 1.0) if plot.lanes else _range(drawn, stacked)
    labels = _labels(plot, low, high, rows, max(_LABEL, width // 3))
    left = max(len(text) for _, text in labels) + 1
    cells = raster.Cells(width - left, rows, [])
    fine: list[tuple[Array, Array, str]] = []
    if plot.lanes:
        raster.lanes(cells, plot, plot.lanes, marks, looks)
    elif plot.bars:
        raster.bars(cells, plot, plot.bars, marks, looks, stacked, high)
    elif stacked:
        raster.stack(cells, plot, marks, looks, high)
    elif len(plot.series) == 1 and plot.series[0].held:
        fine = raster.line(plot, drawn.series[0], cells, low, high)
    else:
        for series, mark, look in zip(drawn.series, marks, looks, strict=True):
            raster.letters(cells, plot, series, mark, look, low, high)
    size = (plot.end - plot.start) or 1
    places = [
        (int((at - plot.start) / size * cells.columns), text)
        for at, text in ticks(plot.x, plot.start, plot.end, max(2, cells.columns // 12))
    ]
    lines = _build(cells, fine, labels, [(min(at, cells.columns - 1), text) for at, text in places], width)
    return Drawing(tuple(head) + lines, left, len(head), cells.columns, rows, plot.start, plot.end)


def _names(plot: Plot) -> list[str]:
    if plot.lanes:
        return [*plot.lanes.kinds, *(plot.arrows.labels if plot.arrows else ())]
    return [*(series.name for series in plot.series), *(bars.name for bars in plot.bars)]


def _title(plot: Plot, width: int) -> tuple[Run, ...]:
    title = plot.title + (f" ({plot.of})" if plot.of else "")
    when = span(int(plot.start), int(plot.end)) if plot.x.time else f"{plot.x.label} →"
    what = "" if plot.lanes else f"↑ {plot.y.label}{f' ({plot.y.unit})' if plot.y.unit else ''}"
    right = "  ".join(part for part in (what, when) if part)
    right = shorten(right, width - 10)
    text = shorten(title, width - len(right) - 2)
    return ((text, "bold"), (" " * (width - len(text) - len(right)), ""), (right, "dim"))


def _legend(
    plot: Plot, names: Sequence[str], marks: Sequence[str], looks: Sequence[str], width: int, most: int
) -> list[tuple[Run, ...]]:
    """Letters with what they stand for, in at most *most* lines; the greatest value of each series with it."""
    if len(names) < 2 and not plot.lanes:
        return []
    lines: list[list[Run]] = [[]]
    used = 0
    for i, (name, mark, look) in enumerate(zip(names, marks, looks, strict=True)):
        values = plot.series[i].y if i < len(plot.series) and not plot.y.names else ()
        top = f" ≤{amount(float(np.nanmax(values)))}" if len(values) and not np.isnan(values).all() else ""
        text = f" {shorten(name, max(8, (width - 6) // 2))}{top}"
        more = f"+{len(names) - i} more"
        needed = 1 + len(text) + (2 + len(more)) * (len(lines) == most and i < len(names) - 1)
        if used and used + 2 + needed > width:
            if len(lines) == most:
                lines[-1].append(("  " + more, "dim"))
                break
            lines.append([])
            used = 0
        if used:
            lines[-1].append(("  ", ""))
        lines[-1] += [(mark, look or "bold"), (text, "")]
        used += 2 * (used > 0) + 1 + len(text)
    return [tuple(line) for line in lines if line]


def _scaled(plot: Plot) -> Plot:
    """*plot* with series as they are drawn."""
    if not plot.y.log:
        return plot
    return replace(plot, series=tuple(replace(s, y=np.log10(1 + np.maximum(s.y, 0))) for s in plot.series))


def _range(plot: Plot, stacked: bool) -> tuple[float, float]:
    """From what to what the y axis reaches; it holds 0."""
    if plot.y.names:
        return 0.0, float(max(1, len(plot.y.names) - 1))
    if plot.bars:
        tops = [bars.heights for bars in plot.bars]
        top = np.sum(tops, axis=0).max() if stacked else max(t.max(initial=0) for t in tops)
        return 0.0, float(top) or 1.0
    if stacked:
        xs = np.unique(np.concatenate([series.x for series in plot.series]))
        return 0.0, float(np.sum([raster.held(series, xs) for series in plot.series], axis=0).max(initial=0)) or 1.0
    values = np.concatenate([series.y for series in plot.series])
    values = values[np.isfinite(values)]
    low, high = min(0.0, float(values.min(initial=0))), float(values.max(initial=0))
    return low, high if high > low else low + 1


def _labels(plot: Plot, low: float, high: float, rows: int, most: int) -> list[tuple[int, str]]:
    """What stands beside the chart, and in which rows from the bottom; names have at most *most* columns."""
    if plot.lanes:
        return _lane_labels(plot.lanes, rows, most, plot.arrows is not None)
    if plot.y.names:
        found: dict[int, str] = {}
        for i, name in enumerate(plot.y.names):
            found.setdefault(round(i / high * (rows - 1)), shorten_name(name, most))
        return sorted(found.items())
    if plot.y.log:
        places = [(np.log10(1 + at), text) for at, text in ((0, "0"), *((10.0**e, _power(e)) for e in range(18)))]
        return _topped([(round(at / high * (rows - 1)), text) for at, text in places if at <= high], high, rows,
                       _greatest(round(10**high - 1, 6)))  # fmt: skip
    return _value_labels(plot, low, high, rows)


def _power(exponent: int) -> str:
    """``1000`` for 3, ``1M`` for 6."""
    return f"{10 ** (exponent % 3)}{('', '000', 'M', 'G', 'T', 'P')[exponent // 3]}"


def _value_labels(plot: Plot, low: float, high: float, rows: int) -> list[tuple[int, str]]:
    marks = number_ticks(low, high, max(2, rows // 3))
    if all((series.y == np.round(series.y)).all() for series in plot.series) and plot.series:
        marks = [(at, text) for at, text in marks if at == round(at)]  # there is no half task
    return _topped([(round((at - low) / (high - low) * (rows - 1)), text) for at, text in marks], high, rows,
                   _greatest(high))  # fmt: skip


def _greatest(value: float) -> str:
    return brief(value if value == round(value) else float(f"{value:.3g}"))


def _topped(labels: list[tuple[int, str]], high: float, rows: int, text: str) -> list[tuple[int, str]]:
    """*labels* with *text*, the greatest value, in the top row, and none right below it; without it if all is 0."""
    found: dict[int, str] = {}
    for row, each in labels:
        found.setdefault(row, each)
    kept = [(row, each) for row, each in found.items() if row < rows - 2 or row == 0]
    return kept + [(rows - 1, text)] * (high > 0)


def _lane_labels(lanes: Lanes, rows: int, most: int, spread: bool) -> list[tuple[int, str]]:
    """Names of the lanes that have rows of their own; of the others the first of each row that is named."""
    count = len(lanes.names)
    step = max(1, -(-count // rows))
    found: dict[int, str] = {}
    for i in range(0, count, step if count > rows else 1):
        found.setdefault(rows - 1 - raster.row_of(i, count, rows, spread), shorten_name(lanes.names[i], most))
    return sorted(found.items())


def _build(
    cells: raster.Cells,
    fine: Sequence[tuple[Array, Array, str]],
    labels: Sequence[tuple[int, str]],
    places: Sequence[tuple[int, str]],
    width: int,
) -> tuple[tuple[Run, ...], ...]:
    import plotext  # late: it takes a while, and most commands need none

    with _LOCK:
        plotext.clear_figure()
        plotext.theme("clear")
        plotext.limitsize(False, False)  # before the size, which is cut to that of the terminal otherwise
        plotext.plotsize(width, cells.rows + 2)
        plotext.xaxes(True, False)
        plotext.yaxes(True, False)
        plotext.xlim(0, cells.columns - 1)
        plotext.ylim(0, cells.rows - 1)
        for x, y, marker, look in cells.drawn:
            plotext.scatter(x.tolist(), y.tolist(), marker=marker, **_colour(look))
        for x, y, look in fine:
            plotext.plot(x.tolist(), y.tolist(), marker="braille", **_colour(look))
        if not cells.drawn and not fine:
            plotext.scatter([0], [0], marker=" ")
        plotext.yticks([row for row, _ in labels], [visible(text) for _, text in labels])
        plotext.xticks([column for column, _ in places], [text for _, text in places])
        built: str = plotext.build()
    return tuple(_runs(line) for line in built.rstrip("\n").split("\n"))


def _colour(look: str) -> dict[str, int]:
    return {"color": COLOURS.index(look)} if look in COLOURS else {}


def _runs(line: str) -> tuple[Run, ...]:
    """The runs of a line of plotext's."""
    parts = _SGR.split(line)
    look = ""
    runs: list[Run] = []
    for i, part in enumerate(parts):
        if i % 2:
            codes = part.split(";")
            look = COLOURS[int(codes[-1])] if len(codes) == 3 and codes[0] == "38" and int(codes[-1]) < 16 else ""
        elif part:
            runs.append((part, look))
    return tuple(runs)
