"""Tests of our rules for Work Queue and TaskVine: what proves whose task is whose, and what is only a guess."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.query.making import FIXTURES, RUN, START, Seen, conflicts, load, parsl, see, text, write
from tui.errors import RuleError
from tui.query import rules
from tui.query.flow import flow
from tui.query.model import Entity

SAMPLES = Path(__file__).resolve().parents[1] / "sources" / "data" / "run"
ORDER = rules.optional()["workqueue-order"].read_text()
WQ = "parsl.executors.workqueue.executor"
VINE = "parsl.executors.taskvine.executor"
ONE, OTHER = "worker-" + "1" * 32, "worker-" + "2" * 32
STATES = ["WAITING", "RUNNING", "WAITING_RETRIEVAL", "RETRIEVED", "DONE"]


def launched(task: int, executor_task: int, label: str = "WorkQueueExecutor", attempt: int = 0) -> str:
    """The line of parsl.log that binds an executor task."""
    return text(1, f"Parsl task {task} try {attempt} launched on executor {label} with executor id {executor_task}")


def at(seconds: float, rest: str, pid: int = 31545) -> str:
    """A line of a transaction log."""
    return f"{START * 1_000_000 + round(seconds * 1_000_000)} {pid} {rest}\n"


def transactions(*found: Seen) -> list[Seen]:
    """The records of Work Queue's and TaskVine's transactions about tasks."""
    return [each for each in found if each.body.startswith("TASK ") and "transaction" in each.file]


class TestWorkQueue:
    def test_submitwait_proves_whose_tasks_they_are(self) -> None:
        """Task 58 is executor task 22, then 50; these are Work Queue tasks 23 and 51."""
        catalog = load(FIXTURES / "workqueue")
        found = transactions(*see(catalog))
        assert len(found) == 3 * len(STATES)
        whose = {"1": ("0", "0", "0"), "23": ("58", "0", "22"), "51": ("58", "1", "50")}
        for each in found:
            keys = each.keys
            known = keys["parsl.task"], keys["parsl.try"], keys["parsl.executor_task"]
            assert known == whose[keys["wq.task"]]
            assert keys["wq.worker"] == "worker-864ebb84768b18ae604518673f4d3397"
            assert keys["parsl.executor"] == "WorkQueueExecutor" and keys["wq.manager"] == "666"
        assert conflicts(catalog) == []

    def test_its_steps_stand_between_those_of_parsl(self) -> None:
        catalog = load(FIXTURES / "workqueue")
        [scope] = catalog.scopes
        steps = flow(catalog, Entity("try", (("parsl.task", "58"), ("parsl.try", "1")), scope, "000")).steps
        bodies = [step.row.body for step in steps]
        order = [
            next(i for i, body in enumerate(bodies) if body.startswith(start))
            for start in (
                "Placing executor task 50 ",
                "Sending executor task 50 ",
                *(f"TASK 51 {state} " for state in STATES),
                "Completed Work Queue task 51, executor task 50",
                "Updating Future for executor task 50",
            )
        ]
        assert order == sorted(order)
        assert not any(step.inferred for step in steps)

    def test_the_debug_log_proves_it_by_the_files(self, tmp_path: Path) -> None:
        """No line says which executor task a Work Queue task is; the directory its files are sent from is."""
        run = write(tmp_path, {"000/parsl.log": launched(7, 0) + launched(3, 1)})
        for name in ("transaction_log", "debug_log"):
            write(run, {f"000/WorkQueueExecutor/{name}": (SAMPLES / "wq" / name).read_bytes()})
        catalog = load(run)
        first = [each for each in transactions(*see(catalog)) if each.keys["wq.task"] == "1"]
        assert [each.keys["wq.state"] for each in first] == STATES
        assert {(each.keys["parsl.task"], each.keys["parsl.executor_task"]) for each in first} == {("7", "0")}
        assert {each.rules["parsl.executor_task"] for each in first} == {"executor task of a Work Queue task"}
        shared = [each for each in see(catalog) if "needs file" in each.body and "exec_parsl_function" in each.body]
        assert len(shared) == 1 and "parsl.executor_task" not in shared[0].keys
        assert conflicts(catalog) == []

    def test_nothing_is_claimed_without_a_proof(self, tmp_path: Path) -> None:
        write(tmp_path, {"000/parsl.log": launched(7, 0), "000/W/transaction_log": at(2, "TASK 1 WAITING f")})
        [task] = transactions(*see(load(tmp_path)))
        assert "parsl.task" not in task.keys and task.keys["parsl.executor"] == "W"

    def test_an_address_is_a_workers_while_it_is_connected(self, tmp_path: Path) -> None:
        log = [
            at(1, f"WORKER {ONE} 10.0.0.1:5  CONNECTION"),
            at(2, "TASK 1 RUNNING 10.0.0.1:5  FIRST_RESOURCES {}"),
            at(3, f"WORKER {ONE} 10.0.0.1:5  DISCONNECTION FAILURE"),
            at(4, "TASK 1 WAITING f FIRST_RESOURCES {}"),
            at(5, f"WORKER {OTHER} 10.0.0.1:5  CONNECTION"),
            at(6, "TASK 1 RUNNING 10.0.0.1:5  FIRST_RESOURCES {}"),
        ]
        catalog = load(write(tmp_path, {"transaction_log": "".join(log)}))
        assert [each.keys.get("wq.worker") for each in see(catalog)] == [ONE, ONE, ONE, None, OTHER, OTHER]
        assert conflicts(catalog) == []

    def test_a_log_elsewhere_is_of_no_executor(self, tmp_path: Path) -> None:
        catalog = load(write(tmp_path, {"study/mine/transaction_log": at(1, "TASK 1 WAITING f")}))
        assert "parsl.executor" not in see(catalog)[0].keys

    def test_executors_do_not_mix(self, tmp_path: Path) -> None:
        """Both have a Work Queue task 1; only that of A is proved."""
        proof = text(1, "Executor task 0 submitted as Work Queue task 1", WQ, pid=11)
        write(
            tmp_path,
            {
                "000/parsl.log": launched(7, 0, "A") + launched(8, 0, "B"),
                "000/A/transaction_log": at(2, "TASK 1 WAITING f", 11),
                "000/B/transaction_log": at(2, "TASK 1 WAITING f", 12),
                "000/A/submitwait.log": proof,
            },
        )
        found = {each.keys["wq.manager"]: each.keys.get("parsl.task") for each in transactions(*see(load(tmp_path)))}
        assert found == {"11": "7", "12": None}


class TestOrder:
    """The optional rules that go by the order of ids."""

    LOG = at(2, "TASK 1 WAITING f") + at(3, "TASK 2 WAITING f")

    def test_says_of_all_that_follows_that_it_is_inferred(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            {"000/parsl.log": launched(7, 0) + launched(5, 1), "000/WorkQueueExecutor/transaction_log": self.LOG},
        )
        catalog = load(tmp_path, toml=ORDER)
        found = transactions(*see(catalog))
        assert [each.keys["parsl.task"] for each in found] == ["7", "5"]
        for each in found:
            assert all(each.rules[key].endswith(" (inferred)") for key in ("parsl.task", "parsl.executor_task"))
        [scope] = catalog.scopes
        steps = flow(catalog, Entity("task", (("parsl.task", "5"),), scope, "000")).steps
        assert [(step.row.body, step.inferred) for step in steps] == [
            ("Parsl task 5 try 0 launched on executor WorkQueueExecutor with executor id 1", False),
            ("TASK 2 WAITING f", True),
        ]

    def test_a_proof_that_it_is_wrong_forbids_it_for_the_executor(self, tmp_path: Path) -> None:
        proof = text(1, "Executor task 0 submitted as Work Queue task 2", WQ)
        write(
            tmp_path,
            {
                "000/parsl.log": launched(7, 0) + launched(5, 1),
                "000/WorkQueueExecutor/transaction_log": self.LOG,
                "000/WorkQueueExecutor/submitwait.log": proof,
            },
        )
        catalog = load(tmp_path, toml=ORDER)
        assert [each.keys.get("parsl.task") for each in transactions(*see(catalog))] == [None, "7"]
        assert conflicts(catalog) == []

    def test_what_is_proved_is_not_called_inferred(self) -> None:
        seen, guessed = see(load(FIXTURES / "workqueue")), see(load(FIXTURES / "workqueue", toml=ORDER))
        assert [each.rules for each in seen] == [each.rules for each in guessed]

    def test_is_found_by_its_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        assert rules.load(user=False).shift == ()
        assert len(rules.load(["workqueue-order"], user=False).shift) == 1
        with pytest.raises(RuleError, match=r"^workqueue: no such file, and no rules .*there are: workqueue-order\)"):
            rules.load(["workqueue"], user=False)
        monkeypatch.chdir(tmp_path)
        Path("workqueue-order").write_text("")
        assert rules.load(["workqueue-order"], user=False).shift == ()

    def test_an_implication_may_be_a_guess_too(self, tmp_path: Path) -> None:
        toml = '[[implies]]\nname = "g"\ngiven = ["a"]\nthen = ["b"]\ninferred = true\n'
        toml += '[[implies]]\nname = "h"\ngiven = ["b"]\nthen = ["c"]\n'
        lines = ['{"event": "x", "a": "1", "b": "2"}', '{"event": "y", "a": "1"}', '{"event": "z", "b": "2", "c": "3"}']
        found = see(load(write(tmp_path, {"f.jsonl": "\n".join(lines) + "\n"}), toml=toml))
        said = {each.body: (each.keys.get("c"), each.rules.get("c")) for each in found}
        assert said == {"x": ("3", "h"), "y": ("3", "h (inferred)"), "z": ("3", "")}


class TestTaskVine:
    @staticmethod
    def vine(root: Path, label: str = "TaskVineExecutor", when: str = "2026-11-20T074530") -> Path:
        for name in ("transactions", "debug", "taskgraph", "performance"):
            write(root, {f"{label}/{when}/vine-logs/{name}": (SAMPLES / "vine" / name).read_bytes()})
        return root

    @staticmethod
    def directory(name: str) -> str:
        return text(0.5, f"Function data directory: {name}, log directory: /scratch/logs", VINE)

    DATA = "/scratch/scratch/tmp/TaskVineExecutor-user-20261120074529969991-hln5rp9z"

    def test_belongs_to_the_run_that_made_its_files(self, tmp_path: Path) -> None:
        ours = self.directory(self.DATA) + launched(7, 0, "TaskVineExecutor")
        other = self.directory(self.DATA[:-1] + "y") + launched(9, 0, "TaskVineExecutor")
        write(self.vine(tmp_path), {"000/parsl.log": ours, "001/parsl.log": other})
        catalog = load(tmp_path)
        found = see(catalog)
        first = [each for each in transactions(*found) if each.keys["vine.task"] == "1"]
        assert [each.keys["vine.state"] for each in first] == ["READY", *STATES[1:]]
        assert {each.keys["parsl.task"] for each in first} == {"7"}
        assert {each.scope for each in found if "vine-logs" in each.file} == {(str(tmp_path / "000"),)}
        assert len(catalog.scopes) == 2 and conflicts(catalog) == []

    def test_files_bring_transfers_into_the_flow(self, tmp_path: Path) -> None:
        write(self.vine(tmp_path), {"000/parsl.log": self.directory(self.DATA) + launched(7, 0, "TaskVineExecutor")})
        found = [each for each in see(load(tmp_path)) if re.match(r"WORKER \S+ (TRANSFER|CACHE_UPDATE)", each.body)]
        assert found and {each.keys["parsl.task"] for each in found} == {"7"}

    def test_stands_alone_without_a_proof(self, tmp_path: Path) -> None:
        write(self.vine(tmp_path), {"000/parsl.log": launched(7, 0, "TaskVineExecutor")})
        found = see(load(tmp_path))
        assert {each.scope for each in found if "vine-logs" in each.file} == {
            (str(tmp_path / "TaskVineExecutor" / "2026-11-20T074530"),)
        }
        assert not any("parsl.task" in each.keys for each in transactions(*found))

    def test_two_runs_that_claim_it_are_no_proof(self, tmp_path: Path) -> None:
        line = self.directory(self.DATA)
        write(self.vine(tmp_path), {"000/parsl.log": line, "001/parsl.log": line})
        assert len(load(tmp_path).scopes) == 3

    def test_logs_of_taskvine_alone_are_of_no_executor(self, tmp_path: Path) -> None:
        found = see(load(self.vine(tmp_path, "vine-run-info")))
        assert not any("parsl.executor" in each.keys for each in found)


def test_a_run_without_them_has_none_of_their_keys(tmp_path: Path) -> None:
    import json

    path = write(tmp_path, {"000/parsl.jsonlog": json.dumps(parsl(1, f"Run id is: {RUN}")) + "\n"})
    [one] = see(load(path))
    assert not [key for key in one.keys if key.startswith(("wq.", "vine."))]
