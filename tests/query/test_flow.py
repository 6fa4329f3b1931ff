"""Tests of tui.query.flow: a task's flow holds exactly the lines that a person with grep would gather."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from tests.conftest import FIXTURES
from tui.query.browse import Browser
from tui.query.flow import measure
from tui.query.model import Entity, Flow

TEXT, JSON = FIXTURES / "text" / "runinfo", FIXTURES / "json" / "runinfo"

# (executor, executor task) of every try, by task: from `grep 'launched on executor'` in the submit process's log.
TEXT_TRIES = {
    0: [("htex_Local", 1)],
    1: [("htex_Local", 6)],
    2: [("htex_Local", 7)],
    3: [("htex_Local", 10)],
    4: [("htex_Local", 2)],
    5: [("htex_Local", 3), ("htex_Local", 8)],
    6: [("htex_Local", 4), ("htex_Local", 9)],
    7: [("htex_Local", 5)],
    8: [],
    9: [],
    10: [("htex_Local", 11)],
    11: [],
    12: [("htex_Local", 12)],
    13: [("htex_Local", 13)],
}
JSON_TRIES = {
    0: [("htex_Local", 1)],
    1: [("htex_Local", 4)],
    2: [("htex_Local", 5)],
    3: [("htex_Local", 7)],
    4: [("htex_Two", 1)],
    5: [("htex_Two", 2), ("htex_Two", 3)],
    6: [("htex_Local", 2), ("htex_Local", 6)],
    7: [("htex_Local", 3)],
    8: [],
    9: [],
    10: [("htex_Local", 8)],
    11: [],
    12: [("htex_Two", 4)],
    13: [("htex_Local", 9)],
}

Place = tuple[str, int]
"""File relative to the run, line."""


def messages(path: Path) -> Iterator[tuple[int, str]]:
    """(line, first line of the message) of every record of a Parsl log, text or JSON."""
    for number, text in enumerate(path.read_text().splitlines(), 1):
        if path.suffix == ".jsonlog":
            yield number, json.loads(text)["formatted"].partition("\n")[0]
        elif found := re.match(r"\d{10}\.\d{6} .*? [A-Z]+: (.*)", text):
            yield number, found[1]


def names_task(message: str, task: int) -> bool:
    """Whether a message of the submit process is about *task*, not just of a task that waits for it."""
    about = re.match(r"(?:Parsl t|T)ask (\d+)\b", message)
    return int(about[1]) == task if about else re.search(rf"\btask {task}\b", message) is not None


def grep(runinfo: Path, task: int, tries: list[tuple[str, int]]) -> Counter[Place]:
    """What the files of a run say of *task*, worked out without wideview."""
    found: Counter[Place] = Counter()
    run, ending = runinfo / "000", "jsonlog" if (runinfo / "000" / "parsl.jsonlog").exists() else "log"

    def take(path: Path, line: int) -> None:
        found[str(path.relative_to(runinfo)), line] += 1

    for line, message in messages(run / f"parsl.{ending}"):
        if names_task(message, task):
            take(run / f"parsl.{ending}", line)
    for executor, number in tries:
        for path in sorted((run / executor).rglob(f"*.{ending}")):
            inside = False
            for line, message in messages(path):
                if path.stem == "interchange":
                    mine = re.match(rf"(Putting|Put|Removing) task {number} ", message)
                    mine = mine or re.match(rf"Sent tasks: \[(.*, )?{number}(, .*)?\] to", message)
                elif path.stem == "manager":
                    mine = re.match(rf"Got executor tasks: \[(.*, )?{number}(, .*)?\], ", message)
                else:
                    begins = message == f"Received executor task {number}"
                    mine = inside = inside or begins
                    inside = inside and message != f"All processing finished for executor task {number}"
                if mine:
                    take(path, line)
    for path in run.glob(f"task_logs/0000/task_{task:04}_*"):
        for line, _ in enumerate(path.read_text().splitlines(), 1):
            take(path, line)
    return found


def rows_of_database(runinfo: Path, task: int) -> Counter[str]:
    """The bodies that the rows about *task* must have, one a time that a row tells."""
    found: Counter[str] = Counter()
    with closing(sqlite3.connect(f"file:{runinfo}/monitoring.db?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        for row in database.execute("SELECT * FROM task WHERE task_id = ?", (task,)):
            for event in ("task_time_invoked", "task_time_returned"):
                found[f"task: {task} {row['task_func_name']} {event}"] += row[event] is not None
        for row in database.execute("SELECT * FROM try WHERE task_id = ?", (task,)):
            block = f" block {row['block_id']}" if row["block_id"] is not None else ""
            for event in ("task_try_time_launched", "task_try_time_running", "task_try_time_returned"):
                text = f"try: task {task} try {row['try_id']} {event} on {row['task_executor']}{block}"
                found[text] += row[event] is not None
        for row in database.execute("SELECT * FROM status WHERE task_id = ?", (task,)):
            found[f"status: task {task} try {row['try_id']} {row['task_status_name']}"] += 1
        for row in database.execute("SELECT * FROM resource WHERE task_id = ?", (task,)):
            found[f"resource: task {task} try {row['try_id']}"] += 1
    return +found


def flow(browser: Browser, *pairs: tuple[str, str]) -> Flow:
    return browser.flow(browser.resolve(pairs))


def check(browser: Browser, runinfo: Path, task: int, tries: list[tuple[str, int]]) -> None:
    rows = [step.row for step in flow(browser, ("parsl.task", str(task))).steps]
    inside = len(str(runinfo)) + 1
    lines = Counter((row.file[inside:], row.line) for row in rows if row.source != "monitoring.db")
    assert lines == grep(runinfo, task, tries)
    bodies = (row.body for row in rows if row.source == "monitoring.db")
    assert Counter(re.sub(r"^(resource: task \d+ try \d+).*", r"\1", body) for body in bodies) == rows_of_database(
        runinfo, task
    )


@pytest.mark.parametrize("task", range(14))
def test_text_logs_give_what_grep_gives(text_run: Browser, task: int) -> None:
    check(text_run, TEXT, task, TEXT_TRIES[task])


@pytest.mark.parametrize("task", range(14))
def test_json_logs_of_two_executors_give_what_grep_gives(json_run: Browser, task: int) -> None:
    """Executor tasks 1 to 4 exist on both executors; none of them comes into the other's flow."""
    check(json_run, JSON, task, JSON_TRIES[task])


def test_every_step_of_a_task_in_order(text_run: Browser) -> None:
    """Source and body of every step, checked by hand against the files."""
    golden = Path(__file__).parent.parent / "headless" / "golden" / "steps-text-task-6.txt"
    found = [f"{step.row.source}\t{step.row.body}" for step in flow(text_run, ("parsl.task", "6")).steps]
    assert found == golden.read_text().splitlines()


def test_steps_are_in_the_order_of_time(json_run: Browser) -> None:
    found = [step.row.time for step in flow(json_run, ("parsl.task", "5")).steps]
    assert found == sorted(found, key=lambda time: time or 0)
    assert len(found) > 50


def test_lines_of_tasks_that_wait_for_it_stay_out(text_run: Browser) -> None:
    bodies = [step.row.body for step in flow(text_run, ("parsl.task", "1")).steps]
    assert "Task 1 has dependency task 0" in bodies
    assert not any("Task 3" in body for body in bodies)


def test_a_retried_task_shows_two_tries_with_an_executor_task_each(text_run: Browser) -> None:
    bodies = [step.row.body for step in flow(text_run, ("parsl.task", "5")).steps]
    launched = [body for body in bodies if body.startswith("Parsl task")]
    assert launched == [
        "Parsl task 5 try 0 launched on executor htex_Local with executor id 3",
        "Parsl task 5 try 1 launched on executor htex_Local with executor id 8",
    ]
    assert [body for body in bodies if body.startswith("Received")] == [
        "Received executor task 3",
        "Received executor task 8",
    ]


@pytest.mark.parametrize(("number", "executor_task"), [("0", "3"), ("1", "8")])
def test_the_flow_of_a_try_holds_its_interchange_and_worker_records_only(
    text_run: Browser, number: str, executor_task: str
) -> None:
    rows = [step.row for step in flow(text_run, ("parsl.task", "5"), ("parsl.try", number)).steps]
    of_worker = [row.body for row in rows if row.source.startswith("worker")]
    assert of_worker[0] == f"Received executor task {executor_task}"
    assert of_worker[-1] == f"All processing finished for executor task {executor_task}"
    assert len(of_worker) == 12
    assert {row.body for row in rows if row.source == "interchange"} == {
        f"Putting task {executor_task} onto pending_task_queue",
        f"Put task {executor_task} onto pending_task_queue",
        next(row.body for row in rows if row.body.startswith("Sent tasks")),
        f"Removing task {executor_task} from manager",
    }
    whole = {step.row.id for step in flow(text_run, ("parsl.task", "5")).steps}
    assert {row.id for row in rows} < whole


def test_executor_task_1_of_each_executor_is_another_task(json_run: Browser) -> None:
    for executor, task in (("htex_Local", "0"), ("htex_Two", "4")):
        rows = [step.row for step in flow(json_run, ("parsl.executor", executor), ("parsl.executor_task", "1")).steps]
        launched = [row.body for row in rows if row.body.startswith("Parsl task")]
        assert launched == [f"Parsl task {task} try 0 launched on executor {executor} with executor id 1"]
        assert not any(f"/{'htex_Two' if executor == 'htex_Local' else 'htex_Local'}/" in row.file for row in rows)


def test_a_record_about_two_tasks_is_in_the_flow_of_both(text_run: Browser) -> None:
    for task in ("0", "4"):
        bodies = [step.row.body for step in flow(text_run, ("parsl.task", task)).steps]
        assert bodies.count("Got executor tasks: [1, 2], cumulative count of tasks: 2") == 1


def test_what_does_not_exist_has_an_empty_flow(text_run: Browser) -> None:
    scope = text_run.resolve([("parsl.task", "5")]).scope
    found = text_run.flow(Entity("task", (("parsl.task", "99"),), scope, "000"))
    assert (len(found.steps), found.start, found.end, found.slow) == (0, None, None, ())


def test_start_and_end_are_the_first_and_last_time(text_run: Browser) -> None:
    found = flow(text_run, ("parsl.task", "4"))
    assert found.start == found.steps[0].row.time == 1795164990_112408000
    known = [step.row.time for step in found.steps if step.row.time is not None]
    assert found.end == max(known)
    assert found.steps[-1].row.time is None, "the task's own output has no times and stands at its end"


def test_the_long_wait_for_a_manager_is_marked(text_run: Browser) -> None:
    """Task 6 waited 5.4 of its 5.9 seconds between its launch and the manager."""
    found = flow(text_run, ("parsl.task", "6")).steps
    slow = [step for step in found if step.slow]
    assert [step.row.body for step in slow] == ["Sent tasks: [4] to manager b'f8132dfeb74a'"]
    assert slow[0].waited == 5_416_661_000
    assert slow[0].waited_from is not None
    assert found[slow[0].waited_from].row.body == "Put task 4 onto pending_task_queue"


class Wait(NamedTuple):
    since: int | None
    waited: int | None
    waited_from: int | None
    slow: bool


def waits(*times: tuple[int | None, str], databases: tuple[str, ...] = ()) -> list[Wait]:
    """What the waits of steps at *times* in files of these names are."""
    names = sorted({name for _, name in times})
    none = -(2**63)
    clock = np.array([none if time is None else time for time, _ in times], np.int64)
    files = np.array([names.index(name) for _, name in times])
    found = measure(clock, files, [names.index(name) for name in databases], least=0)

    def known(value: np.int64) -> int | None:
        return None if value == none else int(value)

    return [
        Wait(known(found.since[i]), known(found.waited[i]), known(found.before[i]), i in found.slow)
        for i in range(len(times))
    ]


def test_since_counts_from_the_step_before_and_waited_from_the_same_file() -> None:
    found = waits((100, "a"), (110, "b"), (130, "a"), (170, "c"))
    assert [step.since for step in found] == [None, 10, 20, 40]
    assert [step.waited for step in found] == [None, 10, 30, 40]
    assert [step.waited_from for step in found] == [None, 0, 0, 2]


def test_a_record_without_a_time_is_no_step_to_count_from() -> None:
    found = waits((100, "a"), (None, "a"), (130, "a"))
    assert (found[1].since, found[1].waited, found[1].waited_from) == (None, None, None)
    assert (found[2].since, found[2].waited_from) == (30, 0)


def test_only_a_tenth_of_the_whole_or_more_is_slow() -> None:
    found = waits((0, "a"), (99, "a"), (100, "a"), (1000, "a"))
    assert [step.slow for step in found] == [False, False, False, True]
    assert [step.slow for step in waits((0, "a"), (100, "a"), (1000, "a"))] == [False, True, True]


def test_a_log_line_that_follows_a_database_row_at_once_ends_the_wait() -> None:
    at = ((0, "log"), (1, "db"), (1_000_000, "db"), (1_000_500, "log"))
    assert [step.slow for step in waits(*at)] == [False, False, True, False]
    assert [step.slow for step in waits(*at, databases=("db",))] == [False, False, False, True]


def test_a_database_row_on_its_own_ends_a_wait() -> None:
    at = ((0, "log"), (1_000_000, "db"), (1_900_000, "log"))
    assert [step.slow for step in waits(*at, databases=("db",))] == [False, True, True]


def test_records_of_one_moment_have_nothing_slow() -> None:
    assert [step.slow for step in waits((5, "a"), (5, "a"))] == [False, False]
    assert waits() == []


def test_who_waited_ends_the_wait_rather_than_who_was_not_there_yet() -> None:
    at = ((0, "interchange"), (1_000_000, "manager"), (1_000_500, "interchange"))
    assert [step.slow for step in waits(*at)] == [False, False, True]


def test_steps_are_read_as_they_are_looked_at(three_runs: Browser) -> None:
    """A flow longer than a page of them: any step, any slice, from both ends."""
    found = flow(three_runs, ("parsl.dfk", "6e9703cc-76d3-489d-8ab0-5cd53e7138bd"))
    assert len(found.steps) == 2060
    every = list(found.steps)
    assert [found.steps[at] for at in (0, 199, 200, -1)] == [every[0], every[199], every[200], every[2059]]
    assert list(found.steps[195:205]) == every[195:205]
    assert found.files == 20
    with pytest.raises(IndexError):
        found.steps[2060]


def test_a_moment_is_not_slow() -> None:
    """A flow of a millisecond has waits that make up most of it; nobody waited."""
    found = measure(np.array([0, 1_000_000, 1_000_001], np.int64), np.zeros(3, np.int64))
    assert found.slow == ()
    found = measure(np.array([0, 10_000_000], np.int64), np.zeros(2, np.int64))
    assert found.slow == (1,)
