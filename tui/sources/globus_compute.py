"""endpoint.log of Globus Compute: the process that runs an endpoint's engine. Local time without a zone.

2026-11-20 07:42:24,276619 DEBUG MainProcess-8711 MainThread-1402 parsl.jobs.strategy:145 __init__ the message

The format is that of ``globus_compute_endpoint/logging_config.py``; an engine without processes of its own writes what
its workers do there, too. The keys are named as in Parsl's logs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File, Source
from tui.sources.lines import fold
from tui.sources.parsl_text import sniff_lines
from tui.times import clock

# Bounded as in parsl_text.py, and for the same reasons.
RECORD = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{6}) ([A-Z]+|Level \d{1,9}) (.{1,200}?)-(\d{1,18}) (.{1,200}?)-(\d{1,18}) "
    r"([^\s:]+):(\d{1,9}) (\S+)(?: (.*))?$",
    re.ASCII | re.DOTALL,
)


class Endpoint:
    """Source of endpoint.log; see the module. Lines before the first record are damaged records."""

    name = "globus-compute"
    title = "Globus Compute endpoint log"
    body: tuple[str, ...] = ("formatted",)
    level: tuple[str, ...] = ("levelname",)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """By the lines alone: the log is rotated, and may be named otherwise."""
        return sniff_lines(RECORD, head)

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with local time; ``formatted`` is the message with its continuation lines."""
        for line, offset, length, match, first, more in fold(file.path, notes, RECORD, limit):
            if match is None:
                yield Raw(line, {"formatted": first}, offset, length, error="not in the format of this log")
                continue
            asctime, level, process, pid, thread, tid, name, lineno, funcname, message = match.groups("")
            at = clock(asctime)
            keys: dict[str, Scalar] = {
                "asctime": asctime,
                "levelname": level,
                "processName": process,
                "process": int(pid),
                "threadName": thread,
                "thread": int(tid),
                "name": name,
                "lineno": int(lineno),
                "funcname": funcname,
                "formatted": "\n".join((message, *more)) if more else message,
            }
            yield Raw(line, keys, offset, length, local=at[0] if at else None)


SOURCES: tuple[Source, ...] = (Endpoint(),)
