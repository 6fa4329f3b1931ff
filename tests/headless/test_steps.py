"""Tests of tui.headless.steps: variants and steps as text and as JSON lines.

The golden files were checked by hand against the files of the fixture.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tui.cli import main

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(autouse=True)
def _in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files are those that were given, and lines as long as those of a small terminal."""
    monkeypatch.chdir(FIXTURES.parent)
    monkeypatch.setenv("COLUMNS", "80")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("text", ["fixtures/text"]),
        ("json-executor-tasks", ["fixtures/json", "--by", "parsl.executor_task", "--variant", "0"]),
        ("academy", ["fixtures/academy/home", "--variant", "1"]),
    ],
)
def test_as_text(capsys: pytest.CaptureFixture[str], name: str, arguments: list[str]) -> None:
    assert main(["steps", *arguments]) == 0
    told = capsys.readouterr().out
    assert told == (GOLDEN / f"steps-of-{name}.txt").read_text()
    assert max(map(len, told.splitlines())) <= 80


def test_as_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["steps", "fixtures/threads", "--json"]) == 0
    assert capsys.readouterr().out == (GOLDEN / "steps-of-threads.jsonl").read_text()


def test_one_variant_as_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["steps", "fixtures/text", "--json", "--variant", "1"]) == 0
    values = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {value["variant"] for value in values} == {1}
    assert [value["position"] for value in values] == list(range(len(values)))
    assert sum(value["most"] for value in values) == 1
    assert sum(value["share"] for value in values) == pytest.approx(1)


def test_a_share_with_repeats_in_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """The wait that is told is that of the first try; the share is that of both."""
    assert main(["steps", "fixtures/text", "--variant", "4"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "×2.0 Sent tasks: <*> to manager <*>" in told
    assert "repeats included: 2.0 per task; the first alone has 92 %; median 5.38 s" in told


def test_what_is_left_out_at_loading_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    run = ["steps", "fixtures/text/runinfo/000"]
    assert main(run) == 0
    assert "is cut" not in capsys.readouterr().err
    assert main([*run, "--until", "2026-11-20T08:56:35"]) == 0
    assert "what reaches beyond is cut, and its variant another" in capsys.readouterr().err


def test_much_room_has_more_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The waits as they are told in JSON."""
    monkeypatch.setenv("COLUMNS", "110")
    assert main(["steps", "fixtures/text"]) == 0
    told = capsys.readouterr().out
    assert "  first   waited    mean     p95     p99 share queue  source" in told
    [most] = [line for line in told.splitlines() if line.startswith("> ")]
    assert most.split()[1:11] == ["4.82", "ms", "198", "µs", "1.19", "s", "4.04", "s", "4.61", "s"]


def test_nothing_matched(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["steps", "fixtures/text", "-w", '"no such words"']) == 1
    assert capsys.readouterr().out == "no task in these records\n"
    assert main(["steps", "fixtures/text", "-w", '"no such words"', "--json"]) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--variant", "99"], "there is no variant 99; there are 9 (0 is all together)"),
        (["--by", "nope"], "'nope' is not a key that can be followed"),
        (["-w", "("], "this bracket is never closed"),
    ],
)
def test_bad_usage(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert main(["steps", "fixtures/text", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_pipe_gets_whole_templates(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks for a text with grep finds it."""
    monkeypatch.delenv("COLUMNS")
    assert main(["steps", "fixtures/text"]) == 0
    told = capsys.readouterr().out
    assert "Parsl task <*> try <*> launched on executor <*> with executor id <*>\n" in told
    assert "…" not in told
