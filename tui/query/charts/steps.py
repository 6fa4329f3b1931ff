"""How long tasks wait for a step: how many how long, or when."""

from __future__ import annotations

import numpy as np

from tui.errors import ChartError, EntityError
from tui.query import steps as typical
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Array, Axis, Bars, Plot, Series, unwindowed
from tui.query.charts.told import kept
from tui.query.model import Selection
from tui.query.step_model import TypicalStep, spread
from tui.times import SECOND, duration

_OVER_TIME = "@time"
_BINS = 60


class StepTimes:
    """The waits for one step."""

    name = "steps"
    title = "Time waited for a step"
    help = "how long tasks wait for a step, as a histogram or (@time) over time; first the one where the time goes"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """The templates of all steps that are waited for, that where the time goes first, and how to see it over time.
        Part of the text of one is enough to name it."""
        return kept(catalog, "step times", lambda: self._of(catalog))

    def _of(self, catalog: Catalog) -> tuple[str, ...]:
        if self.lacks(catalog):
            return ()
        texts = [step.text for step in _ranked(catalog, Selection())]
        return (texts[0], texts[0] + _OVER_TIME, *texts[1:]) if texts else ()

    def lacks(self, catalog: Catalog) -> str | None:
        """Nothing takes steps."""
        try:
            typical.keys_of(catalog, ())
        except EntityError:
            return "no record is about a task or another thing that takes steps"
        return None

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """Bars of how many waited how long, or a mark a wait at the time of its end, with the median. Times are those
        of the steps' first occurrences; the time window leaves the waits that end in it."""
        over_time = of.endswith(_OVER_TIME)
        step = _step(catalog, selection, of.removesuffix(_OVER_TIME))
        found = typical.steps(catalog, unwindowed(selection))
        what = catalog.rules.kind(found.keys[-1])
        if step is None:
            return Plot(self.name, self.title, Axis("waited", "s"), Axis(f"{what}s"), 0.0, 1.0)
        things, waited = found.times(step.template)
        _, who, when, records = next(each for each in found.moments() if each[0] == step.template)
        at = np.searchsorted(who, things) if (np.diff(who) > 0).all() else _places(who, things)
        when, records = when[at], records[at]
        if selection.window:
            inside = (when >= selection.window[0]) & (when < selection.window[1])
            waited, when, records = waited[inside], when[inside], records[inside]
        notes = _notes(catalog, step, waited, what)
        name = step.text + (_OVER_TIME if over_time else "")
        if over_time:
            start, end = reduce.extent(when, selection.window)
            series = _series(when, waited / SECOND, start, end, width)
            return Plot(self.name, f"{self.title}, by the {what}s' time", TIME, Axis("waited", "s"), start, end, series,
                        of=name, notes=notes)  # fmt: skip
        bars = _bars(waited / SECOND, records, f"{what}s", min(width or _BINS, _BINS))
        return Plot(self.name, self.title, Axis("waited", "s"), Axis(f"{what}s"), float(bars.edges[0]),
                    float(bars.edges[-1]), bars=(bars,) if len(waited) else (), of=name, notes=notes)  # fmt: skip


def _ranked(catalog: Catalog, selection: Selection) -> list[TypicalStep]:
    """The steps that are waited for, that where the time goes first."""
    every = [step for step in typical.steps(catalog, unwindowed(selection)).steps() if step.waited is not None]
    return sorted(every, key=lambda step: (not step.most, -step.share, step.position))


def _step(catalog: Catalog, selection: Selection, text: str) -> TypicalStep | None:
    """The step of this text, or the first that has it in it; the one where the time goes where there is no text. None
    where nothing is waited for. ChartError when no step is so called."""
    ranked = _ranked(catalog, selection)
    if not text:
        return next(iter(ranked), None)
    exact = [step for step in ranked if step.text == text]
    part = exact or [step for step in ranked if text.casefold() in step.text.casefold()]
    if part:
        return part[0]
    every = _ranked(catalog, Selection())
    if any(text.casefold() in step.text.casefold() for step in every):
        return None  # of these data, but not of this selection
    listed = "; ".join(step.text for step in every[:5])
    raise ChartError(f"no step that is waited for has '{text}' in it; there are {len(every)}, such as: {listed}")


def _places(who: Array, things: Array) -> Array:
    order = np.argsort(who, kind="stable")
    found: Array = order[np.searchsorted(who[order], things)]
    return found


def _notes(catalog: Catalog, step: TypicalStep, waited: Array, what: str) -> tuple[str, ...]:
    short = spread(waited)
    if short is None:
        return ()
    notes = [f"{short.count:,} {what}s: median {duration(round(short.median))}, mean {duration(round(short.mean))}, "
             f"95% within {duration(round(short.p95))}, 99% within {duration(round(short.p99))}"]  # fmt: skip
    if step.waited_from is not None:
        notes.append(f"since {catalog.templates[step.waited_from]!r}, or what came before in its stead")
    return tuple(notes)


def _bars(waited: Array, records: Array, name: str, bins: int) -> Bars:
    high = float(waited.max(initial=0)) or 1e-9
    edges = np.linspace(0, high, bins + 1)
    cell = np.clip((waited * (bins / high)).astype(np.int64), 0, bins - 1)
    order = np.lexsort((records, cell))
    counts = np.bincount(cell, minlength=bins)
    behind = tuple(np.split(records[order], np.cumsum(counts)[:-1]))
    return Bars(name, edges, counts.astype(np.float64), records=behind)


def _series(when: Array, waited: Array, start: float, end: float, width: int) -> tuple[Series, ...]:
    order = np.argsort(when, kind="stable")
    when, waited = when[order], waited[order]
    parts = max(1, (width or 240) // 4)
    part = np.minimum(((when - start) * (parts / max(1, end - start))).astype(np.int64), parts - 1)
    begins = np.flatnonzero(np.append(True, np.diff(part) != 0))[: len(part)]
    middle = np.array([np.median(each) for each in np.split(waited, begins[1:])]) if len(part) else waited
    edges = (start + part[begins] * ((end - start) / parts)).astype(np.int64)
    return (Series("each", *reduce.sampled(when, waited, start, end, width), held=False),
            Series("median", edges, middle))  # fmt: skip


CHART = StepTimes()
