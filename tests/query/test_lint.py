"""Tests of tui.query.lint: what is wrong with the data, and what is not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIXTURES
from tests.query.making import INTERCHANGE, text, write
from tui.query import lint
from tui.query.browse import Browser

Loader = Callable[..., Browser]
LOCAL = "runinfo/000/htex_Local"


def report(browser: Browser) -> list[dict[str, Any]]:
    found = list(lint.report(browser.catalog))
    assert [fact["kind"] for fact in found].count("summary") == 1
    assert found[-1]["findings"] == sum(fact["kind"] in lint.FINDINGS for fact in found)
    return found


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A copy of the text run."""
    return Path(shutil.copytree(FIXTURES / "text", tmp_path / "run"))


def without(path: Path, *holding: str) -> None:
    """Take the lines of *path* that hold one of these texts away."""
    lines = path.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not any(text in line for text in holding)]
    assert len(kept) < len(lines)
    path.write_text("".join(kept))


def test_a_sound_run_has_no_findings(text_run: Browser, json_run: Browser, threads_run: Browser) -> None:
    for browser in (text_run, json_run, threads_run):
        assert [fact["kind"] for fact in report(browser)] == ["summary"]


def test_a_result_that_never_came_back(loaded: Loader, run: Path) -> None:
    without(run / LOCAL / "interchange.log", "Removing task 5 from manager")
    browser = loaded(run)
    [found, _] = report(browser)
    assert (found["kind"], found["rule"], found["entities"]) == ("ends early", "executor task", 1)
    assert (found["step"], found["missing"]) == ("completed", "result received by the interchange")
    [example] = found["examples"]
    assert example["entity"] == "parsl.executor=htex_Local parsl.executor_task=5"
    assert example["where"].rpartition(":")[0].endswith(".log")
    keys = [tuple(part.split("=")) for part in example["entity"].split()]
    assert browser.flow(browser.resolve(keys)).steps  # type: ignore[arg-type]  # the example can be followed
    assert 0 < found["seconds"] < 60


def test_launched_and_never_heard_of_again(loaded: Loader, run: Path) -> None:
    """The interchange is there, and never had a task: all of them are stuck."""
    without(run / LOCAL / "interchange.log", "task", "Sent tasks")
    shutil.rmtree(run / LOCAL / "block-0")
    found = [fact for fact in report(loaded(run)) if fact["kind"] == "ends early"]
    assert [(f["step"], f["missing"], f["entities"] == f["of"]) for f in found] == [
        ("launched", "queued by the interchange", True)
    ]


def test_a_log_that_is_not_there_proves_nothing(loaded: Loader, run: Path) -> None:
    shutil.rmtree(run / LOCAL)
    notes = report(loaded(run))[:-1]
    assert {fact["kind"] for fact in notes} == {"note"}
    assert any("no record of a step other than 'launched'" in fact["note"] for fact in notes)


def test_a_log_of_warnings_alone_proves_nothing(loaded: Loader, run: Path) -> None:
    without(run / LOCAL / "interchange.log", " DEBUG: ", " INFO: ")
    (run / LOCAL / "interchange.log").write_text(text(1, "late", INTERCHANGE, "WARNING"))
    assert {fact["kind"] for fact in report(loaded(run))} == {"note", "summary"}


def test_a_worker_whose_log_was_lost(loaded: Loader, run: Path) -> None:
    """Its tasks came back: they miss steps, and end all the same."""
    lost = run / LOCAL / "block-0/f8132dfeb74a/worker_1.log"
    count = lost.read_text().count("Received executor task")
    lost.unlink()
    [found, _] = report(loaded(run))
    assert (found["kind"], found["entities"]) == ("misses a step", count)
    assert found["missing"] == ["received by the worker", "completed"]


def test_the_log_ends_while_tasks_run(loaded: Loader, tmp_path: Path) -> None:
    lines = (FIXTURES / "threads/runinfo/000/parsl.log").read_text().splitlines(keepends=True)
    end = next(number for number, line in enumerate(lines) if "to exec_done" in line)
    write(tmp_path, {"000/parsl.log": "".join(lines[:end])})
    found = [fact for fact in report(loaded(tmp_path)) if fact["kind"] == "ends early"]
    assert {(f["rule"], f["step"], f["missing"]) for f in found} == {
        ("task", "pending", "ended"),
        ("task", "launched", "ended"),
    }
    assert sum(f["entities"] for f in found) == 2 == found[0]["of"]  # the third was not made yet


def test_an_executor_task_without_its_task(loaded: Loader, run: Path) -> None:
    without(run / "runinfo/000/parsl.log", "launched on executor htex_Local with executor id 7")
    found = [fact for fact in report(loaded(run)) if fact["kind"] == "missing key"]
    assert {fact["rule"] for fact in found} == {"an executor task knows its task"}
    interchange = next(fact for fact in found if fact["file"].endswith("interchange.log"))
    assert "Putting task # onto pending_task_queue" in {each["shape"] for each in interchange["examples"]}
    assert all(each["where"].startswith(interchange["file"] + ":") for each in interchange["examples"])


def test_a_contradiction(loaded: Loader, tmp_path: Path) -> None:
    launch = "Parsl task {} try 0 launched on executor x with executor id 1"
    write(tmp_path, {"000/parsl.log": text(1, launch.format(3)) + text(2, launch.format(4))})
    [found] = [fact for fact in report(loaded(tmp_path)) if fact["kind"] == "conflict"]
    assert (found["key"], found["values"], len(found["where"])) == ("parsl.task", ["3", "4"], 2)
