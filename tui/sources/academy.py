"""Academy's logs: text of ``FileLogging`` and ``ConsoleLogging``, and the JSON files of ``JSONPoolLogging``.

    [2026-11-20 07:41:29.501] [tid=8359 pid=8359]  INFO     (academy.manager) the message agent_id: AgentId<8e1f0a94>

The part with the thread is there from ``extra=1`` on (with ``task=`` from Python 3.12 on), the keys after the message
from ``extra=2`` on: every key of the record that begins with ``academy.``, without that prefix. A console's lines have
colour codes. The clock is the local one. What writes it is ``academy/logging/helpers.py`` of academy-py 1.0.0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources import academy_keys
from tui.sources.base import File
from tui.sources.json_lines import JsonLines
from tui.sources.lines import Folded, fold
from tui.sources.parsl_text import sniff_lines
from tui.times import clock

_COLOUR = r"(?:\x1b\[[\d;]{0,12}m)?"
RECORD = re.compile(
    rf"{_COLOUR}\[(\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{{3}})\]{_COLOUR} "
    rf"(?:{_COLOUR}\[tid=(\d{{1,18}}) pid=(\d{{1,18}})(?: task=(.{{1,300}}?))?\] {_COLOUR} )?"
    rf"{_COLOUR}(DEBUG|INFO|WARNING|ERROR|CRITICAL) {{0,7}}{_COLOUR} {_COLOUR}\(([^()\s]{{1,300}})\){_COLOUR} (.*)",
    re.ASCII | re.DOTALL,
)

_CODES = re.compile(r"\x1b\[[\d;]{0,12}m")
#: How a console shows the name of a key: yellow, then purple for its value.
_COLOURED_KEY = re.compile(r" \x1b\[33m([^\x1b\n:]{1,100}): \x1b\[35m")


def record(folded: Folded) -> Raw:
    """The record of *folded*, whose first line :data:`RECORD` was tried on.

    A line that did not match is kept as a record with its text as body and an error.
    """
    line, offset, length, match, first, more = folded
    if match is None:
        return Raw(line, {"wideview.body": first}, offset, length, error="not in the format of this log")
    stamp, tid, pid, task, level, name, message = match.groups()
    if more:
        message = "\n".join((message, *more))
    keys: dict[str, Scalar] = {"name": name, "levelname": level}
    if tid:
        keys |= {"os_thread": int(tid), "process": int(pid)}
    if task and task != "None":
        keys["taskName"] = task
    found: dict[str, str] = {}
    if "\x1b" in message:
        message, *parts = _COLOURED_KEY.split(message)
        found = {key: _CODES.sub("", value) for key, value in zip(parts[::2], parts[1::2], strict=True)}
    elif name.startswith("academy."):
        message, found = academy_keys.split(message)
    keys |= {f"academy.{key}": value for key, value in found.items()}
    keys["wideview.body"] = message
    local = clock(stamp)
    return Raw(line, keys, offset, length, local=local[0] if local else None)


class AcademyText:
    """Source of Academy's text logs; see the module. Lines before the first record are damaged records."""

    name = "academy-text"
    title = "Academy text log"
    body: tuple[str, ...] = ("wideview.body",)
    level: tuple[str, ...] = ("levelname",)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """By the lines alone: the name of such a file may be anything."""
        return sniff_lines(RECORD, head)

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with local time; the body is the message with its continuation lines, without the keys after it."""
        return map(record, fold(file.path, notes, RECORD, limit))


SOURCES = (
    AcademyText(),
    JsonLines(
        "academy-json",
        "Academy JSON logs",
        (b'{"formatted":', b'"levelname":', b'"funcName":', b'"created": "'),
        time="created",
    ),
)
