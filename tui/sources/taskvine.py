"""TaskVine's logs: ``transactions``, ``performance`` and ``debug``, read by ``cctools.py``, and ``taskgraph``.

FILE file-rnd-vdsevfiaoldapev "/scratch/0000/result" 0
TASK T1 "python3" INPUTS file-meta-a9fb file-meta-6f4f OUTPUTS file-rnd-vdsevfiaoldapev
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File, Source
from tui.sources.cctools import Debug, Metrics, Transactions
from tui.sources.lines import read_lines

_TASK = re.compile(r'TASK T(\d{1,18}) "([^"]{0,4000})" INPUTS(?= |$)(.*)', re.ASCII | re.DOTALL)
_FILE = re.compile(r'FILE (\S{1,1000}) "(.*)" (-?\d{1,18}) *', re.ASCII)


class TaskGraph:
    """Source of the graph of tasks and files; a line is a record without a time. Comments have level DEBUG."""

    name = "vine-taskgraph"
    title = "TaskVine graph of tasks and files"
    body: tuple[str, ...] = ("wideview.body",)
    level: tuple[str, ...] = ("wideview.level",)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """By the first line, which names it."""
        return 0.95 if head.startswith(b"# taskvine taskgraph") else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records of files and of tasks with what they read (``vine.inputs``) and write (``vine.outputs``)."""
        for number, offset, length, text in read_lines(file.path, notes, limit):
            if not text or text.isspace():
                notes.blank += 1
                continue
            keys: dict[str, Scalar] | None = None
            if text.startswith("#"):
                keys = {"wideview.level": "DEBUG"}
            elif found := _TASK.fullmatch(text):
                inputs, _, outputs = found[3].partition(" OUTPUTS")
                keys = {"vine.task": int(found[1]), "vine.program": found[2]}
                keys |= {"vine.inputs": ", ".join(inputs.split()), "vine.outputs": ", ".join(outputs.split())}
            elif found := _FILE.fullmatch(text):
                keys = {"vine.file": found[1], "vine.path": found[2], "vine.size": int(found[3])}
            error = None if keys is not None else "not in the format of this log"
            if error:
                notes.reject(number, error)
            else:
                notes.first += 1
            yield Raw(number, {**(keys or {}), "wideview.body": text}, offset, length, error=error)


SOURCES: tuple[Source, ...] = (
    Transactions("vine", "TaskVine transaction log"),
    Metrics("vine", "TaskVine figures over time"),
    Debug("vine", "TaskVine debug log"),
    TaskGraph(),
)
