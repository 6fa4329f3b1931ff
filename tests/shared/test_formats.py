"""A format of the user's own on a whole real log: README's, which was written for it."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from tests.headless.test_formats import block
from tests.shared.data import DATA, needs_data
from tui.cli import main
from tui.query.rules import parse
from tui.sources import contract

LOG = DATA / "others" / "stdlib-iso-z.log"


@needs_data
def test_every_line() -> None:
    [made] = parse([("sim.toml", block("[[format]]"))]).format
    data = LOG.read_bytes()
    raws, notes = contract.read(made, data)
    assert (notes.first, notes.continuation, notes.damaged, notes.blank) == (245, 22, 0, 0)
    assert notes.lines == data.count(b"\n")
    levels = Counter(raw.keys["level"] for raw in raws)
    assert levels == {"DEBUG": 51, "INFO": 144, "WARNING": 45, "ERROR": 4, "CRITICAL": 1}
    assert all(raw.time is not None for raw in raws)


@needs_data
def test_rules_beside_it_join_its_records(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sim.toml").write_text(block("[[format]]"))
    shutil.copy(LOG, tmp_path / "sim.log")
    rules = ["--rules", str(tmp_path / "sim.toml"), "--no-cache"]
    assert main(["flow", str(tmp_path / "sim.log"), "sim.task=1", *rules]) == 0
    first, *steps = capsys.readouterr().out.splitlines()
    assert first.startswith("task 1 of ") and ": 61 records from 1 file" in first
    assert len([step for step in steps if step]) == 61
