"""Charts for the screens: what is asked for, and of which time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query.charts.base import TIME, Axis, Lanes, Plot, Series
from tui.query.model import Selection
from tui.screens.charting import Spec, held, read, together, windowed, written

SPECS = (Spec("states", "parsl.task_state@monitoring.db"), Spec("rate"), Spec("steps", "Sent tasks: <*> to <*>"))


def plot(start: int, end: int, x: Axis = TIME) -> Plot:
    series = Series("a", np.array([start, end]), np.array([1.0, 2.0]))
    return Plot("p", "P", x, Axis("tasks"), start, end, (series,))


def test_what_is_shown_is_text_that_is_read_again() -> None:
    assert read(written(SPECS)) == SPECS
    assert read("") == ()


def test_charts_of_other_times_are_asked_for_the_time_of_all() -> None:
    """Only those on a time axis, only without a window, and only those of which it is another."""
    asked: list[tuple[str, Selection]] = []
    known = {
        "a": plot(10, 20),
        "b": plot(5, 30),
        "c": plot(0, 3, Axis("length", "s")),
        "whole": plot(5, 30),
    }

    def ask(spec: Spec, chosen: Selection) -> Plot | str:
        asked.append((spec.name, chosen))
        if spec.name == "wrong":
            return "no such chart"
        found = known[spec.name]
        return replace(found, start=chosen.window[0], end=chosen.window[1]) if chosen.window else found

    specs = [Spec(name) for name in ("a", "b", "c", "wrong")]
    found = together(specs, Selection("x"), ask)
    assert [(each.start, each.end) for each in found if isinstance(each, Plot)] == [(5, 30), (5, 30), (0, 3)]
    assert found[3] == "no such chart"
    assert asked[4:] == [("a", Selection("x", window=(5, 30)))]
    asked.clear()
    together(specs, Selection(window=(1, 2)), ask)
    assert len(asked) == 4


SPAN = st.tuples(st.integers(0, 10**18), st.integers(10_000, 10**17)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@given(SPAN, st.floats(0, 1), st.floats(0.01, 1), st.sampled_from([0.5, 2.0, 1.0]), st.sampled_from([-0.5, 0, 0.5]))
def test_windows_stay_within_all_there_is(
    extent: tuple[int, int], at: float, share: float, scale: float, shift: float
) -> None:
    """Of the length that was asked for, around the time; None once that is everything."""
    whole = extent[1] - extent[0]
    length = max(1_000, int(whole * share))
    start = extent[0] + int((whole - length) * at)
    time = start + length // 3
    found = windowed((start, start + length), extent, time, scale, shift)
    if found is None:
        assert max(1_000, round(length * scale)) >= whole * 0.99
        return
    assert extent[0] <= found[0] < found[1] <= extent[1]
    assert found[1] - found[0] == max(1_000, round(length * scale))
    if not shift and scale < 1:
        assert found[0] <= time <= found[1]
        assert (time - found[0]) / (found[1] - found[0]) == pytest.approx(1 / 3, abs=0.01)


@given(SPAN, st.integers(1, 200), st.floats(0, 1))
def test_zooming_in_keeps_the_column_under_the_cursor(window: tuple[int, int], columns: int, at: float) -> None:
    """All of it, wherever it is."""
    size = (window[1] - window[0]) // columns
    first = window[0] + size * round(at * (columns - 1))
    held = first, window[1] if first + 2 * size > window[1] else first + size
    found = windowed(window, window, first + size // 2, 0.5, 0, held)
    if found is not None:
        assert window[0] <= found[0] <= held[0] < held[1] <= found[1] <= window[1]


@pytest.mark.parametrize(
    ("names", "expressions", "count"),
    [
        (("task 1", "task 2"), ("a", "b"), 0),
        (("task 1 +4", "task 6 +1,200"), (), 1206),
        (("C++ +1", "task 6"), (), 2),
        (("one", "two"), (), 0),
    ],
)
def test_how_many_things_stand_on_lanes_that_hold_several(
    names: tuple[str, ...], expressions: tuple[str, ...], count: int
) -> None:
    none = np.zeros(0, np.int64)
    lanes = Lanes(names, ("k",), none, none, none, none, expressions)
    assert held(Plot("p", "P", TIME, Axis("tasks"), 0, 1, lanes=lanes)) == count
