"""Tests of tui.query.charts.workers and tui.query.charts.pool, against what is counted record by record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import FIXTURES
from tests.query.making import INTERCHANGE, POOL, START, Seen, see, text, write
from tui.errors import ChartError
from tui.query.browse import Browser
from tui.query.charts.pool import occupied
from tui.query.model import Selection
from tui.times import SECOND

Loader = Callable[..., Browser]

MANAGER = "runinfo/000/htex/block-0/0123456789ab"


def executions(records: list[Seen]) -> Iterator[tuple[tuple[str, str], int, int]]:
    """(manager, worker), begin and end of every execution of Parsl's workers."""
    begun: dict[str, Seen] = {}
    for each in records:
        if found := re.match(r"(Received|Completed) executor task (\d+)$", each.body):
            task = f"{each.keys['parsl.executor']} {found[2]}"
            if found[1] == "Received":
                begun[task] = each
            elif task in begun:
                first = begun.pop(task)
                assert first.time and each.time
                yield (first.keys["parsl.manager"], first.keys["parsl.worker"]), first.time, each.time


@pytest.mark.parametrize("run", ["text_run", "json_run"])
def test_busy_workers_are_those_between_receiving_and_completing(run: str, request: pytest.FixtureRequest) -> None:
    browser: Browser = request.getfixturevalue(run)
    spans = list(executions(see(browser.catalog)))
    assert len(spans) > 10
    plot = browser.chart("workers", Selection())
    busy = next(series for series in plot.series if series.name == "busy")
    moments = sorted({moment for _, *span in spans for moment in span})
    for a, b in pairwise(moments):
        middle = (a + b) // 2
        assert busy.at(middle) == len({worker for worker, start, end in spans if start <= middle < end})
    there = next(series for series in plot.series if series.name == "there")
    assert max(there.y) == len({worker for worker, _, _ in spans})
    assert all((there.at(moment) or 0) >= (busy.at(moment) or 0) for moment in moments)


def test_a_lane_a_worker(json_run: Browser) -> None:
    spans = list(executions(see(json_run.catalog)))
    plot = json_run.chart("workers", Selection(), "parsl.worker")
    lanes = plot.lanes
    assert lanes is not None and len(lanes.names) == len({worker for worker, _, _ in spans}) == 4
    assert "htex_Two block 0 worker 1" in lanes.names and lanes.kinds[0] == "idle"
    working = lanes.kind > 0
    drawn = sorted(zip(lanes.start[working].tolist(), lanes.end[working].tolist(), strict=True))
    assert drawn == sorted((start, end) for _, start, end in spans)
    records = see(json_run.catalog)
    for name, expression in zip(lanes.names, lanes.expressions, strict=True):
        behind = [records[i].keys["parsl.worker"] for i in json_run.ids(Selection(expression)).tolist()]
        assert len(behind) > 10 and all(name[-1] in worker.split(", ") for worker in behind)


def test_the_selection_leaves_the_executions_that_begin_in_it(json_run: Browser) -> None:
    plot = json_run.chart("workers", Selection("parsl.executor:htex_Two"), "parsl.worker")
    assert plot.lanes and all(name.startswith("block 0 worker") for name in plot.lanes.names)
    spans = list(executions(see(json_run.catalog)))
    assert 0 < (plot.lanes.kind > 0).sum() < len(spans)


def test_few_columns_show_the_longest(json_run: Browser) -> None:
    exact, few = (json_run.chart("workers", Selection(), "parsl.worker", width) for width in (0, 6))
    assert exact.lanes and few.lanes and len(few.lanes.start) < len(exact.lanes.start)
    longest = np.argmax(np.where(exact.lanes.kind > 0, exact.lanes.end - exact.lanes.start, 0))
    assert exact.lanes.start[longest] in few.lanes.start


def test_workers_of_work_queue_take_several_tasks(loaded: Loader) -> None:
    browser = loaded(FIXTURES / "workqueue")
    plot = browser.chart("workers", Selection(), "wq.worker")
    records = see(browser.catalog)
    running = [each for each in records if each.label == "wq" and each.keys.get("wq.state") == "RUNNING"]
    assert plot.lanes and (plot.lanes.kind > 0).sum() == len(running)
    [connected] = [each for each in records if each.emitted.get("wq.worker_event") == "CONNECTION"]
    [gone] = [each for each in records if each.emitted.get("wq.worker_event") == "DISCONNECTION"]
    idle = plot.lanes.kind == 0
    assert (plot.lanes.start[idle].tolist(), plot.lanes.end[idle].tolist()) == ([connected.time], [gone.time])


def test_a_worker_that_died_is_not_there_until_it_is_started_again(tmp_path: Path, loaded: Loader) -> None:
    worker = text(1, "Worker 0 started", POOL) + text(2, "Received executor task 1", POOL)
    again = text(5, "Worker 0 started", POOL) + text(6, "Received executor task 2", POOL)
    manager = text(3, "Worker 0 has died", POOL) + text(3, "Putting exception for executor task 1 in the pending", POOL)
    write(tmp_path, {
        f"{MANAGER}/worker_0.log": worker + again + text(7, "Completed executor task 2", POOL),
        f"{MANAGER}/manager.log": text(0.5, "Manager initializing", POOL) + manager + text(9, "Exiting", POOL),
    })  # fmt: skip
    [busy, there] = sorted(loaded(tmp_path).chart("workers", Selection()).series, key=lambda series: series.name)
    at = [START * SECOND + round(moment * SECOND) for moment in (1.5, 2.5, 3.5, 5.5, 6.5, 8)]
    assert [there.at(moment) for moment in at] == [1, 1, 0, 1, 1, 1]
    assert [busy.at(moment) for moment in at] == [None, 1, 0, 0, 1, 0]


def test_what_a_manager_registered_is_there_when_its_workers_wrote_nothing(tmp_path: Path, loaded: Loader) -> None:
    info = "Registration info for manager b'0123456789ab': {'block_id': '0', 'worker_count': 3}"
    write(tmp_path, {
        "runinfo/000/htex/interchange.log": text(1, info, INTERCHANGE) + text(
            8, "Manager b'0123456789ab' has free capacity 1", INTERCHANGE),
        "runinfo/000/parsl.log": text(0, "Task 0 initializing state to pending")
        + text(1, "Task 0 changing state from pending to launched"),
    })  # fmt: skip
    browser = loaded(tmp_path)
    workers = next(series for series in browser.chart("blocks", Selection()).series if series.name == "workers")
    at = [START * SECOND + moment * SECOND for moment in (2, 7, 9)]
    assert [workers.at(moment) for moment in at] == [3, 3, 0]
    with pytest.raises(ChartError, match="no record tells which worker executes what"):
        browser.chart("workers", Selection())


def test_a_worker_with_several_at_once_is_busy_once() -> None:
    worker, start, end = np.array([0, 0, 1, 0]), np.array([1, 2, 2, 8]), np.array([5, 3, 4, 9])
    times, change = occupied(worker, start, end)
    assert sorted(zip(times.tolist(), change.tolist(), strict=True)) == [
        (1, 1), (2, 1), (4, -1), (5, -1), (8, 1), (9, -1),
    ]  # fmt: skip


def test_back_to_back_is_busy_all_the_time() -> None:
    times, change = occupied(np.array([0, 0]), np.array([1, 3]), np.array([3, 5]))
    assert sorted(zip(times.tolist(), change.tolist(), strict=True)) == [(1, 1), (5, -1)]
