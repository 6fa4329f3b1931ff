"""Tests of tui.query.spool: copies live as long as somebody needs them."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.query.making import write
from tui.query import spool


def dead() -> int:
    """The number of a process that is gone."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_temporary_copies_go_with_their_owner(temporary: Path) -> None:
    made = spool.Temporary()
    assert list(temporary.iterdir()) == [made.path] and made.path.stat().st_mode & 0o777 == 0o700
    write(made.path, {"1": "x"})
    del made
    gc.collect()
    assert list(temporary.iterdir()) == []


def test_temporary_copies_go_when_a_process_leaves_without_the_interpreter(temporary: Path) -> None:
    kept = [spool.Temporary(), spool.Temporary()]
    spool.leave()
    assert list(temporary.iterdir()) == [] and kept


def test_what_processes_that_are_gone_left_is_taken_away(temporary: Path) -> None:
    names = [f"wideview-{os.getuid()}-{dead()}-x.files", f"wideview-{os.getuid()}-{os.getppid()}-x.files"]
    names += [f"wideview-{os.getuid() + 1}-{dead()}-x.files", f"wideview-{os.getuid()}-x.files", "other"]
    write(temporary, {f"{name}/1": "x" for name in names})
    made = spool.Temporary()
    assert {path.name for path in temporary.iterdir()} == {*names[1:], made.path.name}


def test_copies_beside_an_index(tmp_path: Path) -> None:
    index, other = tmp_path / "a.duckdb", tmp_path / "b.duckdb"
    copies = spool.beside(index)
    write(copies, {"1": "12345"})
    assert copies.stat().st_mode & 0o777 == 0o700
    assert spool.of(index) is None, "there is no index yet"
    building = write(tmp_path, {"a.part": "index", "b.duckdb": "other"}) / "a.part"
    spool.settle(copies, building)
    building.rename(index)
    assert spool.of(index) == copies and spool.of(other) is None
    assert spool.size(index) == 5 + 5 + (copies / "index").stat().st_size and spool.size(other) == 5
    spool.forget(other)
    spool.forget(index)
    assert list(tmp_path.iterdir()) == []


def test_the_copies_of_the_index_that_was_made_last_stay(tmp_path: Path) -> None:
    """Two processes made the same one; both are gone. A third one is at work."""
    index = tmp_path / "a.duckdb"
    made = []
    for number in (dead(), dead()):
        copies = tmp_path / f"a-{number}.files"
        write(tmp_path, {f"{copies.name}/1": "x", "a.part": "index"})
        spool.settle(copies, tmp_path / "a.part")
        (tmp_path / "a.part").replace(index)
        made.append(copies)
    write(tmp_path, {f"b-{os.getppid()}.files/1": "x", f"b-{dead()}.files/1": "x", "other": "x", "a-x.files": "x"})
    spool.tidy(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"a.duckdb", made[1].name, f"b-{os.getppid()}.files", "other", "a-x.files"}
    assert spool.of(index) == made[1]


def test_what_lies_there_from_an_earlier_process_of_that_number_is_not_used(tmp_path: Path) -> None:
    write(spool.beside(tmp_path / "a.duckdb"), {"1": "x"})
    assert list(spool.beside(tmp_path / "a.duckdb").iterdir()) == []


def test_processes() -> None:
    assert spool.alive(str(os.getpid())) and not spool.alive(str(dead()))
    assert spool.alive("x") and spool.alive("9" * 40) and spool.alive("1")
