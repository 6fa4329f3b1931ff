"""The text logs of released Parsl: parsl.log, interchange.log, manager.log, worker_N.log, monitoring_*_router.log.

    1795159196.758610 2026-11-20 07:19:56 MainProcess-9302 MainThread-1398 parsl.dflow:973 f INFO: the message

The keys are named as Parsl's own JSON logging names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File, Source
from tui.sources.lines import Folded, fold
from tui.times import SECOND, clock

# Names are lazy, or a message that quotes a log line is taken for the thread's name; they are bounded, or a line made
# to fail takes quadratic time; so are numbers, or int() refuses them.
RECORD = re.compile(
    r"(\d{10}\.\d{6}) (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (.{1,200}?)-(\d{1,18}) (.{1,200}?)-(\d{1,18}) "
    r"([^\s:]+):(\d{1,9}) (\S+) ([A-Z]+|Level \d{1,9}):(?: (.*))?",
    re.ASCII | re.DOTALL,
)

_DAY = 24 * 3600


class Zone:
    """How far local time is ahead of UTC, learnt from records that tell both."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self.asctime = ""
        self._ahead: int | None = None

    def see(self, time: int, asctime: str) -> None:
        """Adds (*time*, seconds ahead) to ``notes.zone`` if *asctime*, the local form of *time*, shows a change."""
        if asctime == self.asctime:
            return
        self.asctime = asctime
        local = clock(asctime)
        if local is None:
            return
        # To whole minutes: the two forms of one time are rounded apart.
        ahead = round((local[0] - time) / (60 * SECOND)) * 60
        if ahead != self._ahead and abs(ahead) <= _DAY:
            self._ahead = ahead
            self._notes.zone.append((time, ahead))


def record(folded: Folded, zone: Zone) -> Raw:
    """The record of *folded*, whose first line :data:`RECORD` was tried on; *zone* learns from it.

    A line that did not match is kept as a record with its text as body and an error.
    """
    line, offset, length, match, first, more = folded
    if match is None:
        return Raw(line, {"formatted": first}, offset, length, error="not in the format of this log")
    created, asctime, process, pid, thread, tid, name, lineno, funcname, level, message = match.groups("")
    time = int(created[:10] + created[11:]) * 1000
    if asctime != zone.asctime:
        zone.see(time, asctime)
    if more:
        message = "\n".join((message, *more))
    keys: dict[str, Scalar] = {
        "created": created,
        "asctime": asctime,
        "processName": process,
        "process": int(pid),
        "threadName": thread,
        "thread": int(tid),
        "name": name,
        "lineno": int(lineno),
        "funcname": funcname,
        "levelname": level,
        "formatted": message,
    }
    return Raw(line, keys, offset, length, time)


def sniff_lines(pattern: re.Pattern[str], head: bytes) -> float:
    """0.9 if the first line of *head* that is not blank matches *pattern*, 0.6 if a later one does, else 0."""
    texts = (line for line in head.decode(errors="backslashreplace").removeprefix("\ufeff").split("\n") if line.strip())
    for number, text in enumerate(texts):
        if pattern.match(text):
            return 0.6 if number else 0.9
    return 0.0


class ParslText:
    """Source of released Parsl's text logs; see the module. Lines before the first record are damaged records."""

    name = "parsl-text"
    title = "Parsl text log"
    body: tuple[str, ...] = ("formatted",)
    level: tuple[str, ...] = ("levelname",)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """By the lines alone: the name of such a file may be anything."""
        return sniff_lines(RECORD, head)

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with time; ``formatted`` is the message with its continuation lines. Learns ``notes.zone``."""
        zone = Zone(notes)
        for folded in fold(file.path, notes, RECORD, limit):
            yield record(folded, zone)


SOURCES: tuple[Source, ...] = (ParslText(),)
