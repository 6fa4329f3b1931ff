"""A made-up run is one that wideview reads like a real one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import tui
from benchmarks.generate import generate
from tui.query.browse import Browser
from tui.query.model import Selection

RECORDS = 2_000


@pytest.fixture(scope="module", params=["json", "text"])
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """A small made-up run, loaded."""
    directory = tmp_path_factory.mktemp(request.param)
    assert generate(directory / "runinfo" / "000", RECORDS, text=request.param == "text") == RECORDS
    return tui.open(str(directory), cache=False)


def test_every_record_is_loaded(run: Browser) -> None:
    """As many records as were asked for, every one with a time, in seven files."""
    ids = run.ids(Selection())
    assert len(ids) == RECORDS
    rows = run.rows(ids.tolist())
    assert all(row.time is not None and row.error is None for row in rows)
    assert len({row.file for row in rows}) == 7


def test_the_order_is_that_of_time(run: Browser) -> None:
    """Files overlap in time and are merged."""
    times = [row.time or 0 for row in run.rows(run.ids(Selection()).tolist())]
    assert times == sorted(times)


def test_a_flow_is_complete(run: Browser) -> None:
    """A task that succeeds at once leaves twenty records in four files."""
    flow = run.flow(run.resolve([("parsl.task", "7")]))
    sources = Counter(step.row.source.split()[0] for step in flow.steps)
    assert sources == {"parsl": 12, "interchange": 4, "manager": 1, "worker": 3}


def test_nothing_contradicts_the_rules(run: Browser) -> None:
    """Ids join as in a real run."""
    assert run.conflicts() == []


def test_the_same_seed_gives_the_same_run(tmp_path: Path) -> None:
    """Two runs of one seed are equal, those of two seeds are not."""
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        generate(tmp_path / name / "000", RECORDS, seed=seed)
    texts = {name: (tmp_path / name / "000" / "parsl.jsonlog").read_text() for name in "abc"}
    assert texts["a"] == texts["b"] != texts["c"]


def test_some_tasks_are_tried_twice_and_some_fail(tmp_path: Path) -> None:
    """A larger run has retries, and tracebacks of several lines."""
    generate(tmp_path / "000", 60_000)
    run = tui.open(str(tmp_path), cache=False)
    assert len(run.ids(Selection("parsl.try:1 AND launched"))) > 5
    [row, *_] = run.rows(run.ids(Selection("level:>=ERROR")).tolist())
    assert "Traceback" in row.body and "\n" in row.body
