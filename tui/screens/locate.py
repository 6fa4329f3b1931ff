"""Finding the same record again: in another selection, and in data that were loaded anew."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy

from tui.query.model import Row, Selection
from tui.screens.place import FLOW, STREAM, Place

if TYPE_CHECKING:
    from tui.query.browse import Browser

NEIGHBOURS = 200


def index_of(ids: numpy.ndarray, record: int | None) -> int | None:
    """Where *record* is in *ids*; None if it is not."""
    if record is None:
        return None
    found = numpy.flatnonzero(ids == record)
    return int(found[0]) if len(found) else None


def nearest(ids: numpy.ndarray, before: numpy.ndarray, at: int) -> int:
    """Where in *ids* the record at *at* of *before* is, else the next one of *before* that is left, else the last."""
    if not len(ids) or not len(before):
        return 0
    at = min(at, len(before) - 1)
    same = index_of(ids, int(before[at]))
    if same is not None:
        return same
    present = numpy.zeros(int(max(ids.max(), before.max())) + 1, dtype=bool)
    present[ids] = True
    after = numpy.flatnonzero(present[before[at:]])
    if len(after):
        return index_of(ids, int(before[at + after[0]])) or 0
    ahead = numpy.flatnonzero(present[before[:at]])
    return (index_of(ids, int(before[ahead[-1]])) or 0) if len(ahead) else 0


def moved(ids: numpy.ndarray, place: Place) -> tuple[int, int]:
    """Line and first line of the screen for *place* in *ids*, which may be others than when one left it: those of its
    record, or of the next one that is left."""
    at, record = place.at, place.record
    if record is not None and not (at < len(ids) and ids[at] == record):
        at = max(0, min(int(numpy.searchsorted(ids, record)), len(ids) - 1))
    return at, max(0, at - (place.at - place.top))


def timed(browser: Browser, ids: numpy.ndarray, at: int) -> int | None:
    """The time of the record at *at*, or of the nearest before it that has one."""
    start = max(0, at - NEIGHBOURS)
    for row in reversed(browser.rows([int(i) for i in ids[start : at + 1]])):
        if row.time is not None:
            return row.time
    return None


def again(browser: Browser, chosen: Selection, ids: numpy.ndarray, row: Row) -> int | None:
    """Where in *ids*, those of *chosen*, the record is that stands where *row* stood in its file.

    Halves the interval by time, for twenty small questions in a million records, then looks around. A record without a
    time may be anywhere: it is looked for by its text.
    """
    if not len(ids):
        return None
    if row.time is None:
        text = row.body.strip().partition("\n")[0][:80].lstrip('"/')
        hits: numpy.ndarray = browser.find(chosen, text)[: 10 * NEIGHBOURS] if text else ids[:0]
        rows = browser.rows([int(ids[hit]) for hit in hits])
        place = (row.file, row.line)
        return next(
            (int(hit) for hit, other in zip(hits, rows, strict=False) if (other.file, other.line) == place), None
        )
    low = _first(browser, ids, row.time)
    for start in range(max(0, low - NEIGHBOURS), min(len(ids), low + 10 * NEIGHBOURS), NEIGHBOURS):
        for index, other in enumerate(browser.rows([int(i) for i in ids[start : start + NEIGHBOURS]])):
            if (other.file, other.line) == (row.file, row.line):
                return start + index
    return min(low, len(ids) - 1)


def first_at(browser: Browser, ids: numpy.ndarray, time: int) -> int:
    """Where in *ids* the first record is that is not before *time*; the last where all are."""
    return min(_first(browser, ids, time), len(ids) - 1)


def _first(browser: Browser, ids: numpy.ndarray, time: int) -> int:
    low, high = 0, len(ids)
    while low < high:
        middle = (low + high) // 2
        found = timed(browser, ids, middle)
        if found is not None and found >= time:
            high = middle
        else:
            low = middle + 1
    return low


def carried(place: Place, row: Row | None, browser: Browser) -> tuple[Place, numpy.ndarray | None]:
    """*place* in data loaded anew: on the same record, which keeps its line of the screen; and the ids of a stream."""
    if place.view not in (STREAM, FLOW):
        return place, None
    chosen = place.chosen if place.view == STREAM else Selection(entity=place.entity)
    ids = browser.ids(chosen)
    at = again(browser, chosen, ids, row) if row is not None else None
    if at is None:
        at = min(place.at, max(0, len(ids) - 1))
    record = int(ids[at]) if len(ids) else None
    moved = replace(place, record=record, at=at, top=max(0, at - (place.at - place.top)))
    return moved, ids if place.view == STREAM else None
