"""Real runs of Parsl with Work Queue and TaskVine: every task's states stand in its flow, with the worker."""

from __future__ import annotations

import pytest

from tests.shared.data import DATA, needs_data
from tui.query.catalog import Catalog
from tui.query.flow import flow
from tui.query.model import Entity
from tui.query.opening import Request, open_catalog

RUNS = DATA / "workqueue"

pytestmark = [
    needs_data,
    pytest.mark.xdist_group("workqueue"),
]


@pytest.fixture(scope="module", params=["obs", "rel", "rel-json", "vine"])
def run(request: pytest.FixtureRequest) -> Catalog:
    return open_catalog(Request((str(RUNS / f"runinfo-{request.param}"),), cache=False))


def family(run: Catalog) -> str:
    return "vine" if "vine.task" in run.schema.columns else "wq"


def test_every_task_shows_what_the_manager_did(run: Catalog) -> None:
    """The tries of 65 tasks that reached the executor are 67."""
    states = ["READY" if family(run) == "vine" else "WAITING", "RUNNING", "WAITING_RETRIEVAL", "RETRIEVED", "DONE"]
    [scope] = [number for number, scope in run.scopes.items() if scope.run]
    count = 0
    for task in range(65):
        steps = flow(run, Entity("task", (("parsl.task", str(task)),), scope, "000")).steps
        mine = [step for step in steps if step.row.body.startswith("TASK ") and "taskgraph" not in step.row.file]
        tries = sum(" launched on executor " in step.row.body and " executor id " in step.row.body for step in steps)
        assert [step.row.body.split()[2] for step in mine] == states * tries, task
        assert not any(step.inferred for step in mine)
        count += tries
    assert count == 67


def test_nothing_contradicts_and_every_task_has_its_worker(run: Catalog) -> None:
    assert run.reader().rows("SELECT count(*) FROM conflicts") == [(0,)]
    own = family(run)
    task, worker, whose = (run.key_column(key) for key in (f"{own}.task", f"{own}.worker", "parsl.task"))
    known = f"count(*), count({worker}), count({whose}), count(DISTINCT {task})"
    [about] = run.reader().rows(f"SELECT {known} FROM aspects WHERE {task} IS NOT NULL")
    assert about[0] == about[1] == about[2] and about[3] == 67
