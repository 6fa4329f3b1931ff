"""A browser over made-up records, for tests of what is on the screen."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy

from tests.screens.fake_charts import FakeCharts
from tui.errors import FilterError
from tui.query.model import (
    Detail,
    Entity,
    Facet,
    Flow,
    Histogram,
    Node,
    Pair,
    Row,
    Selection,
    Step,
    Value,
)  # fmt: skip

SECOND = 1_000_000_000
START = 1_795_159_194 * SECOND
SOURCES = ("parsl", "interchange", "manager", "worker 1", "worker 2")
STEPS = (
    (0, 2, "Task {t} submitted for App add, not waiting on any dependency"),
    (0, 3, "Parsl task {t} try 0 launched on executor htex_Local with executor id {t}"),
    (1, 2, "Fetched task {t}"),
    (2, 2, "Got executor tasks: [{t}]"),
    (3, 3, "Received executor task {t}"),
    (3, 3, "Completed executor task {t}"),
    (0, 3, "Task {t} completed (running -> exec_done)"),
)
TRACEBACK = "Traceback (most recent call last):\n" + "\n".join(f'  File "app.py", line {i}, in f' for i in range(22))
HOSTILE = "evil \x1b]0;owned\x07 \x1b[31mred [bold]markup[/bold] \u202egnp.exe\u200b and \x9b2J"


def shape(body: str) -> str:
    """A template, as simply as can be."""
    return re.sub(r"\d+", "<*>", body.partition("\n")[0])


class FakeBrowser(FakeCharts):
    """Every task has seven steps; every tenth fails with a traceback, every fiftieth line is hostile."""

    def __init__(self, tasks: int = 100, complete: bool = True) -> None:
        self.complete = complete
        self.interrupted: list[str] = []
        self.gate: threading.Event | None = None
        self.all: list[Row] = []
        self.task: list[int] = []
        places: dict[str, int] = {}
        for t in range(tasks):
            for s, (source, level, text) in enumerate(STEPS):
                body, rank = text.format(t=t), level
                if s == 6 and t % 10 == 3:
                    body, rank = f"Task {t} failed\n{TRACEBACK}", 5
                elif s == 2 and t % 50 == 7:
                    body, rank = HOSTILE, 4
                slow = 5 * SECOND if t == 5 and s >= 5 else 0
                at = START + t * SECOND // 10 + s * SECOND // 50 + slow
                file = f"runinfo/000/{SOURCES[source].replace(' ', '_')}.log"
                places[file] = places.get(file, 0) + 1
                self.all.append(Row(0, at, rank, SOURCES[source], file, places[file], f"task {t}", body))
                self.task.append(t)
        order = sorted(range(len(self.all)), key=lambda i: (self.all[i].time or 0, i))
        self.task = [self.task[i] for i in order]
        rows = [self.all[i] for i in order]
        first = 0 if complete else 1000  # numbers of records are those of one store
        self.first = first
        self.all = [
            Row(first + i, r.time, r.level, r.source, r.file, r.line, r.entity, r.body) for i, r in enumerate(rows)
        ]

    def _row(self, id: int) -> Row:
        return self.all[id - self.first]

    def _keep(self, i: int, chosen: Selection, words: list[tuple[bool, str, str]]) -> bool:
        row = self.all[i]
        if chosen.hidden and self.template(row.id)[0] in chosen.hidden:
            return False
        if row.level < chosen.level:
            return False
        if chosen.window and not chosen.window[0] <= (row.time or 0) < chosen.window[1]:
            return False
        if chosen.entity and f"task {self.task[i]}" != chosen.entity.label:
            return False
        for negated, key, value in words:
            has = {
                "level": str(row.level), "source": row.source, "parsl.task": str(self.task[i]), "file": row.file,
                "template": shape(row.body),
            }.get(key, "")  # fmt: skip
            fits = value.lower() in row.body.lower() if not key else has == value
            if fits == negated:
                return False
        return True

    def _parse(self, expression: str) -> list[tuple[bool, str, str]]:
        if "(" in expression and ")" not in expression:
            raise FilterError("a bracket is not closed", expression.index("("))
        words, negated = [], False
        for word in re.findall(r'[\w.]+:"[^"]*"|\S+', expression):
            if word == "NOT":
                negated = True
            elif word != "AND":
                key, colon, value = word.rpartition(":")
                words.append((negated, key if colon else "", value.strip('"')))
                negated = False
        return words

    def ids(self, selection: Selection) -> numpy.ndarray:
        """As the real one."""
        if self.gate is not None and selection.expression:
            self.gate.wait(5)
        words = self._parse(selection.expression)
        kept = [self.first + i for i in range(len(self.all)) if self._keep(i, selection, words)]
        return numpy.array(kept, dtype=numpy.int64)

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """As the real one."""
        return [self._row(i) for i in ids]

    def detail(self, id: int) -> Detail:
        """As the real one."""
        row = self._row(id)
        t = self.task[id - self.first]
        values = (
            Value("level", str(row.level)),
            Value("parsl.task", str(t), "executor task implies task", "runinfo/000/parsl.log:12"),
            Value("parsl.executor", "htex_Local", "within htex_*"),
        )
        return Detail(row, values, f"{row.time} {row.body}", copies=("runinfo/000/task.log:1",))

    def histogram(self, selection: Selection, bins: int) -> Histogram:
        """As the real one."""
        rows = self.rows([int(i) for i in self.ids(selection)])
        times = [row.time for row in rows if row.time is not None]
        if not times:
            return Histogram(0, 1)
        start, end = min(times), max(times)
        width = (end - start) // bins + 1
        counts = [[0] * 7 for _ in range(bins)]
        for row in rows:
            if row.time is not None:
                counts[(row.time - start) // width][row.level] += 1
        return Histogram(start, width, tuple(tuple(each) for each in counts))

    def _entity(self, t: int) -> Entity:
        return Entity("task", (("parsl.task", str(t)),), 0, "000")

    def entities(self, id: int) -> list[Entity]:
        """A task; a completed one has a worker too."""
        t = self.task[id - self.first]
        found = [self._entity(t)]
        if "executor task" in self._row(id).body:
            found.append(Entity("worker", (("htex.worker", "1"),), 0, "000"))
        return found

    def flow(self, entity: Entity) -> Flow:
        """As the real one."""
        rows = self.rows([int(i) for i in self.ids(Selection(entity=entity))])
        steps = []
        for i, row in enumerate(rows):
            since = (row.time or 0) - (rows[i - 1].time or 0) if i else None
            slow = since is not None and since > SECOND
            steps.append(Step(row, since, since, max(0, i - 2) if i else None, slow))
        start, end = (rows[0].time, rows[-1].time) if rows else (None, None)
        slow = tuple(i for i, step in enumerate(steps) if step.slow)
        files, ids = len({row.file for row in rows}), tuple(row.id for row in rows)
        return Flow(entity, tuple(steps), start, end, slow, files, ids)

    def linked(self, entity: Entity) -> list[tuple[str, Entity]]:
        """Task 5 waited for task 4."""
        return [("waited for", self._entity(4))] if entity.label == "task 5" else []

    def hierarchies(self) -> list[str]:
        """As the real one."""
        return ["run > task", "executor > worker"]

    def nodes(self, hierarchy: str, path: tuple[Pair, ...], sort: str = "name") -> list[Node]:
        """One run; its tasks."""
        if not path:
            return [self._node((("run", "000"),), range(len(self.all)), None, False)]
        tasks = dict.fromkeys(self.task)
        members: dict[int, list[int]] = {t: [] for t in tasks}
        for i, t in enumerate(self.task):
            members[t].append(i)
        nodes = [self._node((*path, ("parsl.task", str(t))), members[t], self._entity(t), True) for t in tasks]
        if sort in ("count", "errors"):
            nodes.sort(key=lambda node: -getattr(node, sort))
        return nodes

    def _node(self, path: tuple[Pair, ...], members: Sequence[int], entity: Entity | None, leaf: bool) -> Node:
        times = [self.all[i].time or 0 for i in members]
        errors = sum(self.all[i].level >= 5 for i in members)
        return Node(path, entity, len(members), errors, min(times), max(times), leaf)

    def node_selection(self, node: Node) -> Selection:
        """As the real one."""
        return Selection(entity=node.entity)

    def keys(self) -> list[str]:
        """As the real one."""
        return ["level", "source", "file", "parsl.task", "parsl.executor"]

    def values(self, selection: Selection, key: str, prefix: str, limit: int) -> Facet:
        """As the real one."""
        if key == "source":
            return Facet(key, tuple((name, 100) for name in SOURCES if name.startswith(prefix))[:limit])
        return Facet(key)

    def check(self, expression: str) -> list[str]:
        """As the real one."""
        self._parse(expression)
        return ["no key is named nokey, so it is text"] if "nokey:" in expression else []

    def find(self, selection: Selection, text: str) -> numpy.ndarray:
        """As the real one."""
        rows = self.rows([int(i) for i in self.ids(selection)])
        return numpy.array([i for i, row in enumerate(rows) if text.lower() in row.body.lower()], dtype=numpy.int64)

    def export(self, selection: Selection, path: str) -> int:
        """As the real one."""
        rows = self.rows([int(i) for i in self.ids(selection)])
        Path(path).write_text("".join(json.dumps({"body": row.body}) + "\n" for row in rows))
        return len(rows)

    def notices(self) -> list[str]:
        """As the real one."""
        return []

    def conflicts(self) -> list[str]:
        """As the real one."""
        return ["parsl.task 5 of 000 has two executor tasks: 5 and 6"]

    def summary(self) -> str:
        """As the real one."""
        return f"{len(self.all):,} records, 1 run, 5 files"

    def template(self, id: int) -> tuple[int, str]:
        """As the real one."""
        texts = self.template_texts()
        text = shape(self._row(id).body)
        return texts.index(text), text

    def template_texts(self) -> tuple[str, ...]:
        """As the real one."""
        return tuple(dict.fromkeys(shape(row.body) for row in self.all))

    def kinds(self, ids: numpy.ndarray) -> numpy.ndarray:
        """As the real one."""
        number = {text: i for i, text in enumerate(self.template_texts())}
        return numpy.array([number[shape(self._row(int(i)).body)] for i in ids], dtype=numpy.int32)

    def count_of(self, templates: Sequence[int]) -> int:
        """As the real one."""
        every = numpy.arange(self.first, self.first + len(self.all))
        return int(numpy.isin(self.kinds(every), list(templates)).sum())

    def interrupt(self, group: str) -> None:
        """As the real one."""
        self.interrupted.append(group)
