"""Tests of tui.query.typical: how usual what a task waited for is among all tasks."""

from __future__ import annotations

import pytest

from tui.query import typical as module
from tui.query.browse import Browser
from tui.query.model import Entity
from tui.query.typical import Usual, typical


def task(browser: Browser, number: int) -> Entity:
    return browser.resolve([("parsl.task", str(number))])


def waits(browser: Browser, start: str) -> dict[str, int]:
    """What every task waited for the first record that begins so, in its own source, from the flows."""
    found = {}
    for number in range(14):
        for step in browser.flow(task(browser, number)).steps:
            if step.row.body.startswith(start) and step.waited is not None:
                found.setdefault(str(number), step.waited)
    return found


def usual(browser: Browser, number: int, start: str) -> list[Usual]:
    """What is said of the records of a task that begin so, in order."""
    known = typical(browser.catalog, task(browser, number))
    steps = browser.flow(task(browser, number)).steps
    return [known[step.row.id] for step in steps if step.row.body.startswith(start) and step.row.id in known]


def test_a_wait_stands_among_those_of_all_tasks(text_run: Browser) -> None:
    every = waits(text_run, "Sent tasks")
    for number in every:
        [found, *_] = usual(text_run, int(number), "Sent tasks")
        less = sum(wait < every[number] for wait in every.values())
        assert found.waited == every[number]
        assert found.of == len(every)
        assert found.percentile == pytest.approx(100 * (less + 0.5) / len(every))
        assert found.typical == sorted(every.values())[len(every) // 2]


def test_a_second_try_is_compared_with_second_tries(text_run: Browser) -> None:
    first, second = usual(text_run, 5, "Sent tasks")
    assert second.of < first.of


def test_the_first_step_waited_for_nothing(text_run: Browser) -> None:
    known = typical(text_run.catalog, task(text_run, 5))
    assert text_run.flow(task(text_run, 5)).steps[0].row.id not in known


def test_rows_of_a_database_are_not_compared(text_run: Browser) -> None:
    known = typical(text_run.catalog, task(text_run, 5))
    sources = {row.source for row in text_run.rows(list(known))}
    assert sources == {"parsl", "interchange", "manager", "worker 1"}


def test_a_run_is_compared_with_nothing(text_run: Browser) -> None:
    assert typical(text_run.catalog, Entity("run", (), 0, "000")) == {}


def test_what_does_not_exist_waited_for_nothing(text_run: Browser) -> None:
    assert typical(text_run.catalog, Entity("task", (("parsl.task", "99"),), 0, "000")) == {}


@pytest.mark.parametrize(
    "keys", [[("parsl.task", "5")], [("parsl.executor", "htex_Two"), ("parsl.executor_task", "1")]]
)
def test_a_sample_of_all_says_the_same(
    json_run: Browser, monkeypatch: pytest.MonkeyPatch, keys: list[tuple[str, str]]
) -> None:
    entity = json_run.resolve(keys)
    whole = typical(json_run.catalog, entity)
    monkeypatch.setattr(module, "SAMPLE", json_run.catalog.count - 1)  # one of one
    monkeypatch.setattr(json_run.catalog, "abouts", {})
    assert typical(json_run.catalog, entity) == whole != {}


def test_a_smaller_sample_holds_the_entity(json_run: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    entity = task(json_run, 5)
    whole = typical(json_run.catalog, entity)
    monkeypatch.setattr(module, "SAMPLE", json_run.catalog.count // 4)
    monkeypatch.setattr(json_run.catalog, "abouts", {})
    some = typical(json_run.catalog, entity)
    assert some.keys() == whole.keys()
    assert all(some[record].waited == whole[record].waited for record in whole)
    assert all(some[record].of <= whole[record].of for record in whole)


def test_only_what_is_long_and_rare_is_worth_a_word() -> None:
    assert Usual(50_000_000, 99.0, 1_000_000.0, 80).notable
    assert not Usual(5_000_000, 99.0, 1_000_000.0, 80).notable, "short"
    assert not Usual(50_000_000, 80.0, 1_000_000.0, 80).notable, "usual"
    assert not Usual(50_000_000, 99.0, 49_000_000.0, 80).notable, "hardly more than usual"
    assert not Usual(50_000_000, 99.0, 1_000_000.0, 4).notable, "of few"
