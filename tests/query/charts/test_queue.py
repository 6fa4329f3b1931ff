"""Tests of tui.query.charts.queue, against counts made record by record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.query.making import INTERCHANGE, POOL, START, see, text, write
from tui.query.browse import Browser
from tui.query.charts import queue
from tui.query.model import Selection

Loader = Callable[..., Browser]

SIGNS = {
    "put-sent": {r"Put task (\d+) onto pending_task_queue": 1, r"Sent tasks: \[([\d, ]+)\]": -1},
    "received-completed": {r"Received executor task (\d+)$": 1, r"Completed executor task (\d+)$": -1},
}


@pytest.mark.parametrize("name", SIGNS)
def test_what_went_in_and_has_not_come_out(text_run: Browser, name: str) -> None:
    length, seen = 0, []
    for record in see(text_run.catalog):
        for pattern, sign in SIGNS[name].items():
            if found := re.match(pattern, record.body):
                length += sign * len(found[1].split(","))
                seen.append((record.time, length))
    plot = text_run.chart("queue", Selection(), name)
    [series] = plot.series
    assert len(seen) >= 20 and series.name == "htex_Local"
    last = dict(seen)  # of several at one moment the last
    assert {time: series.at(time or 0) for time in last} == last
    assert plot.notes == () and min(series.y) == 0 == series.y[-1]


def test_one_app_alone(text_run: Browser) -> None:
    [series] = text_run.chart("queue", Selection("parsl.app_name:greet"), "put-sent").series
    assert max(series.y) == 1 and series.y[-1] == 0


def test_numbers_of_messages(text_run: Browser) -> None:
    """Rules find them in the text of managers and of the strategy."""
    said = [
        (record.time, *map(float, re.findall(r"\d+", record.body)))
        for record in see(text_run.catalog)
        if record.body.startswith("ready workers: ")
    ]
    for place, key in enumerate(("parsl.ready_workers", "parsl.pending_tasks"), 1):
        [series] = text_run.chart("queue", Selection(), key).series
        assert series.name == "manager" and len(said) > 10
        last = {each[0]: each[place] for each in said}
        assert {time: series.at(time or 0) for time in last} == last
    [series] = text_run.chart("queue", Selection(), "active_tasks").series
    tasks = [r.body for r in see(text_run.catalog) if " active slots, and " in r.body]
    assert [float(re.findall(r"(\d+) active tasks", body)[0]) for body in tasks] == series.y.tolist()[: len(tasks)]


def test_a_line_a_place(tmp_path: Path, loaded: Loader) -> None:
    """Managers are told apart by what they are of, and a filter leads back to each."""
    said = {
        f"000/htex/block-{block}/{manager}/manager.log": text(at, f"ready workers: {at}, pending tasks: 0", POOL)
        for at, (block, manager) in enumerate([(0, "a" * 12), (1, "b" * 12)], 1)
    }
    run = loaded(write(tmp_path, {"000/parsl.log": text(0, "begin"), **said}))
    plot = run.chart("queue", Selection(), "parsl.ready_workers")
    assert {series.name: set(series.y) for series in plot.series} == {"manager 0": {1}, "manager 1": {2}}
    for series in plot.series:
        [record] = run.ids(plot.back(Selection(), plot.start, plot.end, series.name))
        assert f"ready workers: {series.y[0]:.0f}," in run.rows([record])[0].body


def test_what_comes_out_and_never_went_in_is_flagged(tmp_path: Path, loaded: Loader) -> None:
    log = text(1, "Sent tasks: [1, 2] to manager b'0123456789ab'", INTERCHANGE, "DEBUG")
    run = loaded(write(tmp_path, {"000/htex/interchange.log": log, "000/parsl.log": text(0, "begin")}))
    plot = run.chart("queue", Selection(), "put-sent")
    assert plot.series[0].y[0] == -2
    assert plot.notes == ("htex: down to -2, so some that came out were not seen to go in",)


def test_figures_of_work_queue(loaded: Loader) -> None:
    run = loaded(Path(__file__).resolve().parents[3] / "fixtures" / "workqueue")
    known = queue.CHART.of(run.catalog)
    assert "wq.tasks_waiting" in known and not {"wq.task", "parsl.task", "lineno", "process"} & set(known)
    [series] = run.chart("queue", Selection(), "wq.tasks_waiting").series
    column = run.catalog.schema.columns["wq.tasks_waiting"]
    values = run.catalog.reader().rows(
        f"SELECT r.{column} FROM stream s JOIN records r ON s.record = r.rowid WHERE r.{column} IS NOT NULL "
        "ORDER BY s.rowid"
    )
    assert [float(value) for (value,) in values] == series.y.tolist()[: len(values)]


def test_a_chart_names_what_it_left_out(tmp_path: Path, loaded: Loader) -> None:
    files = {
        f"000/htex/block-{i}/{i:012x}/manager.log": text(i, "ready workers: 1, pending tasks: 0", POOL)
        for i in range(15)
    }
    run = loaded(write(tmp_path, files))
    plot = run.chart("queue", Selection(), "parsl.ready_workers")
    assert len(plot.series) == 12 and plot.notes == ("3 lines with fewer values left out; a filter narrows",)


def test_what_only_identifies_is_no_number_to_draw(tmp_path: Path, loaded: Loader) -> None:
    lines = [
        json.dumps({"created": START + i, "name": "a", "levelname": "INFO", "msg": "x", "id": i, "tid": i, "load": i})
        for i in range(4)
    ]
    write(tmp_path, {"a.jsonlog": "\n".join(lines) + "\n"})
    assert queue.CHART.of(loaded(tmp_path).catalog) == ("load",)
