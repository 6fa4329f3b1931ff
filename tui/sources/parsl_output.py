"""What batch scripts and tasks of Parsl print: a line is a record, mostly without a time.

Batch scripts print to ``submit_scripts/*.{out,err}``, tasks to ``task_logs/**/*.{stdout,stderr}``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File, Source
from tui.sources.lines import MAX_BYTES, read_lines
from tui.sources.parsl_text import RECORD, Zone, record

_TRACEBACK = "Traceback (most recent call last):"

#: ``logging.BASIC_FORMAT``
_BASIC = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL):([\w.-]{1,200}):(.*)", re.DOTALL)

#: What a worker of Globus Compute says of a task that failed, where it has no log: the traceback follows at once.
_CAUGHT = re.compile(
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}): Caught an exception while executing user function",
    re.IGNORECASE,
)

_BATCH = re.compile(r"(?:^|/)(?:submit_scripts/[^/]+|parsl\.[^/]+\.block-[^/]+)\.(?:out|err|stdout|stderr)$")
_TASK = re.compile(r"(?:^|/)(?:task_logs/.+|task_\d{4,}_[^/]+)\.(?:stdout|stderr)$")

_CONTROLS = bytes(set(range(32)) - set(b"\a\b\t\n\v\f\r\x1b"))


def is_text(head: bytes) -> bool:
    """Whether a file that begins with *head* is text: no NUL, and next to no control characters."""
    return b"\0" not in head and len(head) - len(head.translate(None, _CONTROLS)) <= len(head) // 50


class _Open:
    """A traceback that is being read; *length* and *count* are those up to its last line that is not blank. It may
    have a first line of its own, which says which *task* failed."""

    def __init__(self, line: int, offset: int, task: str) -> None:
        self.line, self.offset, self.length = line, offset, 0
        self.task = task
        self.texts: list[str] = []
        self.count = 0

    def add(self, offset: int, length: int, text: str) -> None:
        self.texts.append(text)
        if text and not text.isspace():
            self.length = offset + length - self.offset
            self.count = len(self.texts)

    def raw(self, stream: str) -> Raw:
        keys: dict[str, Scalar] = {"stream": stream, "wideview.body": "\n".join(self.texts[: self.count])}
        if self.task:
            keys |= {"gc.task": self.task, "wideview.level": "ERROR"}
        return Raw(self.line, keys, self.offset, self.length)


class Output:
    """Source of printed lines, of the files whose path *pattern* finds."""

    body: tuple[str, ...] = ("wideview.body",)
    level: tuple[str, ...] = ("wideview.level", "levelname")
    lines = True
    json_lines = False
    time = ""

    def __init__(self, name: str, title: str, pattern: re.Pattern[str]) -> None:
        self.name = name
        self.title = title
        self._pattern = pattern

    def sniff(self, name: str, head: bytes) -> float:
        """By the path, if *head* is text: nothing else tells such a file."""
        return 0.95 if self._pattern.search(name) and is_text(head) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """A record a line, with ``wideview.body`` and ``stream`` (``stdout`` or ``stderr``).

        A line in Parsl's format keeps its keys and time, one in Python's ``LEVEL:logger:message`` has ``levelname``,
        ``name`` and ``formatted``; the body of both is the message. A traceback is one record: the indented and blank
        lines after its first, and the one after them, unless that is itself a log line. Where Globus Compute says which
        task failed (``gc.task``), that line begins the record of the traceback below it. Other blank lines are *blank*.
        """
        stream = "stderr" if file.name.endswith("err") else "stdout"
        zone = Zone(notes)
        trace: _Open | None = None
        for number, offset, length, text in read_lines(file.path, notes, limit):
            blank = not text or text.isspace()
            if trace is not None:
                inside = blank or text[0] in " \t"
                if trace.task and len(trace.texts) == 1:
                    inside = follows = text.rstrip() == _TRACEBACK
                else:
                    follows = inside or not _begins(text)
                if offset + length - trace.offset <= MAX_BYTES and follows:
                    notes.continuation += 1
                    trace.add(offset, length, text)
                    if not inside:
                        yield trace.raw(stream)
                        trace = None
                    continue
                yield trace.raw(stream)
                trace = None
            if blank:
                notes.blank += 1
                continue
            notes.first += 1
            caught = _CAUGHT.match(text)
            if caught or text.rstrip() == _TRACEBACK:
                trace = _Open(number, offset, caught[1] if caught else "")
                trace.add(offset, length, text)
            else:
                yield _line(number, offset, length, text, stream, zone)
        if trace is not None:
            yield trace.raw(stream)


def _begins(text: str) -> bool:
    """Whether *text* is a line that begins something new, even in the middle of a traceback."""
    return text.rstrip() == _TRACEBACK or bool(_BASIC.match(text) or RECORD.match(text) or _CAUGHT.match(text))


def _line(number: int, offset: int, length: int, text: str, stream: str, zone: Zone) -> Raw:
    if found := RECORD.match(text):
        raw = record((number, offset, length, found, text, []), zone)
        raw.keys |= {"stream": stream, "wideview.body": raw.keys["formatted"]}
        return raw
    if found := _BASIC.match(text):
        level, name, message = found.groups()
        keys: dict[str, Scalar] = {"levelname": level, "name": name, "formatted": message}
        return Raw(number, keys | {"stream": stream, "wideview.body": message}, offset, length)
    return Raw(number, {"stream": stream, "wideview.body": text}, offset, length)


SOURCES: tuple[Source, ...] = (
    Output("batch-output", "batch script output", _BATCH),
    Output("task-output", "task output", _TASK),
)
