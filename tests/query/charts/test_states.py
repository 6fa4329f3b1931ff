"""Tests of tui.query.charts.states, against counts made record by record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.query.making import line, parsl, see, text, write
from tui.query.browse import Browser
from tui.query.charts import states
from tui.query.charts.base import Plot
from tui.query.model import Selection

Loader = Callable[..., Browser]


def counted(browser: Browser, label: str, selection: Selection = Selection()) -> list[tuple[int, Counter[str]]]:
    """How many tasks are in each state from each moment on, as *label* tells it."""
    chosen = set(browser.ids(selection).tolist())
    now: dict[tuple[tuple[str, ...], str], str] = {}
    made: list[tuple[int, Counter[str]]] = []
    for number, record in enumerate(see(browser.catalog)):
        state, task = record.keys.get("parsl.task_state"), record.keys.get("parsl.task")
        if state and task and record.time is not None and record.label == label and number in chosen:
            now[record.scope, task] = state
            made = [each for each in made if each[0] != record.time] + [(record.time, Counter(now.values()))]
    return made


def agrees(plot: Plot, counts: list[tuple[int, Counter[str]]]) -> bool:
    """Whether the series of *plot* have these counts at all of these moments."""
    names = {series.name for series in plot.series}
    every = {state for _, counter in counts for state in counter}
    at = {series.name: series.at for series in plot.series}
    return names == every and all(at[name](time) == counter[name] for time, counter in counts for name in names)


@pytest.mark.parametrize("source", ["parsl", "monitoring.db"])
def test_every_source_by_itself(text_run: Browser, source: str) -> None:
    counts = counted(text_run, source)
    assert len(counts) > 40
    assert agrees(text_run.chart("states", Selection(), f"parsl.task_state@{source}"), counts)


def test_what_two_sources_tell_is_counted_once(text_run: Browser) -> None:
    plot = text_run.chart("states", Selection())
    assert plot.of == "parsl.task_state" and agrees(plot, counted(text_run, "monitoring.db"))
    assert plot.notes[0].startswith("told by monitoring.db; not counted again: parsl (47 changes)")


@pytest.mark.parametrize(
    "selection", [Selection("parsl.app_name:stage*"), Selection("parsl.task:[2 TO 5]"), Selection("source:parsl")]
)
def test_the_selection_is_followed(text_run: Browser, selection: Selection) -> None:
    source = "parsl" if "source" in selection.expression else "monitoring.db"
    assert agrees(text_run.chart("states", selection), counted(text_run, source, selection))


def test_an_entity(text_run: Browser) -> None:
    selection = Selection(entity=text_run.resolve([("parsl.task", "5")]))
    plot = text_run.chart("states", selection)
    assert agrees(plot, counted(text_run, "monitoring.db", selection))
    assert max(max(series.y) for series in plot.series) == 1


def test_what_was_before_the_window_still_counts(text_run: Browser) -> None:
    counts = counted(text_run, "monitoring.db")
    start, end = counts[20][0] + 1, counts[30][0]
    plot = text_run.chart("states", Selection(window=(start, end)))
    assert (plot.start, plot.end) == (start, end)
    for series in plot.series:
        assert series.x[0] >= start and series.x[-1] <= end
        assert (series.at(start) or 0) == counts[20][1][series.name]
        assert (series.at(end) or 0) == counts[30][1][series.name]


def test_a_narrow_chart_keeps_what_is_most(text_run: Browser) -> None:
    exact, narrow = text_run.chart("states", Selection()), text_run.chart("states", Selection(), width=8)
    assert len(narrow.series[0].x) < len(exact.series[0].x)
    for one, other in zip(exact.series, narrow.series, strict=True):
        assert one.y.max() == other.y.max() and one.y[-1] == other.y[-1]


def test_states_that_cannot_have_been_taken_in_this_order_are_flagged(tmp_path: Path, loaded: Loader) -> None:
    """Monitoring may know that a task runs before it knows that it was launched; it is drawn so, and said."""
    records = [
        parsl(at, f"Task {task}", **{"parsl.task": str(task), "parsl.task_state": state, "parsl.dfk": "d" * 32})
        for task, changes in {
            1: [(1, "pending"), (2, "running"), (3, "launched"), (4, "exec_done")],
            2: [
                (1, "pending"),
                (2, "launched"),
                (3, "running"),
                (4, "fail_retryable"),
                (5, "pending"),
                (6, "launched"),
            ],
        }.items()
        for at, state in changes
    ]
    run = loaded(write(tmp_path, {"000/parsl.jsonlog": line(*records)}))
    plot = run.chart("states", Selection())
    assert plot.notes == ("1 task told to be running before launched: drawn as the data say",)
    by_name = {series.name: series for series in plot.series}
    second = 1_000_000_000
    start = int(plot.start)
    assert [by_name["launched"].at(start + i * second) for i in range(6)] == [0, 1, 1, 0, 0, 1]
    assert [by_name["running"].at(start + i * second) for i in range(6)] == [0, 1, 1, 0, 0, 0]


def test_work_queue_and_its_manager(loaded: Loader) -> None:
    run = loaded(Path(__file__).resolve().parents[3] / "fixtures" / "workqueue")
    plot = run.chart("states", Selection(), "wq.state")
    last = {series.name: series.y[-1] for series in plot.series}
    assert last["DONE"] == sum(last.values()) == max(sum(s.at(x) or 0 for s in plot.series) for x in plot.series[0].x)
    assert plot.y.label == "Work Queue tasks"


def test_states_of_users_own_rules(tmp_path: Path, loaded: Loader) -> None:
    rules = tmp_path / "sim.toml"
    rules.write_text(
        '[[key]]\nname = "sim.phase"\nstate = true\n[[key]]\nname = "sim.job"\nkind = "job"\n'
        "[[extract]]\nname = 'sim'\npattern = '^job (?P<job>\\d+) is (?P<phase>\\w+)$'\n"
        'keys = { job = "sim.job", phase = "sim.phase" }\n[[hierarchy]]\nname = "jobs"\nlevels = [["sim.job"]]\n'
    )
    log = "".join(
        text(at, f"job {job} is {phase}", "sim") for at, job, phase in [(1, 7, "up"), (2, 8, "up"), (3, 7, "down")]
    )
    run = loaded(write(tmp_path / "run", {"000/parsl.log": log}), rules=(str(rules),))
    plot = run.chart("states", Selection(), "sim.phase")
    assert {series.name: series.y.tolist()[:3] for series in plot.series} == {"up": [1, 2, 1], "down": [0, 0, 1]}
    assert plot.y.label == "jobs"


def test_no_states(tmp_path: Path, loaded: Loader) -> None:
    run = loaded(write(tmp_path, {"000/parsl.log": text(1, "nothing")}))
    assert "parsl.log" in (states.CHART.lacks(run.catalog) or "")


def test_sources_that_are_many_are_not_offered_but_can_be_asked_for(
    text_run: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plain keys come first, and each source can be drawn alone whether it is offered or not."""
    monkeypatch.setattr(states, "_SOURCES", 1)
    told = states.changes(text_run.catalog, "parsl.task_state")
    source = told.names[int(told.sources[0])]
    assert not any("@" in key for key in states.CHART._of(text_run.catalog))
    plot = text_run.chart("states", Selection(), f"parsl.task_state@{source}")
    assert plot.of == f"parsl.task_state@{source}" and plot.series
