"""``wideview cache``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tui.cli import main
from tui.headless.cache import age, amount


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "run.log").write_text("one\ntwo\n")
    assert main(["info", str(tmp_path / "run.log")]) == 0
    return str(tmp_path / "run.log")


def test_it_lists(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["cache"]) == 0
    head, names, row = capsys.readouterr().out.splitlines()
    assert "1 index," in head and names.split() == ["used", "size", "records", "of"]
    assert row.split()[0] == "now" and row.split()[3] == "2" and len(row) <= 80 and row.endswith("run.log")


def test_json(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["cache", "--json"]) == 0
    fact = json.loads(capsys.readouterr().out)
    assert fact["paths"] == [run] and fact["records"] == 2 and Path(fact["index"]).stat().st_size == fact["bytes"]
    assert fact["used"].endswith("Z")


def test_it_clears(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main(["cache", "clear", run]) == 0
    assert capsys.readouterr().out.startswith("1 index taken away, ")
    assert main(["cache"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith("0 indexes, 0 B")


def test_what_it_cannot_do(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cache", "burn"]) == 2
    assert "wideview cache clear" in capsys.readouterr().err


def test_sizes_and_ages() -> None:
    assert [amount(n) for n in (0, 999, 1500, 34_000_000, 150_000_000_000)] == [
        "0 B", "999 B", "1.5 kB", "34.0 MB", "150 GB",
    ]  # fmt: skip
    assert [age(n) for n in (0, 61, 7300, 90000)] == ["now", "1 min ago", "2 h ago", "1 d ago"]
