"""A real endpoint that was started twice in one directory, with all of its logs."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.query.making import Seen, conflicts, files, load, see
from tests.shared.data import DATA, needs_data
from tui.query import entities, flow
from tui.query.catalog import Catalog
from tui.query.model import Entity

pytestmark = needs_data

LABEL = "GlobusComputeEngine-HighThroughputExecutor"
MANAGERS = {"8727": "ed68003c035e", "8799": "629a2e5c5527"}
TASKS = [str(task) for task in range(1, 41)]


@pytest.fixture(scope="module")
def endpoint() -> Catalog:
    return load(DATA / "globus-compute")


@pytest.fixture(scope="module")
def seen(endpoint: Catalog) -> list[Seen]:
    return [each for each in see(endpoint) if "/uep." in each.file and ".truth-" not in each.file]


@pytest.fixture(scope="module")
def truth() -> list[list[str]]:
    """UUID, executor task, block and error of every task, both starts one after the other."""
    (path,) = (DATA / "globus-compute").rglob("*.truth-gc-to-htex.txt")
    return [line.split() for line in path.read_text().splitlines()]


def test_every_record_belongs_to_a_life(seen: list[Seen]) -> None:
    assert Counter(each.keys.get("parsl.interchange") for each in seen) == {"8727": 1188, "8799": 1188}
    assert all(f"(interchange {each.keys['parsl.interchange']})" in each.scope[0] for each in seen)


def test_lives_do_not_mix_processes_managers_or_batch_scripts(seen: list[Seen]) -> None:
    for key in ("process", "parsl.manager", "parsl.job"):
        lives: dict[str, set[str]] = {}
        for each in seen:
            if each.keys.get(key):
                lives.setdefault(each.keys[key], set()).add(each.keys["parsl.interchange"])
        assert lives and all(len(found) == 1 for found in lives.values()), key
    scripts = {
        each.file.rpartition("/")[2]: each.keys["parsl.interchange"] for each in seen if "submit_scr" in each.file
    }
    assert {name.split(".")[3]: life for name, life in scripts.items()} == {"1795160550": "8727", "1795160563": "8799"}


def test_every_task_goes_its_way_once_in_each_life(endpoint: Catalog) -> None:
    lives = [scope for scope in endpoint.scopes.values() if scope.life]
    assert sorted(scope.life[1] for scope in lives if scope.life) == list(MANAGERS)
    for scope in lives:
        assert scope.life
        (other,) = set(MANAGERS.values()) - {MANAGERS[scope.life[1]]}
        for task in TASKS:
            keys = (("parsl.executor", LABEL), ("parsl.executor_task", task))
            steps = flow.flow(endpoint, Entity("executor task", keys, scope.id, scope.name)).steps
            bodies = [step.row.body for step in steps]
            for step in ("Putting task {} onto", "Received executor task {}", "Completed executor task {}"):
                assert sum(f"{body} ".startswith(step.format(task) + " ") for body in bodies) == 1, (task, step)
            assert sum(body.startswith("Sent tasks: ") for body in bodies) == 1
            assert sum(body.startswith("Removing task ") for body in bodies) == 1
            assert not any(other in body for body in bodies)
            assert all(other not in step.row.file for step in steps)


def test_failed_tasks_are_found_in_the_life_they_failed_in(
    endpoint: Catalog, seen: list[Seen], truth: list[list[str]]
) -> None:
    """The truth lists the tasks of the first start, then those of the second."""
    assert [task for _, task, *_ in truth] == TASKS * 2
    lives = dict(zip((uuid for uuid, *_ in truth), ["8727"] * 40 + ["8799"] * 40, strict=True))
    failed = {uuid for uuid, _, _, error in truth if error == "error=True"}
    found = {each.keys["gc.task"]: each for each in seen if "gc.task" in each.keys}
    assert set(found) == failed and len(failed) == 20
    assert {uuid: each.keys["parsl.interchange"] for uuid, each in found.items()} == {
        uuid: lives[uuid] for uuid in failed
    }
    for uuid, each in found.items():
        assert (each.level, each.body.count("\n"), "submit_scripts" in each.file) == (5, 8, True)
        (step,) = flow.flow(endpoint, entities.resolve(endpoint, [("gc.task", uuid)])).steps
        assert step.row.body == each.body
    assert not any(uuid in each.body for each in seen if "submit_scripts" not in each.file for uuid in failed)


def test_nothing_contradicts_itself_and_no_line_is_lost(endpoint: Catalog) -> None:
    assert conflicts(endpoint) == []
    for name, file in files(endpoint).items():
        counted = sum(int(str(file[kind])) for kind in ("first", "continuation", "damaged", "blank"))
        with open(str(file["path"]), "rb") as log:
            assert counted == len(log.read().splitlines()), name
        assert file["damaged"] == 0
    assert files(endpoint)["endpoint.log"]["zone"] == "UTC+00:00 by its text logs"
