"""Charts one above the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.query.charts.base import TIME, Axis, Lanes, Plot, Series
from tui.times import SECOND
from tui.widgets.chart_stack import LEAST, Panel, arrange, room

START = 1795159196 * SECOND
END = START + 60 * SECOND


def plot(top: float, parts: int = 2) -> Plot:
    series = tuple(
        Series(f"state {i}", np.array([START, END]), np.array([top, top]), expression=f"s:{i}") for i in range(parts)
    )
    return Plot("states", f"Up to {top}", TIME, Axis("tasks"), START, END, series, stacked=True)


def lanes(count: int, names: tuple[str, ...] = ()) -> Plot:
    every = np.arange(count)
    found = Lanes(names or tuple(f"task {i}" for i in every), ("runs",), every, every * 0, START + every * SECOND,
                  START + (every + 1) * SECOND, () if names else tuple(f"t:{i}" for i in every))  # fmt: skip
    return Plot("lives", "Lives", TIME, Axis("tasks"), START, END, lanes=found)


def text(panel: Panel) -> str:
    assert panel.drawing is not None
    return panel.drawing.text


@pytest.mark.parametrize(("width", "height"), [(80, 22), (120, 38), (200, 50)])
def test_time_axes_stand_one_below_the_other(width: int, height: int) -> None:
    """However wide the numbers beside them are; only the lowest has the times on it."""
    panels = arrange([plot(3), plot(1_234_567), plot(40)][: room(height)], width, height)
    drawings = [panel.drawing for panel in panels if panel.drawing]
    assert len({(drawing.left, drawing.columns) for drawing in drawings}) == 1
    assert [panel.top for panel in panels] == sorted(panel.top for panel in panels)
    assert panels[-1].top + panels[-1].height == height
    assert "07:20" in text(panels[-1]) and not any("07:20" in text(panel) for panel in panels[:-1])
    for panel in panels:
        assert len(text(panel).splitlines()) <= panel.height - 1
        assert max(map(len, text(panel).splitlines())) <= width


def test_a_low_chart_has_no_legend_when_the_values_say_it_all() -> None:
    assert "state 0 ≤3" in text(arrange([plot(3)], 80, 22)[0])
    low = arrange([plot(3)], 80, 8)[0]
    assert "state 0" not in text(low) and low.drawing is not None and low.drawing.top == 1
    assert "state 0" in text(arrange([plot(3, 8)], 80, 8)[0])


def test_why_there_is_no_chart_takes_its_place() -> None:
    panels = arrange(["no chart 'x' of these data", plot(3)], 80, 22)
    assert (panels[0].said, panels[0].drawn, panels[1].drawn) == ("no chart 'x' of these data", False, True)


@settings(max_examples=20, deadline=None)
@given(st.integers(30, 150), st.integers(1, 10**16), st.integers(0, 149))
def test_columns_are_whole_nanoseconds_without_gaps(width: int, length: int, at: int) -> None:
    """The end of one is the beginning of the next, and both ends lie where the drawing says."""
    chart = Plot("p", "P", TIME, Axis("n"), START, START + length,
                 (Series("a", np.array([START]), np.array([1.0])),))  # fmt: skip
    panel = arrange([chart], width, LEAST)[0]
    drawing = panel.drawing
    assert drawing is not None
    column = drawing.left + at % drawing.columns
    first, after = panel.range(column)
    assert isinstance(first, int) and first < after
    if column > drawing.left and length > drawing.columns:
        assert panel.range(column - 1)[1] == first
    assert panel.range(drawing.left)[0] == START
    assert length <= drawing.columns or panel.range(drawing.left + drawing.columns - 1)[1] == START + length
    if length > drawing.columns:
        assert abs((panel.column(first + (after - first) // 2) or 0) - column) <= 1


def test_lanes_around_the_one_pointed_at_have_a_row_each() -> None:
    panel = arrange([lanes(50)], 80, 14)[0]
    assert "task 49" not in text(panel)
    assert panel.lane("task 49") and "task 49" in text(panel) and "task 48" in text(panel)
    assert not panel.lane("task 48"), "it is there already"
    assert panel.lane("task 3") and "task 3" in text(panel) and "task 49" not in text(panel)
    assert panel.lane("") and not panel.lane("")
    assert not arrange([lanes(5)], 80, 14)[0].lane("task 3"), "all have a row"


def test_the_whole_is_drawn_as_long_as_no_lane_is_pointed_at() -> None:
    few = lanes(2, ("task 0 +24", "task 25 +24"))
    panel = arrange([lanes(50)], 80, 14, over=[few])[0]
    assert "task 25 +24" in text(panel) and panel.plot is not None and len(panel.plot.lanes.names) == 50
    assert panel.lane("task 30") and "task 30" in text(panel)
    assert panel.lane("") and "task 25 +24" in text(panel)
