"""Tests of tui.query.info: what was read, line by line, and what contradicts what."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.conftest import FIXTURES
from tests.query.making import DFLOW, INTERCHANGE, text, write
from tui.query import info
from tui.query.browse import Browser
from tui.query.model import Selection

Loader = Callable[..., Browser]
Facts = dict[str, list[dict[str, Any]]]


def facts(browser: Browser) -> Facts:
    found: Facts = defaultdict(list)
    for fact in info.report(browser.catalog):
        found[fact["kind"]].append(orjson.loads(orjson.dumps(fact)))
    return found


def test_summary(text_run: Browser, three_runs: Browser, threads_run: Browser) -> None:
    assert text_run.summary() == "1,736 records, 1 run, 13 files"
    assert three_runs.summary() == "3,905 records, 3 runs, 34 files"
    assert threads_run.summary() == "109 records, 1 run, 1 file"
    [summary] = facts(text_run)["summary"]
    assert summary == {
        "kind": "summary",
        "records": 1736,
        "folded": 0,
        "runs": 1,
        "files": 13,
        "first": "2026-11-20T08:56:28.434958Z",
        "last": "2026-11-20T08:56:42.83942Z",
        "untimed": 58,
    }


def test_runs(three_runs: Browser) -> None:
    assert [(run["run"], run["tasks"], run["records"], run["executors"]) for run in facts(three_runs)["run"]] == [
        ("text/…/000", 14, 1736, ["_parsl_internal", "htex_Local"]),
        ("json/…/000", 14, 2060, ["_parsl_internal", "htex_Local", "htex_Two"]),
        ("threads/…/000", 3, 109, ["threads"]),
    ]


def check_classes(browser: Browser, root: Path) -> int:
    """The four classes of every file of lines add up to its lines; returns the number of files."""
    of_lines = [fact for fact in facts(browser)["file"] if "lines" in fact]
    for fact in of_lines:
        assert fact["first"] + fact["continuation"] + fact["damaged"] + fact["blank"] == fact["lines"]
        data = Path(fact["file"]).read_bytes()
        assert fact["lines"] == data.count(b"\n") + (data[-1:] not in (b"\n", b"")), fact["file"]
        assert fact["records"] == fact["first"] + fact["damaged"]
    return len(of_lines)


@pytest.mark.parametrize(("name", "count"), [("text", 12), ("json", 19), ("threads", 1)])
def test_the_four_classes_add_up_to_the_lines(request: pytest.FixtureRequest, name: str, count: int) -> None:
    assert check_classes(request.getfixturevalue(f"{name}_run"), FIXTURES / name) == count


def test_classes_of_a_text_log(text_run: Browser) -> None:
    [fact] = [fact for fact in facts(text_run)["file"] if fact["file"].endswith("/parsl.log")]
    assert (fact["source"], fact["first"], fact["continuation"], fact["damaged"], fact["blank"]) == (
        "parsl-text",
        487,
        104,
        0,
        0,
    )


def test_rows_of_a_database(text_run: Browser) -> None:
    [fact] = [fact for fact in facts(text_run)["file"] if "rows" in fact]
    assert (fact["source"], fact["rows"], fact["records"]) == ("monitoring-db", 154, 198)
    assert fact["zone"] == "UTC+00:00 by its text logs"


def test_what_is_skipped_and_why(text_run: Browser) -> None:
    found = {Path(fact["file"]).name: fact["reason"] for fact in facts(text_run)["skipped"]}
    assert found["log_config.pkl"] == "a pickle, which is never loaded"
    assert len(found) == 3


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A copy of the JSON run in which lines are cut, blank, full of NULs, and not JSON."""
    run = Path(shutil.copytree(FIXTURES / "json", tmp_path / "json"))
    path = run / "runinfo/000/htex_Local/interchange.jsonlog"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4][:80] + b"\n"
    lines[9] = b"\n"
    lines[14] = b"\0" * 500 + lines[14]
    lines[19] = lines[19].replace(b'"lineno": ', b'"lineno": N')
    lines[24] = b"Killed\n"
    path.write_bytes(b"".join(lines)[:-30])
    return run


def test_damaged_lines_are_named_and_kept(loaded: Loader, damaged: Path) -> None:
    browser = loaded(damaged)
    name = str(damaged / "runinfo/000/htex_Local/interchange.jsonlog")
    found = facts(browser)
    assert [(fact["file"], fact["line"]) for fact in found["rejected"]] == [(name, 25)]
    assert all("not" in fact["reason"] and "JSON" in fact["reason"] for fact in found["rejected"])
    mended = {fact["line"]: fact["reason"] for fact in found["mended"]}
    assert mended.keys() == {5, 15, 20, 173}  # what can still be read of a cut line is read
    assert mended[15] == "a hole of 500 NUL bytes before it"
    [fact] = [fact for fact in found["file"] if fact["file"] == name]
    assert (fact["first"], fact["damaged"], fact["blank"], fact["lines"]) == (171, 1, 1, 173)
    assert check_classes(browser, damaged) == 19
    [row] = browser.rows(browser.ids(Selection('"Killed"')).tolist())
    assert (row.line, row.level, row.error) == (25, 0, "not a JSON object")


def test_damage_costs_no_other_record(loaded: Loader, damaged: Path, json_run: Browser) -> None:
    browser = loaded(damaged)
    changed = {5, 10, 20, 25, 173}

    def others(browser: Browser, root: Path) -> list[tuple[object, ...]]:
        rows = browser.rows(browser.ids(Selection()).tolist())
        return [
            (row.file[len(str(root)) :], row.line, row.time, row.body)
            for row in rows
            if "htex_Local/interchange" not in row.file or row.line not in changed
        ]

    assert others(browser, damaged) == others(json_run, FIXTURES / "json")


def test_levels_and_keys_are_counted(text_run: Browser) -> None:
    found = facts(text_run)
    assert found["levels"] == [{"kind": "levels", "levels": {"unknown": 207, "DEBUG": 1091, "INFO": 437, "ERROR": 1}}]
    for fact in found["key"]:
        count = len(text_run.ids(Selection(f"_exists_:{fact['key']}"))) if "." not in fact["key"] else None
        if fact["key"] not in ALIASED and count is not None:
            assert fact["records"] == count, fact["key"]
    assert len(found["key"]) > 40


ALIASED = {"status", "process"}
"""A key of its own only beside another."""


def test_a_rule_counts_the_records_it_gave_a_key(text_run: Browser) -> None:
    """Once each, however many keys it gave."""
    found = {fact["rule"]: fact for fact in facts(text_run)["rule"]}
    workers = len(text_run.ids(Selection("file:*worker_*")))
    assert found["worker file"] == {"kind": "rule", "rule": "worker file", "form": "path", "records": workers}
    assert found["launch without executor task"]["records"] == 1
    assert all(fact["records"] > 0 for fact in found.values())
    assert all(fact["records"] <= text_run.catalog.count for fact in found.values())


def test_no_conflicts_in_sound_runs(three_runs: Browser) -> None:
    assert three_runs.conflicts() == []


def test_a_conflict_names_where_it_stands(loaded: Loader, tmp_path: Path) -> None:
    """Two tasks launched as the same executor task: neither is believed."""
    launch = "Parsl task {} try 0 launched on executor x with executor id 1"
    run = write(
        tmp_path,
        {
            "run/000/parsl.log": text(1, launch.format(3), DFLOW) + text(2, launch.format(4), DFLOW),
            "run/000/x/interchange.log": text(3, "Putting task 1 onto pending_task_queue", INTERCHANGE),
        },
    )
    browser = loaded(run)
    found = [fact for fact in facts(browser)["conflict"] if fact["key"] == "parsl.task"]
    assert [(fact["run"], fact["given"], fact["values"]) for fact in found] == [
        ("000", "parsl.executor=x parsl.executor_task=1", ["3", "4"])
    ]
    log = f"{tmp_path}/run/000/parsl.log"
    assert found[0]["where"] == [f"{log}:1", f"{log}:2"]
    assert (
        f"000: parsl.executor=x parsl.executor_task=1 has 2 values of parsl.task: 3, 4 ({log}:1, {log}:2)"
        in browser.conflicts()
    )
    [putting] = browser.rows(browser.ids(Selection('"Putting task"')).tolist())
    assert putting.entity == "executor task 1"
