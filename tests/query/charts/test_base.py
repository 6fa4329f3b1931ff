"""Tests of tui.query.charts: what is found, what a plot knows of its parts, and the way back to records."""

from __future__ import annotations

import numpy as np
import pytest

from tui.errors import ChartError
from tui.query import charts
from tui.query.browse import Browser
from tui.query.charts.base import TIME, Axis, Bars, Lanes, Plot, Series, both, chosen
from tui.query.model import Selection

DONE = Series("done", np.array([10, 20, 30]), np.array([1.0, 2.0, np.nan]), expression="state:done")


def plot(**parts: object) -> Plot:
    return Plot("x", "X", TIME, Axis("tasks"), 0, 100, **parts)  # type: ignore[arg-type]


def test_every_chart_is_called_what_its_module_is_called_or_says_so() -> None:
    found = charts.charts()
    assert {"states", "queue", "running", "completed", "rate"} <= set(found)
    assert list(found) == sorted(found) == [chart.name for chart in found.values()]
    assert all(chart.help and chart.title for chart in found.values())


def test_no_such_chart() -> None:
    with pytest.raises(ChartError, match="no chart 'pie'; there are "):
        charts.chart("pie")


def test_data_that_lack_what_a_chart_needs(threads_run: Browser) -> None:
    assert "queue" not in [chart.name for chart in threads_run.charts()]
    with pytest.raises(ChartError, match="no chart 'queue' of these data: no key"):
        threads_run.chart("queue", Selection())


def test_what_a_chart_can_be_about(text_run: Browser) -> None:
    states = charts.chart("states")
    assert chosen(states, text_run.catalog, "") == "parsl.task_state"
    assert chosen(states, text_run.catalog, "task_status_name") == "parsl.task_state"
    assert chosen(states, text_run.catalog, "task_status_name@parsl") == "parsl.task_state@parsl"
    with pytest.raises(ChartError, match=r"cannot be about 'weather'; it can be about parsl\.task_state, "):
        chosen(states, text_run.catalog, "weather")


@pytest.mark.parametrize(("x", "value"), [(9, None), (10, 1.0), (19, 1.0), (20, 2.0), (30, None), (99, None)])
def test_a_value_holds_until_the_next(x: int, value: float | None) -> None:
    assert DONE.at(x) == value


@pytest.mark.parametrize(("x", "value"), [(0, 1.0), (14, 1.0), (16, 2.0), (99, None)])
def test_the_sample_nearest(x: int, value: float | None) -> None:
    assert Series("s", DONE.x, DONE.y, held=False).at(x) == value


def test_what_stands_at_a_moment() -> None:
    bars = Bars("wait", np.array([0, 15, 40]), np.array([7.0, 8.0]))
    assert [bars.bar(x) for x in (-1, 0, 15, 40, 41)] == [None, 0, 1, 1, None]
    lanes = Lanes(
        ("task 1",), ("run", "wait"), np.array([0, 0]), np.array([1, 0]), np.array([0, 20]), np.array([20, 50])
    )
    whole = plot(series=(DONE,), bars=(bars,), lanes=lanes)
    assert dict(whole.at(12)) == {"done": 1.0, "wait": 7.0, "task 1": "wait"}
    assert dict(whole.at(60)) == {}
    assert not whole.empty and plot().empty and plot(series=(Series("s", np.array([]), np.array([])),)).empty


def test_the_way_back_narrows_time_and_what_it_is_about() -> None:
    narrow = plot(series=(DONE,), expression="_exists_:state")
    found = narrow.back(Selection("app:f OR app:g", level=3), 20, 30, "done")
    assert found == Selection("(app:f OR app:g) AND (_exists_:state) AND (state:done)", 3, (20, 30))
    assert narrow.back(Selection(window=(25, 50)), 20, 30) == Selection("_exists_:state", window=(25, 30))
    assert narrow.back(Selection(window=(40, 50)), 20, 30).window == (40, 40)


def test_no_time_no_window() -> None:
    bars = Bars("wait", np.array([0.0, 1.0]), np.array([7.0]), "step:wait")
    histogram = Plot("x", "X", Axis("wait", "s"), Axis("tasks"), 0, 1, bars=(bars,))
    assert histogram.back(Selection(window=(1, 2)), 0, 1, "wait") == Selection("step:wait", window=(1, 2))


def test_both() -> None:
    assert both("", " ") == "" and both("a OR b", "") == "a OR b" and both("a OR b", "c") == "(a OR b) AND (c)"


def test_every_part_leads_back_to_records_of_its_own(text_run: Browser) -> None:
    """What a chart counted is in the selection that it leads back to, and parts of it are in those of the parts."""
    for chart in text_run.charts():
        for of in chart.of(text_run.catalog)[:3] or ("",):
            made = text_run.chart(chart.name, Selection(), of)
            whole = set(text_run.ids(made.back(Selection(), made.start, made.end + 1)).tolist())
            assert whole, (chart.name, of)
            for name in [part.name for part in (*made.series, *made.bars)]:
                part = set(text_run.ids(made.back(Selection(), made.start, made.end + 1, name)).tolist())
                assert part <= whole, (chart.name, of, name)
