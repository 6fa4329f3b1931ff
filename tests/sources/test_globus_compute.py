"""endpoint.log of Globus Compute."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.records import Notes, Raw
from tui.sources import choose, discover
from tui.sources.base import File
from tui.sources.globus_compute import SOURCES
from tui.times import clock

LOG = Path(__file__).with_name("data") / "run" / "endpoint.log"
(SOURCE,) = SOURCES


def read(path: Path) -> tuple[list[Raw], Notes]:
    notes = Notes()
    return list(SOURCE.read(File(str(path), path.name), notes)), notes


def test_the_keys_are_those_of_parsls_own_logs() -> None:
    raws, notes = read(LOG)
    first = raws[0]
    assert first.keys == {
        "asctime": "2026-11-20 07:42:24,276619",
        "levelname": "DEBUG",
        "processName": "MainProcess",
        "process": 8711,
        "threadName": "MainThread",
        "thread": 140216933620608,
        "name": "parsl.executors.high_throughput.executor",
        "lineno": 276,
        "funcname": "__init__",
        "formatted": "Initializing HighThroughputExecutor",
    }
    assert (first.time, first.local) == (None, clock("2026-11-20T07:42:24.276619")[0])  # type: ignore[index]
    assert raws[1].keys["threadName"] == "Thread-2 (monitor_watcher)"
    assert (notes.damaged, notes.blank, notes.lines) == (0, 0, len(LOG.read_text().splitlines()))


def test_lines_without_a_time_continue_a_message() -> None:
    raws, _ = read(LOG)
    (provider,) = [raw for raw in raws if "with provider" in str(raw.keys["formatted"])]
    body = str(provider.keys["formatted"]).split("\n")
    assert (body[1], body[-1]) == ("LocalProvider(", ")")


@pytest.mark.parametrize("name", ["endpoint.log", "endpoint.log.1", "what-she-sent-me.txt"])
def test_it_is_recognised_by_its_lines_whatever_it_is_called(name: str) -> None:
    chosen = choose(f"/home/user/{name}", LOG.read_bytes(), discover())
    assert chosen is SOURCE


@pytest.mark.parametrize("file", sorted(LOG.parent.rglob("*.*")), ids=lambda path: path.name)
def test_no_other_log_is_taken_for_one(file: Path) -> None:
    assert bool(SOURCE.sniff(str(file), file.read_bytes()[:8192])) == (file == LOG)


def test_a_line_before_the_first_record_is_damaged_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "endpoint.log"
    path.write_text("torn off, 5 records\n" + LOG.read_text())
    raws, notes = read(path)
    assert (raws[0].keys, raws[0].error) == (
        {"formatted": "torn off, 5 records"},
        "not in the format of this log",
    )
    assert notes.damaged == 1
    assert len(raws) == 1 + len(read(LOG)[0])


def test_an_empty_message_and_a_level_by_number_are_records(tmp_path: Path) -> None:
    path = tmp_path / "endpoint.log"
    head = "2026-11-20 07:42:24,276619 {} MainProcess-8711 MainThread-1 a.b:2 <module>"
    path.write_text(head.format("Level 5") + " \n" + head.format("INFO") + "\n")
    raws, notes = read(path)
    assert [(raw.keys["levelname"], raw.keys["formatted"]) for raw in raws] == [("Level 5", ""), ("INFO", "")]
    assert notes.first == 2
