"""Memory and CPU time of tasks' processes, from the samples that Parsl's monitoring takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from tui.query import select
from tui.query.about import about
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Array, Axis, Plot, Series, chosen, unwindowed
from tui.query.charts.lives import extents, titles, values_at
from tui.query.charts.pool import thing_at
from tui.query.charts.told import among, kept, numbers, timed, told
from tui.query.entities import named_by
from tui.query.expression import literal
from tui.query.model import ANYWHERE, Selection
from tui.times import SECOND

_MEMORY, _USER, _SYSTEM = "psutil_process_memory_resident", "psutil_process_time_user", "psutil_process_time_system"
_EVERY, _HOST = "resource_monitoring_interval", "hostname"
_TRY = ("parsl.task", "parsl.try")
_OF = ("memory", "cpu", "memory@node", "cpu@node", "memory@task", "cpu@task")
_PARTS = 9
_MB = 1e6


@dataclass(frozen=True, slots=True)
class Samples:
    """Samples of processes, by process and time: the record, the time in ns, the number of the process, memory in MB,
    CPU seconds used until then, and until when (ns) it holds if no other of the process follows."""

    records: Array
    times: Array
    process: Array
    memory: Array
    cpu: Array
    until: Array


def samples(catalog: Catalog) -> Samples:
    """All samples that have a time. A process is what one try of one task runs in: a worker's process, which runs one
    after the other, is another for each."""
    return kept(catalog, "samples", partial(_samples, catalog))


def _samples(catalog: Catalog) -> Samples:
    records, memory = numbers(catalog, _MEMORY)
    has, times = timed(catalog, records)
    records, memory, times = records[has], memory[has], times[has]
    cpu = _at(catalog, _USER, records) + _at(catalog, _SYSTEM, records)
    tries = thing_at(about(catalog, _TRY, "chart"), records)
    pid = values_at(told(catalog, "process"), records)
    _, process = np.unique(tries * (int(pid.max(initial=0)) + 2) + pid + 1, return_inverse=True)
    until = times + (np.nan_to_num(_at(catalog, _EVERY, records)) * SECOND).astype(np.int64)
    # A process that is another's by then holds no more, and none outlives the last that is heard of its try.
    pairs = about(catalog, _TRY, "chart")
    _, last = extents(catalog, pairs)
    until = np.where(tries >= 0, np.minimum(until, last[tries]) if len(last) else until, until)
    scope = np.array([*pairs.scopes, ANYWHERE])[tries]
    order = np.lexsort((times, pid, scope))
    next_ = np.append(times[order][1:], 0)
    same = np.append((np.diff(pid[order]) == 0) & (np.diff(scope[order]) == 0), False)[: len(order)]
    until[order] = np.where(same & (pid[order] >= 0), np.minimum(until[order], next_[: len(order)]), until[order])
    until = np.maximum(until, times)
    process = process.reshape(-1)
    order = np.lexsort((times, process))
    return Samples(records[order], times[order], process[order], memory[order] / _MB, cpu[order], until[order])


def _at(catalog: Catalog, key: str, records: Array) -> Array:
    """The number that *key* is at each of *records*, NaN for none."""
    known, values = numbers(catalog, key)
    if not len(known):
        return np.full(len(records), np.nan)
    at = np.minimum(np.searchsorted(known, records), len(known) - 1)
    return np.where(known[at] == records, values[at], np.nan)


def stretches(found: Samples, what: str) -> tuple[Array, Array, Array, Array, int]:
    """Positions of samples, from when to when each holds (ns), how much: MB of ``memory``, or cores busy of ``cpu``;
    and how many were left out since less CPU time was used than before.

    Memory is as sampled until the next sample of the process; the last is taken when it ends. Where there is but one,
    it holds for the time between samples, if the try is not over by then. CPU is that used between two samples, by the
    time between them.
    """
    at = np.arange(len(found.times))
    last = np.append(np.diff(found.process) != 0, True)[: len(at)]
    first = np.append(True, np.diff(found.process) != 0)[: len(at)]
    until = np.append(found.times[1:], 0)[: len(at)]
    if what == "memory":
        until = np.where(last, np.where(first, found.until, found.times), until)
        mine = until > found.times
        return at[mine], found.times[mine], until[mine], found.memory[mine], 0
    used = np.append(np.diff(found.cpu), 0)[: len(at)]
    mine = ~last & (until > found.times) & ~np.isnan(used)
    less = int((used[mine] < 0).sum())
    mine &= used >= 0
    return at[mine], found.times[mine], until[mine], used[mine] * SECOND / (until - found.times)[mine], less


class Resources:
    """Memory and CPU."""

    name = "resources"
    title = "Memory and CPU"
    help = "memory and CPU of tasks' processes as monitoring samples them, by run, node or task"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """``memory`` and ``cpu`` by run, and the same by node and task."""
        return _OF if self.lacks(catalog) is None else ()

    def lacks(self, catalog: Catalog) -> str | None:
        """No samples."""
        if _MEMORY in catalog.schema.columns and len(samples(catalog).records):
            return None
        return "no record tells what memory a process had (monitoring.db does, with resource monitoring on)"

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """Sums over the processes of each run, node or task, one on the other."""
        name = chosen(self, catalog, of)
        what, _, by = name.partition("@")
        found = samples(catalog)
        position, first, last, amount, less = stretches(found, what)
        ids = select.ids(catalog, unwindowed(selection), "chart")
        mine = np.ones(len(position), bool)
        if len(ids) < catalog.count:
            mine = among(catalog, ids)[found.records[position]]
        position, first, last, amount = position[mine], first[mine], last[mine], amount[mine]
        records = found.records[position]
        start, end = reduce.extent(np.concatenate([first, last]), selection.window)
        weight = amount if what == "memory" else amount * (last - first)
        group, names, expressions = _groups(catalog, by or "run", records, weight)
        moments, at = np.unique(np.concatenate([first, last]), return_inverse=True)
        cells = np.concatenate([group, group]) * len(moments) + at.reshape(-1)
        change = np.bincount(cells, np.concatenate([amount, -amount]), len(names) * len(moments))
        rows = np.maximum(change.reshape(len(names), len(moments)).cumsum(axis=1), 0).round(6)
        x, values = reduce.together(moments, rows, start, end, width)
        series = tuple(Series(title, x, y, expression=expression)
                       for title, y, expression in zip(names, values, expressions, strict=True))  # fmt: skip
        notes = [f"{less:,} samples of less CPU time than before left out: a child of the process ended"] * (less > 0)
        processes = np.bincount(found.process).astype(np.int64)
        if what == "cpu" and (once := int((processes == 1).sum())):
            notes.append(f"{once:,} processes were sampled once, which tells no rate")
        axis = Axis("memory", "MB") if what == "memory" else Axis("cores busy")
        title = "Memory of tasks' processes" if what == "memory" else "CPU time that tasks' processes use"
        return Plot(
            self.name, f"{title}, by {by or 'run'}", TIME, axis, start, end, series, stacked=True, of=name,
            notes=tuple(notes), expression=f"_exists_:{_MEMORY}",
        )  # fmt: skip


def _groups(catalog: Catalog, by: str, records: Array, weight: Array) -> tuple[Array, list[str], list[str]]:
    """The group of each of *records*, what groups are called, and filter expressions; of tasks those with most
    *weight*, then ``others``."""
    tries = about(catalog, _TRY, "chart")
    thing = thing_at(tries, records)
    if by == "run":
        scopes = np.array([*tries.scopes, ANYWHERE])[thing]
        used, group = np.unique(scopes, return_inverse=True)
        known = [scope if scope in catalog.scopes else None for scope in used.tolist()]
        names = ["no run" if scope is None else catalog.scopes[scope].name for scope in known]
        pairs = [None if scope is None else named_by(catalog, scope) for scope in known]
        return group.reshape(-1), names, ["" if pair is None else f"{pair[0]}:{literal(pair[1])}" for pair in pairs]
    if by == "node":
        hosts = told(catalog, _HOST)
        host = _hosts(catalog)[thing] if len(tries.values) else np.full(len(records), -1)
        host = np.where(thing >= 0, host, -1)
        used, group = np.unique(host, return_inverse=True)
        return group.reshape(-1), ["no node" if i < 0 else hosts.values[i] for i in used.tolist()], [""] * len(used)
    tasks = about(catalog, _TRY[:1], "chart")
    task = thing_at(tasks, records)
    total = np.bincount(task + 1, weight, len(tasks.values) + 1)
    order = [int(i) - 1 for i in np.argsort(-total, kind="stable") if i and total[i] > 0]
    few = order[:_PARTS] if len(order) > _PARTS + 1 else order
    names, expressions = titles(catalog, tasks, few, "task")
    place = np.full(len(tasks.values) + 1, len(few))
    place[few] = np.arange(len(few))
    return place[task], [*names, "others"], [*expressions, ""]


def _hosts(catalog: Catalog) -> Array:
    """The position of the host, in what is told of hosts, of every try: as its row says, else that of its manager."""

    def make() -> Array:
        hosts, tries = told(catalog, _HOST), about(catalog, _TRY, "chart")
        found = np.full(len(tries.values), -1, np.int64)
        np.maximum.at(found, tries.things, values_at(hosts, tries.records))
        managers = about(catalog, ("parsl.manager",), "chart")
        of_manager = np.full(len(managers.values) + 1, -1, np.int64)
        np.maximum.at(of_manager, managers.things, values_at(hosts, managers.records))
        by_manager = np.full(len(tries.values), -1, np.int64)
        np.maximum.at(by_manager, tries.things, of_manager[thing_at(managers, tries.records)])
        return np.where(found >= 0, found, by_manager)

    return kept(catalog, "hosts of tries", make)


CHART = Resources()
