"""Tests of tui.widgets.step_tables: numbers as people read them, in the cells there are."""

from __future__ import annotations

import numpy as np
import pytest
from rich.cells import cell_len

from tui.query.bins import bins
from tui.query.step_model import Spread, Swap, TypicalStep, Variant
from tui.widgets.look import SLOW
from tui.widgets.step_tables import (
    MARK,
    BinTable,
    StepTable,
    VariantTable,
    brief,
    edge_names,
    percent,
    plural,
    variant_name,
)

SECOND = 1_000_000_000
HOSTILE = "evil \x1b]0;owned\x07 \u202e<*>"


def spread(seconds: float) -> Spread:
    nanos = seconds * SECOND
    return Spread(80, nanos, nanos, 2 * nanos, 3 * nanos)


def step(position: int, waited: float | None, most: bool = False, text: str = "Task <*> is there") -> TypicalStep:
    wait = None if waited is None else spread(waited)
    return TypicalStep(position, position, text, "interchange", 80, spread(position), wait, 0, 0.5, 7, most)


def variant(number: int, count: int, name: str = "exec_done", like: int = 1, groups: tuple[str, ...] = ()) -> Variant:
    counted = tuple((group, count) for group in groups)
    return Variant(number, name, count, count / 100, (0, 1), (name,), counted, like, (1,), (), spread(2))


@pytest.mark.parametrize(
    ("part", "said"), [(0, ""), (0.0001, ""), (0.001, "<1 %"), (0.005, "<1 %"), (0.954, "95 %"), (1, "100 %")]
)
def test_percent(part: float, said: str) -> None:
    assert percent(part) == said


def test_plurals() -> None:
    assert [plural(kind) for kind in ("task", "try", "process")] == ["tasks", "tries", "processes"]
    assert brief("executor task", 7) == "tasks" and brief("endpoint", 7) == "endpoi…"


def test_edges_have_the_digits_that_tell_them_apart() -> None:
    assert edge_names(np.array([0, SECOND // 2, SECOND]), True) == ["0.0 s", "0.5 s", "1.0 s"]
    assert edge_names(np.array([112_300_000_000, 112_305_000_000]), True) == ["112.300 s", "112.305 s"]
    assert edge_names(np.array([20_000, 40_000]), True) == ["20 µs", "40 µs"]
    assert edge_names(np.array([1_000_000, 2_000_000, 5_000_000]), False) == ["1.00 ms", "2.00 ms", "5.00 ms"]


def test_a_variant_is_called_by_what_tells_it_from_the_usual() -> None:
    assert variant_name(variant(1, 5, groups=("greet",)), "exec_done") == "greet"
    assert variant_name(variant(1, 5), "exec_done") == "exec_done"
    assert variant_name(variant(1, 5, "failed", groups=("a", "b")), "exec_done") == "a 5, b 5: failed"


@pytest.mark.parametrize("width", [80, 120])
def test_what_is_slow_and_what_failed_is_told_without_colour(width: int) -> None:
    variants = (variant(1, 60), variant(2, 30, "failed", 2), variant(3, 10))
    table = VariantTable("task", 100, spread(2), variants, (0, 1, 2), frozenset({2}), ("Task", HOSTILE))
    assert "…" in "".join(part.text for part in table.draw(1, width, 0))
    table.most = {0: step(0, 1, True), 1: step(0, 1, True), 2: None, 3: step(1, 1, True, HOSTILE)}
    lines = ["".join(part.text for part in table.draw(i, width, 0)) for i in range(len(table))]
    assert table.costly == 1 and [MARK in line for line in lines] == [False, True, False, False]
    assert "! failed" in lines[2] and "\x1b" not in lines[3] and "\u202e" not in lines[3]
    assert table.heading(width).index("where") <= lines[1].index(MARK) + 1


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("since", [False, True])
def test_columns_stand_below_their_headings(width: int, since: bool) -> None:
    steps = (step(0, None), step(1, 5.0, True), step(2, 0.001, text=HOSTILE))
    table = StepTable("task", 80, steps, (0, 1, 2), (Swap(0, 1, 3, 80),), ("one", "two", "three"), since)
    assert table.slowest == 1 and len(table) == 4 and table.step(3) is None
    heading = table.heading(width)
    for index in range(3):
        text = "".join(part.text for part in table.draw(index, width, 0))
        assert text.index("interchan") == heading.index("source")
        assert "\x1b" not in text
    assert "".join(part.text for part in table.draw(3, width, 0)) == "  ⇄ in 3 of 80 two before one"
    bright = [part.text.strip() for part in table.draw(1, width, 0) if part.style == SLOW]
    assert bright == [MARK, "1.00 s" if since else "5.00 s"]


def test_bars_fit_and_tell_where_the_median_is() -> None:
    values = np.array([5, 5, 5, 6, 9]) * SECOND
    table = BinTable("task", bins(values), spread(5))
    lines = ["".join(part.text for part in table.draw(i, 80, 0)) for i in range(len(table))]
    assert all(cell_len(line) <= 80 for line in lines)
    assert lines[0].split()[:5] == ["5.0", "s", "5.5", "s", "3"] and lines[0].endswith("60 %  median")
    assert table.fullest == 0 and table.range(0) == "5.0 s to 5.5 s"
