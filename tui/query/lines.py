"""Where the lines of a file are: a scan for line ends, a megabyte at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines of one file that hold anything: number (1-based), offset and length (without the line end) in bytes.

    *blank* is the number of the others.
    """

    line: np.ndarray[Any, Any]
    offset: np.ndarray[Any, Any]
    length: np.ndarray[Any, Any]
    blank: int


def _ends(path: str) -> tuple[np.ndarray[Any, Any], int, int]:
    """(offsets of line ends, size, last byte)."""
    found: list[np.ndarray[Any, Any]] = []
    size, last = 0, 10
    for block in _blocks(path):
        found.append(np.flatnonzero(block == 10) + size)
        size += len(block)
        last = int(block[-1])
    return (np.concatenate(found) if found else np.empty(0, np.int64)), size, last


def _blocks(path: str) -> Iterator[np.ndarray[Any, Any]]:
    with open(path, "rb", buffering=0) as file:
        while data := file.read(_BLOCK):
            yield np.frombuffer(data, np.uint8)


def scan(path: str) -> Lines:
    """The lines of the file at *path*; the last one needs no line end. Lines of at most a ``\\r`` are blank."""
    ends, size, last = _ends(path)
    if last != 10:
        ends = np.append(ends, size)
    starts = np.empty_like(ends)
    starts[:1] = 0
    starts[1:] = ends[:-1] + 1
    lengths = ends - starts
    full = lengths > 1
    short = np.flatnonzero(lengths == 1)
    if len(short):
        with open(path, "rb") as file:
            for i in short:
                file.seek(int(starts[i]))
                full[i] = not file.read(1).isspace()
    numbers = np.flatnonzero(full)
    return Lines(
        (numbers + 1).astype(np.int32),
        starts[full].astype(np.int64),
        lengths[full].astype(np.int32),
        len(ends) - len(numbers),
    )
