"""The installed command in a terminal: a pseudo-terminal of 120 columns and 40 lines, and what stands on its screen."""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIXTURES
from tests.query.making import text, write
from tests.terminal import Terminal


@pytest.fixture
def terminal() -> Iterator[Callable[..., Terminal]]:
    """Starts ``wideview`` with these arguments."""
    started: list[Terminal] = []

    def start(*arguments: str, **more: Any) -> Terminal:
        started.append(Terminal(*arguments, **more))
        return started[-1]

    yield start
    for each in started:
        each.close()


def test_the_demo_opens_and_q_leaves_the_terminal_as_it_was(terminal: Callable[..., Terminal]) -> None:
    demo = terminal("demo")
    shown = demo.until(lambda text: "Parsl version" in text or "Task 0" in text or "DataFlowKernel" in text)
    assert "parsl" in shown
    assert demo.written.count(b"\x1b[?1049h") == 1
    demo.press("q")
    assert demo.wait() == 0
    assert demo.mode == demo.before
    assert demo.written.rfind(b"\x1b[?1049l") > demo.written.rfind(b"\x1b[?1049h")
    assert demo.written.rfind(b"\x1b[?25h") > demo.written.rfind(b"\x1b[?25l")
    for mode in (b"1000", b"1003", b"1006", b"2004"):
        assert demo.written.rfind(b"\x1b[?%sl" % mode) >= demo.written.rfind(b"\x1b[?%sh" % mode)


def test_what_is_typed_ahead_is_text(terminal: Callable[..., Terminal]) -> None:
    """Keys that arrive with the one that opens the filter belong into it; none of them is a command."""
    demo = terminal("demo")
    demo.until(lambda text: "Parsl version" in text)
    demo.press("wexecutor\r")
    shown = demo.until(lambda text: " of 4,763" in text)
    assert "all › executor" in shown and "export" not in shown
    demo.press("Q")
    assert demo.wait() == 0


def test_the_explorer_on_a_path_that_is_missing(terminal: Callable[..., Terminal]) -> None:
    missing = terminal("no/such/run")
    assert missing.wait() == 2
    assert "no/such/run: No such file or directory" in missing.written.decode()
    assert missing.mode == missing.before


@pytest.mark.parametrize("arguments", [("info",), ("flow", "parsl.task=1")], ids=["info", "flow"])
def test_a_result_on_a_terminal(terminal: Callable[..., Terminal], arguments: tuple[str, ...]) -> None:
    """Progress goes away before the result comes; nothing else moves the cursor."""
    command = terminal(arguments[0], str(FIXTURES / "threads"), *arguments[1:])
    assert command.wait() == 0
    assert b"records" in command.written
    assert command.written.replace(b"\x1b[K", b"").count(b"\x1b") == 0
    assert b"\x1b[K" not in command.written[command.written.rfind(b"\r\x1b[K") + 4 :]
    assert command.mode == command.before


@pytest.mark.parametrize("arguments", [("info",), ("flow", "parsl.task=1")], ids=["info", "flow"])
def test_nothing_in_a_log_reaches_the_terminal(
    terminal: Callable[..., Terminal], tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    """Neither from a body nor from a key, a value or the name of a file."""
    hostile = "\x1b]0;owned\x07\x1b[2J\x1b[8m\u202e"
    write(
        tmp_path,
        {
            "run/000/parsl.log": text(1, f"Task 1 submitted for App {hostile}, waiting on task 0")
            + text(2, f"Task 1 {hostile}"),
            f"run/000/{hostile.replace('/', '')}.jsonl": '{"t": 1.5, "k\\u001b[2J": "v", "parsl.task": "1", '
            '"message": "m\\u001b[2J"}\n{"broken\x1b[2J\n',
        },
    )
    command = terminal(arguments[0], str(tmp_path), *arguments[1:])
    assert command.wait() == 0
    written = command.written.replace(b"\r\x1b[K", b"").replace(b"\x1b[K\r", b"\r").replace(b"\x1b[K", b"")
    assert b"\x1b" not in written
    assert b"\x07" not in written
    assert "\u202e" not in written.decode()
    assert "␛" in written.decode()
    assert command.screen.title == ""


_BROKEN = """
from tui.screens.stream import StreamPane
def action_collapse(self):
    raise KeyError("\\x1b]0;owned\\x07[bold]\\u202e")
StreamPane.action_collapse = action_collapse
from tui.cli import run
run()
"""


def left(terminal: Terminal) -> str:
    """What stands on the terminal after the explorer has given it back, which it did wholly."""
    assert terminal.mode == terminal.before
    assert terminal.written.rfind(b"\x1b[?25h") > terminal.written.rfind(b"\x1b[?25l")
    rest = terminal.written[terminal.written.rfind(b"\x1b[?1049l") :]
    return re.sub(rb"\x1b\[[?<]?[0-9]*[lhu]|\x1b\]22;default\x07", b"", rest).decode()


def test_a_crash_is_told_in_one_line(terminal: Callable[..., Terminal]) -> None:
    demo = terminal("demo", python=_BROKEN)
    demo.until(lambda text: "Parsl version" in text)
    demo.press("z")
    assert demo.wait() == 2
    said = left(demo)
    assert re.fullmatch(r"wideview: internal error: KeyError: '[^\n\x1b]*'; details are in \S+\.txt\r\n", said)
    details = Path(said.strip().rpartition(" ")[2])
    assert details.stat().st_mode & 0o777 == 0o600
    assert "in action_collapse" in details.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_leaves_the_terminal_as_it_was(terminal: Callable[..., Terminal], number: signal.Signals) -> None:
    demo = terminal("demo")
    demo.until(lambda text: "Parsl version" in text)
    demo.kill(number)
    assert demo.wait() == 128 + number
    assert left(demo) == f"wideview: ended by {number.name}\r\n"


_SLOW = """
import time
from tui.query import export
fast = export._batches
def batches(*asked):
    for batch in fast(*asked):
        yield batch
        time.sleep(1)
export._batches = batches
from tui.cli import run
run()
"""


def test_quitting_finishes_what_is_being_written(terminal: Callable[..., Terminal], tmp_path: Path) -> None:
    demo = terminal("demo", python=_SLOW, at=tmp_path)
    demo.until(lambda text: "4,763 records" in text and "every file" not in text)
    demo.press("e")
    demo.until(lambda text: "export to" in text)
    demo.press("\r")
    demo.until(lambda text: "writing" in text)
    demo.press("Q")
    assert demo.wait() == 0
    assert "still writing" in left(demo) and "wideview: written" in left(demo)
    assert [path.name for path in tmp_path.iterdir()] == ["wideview-all.jsonl"]
    assert (tmp_path / "wideview-all.jsonl").read_bytes().count(b"\n") == 4763


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_an_export_that_is_ended_leaves_nothing(
    terminal: Callable[..., Terminal], tmp_path: Path, number: signal.Signals
) -> None:
    (tmp_path / "out.jsonl").write_text("before")
    command = terminal("export", str(FIXTURES / "threads"), "-o", "out.jsonl", python=_SLOW, at=tmp_path)
    end = time.monotonic() + 20
    while not list(tmp_path.glob("*.part")) and time.monotonic() < end:
        command.read(0.05)
    command.kill(number)
    assert command.wait() == 128 + number
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]
    assert (tmp_path / "out.jsonl").read_text() == "before"
