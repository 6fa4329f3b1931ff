"""Tests of tui.sources.parsl_text."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tui.records import Notes, Raw
from tui.sources.base import File
from tui.sources.parsl_text import RECORD, SOURCES

SOURCE = SOURCES[0]
LOG = Path(__file__).with_name("data") / "run" / "parsl.log"
LINE = "1795159196.758610 2026-11-20 07:19:56 MainProcess-9302 MainThread-139 parsl.dflow:734 launch INFO: started"


def read(path: Path, limit: int | None = None) -> tuple[list[Raw], Notes]:
    notes = Notes()
    return list(SOURCE.read(File(str(path), path.name), notes, limit)), notes


def read_text(tmp_path: Path, text: str) -> tuple[list[Raw], Notes]:
    path = tmp_path / "x.log"
    path.write_text(text)
    return read(path)


def test_keys_are_those_of_parsl_json(tmp_path: Path) -> None:
    (raw,), notes = read_text(tmp_path, LINE + "\n")
    assert raw == Raw(
        1,
        {
            "created": "1795159196.758610",
            "asctime": "2026-11-20 07:19:56",
            "processName": "MainProcess",
            "process": 9302,
            "threadName": "MainThread",
            "thread": 139,
            "name": "parsl.dflow",
            "lineno": 734,
            "funcname": "launch",
            "levelname": "INFO",
            "formatted": "started",
        },
        0,
        len(LINE),
        1795159196_758610_000,
    )
    assert notes == Notes(first=1, zone=[(1795159196_758610_000, 0)])


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("HTEX-Worker-0-9356 MainThread-1", ("HTEX-Worker-0", "9356", "MainThread", "1")),
        ("MainProcess-1 Thread-2 (monitor_watcher)-140", ("MainProcess", "1", "Thread-2 (monitor_watcher)", "140")),
        ("MainProcess-1 Task-Launch_0-14", ("MainProcess", "1", "Task-Launch_0", "14")),
        ("My Process-1 T-2", ("My Process", "1", "T", "2")),
    ],
)
def test_names_with_dashes_and_blanks(names: str, expected: tuple[str, ...]) -> None:
    match = RECORD.match(LINE.replace("MainProcess-9302 MainThread-139", names))
    assert match and match.groups()[2:6] == expected


def test_a_message_that_quotes_a_record_is_a_message(tmp_path: Path) -> None:
    (raw,), _ = read_text(tmp_path, f"{LINE} {LINE}\n")
    assert raw.keys["formatted"] == f"started {LINE}" and raw.keys["threadName"] == "MainThread"


def test_a_continuation_that_begins_with_an_epoch(tmp_path: Path) -> None:
    (raw,), notes = read_text(tmp_path, f"{LINE}\n1795159196.758610 is now\n")
    assert raw.keys["formatted"] == "started\n1795159196.758610 is now"
    assert notes.continuation == 1


def test_message_that_begins_on_the_next_line(tmp_path: Path) -> None:
    for start in (LINE.replace("started", ""), LINE.replace(" started", "")):
        (raw,), _ = read_text(tmp_path, f"{start}\n  Python version: 3.11\n\n")
        assert raw.keys["formatted"] == "\n  Python version: 3.11"


def test_lines_before_the_first_record_are_damaged(tmp_path: Path) -> None:
    raws, notes = read_text(tmp_path, f"the end of a traceback\n\n{LINE}\n")
    assert raws[0].error and raws[0].keys == {"formatted": "the end of a traceback"} and raws[0].time is None
    assert (notes.first, notes.damaged, notes.blank) == (1, 1, 1)


def test_zone_is_learnt_where_it_changes(tmp_path: Path) -> None:
    # Chicago, an hour before and after daylight saving time ends; the second is rounded apart.
    text = "".join(
        LINE.replace("1795159196.758610", epoch).replace("2026-11-20 07:19:56", local) + "\n"
        for epoch, local in (
            ("1793512799.999999", "2026-11-01 00:59:59"),
            ("1793512801.000000", "2026-11-01 01:00:00"),
            ("1793516402.500000", "2026-11-01 01:00:02"),
            ("1793516403.500000", "2026-11-01 01:00:03"),
        )
    )
    _, notes = read_text(tmp_path, text)
    assert notes.zone == [(1793512799_999999_000, -5 * 3600), (1793516402_500000_000, -6 * 3600)]


def test_nonsense_dates_teach_no_zone(tmp_path: Path) -> None:
    raws, notes = read_text(tmp_path, LINE.replace("2026-11-20", "2026-13-20") + "\n" + LINE.replace("2026", "1999"))
    assert len(raws) == 2 and notes.zone == []


def test_real_log() -> None:
    raws, notes = read(LOG)
    assert (notes.first, notes.continuation, notes.damaged, notes.blank) == (12, 29, 0, 0)
    failure = next(raw for raw in raws if raw.keys["levelname"] == "ERROR")
    body = str(failure.keys["formatted"])
    assert body.startswith("Task 152 failed after 1 retry attempts\nTraceback (most recent call last):\n")
    assert "\n\nThe above exception was the direct cause" in body and body.endswith("residual: nan\niteration: 7")
    assert LOG.read_bytes()[failure.offset :][: failure.length].decode().endswith(body)


def test_sniff() -> None:
    head = LOG.read_bytes()
    assert SOURCE.sniff("anything", head) > SOURCE.sniff("anything", b"torn\n" + head) > 0
    assert SOURCE.sniff("parsl.log", b"hello\n") == SOURCE.sniff("parsl.log", b"") == 0
    assert SOURCE.sniff("x", LINE[: LINE.index("started") + 3].encode()) > 0


@pytest.mark.parametrize("rest", ["a-1 " * 50000, "-1" * 100000, "a-1 a-1 " + "a:1" * 50000, "a-1 " + "a:1 " * 50000])
def test_lines_made_to_fail_fail_fast(rest: str) -> None:
    start = time.process_time()
    assert not RECORD.match("1795159196.758610 2026-11-20 07:19:56 " + rest)
    assert time.process_time() - start < 3
