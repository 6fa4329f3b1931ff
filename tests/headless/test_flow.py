"""Tests of tui.headless.flow: the flow as text and as JSON lines.

The golden files were checked by hand against the files of the fixture.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.query.making import text, write
from tui.cli import main
from tui.headless import flow, output
from tui.query.browse import Browser

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(autouse=True)
def _in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files are those that were given."""
    monkeypatch.chdir(FIXTURES.parent)


@pytest.mark.parametrize(
    ("run", "task"), [("text", "5"), ("text", "8"), ("json", "4"), ("threads", "2"), ("workqueue", "58")]
)
def test_as_text(capsys: pytest.CaptureFixture[str], run: str, task: str) -> None:
    assert main(["flow", f"fixtures/{run}", f"parsl.task={task}"]) == 0
    assert capsys.readouterr().out == (GOLDEN / f"flow-{run}-task-{task}.txt").read_text()


def test_as_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["flow", "fixtures/threads", "parsl.task=2", "--json"]) == 0
    assert capsys.readouterr().out == (GOLDEN / "flow-threads-task-2.jsonl").read_text()


def test_text_and_json_tell_the_same(text_run: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    found = text_run.flow(text_run.resolve([("parsl.task", "10")]))
    flow.show(text_run.catalog, found)
    whole = capsys.readouterr().out
    lines = [line for line in whole.partition("\n\n")[2].splitlines() if line]
    lines = [line for line in lines if "waited since:" not in line and ", typical " not in line]
    values = list(flow.objects(found))
    assert len(lines) == len(values) == len(found.steps) == 46
    for line, value, step in zip(lines, values, found.steps, strict=True):
        assert line.endswith(value["body"].partition("\n")[0])
        assert (line[0] == ">") == value["slow"] == step.slow
        assert value["wideview.source"] == f"{step.row.file}:{step.row.line}"
        assert (value["since"] is None) == (step.since is None)
        assert step.since is None or abs(value["since"] * 1e9 - step.since) < 1


def test_a_slow_step_says_what_it_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    main(["flow", "fixtures/text", "parsl.task=6"])
    lines = capsys.readouterr().out.splitlines()
    [at] = [number for number, line in enumerate(lines) if line.startswith(">")]
    assert lines[at].split()[1:5] == ["08:56:35.542600", "5.42", "s", "interchange"]
    assert lines[at].endswith("  D  Sent tasks: [4] to manager b'f8132dfeb74a'")
    assert lines[at + 1].strip() == "waited since: Put task 4 onto pending_task_queue"
    assert lines[at + 2].strip() == "5.42 s, p86 of 11 tasks, typical 270 ms"


def test_a_run_by_itself(capsys: pytest.CaptureFixture[str]) -> None:
    main(["flow", "fixtures/threads", "parsl.rundir=000"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("run of 000: 109 records from 1 file, 1.13 s from 2026-11-20T08:56:26.086155Z")


def test_records_without_times(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write(tmp_path, {"run/000/task_logs/0000/task_0003_f.stdout": "one\ntwo\n"})
    assert main(["flow", str(tmp_path), "parsl.task=3"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "task 3 of 000: 2 records from 1 file, no times"
    assert [line.split()[-1] for line in lines[-2:]] == ["one", "two"]


def test_a_damaged_record_says_so_in_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = text(1, "Task 3 initializing state to pending")
    write(tmp_path, {"run/000/parsl.log": "cut off\n" + good})
    assert main(["flow", str(tmp_path), "parsl.rundir=000", "--json"]) == 0
    values = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [value.get("wideview.error") for value in values] == ["not in the format of this log", None]
    assert values[0]["level"] is None


def test_a_clock_is_aligned() -> None:
    assert flow._clock(1_500_000_000) == "00:00:01.500000"
    assert flow._clock(1_000_000_000) == "00:00:01.000000"
    assert flow._clock(1_123_456_789) == "00:00:01.123456"
    assert flow._clock(None) == " " * 15
    assert output.line.__doc__
