"""Runs of one kind in a list of records: which lines stand for which records while runs are closed."""

from __future__ import annotations

from typing import Any

import numpy

Array = numpy.ndarray[Any, Any]


class Runs:
    """Records of *kinds*, of which those of one kind that follow each other are one line until they are opened."""

    def __init__(self, kinds: Array) -> None:
        changes = numpy.flatnonzero(kinds[1:] != kinds[:-1]) + 1
        self._starts = numpy.concatenate([numpy.zeros(min(1, len(kinds)), numpy.int64), changes])
        self._total = len(kinds)
        self._shown = numpy.zeros(self._total, bool)
        self._shown[self._starts] = True
        self._opened: set[int] = set()
        self.index = self._starts.astype(numpy.int32)
        """The record of every line; a closed run is at its first."""

    def line(self, record: int) -> int:
        """The line that shows *record*, or the closed run that it is in."""
        return max(0, int(numpy.searchsorted(self.index, record, side="right")) - 1)

    def length(self, line: int) -> int:
        """How many records the run has that *line* stands for; 1 for a record that is shown itself."""
        run, start, end = self._run(int(self.index[line]))
        return 1 if run in self._opened else end - start

    def place(self, line: int) -> tuple[int, int] | None:
        """Which record of an opened run *line* is, and of how many; None outside of one."""
        record = int(self.index[line])
        run, start, end = self._run(record)
        return (record - start, end - start) if run in self._opened else None

    def hides(self, record: int) -> bool:
        """Whether *record* is in a closed run and not its first."""
        return not self._shown[record]

    def open(self, record: int) -> bool:
        """Open the run of *record*; whether that changed anything."""
        run, start, end = self._run(record)
        if run in self._opened or end - start < 2:
            return False
        self._opened.add(run)
        self._show(start, end, True)
        return True

    def close(self, record: int) -> bool:
        """Close the run of *record*; whether that changed anything."""
        run, start, end = self._run(record)
        if run not in self._opened:
            return False
        self._opened.remove(run)
        self._show(start, end, False)
        return True

    def _show(self, start: int, end: int, shown: bool) -> None:
        self._shown[start + 1 : end] = shown
        self.index = numpy.flatnonzero(self._shown).astype(numpy.int32)

    def _run(self, record: int) -> tuple[int, int, int]:
        """Number, first record and end of the run of *record*."""
        run = int(numpy.searchsorted(self._starts, record, side="right")) - 1
        end = int(self._starts[run + 1]) if run + 1 < len(self._starts) else self._total
        return run, int(self._starts[run]), end
