"""What goes over an ssh connection: pages, cursor moves, and nothing at all while nobody presses a key."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Terminal:
    """The explorer in a terminal of 120 by 40."""

    def __init__(self, **environment: str) -> None:
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.chdir(ROOT)
            arguments = [sys.executable, "-W", "ignore", "-m", "tests.screens.run_fake", "300", "0"]
            os.execve(sys.executable, arguments, {**os.environ, "TERM": "xterm-256color", **environment})
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))

    def read(self, quiet: float, until: bytes = b"") -> bytes:
        """What it writes, until nothing has come for *quiet* seconds (and *until* has)."""
        data, last, end = b"", time.monotonic(), time.monotonic() + 20
        while time.monotonic() < end and (time.monotonic() - last < quiet or until not in data):
            if select.select([self.fd], [], [], 0.02)[0]:
                data += os.read(self.fd, 65536)
                last = time.monotonic()
        return data

    def press(self, keys: bytes) -> bytes:
        """Press *keys* and read what comes of it."""
        os.write(self.fd, keys)
        return self.read(0.5)


@pytest.fixture
def terminal(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """One that is closed at the end."""
    made = Terminal(**getattr(request, "param", {}))
    made.read(0.7, b"1/2,100")
    yield made
    os.write(made.fd, b"Q")
    os.waitpid(made.pid, 0)
    os.close(made.fd)


def test_bytes_of_a_page_a_move_and_idleness(terminal: Terminal) -> None:
    """The bars for a line that is slow."""
    terminal.press(b"j")  # the first key after a layout may repaint the list once more
    assert len(terminal.press(b"j")) < 1_000
    assert len(terminal.press(b"k")) < 1_000
    assert 1_000 < len(terminal.press(b"\x1b[6~")) < 10_000
    assert len(terminal.press(b"\x1b[6~")) < 10_000
    assert terminal.read(1.5) == b""


def test_bytes_of_a_cursor_in_a_chart(terminal: Terminal) -> None:
    """A move repaints the cells of two columns and the values; with a chart under it the stream moves as cheaply."""
    assert len(terminal.press(b"c")) < 10_000
    for _ in range(3):
        assert 20 < len(terminal.press(b"\x1b[C")) < 1_000
    terminal.press(b"a")
    terminal.press(b"3")
    terminal.press(b"a")
    terminal.press(b"2")
    for _ in range(3):
        assert 20 < len(terminal.press(b"\x1b[C")) < 1_000
    assert terminal.read(1) == b""
    terminal.press(b"\x7f")
    terminal.press(b"i")
    terminal.press(b"j")  # the first key after a layout
    for _ in range(3):
        assert 20 < len(terminal.press(b"j")) < 1_000


@pytest.mark.parametrize("terminal", [{"NO_COLOR": "1"}], indirect=True)
def test_no_colour_means_none(terminal: Terminal) -> None:
    """No colour but the terminal's own, while bold and reverse still tell levels and cursor."""
    page = terminal.press(b"\x1b[6~")
    for code in (*range(30, 38), *range(40, 48), *range(90, 98), 38, 48):
        assert b"\x1b[%dm" % code not in page
        assert b";%dm" % code not in page
    assert b"\x1b[7;" in page or b"\x1b[7m" in page
