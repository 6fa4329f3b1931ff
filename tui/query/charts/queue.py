"""Lengths of queues and other numbers over time: any numeric key, and what went into a queue and has not come out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tui.query import select
from tui.query.about import about
from tui.query.catalog import Catalog
from tui.query.charts import executing, reduce
from tui.query.charts.base import TIME, Array, Axis, Plot, Series, both, chosen, unwindowed
from tui.query.charts.told import among, kept, marked, numbers, places, timed, told
from tui.query.expression import literal
from tui.query.model import ANYWHERE, Selection
from tui.query.schema import BODY_KEYS


@dataclass(frozen=True, slots=True)
class Between:
    """Things that did *begin* and not yet *end*: patterns of bodies of *logger*."""

    name: str
    title: str
    logger: str
    begin: tuple[str, ...]
    end: tuple[str, ...]
    expression: str


_PUT = Between(
    "put-sent",
    "On the interchange's queue: put, not sent",
    "parsl.executors.high_throughput.interchange",
    (r"^Put task \d+ onto pending_task_queue", r"^HTEX task \d+: put onto pending_task_queue"),
    (r"^Sent tasks: \[",),
    '"onto pending_task_queue" OR "Sent tasks: ["',
)
_RECEIVED = Between(
    "received-completed",
    "At the workers: received, not completed",
    executing.LOGGER,
    executing.BEGIN,
    executing.END,
    '"eceived executor task" OR "Completed executor task" OR "Completed task" OR "Putting exception for executor task"',
)
DERIVED = {each.name: each for each in (_PUT, _RECEIVED)}

#: Keys that count something, the most telling first.
_FIRST = (
    "queued_tasks", "parsl.pending_tasks", "active_tasks", "tasks_waiting", "wq.tasks_waiting", "parsl.ready_workers",
    "active_slots", "free_capacity", "tasks_running", "tasks_on_workers", "workers_connected", "workers_busy",
    "workers_idle", "blocks_running", "blocks_pending", "interesting", "ready",
)  # fmt: skip

#: What every log record of Python has, and others that say who wrote it, or name a thing: no amounts.
_NO_AMOUNT = {
    *BODY_KEYS, "created", "msecs", "relativeCreated", "lineno", "levelno", "process", "thread", "os_thread", "pid",
    "tid", "timestamp", "time", "asctime", "args", "exc_info", "exc_text", "stack_info", "name", "levelname", "level",
    "pathname", "filename", "module", "funcname", "funcName", "processName", "threadName", "taskName", "repr",
    "known_keys", "id", "active", "uid", "gid", "ppid", "rank", "try_id", "task_id", "port",
}  # fmt: skip

#: Where a number may be of one of several: each has a line of its own.
_WHERE = ("parsl.executor", "parsl.block", "parsl.manager", "wq.manager", "vine.manager")
_LINES = 12


class Queue:
    """Numbers over time."""

    name = "queue"
    title = "Lengths of queues"
    help = "any number over time, and what is in the queues of interchange and workers"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """Queues that can be counted, then every key whose values are all numbers."""
        return kept(catalog, "queues", lambda: self._of(catalog))

    def _of(self, catalog: Catalog) -> tuple[str, ...]:
        counted = [each.name for each in DERIVED.values() if len(_marks(catalog, each)[0])]
        return (*counted, *_numeric(catalog))

    def lacks(self, catalog: Catalog) -> str | None:
        """No number at all."""
        if self.of(catalog):
            return None
        return "no key of any record is a number, and there is no log of an interchange or a worker"

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """A line for every place that writes it, and for every executor or manager that it is of."""
        name = chosen(self, catalog, of)
        if name in DERIVED:
            return _derived(catalog, selection, DERIVED[name], width)
        records, values = numbers(catalog, name)
        ids = select.ids(catalog, unwindowed(selection), "chart")
        if len(ids) < catalog.count:
            mask = among(catalog, ids)[records]
            records, values = records[mask], values[mask]
        has, times = timed(catalog, records)
        records, values, times = records[has], values[has], times[has]
        start, end = reduce.extent(times, selection.window)
        lines = _lines(catalog, name, records)
        series = []
        for title, expression, mask in lines[:_LINES]:
            x, y = reduce.held(times[mask], values[mask], start, end, width)
            series.append(Series(title, x, y, expression=expression))
        notes = [f"{len(lines) - _LINES} lines with fewer values left out; a filter narrows"] * (len(lines) > _LINES)
        if not has.all():
            notes.append(f"{int((~has).sum()):,} records with {name} left out, since they have no time")
        return Plot(
            self.name, "Number over time", TIME, Axis(name.rpartition(".")[2].replace("_", " ")), start, end,
            tuple(series), of=name, notes=tuple(notes), expression=f"_exists_:{name}",
        )  # fmt: skip


def _numeric(catalog: Catalog) -> list[str]:
    """The keys of which every value is a number that counts something; first those that tell most."""
    names = {rule.name for rule in catalog.rules.key if rule.kind or rule.form != "text"} | _NO_AMOUNT
    names |= {name for rule in catalog.rules.alias for name in (rule.key, *rule.of)}
    known = [key for key in catalog.rule_keys_present if key in _FIRST and len(numbers(catalog, key)[0])]
    emitted = [
        key
        for key in catalog.schema.columns
        if key not in names and key not in known and not key.startswith("wideview.") and not key.endswith("_id")
    ]
    columns = [catalog.schema.columns[key] for key in emitted]
    if columns:
        number = "try_cast({0} AS DOUBLE)"
        asked = f"count({{0}}) > 0 AND count({{0}}) = count({number}) AND min({number}) < max({number})"
        [row] = catalog.reader("chart").rows(f"SELECT {', '.join(asked.format(c) for c in columns)} FROM records")
        known += [key for key, counts in zip(emitted, row, strict=True) if counts]
    return sorted(known, key=lambda key: (_FIRST.index(key) if key in _FIRST else len(_FIRST), key))


def _lines(catalog: Catalog, key: str, records: Array) -> list[tuple[str, str, Array]]:
    """Name, filter expression and mask of each line of *records*, the one with the most first."""
    parts: list[tuple[str, Array, tuple[str, ...]]] = []
    for where in _WHERE:
        found = told(catalog, where) if where in catalog.rule_keys_present and where != key else None
        if found is not None and len(found.values) > 1 and len(records):
            at = np.minimum(np.searchsorted(found.records, records), len(found.records) - 1)
            code = np.where(found.records[at] == records, found.codes[at], -1)
            parts.append((where, code, found.values))
    place = _writers(catalog)[places(catalog)[records]]
    packed = place
    for _, code, values in parts:
        packed = packed * (len(values) + 1) + code + 1
    _, first, member, sizes = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    groups = np.stack([place[first], *(code[first] for _, code, _ in parts)], axis=1)
    titles = _titles(catalog, groups, parts)
    made: list[tuple[str, str, Array]] = []
    for i in np.argsort(-sizes, kind="stable"):
        writer, *codes = groups[i].tolist()
        within = [f"{where}:{literal(v[code])}" for (where, _, v), code in zip(parts, codes, strict=True) if code >= 0]
        file = f"file:{literal(_file(catalog, writer))}"
        made.append((titles[i], both(file, *within), member == i))
    return made


def _writers(catalog: Catalog) -> Array:
    """For each place the first that is called the same and lies in the same file."""

    def make() -> Array:
        rows = catalog.reader("chart").rows("SELECT id, file, label FROM places ORDER BY id")
        first: dict[tuple[int, str], int] = {}
        found = np.zeros(max((row[0] for row in rows), default=0) + 1, np.int64)
        for place, file, label in rows:
            found[place] = first.setdefault((file, label), place)
        return found

    return kept(catalog, "writers", make)


def _file(catalog: Catalog, place: int) -> str:
    """The name of the file in which *place* is."""
    files = kept(catalog, "files of places", lambda: dict(catalog.reader("chart").rows("SELECT id, file FROM places")))
    return str(catalog.files[files[place]]["name"])


def _titles(catalog: Catalog, groups: Array, parts: list[tuple[str, Array, tuple[str, ...]]]) -> list[str]:
    """What to call each line: what wrote it, and as much of what it is of and where it lies as tells it from others."""
    titles = [catalog.labels.get(place, "") for place in groups[:, 0].tolist()]
    for i, (_, _, values) in enumerate(parts, 1):
        if len(set(titles)) < len(titles):
            codes = groups[:, i].tolist()
            of = [values[code] if code >= 0 else "" for code in codes]
            clash = {title for title in titles if len({o for o, t in zip(of, titles, strict=True) if t == title}) > 1}
            titles = [f"{t} {o}".rstrip() if t in clash else t for t, o in zip(titles, of, strict=True)]
    paths = [_file(catalog, place).split("/")[:-1] for place in groups[:, 0].tolist()]
    for depth in range(max(map(len, paths), default=0)):
        if len(set(titles)) == len(titles):
            break
        at = [path[depth] if depth < len(path) else "" for path in paths]
        clash = {title for title in titles if len({a for a, t in zip(at, titles, strict=True) if t == title}) > 1}
        titles = [f"{t} {a}".rstrip() if t in clash else t for t, a in zip(titles, at, strict=True)]
    return titles


def _marks(catalog: Catalog, of: Between) -> tuple[Array, Array]:
    return marked(catalog, of.logger, (of.begin, of.end))


@dataclass(frozen=True, slots=True)
class Steps:
    """Every step that a thing took: record, thing, change of the number, and the executor it is of (a position in
    *executors*, which are scope and name)."""

    records: Array
    things: Array
    change: Array
    executor: Array
    executors: tuple[tuple[int, str], ...]


def _steps(catalog: Catalog, of: Between) -> Steps:
    def make() -> Steps:
        records, step = _marks(catalog, of)
        pairs = about(catalog, executing.HTEX, "chart")
        at = np.minimum(np.searchsorted(records, pairs.records), max(0, len(records) - 1))
        mine = records[at] == pairs.records if len(records) else np.zeros(len(pairs.records), bool)
        owners = [(scope, values[0]) for scope, values in zip(pairs.scopes, pairs.values, strict=True)]
        known = tuple(dict.fromkeys(owners))
        number = {owner: i for i, owner in enumerate(known)}
        executor = np.array([number[owner] for owner in owners] or [0], np.int32)
        things = pairs.things[mine]
        return Steps(pairs.records[mine], things, 1 - 2 * step[at[mine]], executor[things], known)

    return kept(catalog, ("steps", of.name), make)


def lengths(catalog: Catalog, name: str, selection: Selection) -> list[tuple[str, Array, Array]]:
    """The derived queue *name* (``put-sent``, ``received-completed``): name of each executor's, times, and how many
    are in it from each of these on."""
    steps = _steps(catalog, DERIVED[name])
    ids = select.ids(catalog, unwindowed(selection), "chart")
    counted, times = timed(catalog, steps.records)
    if len(ids) < catalog.count:
        counted &= _of_selected(steps, among(catalog, ids)[steps.records])
    several = len({owner for owner, _ in steps.executors}) > 1
    made = []
    for i, (scope, executor) in enumerate(steps.executors):
        mask = counted & (steps.executor == i)
        run: Any = catalog.scopes.get(scope)
        title = f"{executor} {run.name}" if several and scope != ANYWHERE and run else executor
        if mask.any():
            made.append((title, times[mask], steps.change[mask].cumsum().astype(np.float64)))
    return made


def _of_selected(steps: Steps, selected: Array) -> Array:
    """Which steps count when these records are *selected*: those of things whose begin is, for a record may send
    several things of which one is meant; of what has no begin, those that are selected themselves."""
    size = int(steps.things.max(initial=-1)) + 1
    began, meant = np.zeros(size, bool), np.zeros(size, bool)
    began[steps.things[steps.change > 0]] = True
    meant[steps.things[(steps.change > 0) & selected]] = True
    counted: Array = np.where(began[steps.things], meant[steps.things], selected)
    return counted


def _derived(catalog: Catalog, selection: Selection, of: Between, width: int) -> Plot:
    lines = lengths(catalog, of.name, selection)
    start, end = reduce.extent(np.concatenate([x for _, x, _ in lines] or [np.zeros(0, np.int64)]), selection.window)
    lines = sorted(lines, key=lambda line: -len(line[1]))
    series = tuple(Series(title, *reduce.held(x, y, start, end, width)) for title, x, y in lines[:_LINES])
    notes = [f"{len(lines) - _LINES} lines with fewer values left out; a filter narrows"] * (len(lines) > _LINES)
    for title, _, y in lines:
        if len(y) and y.min() < 0:
            notes.append(f"{title}: down to {int(y.min())}, so some that came out were not seen to go in")
    return Plot(
        "queue", of.title, TIME, Axis("tasks"), start, end, series, of=of.name, notes=tuple(notes),
        expression=of.expression,
    )  # fmt: skip


CHART = Queue()
