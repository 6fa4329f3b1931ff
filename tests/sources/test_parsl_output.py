"""Tests of tui.sources.parsl_output."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.records import Notes, Raw
from tui.sources.base import File
from tui.sources.parsl_output import SOURCES

BATCH, TASK = SOURCES
RUN = Path(__file__).with_name("data") / "run"
PARSL = "1795159196.758610 2026-11-20 07:19:56 MainProcess-9302 MainThread-139 parsl.dflow:734 launch INFO: started"


def read(path: Path) -> tuple[list[Raw], Notes]:
    notes = Notes()
    return list(TASK.read(File(str(path), path.name), notes)), notes


def read_text(tmp_path: Path, text: str) -> tuple[list[Raw], Notes]:
    path = tmp_path / "task_0001_f.stderr"
    path.write_text(text)
    return read(path)


def bodies(raws: list[Raw]) -> list[object]:
    return [raw.keys["wideview.body"] for raw in raws]


def test_real_task_output() -> None:
    raws, notes = read(RUN / "task_logs/0000/task_0081_greet.stderr")
    assert bodies(raws)[0] == "--> executable follows <--" and bodies(raws)[-1] == "some noise"
    assert raws[1].keys == {"stream": "stderr", "wideview.body": "echo hello 0; echo some noise >&2; sleep 0.05"}
    assert all(raw.time is None and raw.local is None for raw in raws)
    assert notes.first == len(raws) == 4


def test_real_batch_output() -> None:
    raws, notes = read(next((RUN / "submit_scripts").glob("*.out")))
    assert [raw.keys["stream"] for raw in raws] == ["stdout", "stdout"]
    raws, notes = read(next((RUN / "submit_scripts").glob("parsl.htex_Two.*.err")))
    assert raws[0].keys == {
        "levelname": "DEBUG",
        "name": "parsl.process_loggers",
        "formatted": "Normal ending for monitor on thread MainThread",
        "stream": "stderr",
        "wideview.body": "Normal ending for monitor on thread MainThread",
    }
    assert [raw.line for raw in raws] == [1, 2, 3, 15, 17]
    assert str(bodies(raws)[2]).endswith("directory: '/proc/12087/cmdline'")
    assert str(bodies(raws)[4]).endswith("name='python3.11')")
    assert (notes.first, notes.blank, notes.damaged) == (5, 2, 0)


def test_parsl_lines_keep_their_time(tmp_path: Path) -> None:
    (raw,), notes = read_text(tmp_path, PARSL + "\n")
    assert raw.time == 1795159196_758610_000
    assert (raw.keys["levelname"], raw.keys["wideview.body"], raw.keys["stream"]) == ("INFO", "started", "stderr")
    assert notes.zone == [(1795159196_758610_000, 0)]


@pytest.mark.parametrize("line", [PARSL, "INFO:parsl.x:hello", "Traceback (most recent call last):"])
def test_a_log_line_ends_a_traceback(tmp_path: Path, line: str) -> None:
    raws, notes = read_text(tmp_path, f"Traceback (most recent call last):\n  File x\n\n{line}\nend\n")
    assert [raw.line for raw in raws][:2] == [1, 4]
    assert bodies(raws)[0] == "Traceback (most recent call last):\n  File x"
    assert notes.lines == 5


def test_a_traceback_that_is_cut_off(tmp_path: Path) -> None:
    (raw,), notes = read_text(tmp_path, "Traceback (most recent call last):\n  File x\n\n\n")
    assert raw.keys["wideview.body"] == "Traceback (most recent call last):\n  File x"
    assert (notes.first, notes.continuation, notes.blank) == (1, 3, 0)


def test_what_only_resembles_logging_is_text(tmp_path: Path) -> None:
    raws, _ = read_text(tmp_path, "ERROR: disk: full\nNOTE:a:b\nINFO:a\n")
    assert all("levelname" not in raw.keys for raw in raws)


@pytest.mark.parametrize(
    ("name", "batch", "task"),
    [
        ("runinfo/000/submit_scripts/parsl.htex.block-0.17.sh.err", True, False),
        ("submit_scripts/parsl.htex.block-0.17.submit.stdout", True, False),
        ("parsl.htex.block-0.17.sh.out", True, False),
        ("submit_scripts/parsl.htex.block-0.17.sh", False, False),
        ("submit_scripts/parsl.htex.block-0.17.sh.ec", False, False),
        ("runinfo/000/task_logs/0000/task_0001_f.stdout", False, True),
        ("task_0001_f.stderr", False, True),
        ("task_1_0.jsonlog", False, False),
        ("run000.out", False, False),
    ],
)
def test_sniff(name: str, batch: bool, task: bool) -> None:
    assert (BATCH.sniff(name, b"hello\n") > 0, TASK.sniff(name, b"hello\n") > 0) == (batch, task)
    assert BATCH.sniff(name, b"he\0") == TASK.sniff(name, bytes(range(1, 32)) * 9) == 0


def test_what_failed_and_its_traceback_are_one_record() -> None:
    raws, notes = read(next((RUN / "submit_scripts").glob("parsl.GlobusCompute*.err")))
    found = [(raw.line, raw.keys.get("wideview.level"), str(raw.keys["wideview.body"]).split("\n")) for raw in raws]
    assert [(line, level, len(texts)) for line, level, texts in found] == [
        (1, "ERROR", 9),
        (10, None, 1),
        (11, "ERROR", 9),
        (20, None, 1),
    ]
    assert found[0][2][0] == "5d9d5f3c-2396-47f8-97ba-4412e794822e: Caught an exception while executing user function"
    assert found[0][2][-1] == "ValueError: remote failure 3"
    assert [raw.keys.get("gc.task") for raw in raws] == [
        "5d9d5f3c-2396-47f8-97ba-4412e794822e",
        None,
        "bda0e2e0-aacc-4c14-b803-72ce302e8a46",
        None,
    ]
    assert (notes.first, notes.continuation, notes.blank) == (4, 16, 0)


def test_what_failed_stands_alone_without_a_traceback_below_it(tmp_path: Path) -> None:
    failed = "5D9D5F3C-2396-47f8-97ba-4412e794822e: Caught an exception while executing user function"
    trace = ["Traceback (most recent call last):", "  File x"]
    texts = [failed, "  indented, but no traceback", failed, "", *trace, failed]
    raws, notes = read_text(tmp_path, "\n".join(texts) + "\n")
    assert bodies(raws) == [failed, texts[1], failed, "\n".join(texts[4:6]), failed]
    assert [raw.keys.get("wideview.level") for raw in raws] == ["ERROR", None, "ERROR", None, "ERROR"]
    assert (notes.first, notes.continuation, notes.blank) == (5, 1, 1)
