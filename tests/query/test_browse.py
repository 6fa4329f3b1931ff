"""Tests of tui.query.browse: one door, from any thread."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tui.errors import EntityError, FilterError, StoreError
from tui.query.browse import Browser
from tui.query.model import Selection


def test_many_threads_ask_at_once(text_run: Browser) -> None:
    """Each gets the answer to its own question."""

    def ask(number: int) -> tuple[int, set[str], int]:
        task = str(number % 14)
        selection = Selection(f"parsl.task:{task} level:INFO")
        rows = text_run.rows(text_run.ids(selection).tolist())
        found = text_run.flow(text_run.resolve([("parsl.task", task)]))
        assert text_run.values(selection, "level").values == (("INFO", len(rows)),)
        return number, {row.entity for row in rows}, len(found.steps)

    lengths = {t: len(text_run.flow(text_run.resolve([("parsl.task", str(t))])).steps) for t in range(14)}
    with ThreadPoolExecutor(8) as pool:
        for number, entities, length in pool.map(ask, range(56)):
            assert entities == {f"task {number % 14}"}
            assert length == lengths[number % 14]


def test_a_node_that_cannot_be_followed_is_a_filter(text_run: Browser) -> None:
    [run] = text_run.nodes("process > thread")
    process = text_run.nodes("process > thread", run.path)[0]
    assert process.entity is not None and process.entity.kind == "process"
    node = text_run.nodes("process > thread", process.path)[0]
    selection = text_run.node_selection(node)
    assert selection.entity is not None
    assert selection.entity.kind == "run"
    assert len(text_run.ids(selection)) == node.count


def test_a_node_of_one_run_leaves_records_of_that_run(three_runs: Browser) -> None:
    for run in three_runs.nodes("process > thread"):
        for node in three_runs.nodes("process > thread", run.path)[:3]:
            assert len(three_runs.ids(three_runs.node_selection(node))) == node.count


def test_export_writes_what_is_selected(text_run: Browser, tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    assert text_run.export(Selection("level:ERROR"), str(path)) == 1
    assert [json.loads(line)["levelname"] for line in path.read_text().splitlines()] == ["ERROR"]


def test_errors_are_those_that_are_promised(text_run: Browser) -> None:
    with pytest.raises(FilterError):
        text_run.ids(Selection("("))
    with pytest.raises(EntityError):
        text_run.resolve([("parsl.task", "99")])
    with pytest.raises(StoreError):
        text_run.detail(10**9)


def test_interrupting_what_does_not_run_does_nothing(text_run: Browser) -> None:
    text_run.interrupt("stream")
    text_run.interrupt("no such panel")
    assert len(text_run.ids(Selection("level:ERROR"))) == 1


def test_whole_data_are_complete(text_run: Browser) -> None:
    assert text_run.complete
