"""The templates of a selection: how often, at which levels, from where, when, and how many things they touch.

Everything is counted on arrays that the catalog keeps, so that a million records take a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui.query import select
from tui.query.catalog import Catalog
from tui.query.model import Selection
from tui.query.nearest import NOTHING, nearest
from tui.records import LEVELS, NO_TIME

Array = np.ndarray[Any, Any]

#: Parts of the selection's time in which a template's records are counted.
PARTS = 24

NEW, RARE, FAILED = "new", "rare", "failed"

#: A template that is first met in this last share of the time is new, where there is one run and no time window.
_LATE = 0.25

#: A template is rare if it touches at most this share of the things of its kind that the selection is about, or, where
#: data are about nothing, if it has at most this share of the records.
_RARE_THINGS, _RARE_RECORDS = 0.01, 0.0001

#: Fewer things than this, or fewer records, and nothing is rare.
_ENOUGH_THINGS, _ENOUGH_RECORDS = 20, 1000

#: Cells of a table of templates and things that is counted as a whole; a larger one is sorted.
_CELLS = 50_000_000


@dataclass(frozen=True, slots=True)
class Template:
    """A template as it occurs in a selection."""

    id: int
    text: str
    """With ``<*>`` for what varies."""
    count: int
    share: float
    """Of the selection's records, 0 to 1."""
    levels: tuple[int, ...]
    """Records by level rank."""
    sources: tuple[tuple[str, int], ...]
    """What wrote it, with the number of records, the commonest first."""
    first: int | None
    last: int | None
    rate: tuple[int, ...]
    """Records in each part of the selection's time."""
    touched: int
    """How many different things of the kind its records are about."""
    kind: str
    """``task`` where its records are about tasks, else the nearest kind of thing; empty for none."""
    marks: tuple[str, ...]
    """Of NEW, RARE and FAILED."""

    @property
    def level(self) -> int:
        """The worst level rank."""
        return max((rank for rank, count in enumerate(self.levels) if count), default=0)


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates of a selection of *records* records, in the order asked for. Part *i* of the time begins at
    ``start + i * width`` nanoseconds; a *width* of 0 means that no record has a time."""

    rows: tuple[Template, ...]
    records: int
    start: int = 0
    width: int = 0
    means: tuple[tuple[str, str], ...] = ()
    """What the marks mean here."""


SORTS: dict[str, Callable[[Template], tuple[Any, ...]]] = {
    "count": lambda t: (-t.count,),
    "level": lambda t: (-t.level, -(t.levels[t.level] if t.count else 0)),
    "marks": lambda t: (-_weight(t), -t.level, t.count),
    "entities": lambda t: (not t.kind, t.kind, -t.touched),
    "first": lambda t: (t.first is None, t.first or 0),
    "last": lambda t: (t.last is None, -(t.last or 0)),
    "rate": lambda t: (-max(t.rate, default=0),),
    "source": lambda t: (t.sources[0][0] if t.sources else "", t.first is None, t.first or 0),
    "text": lambda t: (t.text,),
}
"""The orders: the key of each, by name. ``rate`` is that of the busiest part."""


def _weight(template: Template) -> int:
    return sum({FAILED: 4, NEW: 2, RARE: 1}[mark] for mark in template.marks)


def ordered(found: Templates, sort: str) -> Templates:
    """*found* in the order *sort*; equals stay in the order of their counts, then of their texts."""
    rows = sorted(found.rows, key=lambda t: (*SORTS[sort](t), -t.count, t.text))
    return Templates(tuple(rows), found.records, found.start, found.width, found.means)


def templates(catalog: Catalog, selection: Selection, parts: int = PARTS, group: str = "templates") -> Templates:
    """The templates that the records of *selection* have, commonest first, with rates in *parts* parts.

    FilterError when the expression does not parse.
    """
    ids = select.ids(catalog, selection, group)
    of = catalog.template_of
    whole = len(ids) == len(of)
    of = of if whole else of[ids]
    number = len(catalog.templates)
    counts = np.bincount(of, minlength=number)
    times, levels = catalog.clock
    times, levels = (times, levels) if whole else (times[ids], levels[ids])
    ranks = np.bincount(of * len(LEVELS) + levels, minlength=number * len(LEVELS)).reshape(number, -1)
    timed = times != NO_TIME
    dated, when = (of, times) if timed.all() else (of[timed], times[timed])
    first, last = _ends(dated, when, number)
    start, width, rate = _rate(dated, when, selection, parts, number)
    sources = _sources(catalog, of, ids, number)
    kind, touched, failed, rare = _touched(catalog, of, ids, whole, number)
    if kind is None:
        least = len(ids) * _RARE_RECORDS if len(ids) >= _ENOUGH_RECORDS else 0
        rare = counts <= max(least, 1 if least else 0)
    new, meaning = _new(catalog, selection, of, ids, first, counts, number)
    marks = ((FAILED, failed), (NEW, new), (RARE, rare))
    names = nearest(catalog).kinds
    rows = [
        Template(
            i,
            catalog.templates[i],
            int(counts[i]),
            float(counts[i] / len(ids)),
            tuple(ranks[i].tolist()),
            sources[i],
            None if first[i] == NO_TIME else int(first[i]),
            None if last[i] == NO_TIME else int(last[i]),
            tuple(rate[i].tolist()),
            int(touched[i]),
            "" if kind is None or kind[i] == NOTHING else names[kind[i]],
            tuple(name for name, marked in marks if marked[i]),
        )
        for i in np.flatnonzero(counts).tolist()
    ]
    means = (
        (FAILED, "all that it touches failed, and others did not"),
        (NEW, meaning),
        (RARE, "it touches at most one in a hundred" if kind is not None else "at most one record in ten thousand"),
    )
    return ordered(Templates(tuple(rows), len(ids), start, width, means), "count")


def _ends(of: Array, times: Array, number: int) -> tuple[Array, Array]:
    """The first and last time of every template, NO_TIME for none; records are in order of time."""
    first, last = np.full(number, NO_TIME), np.full(number, NO_TIME)
    first[of[::-1]] = times[::-1]
    last[of] = times
    return first, last


def _rate(of: Array, times: Array, selection: Selection, parts: int, number: int) -> tuple[int, int, Array]:
    """Start and width of the parts of time, and a row of counts a template."""
    if not len(times) or parts < 1:
        return 0, 0, np.zeros((number, 0), np.int64)
    start, end = selection.window or (int(times[0]), int(times[-1]) + 1)
    width = max(1, -(-(end - start) // parts))
    cells = of * np.int64(parts) + (times - start) // width
    return start, width, np.bincount(cells, minlength=number * parts)[: number * parts].reshape(number, parts)


def _sources(catalog: Catalog, of: Array, ids: Array, number: int) -> list[tuple[tuple[str, int], ...]]:
    """For every template what wrote it, by the names of places; places of one name are one."""
    labels = sorted(set(catalog.labels.values()))
    at = {label: i for i, label in enumerate(labels)}
    numbers = np.zeros(max(catalog.labels, default=-1) + 2, np.int64)
    for place, label in catalog.labels.items():
        numbers[place] = at[label]
    places = catalog.place_of if len(ids) == len(catalog.place_of) else catalog.place_of[ids]
    counts = np.bincount(of * np.int64(len(labels)) + numbers[places], minlength=number * len(labels))
    found: list[list[tuple[str, int]]] = [[] for _ in range(number)]
    for cell in np.flatnonzero(counts).tolist():
        found[cell // len(labels)].append((labels[cell % len(labels)], int(counts[cell])))
    return [tuple(sorted(each, key=lambda pair: (-pair[1], pair[0]))) for each in found]


def _touched(
    catalog: Catalog, of: Array, ids: Array, whole: bool, number: int
) -> tuple[Array | None, Array, Array, Array]:
    """For every template: the position of its kind (None for all where there are no things), how many it touches,
    whether all these failed, whether they are few."""
    near = nearest(catalog)
    none = np.zeros(number, bool)
    things = near.of if whole else near.of[ids]
    about = things != NOTHING
    pairs_of, pairs = of[about], things[about]
    if len(near.more[0]):
        records, others = near.more
        kept = np.isin(records, ids)
        pairs_of = np.concatenate([pairs_of, catalog.template_of[records[kept]]])
        pairs = np.concatenate([pairs, others[kept]])
    if not len(pairs):
        return None, np.zeros(number, np.int64), none, none
    size, kinds = len(near.failed), len(near.kinds)
    kind_of = np.repeat(np.arange(kinds), np.diff(near.starts))
    # The kind of most of its records, so that a stray one changes nothing.
    most = np.bincount(pairs_of * np.int64(kinds) + kind_of[pairs], minlength=number * kinds).reshape(number, kinds)
    kind = np.where(most.any(axis=1), most.argmax(axis=1), NOTHING)
    met = _distinct(pairs_of * np.int64(size) + pairs, number * size)
    met_of, met_thing = met // size, met % size
    mine = kind_of[met_thing] == kind[met_of]
    met_of, met_thing = met_of[mine], met_thing[mine]
    touched = np.bincount(met_of, minlength=number)
    bad = np.bincount(met_of, weights=near.failed[met_thing], minlength=number)
    present = np.zeros(size, bool)
    present[pairs] = True
    every = np.bincount(kind_of[present], minlength=kinds)
    fine = np.bincount(kind_of[present & ~near.failed], minlength=kinds)
    known = kind != NOTHING
    failed = known & (bad == touched) & (fine[kind] > 0)
    rare = known & (every[kind] >= _ENOUGH_THINGS) & (touched <= np.maximum(1, every[kind] * _RARE_THINGS))
    return kind, touched, failed, rare


def _distinct(codes: Array, size: int) -> Array:
    """The different ones of *codes*, which are below *size*, in order."""
    if size > _CELLS:
        return np.unique(codes)
    seen = np.zeros(size, bool)
    seen[codes] = True
    return np.flatnonzero(seen)


def _new(
    catalog: Catalog, selection: Selection, of: Array, ids: Array, first: Array, counts: Array, number: int
) -> tuple[Array, str]:
    """Which templates are new, and what that means for this selection: not met before the time window; else met in the
    last of several runs alone; else met late, and more than once."""
    met = counts > 0
    span = catalog.span
    if selection.window and span and selection.window[0] > span[0]:
        before = np.zeros(number, bool)
        before[catalog.template_of[: int(np.searchsorted(_filled(catalog), selection.window[0]))]] = True
        return met & ~before, "not before this time window"
    runs = _runs(catalog)
    if len(runs) > 1:
        latest = np.zeros(max(catalog.labels, default=0) + 1, bool)
        latest[runs[-1][0]] = True
        mine = latest[catalog.place_of if len(ids) == catalog.count else catalog.place_of[ids]]
        last, others = np.zeros(number, bool), np.zeros(number, bool)
        last[of[mine]] = True
        others[of[~mine]] = True
        if last.any() and others.any():
            return last & ~others, f"only in {runs[-1][1]}, the last of {len(runs)} runs"
    if not span:
        return np.zeros(number, bool), "met late, and more than once"
    timed = first[met & (first != NO_TIME)]
    start, end = selection.window or ((int(timed.min()), span[1]) if len(timed) else span)
    late = (first != NO_TIME) & (first > end - (end - start) * _LATE)
    return late & (counts > 1), "first met in the last quarter of the time, and more than once"


def _filled(catalog: Catalog) -> Array:
    """The time of every record, for those without that of the one before: ascending."""
    return np.maximum.accumulate(catalog.clock[0])


def _runs(catalog: Catalog) -> list[tuple[list[int], str]]:
    """The runs by when they began: the places of each, and its name."""
    rows = catalog.reader("templates").rows(
        "SELECT p.id, p.scope, min(s.time) AS began FROM stream s JOIN places p ON s.place = p.id "
        "WHERE s.time IS NOT NULL GROUP BY ALL ORDER BY 3, 1"
    )
    found: dict[object, tuple[list[int], str]] = {}
    for place, number, _ in rows:
        scope = catalog.scopes.get(number)
        if scope and (scope.life or scope.run):
            found.setdefault(scope.life or scope.run, ([], scope.name))[0].append(place)
    return list(found.values())
