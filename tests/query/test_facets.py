"""Tests of tui.query.facets: every count is that of the filter on that value."""

from __future__ import annotations

import pytest

from tui.query.browse import Browser
from tui.query.model import Facet, Selection


@pytest.mark.parametrize(
    "key", ["level", "source", "file", "parsl.task", "task_id", "parsl.executor_task", "levelname", "lineno", "process"]
)
def test_a_count_is_that_of_filtering_by_the_value(text_run: Browser, key: str) -> None:
    found = text_run.values(Selection(), key, limit=6)
    assert 3 <= len(found.values) <= 6
    counts = [count for _, count in found.values]
    assert counts == sorted(counts, reverse=True)
    for value, count in found.values:
        assert len(text_run.ids(Selection(f'{key}:"{value}"'))) == count, value


def test_only_the_selection_counts(text_run: Browser) -> None:
    assert text_run.values(Selection("parsl.task:5"), "parsl.try").values == (("0", 28), ("1", 28))
    assert text_run.values(Selection(level=5), "level").values == (("ERROR", 1),)


def test_a_record_about_two_tasks_counts_for_both(text_run: Browser) -> None:
    found = text_run.values(Selection('"Got executor tasks: [1, 2]"'), "parsl.task")
    assert sorted(found.values) == [("0", 1), ("4", 1)]


def test_a_prefix_in_any_case(text_run: Browser) -> None:
    found = text_run.values(Selection(), "parsl.app_name", "STAGE")
    assert [value for value, _ in found.values] == ["stage_b", "stage_c", "stage_a"]
    assert text_run.values(Selection(), "level", "err").values == (("ERROR", 1),)
    assert text_run.values(Selection(), "parsl.app_name", "%").values == ()


def test_more_is_said_only_when_there_is_more(text_run: Browser) -> None:
    assert text_run.values(Selection(), "parsl.task", limit=13).more
    whole = text_run.values(Selection(), "parsl.task", limit=14)
    assert (len(whole.values), whole.more) == (14, False)


def test_an_unknown_key_has_no_values(text_run: Browser) -> None:
    assert text_run.values(Selection(), "nokey") == Facet("nokey")
