"""Tests of tui.sources.parsl_database_manager."""

from __future__ import annotations

from pathlib import Path

from tui.records import Notes, Raw
from tui.sources.base import File
from tui.sources.parsl_database_manager import SOURCES

SOURCE = SOURCES[0]
LOG = Path(__file__).with_name("data") / "run" / "database_manager.log"


def test_real_log() -> None:
    notes = Notes()
    raws = list(SOURCE.read(File(str(LOG), LOG.name), notes))
    assert raws[0] == Raw(
        1,
        {
            "asctime": "2026-11-20 07:19:55.785",
            "name": "parsl.monitoring.db_manager",
            "lineno": 306,
            "levelname": "INFO",
            "threadName": "MainThread",
            "thread": 140360672562048,
            "formatted": "Initializing Database Manager process",
        },
        0,
        129,
        local=1795159195_785_000_000,
    )
    assert raws[2].keys["threadName"] == "Monitoring-migrate-resource"
    assert notes == Notes(first=6)


def test_continuations_and_torn_starts(tmp_path: Path) -> None:
    path = tmp_path / "x"
    record = LOG.read_bytes().splitlines()[0]
    path.write_bytes(b"torn\n" + record + b"\nTraceback\n\n  more\n\n")
    notes = Notes()
    raws = list(SOURCE.read(File(str(path), "x"), notes))
    assert raws[0].error and raws[0].keys == {"formatted": "torn"}
    assert raws[1].keys["formatted"] == "Initializing Database Manager process\nTraceback\n\n  more"
    assert (notes.first, notes.continuation, notes.damaged, notes.blank) == (1, 4, 1, 0)


def test_a_thread_name_with_blanks_and_a_date_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text("2026-13-20 07:19:55.785 a.b:3 [Level 15] [Thread-2 (dbm) 140] hi\n")
    (raw,) = SOURCE.read(File(str(path), "x"), Notes())
    assert (raw.keys["threadName"], raw.keys["levelname"], raw.local) == ("Thread-2 (dbm)", "Level 15", None)


def test_sniff() -> None:
    assert SOURCE.sniff("x", LOG.read_bytes()) > 0.5
    assert SOURCE.sniff("database_manager.log", b"hello") == 0
