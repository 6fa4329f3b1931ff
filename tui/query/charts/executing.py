"""When things were executed: from the logs of those that execute them, else from the states they were in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from tui.query.about import about
from tui.query.catalog import Catalog
from tui.query.charts.base import Array
from tui.query.charts.states import best, changes, some
from tui.query.charts.told import kept, marked, timed

#: What a worker of the HighThroughputExecutor says when it begins, and when it ends.
LOGGER = "parsl.executors.high_throughput.process_worker_pool"
BEGIN = (r"^Received executor task \d+$", r"^HTEX task \d+: received executor task$")
END = (
    r"^Completed executor task \d+$",
    r"^HTEX task \d+: Completed task$",
    r"^Putting exception for executor task \d+ ",
)
HTEX = ("parsl.executor", "parsl.executor_task")

#: States in which things are executed, and what that is taken from, in the order of trust. What is launched may wait.
STATES = (
    ("parsl.task_state", ("running",), "told by {}"),
    ("wq.state", ("RUNNING",), "told by {}"),
    ("vine.state", ("RUNNING",), "told by {}"),
    ("parsl.task_state", ("launched",), "told by {}: from launched to the end, with any wait for a worker"),
)
ACTIONS = (("academy.action_state", ("execute_start",), "told by {}"),)


@dataclass(frozen=True, slots=True)
class Spans:
    """Executions, in the order of their beginnings: the record that begins each, from when to when, and the number of
    their scope. What did not end has the last time of the data as its end, and is *open*."""

    records: Array
    start: Array
    end: Array
    scopes: Array
    open: Array
    notes: tuple[str, ...] = ()

    def kept(self, mask: Array) -> Spans:
        """Those of *mask*."""
        return Spans(
            self.records[mask], self.start[mask], self.end[mask], self.scopes[mask], self.open[mask], self.notes
        )


def spans(catalog: Catalog, actions: bool = False) -> Spans:
    """All executions of tasks, or of Academy's *actions*; of each scope from what is trusted most."""
    return kept(catalog, ("spans", actions), partial(_spans, catalog, actions))


def _spans(catalog: Catalog, actions: bool) -> Spans:
    parts: list[Spans] = []
    notes: list[str] = []
    covered = np.zeros(0, np.int32)
    ways = ACTIONS if actions else (None, *STATES)
    for way in ways:
        found = by_workers(catalog) if way is None else by_state(catalog, way[0], way[1])
        fresh = found[0].kept(~np.isin(found[0].scopes, covered))
        if len(fresh.records):
            parts.append(fresh)
            covered = np.union1d(covered, fresh.scopes)
            notes.append("told by the logs of the workers" if way is None else way[2].format(some(found[1])))
    if not parts:
        nothing = np.zeros(0, np.int64)
        return Spans(nothing, nothing, nothing, nothing, np.zeros(0, bool))
    start = np.concatenate([part.start for part in parts])
    order = np.argsort(start, kind="stable")
    return Spans(
        np.concatenate([part.records for part in parts])[order],
        start[order],
        np.concatenate([part.end for part in parts])[order],
        np.concatenate([part.scopes for part in parts])[order],
        np.concatenate([part.open for part in parts])[order],
        tuple(dict.fromkeys(notes)),
    )


def by_workers(catalog: Catalog) -> tuple[Spans, list[str]]:
    records, step = marked(catalog, LOGGER, (BEGIN, END))
    pairs = about(catalog, HTEX, "chart")
    at = np.minimum(np.searchsorted(records, pairs.records), max(0, len(records) - 1))
    mine = records[at] == pairs.records if len(records) else np.zeros(len(pairs.records), bool)
    has, times = timed(catalog, pairs.records[mine])
    scopes = np.asarray(pairs.scopes or (0,), np.int32)[pairs.things[mine]]
    columns = (pairs.records[mine], pairs.things[mine], step[at[mine]] == 0, times, scopes)
    return between(catalog, *(column[has] for column in columns)), []


def by_state(catalog: Catalog, key: str, states: tuple[str, ...]) -> tuple[Spans, list[str]]:
    found, _ = best(catalog, changes(catalog, key))
    begins = np.isin(found.codes, [i for i, state in enumerate(found.states) if state in states])
    has_begin = np.isin(found.things, found.things[begins])
    names = sorted({found.names[i] for i in np.unique(found.sources[begins])})
    columns = (found.records, found.things, begins, found.times, found.scopes)
    return between(catalog, *(column[has_begin] for column in columns)), names


def between(catalog: Catalog, records: Array, things: Array, begins: Array, times: Array, scopes: Array) -> Spans:
    """The spans of each thing from a record that *begins* one to its next that does not. All are in stream order."""
    order = np.lexsort((np.arange(len(things)), things))
    records, things, begins, times, scopes = (each[order] for each in (records, things, begins, times, scopes))
    same = np.append(things[1:] == things[:-1], False)
    again = np.append(False, same[:-1] & begins[:-1]) & begins  # told twice
    begin = np.flatnonzero(begins & ~again)
    ends = np.flatnonzero(~begins)
    at = np.searchsorted(ends, begin)
    end = ends[np.minimum(at, max(0, len(ends) - 1))] if len(ends) else begin
    is_open = (at >= len(ends)) | (things[end] != things[begin])
    last = catalog.span[1] if catalog.span else 0
    until = np.where(is_open, last, np.maximum(times[end], times[begin]))
    order = np.argsort(times[begin], kind="stable")
    begin = begin[order]
    return Spans(records[begin], times[begin], until[order], scopes[begin], is_open[order])
