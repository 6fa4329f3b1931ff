"""Charts of lanes over the logs of real runs, against what the files say when they are read line by line."""

from __future__ import annotations

import json
import re

import pytest

from tests.shared.data import DATA, needs_data, opened
from tui.query import charts
from tui.query.model import Selection

pytestmark = [needs_data, pytest.mark.xdist_group("charts")]


def test_every_message_of_academy_is_an_arrow() -> None:
    folder = DATA / "academy" / "home-redis"
    said = set()
    for file in folder.rglob("*.jsonlog"):
        for line in file.read_text().splitlines():
            record = json.loads(line)
            if re.match("Sent |Sending action request|Received ", record["formatted"]) and "academy.dest" in record:
                said.add(tuple(record[f"academy.{key}"] for key in ("message_tag", "src", "dest")))
    plot = charts.plot(opened(folder), "messages", Selection())
    assert plot.arrows and len(plot.arrows.start) == len(said) == 132


def test_every_execution_of_a_worker_stands_on_its_lane() -> None:
    folder = DATA / "parsl-text" / "runinfo" / "000"
    received: dict[tuple[str, str], int] = {}
    for file in folder.rglob("worker_*.log"):
        key = (file.parent.name, file.stem.removeprefix("worker_"))
        received[key] = len(re.findall(r"INFO: Received executor task \d+$", file.read_text(), re.MULTILINE))
    lanes = charts.plot(opened(folder), "workers", Selection(), "parsl.worker").lanes
    assert lanes and len(lanes.names) == len(received) == 2
    drawn = [int(((lanes.lane == i) & (lanes.kind > 0)).sum()) for i in range(len(lanes.names))]
    assert sorted(drawn) == sorted(received.values()) and sum(drawn) > 170


def test_every_task_of_work_queue_has_a_life() -> None:
    folder = DATA / "workqueue" / "runinfo-rel"
    text = (folder / "000" / "WorkQueueExecutor" / "transaction_log").read_text()
    tasks = {number for number in re.findall(r"^\d+ \d+ TASK (\d+) ", text, re.MULTILINE)}
    plot = charts.plot(opened(folder), "lifelines", Selection(), "state@wq.task")
    assert plot.lanes and len(plot.lanes.names) == len(tasks) == 67
    assert {"WAITING", "RUNNING", "DONE"} <= set(plot.lanes.kinds)


@pytest.mark.parametrize("task", [0, 1, 4])
def test_one_task_is_one_task_in_every_chart(task: int) -> None:
    """Others that were sent in one record with it are in none of them."""
    catalog, chosen = opened(DATA / "parsl-text" / "runinfo" / "000"), Selection(f"parsl.task:{task}")
    lanes = charts.plot(catalog, "lifelines", chosen).lanes
    assert lanes is not None and lanes.names == (f"task {task}",)
    for name in ("states", "running", "completed", "workers"):
        series = charts.plot(catalog, name, chosen).series
        assert series and max(each.y.max() for each in series) == 1, name
    assert sum(each.heights.sum() for each in charts.plot(catalog, "steps", chosen).bars) <= 1
