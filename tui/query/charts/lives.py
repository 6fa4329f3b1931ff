"""What several charts ask of records and things: a value of each of some records, the first and last moment of each
thing, which things a selection is about, and what they are called."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tui.query import select
from tui.query.about import About, pairs_among
from tui.query.catalog import Catalog
from tui.query.charts.base import Array, both
from tui.query.charts.told import Told, among
from tui.query.entities import named_by
from tui.query.expression import literal
from tui.query.model import ANYWHERE, Selection
from tui.records import NO_TIME


def values_at(found: Told, records: Array) -> Array:
    """The position in ``found.values`` of what each of *records* says, -1 for nothing."""
    if not len(found.records):
        return np.full(len(records), -1, np.int32)
    at = np.minimum(np.searchsorted(found.records, records), len(found.records) - 1)
    return np.where(found.records[at] == records, found.codes[at], -1)


def chosen_things(catalog: Catalog, pairs: About, selection: Selection) -> Array:
    """A mask over the things of *pairs*: which have a record in *selection*, its time window included."""
    mask = np.zeros(len(pairs.values), bool)
    ids = select.ids(catalog, selection, "chart")
    if len(ids) == catalog.count:
        mask[pairs.things] = True
    else:
        mask[pairs.things[pairs_among(pairs.records, pairs.things, among(catalog, ids))]] = True
    return mask


def extents(catalog: Catalog, pairs: About) -> tuple[Array, Array]:
    """First and last time of each thing of *pairs*; NO_TIME where it has none."""
    size = len(pairs.values)
    first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, NO_TIME)
    times = catalog.clock[0][pairs.records]
    has = times != NO_TIME
    np.minimum.at(first, pairs.things[has], times[has])
    np.maximum.at(last, pairs.things[has], times[has])
    first[last == NO_TIME] = NO_TIME
    return first, last


def titles(catalog: Catalog, pairs: About, things: Iterable[int], kind: str = "") -> tuple[list[str], list[str]]:
    """What to call each of *things*, a name of its run before it where they are of several, and the filter expression
    for the records of each."""
    things = list(things)
    several = len({pairs.scopes[i] for i in things} - {ANYWHERE}) > 1
    names, expressions = [], []
    for i in things:
        scope = pairs.scopes[i]
        name = f"{kind} {' '.join(pairs.values[i])}".strip()
        parts = [f"{key}:{literal(value)}" for key, value in zip(pairs.keys, pairs.values[i], strict=True)]
        if several and scope in catalog.scopes:
            name = f"{name} of {catalog.scopes[scope].name}"
        if scope in catalog.scopes and len(catalog.scopes) > 1:
            key, value = named_by(catalog, scope)
            parts.insert(0, f"{key}:{literal(value)}")
        names.append(name)
        expressions.append(both(*parts))
    return names, expressions


def steps(times: Array, change: Array) -> tuple[Array, Array]:
    """How many there are from each moment on, of *change* (1 for one more, -1 for one less) at *times*, in any order:
    the moments, ascending, and the numbers."""
    moments, at = np.unique(times, return_inverse=True)
    return moments, np.bincount(at.reshape(-1), change, len(moments)).cumsum()


def shortened(lane: Array, first: Array, last: Array, start: float, end: float, width: int) -> Array:
    """The positions of the spans that *width* columns can show, in their order: all that are as wide as a column, and
    of those that begin in one column of one lane, and are less wide, the longest."""
    size = max(1.0, (end - start) / width)
    seen = np.flatnonzero((last >= start) & (first <= end))
    column = np.clip((first[seen] - start) / size, 0, width - 1).astype(np.int64)
    long = (last - first)[seen]
    order = np.lexsort((-long, column, lane[seen]))
    same = np.append(False, (np.diff(column[order]) == 0) & (np.diff(lane[seen][order]) == 0))[: len(order)]
    return np.sort(seen[order[~same | (long[order] >= size)]])
