"""Tests of tui.headless.info: what was read, for people."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.query.making import DFLOW, INTERCHANGE, POOL, text, write
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
    told = " ".join(" ".join(lines).split())
    sums = f"lines {count:,}, first 1,538, continuation 126, damaged 0, blank 0"
    assert told.endswith(f"sum of 12 files: {sums}")


def test_many_files_of_a_kind_are_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """In text; JSON lists each."""
    write(tmp_path, {f"run/000/task_logs/0000/task_{n:04}_f.stdout": "one\ntwo\n" for n in range(12)})
    lines = section(shown(capsys, str(tmp_path)), "Files of lines")
    assert lines[-2].split() == ["24", "24", "0", "0", "0", "task-output", "12", "files"]
    found = [json.loads(line) for line in shown(capsys, str(tmp_path), "--json")]
    assert sum(fact["kind"] == "file" for fact in found) == 12


def test_damaged_and_mended_lines_are_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write(tmp_path, {"a.jsonl": '{"t": 1.5}\n{"t": 2\n\n\0\0{"t": 3.5}\n'})
    lines = shown(capsys, str(tmp_path / "a.jsonl"))
    rejected = section(lines, "Rejected lines")
    assert rejected[0].endswith("a.jsonl") and rejected[1].startswith("    2: not JSON: ")
    assert section(lines, "Mended lines")[1:] == ["    4: a hole of 2 NUL bytes before it"]
    assert section(lines, "Files of lines")[-2].split()[:5] == ["4", "2", "0", "1", "1"]


def test_lines_in_a_row_are_one_span(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write(tmp_path, {"a.jsonl": '{"t": 1.5}\n' * 60 + "x\n" * 30 + '{"t": 2}\nx\n'})
    lines = section(shown(capsys, str(tmp_path / "a.jsonl")), "Rejected lines")
    assert lines[1:] == ["    61-90, 92: not a JSON object"]


def test_a_conflict_says_what_contradicts_what_and_where(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    launch = "Parsl task {} try 0 launched on executor x with executor id 1"
    log = text(1, launch.format(3), DFLOW) + text(2, launch.format(4), DFLOW)
    write(tmp_path, {"run/000/parsl.log": log})
    lines = shown(capsys, str(tmp_path))
    told = section(lines, "Conflicts: 1")
    assert told[0].startswith("  in /") and told[0].endswith("run/000/")
    assert " ".join(" ".join(told[1:]).split()) == (
        "000: parsl.executor=x parsl.executor_task=1 has 2 values of parsl.task: 3, 4 (parsl.log:1, parsl.log:2) "
        "contradicts: task of an executor task"
    )


def test_a_clock_that_is_wrong_and_how_to_put_it_right(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    put = "Putting task {0} onto pending_task_queue"
    write(
        tmp_path,
        {
            "000/x/interchange.log": "".join(text(n, put.format(n), INTERCHANGE) for n in range(1, 5)),
            "000/x/block-0/0123456789ab/worker_0.log": "".join(
                text(n - 2.5, f"Received executor task {n}", POOL) for n in range(1, 5)
            ),
        },
    )
    told = " ".join(" ".join(section(shown(capsys, str(tmp_path)), "Clocks that disagree")).split())
    assert "4 of 4 pairs of steps out of order: behind by at least 2.5 s" in told
    assert "'received by the worker'" in told and "stands 2.50 s before 'queued by the interchange'" in told
    assert told.endswith("to put it right: --shift 0123456789ab=2.5")


def test_silences_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    seconds = [*range(90), *range(130, 200)]
    write(
        tmp_path,
        {
            "000/parsl.log": "".join(text(n, f"at {n}", DFLOW) for n in range(200)),
            "000/x/interchange.log": "".join(text(n, f"at {n}", INTERCHANGE) for n in seconds),
        },
    )
    told = section(shown(capsys, str(tmp_path)), "Silences")
    assert told[0].endswith("interchange.log")
    assert told[1] == "    41.0 s from 2026-11-20T07:21:25Z, 40 records of others meanwhile"


def test_skipped_files_are_grouped_by_reason(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write(tmp_path, {"a.jsonl": '{"t": 1.5}\n', **{f"empty_{n}.log": "" for n in range(9)}, "b.pkl": b"\x80\x04."})
    told = section(shown(capsys, str(tmp_path)), "Skipped files: 10")
    assert told[0] == "  9: empty" and told[4] == "    … and 6 more (--json lists them)"
    assert told[5] == "  1: a pickle, which is never loaded" and told[6].endswith("b.pkl")


def test_many_keys_are_not_all_listed(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write(tmp_path, {"a.jsonl": json.dumps({f"key{n}": n for n in range(100)}) + "\n"})
    assert section(shown(capsys, str(tmp_path)), "Keys")[-1].endswith("… and 40 more (--json lists all)")
    found = [json.loads(line) for line in shown(capsys, str(tmp_path), "--json")]
    assert sum(fact["kind"] == "key" for fact in found) == 100


def test_no_line_is_too_wide(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Only a run's or a rule's name, and a reason without a blank in it, can be longer than a line."""
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    shutil.copytree("fixtures/text", deep)
    for paths in (("fixtures/text", "fixtures/json", "fixtures/threads"), (str(deep),)):
        lines = shown(capsys, *paths)
        assert [line for line in lines if len(line) > 80] == []
    counted = dict(re.findall(r"([\w.]+) (\d+(?:,\d+)?)", " ".join(section(lines, "Keys"))))
    assert counted["formatted"] == "1,529"


def test_a_clock_that_counts_from_a_start(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "dmesg.txt"
    path.write_text("[    0.000000] Linux version 6.1.0\n[    1.500000] Mem-Info:\n")
    assert main(["info", str(path), "--no-cache"]) == 0
    said = "  dmesg: counts from a start; --boot dmesg=TIME says when it was (1 file)\n"
    assert said in capsys.readouterr().out
    assert main(["info", str(path), "--no-cache", "--boot", "dmesg=2026-11-20T05:00:00Z"]) == 0
    out = capsys.readouterr().out
    assert said not in out and "from 2026-11-20T05:00:00Z to 2026-11-20T05:00:01.5Z\n" in out
