"""Tests of tui as a library: what a notebook does with it."""

from __future__ import annotations

from pathlib import Path

import pytest

import tui
from tests.conftest import FIXTURES
from tui.errors import InputError, RuleError
from tui.query.model import Selection


def test_the_example_of_its_own_words() -> None:
    run = tui.open(str(FIXTURES / "text"))
    task = run.resolve([("parsl.rundir", "000"), ("parsl.task", "5")])
    told = [(step.since, step.row.source, step.row.body) for step in run.flow(task).steps]
    assert told[0] == (None, "parsl", "Task 5 will be sent to executor htex_Local")
    assert len(told) == 78
    run.close()


def test_several_paths_and_globs() -> None:
    run = tui.open(str(FIXTURES / "threads"), str(FIXTURES / "j*" / "runinfo" / "000" / "parsl.jsonlog"))
    assert run.summary() == "674 records, 2 runs, 2 files"
    run.close()


def test_the_index_is_kept_unless_refused(own_directories: Path) -> None:
    tui.open(str(FIXTURES / "threads"), cache=False).close()
    assert not (own_directories / "cache").exists()
    first = tui.open(str(FIXTURES / "threads"))
    bodies = [row.body for row in first.rows(first.ids(Selection()).tolist())]
    first.close()
    assert len(list((own_directories / "cache" / "wideview").glob("*.duckdb"))) == 1
    again = tui.open(str(FIXTURES / "threads"))
    assert [row.body for row in again.rows(again.ids(Selection()).tolist())] == bodies
    again.close()


def test_rules_of_ones_own(tmp_path: Path) -> None:
    rules = tmp_path / "mine.toml"
    rules.write_text('[[alias]]\nkey = "parsl.task"\nof = ["v"]\n')
    (tmp_path / "a.jsonl").write_text('{"t": 1.5, "v": 3}\n')
    run = tui.open(str(tmp_path / "a.jsonl"), rules=(str(rules),))
    assert len(run.flow(run.resolve([("parsl.task", "3")])).steps) == 1
    run.close()


def test_errors() -> None:
    with pytest.raises(InputError, match="missing: No such file or directory"):
        tui.open("missing")
    with pytest.raises(RuleError, match=r"missing\.toml: cannot be read"):
        tui.open(str(FIXTURES / "threads"), rules=("missing.toml",))


def test_its_surface() -> None:
    assert tui.__all__ == ["open"]
