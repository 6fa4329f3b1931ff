"""The steps of real runs: the variants of their tasks, and where their time goes."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest

from tests.shared.data import DATA, needs_data, opened
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.query.steps import Steps

pytestmark = [needs_data, pytest.mark.xdist_group("steps")]


@cache
def run(path: str) -> Browser:
    return Browser(opened(DATA / path))


def shape(found: Steps) -> list[tuple[int, str]]:
    return [(variant.count, variant.name) for variant in found.variants]


def test_the_variants_of_a_run_of_parsl() -> None:
    found = run("parsl-text/runinfo/000").steps()
    assert shape(found) == [
        (80, "exec_done"),
        (61, "exec_done"),
        (20, "exec_done"),
        (7, "failed after fail_retryable"),
        (3, "exec_done after fail_retryable"),
        (3, "dep_fail"),
        (2, "failed after fail_retryable"),
        (2, "exec_done"),
        (2, "memo_done"),
        (1, "exec_done after joining"),
    ]
    assert sum(variant.count for variant in found.variants) == len(found) == 181
    groups = [dict(variant.groups) for variant in found.variants]
    assert groups[1] == {"stage_b1": 20, "stage_b2": 20, "stage_c": 20, "local_sum": 1}
    assert groups[3] == {"divide": 7}


def test_the_interchange_is_where_its_time_goes() -> None:
    browser = run("parsl-text/runinfo/000")
    found = browser.steps()
    [most] = [step for step in found.steps(1) if step.most]
    assert (most.text, most.source) == ("Sent tasks: <*> to manager <*>", "interchange")
    assert most.waited_from is not None
    assert browser.catalog.templates[most.waited_from] == "Put task <*> onto pending_task_queue"
    whole = found.whole(1)
    assert most.waited and whole
    assert (round(most.waited.median / 1e9, 2), round(whole.median / 1e9, 2)) == (5.28, 5.49)
    assert most.share > 0.9
    assert not any("redirected" in step.text and step.share > 0.01 for step in found.steps(1))


@pytest.mark.parametrize(
    ("path", "tasks"), [("parsl-observability/runinfo/000", 181), ("parsl-observability/runinfo/002", 182)]
)
def test_runs_at_which_others_give_up(path: str, tasks: int) -> None:
    found = run(path).steps()
    assert sum(variant.count for variant in found.variants) == len(found) == tasks
    assert {"exec_done", "failed after fail_retryable", "memo_done", "dep_fail"} <= {v.name for v in found.variants}
    [most] = [step for step in found.steps(1) if step.most]
    assert most.text == "Sent tasks: <*> to manager <*>"
    assert all(step.since and step.since.count == step.count for step in found.steps(1))


def test_tasks_of_several_runs_stand_together() -> None:
    whole = run("parsl-observability/runinfo").steps()
    parts = [run(f"parsl-observability/runinfo/{number}").steps() for number in ("000", "002")]
    assert len(whole) == sum(map(len, parts))
    assert len({whole.entity(thing).scope for thing in whole.things().tolist()}) == 2


@pytest.mark.parametrize(
    ("path", "by", "selection"),
    [
        ("globus-compute", ["parsl.executor_task"], Selection()),
        ("parsl-text/runinfo/000", ["parsl.task"], Selection("parsl.app_name:random_uuid")),
    ],
)
def test_means_of_uniform_tasks(path: str, by: list[str], selection: Selection) -> None:
    """They are, to the microsecond, the means of the time from the first record of each to the first of a template."""
    browser = run(path)
    found = browser.steps(selection, by)
    assert len(found.variants) == 1
    since: dict[int, list[int]] = defaultdict(list)
    for thing in found.things().tolist():
        known: dict[int, int] = {}
        rows = [step.row for step in browser.flow(found.entity(thing)).steps if step.row.time is not None]
        for row in rows:
            known.setdefault(int(browser.catalog.template_of[row.id]), row.time or 0)
        for template, time in known.items():
            since[template].append(time - min(known.values()))
    steps = found.steps(1)
    assert {step.template for step in steps} == set(since)
    for step in steps:
        times = since[step.template]
        assert step.since and step.since.count == len(times) == len(found)
        assert abs(step.since.mean - sum(times) / len(times)) < 1_000


@pytest.mark.parametrize(
    ("path", "keys", "count"),
    [
        ("workqueue/runinfo-rel", ("parsl.task",), 65),
        ("workqueue/runinfo-vine", ("parsl.task",), 65),
        ("academy/home-http", ("academy.action_tag",), 62),
        ("globus-compute", ("parsl.executor", "parsl.executor_task"), 80),
    ],
)
def test_what_takes_steps_is_found(path: str, keys: tuple[str, ...], count: int) -> None:
    found = run(path).steps()
    assert found.keys == keys
    assert sum(variant.count for variant in found.variants) == len(found) == count
    assert len(found.variants) < 10
