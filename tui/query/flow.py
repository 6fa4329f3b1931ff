"""The flow of one entity: every record about it, in one order, with the time between steps.

A step's wait counts from the step before in the same file: that is what this component waited for. The first step in a
file counts from the last step anywhere. A stretch in which nothing happened anywhere, and that is a good part of the
whole, is slow: the step that ends it is marked. Where that is a row of a database (which retells what others do), and a
log line that waited as long follows at once, it is that line; and rather than the first step in a file, which had not
begun to wait, it is one that its own file waited for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast, overload

import numpy as np

from tui.query import links, pages, select
from tui.query.catalog import Catalog
from tui.query.model import Entity, Flow, Row, Selection, Step
from tui.query.side_rules import KINDS
from tui.records import NO_TIME

#: A wait of at least this share of the whole flow stands out.
SLOW_SHARE = 0.1
#: Nanoseconds: no shorter wait does, however short the flow is.
SLOW_LEAST = 10_000_000
#: A wait is ended by the first log line within this share of it, when a database's row comes a moment earlier.
MOMENT = 0.01
_PAGE = 200

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Waits:
    """One value a step: nanoseconds *since* the step before, *waited* since step *before*, whether it is *slow*."""

    since: Array
    waited: Array
    before: Array
    slow: tuple[int, ...]


def flow(catalog: Catalog, entity: Entity) -> Flow:
    """The flow of *entity*. It is empty when the store holds no record about it."""
    condition = select.where(catalog, Selection(entity=entity))
    found = catalog.reader("flow").arrays(
        f"SELECT s.rowid AS id, coalesce(s.time, {NO_TIME}) AS time, s.file, s.place FROM stream s "
        f"WHERE {condition.text} ORDER BY id",
        condition.params,
    )
    times = np.asarray(found["time"], np.int64)
    files = np.asarray(found["file"], np.int64)
    databases = [number for number, file in catalog.files.items() if not file["of_lines"]]
    exports = [number for number, file in catalog.files.items() if file["source"] in ("wideview-export", *KINDS)]
    if exports:  # their records stand for the files they were exported from, each of which is a place
        files = np.where(np.isin(files, exports), -1 - np.asarray(found["place"], np.int64), files)
        databases += [-1 - place for place, label in catalog.labels.items() if label.endswith(".db")]
    waits = measure(times, files, databases)
    known = times[times != NO_TIME]
    start, end = (int(known.min()), int(known.max())) if len(known) else (None, None)
    ids = np.asarray(found["id"])
    steps = _Steps(catalog, ids, waits, _inferred(catalog, entity))
    about = tuple(links.about(catalog, entity))
    return Flow(entity, steps, start, end, waits.slow, len(np.unique(files)), cast("Sequence[int]", ids), about)


def _inferred(catalog: Catalog, entity: Entity) -> frozenset[int]:
    """The records of which only a guess says that they are about *entity*."""
    numbers = catalog.schema.inferred
    columns = [column for key, _ in entity.keys if (column := catalog.key_column(key))]
    if not numbers or not columns:
        return frozenset()
    about = select.entity_sql(catalog, entity)
    guessed = " OR ".join(f"list_contains({numbers}, o{column[1:]})" for column in columns)
    found = catalog.reader("flow").rows(
        "SELECT s.rowid FROM stream s WHERE s.ctx IN "
        f"(SELECT ctx FROM aspects WHERE {about.text} GROUP BY ctx HAVING bool_and({guessed}))",
        about.params,
    )
    return frozenset(row[0] for row in found)


def measure(times: Array, files: Array, databases: Collection[int] = (), least: int = SLOW_LEAST) -> Waits:
    """The waits between steps in order: their *times* (least 64-bit integer: none) and the numbers of their *files*.

    *databases* are the numbers of files that retell what others do. No wait shorter than *least* is slow.
    """
    timed = np.flatnonzero(times != NO_TIME)
    since, waited, before = (np.full(len(times), NO_TIME, np.int64) for _ in range(3))
    if len(timed) > 1:
        clock = times[timed]
        since[timed[1:]] = np.diff(clock)
        before[timed[1:]] = timed[:-1]
        by_file = np.argsort(files[timed], kind="stable")  # file by file, each in order
        same = np.flatnonzero(np.diff(files[timed][by_file]) == 0)
        before[timed[by_file[same + 1]]] = timed[by_file[same]]
        waited[timed[1:]] = clock[1:] - times[before[timed[1:]]]
    slow: list[int] = []
    if len(timed) > 1 and (whole := int(times[timed].max() - times[timed].min())) > 0:
        long = np.flatnonzero((since != NO_TIME) & (since >= max(least, SLOW_SHARE * whole)))
        retold = np.isin(files, list(databases))
        known = np.maximum(before, 0)
        own = (before != NO_TIME) & (files[known] == files)
        slow = sorted({_ends_wait(int(i), times, since, waited, retold, own) for i in long})
    return Waits(since, waited, before, tuple(slow))


def _ends_wait(first: int, times: Array, since: Array, waited: Array, retold: Array, own: Array) -> int:
    """The index of the step that ends the stretch before step *first*; *own*: it waited since one of its own file."""
    gap, at = int(since[first]), int(times[first])
    best = None
    for i in range(first, len(times)):
        if times[i] == NO_TIME:
            continue
        if times[i] - at > MOMENT * gap:
            break
        if not retold[i] and waited[i] >= gap * (1 - MOMENT):
            if own[i]:
                return i
            best = i if best is None else best
    return first if best is None else best


class _Steps(Sequence[Step]):
    """The steps of a flow; their records are read a page at a time, when they are looked at."""

    def __init__(self, catalog: Catalog, ids: Array, waits: Waits, inferred: frozenset[int] = frozenset()) -> None:
        self._catalog, self._ids, self._waits, self._inferred = catalog, ids, waits, inferred
        self._slow = frozenset(waits.slow)
        self._page = lru_cache(maxsize=64)(self._read)

    def _read(self, page: int) -> list[Row]:
        return pages.rows(self._catalog, self._ids[page * _PAGE : (page + 1) * _PAGE].tolist(), "flow")

    def __len__(self) -> int:
        return len(self._ids)

    @overload
    def __getitem__(self, index: int) -> Step: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Step]: ...

    def __getitem__(self, index: int | slice) -> Step | Sequence[Step]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(index)
        page, at = divmod(index, _PAGE)
        waits = self._waits
        return Step(
            self._page(page)[at],
            _known(waits.since[index]),
            _known(waits.waited[index]),
            _known(waits.before[index]),
            index in self._slow,
            int(self._ids[index]) in self._inferred,
        )


def _known(value: np.int64) -> int | None:
    return None if value == NO_TIME else int(value)
