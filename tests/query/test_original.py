"""Tests of tui.query.original: bytes read where they lie, or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from tui.query import original
from tui.query.original import Originals


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "a.log"
    made.write_bytes(bytes(range(256)) * 16)
    return made


def catalog(path: Path) -> SimpleNamespace:
    status = path.stat()
    file = {"path": str(path), "name": "a.log", "size": status.st_size, "mtime_ns": status.st_mtime_ns}
    return SimpleNamespace(files={0: file})


def test_bytes_at_any_place(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In any order, across the blocks that are read at once."""
    monkeypatch.setattr(original, "_BLOCK", 100)
    data = path.read_bytes()
    with Originals(catalog(path)) as originals:
        for start, length in ((0, 10), (95, 10), (4000, 96), (50, 0), (10, 300), (0, 4096)):
            assert originals.read(0, start, length) == data[start : start + length]
        assert originals.changed == set()


def test_what_reaches_beyond_the_end_is_no_record(path: Path) -> None:
    with Originals(catalog(path)) as originals:
        assert originals.read(0, 4090, 10) is None
        assert originals.changed == {"a.log"}


def test_a_file_that_grew_is_read(path: Path) -> None:
    known = catalog(path)
    with path.open("ab") as file:
        file.write(b"more")
    with Originals(known) as originals:
        assert originals.read(0, 0, 3) == b"\0\1\2"


@pytest.mark.parametrize("change", ["gone", "shorter", "touched"])
def test_a_file_that_is_not_what_was_read_is_not_read(path: Path, change: str) -> None:
    known = catalog(path)
    if change == "gone":
        path.unlink()
    elif change == "shorter":
        path.write_bytes(b"short")
    else:
        os.utime(path, ns=(1, 1))
    with Originals(known) as originals:
        assert originals.read(0, 0, 3) is None
        assert originals.read(0, 1, 3) is None
        assert originals.changed == {"a.log"}
