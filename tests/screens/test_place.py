"""Tests of tui.screens.place: the trail, and what narrowing and zooming make of a selection."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.query.expression import And, Expression, Not
from tui.query.filter_text import parse
from tui.query.model import Entity, Selection
from tui.screens.place import STREAM, History, Place, entity_label, label_of, with_term, zoomed
from tui.times import SECOND

TASK = Entity("task", (("parsl.task", "5"),), 0, "000")
AT = 1_795_159_194 * SECOND


def place(label: str) -> Place:
    return Place(STREAM, label)


def test_back_leads_through_all_places_but_not_beyond_the_first() -> None:
    history = History(place("all"))
    history.go(place("a"))
    history.stay(replace(place("a"), at=7))
    history.go(place("b"))
    assert history.here == place("b")
    assert history.back() == history.here == replace(place("a"), at=7)
    assert history.back() == place("all")
    assert history.back() is None
    assert history.here == place("all")


@pytest.mark.parametrize(
    ("labels", "shown"),
    [
        (["all", "task 5", "x"], ["all", "task 5", "x"]),
        (["all", "level ≥INFO", "level ≥ERROR"], ["all", "level ≥ERROR"]),
        (["all", "time a", "time b", "time c", "level any"], ["all", "time c", "level any"]),
        (["all", "level ≥INFO", "time a", "level any"], ["all", "level ≥INFO", "time a", "level any"]),
        (["all", "x", "x"], ["all", "x", "x"]),
    ],
)
def test_of_several_windows_or_levels_in_a_row_the_last_is_enough(labels: list[str], shown: list[str]) -> None:
    history = History(place(labels[0]))
    for label in labels[1:]:
        history.go(place(label))
    assert history.labels == shown
    assert len(history.places) == len(labels), "back leads through all of them"


ALL = Selection("a", 3, (AT, AT + SECOND), TASK)


@pytest.mark.parametrize(
    ("after", "label"),
    [
        (replace(ALL, level=5), "level ≥ERROR"),
        (replace(ALL, level=0), "level any"),
        (replace(ALL, window=None), "time all"),
        (replace(ALL, window=(AT, AT + 2 * SECOND)), "time 07:19:54.000 +2.00 s"),
        (replace(ALL, entity=None), "any entity"),
        (replace(ALL, entity=replace(TASK, run="001")), "task 5 of 001"),
        (replace(ALL, expression="b"), "b"),
        (replace(ALL, expression=""), "no expression"),
        (ALL, "the same"),
    ],
)
def test_a_step_says_what_it_changed(after: Selection, label: str) -> None:
    assert label_of(ALL, after) == label


def test_a_run_is_named_once() -> None:
    assert entity_label(TASK) == "task 5 of 000"
    assert entity_label(replace(TASK, run="")) == "task 5"
    assert entity_label(Entity("run", (("parsl.rundir", "000"),), 0, "000")) == "run 000"


def read(text: str) -> Expression:
    return parse(text, {"key"}.__contains__).expression


def parts(expression: Expression) -> list[Expression]:
    """What must hold, each on its own."""
    return [each for part in expression.parts for each in parts(part)] if isinstance(expression, And) else [expression]


@pytest.mark.parametrize(
    "before", ["", "  ", "a", "a b", "a OR b", "a or key:(x OR y)", "NOT a", "(a OR b) c", '"x OR y"']
)
@pytest.mark.parametrize("exclude", [False, True])
def test_one_more_term_narrows_all_there_was(before: str, exclude: bool) -> None:
    """Whatever the expression is, it holds as before and the term as well, or not."""
    found = read(with_term(Selection(before, 3), "key:5", exclude).expression)
    term: Expression = Not(read("key:5")) if exclude else read("key:5")
    if not before.strip():
        assert found == term
    else:
        assert parts(found) == [*parts(read(before)), term]


EXTENT = (0, 1000 * SECOND)


@pytest.mark.parametrize(
    ("window", "time", "closer", "found"),
    [
        (None, 500, True, (250, 750)),
        (None, 0, True, (0, 500)),
        (None, 1000, True, (500, 1000)),
        ((250, 750), 300, True, (175, 425)),
        ((250, 500), 300, False, (50, 550)),
        ((250, 750), 300, False, None),
        ((900, 1000), 1000, False, (800, 1000)),
        (None, 500, False, None),
    ],
)
def test_zoom_halves_and_doubles_within_all_there_is(
    window: tuple[int, int] | None, time: int, closer: bool, found: tuple[int, int] | None
) -> None:
    def seconds(pair: tuple[int, int] | None) -> tuple[int, int] | None:
        return pair and (pair[0] * SECOND, pair[1] * SECOND)

    chosen = Selection("a", 3, seconds(window))
    assert zoomed(chosen, EXTENT, time * SECOND, closer) == replace(chosen, window=seconds(found))


@pytest.mark.parametrize("time", [EXTENT[0], EXTENT[0] + 1, sum(EXTENT) // 2, EXTENT[1] - 2, EXTENT[1] - 1])
def test_zoom_keeps_a_column_around_the_time(time: int) -> None:
    """All of the column of a chart in which the time is, at both ends too."""
    chosen, size = Selection(), (EXTENT[1] - EXTENT[0]) // 60
    first = EXTENT[0] + min((time - EXTENT[0]) // size, 59) * size
    start, end = zoomed(chosen, EXTENT, time, True).window
    assert start <= first and first + size <= end


def test_zoom_ends_at_a_microsecond() -> None:
    chosen = Selection(window=(5000, 6500))
    assert zoomed(chosen, EXTENT, 5700, True).window == (5200, 6200)
    assert zoomed(replace(chosen, window=(5200, 6200)), EXTENT, 5700, True).window == (5200, 6200)
