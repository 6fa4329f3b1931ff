"""database_manager.log of released Parsl: the process that writes monitoring.db. Local time without a zone.

2026-11-20 07:19:55.785 parsl.monitoring.db_manager:306 [INFO] [MainThread 140360672562048] the message
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File, Source
from tui.sources.lines import fold
from tui.sources.parsl_text import sniff_lines
from tui.times import clock

RECORD = re.compile(
    r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}) ([^\s:]+):(\d{1,9}) \[([A-Z]+|Level \d{1,9})\] "
    r"\[(.{1,200}?) (\d{1,18})\](?: (.*))?",
    re.ASCII | re.DOTALL,
)


class DatabaseManager:
    """Source of database_manager.log; see the module. Lines before the first record are damaged records."""

    name = "parsl-database-manager"
    title = "Parsl database manager log"
    body: tuple[str, ...] = ("formatted",)
    level: tuple[str, ...] = ("levelname",)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """By the lines alone."""
        return sniff_lines(RECORD, head)

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with local time; ``formatted`` is the message with its continuation lines."""
        for line, offset, length, match, first, more in fold(file.path, notes, RECORD, limit):
            if match is None:
                yield Raw(line, {"formatted": first}, offset, length, error="not in the format of this log")
                continue
            asctime, name, lineno, level, thread, tid, message = match.groups("")
            at = clock(asctime)
            keys: dict[str, Scalar] = {
                "asctime": asctime,
                "name": name,
                "lineno": int(lineno),
                "levelname": level,
                "threadName": thread,
                "thread": int(tid),
                "formatted": "\n".join((message, *more)) if more else message,
            }
            yield Raw(line, keys, offset, length, local=at[0] if at else None)


SOURCES: tuple[Source, ...] = (DatabaseManager(),)
