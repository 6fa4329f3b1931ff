"""A program on a terminal of 120 by 40: how soon it shows something, what a key costs, how many bytes it sends."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType

COLUMNS, ROWS = 120, 40
QUIET = 0.15
"""Seconds without output after which a screen is taken to be painted."""

_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;?<>=$ ]*[A-Za-z@`~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-B]|.)")
RECORD = re.compile(rb"\d\d:\d\d:\d\d\.\d{3}")
"""The time of a record, which stands in every line of a list."""

KEYS = {"pagedown": b"\x1b[6~", "enter": b"\r", "backspace": b"\x7f", "ctrl+u": b"\x15"}


@dataclass
class Painted:
    """What one key press led to: seconds until the last byte, and how many bytes."""

    seconds: float
    bytes: int


class Terminal:
    """Runs *command* on a pseudo terminal; a context manager that ends it."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._start = time.perf_counter()
        self._child = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, env=dict(environment), start_new_session=True
        )
        os.close(slave)
        self.seen = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(3)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        os.close(self._master)

    def _read(self, timeout: float) -> bytes:
        if not select.select([self._master], [], [], timeout)[0]:
            return b""
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:
            data = b""
        if not data:
            text = _ESCAPES.sub(b"", self.seen[-2000:]).decode("utf-8", "replace").strip()
            raise RuntimeError(f"the explorer ended: {text[-200:]}")
        self.seen += data
        return data

    def until(self, pattern: re.Pattern[bytes], timeout: float = 60.0) -> float:
        """Seconds from the start of the process until it has shown *pattern*."""
        while time.perf_counter() - self._start < timeout:
            self._read(0.05)
            if pattern.search(_ESCAPES.sub(b"", self.seen)):
                return time.perf_counter() - self._start
        raise RuntimeError(f"no {pattern.pattern!r} on the screen after {timeout:.0f} s")

    def settle(self, quiet: float = QUIET) -> int:
        """Wait until nothing was sent for *quiet* seconds; returns the number of bytes that were."""
        count = 0
        while data := self._read(quiet):
            count += len(data)
        return count

    def press(self, key: str) -> Painted:
        """Press *key* (a name in KEYS, or text) and wait until the screen is painted."""
        start = last = time.perf_counter()
        os.write(self._master, KEYS.get(key, key.encode()))
        count = 0
        wait = 2.0
        while data := self._read(wait):
            last, wait = time.perf_counter(), QUIET
            count += len(data)
        return Painted(last - start, count)

    def idle(self, seconds: float) -> int:
        """Bytes that are sent in *seconds* when nobody does anything."""
        end, count = time.perf_counter() + seconds, 0
        while (left := end - time.perf_counter()) > 0:
            count += len(self._read(left))
        return count

    def screen(self) -> str:
        """What was sent since, as text without escapes."""
        return _ESCAPES.sub(b"", self.seen).decode("utf-8", "replace")

    @property
    def memory(self) -> int:
        """The largest resident size so far, in bytes."""
        with open(f"/proc/{self._child.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM:"))
