"""Tests of tui.query.among: the expression leaves the records of the things, and of no others."""

from __future__ import annotations

from importlib import resources

import pytest

from tui.query.among import MOST, expression
from tui.query.browse import Browser
from tui.query.catalog import Catalog
from tui.query.expression import Key, Regex
from tui.query.filter_text import parse
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


def test_many_are_one_pattern(catalog: Catalog) -> None:
    assert expression(catalog, TASK, tasks(*range(0, 20, 2))) == "parsl.task:/^(?:0|2|4|6|8|10|12|14|16|18)$/"
    names = [(0, (f"a/{number} b",)) for number in range(9)]
    assert str(expression(catalog, ("parsl.app_name",), names)).startswith(r"parsl.app_name:/^(?:a\x{2f}0\x{20}b|")


def test_too_many_have_none(catalog: Catalog) -> None:
    assert expression(catalog, TASK, tasks(*range(MOST))) is not None
    assert expression(catalog, TASK, tasks(*range(MOST + 1))) is None
    assert expression(catalog, TASK, []) is None


@pytest.mark.parametrize("name", ["a/b c", "$(rm -rf)", 'quo"te\\', "tab\t", "ümläut"])
def test_a_pattern_means_just_the_values(catalog: Catalog, name: str) -> None:
    text = expression(catalog, TASK, [(0, (f"{name}{i}",)) for i in range(20, 40, 2)])
    parsed = parse(str(text), lambda key: key == "parsl.task").expression
    assert isinstance(parsed, Key) and isinstance(parsed.test, Regex)
    for value, fits in ((f"{name}20", True), (f"{name}2", False), (f"x{name}20", False), ("", False)):
        row = catalog.reader("test").rows("SELECT regexp_matches(?, ?)", (value, parsed.test.pattern))
        assert row == [(fits,)]


def test_it_leaves_the_records_of_these_things(catalog: Catalog) -> None:
    browser = Browser(catalog)
    alone = [set(browser.ids(Selection(f"parsl.task:{number}")).tolist()) for number in (3, 4, 5, 9)]
    text = expression(catalog, TASK, tasks(3, 4, 5, 9))
    assert text is not None and set(browser.ids(Selection(text)).tolist()) == set.union(*alone)
    many = expression(catalog, TASK, tasks(*range(0, 40, 2)))
    alone = [set(browser.ids(Selection(f"parsl.task:{number}")).tolist()) for number in range(0, 40, 2)]
    assert many is not None and set(browser.ids(Selection(many)).tolist()) == set.union(*alone)
