"""What a chart says of one moment, or of one bar: the line under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rich.style import Style

from tui.query.charts.base import Axis, Bars, Plot, Series
from tui.times import SECOND, duration
from tui.widgets.look import BOLD, CURSOR, DIM, PLAIN
from tui.widgets.plot_look import colours, letters
from tui.widgets.safe import shorten
from tui.widgets.spell import DAY, date, time_of_day
from tui.widgets.ticks import amount

Piece = tuple[str, Style]
Range = tuple[float, float]
"""From where to (not including) where on the x axis; the same twice for one place."""

_NAME = 30
_NAMES = (_NAME, 16, 11, 8)
"""So many columns a name has, and fewer where there is not enough room."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a chart at a moment: its letter and look as in the chart, its name and value."""

    letter: str
    look: str
    name: str
    value: str
    some: bool
    """There is some of it."""


def names(plot: Plot) -> tuple[str, ...]:
    """What in *plot* can be pointed at: its lanes, or its series or bars."""
    if plot.lanes:
        return plot.lanes.names
    return (*(series.name for series in plot.series), *(bars.name for bars in plot.bars))


def parts(plot: Plot, at: Range) -> list[Part]:
    """What every series or bar is at *at*; of lanes, how many are of each kind."""
    if plot.lanes:
        told = [*plot.lanes.kinds, *(plot.arrows.labels if plot.arrows else ())]
        counts = _counts(plot, at)
        return [
            Part(letter, look, name, f"{count:,}", count > 0)
            for letter, look, name, count in zip(letters(told), colours(told), told, counts, strict=True)
        ]
    told = list(names(plot))
    values = [_of_series(each, at) for each in plot.series] + [_of_bars(each, at, plot.x) for each in plot.bars]
    return [
        Part(letter, look, name, spelt(plot.y, value), value is not None and value[1] != 0)
        for letter, look, name, value in zip(letters(told), colours(told), told, values, strict=True)
    ]


def lane(plot: Plot, name: str, at: Range) -> str:
    """The kinds that the lane *name* is of at *at*, in order."""
    lanes = plot.lanes
    if lanes is None or name not in lanes.names:
        return ""
    there = (lanes.lane == lanes.names.index(name)) & _overlap(lanes.start, lanes.end, at)
    order = np.flatnonzero(there)[np.argsort(lanes.start[there], kind="stable")]
    return ", ".join(dict.fromkeys(lanes.kinds[lanes.kind[i]] for i in order))


def place(axis: Axis, start: float, end: float, at: Range) -> str:
    """Where *at* is on an *axis* from *start* to *end*: ``07:20:11.2 +400 ms``, ``4.50 s to 5.00 s``."""
    if axis.time:
        first, length = int(at[0]), int(at[1] - at[0])
        places = next((n for n, size in ((0, SECOND), (3, SECOND // 1000), (6, 1000)) if length >= size), 9)
        text = time_of_day(first, places if length else 3)
        if int(start) // DAY != int(end) // DAY:
            text = f"{date(first)[5:]} {text}"
        return f"{text} +{duration(length)}" if length else text
    if axis.unit == "s":
        return " to ".join(dict.fromkeys(duration(round(x * SECOND)) for x in at))
    unit = f" {axis.unit}" if axis.unit else ""
    return f"{amount(at[0])} to {amount(at[1])}{unit}" if at[1] > at[0] else f"{amount(at[0])}{unit}"


def line(plot: Plot, at: Range, chosen: str, width: int, short: bool = False, where: bool = True) -> list[Piece]:
    """The line: *where* it is, then what stands there, what is *chosen* first; what does not fit is counted.
    *short*: a legend says what letters stand for."""
    pieces: list[Piece] = [(place(plot.x, plot.start, plot.end, at), BOLD)] if where else []
    used = sum(len(text) for text, _ in pieces)
    told = parts(plot, at)
    if plot.lanes:
        if chosen:
            text = f" {shorten(chosen, _NAME)}: {lane(plot, chosen, at) or 'nothing'}"
            text = f"{shorten(text, max(_NAME, width - used - 8))} "
            pieces += [("  ", PLAIN), (text, CURSOR)]
            used += 2 + len(text)
    else:
        told.sort(key=lambda part: (part.name != chosen, not part.some))
    alone = len(told) == 1 and not plot.lanes
    texts: list[str] = []
    for most in _NAMES:  # shorter names before parts that are not named
        texts = [_said(plot, part, alone or (short and part.name != chosen), alone, most) for part in told]
        if used + sum(4 + len(text) for text in texts) <= width:
            break
    for i, (part, text) in enumerate(zip(told, texts, strict=True)):
        needed = 4 + len(text)
        rest = f"  +{len(told) - i}" + " at 0" * all(each.value == "0" for each in told[i:])
        if used + needed + (len(rest) if i < len(told) - 1 else 0) > width:
            pieces.append((rest, DIM))
            break
        pieces.append(("  ", PLAIN))
        if not alone:
            pieces.append((part.letter, Style(color=part.look or None, bold=not part.look)))
        pieces.append((f" {text}", CURSOR if part.name == chosen and not plot.lanes else PLAIN if part.some else DIM))
        used += needed
    return pieces


def _said(plot: Plot, part: Part, brief: bool, alone: bool, most: int) -> str:
    """What stands after the letter of *part*, its name in *most* columns."""
    if alone:
        return f"{part.value} {plot.y.label} {plot.y.unit}".rstrip()
    return part.value if brief else f"{shorten(part.name, most)} {part.value}"


def complete(plot: Plot, width: int) -> bool:
    """Whether the line has room for every part, so that it says what a legend would."""
    told = parts(plot, (plot.start, plot.end))
    return sum(4 + len(shorten(part.name, _NAME)) + max(6, len(part.value)) for part in told) <= width - 24


def spelt(axis: Axis, value: tuple[float, float] | None) -> str:
    """A value, or from which to which values it went."""
    if value is None:
        return "–"
    if axis.names:
        return " … ".join(dict.fromkeys(axis.names[min(max(round(v), 0), len(axis.names) - 1)] for v in value))
    return "–".join(dict.fromkeys(amount(v) for v in value))


def _of_series(series: Series, at: Range) -> tuple[float, float] | None:
    """The least and the greatest value in *at*."""
    start, end = at
    first = int(np.searchsorted(series.x, start, "right" if series.held else "left"))
    last = int(np.searchsorted(series.x, end, "left"))
    seen = series.y[max(0, first - 1) if series.held else first : max(first, last)]
    seen = seen[~np.isnan(seen)]
    if not len(seen):
        value = None if series.held else series.at((start + end) / 2)
        return None if value is None else (value, value)
    return float(seen.min()), float(seen.max())


def _of_bars(bars: Bars, at: Range, axis: Axis) -> tuple[float, float] | None:
    """The least and the greatest bar over *at*; where x is no time, their sum."""
    inside = among(bars, at)
    heights = bars.heights[inside.start : inside.stop]
    if not len(heights):
        return None
    if not axis.time:
        return float(heights.sum()), float(heights.sum())
    return float(heights.min()), float(heights.max())


def among(bars: Bars, at: Range) -> range:
    """The bars that lie at least half in *at*, or the one that holds it."""
    middles = (bars.edges[:-1] + (bars.edges[1:] - bars.edges[:-1]) / 2) if len(bars.heights) else bars.edges[:0]
    first, last = (int(i) for i in np.searchsorted(middles, at, "left"))
    if first < last:
        return range(first, last)
    one = bars.bar(at[0] + (at[1] - at[0]) / 2)
    return range(0) if one is None else range(one, one + 1)


def _counts(plot: Plot, at: Range) -> Sequence[int]:
    lanes = plot.lanes
    assert lanes is not None
    there = _overlap(lanes.start, lanes.end, at)
    pairs = np.unique(np.stack([lanes.kind[there], lanes.lane[there]]), axis=1)
    counts = np.bincount(pairs[0], minlength=len(lanes.kinds)).tolist()
    if arrows := plot.arrows:
        sent = _overlap(arrows.start, arrows.start, at)
        counts += np.bincount(arrows.label[sent], minlength=len(arrows.labels)).tolist()
    found: list[int] = counts
    return found


def _overlap(start: np.ndarray, end: np.ndarray, at: Range) -> np.ndarray:
    if at[0] == at[1]:
        found: np.ndarray = (start <= at[0]) & ((end > at[0]) | (start == at[0]))
    else:
        found = (start < at[1]) & ((end > at[0]) | (start >= at[0]))
    return found
