"""Tests of tui.query.links: dependencies and reused results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.query.making import OTHER_RUN, RUN, text, write
from tui.query.browse import Browser
from tui.query.entities import run
from tui.query.links import about

MEMO = "parsl.dataflow.memoization"


def links(browser: Browser, *pairs: tuple[str, str]) -> list[tuple[str, str]]:
    return [(say, other.label) for say, other in browser.linked(browser.resolve(pairs))]


@pytest.mark.parametrize("name", ["text", "json"])
@pytest.mark.parametrize(
    ("task", "wanted"),
    [
        ("0", [("is needed by", "task 1"), ("is needed by", "task 2")]),
        ("1", [("depends on", "task 0"), ("is needed by", "task 3")]),
        ("3", [("depends on", "task 1"), ("depends on", "task 2")]),
        ("4", []),
        ("5", [("is needed by", "task 9")]),
        ("7", [("its result was reused by", "task 8")]),
        ("8", [("reused the result of", "task 7")]),
        ("9", [("depends on", "task 5")]),
    ],
)
def test_links_of_a_task(request: pytest.FixtureRequest, name: str, task: str, wanted: list[tuple[str, str]]) -> None:
    assert links(request.getfixturevalue(f"{name}_run"), ("parsl.task", task)) == wanted


def test_links_stay_in_their_run(three_runs: Browser) -> None:
    for scope in three_runs.catalog.scopes.values():
        entity = three_runs.resolve([("parsl.dfk", scope.run), ("parsl.task", "0")])
        assert {other.scope for _, other in three_runs.linked(entity)} == {scope.id}


def test_what_is_no_task_has_no_links(text_run: Browser) -> None:
    assert links(text_run, ("parsl.executor", "htex_Local")) == []
    assert links(text_run, ("parsl.rundir", "000")) == []


def test_dependencies_are_in_the_order_of_numbers(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    lines = [text(n, f"Task 20 has dependency task {n}") for n in (10, 9, 2)]
    browser = loaded(write(tmp_path, {"run/000/parsl.log": "".join(lines)}))
    assert links(browser, ("parsl.task", "20")) == [("depends on", f"task {n}") for n in (2, 9, 10)]


def test_a_result_reused_from_another_run(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    """Checkpoints carry results from run to run; the hash is the same in both."""

    def run(uuid: str, at: float, task: int, end: str) -> str:
        return (
            text(at, f"Run id is: {uuid}")
            + text(at + 1, f"Task {task} has memoization hash 0123abcd", MEMO)
            + text(at + 2, f"Task {task} changing state from pending to {end}")
        )

    files = {
        "runinfo/000/parsl.log": run(RUN, 0, 3, "exec_done"),
        "runinfo/001/parsl.log": run(OTHER_RUN, 9, 5, "memo_done"),
    }
    browser = loaded(write(tmp_path, files))
    reuser, source = (browser.resolve([("parsl.dfk", run)]) for run in (OTHER_RUN, RUN))
    entity = browser.resolve([("parsl.dfk", OTHER_RUN), ("parsl.task", "5")])
    [(say, other)] = browser.linked(entity)
    assert (say, other.label, other.scope, other.run) == ("reused the result of", "task 3", source.scope, "000")
    assert browser.linked(other) == [("its result was reused by", entity)]
    assert reuser.scope != source.scope


def test_the_same_arguments_without_a_memory_are_no_link(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    lines = [
        text(at + n / 10, message.format(task), MEMO if "hash" in message else "parsl.dataflow.dflow")
        for at, task in ((0, 1), (5, 2))
        for n, message in enumerate(
            ("Task {} has memoization hash 0123abcd", "Task {} changing state from launched to exec_done")
        )
    ]
    browser = loaded(write(tmp_path, {"run/000/parsl.log": "".join(lines)}))
    assert links(browser, ("parsl.task", "2")) == []


def test_where_a_task_ran_and_what_others_call_it(text_run: Browser) -> None:
    entity = text_run.resolve([("parsl.task", "5")])
    found = about(text_run.catalog, entity)
    assert [value for key, value in found if key == "parsl.executor_task"] == ["3", "8"]
    assert {"parsl.executor", "parsl.block", "parsl.manager", "parsl.worker"} <= {key for key, _ in found}
    assert "parsl.task" not in dict(found) and all(value for _, value in found)
    assert about(text_run.catalog, run(text_run.catalog, entity.scope)) == []
