"""Tests of tui.headless.info: what was read, for people."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.query.making import DFLOW, text, write
from tui.cli import main

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(autouse=True)
def _in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files are those that were given."""
    monkeypatch.chdir(FIXTURES.parent)


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main(["info", *arguments]) == 0
    return capsys.readouterr().out.splitlines()


def section(lines: list[str], title: str) -> list[str]:
    """The lines below *title* up to the next blank one."""
    start = next(number for number, line in enumerate(lines) if line.startswith(title)) + 1
    end = lines.index("", start) if "" in lines[start:] else len(lines)
    return lines[start:end]


def directory(path: str) -> str:
    """*path* with its place on this machine left out."""
    return path.replace(str(FIXTURES.parent), "ROOT")


def test_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    found = "\n".join(shown(capsys, "fixtures/threads")) + "\n"
    assert directory(found) == (GOLDEN / "info-threads.txt").read_text()


def test_as_json_lines(capsys: pytest.CaptureFixture[str]) -> None:
    found = "\n".join(shown(capsys, "fixtures/threads", "--json")) + "\n"
    assert directory(found) == (GOLDEN / "info-threads.jsonl").read_text()


def test_the_sum_of_all_files(capsys: pytest.CaptureFixture[str]) -> None:
    lines = section(shown(capsys, "fixtures/text"), "Files of lines")
    paths = [path for path in Path("fixtures/text").rglob("*") if path.is_file() and path.suffix != ".db"]
    read = [path for path in paths if path.suffix not in (".pkl", ".sh", ".ec") and path.stat().st_size]
    count = sum(path.read_bytes().count(b"\n") for path in read)
    assert lines[-1] == f"  sum of 12 files: lines {count:,}  first 1,538  continuation 126  damaged 0  blank 0"


def test_many_files_of_a_kind_are_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In text; JSON lists each."""
    write(tmp_path, {f"run/000/task_logs/0000/task_{n:04}_f.stdout": "one\ntwo\n" for n in range(12)})
    lines = section(shown(capsys, str(tmp_path)), "Files of lines")
    assert [line.split() for line in lines[1:-1]] == [
        f"24 24 0 0 0 task-output {tmp_path}/run/000/task_logs/0000/ (12 files; --json lists each)".split()
    ]
    found = [json.loads(line) for line in shown(capsys, str(tmp_path), "--json")]
    assert sum(fact["kind"] == "file" for fact in found) == 12


def test_damaged_and_mended_lines_are_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write(tmp_path, {"a.jsonl": '{"t": 1.5}\n{"t": 2\n\n\0\0{"t": 3.5}\n'})
    lines = shown(capsys, str(tmp_path / "a.jsonl"))
    [rejected] = section(lines, "Rejected lines")
    assert rejected.startswith(f"  {tmp_path}/a.jsonl:2: not JSON: ")
    assert section(lines, "Mended lines") == [f"  {tmp_path}/a.jsonl:4: a hole of 2 NUL bytes before it"]
    assert section(lines, "Files of lines")[1].split()[:5] == ["4", "2", "0", "1", "1"]


def test_a_conflict_says_what_contradicts_what_and_where(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    launch = "Parsl task {} try 0 launched on executor x with executor id 1"
    log = text(1, launch.format(3), DFLOW) + text(2, launch.format(4), DFLOW)
    write(tmp_path, {"run/000/parsl.log": log})
    lines = shown(capsys, str(tmp_path))
    told = section(lines, "Conflicts: 1")
    path = f"{tmp_path}/run/000/parsl.log"
    assert told[0] == (
        f"  000: parsl.executor=x parsl.executor_task=1 has 2 values of parsl.task: 3, 4 ({path}:1, {path}:2)"
    )
    assert told[1].startswith("    contradicts: ")


def test_no_line_is_far_too_wide(capsys: pytest.CaptureFixture[str]) -> None:
    keys = section(shown(capsys, "fixtures/text"), "Keys")
    assert all(len(line) <= 80 for line in keys)
    counted = dict(re.findall(r"([\w.]+) (\d+(?:,\d+)?)", " ".join(keys)))
    assert counted["formatted"] == "1,529"
