"""Tests of tui.query.among: the expression leaves the records of the things, and of no others."""

from __future__ import annotations

from importlib import resources

import pytest

from tui.query.among import expression
from tui.query.browse import Browser
from tui.query.catalog import Catalog
from tui.query.model import Selection
from tui.query.opening import Request, open_catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The run that comes with wideview."""
    return open_catalog(Request((str(resources.files("tui") / "demo" / "runinfo"),), cache=False), None)


TASK = ("parsl.task",)
TWO = ("parsl.executor", "parsl.executor_task")


def tasks(*numbers: int) -> list[tuple[int, tuple[str]]]:
    return [(0, (str(number),)) for number in numbers]


def test_numbers_in_a_row_are_a_range(catalog: Catalog) -> None:
    assert expression(catalog, TASK, tasks(5)) == "parsl.task:5"
    assert expression(catalog, TASK, tasks(9, 1, 2, 3, 5, 6)) == "parsl.task:([1 TO 3] OR 5 OR 6 OR 9)"


def test_words_are_quoted_where_they_must_be(catalog: Catalog) -> None:
    assert expression(catalog, ("parsl.app_name",), [(0, ("a b",)), (0, ("c",))]) == 'parsl.app_name:("a b" OR c)'


def test_things_inside_others_are_named_with_them(catalog: Catalog) -> None:
    found = expression(catalog, TWO, [(0, ("htex", "1")), (0, ("wq", "2")), (0, ("htex", "2"))])
    assert found == (
        "(parsl.executor:htex AND parsl.executor_task:(1 OR 2)) OR (parsl.executor:wq AND parsl.executor_task:2)"
    )


def test_too_many_have_none(catalog: Catalog) -> None:
    assert expression(catalog, TASK, tasks(*range(0, 20, 2)), most=10) is not None
    assert expression(catalog, TASK, tasks(*range(0, 22, 2)), most=10) is None
    assert expression(catalog, TASK, []) is None


def test_it_leaves_the_records_of_these_things(catalog: Catalog) -> None:
    browser = Browser(catalog)
    alone = [set(browser.ids(Selection(f"parsl.task:{number}")).tolist()) for number in (3, 4, 5, 9)]
    text = expression(catalog, TASK, tasks(3, 4, 5, 9))
    assert text is not None and set(browser.ids(Selection(text)).tolist()) == set.union(*alone)
