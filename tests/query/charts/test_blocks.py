"""Tests of tui.query.charts.blocks, against counts made record by record."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.query.charts.test_workers import executions
from tests.query.making import START, see, text, write
from tui.errors import ChartError
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.times import SECOND

Loader = Callable[..., Browser]


def test_what_waits_is_what_was_launched_and_is_not_executed(text_run: Browser) -> None:
    records = see(text_run.catalog)
    spans = list(executions(records))
    states: dict[str, str] = {}
    plot = text_run.chart("blocks", Selection())
    lines = {series.name: series for series in plot.series}
    compared = 0
    told = [each for each in records if each.label == "monitoring.db" and "parsl.task_state" in each.keys]
    for each, following in pairwise(told):
        assert each.time and following.time
        states[each.keys["parsl.task"]] = each.keys["parsl.task_state"]
        moment = (each.time + following.time) // 2
        if following.time - each.time < 1000:
            continue
        pending = sum(state == "pending" for state in states.values())
        handed = sum(state in ("launched", "running", "running_ended") for state in states.values())
        running = sum(start <= moment < end for _, start, end in spans)
        assert (lines["tasks pending"].at(moment) or 0) == pending
        assert (lines["tasks running"].at(moment) or 0) == running
        assert (lines["tasks waiting for a worker"].at(moment) or 0) == max(0, handed - running)
        compared += 1
    assert compared > 30
    assert plot.y.log and {"blocks running", "blocks pending", "workers"} <= set(lines)


def test_blocks_as_their_states_say(text_run: Browser) -> None:
    told = [each for each in see(text_run.catalog) if "parsl.block_state" in each.keys]
    plot = text_run.chart("blocks", Selection())
    for name, state in (("blocks pending", "PENDING"), ("blocks running", "RUNNING")):
        line = next(series for series in plot.series if series.name == name)
        for each in told:
            assert each.time and line.at(each.time) in ((1,) if each.keys["parsl.block_state"] == state else (0, None))


def test_without_states_of_blocks_the_strategy_tells(tmp_path: Path, loaded: Loader) -> None:
    figures = "[Scaling executor {}] Executor 4 active tasks, 2 active slots, and {}/{} running/pending blocks"
    told = [(1, "htex", 0, 2), (2, "other", 1, 0), (3, "htex", 2, 0), (5, "htex", 1, 0)]
    lines = "".join(text(at, figures.format(executor, running, pending), "parsl.jobs.strategy", "DEBUG")
                    for at, executor, running, pending in told)  # fmt: skip
    write(tmp_path, {"runinfo/000/parsl.log": text(0, "Task 0 initializing state to pending") + lines})
    plot = loaded(tmp_path).chart("blocks", Selection())
    found = {series.name: series for series in plot.series}
    at = [START * SECOND + round(moment * SECOND) for moment in (1.5, 2.5, 3.5, 5)]
    assert [found["blocks running"].at(moment) or 0 for moment in at] == [0, 1, 3, 2]
    assert [found["blocks pending"].at(moment) or 0 for moment in at] == [2, 2, 0, 0]


def test_tasks_alone_are_no_comparison(threads_run: Browser) -> None:
    with pytest.raises(ChartError, match="no record tells of blocks or workers"):
        threads_run.chart("blocks", Selection())
