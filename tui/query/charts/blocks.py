"""Tasks against the blocks and workers that are there for them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui.query import select
from tui.query.about import about
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Array, Axis, Plot, Series, unwindowed
from tui.query.charts.executing import spans
from tui.query.charts.lives import steps
from tui.query.charts.pool import FAMILIES, selected, there, thing_at
from tui.query.charts.states import best, changes
from tui.query.charts.told import among, kept, numbers, timed
from tui.query.model import Selection

#: Of each key of states the one of what waits for something else first, if any, and those of what was handed over to be
#: executed and has not ended.
_TASKS = {
    "parsl.task_state": ("pending", ("launched", "running", "running_ended")),
    "wq.state": ("", ("WAITING", "RUNNING")),
    "vine.state": ("", ("INITIAL", "READY", "RUNNING")),
}
_BLOCKS = "parsl.block_state"
_BLOCK_STATES = (("blocks running", "RUNNING", "blocks_running"), ("blocks pending", "PENDING", "blocks_pending"))
_WAITING, _RUNNING, _PENDING = "tasks waiting for a worker", "tasks running", "tasks pending"


@dataclass(frozen=True, slots=True)
class Line:
    """A number that changes by *change* at *times*, in any order, as *records* tell."""

    title: str
    times: Array
    change: Array
    records: Array
    key: str


def lines(catalog: Catalog) -> tuple[Line, ...]:
    """Tasks and blocks as they are counted."""
    return kept(catalog, "blocks", lambda: (*_tasks(catalog), *_blocks(catalog)))


def _tasks(catalog: Catalog) -> list[Line]:
    found = []
    executed = spans(catalog)
    key = next((key for key in _TASKS if len(changes(catalog, key).things)), None)
    closed = ~executed.open
    running = Line(
        _RUNNING, np.concatenate([executed.start, executed.end[closed]]),
        np.concatenate([np.ones(len(executed.start)), -np.ones(int(closed.sum()))]),
        np.concatenate([executed.records, executed.records[closed]]), key or "parsl.executor_task",
    )  # fmt: skip
    if key is not None:
        waits, handed = _TASKS[key]
        told, _ = best(catalog, changes(catalog, key))
        order = np.lexsort((np.arange(len(told.things)), told.things))
        first = np.append(True, np.diff(told.things[order]) != 0)
        for title, states in ((_PENDING, (waits,)), (_WAITING, handed)):
            inside = np.isin(told.codes[order], [i for i, state in enumerate(told.states) if state in states])
            before = np.append(False, inside[:-1]) & ~first
            change = inside.astype(np.int64) - before
            moved = change != 0
            line = Line(title, told.times[order][moved], change[moved], told.records[order][moved], key)
            if title == _WAITING:  # those that run wait no more
                line = Line(
                    title, np.concatenate([line.times, running.times]),
                    np.concatenate([line.change, -running.change]), np.concatenate([line.records, running.records]),
                    key,
                )  # fmt: skip
            if len(line.times):
                found.append(line)
    return [*found, running] if len(running.times) else found


def _blocks(catalog: Catalog) -> list[Line]:
    """From the states of blocks; where there are none, from the figures that Parsl's strategy logs now and then."""
    found = []
    told = changes(catalog, _BLOCKS)
    if len(told.things):
        told, _ = best(catalog, told)
        order = np.lexsort((np.arange(len(told.things)), told.things))
        first = np.append(True, np.diff(told.things[order]) != 0)
        for title, state, _ in _BLOCK_STATES:
            inside = np.array([name == state for name in told.states])[told.codes[order]]
            change = inside.astype(np.int64) - (np.append(False, inside[:-1]) & ~first)
            moved = change != 0
            found.append(Line(title, told.times[order][moved], change[moved], told.records[order][moved], _BLOCKS))
        return [line for line in found if len(line.times)]
    executors = about(catalog, ("parsl.executor",), "chart")
    for title, _, key in _BLOCK_STATES:
        records, values = numbers(catalog, key)
        has, times = timed(catalog, records)
        records, values, times = records[has], values[has], times[has]
        order = np.lexsort((np.arange(len(records)), thing_at(executors, records)))
        of = thing_at(executors, records)[order]
        before = np.append(0, values[order][:-1])
        before[np.append(True, np.diff(of) != 0)[: len(of)]] = 0
        line = Line(title, times[order], values[order] - before[: len(of)], records[order], key)
        if len(line.times) and line.change.any():
            found.append(line)
    return found


def _workers(catalog: Catalog, selection: Selection) -> tuple[Array, Array]:
    """How many workers of the selection are there: times, and the change at each."""
    parts = [selected(catalog, family, selection) for family in _families(catalog)]
    times = [times for part in parts for times in (part.start, part.end)]
    change = [change for part in parts for change in (part.count, -part.count)]
    nothing = np.zeros(0, np.int64)
    return np.concatenate([*times, nothing]), np.concatenate([*change, nothing])


def _families(catalog: Catalog) -> list[str]:
    found = (family for family, keys in FAMILIES.items() if catalog.is_key(keys[0]))
    return [family for family in found if len(there(catalog, family).start)]


class Blocks:
    """Tasks, blocks and workers."""

    name = "blocks"
    title = "Tasks against blocks and workers"
    help = "tasks that wait and run, against the blocks and workers that are there for them"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """No choice."""
        return ()

    def lacks(self, catalog: Catalog) -> str | None:
        """Tasks alone are no comparison."""
        titles = {line.title for line in lines(catalog)}
        if not titles & {"blocks running", "blocks pending"} and not _families(catalog):
            return "no record tells of blocks or workers (parsl.log, monitoring.db, interchange and manager logs do)"
        return None if titles & {_PENDING, _WAITING, _RUNNING} else "no record tells of tasks that wait or run"

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """A line each of what is counted: tasks and blocks by the records that are selected, and the workers that there
        are records of."""
        ids = select.ids(catalog, unwindowed(selection), "chart")
        mask = among(catalog, ids) if len(ids) < catalog.count else None
        found: list[tuple[str, Array, Array, str]] = []
        notes = []
        for line in (*lines(catalog), Line("workers", *_workers(catalog, selection), np.zeros(0), "parsl.worker")):
            times, change = line.times, line.change
            if mask is not None and len(line.records):
                times, change = times[mask[line.records]], change[mask[line.records]]
            x, y = steps(times, change)
            if len(y) and y.min() < 0:
                if line.title == _WAITING:
                    notes.append(f"{int(-y.min()):,} tasks at once said to run before they were launched: counted as 0")
                y = np.maximum(y, 0)
            if len(x) and y.any():
                found.append((line.title, x, y, f"_exists_:{line.key}"))
        start, end = reduce.extent(np.concatenate([x for _, x, _, _ in found] or [np.zeros(0, np.int64)]),
                                   selection.window)  # fmt: skip
        series = tuple(Series(title, *reduce.held(x, y, start, end, width), expression=expression)
                       for title, x, y, expression in found)  # fmt: skip
        return Plot(self.name, self.title, TIME, Axis("number", log=True), start, end, series, notes=tuple(notes))


CHART = Blocks()
