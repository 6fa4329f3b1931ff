"""Tests of tui.query.catalog: what is known of an open store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import FIXTURES
from tests.query.making import line, parsl, text, write
from tui.query.browse import Browser
from tui.query.model import Selection

DAY = 86400


def test_keys_as_emitted_and_by_rule_sorted(text_run: Browser) -> None:
    keys = text_run.keys()
    assert keys == sorted(set(keys))
    assert {"formatted", "levelname", "task_id", "parsl.task", "parsl.worker", "parsl.dfk"} <= set(keys)
    assert not any(key.startswith("wideview.") for key in keys)


def test_a_key_that_no_record_has_is_not_listed(threads_run: Browser) -> None:
    assert "parsl.worker" not in threads_run.catalog.keys
    assert not threads_run.catalog.is_key("parsl.worker")
    assert not threads_run.catalog.is_key("worker_id")


def test_other_names_are_keys_too(text_run: Browser) -> None:
    for name in ("parsl.task", "task_id", "parsl_task_id", "lineno", "task"):
        assert text_run.catalog.is_key(name), name
    for name in ("tasks", "run", "Task"):
        assert not text_run.catalog.is_key(name), name


def test_every_key_can_be_asked_for(json_run: Browser) -> None:
    """A key that is listed is one that some record has."""
    assert json_run.keys() == list(json_run.catalog.keys)
    for key in json_run.catalog.keys:
        assert len(json_run.ids(Selection(f"_exists_:{key}"))) > 0, key


def test_values_are_compared_in_their_normal_form(text_run: Browser) -> None:
    normal = text_run.catalog.normal
    assert normal("parsl.task", "0081") == normal("task_id", "81") == "81"
    assert normal("parsl.manager", "b'2a2f'") == "2a2f"
    assert normal("parsl.dfk", "ABC") == "abc"
    assert normal("parsl.rundir", "/a/b/007/") == "007"
    assert normal("parsl.job", "0081") == "0081"


def test_scopes_files_and_span(three_runs: Browser, text_run: Browser) -> None:
    scopes = three_runs.catalog.scopes.values()
    assert [(scope.name, scope.path) for scope in scopes] == [
        (f"{name}/…/000", str(FIXTURES / name / "runinfo" / "000")) for name in ("text", "json", "threads")
    ]
    assert [scope.run for scope in scopes] == [
        "cccb5159-d53d-4c01-894f-72118f276672",
        "6e9703cc-76d3-489d-8ab0-5cd53e7138bd",
        "0ef98d89-72a1-4c4b-b1fb-17241605f4c4",
    ]
    files = {Path(file["name"]).name: file for file in text_run.catalog.files.values()}
    path = FIXTURES / "text" / "runinfo" / "monitoring.db"
    assert files["monitoring.db"]["size"] == path.stat().st_size
    assert files["monitoring.db"]["of_lines"] is False
    assert files["parsl.log"]["of_lines"] is True
    assert text_run.catalog.span == (1795164988434958000, 1795165002839420000)


def test_days_are_those_with_records(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    run = write(tmp_path, {"run/000/parsl.log": text(0, "a") + text(DAY * 3, "b")})
    assert loaded(run).catalog.days == ["2026-11-20", "2026-11-23"]


def test_two_keys_that_differ_in_case_are_two(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    run = write(tmp_path, {"000/parsl.jsonlog": line(parsl(0, "a", val="1", VAL="2"))})
    browser = loaded(run)
    assert {"val", "VAL"} <= set(browser.keys())
    assert [len(browser.ids(Selection(text))) for text in ("val:1", "VAL:2", "val:2", "VAL:1")] == [1, 1, 0, 0]


def test_a_catalog_without_times(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    browser = loaded(write(tmp_path, {"a.jsonl": '{"v": 1}\n{"v": 2}\n'}) / "a.jsonl")
    assert (browser.catalog.count, browser.catalog.span, browser.catalog.days) == (2, None, [])
    assert [row.body for row in browser.rows(browser.ids(Selection("v:2")).tolist())] == ["v=2"]
