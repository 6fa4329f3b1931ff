"""Tests of tui.sources.work_queue (and of cctools, which reads): real lines of a run of Parsl with Work Queue."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.test_taskvine import DATA, read
from tui.records import Raw
from tui.sources import choose, discover

WORKER = "worker-6516b7455676883eb891be2a1cd601a6"


def one(line: str, tmp_path: Path, name: str = "transaction_log", source: str = "wq-transactions") -> Raw:
    [raw], notes = read(line.encode() + b"\n", tmp_path, name, source)
    assert notes.lines == 1
    return raw


def said(raw: Raw) -> dict[str, object]:
    """The keys of *raw*, but for those that every line has."""
    every = ("process", "wq.manager", "wq.event", "wideview.body", "wideview.level")
    return {key: value for key, value in raw.keys.items() if key not in every}


@pytest.mark.parametrize("name", ["transaction_log", "master_log", "debug_log"])
def test_knows_its_files_by_what_they_hold(name: str) -> None:
    kinds = {"transaction_log": "wq-transactions", "master_log": "wq-metrics", "debug_log": "wq-debug"}
    chosen = choose("some/file", (DATA / "wq" / name).read_bytes()[:8192], discover())
    assert chosen is not None and chosen.name == kinds[name]


class TestTransactions:
    def test_every_line_is_accounted_for(self, tmp_path: Path) -> None:
        data = (DATA / "wq" / "transaction_log").read_bytes()
        raws, notes = read(data, tmp_path, "transaction_log", "wq-transactions")
        assert (notes.first, notes.blank, notes.damaged) == (data.count(b"\n") - 1, 1, 0)
        assert [raw.time is None for raw in raws] == [True] * 12 + [False] * (len(raws) - 12)
        assert {raw.keys["wideview.level"] for raw in raws[:12]} == {"DEBUG"}

    def test_a_task_runs(self, tmp_path: Path) -> None:
        line = (
            "1795159789385388 31545 TASK 1 RUNNING 127.0.0.1:56354  FIRST_RESOURCES "
            '{"memory":[2000,"MB"],"disk":[2000,"MB"],"gpus":[0,"gpus"],"cores":[1,"cores"]}'
        )
        raw = one(line, tmp_path)
        assert raw.time == 1795159789385388000
        assert raw.keys["wideview.body"] == line.split(" ", 2)[2]
        assert (raw.keys["process"], raw.keys["wq.manager"], raw.keys["wq.event"]) == (31545, 31545, "TASK")
        assert said(raw) == {
            "wq.task": 1,
            "wq.state": "RUNNING",
            "wq.address": "127.0.0.1:56354",
            "wq.allocation": "FIRST_RESOURCES",
            "wq.memory_mb": 2000,
            "wq.disk_mb": 2000,
            "wq.gpus": 0,
            "wq.cores": 1,
        }

    def test_a_task_is_done(self, tmp_path: Path) -> None:
        raw = one('1795159790354420 31545 TASK 1 DONE SUCCESS  0  {} {"wq_output_time":[0.000168,"s"]}', tmp_path)
        assert raw.keys["wideview.level"] == "INFO"
        assert said(raw) == {
            "wq.task": 1,
            "wq.state": "DONE",
            "wq.result": "SUCCESS",
            "wq.exit_code": 0,
            "wq.output_time_s": 0.000168,
        }

    def test_limits_that_were_exceeded(self, tmp_path: Path) -> None:
        line = '1795159790354420 31545 TASK 1 DONE RESOURCE_EXHAUSTION  1  {"disk":[10,"MB"]} {"disk":[11,"MB"]}'
        raw = one(line, tmp_path)
        assert (raw.keys["wq.limit_disk_mb"], raw.keys["wq.disk_mb"]) == (10, 11)

    @pytest.mark.parametrize(
        ("rest", "level"),
        [
            ("TASK 1 DONE SUCCESS  0  {} {}", "INFO"),
            ("TASK 1 DONE SUCCESS  1  {} {}", "ERROR"),
            ("TASK 1 DONE FORSAKEN  0  {} {}", "ERROR"),
            ("TASK 1 RETRIEVED RESOURCE_EXHAUSTION  0  {} {}", "WARNING"),
            (f"WORKER {WORKER} 127.0.0.1:56354  DISCONNECTION EXPLICIT", "INFO"),
            (f"WORKER {WORKER} 127.0.0.1:56354  DISCONNECTION FAILURE", "WARNING"),
            (f"WORKER {WORKER} 127.0.0.1:56354  CONNECTION", "INFO"),
            ("TRANSFER INPUT 1 1 0.007414 0.000180 exec_parsl_function.py", "DEBUG"),
            ("CATEGORY stage_a MAX {}", "DEBUG"),
            ("MANAGER END", "INFO"),
        ],
    )
    def test_trouble_has_a_level(self, tmp_path: Path, rest: str, level: str) -> None:
        assert one(f"1795159790354420 31545 {rest}", tmp_path).keys["wideview.level"] == level

    def test_a_worker_goes(self, tmp_path: Path) -> None:
        raw = one(f"1795159834683181 31545 WORKER {WORKER} 127.0.0.1:56354  DISCONNECTION EXPLICIT", tmp_path)
        assert said(raw) == {
            "wq.worker": WORKER,
            "wq.address": "127.0.0.1:56354",
            "wq.worker_event": "DISCONNECTION",
            "wq.reason": "EXPLICIT",
        }

    def test_a_transfer_of_a_file_with_blanks(self, tmp_path: Path) -> None:
        assert said(one("1795159789385022 31545 TRANSFER INPUT 1 0 0.007414 0.000180 my file", tmp_path)) == {
            "wq.transfer": "INPUT",
            "wq.task": 1,
            "wq.cache_flag": "0",
            "wq.size_mb": 0.007414,
            "wq.wall_time_s": 0.00018,
            "wq.file": "my file",
        }

    @pytest.mark.parametrize(
        "json", ["{", '{"a":', "[" * 9000, '{"a":[1e999,"MB"]}', '{"a":[1,2,3]}', '{"a b":[1,""]}']
    )
    def test_broken_resources_give_no_keys(self, tmp_path: Path, json: str) -> None:
        raw = one(f"1795159789385388 31545 TASK 1 WAITING f FIRST_RESOURCES {json}", tmp_path)
        assert set(said(raw)) - {"wq.attempt"} == {"wq.task", "wq.state", "wq.category", "wq.allocation"}

    def test_a_line_of_something_else_is_damaged(self, tmp_path: Path) -> None:
        raw = one("179515978938538 31545 TASK 1 RUNN", tmp_path)
        assert raw.error and raw.time is None and raw.keys == {"wideview.body": "179515978938538 31545 TASK 1 RUNN"}


class TestMetrics:
    def test_figures_are_called_as_in_the_header(self, tmp_path: Path) -> None:
        data = (DATA / "wq" / "master_log").read_bytes()
        raws, notes = read(data, tmp_path, "master_log", "wq-metrics")
        assert (notes.first, notes.damaged) == (4, 0)
        header = str(raws[0].keys["wideview.body"]).split()[2:]
        assert [key for key in raws[1].keys if key.startswith("wq.")] == [f"wq.{name}" for name in header]
        figures = data.decode().splitlines()[3].split()
        assert raws[3].keys["wq.tasks_done"] == int(figures[header.index("tasks_done") + 1]) == 67
        assert raws[3].time == int(figures[0]) * 1000

    def test_the_body_is_a_sentence(self, tmp_path: Path) -> None:
        raws, _ = read((DATA / "wq" / "master_log").read_bytes(), tmp_path, "master_log", "wq-metrics")
        assert raws[3].keys["wideview.body"] == (
            "0 workers, 0 busy, 0 tasks waiting, 0 on workers, 67 done, 67 submitted, 0 failed"
        )

    def test_a_torn_line_is_damaged(self, tmp_path: Path) -> None:
        data = (DATA / "wq" / "master_log").read_bytes()
        _, notes = read(data[: data.rindex(b" ")], tmp_path, "master_log", "wq-metrics")
        assert notes.rejected == [(4, "55 figures where the header names 56")]


class TestDebug:
    def test_says_who_and_when_in_local_time(self, tmp_path: Path) -> None:
        line = "2026/11/20 07:29:47.51 work_queue_python[31545]wq: Task 1 state change: UNKNOWN (0) to WAITING (1)"
        raw = one(line, tmp_path, "debug_log", "wq-debug")
        assert raw.local == 1795159787510000000 and raw.time is None
        assert (raw.keys["process"], raw.keys["wq.manager"], raw.keys["name"]) == (31545, 31545, "wq")
        assert raw.keys["wideview.body"] == line.partition("wq: ")[2]

    def test_a_worker_is_no_manager(self, tmp_path: Path) -> None:
        line = "2026/11/20 07:29:47.51 work_queue_worker[9] notice: worker died"
        raw = one(line, tmp_path, "debug_log", "wq-debug")
        assert "wq.manager" not in raw.keys and raw.keys["wideview.level"] == "WARNING"

    def test_lines_without_a_stamp_go_on(self, tmp_path: Path) -> None:
        data = b"2026/11/20 07:29:47.51 work_queue_python[31545]wq: one\n  two\n"
        [raw], notes = read(data, tmp_path, "debug_log", "wq-debug")
        assert raw.keys["wideview.body"] == "one\n  two" and notes.continuation == 1
