"""Tests of tui.query.tables: Parquet as JSON lines; test_side.py has what comes of it."""

from __future__ import annotations

from pathlib import Path

from tests.query.test_side import CHAINS, parquet
from tui.query.store import Store
from tui.query.tables import readable
from tui.sources.base import File
from tui.sources.parquet import SOURCES
from tui.sources.side_table import SOURCES as CSV


def test_a_copy_that_goes_away(tmp_path: Path) -> None:
    file = File(str(parquet(tmp_path / "t.parquet", CHAINS)), "shown")
    with readable(Store(), file, SOURCES[0], tmp_path) as (copy, damage):
        assert Path(copy.path).read_text() == (
            '{"chain":"7","parsl.task":"5"}\n{"chain":"7","parsl.task":"6"}\n{"chain":"8","parsl.task":"1"}\n'
        )
        assert (copy.name, copy.where, damage) == ("shown", file.path, [])
    assert [path.name for path in tmp_path.iterdir()] == ["t.parquet"]


def test_other_kinds_are_read_where_they_lie(tmp_path: Path) -> None:
    file = File(str(tmp_path / "t.csv"), "t.csv")
    with readable(Store(), file, CSV[0], tmp_path) as (same, damage):
        assert same is file and damage == []


def test_a_file_that_is_gone_is_for_its_reader_to_miss(tmp_path: Path) -> None:
    file = File(str(tmp_path / "none.parquet"), "none.parquet")
    with readable(Store(), file, SOURCES[0], tmp_path) as (same, damage):
        assert same is file and damage == []


def test_a_preview(tmp_path: Path) -> None:
    select = "SELECT range AS x FROM range(100000)"
    file = File(str(parquet(tmp_path / "t.parquet", select)), "t.parquet")
    with readable(Store(), file, SOURCES[0], tmp_path, 1000) as (copy, _):
        assert 1000 < len(Path(copy.path).read_bytes()) < 100_000
