"""Tests of tui.screens.locate: the same record again, in another selection or in data loaded anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy
import pytest

from tests.screens.fake import FakeBrowser
from tui.query.browse import Browser
from tui.query.model import Entity, Row, Selection
from tui.screens.locate import NEIGHBOURS, again, carried, index_of, nearest, timed
from tui.screens.place import FLOW, KEYS, STREAM, Place


def ids(*numbers: int) -> numpy.ndarray:
    return numpy.array(numbers, dtype=numpy.int64)


def test_where_a_record_is() -> None:
    assert index_of(ids(3, 5, 9), 9) == 2
    assert index_of(ids(3, 5, 9), 4) is None
    assert index_of(ids(3, 5, 9), None) is None
    assert index_of(ids(), 3) is None


@pytest.mark.parametrize(
    ("now", "at", "found"),
    [
        ((3, 5, 9), 1, 1),
        ((9,), 0, 0),
        ((5, 9), 0, 0),
        ((3, 9), 1, 1),
        ((1, 3), 2, 1),
        ((3,), 99, 0),
        ((1, 2), 1, 0),
        ((), 1, 0),
        ((4, 5, 6, 7, 8, 9, 10), 2, 5),
    ],
)
def test_the_next_record_that_is_left_else_the_last(now: tuple[int, ...], at: int, found: int) -> None:
    """Of the records 3, 5, 9."""
    assert nearest(ids(*now), ids(3, 5, 9), at) == found


def test_of_nothing_the_first() -> None:
    assert nearest(ids(3, 5), ids(), 0) == 0


class Rows(FakeBrowser):
    """Rows of one's own; counts the questions."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__(0)
        self.all, self.asked = list(rows), 0

    def rows(self, ids: Sequence[int]) -> list[Row]:
        self.asked += 1
        return super().rows(ids)


def rows(*times: int | None) -> Browser:
    return cast(Browser, Rows([Row(i, t, 3, "s", "f", i + 1, "", f"body {i}") for i, t in enumerate(times)]))


@pytest.mark.parametrize(("at", "time"), [(0, None), (1, 10), (2, 10), (3, 10), (4, 20)])
def test_the_time_of_what_has_none_is_that_of_the_one_before(at: int, time: int | None) -> None:
    browser = rows(None, 10, None, None, 20)
    assert timed(browser, numpy.arange(5), at) == time


@pytest.mark.parametrize("index", [0, 1, 333, 4998, 4999])
def test_a_record_is_found_by_its_place_with_few_questions(index: int) -> None:
    """Its number is another, and a third of the records have no time."""
    browser = rows(*(i // 3 * 10 if i % 3 else None for i in range(5000)))
    every = numpy.arange(5000)
    [row] = browser.rows([index])
    cast(Rows, browser).asked = 0
    assert again(browser, Selection(), every, replace(row, id=77)) == index
    assert cast(Rows, browser).asked < 30


def test_among_equal_times_by_its_line() -> None:
    browser = rows(*[10] * (3 * NEIGHBOURS), 20)
    [row] = browser.rows([2 * NEIGHBOURS + 7])
    assert again(browser, Selection(), numpy.arange(3 * NEIGHBOURS + 1), row) == row.id


def test_one_that_is_gone_gives_the_place_where_it_would_be() -> None:
    browser = rows(10, 20, 30, 40)
    gone = Row(9, 25, 3, "s", "other file", 1, "", "gone")
    assert again(browser, Selection(), numpy.arange(4), gone) == 2
    assert again(browser, Selection(), numpy.arange(4), replace(gone, time=99)) == 3
    assert again(browser, Selection(), ids(), gone) is None
    assert again(browser, Selection(), numpy.arange(4), replace(gone, time=None)) is None


BROWSER = cast(Browser, FakeBrowser(20))
TASK = Entity("task", (("parsl.task", "5"),), 0, "000")


def test_a_stream_is_carried_with_its_line_of_the_screen() -> None:
    place = Place(STREAM, "all", Selection(level=3), at=5, top=2)
    wanted = BROWSER.ids(place.chosen)
    [row] = BROWSER.rows([int(wanted[9])])
    moved, found = carried(place, replace(row, id=4711), BROWSER)
    assert found is not None and found.tolist() == wanted.tolist()
    assert moved == replace(place, record=int(wanted[9]), at=9, top=6)


def test_a_flow_is_carried_without_ids_and_what_has_no_records_as_it_is() -> None:
    place = Place(FLOW, "task 5", entity=TASK, at=1, top=1)
    steps = BROWSER.flow(TASK).steps
    moved, found = carried(place, steps[4].row, BROWSER)
    assert found is None
    assert (moved.at, moved.top, moved.record) == (4, 4, steps[4].row.id)
    tree = Place(KEYS, "keys", hierarchy="run > task", at=3)
    assert carried(tree, None, BROWSER) == (tree, None)


def test_without_a_record_the_line_is_kept_as_far_as_there_are_lines() -> None:
    place = Place(STREAM, "all", Selection(level=5), at=50, top=45)
    count = len(BROWSER.ids(place.chosen))
    moved, _ = carried(place, None, BROWSER)
    assert 0 < count < 50
    assert (moved.at, moved.top) == (count - 1, max(0, count - 6))
    empty, _ = carried(replace(place, chosen=Selection("nothinglikeit")), None, BROWSER)
    assert (empty.at, empty.top, empty.record) == (0, 0, None)
