"""Made-up charts of made-up records, for tests of what is on the screen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tui.errors import ChartError
from tui.query.charts.base import TIME, Axis, Bars, Lanes, Plot, Series
from tui.query.charts.offers import Offer
from tui.query.model import Row, Selection

LACK = "no record names who sent a message to whom"


class FakeCharts:
    """``states`` of tasks (of ``all`` or of ``odd`` ones), a lane a task in ``lives``, ``rate`` by source, and
    ``sizes``, whose x is no time."""

    all: list[Row]
    task: list[int]
    first: int
    drawn: list[tuple[str, Selection, str]]
    """What was asked for."""

    def ids(self, selection: Selection) -> Any:
        raise NotImplementedError

    def best_chart(self) -> str | None:
        """As the real one."""
        return "states" if self.all else None

    def offers(self) -> list[Offer]:
        """As the real one."""
        return [
            Offer("states", "tasks in each state", ("all", "odd")),
            Offer("lives", "a line a task"),
            Offer("rate", "records a second"),
            Offer("sizes", "tasks by their length"),
            Offer("messages", "a sequence diagram", (), LACK),
        ]

    def chart(self, name: str, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """As the real one."""
        self.__dict__.setdefault("drawn", []).append((name, selection, of))
        if name not in ("states", "lives", "rate", "sizes"):
            raise ChartError(f"no chart '{name}' of these data: {LACK}")
        ids = self.ids(replace(selection, window=None))
        rows = [self.all[int(i) - self.first] for i in ids]
        tasks = [self.task[int(i) - self.first] for i in ids]
        if of == "odd":
            rows, tasks = rows[1::2], tasks[1::2]
        times = np.array([row.time or 0 for row in rows], dtype=np.int64)
        start, end = selection.window or ((int(times.min()), int(times.max()) + 1) if len(times) else (0, 1))
        made = getattr(self, f"_{name}")(rows, np.array(tasks, dtype=np.int64), times, start, end)
        if made.x.time:
            made = replace(made, start=start, end=end)
        return replace(made, name=name, of=of or ("all" if name == "states" else ""))

    def _states(self, rows: list[Row], tasks: Any, times: Any, start: int, end: int) -> Plot:
        begun = np.array(["submitted" in row.body for row in rows]).cumsum().astype(float)
        done = np.array(["completed" in row.body or "failed" in row.body for row in rows]).cumsum().astype(float)
        series = (
            Series("running", times, begun - done, expression="submitted"),
            Series("exec_done", times, done, expression="completed"),
        )
        return Plot("", "Tasks in each state", TIME, Axis("tasks"), 0, 1, series if len(rows) else (), stacked=True,
                    notes=("3 tasks done before they began: drawn as the data say",))  # fmt: skip

    def _rate(self, rows: list[Row], tasks: Any, times: Any, start: int, end: int) -> Plot:
        edges = np.linspace(start, end, 41).astype(np.int64)
        names = ("parsl", "interchange")
        bars = tuple(
            Bars(name, edges, np.histogram(times[[row.source == name for row in rows]], edges)[0].astype(float),
                 f"source:{name}")
            for name in names
        )  # fmt: skip
        return Plot("", "Records a second", TIME, Axis("records", "1/s"), 0, 1, bars=bars, stacked=True)

    def _lives(self, rows: list[Row], tasks: Any, times: Any, start: int, end: int) -> Plot:
        known = np.unique(tasks)
        lane = np.repeat(np.arange(len(known)), 2)
        first = np.array([times[tasks == t].min() for t in known])
        last = np.array([times[tasks == t].max() for t in known])
        middle = (first + last) // 2
        spans = np.stack([first, middle], 1).ravel(), np.stack([middle, last], 1).ravel()
        lanes = Lanes(tuple(f"task {t}" for t in known), ("waits", "runs"), lane, np.tile([0, 1], len(known)), *spans,
                      tuple(f"parsl.task:{t}" for t in known))  # fmt: skip
        return Plot("", "Lives of tasks", TIME, Axis("tasks"), 0, 1, lanes=lanes)

    def _sizes(self, rows: list[Row], tasks: Any, times: Any, start: int, end: int) -> Plot:
        ends = [i for i, row in enumerate(rows) if "Completed" in row.body]
        half = len(ends) // 2
        records = tuple(np.array([rows[i].id for i in part]) for part in (ends[:half], ends[half:]))
        bars = Bars("tasks", np.array([0.0, 2.5, 5.0]), np.array([float(len(part)) for part in records]), "", records)
        return Plot("", "Tasks by length", Axis("length", "s"), Axis("tasks"), 0.0, 5.0, bars=(bars,))
