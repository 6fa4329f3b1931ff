"""How many tasks are executed at each moment, by app, executor, block or worker."""

from __future__ import annotations

import numpy as np

from tui.query import select
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Array, Axis, Plot, Series, both, chosen, unwindowed
from tui.query.charts.executing import spans
from tui.query.charts.told import among, kept, told
from tui.query.expression import literal
from tui.query.model import Selection

_KEYS = ("parsl.app_name", "parsl.executor", "parsl.block", "parsl.manager", "parsl.worker", "wq.worker", "vine.worker")
_ACTIONS = ("academy.action", "academy.agent_id")
PARTS = 10
"""Of a whole that are told apart; what is less stands together as ``others``."""


def grouped(catalog: Catalog, key: str, records: Array) -> tuple[Array, list[str], list[str]]:
    """For each of *records* the number of its group by the value of *key*, what the groups are called, and a filter
    expression for each. The commonest values are groups, then ``others``, then what has no value."""
    found = told(catalog, key)
    if not len(found.records) or not len(records):
        return np.zeros(len(records), np.int64), [f"no {key}"], [f"NOT _exists_:{key}"]
    at = np.minimum(np.searchsorted(found.records, records), len(found.records) - 1)
    code = np.where(found.records[at] == records, found.codes[at], len(found.values)).astype(np.int64)
    sizes = np.bincount(code, minlength=len(found.values) + 1)
    common = [int(i) for i in np.argsort(-sizes[:-1], kind="stable") if sizes[i]]
    named = common[:PARTS] if len(common) > PARTS + 1 else common
    others = len(common) > len(named)
    place = np.full(len(sizes), len(named))
    place[named] = np.arange(len(named))
    place[-1] = len(named) + others
    names = [found.values[i] for i in named]
    expressions = [f"{key}:{literal(name)}" for name in names]
    if others:
        expressions.append(both(f"_exists_:{key}", *(f"NOT {each}" for each in expressions)))
        names.append("others")
    if sizes[-1]:
        names.append(f"no {catalog.rules.kind(key)}")
        expressions.append(f"NOT _exists_:{key}")
    return place[code], names, expressions


class Running:
    """Executions at each moment."""

    name = "running"
    title = "Tasks being executed"
    help = "how many tasks are executed at each moment, by app, executor, block or worker"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """The keys by which executions can be told apart."""
        return kept(catalog, "running", lambda: self._of(catalog))

    def _of(self, catalog: Catalog) -> tuple[str, ...]:
        found = [key for key in _KEYS if catalog.is_key(key)] if len(spans(catalog).records) else []
        if any(catalog.is_key(key) for key in _ACTIONS) and len(spans(catalog, True).records):
            found += [key for key in _ACTIONS if catalog.is_key(key)]
        return tuple(found)

    def lacks(self, catalog: Catalog) -> str | None:
        """Nothing tells of executions."""
        if self.of(catalog):
            return None
        return "no record tells when a task is executed (worker logs, monitoring.db, transaction_log, parsl.log do)"

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """A series a value of the key; an execution is selected if the record that begins it is."""
        key = chosen(self, catalog, of)
        what = "actions" if key in _ACTIONS else "tasks"
        found = spans(catalog, key in _ACTIONS)
        ids = select.ids(catalog, unwindowed(selection), "chart")
        if len(ids) < catalog.count:
            found = found.kept(among(catalog, ids)[found.records])
        start, end = reduce.extent(np.concatenate([found.start, found.end]), selection.window)
        group, names, expressions = grouped(catalog, key, found.records)
        times, rows = changing(found.start, found.end, found.open, group, len(names))
        x, values = reduce.together(times, rows, start, end, width)
        series = [
            Series(name, x, y, expression=expression)
            for name, y, expression in zip(names, values, expressions, strict=True)
        ]
        notes = list(found.notes)
        if number := int(found.open.sum()):
            notes.append(f"{number:,} of {len(found.open):,} were begun and never ended, as far as these files tell")
        return Plot(
            self.name, f"{what[:1].upper()}{what[1:]} being executed", TIME, Axis(what), start, end, tuple(series),
            stacked=True, of=key, notes=tuple(notes),
        )  # fmt: skip


def changing(start: Array, end: Array, is_open: Array, group: Array, groups: int) -> tuple[Array, Array]:
    """Times, and for each of so many *groups* a row: how many have begun and not ended from each time on."""
    ended = end[~is_open]
    times, at = np.unique(np.concatenate([start, ended]), return_inverse=True)
    of = np.concatenate([group, group[~is_open]])
    change = np.concatenate([np.ones(len(start)), -np.ones(len(ended))])
    cells = np.bincount(of * len(times) + at, change, groups * len(times))
    return times, cells.reshape(groups, len(times)).cumsum(axis=1)


CHART = Running()
