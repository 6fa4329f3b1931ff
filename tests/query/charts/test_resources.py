"""Tests of tui.query.charts.resources, against sums made sample by sample."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.query.making import Seen, see
from tui.errors import ChartError
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.times import SECOND

MEMORY = "psutil_process_memory_resident"


def processes(browser: Browser) -> Iterator[tuple[list[Seen], int]]:
    """The samples of every try in the order of time, and the last time that is heard of the try."""
    found: dict[tuple[str, ...], list[Seen]] = {}
    last: dict[tuple[str, ...], int] = {}
    for each in see(browser.catalog):
        if {"parsl.task", "parsl.try"} <= set(each.keys) and each.time:
            tries = each.keys["parsl.try"].split(", ")
            for task in each.keys["parsl.task"].split(", "):
                for number in tries:
                    last[*each.scope, task, number] = each.time
            if MEMORY in each.emitted:
                key = (*each.scope, each.keys["parsl.task"], each.keys["parsl.try"])
                found.setdefault(key, []).append(each)
    for key, samples in found.items():
        yield sorted(samples, key=lambda each: each.time or 0), last[key]


def stretches(browser: Browser) -> list[tuple[int, int, float, str]]:
    """From when to when a process had how many MB, and its task."""
    made = []
    every = [(samples, last) for samples, last in processes(browser)]
    begins = sorted((s.keys["process"], s.time or 0) for samples, _ in every for s in samples)
    for samples, last in every:
        for a, b in pairwise(samples):
            made.append((a.time or 0, b.time or 0, float(a.emitted[MEMORY]) / 1e6, a.keys["parsl.task"]))
        if len(samples) == 1:
            [one] = samples
            time = one.time or 0
            following = [t for pid, t in begins if pid == one.keys["process"] and t > time]
            until = min([time + int(float(one.emitted["resource_monitoring_interval"]) * SECOND), last, *following])
            made.append((time, until, float(one.emitted[MEMORY]) / 1e6, one.keys["parsl.task"]))
    return [each for each in made if each[1] > each[0]]


@pytest.mark.parametrize("run", ["text_run", "json_run"])
def test_memory_is_the_sum_over_processes(run: str, request: pytest.FixtureRequest) -> None:
    browser: Browser = request.getfixturevalue(run)
    expected = stretches(browser)
    plot = browser.chart("resources", Selection())
    [series] = plot.series
    moments = sorted({moment for start, end, *_ in expected for moment in (start, end)})
    assert len(moments) > 20 and plot.y.unit == "MB"
    for a, b in pairwise(moments):
        middle = (a + b) // 2
        total = sum(mb for start, end, mb, _ in expected if start <= middle < end)
        assert series.at(middle) == pytest.approx(total, abs=1e-3)


def test_by_task(json_run: Browser) -> None:
    expected = stretches(json_run)
    plot = json_run.chart("resources", Selection(), "memory@task")
    named = {series.name.removeprefix("task "): series for series in plot.series}
    start, end, mb, task = max(expected, key=lambda each: (each[1] - each[0]) * each[2])
    assert named[task].at((start + end) // 2) == pytest.approx(mb, abs=1e-3)
    assert named[task].expression.endswith(f"parsl.task:{task}")


def test_cpu_is_what_was_used_between_two_samples(json_run: Browser) -> None:
    rates = []
    for samples, _ in processes(json_run):
        for a, b in pairwise(samples):
            used = sum(float(b.emitted[key]) - float(a.emitted[key])
                       for key in ("psutil_process_time_user", "psutil_process_time_system"))  # fmt: skip
            rates.append((a.time or 0, b.time or 0, used * SECOND / ((b.time or 0) - (a.time or 0))))
    plot = json_run.chart("resources", Selection(), "cpu")
    [series] = plot.series
    for start, end, _ in rates:
        middle = (start + end) // 2
        total = sum(rate for s, e, rate in rates if s <= middle < e and rate >= 0)
        assert series.at(middle) == pytest.approx(total, abs=1e-5)
    assert len(rates) > 3 and plot.notes[-1].endswith("sampled once, which tells no rate")


def test_by_node(json_run: Browser) -> None:
    hosts = {each.emitted["hostname"] for each in see(json_run.catalog) if "hostname" in each.emitted}
    assert {series.name for series in json_run.chart("resources", Selection(), "memory@node").series} == hosts


def test_runs_are_told_apart(three_runs: Browser) -> None:
    names = {scope.name for scope in three_runs.catalog.scopes.values()}
    found = {series.name for series in three_runs.chart("resources", Selection(), "cpu").series}
    assert found < names and len(found) == 2


def test_the_selection_leaves_samples(json_run: Browser) -> None:
    [whole] = json_run.chart("resources", Selection()).series
    [part] = json_run.chart("resources", Selection("parsl.executor:htex_Two")).series
    assert 0 < part.y.max() < whole.y.max()


def test_without_monitoring_it_says_what_is_missing(threads_run: Browser) -> None:
    with pytest.raises(ChartError, match="no record tells what memory a process had"):
        threads_run.chart("resources", Selection())
