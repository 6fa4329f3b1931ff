"""Tests of tui.sources.parquet: rows that the loader has written as JSON lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.query.test_side import CHAINS, parquet
from tui.records import Notes, Raw
from tui.sources import choose, contract, discover
from tui.sources.parquet import SOURCES

[SOURCE] = SOURCES
COPY = b'{"chain":"7","timestamp":"2026-11-20T08:00:00Z"}\n\n{"chain":"8","note":null}\n[1]\n{"a":{}}\n'


def read(data: bytes, place: Path, limit: int | None = None) -> tuple[list[Raw], Notes]:
    return contract.read(SOURCE, data, "chains.parquet", limit, place / "copy")


def test_contract(tmp_path: Path) -> None:
    contract.check(SOURCE, parquet(tmp_path / "chains.parquet", CHAINS).read_bytes(), "chains.parquet")


def test_rows(tmp_path: Path) -> None:
    raws, notes = read(COPY, tmp_path)
    assert [(raw.line, raw.offset, raw.length, raw.time, raw.keys) for raw in raws] == [
        (
            1,
            -1,
            0,
            1795161600 * 10**9,
            {
                "chain": "7",
                "timestamp": "2026-11-20T08:00:00Z",
                "wideview.body": "chain=7 timestamp=2026-11-20T08:00:00Z",
            },
        ),
        (3, -1, 0, None, {"chain": "8", "wideview.body": "chain=8"}),
    ]
    assert notes.rows == 2 and not notes.lines
    assert notes.rejected == [(4, "no row of a table"), (5, "no row of a table")]


def test_with_a_limit(tmp_path: Path) -> None:
    assert len(read(COPY, tmp_path, 20)[0]) == 1


def test_without_the_engine(tmp_path: Path) -> None:
    raws, notes = read(parquet(tmp_path / "chains.parquet", CHAINS).read_bytes(), tmp_path)
    assert raws == [] and notes.rejected == [(0, "cannot be read: only the engine reads Parquet")]


@pytest.mark.parametrize("name", ["chains.parquet", "chains", "chains.csv", "parsl.log", "x.jsonl"])
def test_it_is_known_by_its_first_bytes(tmp_path: Path, name: str) -> None:
    data = parquet(tmp_path / "t", CHAINS).read_bytes()
    assert choose(name, data, discover()) is SOURCE
    assert SOURCE.sniff("chains.parquet", b"chain,task\n1,2\n") == 0
