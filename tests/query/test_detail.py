"""Tests of tui.query.detail: all keys of a record, who gave them, and its original text."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.query.making import line, parsl, write
from tui.errors import StoreError
from tui.query.browse import Browser
from tui.query.model import Detail, Selection, Value


def of(browser: Browser, expression: str) -> Detail:
    [id_] = browser.ids(Selection(expression)).tolist()
    return browser.detail(id_)


def values(detail: Detail) -> dict[str, Value]:
    found = {value.key: value for value in detail.values}
    assert len(found) == len(detail.values), "a key twice"
    return found


def test_emitted_keys_have_no_rule(json_run: Browser) -> None:
    detail = of(json_run, '"Parsl task 0 try 0 launched"')
    emitted = json.loads(detail.original)
    found = values(detail)
    for key, value in emitted.items():
        assert found[key] == Value(key, value if isinstance(value, str) else json.dumps(value)), key
    assert all(found[key].rule for key in found if key not in emitted)


def test_a_key_by_rule_names_the_rule_and_the_record_it_came_from(text_run: Browser) -> None:
    """The worker's line is told its task by the line of parsl.log that launched it."""
    found = values(of(text_run, '"Received executor task 8"'))
    launched = of(text_run, '"Parsl task 5 try 1 launched"').row
    assert found["parsl.executor_task"] == Value("parsl.executor_task", "8", "worker's task")
    assert found["parsl.worker"] == Value("parsl.worker", "1", "worker file")
    assert found["parsl.task"] == Value(
        "parsl.task",
        "5",
        "task of an executor task",
        f"{launched.file}:{launched.line}",
    )


def test_all_values_of_a_record_about_two(text_run: Browser) -> None:
    found = values(of(text_run, '"Got executor tasks: [1, 2]"'))
    assert (found["parsl.executor_task"].value, found["parsl.task"].value) == ("1, 2", "0, 4")


def test_the_original_is_what_stands_in_the_file(text_run: Browser) -> None:
    for row in text_run.rows(text_run.ids(Selection("parsl.task:5 NOT source:monitoring.db")).tolist()):
        detail = text_run.detail(row.id)
        lines = Path(row.file).read_text().splitlines()
        count = row.body.count("\n") + 1
        assert detail.original.splitlines() == lines[row.line - 1 : row.line - 1 + count]
        assert (detail.row, detail.changed) == (row, False)


def test_a_database_row_is_shown_as_json(text_run: Browser) -> None:
    detail = of(text_run, '"status: task 5 try 1 failed"')
    assert json.loads(detail.original)["task_id"] == 5
    assert not detail.changed


def test_a_changed_file_is_said_and_the_index_shown(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    run = Path(shutil.copytree(FIXTURES / "json", tmp_path / "json"))
    browser = loaded(run)
    [id_] = browser.ids(Selection('"Parsl task 0 try 0 launched"')).tolist()
    before = browser.detail(id_)
    (run / "runinfo/000/parsl.jsonlog").write_text("something else\n" * 9)
    after = browser.detail(id_)
    assert (before.changed, after.changed) == (False, True)
    assert "something else" not in after.original
    assert json.loads(after.original)["formatted"] == before.row.body
    assert after.values == before.values


def test_a_line_of_a_file_that_grew_is_still_the_same(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    run = Path(shutil.copytree(FIXTURES / "threads", tmp_path / "threads"))
    browser = loaded(run)
    id_ = int(browser.ids(Selection())[5])
    before = browser.detail(id_)
    with (run / "runinfo/000/parsl.log").open("a") as file:
        file.write("more\n")
    assert browser.detail(id_) == before


def test_copies_are_named(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    """A record of a try's own file that also stands in the worker's."""
    same = line(parsl(0.1234567, "both"), parsl(0.2345678, "both too"))
    files = {
        "run/000/task_7_0.jsonlog": same,
        "run/000/x/block-0/0123456789ab/worker_2.jsonlog": line(parsl(0.05, "first")) + same,
    }
    browser = loaded(write(tmp_path, files))
    [id_] = browser.ids(Selection('"both too"')).tolist()
    detail = browser.detail(id_)
    assert detail.row.source == "worker 2"
    assert detail.copies == (f"{tmp_path}/run/000/task_7_0.jsonlog:2",)
    assert values(detail)["parsl.task"].value == "7"


def test_no_such_record(text_run: Browser) -> None:
    with pytest.raises(StoreError, match="there is no record 1000000"):
        text_run.detail(1_000_000)


def test_every_record_has_a_detail(threads_run: Browser) -> None:
    for id_ in threads_run.ids(Selection()).tolist():
        assert threads_run.detail(id_).original
