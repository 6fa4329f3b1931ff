"""Writing results: tables for people, one JSON object a line for programs."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import IO, Any, cast

import orjson

from tui.headless.names import shortened
from tui.query.model import Progress
from tui.widgets.safe import escaped, visible

#: Columns that no line has.
WHOLE = 1 << 20


def line(text: str = "") -> None:
    """One line of a result. What came from a log cannot make the terminal do anything."""
    sys.stdout.write(visible(text) + "\n")


def columns() -> int:
    """How wide a line may be: as the terminal, or as ``$COLUMNS`` says; where neither tells, a program reads it, and
    nothing is cut."""
    if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdecimal():
        return max(40, shutil.get_terminal_size().columns)
    return WHOLE


def json_lines(objects: Iterable[dict[str, Any]]) -> int:
    """Write every object as a line of JSON; returns how many there were."""
    count, out = 0, data()
    for value in objects:
        out.write(orjson.dumps(value) + b"\n")
        count += 1
    out.flush()
    return count


class _Shown:
    """Takes data on their way to a terminal, which gets them as text: JSON that says the same, marks in all else."""

    def __init__(self, json: bool) -> None:
        self._as_text = escaped if json else visible

    def write(self, data: bytes) -> int:
        """Whole lines, whatever is in them."""
        lines = data.decode("utf-8", "replace").removesuffix("\n").split("\n")
        sys.stdout.write("".join(f"{self._as_text(each)}\n" for each in lines))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept."""
        sys.stdout.flush()


def data(json: bool = True) -> IO[bytes]:
    """Where results for programs go, in whole lines: standard output as it is, unless that is a terminal."""
    return cast("IO[bytes]", _Shown(json)) if sys.stdout.isatty() else sys.stdout.buffer


def say(text: str, indent: int = 2, width: int = 80) -> None:
    """*text* as a sentence in lines of *width* columns; what has no blank in it is never broken."""
    for number, part in enumerate(wrap(text, width - indent - 2, break_long_words=False, break_on_hyphens=False)):
        line(" " * (indent + 2 * (number > 0)) + part)


def table(rows: Sequence[Sequence[object]], head: Sequence[str], indent: str = "  ", width: int | None = None) -> None:
    """Aligned columns under *head*; numbers to the right. The last column is as long as it is, unless the whole has a
    *width*: then its middle is left out."""
    texts = [[_text(value) for value in row] for row in rows]
    numeric = [all(isinstance(row[i], int | float | type(None)) for row in rows) for i in range(len(head))]
    widths = [max(len(name), *(len(row[i]) for row in texts)) if texts else len(name) for i, name in enumerate(head)]
    if width is not None:
        widths[-1] = min(widths[-1], max(8, width - len(indent) - sum(widths[:-1]) - 2 * len(widths[:-1])))
        texts = [[*row[:-1], shortened(row[-1], widths[-1])] for row in texts]
    for row in [list(head), *texts]:
        cells = [
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        ]
        line(indent + "  ".join(cells).rstrip())


def _text(value: object) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def fail(message: str) -> None:
    """A message for people, on standard error."""
    sys.stderr.write(f"wideview: {visible(message)}\n")


class ProgressLine:
    """Progress on standard error, when that is a terminal."""

    def __init__(self) -> None:
        self._shown = False

    def __call__(self, progress: Progress) -> None:
        """Show how far loading is."""
        if sys.stderr.isatty():
            share = f" {100 * progress.done // progress.total} %" if progress.total else ""
            sys.stderr.write(f"\r{progress.doing}: {progress.records:,} records{share}\x1b[K")
            sys.stderr.flush()
            self._shown = True

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
