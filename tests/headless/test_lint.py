"""Tests of tui.headless.lint: findings for people, and the exit status for scripts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tui.cli import DONE, NOTHING, main


@pytest.fixture
def broken(tmp_path: Path) -> str:
    """A run whose interchange never got a result, with an executor task of two tasks, without a worker's log."""
    run = Path(shutil.copytree(FIXTURES / "text", tmp_path / "run"))
    log = run / "runinfo/000/htex_Local/interchange.log"
    kept = [line for line in log.read_text().splitlines(keepends=True) if "Removing task 3 " not in line]
    log.write_text("".join(kept))
    (run / "runinfo/000/htex_Local/block-0/f8132dfeb74a/worker_1.log").unlink()
    parsl = run / "runinfo/000/parsl.log"
    lines = parsl.read_text().splitlines(keepends=True)
    launch = next(line for line in lines if "with executor id 2" in line)
    parsl.write_text("".join([*lines, launch.replace("Parsl task ", "Parsl task 9")]))
    return str(run)


def test_nothing_found_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(FIXTURES / "text")]) == DONE
    assert capsys.readouterr().out == "no findings in 1,736 records\n"


def test_findings_are_1(capsys: pytest.CaptureFixture[str], broken: str) -> None:
    assert main(["lint", broken]) == NOTHING
    told = capsys.readouterr().out
    lines = told.splitlines()
    for title in ("Contradictions", "Records without a key", "Sequences that end early", "Sequences that miss a step"):
        assert sum(line.startswith(title) for line in lines) == 1, title
    assert "parsl.executor_task=3" in told
    assert all(len(line) <= 80 for line in lines)


def test_as_json(capsys: pytest.CaptureFixture[str], broken: str) -> None:
    assert main(["lint", broken, "--json"]) == NOTHING
    facts = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert facts[-1]["kind"] == "summary" and facts[-1]["findings"] == len(facts) - 1 > 3
    assert main(["lint", str(FIXTURES / "threads"), "--json"]) == DONE
