"""Tests of tui.sources: finding sources and choosing one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tui.records import Notes, Raw
from tui.sources import choose, discover
from tui.sources.base import File

RUN = Path(__file__).with_name("data") / "run"


@dataclass
class Fake:
    name: str
    sure: float
    title: str = ""
    body: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    lines: bool = True
    json_lines: bool = False
    time: str = ""

    def sniff(self, name: str, head: bytes) -> float:
        return self.sure

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        return iter(())


def test_every_source_is_found_once_and_in_order() -> None:
    names = [source.name for source in discover()]
    assert names == sorted(set(names))
    assert {"parsl-text", "parsl-database-manager", "monitoring-db", "batch-output", "task-output"} <= set(names)


def test_the_surest_is_chosen_and_ties_go_by_name() -> None:
    a, b, c = Fake("a", 0.5), Fake("b", 0.9), Fake("c", 0.9)
    assert choose("x", b"", (a, c, b)) is b
    assert choose("x", b"", (a, Fake("d", 0))) is a
    assert choose("x", b"", (Fake("d", 0),)) is None
    assert choose("x", b"", ()) is None


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("parsl.log", "parsl-text"),
        ("database_manager.log", "parsl-database-manager"),
        ("submit_scripts/parsl.htex_Two.block-1.1795159266.4303188.sh.err", "batch-output"),
        ("submit_scripts/parsl.htex_Two.block-1.1795159266.4303188.sh.out", "batch-output"),
        ("task_logs/0000/task_0081_greet.stderr", "task-output"),
    ],
)
def test_real_files(name: str, expected: str) -> None:
    chosen = choose(f"runinfo/000/{name}", (RUN / name).read_bytes(), discover())
    assert chosen is not None and chosen.name == expected


def test_a_database(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "monitoring.db") as database:
        database.execute("CREATE TABLE a (b)")
    database.close()
    chosen = choose("monitoring.db", (tmp_path / "monitoring.db").read_bytes(), discover())
    assert chosen is not None and chosen.name == "monitoring-db"


def test_no_one_knows_random_bytes() -> None:
    assert choose("binary.log", bytes(range(256)) * 8, discover()) is None
