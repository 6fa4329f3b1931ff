"""Tests of tui.sources.monitoring_db and its words."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from tui.records import Notes, Raw
from tui.sources import monitoring_db
from tui.sources.base import File
from tui.sources.monitoring_db import SOURCES
from tui.sources.monitoring_words import body

SOURCE = SOURCES[0]
SCRIPT = (Path(__file__).with_name("data") / "monitoring.sql").read_text()


def make(path: Path, script: str) -> Path:
    with sqlite3.connect(path) as database:
        database.executescript(script)
    database.close()
    return path


def read(path: Path, limit: int | None = None) -> tuple[list[Raw], Notes]:
    notes = Notes()
    before = sorted(os.listdir(path.parent))
    raws = list(SOURCE.read(File(str(path), path.name), notes, limit))
    assert sorted(os.listdir(path.parent)) == before, "something was written beside the database"
    return raws, notes


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return make(tmp_path / "monitoring.db", SCRIPT)


def test_a_value_that_is_said_to_be_larger_than_the_memory(tmp_path: Path) -> None:
    """One damaged number in the schema: SQLite finds no memory for it."""
    data = bytearray(b"SQLite format 3\0" + bytes(384))
    for at, value in {16: 2, 21: 64, 22: 32, 23: 32, 100: 13, 104: 2, 108: 1, 109: 133, 399: 119}.items():
        data[at] = value
    data[389:398] = b"\xff" * 9
    path = tmp_path / "monitoring.db"
    path.write_bytes(data)
    raws, notes = read(path)
    assert not raws and notes.rejected == [(0, "a value in it is said to be larger than the memory")]


def test_every_row_of_every_table(database: Path) -> None:
    raws, notes = read(database)
    assert notes == Notes(rows=15)
    tables = [raw.keys["monitoring.table"] for raw in raws]
    assert list(dict.fromkeys(tables)) == ["workflow", "task", "try", "status", "resource", "block", "node"]
    assert Counter(tables) == {
        "workflow": 2, "task": 5, "try": 6, "status": 4, "resource": 2, "block": 2, "node": 1
    }  # fmt: skip
    assert [raw.keys["wideview.body"] for raw in raws] == [
        "workflow: corpus-htex time_began",
        "workflow: corpus-htex time_completed",
        "task: 0 stage_a task_time_invoked",
        "task: 0 stage_a task_time_returned",
        "task: 1 stage_b1 task_time_invoked",
        "task: 1 stage_b1 task_time_returned",
        "task: 900 stage_a",
        "try: task 0 try 0 task_try_time_launched on htex_Local block 0",
        "try: task 0 try 0 task_try_time_running on htex_Local block 0",
        "try: task 0 try 0 task_try_time_returned on htex_Local block 0",
        "try: task 1 try 0 task_try_time_launched on htex_Local block 0",
        "try: task 1 try 0 task_try_time_running on htex_Local block 0",
        "try: task 1 try 0 task_try_time_returned on htex_Local block 0",
        "status: task 0 try 0 pending",
        "status: task 1 try 0 pending",
        "status: task 2 try 0 pending",
        "status: task 3 try 0 pending",
        "resource: task 0 try 0 cpu 0.49+0.08 s, memory 121 MB, sleeping",
        "resource: task 0 try 0 cpu 0.50+0.09 s, memory 122 MB, sleeping",
        "block: htex_Local 0 PENDING job 9339",
        "block: htex_Local 0 RUNNING job 9339",
        "node: manager d3c073174a0c on vm block 0, 2 workers, active",
    ]


def test_keys_are_columns_and_nulls_are_left_out(database: Path) -> None:
    raw = next(raw for raw in read(database)[0] if raw.keys["monitoring.table"] == "task")
    assert raw == Raw(
        1,
        {
            "task_id": 0,
            "run_id": "ecd6eed8-8bb2-49c3-aa16-24e43d61edfe",
            "task_depends": "",
            "task_func_name": "stage_a",
            "task_memoize": "0",
            "task_inputs": "None",
            "task_outputs": "None",
            "task_stdout": "",
            "task_stderr": "",
            "task_time_invoked": "2026-11-20 07:19:56.764597",
            "task_time_returned": "2026-11-20 07:19:59.290530",
            "task_fail_count": 0,
            "task_fail_cost": 0.0,
            "monitoring.table": "task",
            "monitoring.event": "task_time_invoked",
            "wideview.body": "task: 0 stage_a task_time_invoked",
        },
        local=1795159196_764597_000,
    )


def test_a_row_without_times_is_a_record_without_one(database: Path) -> None:
    raw = next(raw for raw in read(database)[0] if raw.keys.get("task_id") == 900)
    assert raw.local is raw.time is None and "monitoring.event" not in raw.keys and raw.line == 3


def test_other_schemas(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a b%20?#.db",
        """
        CREATE TABLE try (task_id, task_try_time_launched);
        INSERT INTO try VALUES (7, '2026-11-20 07:00:00'), (8, 'soon'), (NULL, NULL);
        CREATE TABLE "odd ""name" (rowid TEXT, blob, timestamp);
        INSERT INTO "odd ""name" VALUES ('mine', x'ff00', '2026-11-20 07:00:00+01:00');
        CREATE TABLE keyed (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
        INSERT INTO keyed VALUES ('a', CAST(x'ff' AS TEXT)), ('b', 2);
        CREATE TABLE taken (rowid, _rowid_, oid);
        INSERT INTO taken VALUES (1, 2, 3);
        CREATE TABLE hollow (x);
        """,
    )
    raws, notes = read(path)
    assert (notes.rows, notes.rejected) == (7, [])
    assert [(raw.line, raw.keys["wideview.body"]) for raw in raws] == [
        (1, "try: task 7 task_try_time_launched"),
        (2, "try: task 8 task_try_time_launched"),
        (3, "try: "),
        (1, "keyed: k a, v \\xff"),
        (2, "keyed: k b, v 2"),
        (1, 'odd "name: rowid mine, blob ff00, timestamp 2026-11-20 07:00:00+01:00'),
        (1, "taken: rowid 1, _rowid_ 2, oid 3"),
    ]
    assert raws[0].local == 1795158000 * 10**9 and raws[1].local is None
    assert raws[5].time == (1795158000 - 3600) * 10**9 and raws[5].local is None


def test_pages(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read(database)
    for size in (1, 2, 3):
        monkeypatch.setattr(monitoring_db, "_PAGE", size)
        assert read(database) == whole


def test_reading_does_not_hold_up_the_writer(database: Path) -> None:
    reading = SOURCE.read(File(str(database), "x"), Notes())
    next(reading)
    with sqlite3.connect(database, timeout=0) as writer:
        writer.execute("DELETE FROM node")
    writer.close()
    assert "node" not in {raw.keys["monitoring.table"] for raw in reading}


def test_limit(database: Path) -> None:
    assert [raw.line for raw in read(database, 1)[0]] == [1]
    assert len(read(database, 10**6)[0]) == 22


def test_locked(database: Path) -> None:
    writer = sqlite3.connect(database)
    writer.execute("BEGIN EXCLUSIVE")
    notes = Notes()
    assert not list(SOURCE.read(File(str(database), "x"), notes))
    assert notes.rejected == [(0, "database is locked")]
    writer.close()


@pytest.mark.parametrize("data", [b"", b"hello", b"SQLite format 3\0", b"SQLite format 3\0" + bytes(5000)])
def test_no_database(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.db").write_bytes(data)
    raws, notes = read(tmp_path / "x.db")
    assert raws == [] and (notes.rejected or data in (b"", b"SQLite format 3\0" + bytes(5000)))


def test_a_damaged_page_costs_its_table_only(database: Path) -> None:
    data = bytearray(database.read_bytes())
    place = data.index(b"corpus-htex") // 4096 * 4096
    data[place : place + 4096] = b"\xff" * 4096
    database.write_bytes(data)
    raws, notes = read(database)
    assert len(notes.rejected) == 1 and notes.rejected[0][1].startswith("table workflow: ")
    assert len(raws) == 20


def test_a_write_ahead_log_left_behind(tmp_path: Path) -> None:
    live = sqlite3.connect(tmp_path / "live.db")
    live.execute("PRAGMA journal_mode=WAL")
    live.executescript("CREATE TABLE block (status); PRAGMA wal_checkpoint; INSERT INTO block VALUES ('RUNNING');")
    (tmp_path / "dead").mkdir()
    for name in ("live.db", "live.db-wal"):
        (tmp_path / "dead" / name).write_bytes((tmp_path / name).read_bytes())
    raws, notes = read(tmp_path / "live.db")
    assert [raw.keys["wideview.body"] for raw in raws] == ["block: RUNNING"]
    raws, notes = read(tmp_path / "dead" / "live.db")
    assert raws == [] and notes.mended == [(0, "read without its -wal file")] and not notes.rejected
    live.close()


def test_a_journal_left_behind(tmp_path: Path) -> None:
    path = make(tmp_path / "x.db", "CREATE TABLE block (status); INSERT INTO block VALUES ('RUNNING');")
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA cache_size=1")
    writer.execute("PRAGMA synchronous=FULL")
    writer.execute("BEGIN")
    writer.executemany("INSERT INTO block VALUES (?)", [("x" * 3000,)] * 50)
    (tmp_path / "dead").mkdir()
    for name in ("x.db", "x.db-journal"):
        (tmp_path / "dead" / name).write_bytes((tmp_path / name).read_bytes())
    writer.rollback()
    writer.close()
    raws, notes = read(tmp_path / "dead" / "x.db")
    assert raws[0].keys["wideview.body"] == "block: RUNNING"
    assert notes.mended and not notes.rejected


def test_sniff(database: Path) -> None:
    head = database.read_bytes()[:8192]
    assert SOURCE.sniff("any", head) > SOURCE.sniff("any", head[:100]) > 0
    assert SOURCE.sniff("monitoring.db", b"hello") == 0


def test_words() -> None:
    assert body("node", {"worker_count": 1, "active": 0}, "") == "node: , 1 worker, inactive"
    assert body("resource", {}, "") == "resource: "
