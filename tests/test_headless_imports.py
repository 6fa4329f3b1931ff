"""The headless commands start fast: what they need not is not imported."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.conftest import FIXTURES

THREADS = str(FIXTURES / "threads")
REPORT = """
import json, sys
from tui.cli import main
try:
    status = main(sys.argv[1:])
except SystemExit as end:
    status = end.code
sys.stderr.write(json.dumps([status, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


def imported(*arguments: str) -> set[str]:
    """The top-level modules that the command imports."""
    done = subprocess.run([sys.executable, "-c", REPORT, *arguments], capture_output=True, check=True, text=True)
    status, names = json.loads(done.stderr)
    assert status == 0
    assert done.stdout
    return set(names)


@pytest.mark.parametrize(
    "arguments",
    [
        ["info", THREADS, "--json"],
        ["info", THREADS],
        ["export", THREADS],
        ["flow", THREADS, "parsl.task=1"],
        ["sql", THREADS, "SELECT level FROM records"],
        ["chart", THREADS],
    ],
    ids=lambda arguments: arguments[0],
)
def test_no_command_without_a_screen_imports_a_terminal(arguments: list[str]) -> None:
    names = imported(*arguments)
    assert "duckdb" in names
    assert not names & {"textual", "rich", "plotext", "pandas", "pyarrow"}


def test_a_chart_is_drawn_without_what_screens_need() -> None:
    assert not imported("chart", THREADS, "states") & {"textual", "rich", "pandas", "pyarrow", "matplotlib"}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["demo", "--path"]], ids=" ".join)
def test_what_reads_no_log_imports_no_engine(arguments: list[str]) -> None:
    assert not imported(*arguments) & {"textual", "rich", "plotext", "duckdb", "numpy", "lark", "sqlite3"}


def test_the_log_kinds_are_listed_without_the_engine() -> None:
    assert not imported("formats") & {"textual", "rich", "plotext", "duckdb", "numpy", "lark"}
