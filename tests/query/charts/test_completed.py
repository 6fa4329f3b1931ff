"""Tests of tui.query.charts.completed, against counts made record by record."""

from __future__ import annotations

import pytest

from tests.query.making import see
from tui.query.browse import Browser
from tui.query.model import Selection

FINAL = {"exec_done", "memo_done", "failed", "dep_fail"}


@pytest.mark.parametrize("app", ["", "stage_b", "greet"])
def test_how_many_have_ended(text_run: Browser, app: str) -> None:
    ended: dict[str, list[int]] = {}
    for record in see(text_run.catalog):
        state = record.keys.get("parsl.task_state", "")
        mine = not app or record.keys.get("parsl.app_name") == app
        if state in FINAL and record.label == "monitoring.db" and mine and record.time is not None:
            ended.setdefault(state, []).append(record.time)
    plot = text_run.chart("completed", Selection(), f"parsl.app_name={app}" if app else "")
    assert {series.name for series in plot.series} == set(ended)
    for series in plot.series:
        for number, time in enumerate(ended[series.name], 1):
            assert series.at(time) == number
        assert series.y[-1] == len(ended[series.name]) and (series.y[1:] >= series.y[:-1]).all()


def test_a_way_back(text_run: Browser) -> None:
    plot = text_run.chart("completed", Selection(), "parsl.app_name=greet")
    rows = text_run.rows(text_run.ids(plot.back(Selection("source:parsl"), plot.start, plot.end, "exec_done")))
    assert rows and all("to exec_done" in row.body for row in rows)
