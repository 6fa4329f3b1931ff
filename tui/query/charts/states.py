"""How many things are in each state at each moment, from the records that tell changes of state."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial

import numpy as np

from tui.query import select
from tui.query.about import about
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Array, Axis, Plot, Series, both, chosen, unwindowed
from tui.query.charts.told import among, kept, sources, timed, told
from tui.query.expression import literal
from tui.query.model import Selection

#: What is in a state, by the key of the state: the keys that name it, and what people call several of them. Keys of
#: users' own rules: the deepest level of the hierarchy whose keys begin likewise.
_THINGS = {
    "parsl.task_state": (("parsl.task",), "tasks"),
    "parsl.block_state": (("parsl.executor", "parsl.block"), "blocks"),
    "wq.state": (("wq.manager", "wq.task"), "Work Queue tasks"),
    "vine.state": (("vine.manager", "vine.task"), "TaskVine tasks"),
    "academy.action_state": (("academy.action_tag",), "actions"),
}

#: States in the order in which a thing takes them, by which they are sorted.
_ORDER = {
    "parsl.task_state": (
        "pending", "launched", "running", "running_ended", "joining", "fail_retryable", "exec_done", "memo_done",
        "failed", "dep_fail",
    ),
    "parsl.block_state": (
        "PENDING", "RUNNING", "HELD", "COMPLETED", "SCALED_IN", "CANCELLED", "TIMEOUT", "FAILED", "MISSING", "UNKNOWN",
    ),
    "wq.state": ("WAITING", "RUNNING", "WAITING_RETRIEVAL", "RETRIEVED", "DONE", "CANCELED"),
    "vine.state": ("INITIAL", "READY", "RUNNING", "WAITING_RETRIEVAL", "RETRIEVED", "DONE"),
    "academy.action_state": (
        "start", "sending", "waiting", "execute_start", "execute_success", "execute_exception", "success", "exception",
        "cancelled",
    ),
}  # fmt: skip

#: States of one try, of which none can be before the one that stands before it.
_TRY = {"parsl.task_state": (("launched",), ("running",), ("running_ended",), ("exec_done", "failed", "joining"))}


#: Where more sources tell a key, such as every agent, none of them is offered by itself.
_SOURCES = 6


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes of state, in stream order: record, thing, the position of the state in *states*, source and time."""

    records: Array
    things: Array
    codes: Array
    sources: Array
    times: Array
    scopes: Array
    """Of each change's thing."""
    states: tuple[str, ...]
    names: tuple[str, ...]
    """Of the sources."""

    def kept(self, mask: Array) -> Changes:
        """Those of *mask*."""
        return Changes(
            self.records[mask],
            self.things[mask],
            self.codes[mask],
            self.sources[mask],
            self.times[mask],
            self.scopes[mask],
            self.states,
            self.names,
        )


def things(catalog: Catalog, key: str) -> tuple[tuple[str, ...], str]:
    """The keys that name what is in the states of *key*, and what several of them are called. No keys when there are
    none."""
    if key in _THINGS:
        return _THINGS[key]
    levels = [level for hierarchy in catalog.rules.hierarchy for level in hierarchy.levels]
    fit = [level for level in levels if level[-1].partition(".")[0] == key.partition(".")[0]]
    return (tuple(fit[-1]), f"{catalog.rules.kind(fit[-1][-1])}s") if fit else ((), "")


def changes(catalog: Catalog, key: str) -> Changes:
    """All that tell of a state *key* of a thing, and have a time."""
    return kept(catalog, ("changes", key), partial(_changes, catalog, key))


def _changes(catalog: Catalog, key: str) -> Changes:
    states = told(catalog, key)
    pairs = about(catalog, things(catalog, key)[0], "chart")
    at = np.searchsorted(states.records, pairs.records)
    has = at < len(states.records)
    has[has] = states.records[at[has]] == pairs.records[has]
    mask, times = timed(catalog, pairs.records[has])
    records, thing, code = pairs.records[has][mask], pairs.things[has][mask], states.codes[at[has]][mask]
    source, names = sources(catalog)
    order = _ORDER.get(key, ())
    ranked = sorted(states.values, key=lambda state: (order.index(state) if state in order else len(order), state))
    place = np.array([ranked.index(state) for state in states.values] or [0], np.int32)
    scopes = np.asarray(pairs.scopes or (0,), np.int32)[thing]
    return Changes(records, thing, place[code], source[records], times[mask], scopes, tuple(ranked), names)


def counts(found: Changes) -> tuple[Array, Array]:
    """Times, and for each the number of things in each state from then on (one row a state). A thing is in the state
    that was told last, whatever was told before."""
    order = np.lexsort((np.arange(len(found.things)), found.things))
    thing, code, time = found.things[order], found.codes[order], found.times[order]
    before = np.append(-1, code[:-1])
    before[np.append(True, thing[1:] != thing[:-1])] = -1
    moved = before != code
    thing, code, time, before = thing[moved], code[moved], time[moved], before[moved]
    moments, row = np.unique(time, return_inverse=True)
    delta = np.zeros((len(found.states), len(moments)))
    np.add.at(delta, (code, row), 1)
    left = before >= 0
    np.add.at(delta, (before[left], row[left]), -1)
    return moments, delta.cumsum(axis=1)


def told_by(catalog: Catalog, key: str, source: str, selection: Selection = Selection()) -> Changes:
    """The changes of *key* that the source called *source* tells, within *selection*."""
    found = _selected(catalog, changes(catalog, key), selection)
    return found.kept(found.sources == (found.names.index(source) if source in found.names else -1))


def _selected(catalog: Catalog, found: Changes, selection: Selection) -> Changes:
    ids = select.ids(catalog, unwindowed(selection), "chart")
    return found if len(ids) == catalog.count else found.kept(among(catalog, ids)[found.records])


def best(catalog: Catalog, found: Changes) -> tuple[Changes, list[str]]:
    """*found* with no change told twice, and notes of what that leaves out: where several sources tell that a thing
    took a state, it is taken from the one that tells most about this thing."""
    size = max(1, len(found.names))
    totals = np.bincount(found.sources, minlength=size)
    if np.count_nonzero(totals) < 2:
        return found, []
    _, told_by, number = np.unique(
        found.things.astype(np.int64) * size + found.sources, return_inverse=True, return_counts=True
    )
    rank = np.empty(size, np.int64)  # of the source: the one with most changes is trusted where two tell as much
    rank[np.argsort(totals, kind="stable")] = np.arange(size)
    score = number[told_by] * size + rank[found.sources]
    taken, at = np.unique(found.things.astype(np.int64) * len(found.states) + found.codes, return_inverse=True)
    most = np.zeros(len(taken), np.int64)
    np.maximum.at(most, at, score)
    mine = score == most[at]
    if mine.all():
        return found, []
    left = np.bincount(found.sources[~mine], minlength=size)
    used = [found.names[i] for i in np.unique(found.sources[mine])]
    others = [f"{found.names[i]} ({left[i]:,} changes)" for i in np.flatnonzero(left)]
    note = f"told by {some(used)}; not counted again: {some(others)}. --of KEY@SOURCE takes another source"
    return found.kept(mine), [note]


def some(names: list[str]) -> str:
    """The first few of *names*, and how many more there are."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _odd(key: str, found: Changes, what: str) -> list[str]:
    """Notes of things whose states of one try are told in an order in which they cannot have been taken."""
    ranks = {state: i for i, group in enumerate(_TRY.get(key, ())) for state in group}
    if not ranks or not len(found.things):
        return []
    rank = np.array([ranks.get(state, -1) for state in found.states])
    order = np.lexsort((np.arange(len(found.things)), found.things))
    thing, code = found.things[order], found.codes[order]
    same = thing[1:] == thing[:-1]
    first, then = code[:-1][same], code[1:][same]
    back = (rank[first] > rank[then]) & (rank[then] >= 0)
    notes = []
    for a, b in sorted(set(zip(first[back].tolist(), then[back].tolist(), strict=True))):
        number = len(np.unique(thing[1:][same][back][(first[back] == a) & (then[back] == b)]))
        few = what if number != 1 else what.removesuffix("s")
        notes.append(f"{number:,} {few} told to be {found.states[a]} before {found.states[b]}: drawn as the data say")
    return notes


class States:
    """Things in each state."""

    name = "states"
    title = "Number in each state"
    help = "how many tasks, blocks, Work Queue tasks or actions are in each state at each moment"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """The keys of states that things of these data have, as they are and by each source that tells them."""
        return kept(catalog, "states", lambda: self._of(catalog))

    def _of(self, catalog: Catalog) -> tuple[str, ...]:
        known = [rule.name for rule in catalog.rules.key if rule.state and catalog.is_key(rule.name)]
        found = {key: changes(catalog, key) for key in known}
        keys = sorted((key for key in known if len(found[key].things)), key=lambda key: (
            list(_THINGS).index(key) if key in _THINGS else len(_THINGS), key))  # fmt: skip
        named = [f"{key}@{found[key].names[i]}" for key in keys for i in np.unique(found[key].sources)]
        many = Counter(name.partition("@")[0] for name in named)
        return (*keys, *(name for name in named if 1 < many[name.partition("@")[0]] <= _SOURCES))

    def lacks(self, catalog: Catalog) -> str | None:
        """No state of anything."""
        if self.of(catalog):
            return None
        return "no record tells the state of a task, block or action (parsl.log, monitoring.db, transaction_log do)"

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """A series a state that was ever taken, in the order in which things take them."""
        key, _, source = of.partition("@")
        told_here = source and key in self.of(catalog) and source in changes(catalog, key).names
        key, _, source = (name := of if told_here else chosen(self, catalog, of)).partition("@")
        what = things(catalog, key)[1]
        found = _selected(catalog, changes(catalog, key), selection)
        found, notes = (found.kept(found.sources == found.names.index(source)), []) if source else best(catalog, found)
        moments, rows = counts(found)
        start, end = reduce.extent(moments, selection.window)
        taken = [i for i, row in enumerate(rows) if row.any()]
        x, values = reduce.together(moments, rows[taken], start, end, width)
        series = [
            Series(found.states[i], x, y, expression=f"{key}:{literal(found.states[i])}")
            for i, y in zip(taken, values, strict=True)
        ]
        notes += _odd(key, found, what)
        if untimed := len(told(catalog, key).records) - len(np.unique(changes(catalog, key).records)):
            notes.append(f"{untimed:,} records with {key} left out: without a time, or about nothing that has a name")
        return Plot(
            self.name, f"{what[:1].upper()}{what[1:]} in each state", TIME, Axis(what), start, end, tuple(series),
            stacked=True, of=name, notes=tuple(notes),
            expression=both(f"_exists_:{key}", f"source:{literal(source)}" if source else ""),
        )  # fmt: skip


CHART = States()
