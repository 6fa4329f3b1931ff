"""JSON lines: one object a line.

Three dialects of Parsl are known by their keys (FORMATS: released JSONLogging, the observability branch, in which
every value is a string, and its ``monitoring.json``), wideview's own export, and any other. Sound files of the known
ones are read by the engine; this reader is for the rest: it keeps what can be read of every line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui import times
from tui.records import Notes, Raw, Scalar
from tui.sources import stamps
from tui.sources.base import File
from tui.sources.json_objects import flatten, parse
from tui.sources.json_oddities import Oddities
from tui.sources.json_repair import joined
from tui.sources.usual import Usual


@dataclass(frozen=True)
class JsonLines:
    """One dialect; *marks* are byte strings that its first lines hold."""

    name: str
    title: str
    marks: tuple[bytes, ...] = ()
    time: str = ""
    body: tuple[str, ...] = ("formatted", "message", "msg", "body", "text", "event")
    level: tuple[str, ...] = ("levelname", "level", "severity", "log.level")
    certainty: float = 0.9
    lines: bool = True

    @property
    def json_lines(self) -> bool:
        """Known dialects are read by the engine."""
        return bool(self.time)

    def sniff(self, name: str, head: bytes) -> float:
        """The first line that ends in the head is an object, or half of them are; or none ends and it begins with one.
        The dialect's keys are there, too."""
        lines = [line for each in head.split(b"\n") if (line := each.strip(b"\0 \t\r\n\xef\xbb\xbf"))]
        if b"\n" in head.strip() and not head.endswith(b"\n"):
            lines = lines[:-1] or lines  # the last may be cut
        opening = [line for line in lines if line.startswith(b"{") and line[1:].lstrip().startswith(b'"')]
        lines = [line for line in lines if line != b"{}"]
        if not opening or (len(opening) * 2 < len(lines) and opening[0] is not lines[0]):
            return 0.0
        whole = sum(line.endswith(b"}") for line in opening)
        begun = opening[0] is lines[0] and opening[0].endswith(b"}")
        if not self.marks and not begun and len(lines) > 1 and whole * 2 <= len(lines):
            return 0.0  # a document over several lines
        return self.certainty if all(mark in head for mark in self.marks) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Every line: an object, what can be read of a damaged one, or a record with an error.

        Where the line of one process stands in the middle of another's, both are read: the second half of the outer
        one is joined to its beginning, one line above. Text that is in no key is ``wideview.damaged``.
        """
        usual = None if self.time else Usual(file.mtime_ns)
        oddities = Oddities(self.time)
        cut = ""
        for line, offset, data in _lines(file.path, limit):
            text = data.strip(b"\0 \t\r\n")
            if not text:
                if data.strip(b" \t\r\n"):
                    notes.reject(line, f"{len(data):,} NUL bytes")
                    yield Raw(line, {"wideview.body": ""}, offset, len(data), error=f"{len(data):,} NUL bytes")
                else:
                    notes.blank += 1
                continue
            value, problem = parse(text, parts=True)
            if cut and value is None and (value := joined(cut, text)):
                problem = f"it begins on line {line - 1:,}, in its first {len(cut):,} characters"
            cut = str(value.get("wideview.damaged", "")) if value and "are of another record" in problem else ""
            keys: dict[str, Scalar] = {}
            try:
                keys = flatten(value or {}, deep=not self.json_lines)
            except RecursionError:
                value, problem = None, "nested too deep"
            length = len(data) - data.endswith(b"\r")
            if value is None:
                notes.reject(line, problem)
                body = data.removesuffix(b"\r").decode("utf-8", "backslashreplace")
                yield Raw(line, {"wideview.body": body}, offset, length, error=problem)
                continue
            notes.mended += [(line, how) for how in (problem, *oddities.of(line, data, text, keys)) if how]
            notes.first += 1
            raw = Raw(line, keys, offset, length)
            if usual is not None:
                usual.complete(raw)
            else:
                _set_time(raw, self.time)
            yield raw


def _lines(path: str, limit: int | None) -> Iterator[tuple[int, int, bytes]]:
    """(number, offset, bytes without the line end, but with a ``\\r`` before it) of every line before *limit*."""
    offset = 0
    with open(path, "rb") as file:
        for number, data in enumerate(file, 1):
            if limit is not None and offset >= limit:
                return
            yield number, offset, data.removesuffix(b"\n")
            offset += len(data)


def _set_time(raw: Raw, key: str) -> None:
    """Sets the time from *key*: seconds since the epoch (or milli-, micro-, nanoseconds, by size), or ISO 8601."""
    value = raw.keys.get(key)
    if value is None or isinstance(value, bool):
        return
    text = str(value)
    if stamp := stamps.number(text):
        raw.time = stamp.time
    elif found := times.clock(text):
        raw.time, raw.local = (found[0], None) if found[1] else (None, found[0])


SOURCES = (
    JsonLines("wideview-export", "wideview's own export", (b'"wideview.source":',), time="wideview.time"),
    JsonLines(
        "parsl-json", "Parsl JSON logs", (b'"created":', b'"funcname":', b'"levelname":'), "created", certainty=0.8
    ),
    JsonLines(
        "parsl-observability",
        "Parsl JSON logs of the observability branch",
        (b'"created": "', b'"funcname":', b'"levelname":'),
        time="created",
        certainty=0.85,
    ),
    JsonLines("parsl-monitoring-json", "Parsl monitoring.json", (b'"created":', b'"first_msg":'), time="created"),
    JsonLines("json-lines", "JSON lines of any program", certainty=0.3),
)
