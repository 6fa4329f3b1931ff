"""Tests of tui.query.charts.steps, against waits computed from flows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.query.making import START, text, write
from tui.errors import ChartError
from tui.query.browse import Browser
from tui.query.model import Selection
from tui.times import SECOND

Loader = Callable[..., Browser]


@pytest.fixture
def made(tmp_path: Path, loaded: Loader) -> Browser:
    """Twenty tasks that wait 1, 2, ... 20 s for their launch, and a moment for all else."""
    lines = []
    for i in range(20):
        lines.append((i, f"Task {i} initializing state to pending"))
        lines.append((2 * i + 1, f"Task {i} changing state from pending to launched"))
        lines.append((2 * i + 1.001, f"Task {i} changing state from launched to exec_done"))
    write(tmp_path, {"runinfo/000/parsl.log": "".join(text(at, line) for at, line in sorted(lines))})
    return loaded(tmp_path)


def test_the_step_where_the_time_goes_comes_first(made: Browser) -> None:
    plot = made.chart("steps", Selection())
    assert plot.of == "Task <*> changing state from pending to launched"
    [bars] = plot.bars
    assert bars.heights.sum() == 20 and (bars.edges[0], bars.edges[-1]) == (0, 20)
    for second in range(1, 21):
        at = bars.bar(min(20, second + 0.01))
        assert at is not None and bars.heights[at] == 1
        [record] = bars.records[at].tolist()
        assert made.rows([record])[0].body == f"Task {second - 1} changing state from pending to launched"
    assert plot.notes[0] == "20 tasks: median 10.5 s, mean 10.5 s, 95% within 19.1 s, 99% within 19.8 s"
    assert plot.notes[1].startswith("since 'Task <*> initializing state to pending'")


def test_over_time_with_the_median(made: Browser) -> None:
    plot = made.chart("steps", Selection(), "pending to launched@time")
    each, median = plot.series
    assert not each.held and each.x.tolist() == [(START + 2 * i + 1) * SECOND for i in range(20)]
    assert each.y.tolist() == list(range(1, 21)) and median.y.min() >= 1 and median.y.max() <= 20
    assert plot.of.endswith("@time") and plot.x.time


def test_part_of_a_text_names_a_step(made: Browser) -> None:
    assert made.chart("steps", Selection(), "EXEC_DONE").of == "Task <*> changing state from launched to exec_done"
    with pytest.raises(ChartError, match="no step that is waited for has 'nothing like it' in it; there are 2"):
        made.chart("steps", Selection(), "nothing like it")


def test_the_window_leaves_waits_that_end_in_it(made: Browser) -> None:
    window = ((START + 10) * SECOND, (START + 20) * SECOND)
    plot = made.chart("steps", Selection(window=window))
    assert plot.notes[0].startswith("5 tasks: median 8.00 s")
    assert made.chart("steps", Selection("parsl.task:3")).notes[0].startswith("1 tasks: median 4.00 s")


def test_the_bars_hold_the_waits_of_the_flows(text_run: Browser) -> None:
    plot = text_run.chart("steps", Selection(), "Sent tasks")
    waited = []
    for task in range(14):
        flow = text_run.flow(text_run.resolve([("parsl.task", str(task))]))
        for step in flow.steps:
            if step.row.body.startswith("Sent tasks") and step.waited is not None:
                waited.append(step.waited / SECOND)
                break
    [bars] = plot.bars
    assert bars.heights.sum() == len(waited) == 11
    counts, _ = np.histogram(waited, bars.edges)
    assert bars.heights.tolist() == counts.tolist()
