"""Tests of tui.query.charts.lifelines, gather and netlogger, against lives followed record by record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.query.making import see, text, write
from tui.errors import ChartError
from tui.query.browse import Browser
from tui.query.charts.gather import gather, rows_for
from tui.query.model import Selection
from tui.times import SECOND

Loader = Callable[..., Browser]


def lives(browser: Browser) -> dict[str, tuple[int, int]]:
    """First and last time of every task."""
    found: dict[str, tuple[int, int]] = {}
    for each in see(browser.catalog):
        for task in each.keys.get("parsl.task", "").split(", "):
            if task and each.time is not None:
                first, last = found.get(task, (each.time, each.time))
                found[task] = min(first, each.time), max(last, each.time)
    return found


def test_a_line_a_task_from_first_to_last_by_app(text_run: Browser) -> None:
    expected = lives(text_run)
    apps = {each.keys["parsl.task"]: each.keys["parsl.app_name"] for each in see(text_run.catalog)
            if {"parsl.task", "parsl.app_name"} <= set(each.keys)}  # fmt: skip
    plot = text_run.chart("lifelines", Selection(), "app")
    lanes = plot.lanes
    assert lanes and len(lanes.names) == len(expected) == 14
    tasks = [name.removeprefix("task ") for name in lanes.names]
    assert tasks == sorted(expected, key=lambda task: expected[task][0])
    for i, lane in enumerate(lanes.lane.tolist()):
        assert (lanes.start[i], lanes.end[i]) == expected[tasks[lane]]
        assert lanes.kinds[lanes.kind[i]] in (apps[tasks[lane]], "others")


def test_by_state_from_each_change_to_the_next(text_run: Browser) -> None:
    expected = lives(text_run)
    told: dict[str, list[tuple[int, str]]] = {}
    for each in see(text_run.catalog):
        if each.label == "monitoring.db" and "parsl.task_state" in each.keys and each.time:
            told.setdefault(each.keys["parsl.task"], []).append((each.time, each.keys["parsl.task_state"]))
    lanes = text_run.chart("lifelines", Selection()).lanes
    assert lanes
    spans = sorted(zip(lanes.lane.tolist(), lanes.start.tolist(), lanes.end.tolist(), lanes.kind.tolist(), strict=True))
    drawn = [
        (lanes.names[lane].removeprefix("task "), start, end, lanes.kinds[kind]) for lane, start, end, kind in spans
    ]
    made = []
    for task, changes in told.items():
        ends = [time for time, _ in changes[1:]] + [expected[task][1]]
        made += [(task, time, max(time, end), state) for (time, state), end in zip(changes, ends, strict=True)]
    assert sorted(drawn) == sorted(made) and len(made) > 40


def test_the_selection_says_whose_lives_and_each_is_whole(text_run: Browser) -> None:
    expected = lives(text_run)
    failed = {
        each.keys["parsl.task"] for each in see(text_run.catalog) if each.level >= 5 and "parsl.task" in each.keys
    }
    plot = text_run.chart("lifelines", Selection(level=5), "app")
    assert plot.lanes and {name.removeprefix("task ") for name in plot.lanes.names} == failed and failed
    first, last = expected[plot.lanes.names[0].removeprefix("task ")]
    assert (plot.lanes.start[0], plot.lanes.end[0]) == (first, last)
    assert plot.notes == (f"of the {len(failed)} tasks that the selection has records of, each drawn whole",)


def test_the_time_window_leaves_those_that_are_heard_of_in_it(text_run: Browser) -> None:
    start = text_run.catalog.span[0] if text_run.catalog.span else 0
    window = (start, start + SECOND)
    heard = {task for each in see(text_run.catalog) for task in each.keys.get("parsl.task", "").split(", ")
             if task and each.time and window[0] <= each.time < window[1]}  # fmt: skip
    plot = text_run.chart("lifelines", Selection(window=window), "app")
    assert plot.lanes and {name.removeprefix("task ") for name in plot.lanes.names} == heard and len(heard) < 14
    assert (plot.start, plot.end) == window


def test_every_lane_leads_to_its_records(text_run: Browser) -> None:
    plot = text_run.chart("lifelines", Selection())
    assert plot.lanes
    records = see(text_run.catalog)
    for name in plot.lanes.names[:4]:
        left = text_run.ids(plot.back(Selection(), plot.start, plot.end, name)).tolist()
        assert left and all(name[5:] in records[i].keys["parsl.task"].split(", ") for i in left)


def test_many_tasks_stand_together(tmp_path: Path, loaded: Loader) -> None:
    lines = []
    for i in range(300):
        lines.append((i / 10, f"Task {i} initializing state to pending"))
        lines.append((i / 10 + 5, f"Task {i} changing state from pending to launched"))
        lines.append((i / 10 + (30 if i < 150 else 8), f"Task {i} changing state from launched to exec_done"))
    write(tmp_path, {"runinfo/000/parsl.log": "".join(text(at, line) for at, line in sorted(lines))})
    browser = loaded(tmp_path)
    every, few = (browser.chart("lifelines", Selection(), "", width) for width in (0, 78))
    assert every.lanes and few.lanes and len(every.lanes.names) == 300 and len(few.lanes.names) == rows_for(78) == 15
    assert few.lanes.names[0] == "task 0 +19" and few.lanes.names[1] == "task 20 +19" and few.lanes.expressions == ()
    assert few.notes[0].startswith("300 tasks on 15 lines")
    name = few.lanes.names[3]  # tasks 60 to 79 were pending for 5 s and launched for 25 s
    begun = few.start + 6 * SECOND + SECOND
    assert dict(few.at(begun + 2 * SECOND))[name] == "pending"
    assert dict(few.at(begun + 15 * SECOND))[name] == "launched"
    assert name not in dict(few.at(few.start + SECOND))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 99), st.integers(0, 50)), max_size=20))
def test_a_cell_is_of_what_takes_up_most_of_it(spans: list[tuple[int, int, int, int]]) -> None:
    row, kind, start, length = (np.array([span[i] for span in spans], np.int64) for i in range(4))
    width = 10
    made = gather(row, kind, start * 1000, (start + length) * 1000, 4, 3, 0.0, 100_000.0, width)
    for r in range(4):
        for column in range(width):
            spent: Counter[int] = Counter()
            for r_, k, s, n in spans:
                if r_ == r:
                    spent[k] += max(0, min(s + n, 10 * column + 10) - max(s, 10 * column))
            middle = column * 10_000 + 5000
            shown = [
                k for r_, k, s, e in zip(*(each.tolist() for each in made), strict=True) if r_ == r and s <= middle < e
            ]
            assert len(shown) <= 1
            if spent.total():
                assert shown and spent[shown[0]] == max(spent.values())


def test_the_steps_of_few_tasks_as_lines(text_run: Browser) -> None:
    plot = text_run.chart("lifelines", Selection("parsl.task:5 OR parsl.task:6"), "template")
    assert [series.name for series in plot.series] == ["task 5", "task 6"] and plot.x.unit == "s" and not plot.lanes
    records = see(text_run.catalog)
    text_of = text_run.catalog.templates
    firsts: dict[str, int] = {}
    for i, each in enumerate(records):
        if each.keys.get("parsl.task") == "5" and each.time and each.label != "monitoring.db":
            firsts.setdefault(text_of[text_run.catalog.template_of[i]], each.time)
    series = plot.series[0]
    drawn = {plot.y.names[int(y)]: x for x, y in zip(series.x.tolist(), series.y.tolist(), strict=True)}
    origin = min(firsts.values())
    same = [name for name in firsts if name in drawn]
    assert len(same) > 15 and all(abs(drawn[name] - (firsts[name] - origin) / SECOND) < 1e-6 for name in same)
    assert all(a <= b for a, b in pairwise(series.x.tolist())) and series.x[0] == 0


def test_the_steps_of_many_tasks_as_numbers_of_them(text_run: Browser) -> None:
    plot = text_run.chart("lifelines", Selection(), "template")
    assert plot.lanes and "Put task <*> onto pending_task_queue" in plot.lanes.names and plot.lanes.kinds[0] == "1"
    timed = text_run.chart("lifelines", Selection(), "template-time", 78)
    assert timed.x.time and timed.lanes and len(timed.lanes.names) == 15
    assert timed.notes[0].startswith("15 of ") and "6 at most are drawn as lines" in timed.notes[1]


def test_where_tasks_wait_is_where_they_are_drawn(tmp_path: Path, loaded: Loader) -> None:
    lines = []
    for i in range(20):  # each waits 10 s between two steps
        lines.append((i / 100, f"Task {i} initializing state to pending"))
        lines.append((i / 100 + 10, f"Task {i} changing state from pending to launched"))
    write(tmp_path, {"runinfo/000/parsl.log": "".join(text(at, line) for at, line in sorted(lines))})
    plot = loaded(tmp_path).chart("lifelines", Selection(), "template")
    assert plot.lanes and plot.lanes.kinds == ("tens",)
    assert dict(plot.at(5.0)) == {plot.lanes.names[0]: "tens"} and plot.end == 10


def test_what_it_cannot_be_about_is_said(text_run: Browser) -> None:
    with pytest.raises(ChartError, match="it can be about state, app, template, template-time"):
        text_run.chart("lifelines", Selection(), "colour")
