"""The line under a chart: what stands at a moment, between the ends of a column, or in a bar."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.query.charts.base import TIME, Arrows, Axis, Bars, Lanes, Plot, Series
from tui.times import SECOND
from tui.widgets import chart_values
from tui.widgets.chart_values import among, complete, lane, line, names, parts, place

START = 1795159196 * SECOND


def series(name: str, *points: tuple[int, float], held: bool = True) -> Series:
    return Series(name, np.array([x for x, _ in points]), np.array([float(y) for _, y in points]), held)


def plot(*parts: Series, y: Axis = Axis("tasks")) -> Plot:  # noqa: B008
    return Plot("p", "P", TIME, y, 0, 100, parts)


def values(chart: Plot, at: tuple[float, float]) -> list[str]:
    return [part.value for part in parts(chart, at)]


def text(pieces: list[chart_values.Piece]) -> str:
    return "".join(text for text, _ in pieces)


def test_a_value_that_is_held_and_how_far_it_went_in_a_column() -> None:
    chart = plot(series("a", (0, 3), (10, 5), (20, 1)))
    assert values(chart, (5, 5)) == ["3"]
    assert values(chart, (5, 9)) == ["3"]
    assert values(chart, (5, 11)) == ["3–5"]
    assert values(chart, (10, 11)) == ["5"]
    assert values(chart, (0, 30)) == ["1–5"]
    assert values(plot(series("a", (10, 5))), (0, 5)) == ["–"]


def test_samples_say_nothing_of_what_lies_between_but_the_nearest_is_told() -> None:
    chart = plot(series("a", (10, 5), (20, 2), held=False))
    assert values(chart, (10, 21)) == ["2–5"]
    assert values(chart, (17, 19)) == ["2"]
    assert values(plot(series("a", (0, 1), (10, float("nan")), (20, 4))), (12, 13)) == ["–"]


@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 9)), min_size=1, max_size=20), st.integers(0, 90))
def test_one_moment_is_what_the_chart_says_of_it(points: list[tuple[int, int]], at: int) -> None:
    """The line says what Plot.at says."""
    ordered = sorted(dict(points).items())
    chart = plot(series("a", *ordered))
    told = dict(chart.at(at))
    assert values(chart, (at, at)) == [f"{told['a']:.0f}" if "a" in told else "–"]


def test_names_of_an_axis_stand_for_numbers() -> None:
    chart = plot(series("a", (0, 0), (10, 1)), y=Axis("", names=("submitted", "launched")))
    assert values(chart, (0, 20)) == ["submitted … launched"]


def test_lanes_are_counted_by_kind_and_told_one_by_one() -> None:
    lanes = Lanes(("t 0", "t 1"), ("waits", "runs"), np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([0, 10, 0]),
                  np.array([10, 20, 30]))  # fmt: skip
    chart = Plot("p", "P", TIME, Axis("tasks"), 0, 30, lanes=lanes)
    assert [(part.name, part.value) for part in parts(chart, (5, 5))] == [("waits", "2"), ("runs", "0")]
    assert values(chart, (5, 15)) == ["2", "1"]
    assert values(chart, (20, 21)) == ["1", "0"]
    assert lane(chart, "t 0", (5, 15)) == "waits, runs"
    assert lane(chart, "t 0", (25, 26)) == ""
    assert names(chart) == ("t 0", "t 1")
    assert "t 1: waits" in text(line(chart, (5, 5), "t 1", 80))


def test_messages_count_where_they_leave() -> None:
    lanes = Lanes(("a", "b"), ("busy",), *(np.zeros(0, np.int64) for _ in range(4)))
    one = np.array([0])
    arrows = Arrows(one, one + 1, np.array([10]), np.array([15]), one, ("Ping",))
    chart = Plot("p", "P", TIME, Axis(""), 0, 30, lanes=lanes, arrows=arrows)
    assert [(part.name, part.value) for part in parts(chart, (8, 12))] == [("busy", "0"), ("Ping", "1")]
    assert values(chart, (12, 20)) == ["0", "0"]


def test_bars_over_time_and_over_something_else() -> None:
    """Over time the least and the greatest, else how many there are in all."""
    bars = Bars("a", np.array([0, 10, 20, 30]), np.array([1.0, 4.0, 2.0]))
    assert values(Plot("p", "P", TIME, Axis("n"), 0, 30, bars=(bars,)), (0, 20)) == ["1–4"]
    assert values(Plot("p", "P", Axis("length", "s"), Axis("n"), 0, 30, bars=(bars,)), (0, 20)) == ["5"]
    assert list(among(bars, (12, 13))) == [1]
    assert list(among(bars, (40, 41))) == []
    assert list(among(bars, (29.9, 30.1))) == [2]


@given(st.integers(1, 40), st.integers(1, 40))
def test_every_bar_is_in_a_column(count: int, columns: int) -> None:
    bars = Bars("a", np.linspace(0, 1, count + 1), np.ones(count))
    found = {bar for c in range(columns) for bar in among(bars, (c / columns, (c + 1) / columns))}
    assert found == set(range(count))


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ((START, START), "07:19:56.000"),
        ((START, START + 2 * SECOND), "07:19:56 +2.00 s"),
        ((START, START + SECOND // 50), "07:19:56.000 +20.0 ms"),
        ((START + 1_234, START + 1_234 + 500), "07:19:56.000001234 +500 ns"),
    ],
)
def test_places_in_time(at: tuple[int, int], said: str) -> None:
    assert place(TIME, START, START + 60 * SECOND, at) == said
    assert place(TIME, START - 86_400 * SECOND, START + SECOND, at) == f"11-20 {said}"


def test_places_on_other_axes() -> None:
    assert place(Axis("length", "s"), 0, 5, (4.5, 5.0)) == "4.50 s to 5.00 s"
    assert place(Axis("steps"), 0, 5, (4, 4)) == "4"


def test_what_does_not_fit_is_counted_and_what_is_chosen_comes_first() -> None:
    chart = plot(*(series(f"number {i}", (0, i % 3)) for i in range(12)))
    said = text(line(chart, (5, 6), "number 9", 60))
    assert len(said) <= 60
    assert said.partition("  ")[2].lstrip().startswith(("9 number 9", "N number 9")) or "number 9 0" in said
    assert "+" in said.rpartition("  ")[2]
    assert "number" not in text(line(chart, (5, 6), "", 90, short=True))
    assert not complete(chart, 80) and complete(plot(series("a", (0, 1))), 80)


def test_one_line_alone_is_told_with_its_unit() -> None:
    assert text(line(plot(series("a", (0, 3)), y=Axis("memory", "GB")), (5, 5), "", 60)).endswith("3 memory GB")


def test_hostile_names_are_harmless() -> None:
    """What the view makes of it is visible, whatever it is called."""
    chart = plot(series("\x1b[31mred", (0, 3)), series("b", (0, 1)))
    assert "\x1b" not in text(line(chart, (5, 5), "\x1b[31mred", 80))


@pytest.mark.parametrize("width", [50, 64, 78, 100])
def test_names_are_shortened_before_a_part_is_left_out(width: int) -> None:
    """Four parts are all there at 78 columns, and no line is too long where they are not."""
    names = ("workers there at all", "tasks waiting for a worker", "tasks running now", "blocks pending")
    parts = tuple(Series(name, np.array([0]), np.array([float(i)])) for i, name in enumerate(names))
    plot = Plot("p", "P", TIME, Axis("n"), 0, 10**9, parts)
    said = "".join(text for text, _ in line(plot, (0, 10**6), "", width))
    assert len(said) <= width
    assert width < 78 or not said.rpartition("  +")[1], said
