"""Tests of tui.query.imply with our own rules: executors, tasks, managers and what programs beside them say."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.query.making import (
    INTERCHANGE,
    OTHER_RUN,
    POOL,
    RUN,
    by_body,
    conflicts,
    line,
    load,
    parsl,
    see,
    text,
    values,
    write,
)
from tests.query.test_imply import LAUNCH, PUT, implies, rows


def test_the_interchange_speaks_of_parsl_tasks_before_they_are_launched(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "000/parsl.log": text(0, f"Run id is: {RUN}") + text(2.0004, LAUNCH.format(358, 1, "htex_Local", 340)),
            "000/htex_Local/interchange.log": text(2, PUT.format(340), INTERCHANGE),
        },
    )
    put = by_body(load(tmp_path))[PUT.format(340)]
    expected = {"parsl.executor": "htex_Local", "parsl.executor_task": "340", "parsl.task": "358", "parsl.try": "1"}
    assert {key: put.keys[key] for key in expected} == expected
    assert (put.keys["parsl.dfk"], put.keys["parsl.rundir"]) == (RUN, "000")
    assert put.rules["parsl.executor"] == "interchange file" and put.rules["parsl.executor_task"] == "interchange task"


def test_two_executors_count_on_their_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, LAUNCH.format(0, 0, "one", 1)) + text(2, LAUNCH.format(7, 0, "two", 1)),
            "000/one/interchange.log": text(3, PUT.format(1), INTERCHANGE),
            "000/two/interchange.log": text(4, PUT.format("1"), INTERCHANGE).replace("Putting", "Put"),
        },
    )
    tasks = values(load(tmp_path), "parsl.task")
    assert (tasks[PUT.format(1)], tasks[PUT.format(1).replace("Putting", "Put")]) == ("0", "7")


def test_two_runs_with_the_same_ids_and_names(tmp_path: Path) -> None:
    for name, task, run in (("a", 5, RUN), ("b", 6, OTHER_RUN)):
        write(
            tmp_path / name / "000",
            {
                "parsl.log": text(1, f"Run id is: {run}") + text(1, LAUNCH.format(task, 0, "h", 1)),
                "h/interchange.log": text(2, PUT.format(1), INTERCHANGE, pid=task),
            },
        )
    found = {
        each.emitted["process"]: (each.keys["parsl.task"], each.keys["parsl.dfk"])
        for each in see(load(tmp_path))
        if "interchange" in each.file
    }
    assert found == {"5": ("5", RUN), "6": ("6", OTHER_RUN)}


def test_a_list_gives_each_its_own_and_leaves_the_unbound_alone(tmp_path: Path) -> None:
    sent = "Sent tasks: [1, 2, 3] to manager b'2a2f67d0aedf'"
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, LAUNCH.format(10, 0, "h", 1)) + text(1.5, LAUNCH.format(30, 1, "h", 3)),
            "000/h/interchange.log": text(2, sent, INTERCHANGE) + text(3, PUT.format(3), INTERCHANGE),
        },
    )
    catalog = load(tmp_path)
    seen = by_body(catalog)
    assert seen[sent].keys["parsl.executor_task"] == "1, 2, 3"
    assert seen[sent].keys["parsl.task"] == "10, 30"
    rows = catalog.reader().rows(
        f"SELECT {catalog.key_column('parsl.executor_task')}, {catalog.key_column('parsl.task')}, "
        f"{catalog.key_column('parsl.try')}, {catalog.key_column('parsl.manager')} FROM aspects a "
        "JOIN stream s USING (ctx) WHERE s.record = ? ORDER BY 1",
        (seen[sent].id,),
    )
    assert rows == [
        ("1", "10", "0", "2a2f67d0aedf"),
        ("2", None, None, "2a2f67d0aedf"),
        ("3", "30", "1", "2a2f67d0aedf"),
    ]
    assert seen[PUT.format(3)].keys["parsl.manager"] == "2a2f67d0aedf", "what was sent there was put there"
    assert conflicts(catalog) == []


def test_an_executor_task_launched_twice_is_a_conflict(tmp_path: Path) -> None:
    launches = [LAUNCH.format(task, 0, "h", 1) for task in (5, 6)]
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, launches[0]) + text(2, launches[1]) + text(3, LAUNCH.format(7, 0, "h", 2)),
            "000/h/interchange.log": text(4, PUT.format(1), INTERCHANGE) + text(5, PUT.format(2), INTERCHANGE),
        },
    )
    catalog = load(tmp_path)
    tasks = values(catalog, "parsl.task")
    assert (tasks[PUT.format(1)], tasks[PUT.format(2)]) == (None, "7")
    [conflict] = [each for each in conflicts(catalog) if each.key == "parsl.task"]
    assert conflict.values == ("5", "6") and conflict.given == "parsl.executor=h parsl.executor_task=1"
    assert conflict.records == tuple(launches)


MANAGER = "aaaaaaaaaaaa"


@pytest.mark.parametrize("place", ["htex_Local", "htex_Local/block-0/aaaaaaaaaaaa", "."])
def test_a_prototype_is_joined_by_one_rule(tmp_path: Path, place: str) -> None:
    """A program with spans says once which executor task it is in, in the executor's directory or the run's."""
    spans = [{"span": "s1"}, {"span": "s1", "v": 3}, {"span": "s2"}, {"span": "s1", "htex_task_id": 7}]
    write(
        tmp_path,
        {
            "000/parsl.log": text(0, f"Run id is: {RUN}") + text(1, LAUNCH.format(358, 0, "htex_Local", 7)),
            f"000/htex_Local/block-0/{MANAGER}/worker_1.log": text(2, "Received executor task 7", POOL),
            f"000/{place}/proto.jsonl": rows(*spans),
        },
    )
    catalog = load(tmp_path, toml=implies("span", "parsl.executor_task"))
    seen = by_body(catalog)
    assert [seen[str(i)].keys.get("parsl.task") for i in range(4)] == ["358", "358", None, "358"]
    assert {seen[str(i)].keys["parsl.dfk"] for i in range(4)} == {RUN}
    assert seen["0"].keys["parsl.worker"] == "1"
    assert conflicts(catalog) == []


def test_a_prototype_beside_two_executors_is_not_guessed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, LAUNCH.format(358, 0, "one", 7)) + text(2, LAUNCH.format(359, 0, "two", 7)),
            "000/proto.jsonl": rows({"htex_task_id": 7}),
        },
    )
    catalog = load(tmp_path)
    assert values(catalog, "parsl.task")["0"] is None
    assert conflicts(catalog) == []


def test_the_name_of_a_file_speaks_last(tmp_path: Path) -> None:
    """What a record says, or what follows from it, beats the task in its file's name; the rest takes that."""
    write(
        tmp_path,
        {
            "000/task_5_0.jsonlog": line(
                parsl(1, "own", **{"parsl.task": "6"}), parsl(2, "told", span="s"), parsl(3, "none")
            ),
            "000/h/a.jsonl": line({"t": 1, "msg": "binds", "span": "s", "parsl.task": 8}),
        },
    )
    tasks = values(load(tmp_path, toml=implies("span", "parsl.task")), "parsl.task")
    assert tasks == {"own": "6", "told": "8", "none": "5", "binds": "8"}


def test_a_task_has_one_app(tmp_path: Path) -> None:
    """What a file's name gives is given on by rules, too."""
    write(
        tmp_path,
        {
            "000/parsl.log": text(1, "Task 4 submitted for App greet, not waiting on any dependency")
            + text(2, "Task 4 changing state from pending to launched"),
            "000/task_logs/0000/task_0004_greet.stderr": "words\n",
        },
    )
    seen = by_body(load(tmp_path))
    assert {body: (each.keys.get("parsl.task"), each.keys.get("parsl.app_name")) for body, each in seen.items()} == {
        body: ("4", "greet") for body in seen
    }
    assert seen["words"].rules["parsl.task"] == "task output file"
