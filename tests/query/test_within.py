"""Tests of tui.query.within: keys that hold for a stretch of a file, or of time."""

from __future__ import annotations

from pathlib import Path

from tests.query.making import POOL, by_body, line, load, parsl, text, values, write

WORKER = "000/htex_Local/block-0/2a2f67d0aedf/worker_1.log"
BEGIN, DONE, END = (
    "Received executor task {}",
    "Completed executor task {}",
    "All processing finished for executor task {}",
)


def worker(*records: tuple[str, str, int]) -> str:
    """(message, logger, pid), a second apart."""
    return "".join(text(i, *record[:2], pid=record[2]) for i, record in enumerate(records))


def spans(root: Path, *messages: str, at: str = WORKER) -> dict[str, str | None]:
    """The executor task of every message; those that are not the pool's own begin with ``x``."""
    write(root, {at: worker(*((m, "root" if m.startswith("x") else POOL, 7) for m in messages))})
    return values(load(root), "parsl.executor_task")


def test_from_begin_to_end_both_included(tmp_path: Path) -> None:
    messages = ["x before", BEGIN.format(3), "x between", DONE.format(3), "x still", END.format(3), "x after"]
    found = spans(tmp_path, *messages)
    assert list(found.values()) == [None, "3", "3", "3", "3", "3", None]


def test_lines_of_other_processes_between(tmp_path: Path) -> None:
    """The monitoring helper writes into the worker's file from a process of its own."""
    write(
        tmp_path,
        {WORKER: worker((BEGIN.format(3), POOL, 7), ("helper", "parsl.monitoring", 99), (END.format(3), POOL, 7))},
    )
    helper = by_body(load(tmp_path))["helper"]
    assert (helper.keys["parsl.executor_task"], helper.rules["parsl.executor_task"]) == ("3", "worker's task span")


def test_the_next_begin_ends_it(tmp_path: Path) -> None:
    found = spans(tmp_path, BEGIN.format(3), "x one", BEGIN.format(4), "x two", END.format(4), "x three")
    assert [found[f"x {n}"] for n in ("one", "two", "three")] == ["3", "4", None]


def test_a_worker_started_anew_ends_it(tmp_path: Path) -> None:
    """Its predecessor died with the task."""
    found = spans(tmp_path, BEGIN.format(3), "x one", "Worker 1 started", "x two", BEGIN.format(5))
    assert (found["x one"], found["x two"]) == ("3", None)


def test_the_end_of_the_file_ends_it(tmp_path: Path) -> None:
    write(tmp_path, {WORKER.replace("worker_1", "worker_2"): text(5, "other")})
    found = spans(tmp_path, BEGIN.format(3), "x one")
    assert (found["x one"], found["other"]) == ("3", None)


def test_it_goes_by_lines_not_by_time(tmp_path: Path) -> None:
    """Threads and processes write a moment late; the file's order is what happened to the file."""
    write(
        tmp_path,
        {
            WORKER: text(0, "x0", "root")
            + text(5, BEGIN.format(3), POOL)
            + text(4, "x1", "root")
            + text(6, END.format(3), POOL)
        },
    )
    found = values(load(tmp_path), "parsl.executor_task")
    assert (found["x0"], found["x1"]) == (None, "3")


def test_only_its_logger_begins_and_ends_it(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            WORKER: worker(
                (BEGIN.format(9), "user.app", 7),
                ("x0", "root", 7),
                (BEGIN.format(3), POOL, 7),
                (END.format(3), "user.app", 7),
                ("x1", "root", 7),
            )
        },
    )
    found = values(load(tmp_path), "parsl.executor_task")
    assert (found["x0"], found["x1"]) == (None, "3")


def test_what_a_record_says_itself_stays(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            WORKER.replace(".log", ".jsonlog"): line(
                parsl(0, BEGIN.format(3), POOL), parsl(1, "own", **{"parsl.executor_task": "8"}), parsl(2, "none")
            )
        },
    )
    found = values(load(tmp_path), "parsl.executor_task")
    assert (found["own"], found["none"]) == ("8", "3")


def test_the_other_spelling(tmp_path: Path) -> None:
    """That of the observability branch."""
    found = spans(
        tmp_path,
        "HTEX task 3: received executor task",
        "x in",
        "HTEX task 3: All processing finished for task",
        "x out",
    )
    assert (found["x in"], found["x out"]) == ("3", None)


# --- between ---------------------------------------------------------------------------------------------------------

CONNECTED = """
[[between]]
name = "connection"
given = "address"
then = "worker"
begin = '^(?P<value>\\S+) connected at (?P<given>\\S+)$'
end = '^disconnected (?P<given>\\S+)$'

[[extract]]
name = "task at"
pattern = '^task \\S+ (?:at|near) (?P<a>\\S+)$'
keys = { a = "address" }
"""


def test_a_binding_that_holds_for_a_while(tmp_path: Path) -> None:
    """The same address serves another worker later."""
    told = [
        "task 0 at :1",
        "w1 connected at :1",
        "task 1 at :1",
        "w2 connected at :2",
        "task 2 at :2",
        "task 3 at :1",
        "disconnected :1",
        "task 4 at :1",
        "task 5 at :2",
        "w3 connected at :1",
        "task 6 at :1",
        "w4 connected at :1",
        "task 7 at :1",
    ]
    write(tmp_path, {"m/parsl.log": "".join(text(i, each, "wq") for i, each in enumerate(told))})
    found = values(load(tmp_path, toml=CONNECTED, builtin=False), "worker")
    expected = {"0": None, "1": "w1", "2": "w2", "3": "w1", "4": None, "5": "w2", "6": "w3", "7": "w4"}
    assert {body.split()[1]: worker for body, worker in found.items() if body.startswith("task")} == expected
    seen = by_body(load(tmp_path, toml=CONNECTED))
    assert seen["task 1 at :1"].rules["worker"] == "connection"


def test_between_goes_by_time_across_files_and_stays_in_its_run(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/parsl.log": text(1, "w1 connected at :1") + text(5, "disconnected :1"),
            "a/h/interchange.log": text(0, "task 0 at :1") + text(3, "task 3 at :1") + text(7, "task 7 at :1"),
            "b/parsl.log": text(3, "task 3 near :1"),
        },
    )
    found = values(load(tmp_path, toml=CONNECTED), "worker")
    tasks = {body: worker for body, worker in found.items() if body.startswith("task")}
    assert tasks == {"task 0 at :1": None, "task 3 at :1": "w1", "task 7 at :1": None, "task 3 near :1": None}


def test_a_binding_that_stands_in_two_files_is_one(tmp_path: Path) -> None:
    """Its copy is folded; it still binds."""
    connected, doubled = line(parsl(1.123456, "w1 connected at :1")), line(parsl(2.123456, "task 1 at :1"))
    write(
        tmp_path,
        {
            "a/parsl.jsonlog": connected + doubled + line(parsl(3, "task 2 at :1")),
            "a/task_1_0.jsonlog": connected + doubled,
        },
    )
    found = values(load(tmp_path, toml=CONNECTED), "worker")
    assert (found["task 1 at :1"], found["task 2 at :1"]) == ("w1", "w1")


def test_between_does_not_overwrite(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/parsl.jsonlog": line(
                parsl(1, "w1 connected at :1"), parsl(2, "task 1 at :1", worker="own"), parsl(3, "task 2 at :1")
            )
        },
    )
    found = values(load(tmp_path, toml=CONNECTED), "worker")
    assert (found["task 1 at :1"], found["task 2 at :1"]) == ("own", "w1")
