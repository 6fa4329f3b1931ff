"""systemd's journal, as ``journalctl`` prints it with ``-o json`` (an object a line), ``json-pretty`` (over several
lines) and ``json-seq`` (each after a record separator).

Its fields are those of systemd.journal-fields(7), its values what "Journal JSON Format" of systemd.io says: texts, for
bytes that are no text a list of numbers, null for what is too long, and a list of all these for a field that was given
several times.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File
from tui.sources.documents import elements
from tui.sources.json_lines import JsonLines
from tui.sources.json_objects import flatten
from tui.sources.syslog import SEVERITIES, priority

#: In microseconds of UTC: when the sender says it was (that is what journalctl shows), when it was received.
_TIMES = ("_SOURCE_REALTIME_TIMESTAMP", "__REALTIME_TIMESTAMP")

#: Later times do not fit into 64 bits as nanoseconds.
_LAST = 9 * 10**15

_BYTES = re.compile(r"\[\d{1,3}(?:,\d{1,3})*+\]", re.ASCII)
_BEGIN = re.compile(rb'\s*+\{\s*+"[A-Z_][A-Z0-9_]*+"\s*+:')


class Journal(JsonLines):
    """Source of ``journalctl -o json``: JSON lines whose keys are kept as they are."""

    def sniff(self, name: str, head: bytes) -> float:
        """The first line opens an object of such fields, the time of reception among them, and closes it."""
        return 0.95 if _fields(head) and super().sniff(name, head) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with time, level (of ``PRIORITY``) and ``syslog.facility``; ``MESSAGE`` is text in any case."""
        for raw in super().read(file, notes, limit):
            if raw.error is None:
                _settle(raw)
            yield raw


class PrettyJournal:
    """Source of ``json-pretty`` and ``json-seq``. Its records are rows, each with bytes of its own."""

    name = "journald-pretty"
    title = "systemd journal (journalctl -o json-pretty, json-seq)"
    body: tuple[str, ...] = ("MESSAGE",)
    level: tuple[str, ...] = ("wideview.level",)
    lines = False
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """As the other, but the object goes on after the first line or has a separator before it."""
        plain = head.lstrip(b"\x1e \t\r\n")
        first = plain.partition(b"\n")[0].rstrip()
        return 0.95 if _fields(plain) and (head.startswith(b"\x1e") or not first.endswith(b"}")) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records as those of :class:`Journal`."""
        for element in elements(file.path, notes, limit):
            raw = Raw(element.line, flatten(element.value), element.offset, element.length)
            _settle(raw)
            yield raw


def _fields(head: bytes) -> bool:
    return b'"__REALTIME_TIMESTAMP"' in head and bool(_BEGIN.match(head.removeprefix(b"\xef\xbb\xbf")))


def _settle(raw: Raw) -> None:
    """Time, level and facility of a record, and its message as text."""
    keys = raw.keys
    raw.time = raw.local = raw.elapsed = None
    for guessed in [key for key in keys if key.startswith("wideview.")]:  # what the fields of a journal say for certain
        del keys[guessed]
    for key in _TIMES:
        micros = _number(keys.get(key))
        if micros is not None and micros < _LAST:
            raw.time = micros * 1000
            break
    message = keys.get("MESSAGE")
    if isinstance(message, str) and message.startswith("["):
        keys["MESSAGE"] = _text(message)
    severity, facility = _number(keys.get("PRIORITY")), _number(keys.get("SYSLOG_FACILITY"))
    if severity is not None and severity < len(SEVERITIES):
        keys["wideview.level"] = SEVERITIES[severity]
        if facility is not None:
            priority(keys, 8 * facility + severity)


def _number(value: Scalar) -> int | None:
    """*value* as a number of at most 16 digits; None when it is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 16 else None


def _text(message: str) -> str:
    """*message* if it is no list of bytes, else the text they make."""
    if not _BYTES.fullmatch(message):
        return message
    numbers = json.loads(message)
    return bytes(numbers).decode(errors="backslashreplace") if max(numbers) < 256 else message


SOURCES = (
    Journal("journald", "systemd journal (journalctl -o json)", body=("MESSAGE",), level=("wideview.level",)),
    PrettyJournal(),
)
