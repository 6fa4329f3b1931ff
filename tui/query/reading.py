"""Files that a Python reader understands, spooled as JSON lines for the engine.

The spool holds one object a record: its keys as emitted. Line, place in the file and time travel beside it as columns.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import orjson

from tui.records import NO_TIME, Notes, Raw
from tui.sources.base import File, Source

#: Bytes of one record that go to the engine, which takes no more than ``ingest.MAX_OBJECT``.
MOST = 16 << 20
_STEP = 20_000


@dataclass
class Columns:
    """What is known of every record beside its keys, in the order they are loaded."""

    file: array[int] = field(default_factory=lambda: array("i"))
    line: array[int] = field(default_factory=lambda: array("q"))  # row numbers of a database may be large
    offset: array[int] = field(default_factory=lambda: array("q"))
    length: array[int] = field(default_factory=lambda: array("i"))
    time: array[int] = field(default_factory=lambda: array("q"))
    local: array[int] = field(default_factory=lambda: array("q"))
    elapsed: array[int] = field(default_factory=lambda: array("q"))
    run: array[int] = field(default_factory=lambda: array("i"))
    """Number of the run (in *runs*) that a record with a local time names, -1 for none."""
    runs: list[str] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)
    """(number of the record, why it could not be read)."""
    rundirs: dict[str, str] = field(default_factory=dict)
    """Run UUID -> the name of its directory, as far as database rows say so."""
    names: dict[str, None] = field(default_factory=dict)
    """Every key that was seen, in order."""

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The columns as numpy arrays."""
        kinds = {"i": np.int32, "q": np.int64}
        return {
            name: np.frombuffer(column, dtype=kinds[column.typecode])
            if len(column := getattr(self, name))
            else np.empty(0, dtype=kinds[column.typecode])
            for name in ("file", "line", "offset", "length", "time", "local", "elapsed", "run")
        }


class Reading:
    """Reads files one after the other into one spool."""

    def __init__(self, spool: Path, progress: Callable[[int, int], None] = lambda records, done: None) -> None:
        self.columns = Columns()
        self.path = spool
        self._progress = progress
        self._runs: dict[str, int] = {}
        self._out: BinaryIO | None = None
        self.done = 0

    def read(self, number: int, file: File, source: Source, limit: int | None = None) -> Notes:
        """Read all of *file* (the *number*-th); what its reader noticed is returned. OSError goes to the notes."""
        notes = Notes()
        if self._out is None:
            self._out = self.path.open("wb", buffering=1 << 20)
        columns, out = self.columns, self._out
        try:
            for raw in source.read(file, notes, limit):
                keys = raw.keys
                try:
                    text = orjson.dumps(keys)
                except (orjson.JSONEncodeError, TypeError):
                    keys = {_plain(k): _plain(v) if isinstance(v, str) else _number(v) for k, v in keys.items()}
                    text = orjson.dumps(keys)
                if len(text) > MOST:
                    text = orjson.dumps(_shortened(keys))
                    notes.mended.append((raw.line, f"a record of {raw.length:,} bytes, of which the beginning is kept"))
                out.write(text)
                out.write(b"\n")
                self._add(number, raw)
        except OSError as error:
            notes.reject(0, f"cannot be read: {error.strerror or error}")
            notes.damaged -= 1
        self.done += file.size
        self._progress(len(columns.file), self.done)
        return notes

    def _add(self, number: int, raw: Raw) -> None:
        columns = self.columns
        count = len(columns.file)
        columns.file.append(number)
        columns.line.append(raw.line)
        columns.offset.append(raw.offset)
        columns.length.append(raw.length)
        columns.time.append(_fitting(raw.time))
        columns.local.append(_fitting(raw.local))
        columns.elapsed.append(_fitting(raw.elapsed))
        run = -1
        if raw.local is not None and (uuid := raw.keys.get("run_id")):
            run = self._runs.setdefault(str(uuid), len(self._runs))
            if run == len(columns.runs):
                columns.runs.append(str(uuid))
            if rundir := raw.keys.get("rundir"):
                columns.rundirs[str(uuid)] = str(rundir).rstrip("/").rpartition("/")[2]
        columns.run.append(run)
        columns.names.update(dict.fromkeys(raw.keys))
        if raw.error is not None:
            columns.errors.append((count, raw.error))
        if count % _STEP == 0:
            self._progress(count, self.done)

    def close(self) -> None:
        """The spool is complete."""
        if self._out is not None:
            self._out.close()


def _shortened(keys: dict[str, Any]) -> dict[str, Any]:
    """*keys* with texts cut so that all of them, escapes included, are no longer than :data:`MOST`."""
    most = MOST // (8 * len(keys))
    return {key: value[:most] if isinstance(value, str) else value for key, value in keys.items()}


def _fitting(nanos: int | None) -> int:
    """A time that columns hold; dates such as the year 1 or 9999 stand for none."""
    return NO_TIME if nanos is None or not -(2**62) < nanos < 2**62 else nanos


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _number(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value
