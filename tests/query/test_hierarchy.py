"""Tests of tui.query.hierarchy: key hierarchies a level at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tui.query import export
from tui.query.browse import Browser
from tui.query.model import Node, Pair, Selection

TASKS = "run > task > try"
PLACES = "run > executor > block > manager > worker > executor task"
APPS = "run > app > task"
PROCESSES = "process > thread"


def below(browser: Browser, name: str, *path: Pair) -> list[Node]:
    """The nodes below the run's node, or below *path* in it."""
    [run] = browser.nodes(name)
    return browser.nodes(name, (*run.path, *path))


def whole(browser: Browser, name: str, path: tuple[Pair, ...] = ()) -> Iterator[Node]:
    for node in browser.nodes(name, path):
        yield node
        if not node.leaf:
            yield from whole(browser, name, node.path)


def shape(nodes: list[Node]) -> list[tuple[str, int, int]]:
    return [(node.path[-1][1], node.count, node.errors) for node in nodes]


def test_the_hierarchies_that_the_data_have(text_run: Browser, threads_run: Browser) -> None:
    assert text_run.hierarchies() == [TASKS, PLACES, APPS, PROCESSES]
    assert threads_run.hierarchies() == [TASKS, PLACES, APPS, PROCESSES]


def test_the_run_is_the_first_level(text_run: Browser) -> None:
    for name in text_run.hierarchies():
        [run] = text_run.nodes(name)
        assert (run.count, run.errors, run.leaf) == (1736, 1, False)
        assert run.entity is not None
        assert (run.entity.kind, run.entity.run) == ("run", "000")
        assert (run.first, run.last) == text_run.catalog.span


def test_three_runs_called_000_are_three_nodes(three_runs: Browser) -> None:
    found = three_runs.nodes(TASKS)
    assert [node.entity.run for node in found if node.entity] == ["text/…/000", "json/…/000", "threads/…/000"]
    assert sorted(node.count for node in found) == [109, 1736, 2060]


def test_tasks_of_a_run_in_the_order_of_numbers(text_run: Browser) -> None:
    found = below(text_run, TASKS)
    assert [node.path[-1] for node in found] == [("parsl.task", str(number)) for number in range(14)]
    assert shape(found)[5] == ("5", 78, 1)


@pytest.mark.parametrize("name", ["text", "json", "threads"])
def test_every_count_is_that_of_its_selection(request: pytest.FixtureRequest, name: str) -> None:
    """A node's count, errors and times are those of the records that choosing it leaves."""
    browser: Browser = request.getfixturevalue(f"{name}_run")
    seen = 0
    for hierarchy in browser.hierarchies():
        for node in whole(browser, hierarchy):
            rows = browser.rows(browser.ids(browser.node_selection(node)).tolist())
            times = [row.time for row in rows if row.time is not None]
            assert node.count == len(rows), node.path
            assert node.errors == sum(row.level >= 5 for row in rows), node.path
            assert (node.first, node.last) == (min(times, default=None), max(times, default=None)), node.path
            seen += 1
    assert seen > 15


def test_children_hold_distinct_records_of_their_parent(text_run: Browser) -> None:
    """Tries have no record in common; with what names the task alone they are the task's records."""
    for task in below(text_run, TASKS):
        tries = [set(ids(text_run, node)) for node in text_run.nodes(TASKS, task.path)]
        mine = set(ids(text_run, task))
        assert sum(map(len, tries)) == len(set().union(*tries))
        assert set().union(*tries) < mine
        without = text_run.ids(Selection("NOT _exists_:parsl.try", entity=task.entity)).tolist()
        assert mine - set().union(*tries) == set(without)


def ids(browser: Browser, node: Node) -> list[int]:
    return list(browser.ids(browser.node_selection(node)).tolist())


def test_a_record_about_two_tasks_counts_once_in_their_run(text_run: Browser) -> None:
    """Counting by a plain reading of an export."""
    records = [json.loads(line) for line in export.records(text_run.catalog, Selection())]
    with_task = sum("parsl.executor" in record for record in records)
    assert sum(node.count for node in below(text_run, PLACES)) == with_task
    two = sum(isinstance(record.get("parsl.task"), list) for record in records)
    assert two > 0
    tasks = sum(node.count for node in below(text_run, TASKS))
    assert tasks == sum(len(values(record.get("parsl.task"))) for record in records)


def values(value: object) -> set[object]:
    return set(value) - {None} if isinstance(value, list) else set() if value is None else {value}


def test_levels_that_no_record_has_are_skipped(text_run: Browser, threads_run: Browser) -> None:
    """Threads have executors and nothing below; an internal executor has no block."""
    found = below(threads_run, PLACES)
    assert [(node.path[-1], node.leaf) for node in found] == [(("parsl.executor", "threads"), True)]
    assert below(threads_run, PLACES, ("parsl.executor", "threads")) == []
    internal = below(text_run, PLACES)[0]
    assert (internal.path[-1], internal.leaf) == (("parsl.executor", "_parsl_internal"), True)


def test_a_level_in_between_may_be_missing(loaded: Callable[..., Browser], tmp_path: Path) -> None:
    """Without blocks and managers the executor tasks stand right below their executor."""
    path = tmp_path / "run" / "a.jsonl"
    path.parent.mkdir()
    lines = [{"t": n, "parsl.executor": "x", "parsl.executor_task": str(n), "message": f"{n}"} for n in range(1, 4)]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    browser = loaded(path)
    [executor] = below(browser, PLACES)
    assert (executor.path[-1], executor.leaf) == (("parsl.executor", "x"), False)
    assert [node.path[-1] for node in browser.nodes(PLACES, executor.path)] == [
        ("parsl.executor_task", "1"),
        ("parsl.executor_task", "2"),
        ("parsl.executor_task", "3"),
    ]


def test_down_to_the_executor_tasks_of_a_worker(text_run: Browser) -> None:
    path: list[Pair] = [("parsl.executor", "htex_Local"), ("parsl.block", "0"), ("parsl.manager", "f8132dfeb74a")]
    workers = below(text_run, PLACES, *path)
    assert [node.path[-1] for node in workers] == [("parsl.worker", "0"), ("parsl.worker", "1")]
    of_worker = below(text_run, PLACES, *path, ("parsl.worker", "0"))
    assert [node.path[-1][1] for node in of_worker] == ["2", "4", "6", "9", "11", "13"]
    assert all(node.leaf for node in of_worker)


def test_threads_are_counted_in_their_process(text_run: Browser) -> None:
    processes = below(text_run, PROCESSES)
    [parsl] = [node for node in processes if node.path[-1] == ("process", "5592")]
    threads = text_run.nodes(PROCESSES, parsl.path)
    assert parsl.count == sum(node.count for node in threads) == 487
    assert all(node.leaf for node in threads)
    assert len(threads) == 5


def test_a_thread_id_shared_by_forked_processes_is_two_nodes(text_run: Browser) -> None:
    """A forked helper keeps the thread id of the worker it came from."""
    forked = [node for node in whole(text_run, PROCESSES) if node.path[-1] == ("thread", "139962160790400")]
    assert len(forked) > 1
    assert len({node.path[1] for node in forked}) == len(forked)


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("count", lambda node: -node.count),
        ("errors", lambda node: -node.errors),
        ("first", lambda node: node.first),
        ("last", lambda node: -node.last),
    ],
)
def test_sort_orders(text_run: Browser, sort: str, key: Callable[[Node], int]) -> None:
    [run] = text_run.nodes(APPS)
    found = text_run.nodes(APPS, run.path, sort)
    assert found == sorted(found, key=key)
    assert [node.path for node in found] != [node.path for node in text_run.nodes(APPS, run.path)]


def test_names_sort_numbers_before_words(text_run: Browser) -> None:
    names = [node.path[-1][1] for node in below(text_run, APPS)]
    assert names == sorted(names)
    assert len(names) == 11
