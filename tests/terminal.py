"""A command in a pseudo-terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

WIDEVIEW = str(Path(sys.executable).with_name("wideview"))
COLUMNS, LINES = 120, 40


class Terminal:
    """A command that runs in a pseudo-terminal, with all it wrote and the screen it made of it.

    Its standard input is the descriptor *given*, else the terminal, of *size* columns and lines. *python*: a program to
    run instead of the command. *blind*: nobody looks at the screen, which takes long where much is written.
    """

    def __init__(
        self,
        *arguments: str,
        given: int | None = None,
        size: tuple[int, int] = (COLUMNS, LINES),
        python: str = "",
        at: Path | None = None,
        blind: bool = False,
    ) -> None:
        columns, lines = size
        self._blind = blind
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.written = b""
        self.status: int | None = None
        self._pid, self._master = pty.fork()
        if self._pid == 0:
            if given is not None:
                os.dup2(given, 0)
            os.environ |= {"TERM": "xterm-256color", "COLUMNS": str(columns), "LINES": str(lines)}
            if at is not None:
                os.chdir(at)
            command = [sys.executable, "-c", python] if python else [WIDEVIEW]
            os.execv(command[0], [*command, *arguments])
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.before = termios.tcgetattr(self._master)

    def read(self, seconds: float) -> bool:
        """Take what is written within *seconds*; False when the command has ended."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:
            data = b""
        if not data:
            return False
        self.written += data
        if not self._blind:
            self._stream.feed(data)
        return True

    def until(self, holds: Callable[[str], bool], seconds: float = 20) -> str:
        """Wait until *holds* of the screen's text, which is returned."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if holds(self.text):
                return self.text
            if not self.read(0.1):
                break
        assert holds(self.text), self.text
        return self.text

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def wait(self, seconds: float = 20) -> int:
        """The exit status."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.read(0.1):
            pass
        while time.monotonic() < end:
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                return self.status
            time.sleep(0.02)
        raise AssertionError(f"still running:\n{self.text}")

    @property
    def text(self) -> str:
        return "\n".join(self.screen.display)

    @property
    def mode(self) -> list[object]:
        return termios.tcgetattr(self._master)

    def kill(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self._pid, number)

    def settle(self, quiet: float = 0.15, seconds: float = 10) -> str:
        """Read until nothing came for *quiet* seconds; the screen's text."""
        end = time.monotonic() + seconds
        before = -1
        while time.monotonic() < end and before != len(self.written):
            before = len(self.written)
            self.read(quiet)
        return self.text

    def close(self) -> None:
        if self.status is None:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
        os.close(self._master)
