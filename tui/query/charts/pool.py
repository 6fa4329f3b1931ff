"""When workers were there, and when they were busy: of the HighThroughputExecutor, Work Queue and TaskVine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from tui.query.about import About, about
from tui.query.catalog import Catalog
from tui.query.charts.base import Array, unwindowed
from tui.query.charts.executing import LOGGER, Spans, by_state, by_workers
from tui.query.charts.lives import chosen_things, values_at
from tui.query.charts.told import kept, marked, numbers, timed, told
from tui.query.model import Selection
from tui.query.schema import BODY_KEYS
from tui.records import NO_TIME

#: Workers by what names them; the last key is the one that people know.
FAMILIES: dict[str, tuple[str, ...]] = {
    "parsl.worker": ("parsl.manager", "parsl.worker"),
    "wq.worker": ("wq.worker",),
    "vine.worker": ("vine.worker",),
}
_MANAGER = ("parsl.manager",)
_INTERCHANGE = "parsl.executors.high_throughput.interchange"
_STARTED, _DIED = (r"^Worker \d+ started$", r"^Worker \d+ has been restarted$"), (r"^Worker \d+ has died$",)


@dataclass(frozen=True, slots=True)
class There:
    """Stretches of time in which *count* workers were there; *worker* is the number of the thing, -1 where it is only
    known how many there were of *manager*, the number of another thing (-1 where that is not asked)."""

    worker: Array
    start: Array
    end: Array
    count: Array
    manager: Array


def busy(catalog: Catalog, family: str) -> tuple[Spans, Array]:
    """The executions at workers of *family*, and the number of the worker of each (among all things of its keys)."""
    return kept(catalog, ("busy", family), partial(_busy, catalog, family))


def _busy(catalog: Catalog, family: str) -> tuple[Spans, Array]:
    if family == "parsl.worker":
        spans, _ = by_workers(catalog)
    else:
        spans, _ = by_state(catalog, family.replace("worker", "state"), ("RUNNING",))
    worker = thing_at(about(catalog, FAMILIES[family], "chart"), spans.records)
    return spans.kept(worker >= 0), worker[worker >= 0]


def thing_at(pairs: About, records: Array) -> Array:
    """The first thing of *pairs* that each of *records* is about, -1 for none."""
    if not len(pairs.records):
        return np.full(len(records), -1)
    at = np.minimum(np.searchsorted(pairs.records, records), len(pairs.records) - 1)
    return np.where(pairs.records[at] == records, pairs.things[at], -1).astype(np.int64)


def there(catalog: Catalog, family: str) -> There:
    """When workers of *family* were there: a worker of Parsl's from its start until it died or its manager fell silent,
    those of the others from connection to disconnection. Of managers whose workers wrote nothing the number that they
    registered, until they are last heard of."""
    return kept(catalog, ("there", family), partial(_htex if family == "parsl.worker" else _connected, catalog, family))


def _connected(catalog: Catalog, family: str) -> There:
    events = told(catalog, family.replace("worker", "worker_event"))
    begins = np.array([value == "CONNECTION" for value in events.values] or [False])
    ends = np.array([value == "DISCONNECTION" for value in events.values] or [False])
    has, times = timed(catalog, events.records)
    mask = has & (begins | ends)[events.codes] if len(events.records) else has
    worker = thing_at(about(catalog, FAMILIES[family], "chart"), events.records[mask])
    last = catalog.span[1] if catalog.span else 0
    return _lives(worker, begins[events.codes[mask]], times[mask], np.full(int(worker.max(initial=0)) + 1, last))


def _htex(catalog: Catalog, family: str) -> There:
    pairs, managers = about(catalog, FAMILIES[family], "chart"), about(catalog, _MANAGER, "chart")
    first, last = _heard(catalog, managers)
    names = {
        (scope, value[0]): i for i, (scope, value) in enumerate(zip(managers.scopes, managers.values, strict=True))
    }
    owner = np.array([names.get((scope, value[0]), -1) for scope, value in zip(pairs.scopes, pairs.values, strict=True)]
                     or [-1], np.int64)  # fmt: skip
    records, step = marked(catalog, LOGGER, (_STARTED, _DIED))
    has, times = timed(catalog, records)
    worker = thing_at(pairs, records)
    mask = has & (worker >= 0)
    spans, at = busy(catalog, family)
    begun = np.full(len(owner), np.iinfo(np.int64).max)  # who said nothing of a start is there when it begins to work
    np.minimum.at(begun, worker[mask], times[mask])
    early = np.flatnonzero(spans.start < begun[at]) if len(at) else np.zeros(0, np.int64)
    ends = np.where(owner >= 0, last[owner], spans.end.max(initial=0)) if len(managers.values) else np.zeros(len(owner))
    lives = _lives(
        np.concatenate([at[early], worker[mask]]),
        np.concatenate([np.ones(len(early), bool), step[mask] == 0]),
        np.concatenate([spans.start[early], times[mask]]), ends,
    )  # fmt: skip
    silent = np.ones(len(managers.values), bool)
    silent[owner[lives.worker][owner[lives.worker] >= 0]] = False
    registered = _registered(catalog, managers)
    known = np.flatnonzero(silent & (registered > 0) & (first != NO_TIME))
    return There(
        np.concatenate([lives.worker, np.full(len(known), -1)]),
        np.concatenate([lives.start, first[known]]),
        np.concatenate([lives.end, last[known]]),
        np.concatenate([lives.count, registered[known]]),
        np.concatenate([lives.manager, known]),
    )


def _heard(catalog: Catalog, managers: About) -> tuple[Array, Array]:
    """First and last time that each manager, or the interchange or monitoring of it, says something of it."""
    loggers = told(catalog, "name")
    own = [value.startswith((LOGGER, _INTERCHANGE)) for value in loggers.values]
    code = values_at(loggers, managers.records)
    table = values_at(told(catalog, "monitoring.table"), managers.records)
    nodes = [value == "node" for value in told(catalog, "monitoring.table").values]
    mask = np.array([*own, False])[code] | np.array([*nodes, False])[table]
    size = len(managers.values)
    first, last = np.full(size, np.iinfo(np.int64).max), np.full(size, NO_TIME)
    has, times = timed(catalog, managers.records)
    mask &= has
    np.minimum.at(first, managers.things[mask], times[mask])
    np.maximum.at(last, managers.things[mask], times[mask])
    return np.where(last == NO_TIME, NO_TIME, first), last


def _registered(catalog: Catalog, managers: About) -> Array:
    """The greatest number of workers that each manager was registered with; 0 where that is not told."""
    found = np.zeros(len(managers.values), np.int64)
    records, values = numbers(catalog, "worker_count")
    parts = [(records, values)]
    if bodies := [catalog.schema.columns[key] for key in BODY_KEYS if key in catalog.schema.columns]:
        asked, _ = marked(catalog, _INTERCHANGE, ((r"^Registration info for manager ", r"^Manager b'[0-9a-f]+' -> "),))
        if len(asked):
            body = f"coalesce({', '.join(f'r.{column}' for column in bodies)})"
            rows = catalog.reader("chart").rows(
                f"SELECT p.id, try_cast(regexp_extract({body}, '''worker_count'': (\\d+)', 1) AS INTEGER) AS n "
                "FROM picked p JOIN stream s ON s.rowid = p.id JOIN records r ON s.record = r.rowid "
                "WHERE n IS NOT NULL ORDER BY 1", ids=asked,
            )  # fmt: skip
            parts.append((np.array([id_ for id_, _ in rows], np.int64), np.array([n for _, n in rows])))
    for records, values in parts:
        manager = thing_at(managers, records)
        mask = (manager >= 0) & (values < 1 << 31)
        np.maximum.at(found, manager[mask], values[mask].astype(np.int64))
    return found


def _lives(worker: Array, begins: Array, times: Array, ends: Array) -> There:
    """From a beginning of each worker to its next end, else to *ends* of it."""
    mask = worker >= 0
    worker, begins, times = worker[mask], begins[mask], times[mask]
    order = np.lexsort((times, worker))
    worker, begins, times = worker[order], begins[order], times[order]
    if not len(worker):
        return There(worker, times, times, worker, worker)
    again = np.append(False, (worker[1:] == worker[:-1]) & begins[1:] & begins[:-1])  # told twice
    worker, begins, times = worker[~again], begins[~again], times[~again]
    at = np.flatnonzero(begins)
    after = np.minimum(at + 1, len(worker) - 1)
    ended = (worker[after] == worker[at]) & ~begins[after]
    end = np.where(ended, times[after], np.maximum(ends[worker[at]], times[at])).astype(np.int64)
    return There(worker[at], times[at], end, np.ones(len(at), np.int64), np.full(len(at), -1))


def selected(catalog: Catalog, family: str, selection: Selection) -> There:
    """Those of :func:`there` of whom, or of whose manager, the selection has a record at any time."""
    found = there(catalog, family)
    asked = unwindowed(selection)
    workers = chosen_things(catalog, about(catalog, FAMILIES[family], "chart"), asked)
    mask = np.append(workers, False)[found.worker]
    if (found.manager >= 0).any():
        mask |= np.append(chosen_things(catalog, about(catalog, _MANAGER, "chart"), asked), False)[found.manager]
    columns = (found.worker, found.start, found.end, found.count, found.manager)
    return There(*(column[mask] for column in columns))


def occupied(worker: Array, start: Array, end: Array) -> tuple[Array, Array]:
    """Of executions *start* to *end* the moments at which a worker becomes busy (1) or free (-1): a worker with several
    at once is busy once."""
    who, times = np.concatenate([worker, worker]), np.concatenate([start, end])
    change = np.repeat(np.array([1, -1]), len(start))
    order = np.lexsort((-change, times, who))
    number = change[order].cumsum()
    moved = ((number == 1) & (change[order] == 1)) | (number == 0)
    return times[order][moved], change[order][moved]
