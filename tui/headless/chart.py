"""``wideview chart``: a chart as text, as a picture file, or as its numbers; without a name, what there is to draw."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.errors import WideviewError
from tui.headless.commands import DONE, NOTHING, open_
from tui.headless.output import fail, json_lines, line, say
from tui.query import charts
from tui.query.model import Selection
from tui.times import iso

if TYPE_CHECKING:
    from tui.query.catalog import Catalog
    from tui.query.charts.base import Axis, Plot
    from tui.widgets.plot import Drawing

WIDTH, HEIGHT = 78, 22
_WIDEST, _HIGHEST = 200, 40
_CODES = {"bold": "1", "dim": "2"}


def run(options: argparse.Namespace) -> int:
    """What the command does; its exit status."""
    from tui.query import filters

    paths, name = _split(options.paths)
    if not paths:
        raise WideviewError(f"chart needs at least one PATH, such as: wideview chart runinfo {name or 'states'}")
    if name is None and (options.save or options.of or options.apart):
        raise WideviewError(f"which chart? There are {', '.join(charts.charts())}")
    catalog = open_(options, paths)
    for note in filters.check(catalog, options.where):
        fail(note)
    if name is None:
        return _list(catalog, options.json)
    width, height = _size()
    asked = catalog, name, Selection(options.where), options.of
    if options.save:
        from tui.headless import figure

        plot = charts.plot(*asked, figure.COLUMNS)
        figure.save(plot, options.save, options.apart)
    if options.json:
        plot = charts.plot(*asked)
        json_lines(objects(plot))
    elif not options.save:
        from tui.widgets.plot import draw

        plot = charts.plot(*asked, width)
        _print(draw(plot, width, height, options.apart))
    for note in plot.notes if not options.json else ():
        fail(note) if options.save else say(note, 0, width)
    return NOTHING if plot.empty else DONE


def objects(plot: Plot) -> Iterator[dict[str, Any]]:
    """*plot* as JSON objects: first one about the chart, then one a point, bar, span or arrow. Times are ISO 8601."""
    yield {"chart": plot.name, "of": plot.of, "title": plot.title, "x": plot.x.label, "y": plot.y.label,
           "unit": plot.y.unit, "notes": list(plot.notes)}  # fmt: skip
    for series in plot.series:
        for x, y in zip(series.x.tolist(), series.y.tolist(), strict=True):
            yield {"series": series.name, plot.x.label: _at(plot.x, x), "value": None if np.isnan(y) else y}
    for bars in plot.bars:
        edges = bars.edges.tolist()
        for start, end, height in zip(edges, edges[1:], bars.heights.tolist(), strict=False):
            yield {"bars": bars.name, "start": _at(plot.x, start), "end": _at(plot.x, end), "value": height}
    if lanes := plot.lanes:
        for lane, kind, start, end in zip(
            lanes.lane.tolist(), lanes.kind.tolist(), lanes.start.tolist(), lanes.end.tolist(), strict=True
        ):
            yield {"lane": lanes.names[lane], "kind": lanes.kinds[kind], "start": _at(plot.x, start),
                   "end": _at(plot.x, end)}  # fmt: skip
        if arrows := plot.arrows:
            columns = (arrows.source, arrows.target, arrows.label, arrows.start, arrows.end)
            for source, target, label, start, end in zip(*(column.tolist() for column in columns), strict=True):
                yield {"from": lanes.names[source], "to": lanes.names[target], "label": arrows.labels[label],
                       "start": _at(plot.x, start), "end": _at(plot.x, end)}  # fmt: skip


def _at(axis: Axis, x: float) -> float | str:
    return iso(int(x)) if axis.time else x


def _split(given: list[str]) -> tuple[list[str], str | None]:
    """The paths, and the chart: the last word if it is called like one and is no file that goes by that name alone;
    else the first if it is no file."""
    if given and given[-1] in charts.charts() and (len(given) > 1 or not os.path.exists(given[-1])):
        return given[:-1], given[-1]
    if given and given[0] in charts.charts() and not os.path.exists(given[0]):
        return given[1:], given[0]
    for word in (given[-1], given[0]) if len(given) > 1 else ():
        if not os.path.exists(word) and word.isidentifier():
            charts.chart(word)  # which says what there is
    return given, None


def _list(catalog: Catalog, as_json: bool) -> int:
    found = [(chart, chart.lacks(catalog)) for chart in charts.charts().values()]
    can = [(chart, chart.of(catalog)) for chart, lack in found if lack is None]
    if as_json:
        known: dict[str, tuple[str, ...]] = {chart.name: of for chart, of in can}
        json_lines(
            {"chart": chart.name, "help": chart.help, "of": list(known.get(chart.name, ())), "lacks": lack}
            for chart, lack in found
        )
        return DONE if can else NOTHING
    for chart, of in can:
        _entry(chart.name, chart.help)
        if of:
            more = f", and {len(of) - 8} more" if len(of) > 8 else ""
            say(f"--of {', '.join(of[:8])}{more}", 12)
    lacking = [(chart, lack) for chart, lack in found if lack is not None]
    if lacking:
        if can:
            line()
        line("Not of these data:")
        for chart, lack in lacking:
            _entry(chart.name, lack)
    return DONE if can else NOTHING


def _entry(name: str, text: str) -> None:
    for number, part in enumerate(wrap(text, WIDTH - 12)):
        line(f"{'' if number else name:<10}  {part}")


def _size() -> tuple[int, int]:
    """As wide and high as the terminal; always the same where it is none."""
    if not sys.stdout.isatty():
        return WIDTH, HEIGHT
    size = shutil.get_terminal_size((WIDTH + 2, HEIGHT + 2))
    return max(40, min(size.columns, _WIDEST)), max(12, min(size.lines - 4, _HIGHEST))


def _print(drawing: Drawing) -> None:
    from tui.widgets.plot_look import COLOURS

    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        for text in drawing.text.split("\n"):
            line(text)
        return
    codes = _CODES | {name: str(30 + i if i < 8 else 82 + i) for i, name in enumerate(COLOURS)}
    for runs in drawing.lines:
        sys.stdout.write("".join(f"\x1b[{codes[look]}m{text}\x1b[m" if look in codes else text for text, look in runs))
        sys.stdout.write("\n")
