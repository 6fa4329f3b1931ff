"""Tests of tui.query.place: scope and keys from where a file lies."""

from __future__ import annotations

import os

import pytest

from tui.query import rules
from tui.query.place import Place, Places
from tui.query.rules import parse

OURS = rules.load(user=False).constant
LABEL = "htex_Local"
MANAGER = "2a2f67d0aedf"


def place(*paths: str) -> tuple[Places, list[Place]]:
    places = Places(OURS)
    return places, places.add(paths)


def keys(one: Place) -> dict[str, str]:
    return {given.key: given.value for given in one.keys}


@pytest.mark.parametrize(
    ("path", "expected", "label"),
    [
        (f"{LABEL}/block-3/{MANAGER}/worker_12.log", "executor block=3 manager worker=12", "worker 12"),
        (f"{LABEL}/block-3/{MANAGER}/worker_12.jsonlog", "executor block=3 manager worker=12", "worker 12"),
        (f"{LABEL}/block-3/{MANAGER}/manager.log", "executor block=3 manager", "manager"),
        (f"{LABEL}/block-3/{MANAGER}/manager.jsonlog", "executor block=3 manager", "manager"),
        (f"{LABEL}/interchange.log", "executor", "interchange"),
        (f"{LABEL}/interchange.jsonlog", "executor", "interchange"),
        (f"{LABEL}/monitoring_zmq_router.log", "executor", "zmq_router"),
        (f"{LABEL}/monitoring_zmq_router.jsonlog", "executor", "zmq_router"),
        (f"{LABEL}/submitwait.log", "executor", "submitwait"),
        ("parsl.log", "", "parsl"),
        ("parsl.jsonlog", "", "parsl"),
        ("database_manager.log", "", "database_manager"),
        ("database_manager.jsonlog", "", "database_manager"),
        ("monitoring_udp_router.log", "", "udp_router"),
        ("monitoring_filesystem_radio.log", "", "filesystem_radio"),
        ("monitoring.json", "", "monitoring.json"),
        ("task_17_2.jsonlog", "task=17 try=2", "task 17 try 2"),
        ("task_logs/0000/task_0081_greet.stdout", "task=0081 app_name=greet", "task 81 output"),
        ("task_logs/0001/task_10081_my_app.stderr", "task=10081 app_name=my_app", "task 10081 output"),
        ("task_logs/0000/task_0081.stderr", "task=0081", "task 81 output"),
        ("submit_scripts/parsl.htex_Local.block-1.1795159266.4303188.sh.err", "executor block=1", "block 1 output"),
        ("submit_scripts/parsl.htex_Local.block-1.1795159266.4303188.sh.out", "executor block=1", "block 1 output"),
        (
            "submit_scripts/parsl.htex_Local.block-1.1795159266.4303188.submit.stdout",
            "executor block=1",
            "block 1 output",
        ),
    ],
)
def test_every_layout(path: str, expected: str, label: str) -> None:
    """Scope, keys and label of each file of a run; a bare name in *expected* has the value it has everywhere."""
    places, [one] = place(f"/a/runinfo/007/{path}")
    wanted = {"parsl.rundir": "007"}
    for each in expected.split():
        key, _, value = each.partition("=")
        wanted[f"parsl.{key}"] = value or {"executor": LABEL, "manager": MANAGER}[key]
    scope = places.scopes[one.scope]
    assert (scope.path, scope.name, scope.known) == ("/a/runinfo/007", "007", True)
    assert keys(one) == wanted
    assert one.label == label
    assert one.copy == path.startswith("task_1")


def test_only_what_the_files_own_name_says_is_weak() -> None:
    _, [worker, task, output] = place(
        f"/r/000/{LABEL}/block-3/{MANAGER}/worker_1.log",
        "/r/000/task_17_2.jsonlog",
        "/r/000/task_logs/0000/task_0081_greet.stdout",
    )
    weak = [{given.key for given in one.keys if given.by_name} for one in (worker, task, output)]
    assert weak == [{"parsl.worker"}, {"parsl.task", "parsl.try"}, {"parsl.task", "parsl.app_name"}]
    assert {given.rule for given in worker.keys} == {"worker file"}


def test_files_of_a_run_share_its_scope_and_two_runs_do_not() -> None:
    places, [one, two, three] = place("/a/000/parsl.log", f"/a/000/{LABEL}/interchange.log", "/b/000/parsl.log")
    assert one.scope == two.scope != three.scope
    assert [scope.path for scope in places.scopes] == ["/a/000", "/b/000"]


@pytest.mark.parametrize("first", [True, False])
def test_an_unknown_file_inherits_from_the_directories_above_it(first: bool) -> None:
    """Whichever of them comes first in the walk."""
    home = f"/r/000/{LABEL}/block-3/{MANAGER}"
    unknown = [
        f"{home}/app.log",
        f"{home}/deep/down/x.txt",
        f"/r/000/{LABEL}/block-3/y",
        f"/r/000/{LABEL}/z",
        "/r/000/v",
    ]
    known = [f"{home}/worker_1.log"]
    places, found = place(*(unknown + known if first else known + unknown))
    one, deep, block, executor, run = found[:5] if first else found[1:]
    inherited = {"parsl.rundir": "000", "parsl.executor": LABEL, "parsl.block": "3", "parsl.manager": MANAGER}
    assert keys(one) == keys(deep) == inherited
    assert keys(block) == {k: v for k, v in inherited.items() if k != "parsl.manager"}
    assert keys(executor) == {"parsl.rundir": "000", "parsl.executor": LABEL}
    assert keys(run) == {"parsl.rundir": "000"}
    assert {one.scope for one in found} == {0} and places.scopes[0].path == "/r/000"
    assert [one.label for one in found[:2]] == (["app", "x.txt"] if first else ["worker 1", "app"])
    assert [each.file for each in found] == [each.id for each in found] == list(range(6))


def test_a_file_beside_nothing_known_is_of_its_own_directory() -> None:
    places, [one, two, other] = place("/x/a.jsonl", "/x/b.txt", "/x/y/c.log")
    assert one.scope == two.scope != other.scope
    assert [(scope.path, scope.known) for scope in places.scopes] == [("/x", False), ("/x/y", False)]
    assert [each.label for each in (one, two, other)] == ["a", "b.txt", "c"]
    assert one.keys == []


def test_a_directory_above_the_run_is_not_of_the_run() -> None:
    """runinfo/monitoring.db holds rows of all runs below runinfo."""
    places, [database, _] = place("/r/runinfo/monitoring.db", "/r/runinfo/000/parsl.log")
    assert places.scopes[database.scope].path == "/r/runinfo" and database.keys == []


def test_relative_paths_are_places_too(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.chdir(str(tmp_path))
    places, [one] = place("000/parsl.log")
    assert places.scopes[one.scope].path == os.path.join(os.getcwd(), "000")


def test_an_optional_group_may_be_missing() -> None:
    rule = "[[constant]]\npath = '^(?P<scope>.+)/t(?P<n>\\d+)(?:-(?P<x>\\w+))?$'\nkeys = { n = 'n', x = 'x' }\n"
    places = Places(parse([("a", rule + "source = 't {n}{x}'\n")]).constant)
    short, long = places.add(["/r/t1", "/r/t2-b"])
    assert (keys(short), short.label) == ({"n": "1"}, "t 1")
    assert (keys(long), long.label) == ({"n": "2", "x": "b"}, "t 2b")


def test_the_first_rule_that_fits_decides() -> None:
    text = "[[constant]]\nname = '{}'\npath = '^(?P<scope>.+)/(?P<n>.+)$'\nkeys = {{ n = '{}' }}\n"
    places = Places(parse([("a", text.format("one", "k1") + text.format("two", "k2"))]).constant)
    assert keys(places.add(["/r/x"])[0]) == {"k1": "x"}
