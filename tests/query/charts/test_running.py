"""Tests of tui.query.charts.running, and of the executions it counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.query.making import POOL, see, text, write
from tui.query.browse import Browser
from tui.query.charts.executing import spans
from tui.query.model import Selection

Loader = Callable[..., Browser]


def test_by_app_as_the_workers_tell(text_run: Browser) -> None:
    now: dict[str, str] = {}
    seen: dict[int, Counter[str]] = {}
    for record in see(text_run.catalog):
        if found := re.match(r"(Received|Completed) executor task (\d+)$", record.body):
            if found[1] == "Received":
                now[found[2]] = record.keys["parsl.app_name"]
            else:
                del now[found[2]]
            seen[record.time or 0] = Counter(now.values())
    plot = text_run.chart("running", Selection())
    assert plot.of == "parsl.app_name" and plot.notes == ("told by the logs of the workers",)
    by_name = {series.name: series for series in plot.series}
    assert len(seen) > 20 and len(by_name) > 5
    for time, counts in seen.items():
        assert {name: series.at(time) or 0 for name, series in by_name.items()} == {
            name: counts[name] for name in by_name
        }


def test_by_worker_it_is_one_at_a_time(text_run: Browser) -> None:
    plot = text_run.chart("running", Selection(), "parsl.worker")
    assert {series.name for series in plot.series} == {"0", "1"}
    assert all(series.y.max() == 1 for series in plot.series)


def test_without_workers_logs_states_tell(text_run: Browser, threads_run: Browser) -> None:
    found = text_run.chart("running", Selection())
    assert "workers" in found.notes[0]
    threads = threads_run.chart("running", Selection())
    assert threads.notes[0].startswith("told by parsl: from launched to the end")
    assert sum(series.y[-1] for series in threads.series) == 0


def test_what_never_ended_is_flagged(tmp_path: Path, loaded: Loader) -> None:
    directory = "000/htex/block-0/0123456789ab"
    first = text(1, "Received executor task 1", POOL) + text(2, "Completed executor task 1", POOL)
    log = first + text(3, "Received executor task 2", POOL) + text(9, "something else", POOL)
    run = loaded(write(tmp_path, {f"{directory}/worker_0.log": log, "000/parsl.log": text(0, "begin")}))
    found = spans(run.catalog)
    assert found.open.tolist() == [False, True] and np.diff(found.end - found.start)[0] == 5_000_000_000
    plot = run.chart("running", Selection())
    assert plot.notes[-1] == "1 of 2 were begun and never ended, as far as these files tell"
    assert plot.series[0].name == "no worker" or plot.series[0].y[-1] == 1


def test_many_apps_stand_together(tmp_path: Path, loaded: Loader) -> None:
    log = "".join(
        text(i, f"Task {i} submitted for App app{i}, not waiting on any dependency")
        + text(i + 0.1, f"Task {i} changing state from pending to launched")
        + text(i + 0.2, f"Task {i} changing state from launched to exec_done")
        for i in range(15)
    )
    run = loaded(write(tmp_path, {"000/parsl.log": log}))
    plot = run.chart("running", Selection())
    assert len(plot.series) == 11 and plot.series[-1].name == "others"
    others = run.ids(plot.back(Selection(), plot.start, plot.end, "others"))
    assert len(others) == 5 * 3
