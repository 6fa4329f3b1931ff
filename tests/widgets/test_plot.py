"""Tests of tui.widgets.plot: numbers as lines of letters and colours."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.query.charts.base import TIME, Arrows, Axis, Bars, Lanes, Plot, Series
from tui.query.charts.states import _ORDER
from tui.times import SECOND
from tui.widgets.plot import draw
from tui.widgets.plot_look import colours, letters

START = 1795159196 * SECOND
WAIT = Axis("wait", "s")


def series(name: str, *points: tuple[float, float], held: bool = True) -> Series:
    """At so many seconds after START."""
    return Series(
        name, np.array([START + round(x * SECOND) for x, _ in points]), np.array([float(y) for _, y in points]), held
    )


def plot(*parts: Series, stacked: bool = False) -> Plot:
    return Plot("states", "Tasks", TIME, Axis("tasks"), START, START + 60 * SECOND, parts, stacked=stacked, of="state")


def canvas(drawing: object, mark: str = "│") -> list[str]:
    """The rows of the chart, right of its axis."""
    return [line[2:] for line in drawing.text.splitlines() if line[:1] in "│┤" or line[1:2] in "│┤"]  # type: ignore[attr-defined]


def test_lines_of_letters() -> None:
    drawing = draw(plot(series("pending", (0, 9), (30, 0), (60, 0)), series("running", (30, 9), (60, 9))), 62, 12)
    lines = drawing.text.splitlines()
    assert lines[0].startswith("Tasks (state)") and lines[0].endswith("↑ tasks  2026-11-20 UTC")
    assert lines[1] == "P pending ≤9  R running ≤9"
    top = canvas(drawing)[0]
    assert re.fullmatch(r"P{29,31}R{28,31}", top)
    assert "07:20" in lines[-1]


def test_parts_one_on_the_other() -> None:
    parts = (series("pending", (0, 6), (60, 6)), series("running", (0, 3), (60, 3)))
    rows = canvas(draw(plot(*parts, stacked=True), 62, 13))
    assert [row[:1] for row in rows] == ["R"] * 3 + ["P"] * 6
    apart = canvas(draw(plot(*parts, stacked=True), 62, 13, apart=True))
    assert sum("P" in row for row in apart) == sum("R" in row for row in apart) == 1


def test_what_lasts_less_than_a_column_is_seen() -> None:
    """The column shows the moment with most of all in it."""
    spike = series("running", (0, 0), (10.01, 5), (10.02, 0), (60, 0))
    rows = canvas(draw(plot(spike, series("waiting", (0, 0), (60, 0)), stacked=True), 62, 13))
    assert sum("R" in row for row in rows) == len(rows)


def test_one_line_is_drawn_in_dots() -> None:
    drawing = draw(plot(series("queue", (0, 0), (20, 5), (40, 0), (60, 0))), 62, 12)
    assert "⠉" in drawing.text or "⡏" in drawing.text
    assert len(drawing.lines) == 12


def test_where_nothing_is_known_nothing_is_drawn() -> None:
    gap = series("cpu", (0, 4), (20, float("nan")), (40, 4), (60, 4))
    drawing = draw(plot(gap), 62, 12)
    left, right = drawing.column(START + 22 * SECOND), drawing.column(START + 38 * SECOND)
    assert left and right
    lines = drawing.text.splitlines()[drawing.top : drawing.top + drawing.rows]
    assert not any(line[left:right].strip() for line in lines)


def test_bars() -> None:
    bars = Bars("wait", np.array([0.0, 1.0, 2.0]), np.array([8.0, 4.0]))
    drawing = draw(Plot("steps", "Wait", WAIT, Axis("tasks"), 0, 2, bars=(bars,)), 62, 10)
    rows = canvas(drawing)
    assert rows[0].count("█") in (29, 30) and rows[-1].count("█") == 60
    assert drawing.text.splitlines()[0].endswith("↑ tasks  wait →")


def test_lanes_and_arrows() -> None:
    lanes = Lanes(
        ("agent 1", "agent 2"), ("idle", "busy"), np.array([0, 0, 1]), np.array([0, 1, 0]),
        START + np.array([0, 30, 0]) * SECOND, START + np.array([60, 40, 60]) * SECOND,
    )  # fmt: skip
    at = START + np.array([10]) * SECOND
    arrows = Arrows(np.array([0]), np.array([1]), at, at, np.array([0]), ("ping",))
    drawing = draw(Plot("m", "Messages", TIME, Axis(""), START, START + 60 * SECOND, lanes=lanes, arrows=arrows), 70, 8)
    first, second = (line for line in drawing.text.splitlines() if line.startswith("agent"))
    assert re.fullmatch(r"agent 1┤I{9,11}PI{17,21}B{10,12}I{17,21}", first)
    assert second.count("▼") == 1 and second.index("▼") == first.index("P")
    assert drawing.text.splitlines()[1] == "I idle  B busy  P ping"


def test_more_lanes_than_lines() -> None:
    count = 1000
    lanes = Lanes(
        tuple(f"task {i}" for i in range(count)), ("run",), np.arange(count), np.zeros(count, int),
        START + np.arange(count) * SECOND // 20, START + np.arange(count) * SECOND // 20 + SECOND,
    )  # fmt: skip
    drawing = draw(Plot("l", "Lifelines", TIME, Axis(""), START, START + 60 * SECOND, lanes=lanes), 78, 18)
    assert len(drawing.lines) == 18 and "task 0┤R" in drawing.text
    assert all(len(line) <= 78 for line in drawing.text.splitlines())


def test_nothing_to_draw() -> None:
    assert "nothing to draw" in draw(plot(), 78, 18).text


def test_a_column_and_its_time() -> None:
    drawing = draw(plot(series("queue", (0, 1), (60, 2))), 78, 18)
    for second in (0, 1, 31, 59):
        column = drawing.column(START + second * SECOND)
        assert column is not None
        start, end = drawing.x(column)
        assert start - 1 <= START + second * SECOND <= end + 1
    assert drawing.column(START - 1) is None and drawing.column(START + 61 * SECOND) is None


def test_colours_are_of_the_sixteen_and_letters_are_enough() -> None:
    from tui.widgets.plot_look import COLOURS, colours, letters

    names = [
        "pending",
        "launched",
        "running",
        "exec_done",
        "memo_done",
        "failed",
        "dep_fail",
        "fail_retryable",
        "joining",
    ]
    assert len(set(letters(names))) == len(names) and len(set(colours(names))) == len(names)
    parts = [series(name, (0, 1), (60, 1)) for name in names]
    drawing = draw(plot(*parts, stacked=True), 78, 24)
    looks = {look for line in drawing.lines for _, look in line}
    assert looks <= {*COLOURS, "", "bold", "dim"} and len(looks) > len(names) - 2
    told = "".join(canvas(drawing))
    assert all(mark in told for mark in letters(names))


@pytest.mark.parametrize("key", list(_ORDER))
def test_a_state_has_one_letter_and_colour_whatever_is_beside_it(key: str) -> None:
    """All states of one kind of thing differ, and any few of them look as they do among all."""
    names = _ORDER[key]
    looks = dict(zip(names, zip(letters(names), colours(names), strict=True), strict=True))
    assert len({mark for mark, _ in looks.values()}) == len({look for _, look in looks.values()}) == len(names)
    for few in (names[i:j] for i in range(len(names)) for j in range(i + 1, len(names) + 1)):
        shown = tuple(reversed(few))
        assert list(zip(letters(shown), colours(shown), strict=True)) == [looks[name] for name in shown]
        assert letters([*shown, "dead"])[:-1] == [looks[name][0] for name in shown]


@pytest.mark.parametrize("height", range(6, 30))
@pytest.mark.parametrize(("top", "said"), [(1, "1"), (7, "7"), (83, "83"), (4213, "4213"), (0.37, "0.37")])
def test_the_greatest_value_stands_at_the_top_of_the_axis(height: int, top: float, said: str) -> None:
    """Whatever the height; 0 stands at the bottom, and what is between is in order."""
    for drawing in (
        draw(plot(series("a", (0, 0), (60, top)), series("b", (0, 0), (60, 0))), 62, height),
        draw(plot(series("a", (0, top), (60, top)), stacked=True), 62, height),
        draw(Plot("x", "X", TIME, Axis("x", log=True), START, START + 9, (series("a", (0, top)),)), 62, height),
    ):
        lines = drawing.text.splitlines()[drawing.top : drawing.top + drawing.rows]
        found = [line.partition("┤")[0].strip() for line in lines if "┤" in line]
        assert lines[0].lstrip().startswith(f"{said}┤") and lines[-1].lstrip().startswith("0┤")
        values = [float(text.removesuffix("M")) for text in found]
        assert values == sorted(values, reverse=True)


def test_names_are_made_harmless() -> None:
    parts = (series("a\x1b[31mb\n", (0, 1), (60, 1)), series("ok", (0, 1), (60, 1)))
    drawing = draw(plot(*parts), 78, 18)
    assert "\x1b" not in drawing.text and len(drawing.lines) == 18


@settings(max_examples=40)
@given(
    st.lists(st.lists(st.tuples(st.integers(0, 70), st.integers(-5, 9)), max_size=30).map(sorted), max_size=4),
    st.integers(20, 100),
    st.integers(6, 30),
    st.booleans(),
)
def test_any_numbers_fit_any_size(walks: list[list[tuple[int, int]]], width: int, height: int, stacked: bool) -> None:
    drawing = draw(plot(*(series(f"s{i}", *walk) for i, walk in enumerate(walks)), stacked=stacked), width, height)
    assert len(drawing.lines) <= height and all(len(line) <= width for line in drawing.text.splitlines())


@pytest.mark.parametrize("end", [1, 1000, 10**15, 10**18])
def test_any_span_has_an_axis(end: int) -> None:
    line = Series("x", np.array([START, START + end]), np.array([1.0, 1.0]))
    drawing = draw(Plot("x", "X", TIME, Axis("y"), START, START + end, (line,)), 78, 18)
    assert re.search(r"\d", drawing.text.splitlines()[-1])


def test_numbers_of_different_sizes_are_told_apart_by_their_logarithm() -> None:
    parts = (series("many", (0, 999), (60, 999)), series("one", (0, 1), (60, 1)))
    lines = draw(Plot("x", "X", TIME, Axis("n", log=True), START, START + 60 * SECOND, parts), 60, 20).text.splitlines()
    ticks = [re.match(r" *(\d+)┤", line) for line in lines]
    assert [match[1] for match in ticks if match] == ["999", "100", "10", "1", "0"]
    [many] = [i for i, line in enumerate(lines) if "MMMM" in line]
    [one] = [i for i, line in enumerate(lines) if "OOOO" in line]
    unit = next(i for i, match in enumerate(ticks) if match and match[1] == "1")
    assert one == unit and many < next(i for i, match in enumerate(ticks) if match and match[1] == "100")


def test_an_axis_of_names() -> None:
    parts = (series("a", (0, 2), (30, 1), (60, 0)), series("b", (0, 2), (60, 2)))
    text = draw(
        Plot("x", "X", TIME, Axis("step", names=("last", "middle", "first")), START, START + 60 * SECOND, parts), 60, 16
    ).text
    names = [match[1] for line in text.splitlines() if (match := re.match(r" *(\w+)┤", line))]
    assert names == ["first", "middle", "last"] and "≤" not in text


def test_lanes_with_arrows_have_room_between_them() -> None:
    nothing = np.zeros(0, np.int64)
    lanes = Lanes(("above", "below"), ("busy",), nothing, nothing, nothing, nothing)
    arrow = Arrows(
        np.array([0]),
        np.array([1]),
        np.array([START + 30 * SECOND]),
        np.array([START + 30 * SECOND]),
        np.array([0]),
        ("asks",),
    )
    drawn = Plot("x", "X", TIME, Axis("n"), START, START + 60 * SECOND, lanes=lanes, arrows=arrow)
    assert not drawn.empty
    lines = draw(drawn, 60, 14).text.splitlines()
    first, second = (next(i for i, line in enumerate(lines) if f"{name}┤─" in line) for name in lanes.names)
    column = lines[first].index("A")
    assert second - first > 3 and lines[second][column] == "▼"
    assert all(lines[i][column] == "│" for i in range(first + 1, second))
