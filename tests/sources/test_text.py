"""Tests of tui.sources.text: any text, with and without times."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.records import Notes, Raw
from tui.sources import choose, discover
from tui.sources.base import File
from tui.sources.text import SOURCES, unreadable

(TEXT,) = SOURCES
RUN = Path(__file__).with_name("data") / "run"
#: 2026-11-20 07:44:29 UTC
NANOS = 1795160669_000_000_000


def read(tmp_path: Path, text: str | bytes) -> tuple[list[Raw], Notes]:
    path = tmp_path / "x.log"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    notes = Notes()
    return list(TEXT.read(File(str(path), path.name, mtime_ns=NANOS + 5 * 10**9), notes)), notes


def bodies(raws: list[Raw]) -> list[object]:
    return [raw.keys["wideview.body"] for raw in raws]


@pytest.mark.parametrize(
    ("line", "level", "body"),
    [
        ("2026-11-20T07:44:29Z started", None, "started"),
        ("2026-11-20 07:44:29 INFO started", "INFO", "started"),
        ("[2026-11-20 07:44:29] [warn] started", "warn", "started"),
        ("2026-11-20 07:44:29 ERROR: no: disk", "ERROR", "no: disk"),
        ("2026-11-20 07:44:29 | DEBUG | x", "DEBUG", "x"),
        ("2026-11-20 07:44:29 - x", None, "x"),
        ("2026/11/20 07:44:29 [error] 31#31: *1 open() failed", "error", "31#31: *1 open() failed"),
        ("[2026-11-20T07:44:29.000] error: Node n1 not responding", "error", "Node n1 not responding"),
        ("[2026-11-20T07:44:29.000] sched: Allocate JobId=7", None, "sched: Allocate JobId=7"),
        ("2026-11-20 07:44:29 srun: error: n1: task 0: Killed", None, "srun: error: n1: task 0: Killed"),
        ("2026-11-20 07:44:29 app[12] ERROR: bad", "ERROR", "app[12] ERROR: bad"),
        ("2026-11-20 07:44:29 app [ERROR] bad", "ERROR", "app [ERROR] bad"),
        ("INFO 2026-11-20 07:44:29 started", "INFO", "started"),
        ("INFO: 2026-11-20 07:44:29: started", "INFO", "started"),
        ("2026-11-20 07:44:29 Error-correcting codes", None, "Error-correcting codes"),
        ("2026-11-20 07:44:29 info.txt was read", None, "info.txt was read"),
        ("2026-11-20 07:44:29", None, ""),
        ("1795160669.0 step 3", None, "step 3"),
        ("Nov 20 07:44:29 vm x[1]: y", None, "vm x[1]: y"),
        ("[    4.881002] EXT4-fs: mounted", None, "EXT4-fs: mounted"),
        ("warning: no time", "warning", "warning: no time"),
        ("[INFO] no time", "INFO", "[INFO] no time"),
        ("Information wants to be free", None, "Information wants to be free"),
    ],
)
def test_time_level_and_body_of_a_line(tmp_path: Path, line: str, level: str | None, body: str) -> None:
    [raw], notes = read(tmp_path, line + "\n")
    assert (raw.keys.get("levelname"), raw.keys["wideview.body"]) == (level, body)
    times = [nanos for nanos in (raw.time, raw.local, raw.elapsed) if nanos is not None]
    assert times == ([] if "no time" in line or "wants" in line else [4_881_002_000 if "EXT4" in line else NANOS])
    assert notes.first == 1


def test_what_has_no_time_continues_what_has(tmp_path: Path) -> None:
    text = "head\n2026-11-20 07:44:29 a\nTraceback\n  x\n\n  y\n\n\n2026-11-20 07:44:29 b\n"
    raws, notes = read(tmp_path, text)
    assert bodies(raws) == ["head", "a\nTraceback\n  x\n\n  y", "b"]
    assert (notes.first, notes.continuation, notes.blank) == (3, 6, 0)
    assert [raw.local for raw in raws] == [None, NANOS, NANOS]


def test_a_rare_time_begins_no_long_record(tmp_path: Path) -> None:
    """A program that prints the date once and figures ever after."""
    raws, _ = read(tmp_path, "2026-11-20 07:44:29 start\n" + "1 2 3\n" * 20)
    assert len(raws) == 21 and raws[0].local == NANOS and raws[1].local is None


def test_output_without_times_is_a_record_a_line(tmp_path: Path) -> None:
    raws, notes = read(tmp_path, (RUN / "rel-text.out").read_bytes())
    assert [raw.keys.get("levelname") for raw in raws] == ["warning", "warning", None, None] and notes.first == 4
    raws, notes = read(tmp_path, (RUN / "out-redis.txt").read_bytes())
    assert str(bodies(raws)[0]).startswith("Traceback (most recent call last):\n  File")
    assert str(bodies(raws)[0]).endswith("redis.exceptions.ConnectionError: x") or notes.continuation > 20
    assert len(raws) == 3


TIMED = b"2026-11-20 07:44:29 a\n2026-11-20 07:44:30 b\n"


@pytest.mark.parametrize(
    ("name", "head", "known"),
    [
        ("run.out", b"hello\n", True),
        ("dir.d/run", b"hello\n", True),
        ("x.log.1", b"hello\n", True),
        ("x.LOG", b"hello\n", True),
        ("x.dat", b"hello\n", False),
        ("x.dat", TIMED, True),
        ("x.md", TIMED, False),
        ("x.py", b"import os\n", False),
        ("job.sh", b"echo\n", False),
        ("job", b"#!/bin/sh\necho\n", False),
        ("x.log", b"\n \n", False),
        ("x.log", b"", False),
        ("x.log", b"he\0llo", False),
        ("x.log", bytes(range(1, 32)) * 9, False),
    ],
)
def test_sniff(name: str, head: bytes, known: bool) -> None:
    assert (0 < TEXT.sniff(name, head) <= 0.1) == known


def test_every_other_kind_comes_first() -> None:
    for path in RUN.rglob("*"):
        if path.is_file() and path.name not in ("rel-text.out", "out-redis.txt"):
            chosen = choose(str(path), path.read_bytes()[:8192], discover())
            assert chosen is not None and chosen.name != "text", path


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (b"text", ""),
        (b"", ""),
        (bytes(100), "nothing but NUL bytes in its first 100"),
        (b"a\0b", "binary data, not text"),
    ],
)
def test_unreadable(head: bytes, reason: str) -> None:
    assert unreadable(head) == reason


LONG = 2_000_000


@pytest.mark.parametrize(
    "text",
    [
        "x" * LONG,
        " " * LONG + "x",
        "[" * LONG,
        "2026-11-20 07:44:29" + " " * LONG,
        "2026-11-20 07:44:29 " + "[-" * LONG,
    ],
    ids=range(5),
)
def test_a_long_line_ends(tmp_path: Path, text: str) -> None:
    assert len(read(tmp_path, text)[0]) == 1
