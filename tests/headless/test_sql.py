"""Tests of tui.headless.sql: answers as a table, as JSON lines and as CSV, and what the command says of mistakes.

The golden file was checked by hand against the files of the fixture.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.query.making import write
from tui.cli import main

GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture(autouse=True)
def _in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of files are those that were given."""
    monkeypatch.chdir(FIXTURES.parent)
    monkeypatch.delenv("COLUMNS", raising=False)


def test_as_a_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    sql = "SELECT time, since, level, body FROM flows WHERE kind = 'task' AND entity = 2 ORDER BY wideview.id"
    assert main(["sql", "fixtures/threads", sql]) == 0
    told = capsys.readouterr().out
    assert max(map(len, told.splitlines())) <= 80
    assert told == (GOLDEN / "sql-threads-task-2.txt").read_text()


def test_too_many_columns_stand_below_each_other(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert main(["sql", "fixtures/threads", "SELECT * FROM records LIMIT 2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == ["row 1", "row 2"]
    assert max(map(len, lines)) <= 60
    assert any(line.split() == ["level", "DEBUG"] for line in lines)


def test_a_pipe_gets_whole_values(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["sql", "fixtures/threads", "SELECT max(length(body)) AS n, max_by(body, length(body)) FROM records"]) == 0
    )
    head, row = capsys.readouterr().out.splitlines()
    assert head.startswith(" " * (len(row.split()[0]) - 1) + "n") or head.split()[0] == "n"
    assert len(row) > int(row.split()[0])


def test_as_json_lines_and_csv(capsys: pytest.CaptureFixture[str]) -> None:
    sql = (
        "SELECT level AS a, count(*) AS a, min(time) AS t, [1.5, NULL] AS l, 1e20::HUGEINT AS h, NULL AS n, "
        "2.5::DECIMAL(3,1) AS d FROM records WHERE level = 'INFO' GROUP BY level"
    )
    assert main(["sql", "fixtures/threads", "--json", sql]) == 0
    [value] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert list(value) == ["a", "a_2", "t", "l", "h", "n", "d"]
    assert value["a"] == "INFO" and value["t"].startswith("2026-") and value["t"].endswith("Z")
    assert [value[key] for key in "lhnd"] == [[1.5, None], 10**20, None, 2.5]
    assert main(["sql", "fixtures/threads", sql, "--csv"]) == 0
    head, row = csv.reader(io.StringIO(capsys.readouterr().out))
    assert head == ["a", "a", "t", "l", "h", "n", "d"] and row[:2] == ["INFO", str(value["a_2"])]


def test_what_a_log_says_reaches_no_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = {"t": 1.5, "msg": "a\x1b[31m\nb\u202e", "k\x1b]0;x\x07": "v"}
    write(tmp_path, {"a.jsonl": json.dumps(record) + "\n"})
    assert main(["sql", str(tmp_path), "SELECT * FROM records"]) == 0
    assert main(["sql", str(tmp_path), "SELECT CAST(msg AS INTEGER) FROM records"]) == 2
    told = capsys.readouterr()
    assert "\x1b" not in told.out + told.err and "\u202e" not in told.out + told.err and "␛[31m" in told.out


def test_exit_status_and_messages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sql", "fixtures/threads", "SELECT 1 WHERE false"]) == 1
    assert main(["sql", "fixtures/threads", "-w", "level:CRITICAL", "SELECT * FROM records"]) == 1
    assert capsys.readouterr().out == ""
    assert main(["sql", "fixtures/threads", "SELECT level\n  FROM recrods"]) == 2
    assert capsys.readouterr().err == (
        "wideview: there is no table recrods: there are records, flows, entities, templates, steps\n"
        "    FROM recrods\n         ^\n"
    )
    assert main(["sql", "fixtures/threads"]) == 2
    assert "one PATH and one statement" in capsys.readouterr().err
    assert main(["sql", "fixtures/threads", "-w", "level:(", "SELECT 1"]) == 2


def test_ctrl_c_ends_it_at_once() -> None:
    sql = "SELECT sum(a.line + b.line * c.line) FROM records a, records b, records c"
    code = "import sys; from tui.cli import run; print('ready', flush=True); run()"
    command = [sys.executable, "-c", code, "sql", "tui/demo/runinfo", sql]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ}) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
