"""Tests of tui.query.mistake: one line, and a file that nobody else can read and no terminal obeys."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.query import mistake


def raised(text: str) -> Exception:
    try:
        raise ValueError(text)
    except ValueError as error:
        return error


def test_a_line_and_a_file(own_directories: Path) -> None:
    said = mistake.told(raised("no such\x1b]0;x\x07\nthing"))
    assert said.startswith("internal error: ValueError: no such\x1b]0;x\x07; details are in ")
    path = Path(said.partition("; details are in ")[2])
    assert path.parent == own_directories / "cache" / "wideview"
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert "Traceback (most recent call last):" in text and "in raised" in text
    assert "no such\\x1b]0;x\\x07\nthing" in text


def test_only_the_last_are_kept(own_directories: Path) -> None:
    for i in range(15):
        mistake.told(raised(str(i)))
    assert len(list((own_directories / "cache" / "wideview").glob("error-*.txt"))) == 10


def test_where_there_is_no_cache_it_is_a_temporary_file(
    own_directories: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (own_directories / "cache").write_text("not a directory")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert f"details are in {tmp_path}" in mistake.told(raised("x" * 5000))
    assert len(os.listdir(tmp_path)) == 1
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    assert mistake.told(raised("gone")) == "internal error: ValueError: gone"
