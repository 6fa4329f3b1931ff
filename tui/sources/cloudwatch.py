"""CloudWatch Logs as ``aws logs filter-log-events`` and ``get-log-events`` print them.

As JSON, one document: ``{"events": [{"logStreamName": .., "timestamp": .., "message": .., "ingestionTime": ..,
"eventId": ..}, ..]}``; with ``--output text`` a line an event, that goes on if its message does:

    EVENTS  <eventId>  <ingestionTime>  <logStreamName>  <message>  <timestamp>       (tabs between; filter-log-events)
    EVENTS  <ingestionTime>  <message>  <timestamp>                                   (get-log-events)

Times are milliseconds of UTC. A message that is a JSON object is unpacked: its keys become the record's, as if its
program had written the file. The time it says itself, if it names its zone or is a number, is finer than milliseconds
and wins. What the event says besides keeps its name, with ``cloudwatch.`` before it where the message has that name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tui.records import LEVEL_ALIASES, Notes, Raw, Scalar
from tui.sources import stamps
from tui.sources.base import File, Source
from tui.sources.documents import elements
from tui.sources.json_objects import flatten, parse
from tui.sources.lines import fold

_BODY = ("wideview.body", "formatted", "message", "msg", "body", "text", "event")
_LEVEL = ("wideview.level", "levelname", "level", "severity", "log.level")

#: Where a message may have its own time, best first.
_TIMES = ("created", "timestamp", "@timestamp", "time", "ts", "datetime")

#: A message's own time is no farther from the event's than this, in nanoseconds; else it is the time of something else.
_NEAR = 24 * 3600 * 10**9

#: Later times, in milliseconds, do not fit into 64 bits as nanoseconds.
_LAST = 9 * 10**12

#: A level that a text shows where it begins, or after its time.
_SHOWN = re.compile(
    r"(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?\s{1,4})?"
    r"\[?(TRACE|DEBUG|INFO|WARN|WARNING|ERROR|CRITICAL|FATAL)\]?(?=[\s:|]|$)",
    re.ASCII,
)

RECORD = re.compile(
    r"EVENTS\t(?:(?P<id>\d{1,99})\t(?P<received>\d{13})\t(?P<stream>[^\t]{1,512})|(?P<only>\d{13}))\t"
    r"|SEARCHEDLOGSTREAMS\t|[bf]/\d{20,99}\t",
    re.ASCII,
)
_ENDING = re.compile(r"(?:^|\t)(\d{13})$", re.ASCII)
_EVENTS = re.compile(rb'"events"\s{0,20}:\s{0,20}\[')


class Document:
    """Source of the JSON document; see the module. Its records are rows, each with bytes of its own."""

    name = "cloudwatch"
    title = "CloudWatch Logs (aws logs)"
    body: tuple[str, ...] = _BODY
    level: tuple[str, ...] = _LEVEL
    lines = False
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """An object with a list of events, of which the first has a message and is of CloudWatch."""
        found = _EVENTS.search(head) if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{") else None
        if not found or b'"message"' not in head[found.end() :]:
            return 0.0
        return 0.95 if any(mark in head for mark in (b'"ingestionTime"', b'"logStreamName"', b'"eventId"')) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """A record an event, with time; see the module. Members of other lists are records without one."""
        for element in elements(file.path, notes, limit):
            event = dict(element.value)
            message = event.pop("message", None)
            raw = Raw(element.line, {}, element.offset, element.length)
            if isinstance(message, str):
                _fill(raw, event, message)
            else:
                keys = flatten(element.value)
                raw.keys = keys | {"wideview.body": " ".join(f"{key}={value}" for key, value in keys.items())}
            yield raw


class Text:
    """Source of ``--output text``; see the module. Lines before the first record are damaged records."""

    name = "cloudwatch-text"
    title = "CloudWatch Logs (aws logs --output text)"
    body: tuple[str, ...] = _BODY
    level: tuple[str, ...] = _LEVEL
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """By the first line; of get-log-events that is one of tokens."""
        lines = head.decode(errors="backslashreplace").lstrip("\ufeff\r\n").split("\n")[:2]
        return 0.95 if any(line.startswith("EVENTS\t") and RECORD.match(line) for line in lines) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """A record an event, with time; see the module. What else there is, tokens and streams, are records without."""
        notes.unordered = True  # stream after stream
        for line, offset, length, match, first, more in fold(file.path, notes, RECORD, limit):
            raw = Raw(line, {"wideview.body": first}, offset, length)
            if match is None:
                raw.error = "not in the format of this log"
            elif first.startswith("EVENTS\t"):
                *texts, last = [first[match.end() :], *more]
                event: dict[str, Scalar] = {"ingestionTime": int(match["received"] or match["only"])}
                if match["id"]:
                    event |= {"eventId": match["id"], "logStreamName": match["stream"]}
                if ending := _ENDING.search(last):
                    event["timestamp"] = int(ending[1])
                    last = last[: ending.start()]
                raw.keys = {}
                _fill(raw, event, "\n".join((*texts, last)))
            elif more:
                raw.keys["wideview.body"] = "\n".join((first, *more))
            yield raw


def _fill(raw: Raw, event: Mapping[str, Any], message: str) -> None:
    """Give *raw* the keys of *message* and those of *event*, and its time."""
    keys = raw.keys
    at = event.get("timestamp")
    if isinstance(at, int) and not isinstance(at, bool) and 0 < at < _LAST:
        raw.time = at * 1_000_000
    if not _unpack(message, keys):
        keys["message"] = message
        if shown := _SHOWN.match(message):
            keys["wideview.level"] = LEVEL_ALIASES.get(shown[1], shown[1])
    elif raw.time is not None:
        raw.time = _own_time(keys, raw.time)
    for key, value in flatten(dict(event)).items():
        keys[f"cloudwatch.{key}" if key in keys else key] = value


def _unpack(message: str, keys: dict[str, Scalar]) -> bool:
    """Give *keys* what *message* holds, if that is a JSON object; says whether it is."""
    if not message.startswith("{"):
        return False
    value, problem = parse(message.encode(errors="surrogatepass"))
    if not value or problem:
        return False
    try:
        found = flatten(value)
    except RecursionError:
        return False
    keys |= found
    if not any(key in found for key in _BODY):
        keys["wideview.body"] = message
    return True


def _own_time(keys: Mapping[str, Scalar], time: int) -> int:
    """The time that *keys* of a message name, near the event's *time*; that, when they name none."""
    for key in _TIMES:
        stamp = stamps.read("any", str(keys.get(key, "")))
        if stamp and stamp.time is not None and abs(stamp.time - time) <= _NEAR:
            return stamp.time
    return time


SOURCES: tuple[Source, ...] = (Document(), Text())
