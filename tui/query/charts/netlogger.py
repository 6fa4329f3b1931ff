"""Lifelines as NetLogger drew them: the templates of records in the order of a task's flow, against time.

Few tasks have a line each. Of many it is shown how many are at a step, waiting for what comes next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tui.query.about import About, about
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Array, Axis, Lanes, Plot, Series, unwindowed
from tui.query.charts.gather import rows_for, runs
from tui.query.charts.lives import titles
from tui.query.charts.told import kept
from tui.query.model import Selection
from tui.query.steps import steps
from tui.times import SECOND

#: Things that have a line each; more would hide each other.
FEW = 6
_DENSITY = ((1, "1"), (2, "2 to 9"), (10, "tens"), (100, "hundreds"), (1000, "k (thousands)"), (1 << 60, ""))
_COLUMNS = 400


@dataclass(frozen=True, slots=True)
class Events:
    """First occurrences of steps, by thing and time: which thing, which step (a position in *texts*), when."""

    things: Array
    steps: Array
    times: Array
    texts: tuple[str, ...]

    def only(self, shown: Array) -> Events:
        """Without all but the steps *shown*, which ascend."""
        mine = np.isin(self.steps, shown)
        return Events(self.things[mine], np.searchsorted(shown, self.steps[mine]), self.times[mine],
                      tuple(self.texts[i] for i in shown.tolist()))  # fmt: skip


def events(catalog: Catalog, selection: Selection, keys: Sequence[str], mask: Array) -> Events:
    """The steps of the things of *keys* that are in *mask*, by number; steps in the order of their flow."""
    asked = (unwindowed(selection), tuple(keys))
    last: dict[object, Events] = kept(catalog, "netlogger", dict)  # the last answer: who zooms asks it again
    found = last.get(asked)
    if found is None:
        found = _events(catalog, *asked)
        last.clear()
        last[asked] = found
    mine = mask[found.things]
    if mine.all():
        return found
    here = Events(found.things[mine], found.steps[mine], found.times[mine], found.texts)
    return here.only(np.unique(here.steps))


def _events(catalog: Catalog, selection: Selection, keys: Sequence[str]) -> Events:
    nothing = np.zeros(0, np.int64)
    things, at, times = [nothing], [nothing], [nothing]
    texts: list[str] = []
    for template, who, when, _ in steps(catalog, selection, keys).moments():
        things.append(who)
        times.append(when)
        at.append(np.full(len(who), len(texts)))
        texts.append(catalog.templates[template])
    who, step, when = np.concatenate(things), np.concatenate(at), np.concatenate(times)
    order = np.lexsort((step, when, who))
    return Events(who[order], step[order], when[order], tuple(texts))


def through_templates(
    catalog: Catalog, selection: Selection, keys: Sequence[str], mask: Array, name: str, width: int
) -> Plot:
    """The chart of the things of *keys* in *mask*, called *name*: against the time since the first step of each, or
    with ``template-time`` against time. With *width* the steps that nobody waits at are left out."""
    found = events(catalog, selection, keys, mask)
    notes = []
    if width and len(found.texts) > (most := rows_for(width)):
        notes.append(f"{most} of {len(found.texts)} steps shown: the first, the last, and those that begin or end the "
                     "longest waits")  # fmt: skip
        found = found.only(_telling(found, most))
    absolute = name.startswith("template-time")
    axis, what = TIME, catalog.rules.kind(keys[-1])
    x = found.times
    if not absolute:
        axis = Axis(f"since the {what}'s first step", "s")
        begins = np.append(True, np.diff(found.things) != 0)[: len(x)]
        x = (x - x[np.flatnonzero(begins)][np.cumsum(begins) - 1]) / SECOND if len(x) else x.astype(np.float64)
    who = np.unique(found.things)
    start, end = _extent(found, x, selection, absolute)
    title = f"Steps of {len(who):,} {what}{'s' * (len(who) != 1)} in the order of their flow"
    pairs = about(catalog, keys, "chart")
    if len(who) <= FEW:
        names = tuple(reversed(found.texts))
        series = _lines(catalog, found, x, who, pairs, what)
        return Plot(
            "lifelines", title, axis, Axis("step", names=names), start, end, series, of=name, notes=tuple(notes)
        )
    notes.append(f"how many {what}s are at each step, before their next; {FEW} at most are drawn as lines")
    lanes = _density(found, x, start, end, width or _COLUMNS)
    return Plot("lifelines", title, axis, Axis("step"), start, end, lanes=lanes, of=name, notes=tuple(notes))


def _extent(found: Events, x: Array, selection: Selection, absolute: bool) -> tuple[float, float]:
    if absolute:
        return reduce.extent(x, selection.window)
    return 0.0, float(x.max(initial=0)) or 1.0


def _telling(found: Events, most: int) -> Array:
    """The steps, ascending, that begin or end the longest waits of all things together, and the first and the last."""
    gap = np.diff(found.times) * (np.diff(found.things) == 0)
    size = len(found.texts)
    total = np.bincount(found.steps[1:], gap, size) + np.bincount(found.steps[:-1], gap, size)
    total[[0, size - 1]] = np.inf
    return np.sort(np.argsort(-total, kind="stable")[:most])


def _lines(
    catalog: Catalog, found: Events, x: Array, who: Array, pairs: About, what: str
) -> tuple[Series, ...]:  # fmt: skip
    names, expressions = titles(catalog, pairs, who.tolist(), what)
    made = []
    for thing, name, expression in zip(who.tolist(), names, expressions, strict=True):
        mine = found.things == thing
        y = (len(found.texts) - 1 - found.steps[mine]).astype(np.float64)
        made.append(Series(name, x[mine], y, expression=expression))
    return tuple(made)


def _density(found: Events, x: Array, start: float, end: float, width: int) -> Lanes:
    """How many things are at each step in each of *width* columns, as spans of about as many."""
    size = (end - start) / width or 1.0
    rows = len(found.texts)
    same = np.append(np.diff(found.things) == 0, False)
    until = np.where(same, np.append(x[1:], 0), x)
    seen = (until >= start) & (x <= end)
    first = np.clip((x[seen] - start) / size, 0, width - 1).astype(np.int64)
    last = np.clip((until[seen] - start) / size, 0, width - 1).astype(np.int64)
    line = found.steps[seen] * (width + 1)
    cells = rows * (width + 1)
    change = np.bincount(line + first, minlength=cells) - np.bincount(line + last + 1, minlength=cells)
    number = change.reshape(rows, width + 1).cumsum(axis=1)[:, :width]
    kind = np.searchsorted([least for least, _ in _DENSITY], number, "right") - 1
    used = np.unique(kind[kind >= 0])
    kind = np.where(kind >= 0, np.searchsorted(used, kind), -1)
    return Lanes(found.texts, tuple(_DENSITY[i][1] for i in used.tolist()), *runs(kind, start, size))
