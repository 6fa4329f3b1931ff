"""A chart as a picture file, by matplotlib: an optional extra, imported when it is needed."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np

from tui.errors import WideviewError
from tui.query.charts.base import Array, Plot
from tui.query.whole import whole
from tui.times import SECOND
from tui.widgets.plot_look import colours, letters
from tui.widgets.raster import column_ends, held
from tui.widgets.safe import shorten, visible
from tui.widgets.ticks import span, ticks

KINDS = (".png", ".svg")
COLUMNS = 1200
"""Of a picture: what numbers are reduced to."""
_MISSING = "--save needs matplotlib: pip install 'wideview[plot]', or pip install matplotlib"

#: The terminal's colours as inks on white that the colour-blind tell apart (after Okabe and Ito).
_INKS = {
    "red": "#d55e00", "yellow": "#e69f00", "green": "#009e73", "bright_blue": "#0072b2", "cyan": "#56b4e9",
    "magenta": "#cc79a7", "": "#9a9a9a", "bright_black": "#4d4d4d", "bright_magenta": "#882255",
    "bright_red": "#f4a582", "bright_green": "#b2df8a", "bright_cyan": "#aaddee",
}  # fmt: skip
_DASHES = ("-", "--", "-.", ":")


def save(plot: Plot, path: str, apart: bool = False) -> None:
    """Draw *plot* as *path* (.png or .svg), whole or not at all. WideviewError when it is called otherwise, or when
    matplotlib is not installed; OSError when it cannot be written."""
    kind = os.path.splitext(path)[1].lower()
    if kind not in KINDS:
        raise WideviewError(f"--save {path}: the name must end in {' or '.join(KINDS)}")
    try:
        import matplotlib
    except ImportError as error:
        raise WideviewError(_MISSING) from error
    from matplotlib.figure import Figure

    with matplotlib.rc_context({"svg.hashsalt": "wideview", "font.size": 9, "text.parse_math": False}):
        figure = Figure(figsize=(10, 5), dpi=120, layout="constrained")
        _draw(figure.subplots(), plot, apart)
        with whole(path) as part, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # of marks that the font lacks, of names that leave no room
            figure.savefig(part, format=kind[1:], metadata={"Date": None} if kind == ".svg" else None)


def _draw(axes: Any, plot: Plot, apart: bool) -> None:
    names = [*plot.lanes.kinds, *(plot.arrows.labels if plot.arrows else ())] if plot.lanes else []
    names = names or [*(series.name for series in plot.series), *(bars.name for bars in plot.bars)]
    inks = [_INKS.get(colour, "#333333") for colour in colours(names)]
    labels = [visible(f"{mark}  {name}") for mark, name in zip(letters(names), names, strict=True)]
    start, end = _x(plot, np.array([plot.start, plot.end]))
    axes.set_xlim(start, end if end > start else start + 1)
    title = plot.title + (f" ({plot.of})" if plot.of else "")
    axes.set_title(visible(title), loc="left", fontweight="bold")
    _ticks(axes, plot)
    if plot.empty:
        axes.text(0.5, 0.5, "nothing to draw in this selection", transform=axes.transAxes, ha="center")
        return
    if plot.lanes:
        _lanes(axes, plot, inks, labels)
    elif plot.bars:
        _bars(axes, plot, inks, labels, apart)
    elif plot.stacked and not apart:
        xs, ys = _together(plot)
        axes.stackplot(_x(plot, xs), ys, labels=labels, colors=inks, step="pre", linewidth=0)
    else:
        for i, (series, ink, label) in enumerate(zip(plot.series, inks, labels, strict=True)):
            look = {
                "color": ink,
                "label": label,
                "linewidth": 1.2,
                "linestyle": _DASHES[i // len(_INKS) % len(_DASHES)],
            }
            if plot.y.names:
                axes.plot(_x(plot, series.x), series.y, marker=".", markersize=4, **look)
            elif series.held:
                axes.step(_x(plot, series.x), series.y, where="post", **look)
            else:
                axes.plot(_x(plot, series.x), series.y, **(look | {"linestyle": "none"}), marker=".", markersize=4)
    if not plot.lanes:
        axes.set_ylabel(visible(plot.y.label + (f" ({plot.y.unit})" if plot.y.unit else "")))
        if not any((series.y < 0).any() for series in plot.series):
            axes.set_ylim(bottom=0)
        if plot.y.log:
            axes.set_yscale("symlog", linthresh=1)
            axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
            axes.set_ylim(bottom=0)
        if plot.y.names:
            axes.set_yticks(range(len(plot.y.names)), [visible(shorten(name, 50)) for name in plot.y.names], fontsize=7)
        axes.grid(axis="y", alpha=0.3)
    if len(names) > 1 or plot.lanes:
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)


def _x(plot: Plot, x: Array) -> Array:
    """*x* as matplotlib takes it: seconds since the plot's start for times, of which floats hold enough digits."""
    return (np.asarray(x) - int(plot.start)).astype(np.float64) / SECOND if plot.x.time else np.asarray(x, np.float64)


def _ticks(axes: Any, plot: Plot) -> None:
    found = ticks(plot.x, plot.start, plot.end, 9)
    places = _x(plot, np.array([at for at, _ in found]))
    axes.set_xticks(places.tolist(), [text for _, text in found])
    axes.set_xlabel(span(int(plot.start), int(plot.end)) if plot.x.time else visible(plot.x.label))


def _together(plot: Plot) -> tuple[Array, Array]:
    """All series at the same moments: at every change where they are few, else at the end of each of many columns,
    where what was reduced is exact. What stands in the second holds from the moment before to its own."""
    xs = np.unique(np.concatenate([series.x for series in plot.series]))
    if len(xs) > 3 * COLUMNS:
        xs = np.append(np.int64(plot.start) if plot.x.time else plot.start, column_ends(plot, COLUMNS))
        return xs, np.array([held(series, xs) for series in plot.series])
    rows = np.array([held(series, xs) for series in plot.series])
    return xs, np.hstack([rows[:, :1], rows[:, :-1]])


def _bars(axes: Any, plot: Plot, inks: list[str], labels: list[str], apart: bool) -> None:
    below: Any = 0.0
    for bars, ink, label in zip(plot.bars, inks, labels, strict=True):
        edges = _x(plot, bars.edges)
        if plot.stacked and not apart:
            axes.bar(edges[:-1], bars.heights, np.diff(edges), below, align="edge", color=ink, label=label)
            below = below + bars.heights
        else:
            axes.stairs(bars.heights, edges, color=ink, label=label, fill=len(plot.bars) == 1)


def _lanes(axes: Any, plot: Plot, inks: list[str], labels: list[str]) -> None:
    from matplotlib.collections import PolyCollection

    lanes = plot.lanes
    assert lanes is not None
    start, end = _x(plot, np.maximum(lanes.start, plot.start)), _x(plot, np.minimum(lanes.end, plot.end))
    y = lanes.lane.astype(np.float64)
    half = 0.1 if plot.arrows else 0.4
    corners = np.stack([np.stack([start, y - half], 1), np.stack([end, y - half], 1), np.stack([end, y + half], 1),
                        np.stack([start, y + half], 1)], 1)  # fmt: skip
    order = np.argsort(lanes.start, kind="stable")
    ink = [inks[kind] for kind in lanes.kind[order]]
    axes.add_collection(PolyCollection(list(corners[order]), facecolors=ink, edgecolors=ink, linewidths=0.3))
    for i, label in enumerate(labels):
        axes.plot([], [], color=inks[i], linewidth=6 if i < len(lanes.kinds) else 1.5, label=label)
    if plot.arrows:
        arrows = plot.arrows
        for i in range(len(lanes.names)):
            axes.axhline(i, color="#4d4d4d", linewidth=0.6, zorder=0)
        first, last = _x(plot, arrows.start), _x(plot, arrows.end)
        for i in range(len(first)):
            axes.annotate(
                "",
                (last[i], arrows.target[i]),
                (first[i], arrows.source[i]),
                arrowprops={
                    "arrowstyle": "->",
                    "color": inks[len(lanes.kinds) + int(arrows.label[i])],
                    "linewidth": 0.8,
                },
            )
    axes.set_ylim(len(lanes.names) - 0.5, -0.5)
    step = max(1, -(-len(lanes.names) // 60))
    few = len(lanes.names) <= 30
    texts = [shorten(name, 40 if few else 50) for name in lanes.names[::step]]
    axes.set_yticks(range(0, len(lanes.names), step), texts, fontsize=9 if few else 6)
