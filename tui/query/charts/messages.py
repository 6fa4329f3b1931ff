"""Messages between Academy's agents: who asks whom, and when the answer comes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from tui.query import select
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Array, Arrows, Axis, Lanes, Plot, chosen, unwindowed
from tui.query.charts.lives import values_at
from tui.query.charts.states import best, changes
from tui.query.charts.told import among, kept, marked, timed, told
from tui.query.expression import literal
from tui.query.model import Selection
from tui.records import NO_TIME
from tui.times import iso

_SENT = ("^Sending action request from ", "^Sent ")
_RECEIVED = ("^Received ",)
_FROM, _TO, _TAG, _TYPE = "academy.src", "academy.dest", "academy.message_tag", "academy.message_type"
_AGENT, _NAME, _ACTION = "academy.agent_id", "academy.agent", "academy.action_state"
_BUSY = "executes an action"
#: How many messages a picture holds, however wide it is.
_MOST = 150
#: With less than this share of them shown by time, they are shown by order unless somebody asks for time.
_FEW = 0.1


@dataclass(frozen=True, slots=True)
class Messages:
    """Messages, in the order in which they are first told of: who sends (a position in *names*) to whom, its type (in
    *types*), when it was said to be sent and received (NO_TIME: it was not), and the first record that says so."""

    source: Array
    target: Array
    type: Array
    sent: Array
    received: Array
    record: Array
    names: tuple[str, ...]
    types: tuple[str, ...]


def messages(catalog: Catalog) -> Messages:
    """All messages of which a record names sender, receiver and tag. A request and its response have one tag, and are
    two messages, since they go in opposite directions."""
    return kept(catalog, "messages", lambda: _messages(catalog))


def _messages(catalog: Catalog) -> Messages:
    records, step = marked(catalog, "academy.*", (_SENT, _RECEIVED))
    has, times = timed(catalog, records)
    source, target, tag = (told(catalog, key) for key in (_FROM, _TO, _TAG))
    columns = np.stack([values_at(found, records) for found in (tag, source, target)])
    mask = has & (columns >= 0).all(axis=0)
    records, step, times, columns = records[mask], step[mask], times[mask], columns[:, mask]
    names = tuple(sorted({*source.values, *target.values}))
    _, first, message = np.unique(columns, axis=1, return_index=True, return_inverse=True)
    message = message.reshape(-1)
    ends = []
    for end in (0, 1):
        at = np.full(len(first), np.iinfo(np.int64).max)
        np.minimum.at(at, message[step == end], times[step == end])
        ends.append(np.where(at == np.iinfo(np.int64).max, NO_TIME, at))
    kind = told(catalog, _TYPE)
    code = values_at(kind, records)
    types = [value for value in kind.values if value != "dict"]  # so says an exchange that does not look into it
    place = np.array([types.index(v) if v in types else -1 for v in kind.values] or [-1])
    best = np.full(len(first), -1)
    said = np.where(code >= 0, place[code], -1)
    np.maximum.at(best, message, said)
    types = [*types, "message"]
    best = np.where(best < 0, len(types) - 1, best)
    order = np.argsort(first, kind="stable")
    lanes = [np.array([names.index(value) for value in found.values] or [0]) for found in (source, target)]
    who = [lane[columns[1 + i][first]] for i, lane in enumerate(lanes)]
    return Messages(
        who[0][order], who[1][order], best[order], ends[0][order], ends[1][order], records[first][order], names,
        tuple(types),
    )  # fmt: skip


def _called(catalog: Catalog) -> dict[str, str]:
    """What each agent is called: its class, and what its logs call it."""

    def make() -> dict[str, str]:
        agents, classes = told(catalog, _AGENT), told(catalog, _NAME)
        code = values_at(classes, agents.records)
        found = {}
        for agent, name in {*zip(agents.codes[code >= 0].tolist(), code[code >= 0].tolist(), strict=True)}:
            found[_inside(agents.values[agent])] = classes.values[name]
        return found

    return kept(catalog, "agents called", make)


def _inside(text: str) -> str:
    """``54e0aa02`` of ``AgentId<54e0aa02>``."""
    return text.partition("<")[2].rstrip(">") or text


def _class(text: str) -> str:
    """``Fibonacci`` of ``<class '__main__.Fibonacci'>`` and of ``Fibonacci``."""
    return next(reversed(re.findall(r"\w+", text)), text)


def _title(catalog: Catalog, name: str) -> str:
    called = _called(catalog).get(_inside(name))
    kind = _class(called) if called else name.partition("<")[0].removesuffix("Id").lower()
    return f"{kind} {_inside(name)}"


class Sequence:
    """Messages between agents and users."""

    name = "messages"
    title = "Messages between agents"
    help = "messages between Academy's agents and users as a sequence diagram"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """What x counts: time, or messages in the order of their sending."""
        return ("time", "order") if self.lacks(catalog) is None else ()

    def lacks(self, catalog: Catalog) -> str | None:
        """Nobody who sends."""
        if all(key in catalog.schema.columns for key in (_FROM, _TO)) and len(messages(catalog).record):
            return None
        return "no record names who sent a message to whom (Academy's JSON logs do)"

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """A lane for everybody who sends or receives, in the order in which they do; an arrow a message. Those that are
        too many for *width* are left out: of time all but one a column, of ``order`` the last. Without *of* it is
        ``order`` where time would leave out almost all."""
        by = chosen(self, catalog, of)
        found = messages(catalog)
        asked = among(catalog, select.ids(catalog, unwindowed(selection), "chart"))
        both_known = (found.sent != NO_TIME) & (found.received != NO_TIME)
        sent = np.where(found.sent == NO_TIME, found.received, found.sent)
        received = np.where(found.received == NO_TIME, found.sent, found.received)
        mine = asked[found.record]
        start, end = reduce.extent(np.concatenate([sent[mine], received[mine]]), selection.window)
        shown = np.flatnonzero(mine & (np.maximum(sent, received) >= start) & (np.minimum(sent, received) < end))
        notes = []
        total = len(shown)
        fitting = shown
        if by == "time" and width:
            fitting = _fitting(shown, sent, found.type, start, end, _columns(catalog, found, mine, width))
            if not of and len(fitting) < total * _FEW:
                by = "order"
                notes.append(f"by order, since by time {len(fitting)} of {total:,} messages would have room: "
                             "--of time (b in the explorer) shows these")  # fmt: skip
        if by == "order":
            shown = shown[np.argsort(sent[shown], kind="stable")]
            if width and total > (most := max(8, min(_MOST, width - 20) // 2)):
                shown = shown[:most]
                notes.append(f"the first {most} of {total:,} messages, until {iso(int(sent[shown[-1]]))}; "
                             "a time window shows others")  # fmt: skip
        elif len(fitting) < total:
            shown = fitting
            notes.append(f"{len(shown)} of {total:,} messages shown, of those close together the rarest: a shorter "
                         "time shows more, --of order (b in the explorer) shows each")  # fmt: skip
        who, lane = _lanes(found, shown if by == "order" else mine)
        back = int((received < sent)[shown].sum())
        if back:
            notes.append(f"{back:,} of them received before they were said to be sent: drawn as the data say")
        if lost := int((~both_known & mine).sum()):
            notes.append(f"{lost:,} messages of which only the sending or only the arrival is told")
        types, code = np.unique(found.type[shown], return_inverse=True)
        names = tuple(_title(catalog, found.names[i]) for i in who)
        arrows = Arrows(lane[found.source[shown]], lane[found.target[shown]], sent[shown], received[shown],
                        code.reshape(-1), tuple(found.types[t] for t in types))  # fmt: skip
        lanes = _spans(catalog, found, who, asked, names)
        axis = TIME
        if by == "order":
            axis, start, end, lanes, arrows = Axis("message"), 0, max(1, len(shown)), *_ordered(lanes, arrows)
        return Plot(
            self.name, self.title, axis, Axis("agents"), start, end, lanes=lanes, arrows=arrows, of=by,
            notes=tuple(notes), expression=f"_exists_:{_FROM} OR _exists_:{_ACTION}"
            if _ACTION in catalog.schema.columns
            else f"_exists_:{_FROM}",
        )  # fmt: skip


def _ordered(lanes: Lanes, arrows: Arrows) -> tuple[Lanes, Arrows]:
    """The same with the number of the message, as they are sent, for time; *arrows* ascend by it."""
    number = np.arange(len(arrows.start), dtype=np.float64)
    begin, end = np.searchsorted(arrows.start, lanes.start), np.searchsorted(arrows.start, lanes.end) - 1.0
    inside = (begin <= end) & (lanes.start <= arrows.start[-1]) if len(number) else np.zeros(len(begin), bool)
    lanes = replace(lanes, lane=lanes.lane[inside], kind=lanes.kind[inside], start=begin[inside], end=end[inside])
    return lanes, replace(arrows, start=number, end=number)


def _columns(catalog: Catalog, found: Messages, mine: Array, width: int) -> int:
    """Columns that a chart of *width* has beside the names of its lanes."""
    names = [_title(catalog, found.names[i]) for i in np.unique([*found.source[mine], *found.target[mine]]).tolist()]
    return min(_MOST, max(8, width - 1 - min(max(map(len, names), default=0), max(20, width // 3))))


def _fitting(shown: Array, sent: Array, type_: Array, start: float, end: float, most: int) -> Array:
    """Of *shown* at most one in each of *most* parts of the time: of the type that there is least of."""
    part = ((sent[shown] - start) * (most / max(1, end - start))).astype(np.int64)
    often = np.bincount(type_[shown], minlength=int(type_.max()) + 1)
    order = np.lexsort((shown, often[type_[shown]], part))
    return np.sort(shown[order[np.append(True, np.diff(part[order]) != 0)[: len(order)]]])


def _lanes(found: Messages, mine: Array) -> tuple[list[int], Array]:
    """Who sends or receives, in the order in which they first do, and the lane of each name."""
    both = np.stack([found.source[mine], found.target[mine]], axis=1).reshape(-1)
    who, first = np.unique(both, return_index=True)
    ordered = who[np.argsort(first, kind="stable")]
    lane = np.zeros(len(found.names), np.int64)
    lane[ordered] = np.arange(len(ordered))
    return ordered.tolist(), lane


def _spans(catalog: Catalog, found: Messages, who: list[int], chosen: Array, names: tuple[str, ...]) -> Lanes:
    """The lanes of *who*, with the actions that they execute."""
    begin, end, agent = _executions(catalog, chosen)
    known = {_inside(found.names[i]): row for row, i in enumerate(who)}
    agents = [known.get(_inside(value), -1) for value in told(catalog, _AGENT).values]
    at = np.array([*agents, -1], np.int64)[agent]
    mine = at >= 0
    expressions = tuple(f"{_FROM}:{literal(found.names[i])} OR {_TO}:{literal(found.names[i])}" for i in who)
    nothing = np.zeros(int(mine.sum()), np.int64)
    return Lanes(names, (_BUSY,), at[mine], nothing, begin[mine], end[mine], expressions)


def _executions(catalog: Catalog, chosen: Array) -> tuple[Array, Array, Array]:
    """From when to when each action is executed, and by which agent (a position in what is told of agents)."""
    if _ACTION not in catalog.rule_keys_present and _ACTION not in catalog.schema.columns:
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    found, _ = best(catalog, changes(catalog, _ACTION))
    order = np.lexsort((np.arange(len(found.things)), found.things))
    order = order[chosen[found.records[order]]]
    begins = np.array([state == "execute_start" for state in found.states], bool)
    ended = np.array([state.startswith("execute_") and state != "execute_start" for state in found.states], bool)
    code, thing = found.codes[order], found.things[order]
    kept_ = order[(begins | ended)[code]] if len(order) else order
    code, thing = found.codes[kept_], found.things[kept_]
    i = np.flatnonzero(begins[code[:-1]] & ended[code[1:]] & (thing[:-1] == thing[1:]))
    agent = values_at(told(catalog, _AGENT), found.records[kept_[i]])
    return found.times[kept_[i]], found.times[kept_[i + 1]], agent


CHART = Sequence()
