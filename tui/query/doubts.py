"""Times that cannot be what they say.

In ``facts``: a time far from all others of its file is taken away; a clock that steps back, and a record without the
time that its log kind writes, are kept as they are. ``rejects`` tells of all three.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from tui import times
from tui.query.store import Store
from tui.records import NO_TIME

#: A file whose records lie further apart than this is not believed, if it is a few of many.
FAR = 3 * 366 * 86_400 * times.SECOND
_FEW = 0.02

#: Threads that share a file write up to half a second out of order.
BACK = times.SECOND

#: Records without a time that are named, per file.
MOST = 100

#: A file in which the clock goes back more often than this is not in the order of time.
STEPS = 10

Array = np.ndarray[Any, Any]


def judge(store: Store) -> None:
    """Look at the times in ``facts`` file by file, in the order of lines."""
    facts = store.arrays(
        f"SELECT record, place, line, coalesce(time, {NO_TIME}) AS time FROM facts "
        "WHERE place IN (SELECT id FROM files WHERE of_lines)"
    )
    order = np.argsort(facts["record"], kind="stable")
    record, place, line, time = (facts[name][order] for name in ("record", "place", "line", "time"))
    told: list[tuple[int, int, str, str]] = []
    far: list[int] = []
    inside = {file for (file,) in store.execute("SELECT id FROM files WHERE timed")}
    unordered = {file for (file,) in store.execute("SELECT id FROM files WHERE unordered")}
    damaged = {number for (number,) in store.execute("SELECT record FROM errors")}
    for start, end in _runs(place):
        file = int(place[start])
        known = np.flatnonzero(time[start:end] != NO_TIME) + start
        if not len(known):
            continue
        lost = known[_far(time[known])]
        if len(lost):
            known = np.setdiff1d(known, lost)
        far += record[lost].tolist()
        for at in lost:
            told.append((file, int(line[at]), "mended", f"{times.iso(int(time[at]))} is no time of this log: left out"))
        steps = _steps(time[known]) if file not in unordered else []
        if len(steps) > STEPS:  # the clock is not to blame
            most = times.duration(max(back for _, _, back in steps))
            reason = f"times go back {len(steps):,} times from here on, by up to {most}: not in the order of time"
            told.append((file, int(line[known[steps[0][0]]]), "mended", reason))
            steps = []
        for first, last, back in steps:
            lines = f"{last - first + 1:,} lines, to line {int(line[known[last]]):,}" if last > first else "1 line"
            reason = f"the clock goes back {times.duration(back)} for {lines}"
            told.append((file, int(line[known[first]]), "mended", reason))
        if file in inside:
            bare = [at for at in np.flatnonzero(time[start:end] == NO_TIME) + start if int(record[at]) not in damaged]
            for at in bare[:MOST]:
                told.append((file, int(line[at]), "mended", "it has no time: it stands after the record before it"))
            if len(bare) > MOST:
                reason = f"and {len(bare) - MOST:,} more records of this file have no time"
                told.append((file, int(line[bare[MOST]]), "mended", reason))
    if far:
        store.table_of("far", ("record",), [(number,) for number in far], "BIGINT")
        store.execute("UPDATE facts SET time = NULL WHERE record IN (SELECT record FROM far)")
        store.execute("DROP TABLE far")
    if told:
        store.table_of("told", ("file", "line", "kind", "reason"), told, "INTEGER, BIGINT, VARCHAR, VARCHAR")
        store.execute("INSERT INTO rejects FROM told")
        store.execute("DROP TABLE told")


def _runs(place: Array) -> list[tuple[int, int]]:
    """Where the records of each file begin and end."""
    if not len(place):
        return []
    edges = [0, *(np.flatnonzero(place[1:] != place[:-1]) + 1).tolist(), len(place)]
    return list(itertools.pairwise(edges))


def _far(time: Array) -> Array:
    """The indexes of the few times that lie years from the others."""
    if len(time) < 3 or int(time.max()) - int(time.min()) < FAR:
        return np.empty(0, np.int64)
    middle = int(np.median(time.astype(np.float64)))
    far = np.flatnonzero(np.abs(time.astype(np.float64) - middle) > FAR)
    return far if len(far) <= max(1, _FEW * len(time)) else far[:0]


def _steps(time: Array) -> list[tuple[int, int, int]]:
    """(index of the first, index of the last, nanoseconds) of every stretch that a clock set back wrote."""
    found: list[tuple[int, int, int]] = []
    if len(time) < 2:
        return found
    until = -1
    for at in np.flatnonzero(np.diff(time) < -BACK) + 1:
        if at <= until:
            continue
        before = time[at - 1]
        again = np.flatnonzero(time[at:] >= before - BACK)
        until = int(at + again[0] - 1) if len(again) else len(time) - 1
        found.append((int(at), until, int(before - time[at])))
    return found
