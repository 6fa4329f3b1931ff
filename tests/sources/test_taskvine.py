"""Tests of tui.sources.taskvine: real lines of a run of Parsl with TaskVine."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tui.records import Notes, Raw
from tui.sources import choose, discover
from tui.sources.base import File

DATA = Path(__file__).with_name("data") / "run"
WORKER = "worker-98ee027b40471547b2a2cdac060edf39"


def read(data: bytes, tmp_path: Path, name: str, source: str) -> tuple[list[Raw], Notes]:
    """What the source called *source* makes of *data*."""
    path = tmp_path / name
    path.write_bytes(data)
    notes = Notes()
    [reader] = [each for each in discover() if each.name == source]
    return list(reader.read(File(str(path), name, len(data)), notes)), notes


def transaction(rest: str, tmp_path: Path) -> dict[str, object]:
    """The keys that are not those of every line."""
    [raw], _ = read(f"1795160731988542 10343 {rest}\n".encode(), tmp_path, "transactions", "vine-transactions")
    every = ("process", "vine.manager", "vine.event", "wideview.body", "wideview.level")
    return {key: value for key, value in raw.keys.items() if key not in every}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("transactions", "vine-transactions"),
        ("performance", "vine-metrics"),
        ("debug", "vine-debug"),
        ("taskgraph", "vine-taskgraph"),
    ],
)
def test_knows_its_files_by_what_they_hold(name: str, kind: str, tmp_path: Path) -> None:
    data = (DATA / "vine" / name).read_bytes()
    chosen = choose("some/file", data[:8192], discover())
    assert chosen is not None and chosen.name == kind
    _, notes = read(data, tmp_path, name, kind)
    assert notes.first == data.count(b"\n") - notes.blank and not notes.damaged


def test_a_task_is_ready_for_the_second_time(tmp_path: Path) -> None:
    assert transaction('TASK 1 READY stage_a FIRST_RESOURCES 2 {"cores":[1,"cores"]}', tmp_path) == {
        "vine.task": 1,
        "vine.state": "READY",
        "vine.category": "stage_a",
        "vine.allocation": "FIRST_RESOURCES",
        "vine.attempt": 2,
        "vine.cores": 1,
    }


def test_a_task_runs_on_a_worker(tmp_path: Path) -> None:
    assert transaction(f'TASK 1 RUNNING {WORKER}  FIRST_RESOURCES {{"time_input_mgr":[0.5,"s"]}}', tmp_path) == {
        "vine.task": 1,
        "vine.state": "RUNNING",
        "vine.worker": WORKER,
        "vine.allocation": "FIRST_RESOURCES",
        "vine.time_input_mgr_s": 0.5,
    }


def test_a_worker_connects_and_gets_a_file(tmp_path: Path) -> None:
    assert transaction(f"WORKER {WORKER} CONNECTION 127.0.0.1:36098", tmp_path) == {
        "vine.worker": WORKER,
        "vine.worker_event": "CONNECTION",
        "vine.address": "127.0.0.1:36098",
    }
    assert transaction(f"WORKER {WORKER} TRANSFER INPUT file-meta-38 7085 294 1795160731988054", tmp_path) == {
        "vine.worker": WORKER,
        "vine.worker_event": "TRANSFER",
        "vine.transfer": "INPUT",
        "vine.file": "file-meta-38",
        "vine.size": 7085,
        "vine.wall_time_us": 294,
        "vine.start_time_us": 1795160731988054,
    }


def test_manager_and_library(tmp_path: Path) -> None:
    assert transaction("MANAGER 10343 END 27002297", tmp_path) == {"vine.manager_state": "END"}
    assert transaction(f"LIBRARY 4 FAILURE {WORKER}", tmp_path) == {
        "vine.library": "4",
        "vine.library_state": "FAILURE",
        "vine.worker": WORKER,
    }


def test_the_graph_says_which_task_makes_which_file(tmp_path: Path) -> None:
    data = b'FILE file-rnd-a "/x/0000/result" 8\nTASK T1 "python3" INPUTS file-meta-b file-meta-c OUTPUTS file-rnd-a \n'
    (file, task), _ = read(data, tmp_path, "taskgraph", "vine-taskgraph")
    assert file.keys == {
        "vine.file": "file-rnd-a",
        "vine.path": "/x/0000/result",
        "vine.size": 8,
        "wideview.body": 'FILE file-rnd-a "/x/0000/result" 8',
    }
    assert (task.keys["vine.task"], task.keys["vine.program"]) == (1, "python3")
    assert (task.keys["vine.inputs"], task.keys["vine.outputs"]) == ("file-meta-b, file-meta-c", "file-rnd-a")


def test_the_debug_log_tells_its_zone(tmp_path: Path) -> None:
    line = b"2026/11/20 01:45:30.83 vine_manager[7]vine: manager timezone at startup: local_time=x tz_offset=-0600\n"
    [raw], notes = read(line, tmp_path, "debug", "vine-debug")
    assert raw.local is not None
    assert notes.zone == [(raw.local + 6 * 3600 * 10**9, -6 * 3600)]


@pytest.mark.parametrize("source", ["vine-transactions", "vine-metrics", "vine-debug", "vine-taskgraph"])
def test_long_lines_take_linear_time(tmp_path: Path, source: str) -> None:
    """Twice the bytes take about twice the time; a pattern that tries again from everywhere takes four times."""

    def seconds(size: int) -> float:
        data = b""
        for start in (
            b'TASK T1 "a" INPUTS',
            b'FILE a "',
            b"1795160731988542 10343 TASK 1 RUNNING {",
            b"2026/11/20 07:45:30.83 a[1]vine: ",
            b"# timestamp",
        ):
            for more in (b' OUTPUTS "', b'" 1 ', b'{"a":', b" aa", b" "):
                data += start + more * (size // len(more)) + b"\n"
        began = time.process_time()
        read(data, tmp_path, "x", source)
        return time.process_time() - began

    assert seconds(200_000) < 10 * (seconds(40_000) + 0.02)
