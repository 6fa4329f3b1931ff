"""Workers: how many are busy of those that are there, and what each of them does when."""

from __future__ import annotations

import numpy as np

from tui.query import select
from tui.query.about import about
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Array, Axis, Lanes, Plot, Series, both, chosen, unwindowed
from tui.query.charts.lives import shortened, steps, titles, values_at
from tui.query.charts.pool import FAMILIES, busy, occupied, selected
from tui.query.charts.running import grouped
from tui.query.charts.told import among, kept, told
from tui.query.model import Selection

_COUNT = "busy"


class Workers:
    """Workers busy and there; with ``--of parsl.worker`` a lane a worker."""

    name = "workers"
    title = "Workers busy, of those that are there"
    help = "how many workers are busy of those that are there; of parsl.worker: what each does when"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """``busy``, and the keys of workers that are seen to work."""
        return kept(catalog, "workers", lambda: self._of(catalog))

    def _of(self, catalog: Catalog) -> tuple[str, ...]:
        found = [family for family in FAMILIES if catalog.is_key(family) and len(busy(catalog, family)[1])]
        return (_COUNT, *found) if found else ()

    def lacks(self, catalog: Catalog) -> str | None:
        """Nobody works."""
        if self.of(catalog):
            return None
        return "no record tells which worker executes what (logs of Parsl's workers do, transaction logs of Work Queue)"

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """Lines of how many, or lanes. An execution is selected if the record that begins it is, a worker if any
        of its records is."""
        name = chosen(self, catalog, of)
        ids = select.ids(catalog, unwindowed(selection), "chart")
        mask = among(catalog, ids) if len(ids) < catalog.count else None
        return (_counted if name == _COUNT else _lanes)(catalog, name, mask, selection, width)


def _counted(catalog: Catalog, name: str, mask: Array | None, selection: Selection, width: int) -> Plot:
    is_busy, are_there, tasks = [], [], []
    notes = []
    for family in _families(catalog):
        spans, worker = busy(catalog, family)
        lives = selected(catalog, family, selection)
        if mask is not None:
            of_it = mask[spans.records]
            spans, worker = spans.kept(of_it), worker[of_it]
        is_busy.append(occupied(worker, spans.start, spans.end))
        are_there.append((np.concatenate([lives.start, lives.end]), np.concatenate([lives.count, -lives.count])))
        tasks.append((np.concatenate([spans.start, spans.end]), np.repeat([1, -1], len(spans.start))))
        if lost := int(spans.open.sum()):
            notes.append(f"{lost:,} tasks were begun and never ended, as far as these files tell: busy to the end")
    lines = {"there": are_there, "busy": is_busy, "tasks at workers": tasks}
    found = {
        title: steps(*(np.concatenate(part) for part in zip(*parts, strict=True))) for title, parts in lines.items()
    }
    if found["tasks at workers"][1].max(initial=0) <= found["busy"][1].max(initial=0):
        del found["tasks at workers"]  # each has one at a time
    start, end = reduce.extent(np.concatenate([x for x, _ in found.values()]), selection.window)
    series = [Series(title, *reduce.held(x, y, start, end, width)) for title, (x, y) in found.items() if len(x)]
    return Plot(
        "workers", CHART.title, TIME, Axis("workers"), start, end, tuple(series), of=name, notes=tuple(notes),
        expression=" OR ".join(f"_exists_:{family}" for family in _families(catalog)),
    )  # fmt: skip


def _families(catalog: Catalog) -> tuple[str, ...]:
    return CHART.of(catalog)[1:]


def _lanes(catalog: Catalog, name: str, mask: Array | None, selection: Selection, width: int) -> Plot:
    spans, worker = busy(catalog, name)
    lives = selected(catalog, name, selection)
    alive = lives.worker >= 0
    if mask is not None:
        of_it = mask[spans.records]
        spans, worker = spans.kept(of_it), worker[of_it]
    pairs = about(catalog, FAMILIES[name], "chart")
    who = np.unique(np.concatenate([worker, lives.worker[alive]]))
    start, end = reduce.extent(np.concatenate([spans.start, spans.end, lives.start[alive], lives.end[alive]]),
                               selection.window)  # fmt: skip
    kind, apps, _ = grouped(catalog, "parsl.app_name", spans.records)
    lane = np.searchsorted(who, np.concatenate([lives.worker[alive], worker]))
    first, last = np.concatenate([lives.start[alive], spans.start]), np.concatenate([lives.end[alive], spans.end])
    kinds = np.concatenate([np.zeros(int(alive.sum()), np.int64), kind + 1])
    if width:
        few = shortened(lane, first, last, start, end, width)
        lane, first, last, kinds = lane[few], first[few], last[few], kinds[few]
    if apps == ["no parsl.app_name"]:
        apps = ["busy"]
    _, expressions = titles(catalog, pairs, who.tolist())
    lanes = Lanes(_called(catalog, name, who.tolist()), ("idle", *apps), lane, kinds, first,
                  last, tuple(expressions))  # fmt: skip
    return Plot(
        "workers", "What each worker does", TIME, Axis("workers"), start, end, lanes=lanes, of=name,
        expression=both(f"_exists_:{name}"),
    )  # fmt: skip


def _called(catalog: Catalog, family: str, who: list[int]) -> tuple[str, ...]:
    """What to call each worker: block and number, its executor where there are several, and as much of its manager's id
    as it takes."""
    pairs = about(catalog, FAMILIES[family], "chart")
    if family != "parsl.worker":
        return tuple(
            " ".join((value[:6], value[7:15])) if len(value := pairs.values[i][-1]) > 20 else value for i in who
        )
    where = []
    for key in ("parsl.executor", "parsl.block"):
        known = told(catalog, key)
        code = np.full(len(pairs.values), -1)
        np.maximum.at(code, pairs.things, values_at(known, pairs.records))
        where.append([known.values[code[i]] if code[i] >= 0 else "" for i in who])
    executors, blocks = where
    names = [f"block {block} worker {pairs.values[i][1]}" if block else f"worker {pairs.values[i][1]}"
             for block, i in zip(blocks, who, strict=True)]  # fmt: skip
    if len(set(executors)) > 1:
        names = [f"{executor} {name}".strip() for executor, name in zip(executors, names, strict=True)]
    return tuple(f"{name} of {pairs.values[i][0][:6]}" if names.count(name) > 1 else name
                 for name, i in zip(names, who, strict=True))  # fmt: skip


CHART = Workers()
