"""One line a task from its first to its last event: by state, by app, or through the templates of its records."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from tui.query.about import About, about
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Array, Axis, Lanes, Plot, chosen
from tui.query.charts.gather import gather, rows_for
from tui.query.charts.lives import chosen_things, extents, titles, values_at
from tui.query.charts.netlogger import through_templates
from tui.query.charts.states import best, changes
from tui.query.charts.told import kept, told
from tui.query.model import Selection
from tui.records import NO_TIME

#: What has a life: its keys, the key of its states, and what one and several are called. The first is what is meant.
_KINDS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "parsl.task": (("parsl.task",), "parsl.task_state", "task"),
    "wq.task": (("wq.manager", "wq.task"), "wq.state", "Work Queue task"),
    "vine.task": (("vine.manager", "vine.task"), "vine.state", "TaskVine task"),
    "academy.action_tag": (("academy.action_tag",), "academy.action_state", "action"),
    "parsl.executor_task": (("parsl.executor", "parsl.executor_task"), "", "executor task"),
}
_APPS = {"parsl.task": "parsl.app_name", "wq.task": "wq.category", "vine.task": "vine.category",
         "academy.action_tag": "academy.action", "parsl.executor_task": "parsl.app_name"}  # fmt: skip
_FORMS = ("state", "app", "template", "template-time")
_PARTS = 10


@dataclass(frozen=True, slots=True)
class Lives:
    """Spans of the lives of things: number of the thing, kind (a position in *kinds*), from when to when."""

    thing: Array
    kind: Array
    start: Array
    end: Array
    kinds: tuple[str, ...]
    notes: tuple[str, ...] = ()


def pairs_of(catalog: Catalog, key: str) -> About:
    """Which records are about which of the things that *key* names."""
    return about(catalog, _KINDS[key][0], "chart")


def whole(catalog: Catalog, key: str) -> tuple[Array, Array]:
    """First and last time of every thing, NO_TIME where it has none."""
    return kept(catalog, ("extents", key), lambda: extents(catalog, pairs_of(catalog, key)))


def lives(catalog: Catalog, key: str, form: str) -> Lives:
    """All lives of the things that *key* names, by ``state`` or by ``app``."""
    return kept(catalog, ("lives", key, form), partial(_by_state if form == "state" else _by_app, catalog, key))


def _by_state(catalog: Catalog, key: str) -> Lives:
    """From each change of state to the next, and from the last to the last that is heard of the thing."""
    found, notes = best(catalog, changes(catalog, _KINDS[key][1]))
    _, last = whole(catalog, key)
    order = np.lexsort((np.arange(len(found.things)), found.things))
    thing, code, time = found.things[order], found.codes[order], found.times[order]
    same = np.append(thing[1:] == thing[:-1], False)
    until = np.where(same, np.append(time[1:], 0), np.maximum(last[thing], time))
    notes = [note.partition(". --of")[0] for note in notes]
    if back := int((until < time).sum()):
        notes.append(f"{back:,} states left before they were taken: drawn as of no length")
    return Lives(thing, code, time, np.maximum(time, until), found.states, tuple(notes))


def _by_app(catalog: Catalog, key: str) -> Lives:
    pairs = pairs_of(catalog, key)
    first, last = whole(catalog, key)
    found = told(catalog, _APPS[key])
    code = np.full(len(pairs.values), -1, np.int64)
    np.maximum.at(code, pairs.things, values_at(found, pairs.records))
    sizes = np.bincount(code[code >= 0], minlength=len(found.values))
    common = [int(i) for i in np.argsort(-sizes, kind="stable")[: _PARTS + 1] if sizes[i]]
    common = common if len(common) <= _PARTS else common[:_PARTS]
    names = [found.values[i] for i in common]
    place = np.full(len(found.values) + 1, len(names))
    place[common] = np.arange(len(common))
    place[-1] = len(names) + 1
    kind = place[code]
    used = [i for i in range(len(names) + 2) if (kind == i).any()]
    every = [*names, "others", f"no {catalog.rules.kind(_APPS[key])}" if names else catalog.rules.kind(key)]
    has = np.flatnonzero(first != NO_TIME)
    return Lives(has, np.searchsorted(used, kind[has]), first[has], last[has], tuple(every[i] for i in used))


class Lifelines:
    """Lives of tasks."""

    name = "lifelines"
    title = "Lives"
    help = "one line a task from first to last event, by state or app, or through the templates of its records"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """``state``, ``app``, ``template`` (against the time since a task's start), ``template-time``; and the same of
        other things than tasks: ``state@wq.task``."""
        return kept(catalog, "lifelines", lambda: self._of(catalog))

    def _of(self, catalog: Catalog) -> tuple[str, ...]:
        found: list[str] = []
        for key, (_, state, _) in _KINDS.items():
            if not catalog.is_key(key) or not len(pairs_of(catalog, key).records):
                continue
            forms = [form for form in _FORMS if form != "state" or (state and len(changes(catalog, state).things))]
            found += [f"{form}@{key}" if found else form for form in forms]
        return tuple(found)

    def lacks(self, catalog: Catalog) -> str | None:
        """Nothing lives."""
        return None if self.of(catalog) else "no record is about a task or an action that has a name"

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """The lives of the things that the selection has records of, each drawn whole: a filter for errors shows the
        lives of those that had some. With *width* many stand together on one lane, which shows what most of them are.
        """
        name = chosen(self, catalog, of)
        form, _, key = name.partition("@")
        key = key or next(key for key in _KINDS if catalog.is_key(key) and len(pairs_of(catalog, key).records))
        mask = chosen_things(catalog, pairs_of(catalog, key), selection)
        if form.startswith("template"):
            return through_templates(catalog, selection, _KINDS[key][0], mask, name, width)
        return _drawn(catalog, selection, key, form, name, mask, width)


def _drawn(catalog: Catalog, selection: Selection, key: str, form: str, name: str, mask: Array, width: int) -> Plot:
    found = lives(catalog, key, form)
    what = _KINDS[key][2]
    of_it = mask[found.thing]
    thing, kind, begin, until = found.thing[of_it], found.kind[of_it], found.start[of_it], found.end[of_it]
    start, end = reduce.extent(np.concatenate([begin, until]), selection.window)
    used = np.unique(kind)
    kind, kinds = np.searchsorted(used, kind), tuple(found.kinds[i] for i in used.tolist())
    first = np.full(len(mask), np.iinfo(np.int64).max)
    np.minimum.at(first, thing, begin)
    who = np.unique(thing)
    who = who[np.argsort(first[who], kind="stable")]
    rank = np.zeros(len(mask), np.int64)
    rank[who] = np.arange(len(who))
    notes = list(found.notes)
    pairs = pairs_of(catalog, key)
    if width and len(who) > (rows := rows_for(width)):
        row = rank[thing] * rows // len(who)
        lanes = Lanes(_between(catalog, pairs, who, rows, what), kinds, *gather(
            row, kind, begin, until, rows, len(kinds), start, end, width))  # fmt: skip
        notes.append(f"{len(who):,} {what}s on {rows} lines, in the order of their beginnings: each place shows what "
                     "most of them are; a filter or a time window that leaves few shows one line each")  # fmt: skip
    else:
        names, expressions = titles(catalog, pairs, who.tolist(), catalog.rules.kind(key) if len(who) < 1000 else "")
        lanes = Lanes(tuple(names), kinds, rank[thing], kind, begin, until, tuple(expressions))
    if selection != Selection(window=selection.window):
        notes.append(f"of the {len(who):,} {what}s that the selection has records of, each drawn whole")
    return Plot(
        "lifelines", f"{what[:1].upper()}{what[1:]}s from their first to their last event", TIME, Axis(f"{what}s"),
        start, end, lanes=lanes,
        of=name, notes=tuple(notes), expression=f"_exists_:{key}",
    )  # fmt: skip


def _between(catalog: Catalog, pairs: About, who: Array, rows: int, what: str) -> tuple[str, ...]:
    """What lanes that hold several are called: the first of them and how many more."""
    edges = -(-np.arange(rows + 1) * len(who) // rows)
    names, _ = titles(catalog, pairs, who[edges[:-1]].tolist(), what.rpartition(" ")[2])
    return tuple(f"{name} +{edges[i + 1] - edges[i] - 1:,}" for i, name in enumerate(names))


CHART = Lifelines()
