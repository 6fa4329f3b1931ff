"""Logs of Python's ``logging`` in the formats that people give it.

    2026-11-20 07:44:29,479 - sim.worker0 - INFO - the message
    2026-11-20T07:44:29.479Z [INFO] sim.worker0 (pool-0) the message
    INFO:sim.worker0:the message

The keys are named as ``logging`` names them. What does not begin like a record continues the one before: tracebacks,
messages of several lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File, Source
from tui.sources.lines import Folded, fold
from tui.sources.text import leading_level
from tui.times import clock

_LEVEL = r"(?P<levelname>DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|NOTSET|TRACE|SUCCESS)"
_NAME = r"(?P<name>[A-Za-z_][\w.-]{0,200}+)"
_PID = r"(?:\[(?P<process>\d{1,9})\])?"
_WHERE = r"(?P<funcName>[^\s:]{1,100}):(?P<lineno>\d{1,9})"
_PADDED = r" {0,5}+(?P<formatted>.*)"
_TEXT = r" ?(?P<formatted>.*)"

#: How a record begins: with a date and time, perhaps in brackets, or with ``LEVEL:name:``.
_BEGIN = re.compile(
    r"(?:(?P<open>\[)?(?P<asctime>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d(?!\d))?)"
    rf"(?(open)\]|(?!\d))|(?P<basic>{_LEVEL}:{_NAME}:(?P<formatted>.*)))",
    re.ASCII | re.DOTALL,
)

#: What may follow the time, surest first.
_FORMATS = tuple(
    re.compile(pattern, re.ASCII | re.DOTALL)
    for pattern in (
        rf" {{1,4}}- {{1,4}}{_NAME} {{0,40}}+- {{1,4}}{_LEVEL} {{0,9}}+-{_TEXT}",
        rf" {{1,4}}- {{1,4}}{_LEVEL} {{0,9}}+- {{1,4}}{_NAME} {{0,40}}+-{_TEXT}",
        rf" {{1,4}}(?:- )?{_LEVEL} {{0,9}}+:{_NAME}:{_TEXT}",
        rf" {{1,4}}\[{_LEVEL} {{0,9}}+\] {{1,4}}{_NAME} \((?P<threadName>[^()]{{1,100}})\):?{_TEXT}",
        rf" {{1,4}}\[{_LEVEL} {{0,9}}+\] {{1,4}}{_NAME}{_PID}:{_TEXT}",
        rf" {{1,4}}\[{_NAME}\] \[{_LEVEL} {{0,9}}+\]:?{_TEXT}",
        rf" {{1,4}}{_LEVEL} {{1,9}}+[\[(]{_NAME}[\])]:?{_TEXT}",
        rf" {{1,4}}\| {{1,4}}{_LEVEL} {{0,9}}+\| {{1,4}}{_NAME}:{_WHERE} -{_TEXT}",
        rf" {{1,4}}{_NAME}{_PID}:? {{1,40}}+{_LEVEL}(?![\w.=-]):?{_PADDED}",
        rf" {{1,4}}{_NAME}{_PID} {{1,40}}+\[{_LEVEL} {{0,9}}+\]:?{_TEXT}",
        rf" {{1,4}}{_LEVEL} {{1,9}}+{_NAME}{_PID} ?:{_TEXT}",
        rf" {{1,4}}- {{1,4}}{_LEVEL} {{0,9}}+-{_TEXT}",
    )
)
#: ``LEVEL name text``: nothing but a look at many lines tells the name from the first word of the text.
_BARE = re.compile(rf" {{1,4}}{_LEVEL} {{1,9}}+{_NAME} {_TEXT.removeprefix(' ?')}", re.ASCII | re.DOTALL)

_LOOK = 16 << 10


class StdlibLogging:
    """Source of such logs; see the module."""

    name = "stdlib-logging"
    title = "log of Python's logging"
    body: tuple[str, ...] = ("formatted",)
    level: tuple[str, ...] = ("levelname",)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """0.5 when most of the lines that begin with a time, or else all, have one of the formats."""
        texts = [text for text in head.decode(errors="replace").removeprefix("\ufeff").split("\n") if text.strip()]
        found = [match for text in texts if (match := _BEGIN.match(text))]
        formats = _formats(texts)
        known = sum(bool(match["basic"]) or _fit(match, formats) is not None for match in found)
        return 0.5 if known and known * 2 > len(found) and _BEGIN.match(texts[0]) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with ``levelname``, ``name`` and ``formatted``, and with what else the format names."""
        with open(file.path, "rb") as opened:
            formats = _formats(opened.read(_LOOK).decode(errors="replace").split("\n"))
        for folded in fold(file.path, notes, _BEGIN, limit):
            yield _record(folded, formats)


def _formats(texts: list[str]) -> tuple[re.Pattern[str], ...]:
    """The formats to try on the lines of a file that begins with *texts*: the bare one only if what would be the name
    looks like one nearly everywhere."""
    rests = [text[match.end() :] for text in texts if (match := _BEGIN.match(text)) and not match["basic"]]
    bare = [match["name"] for rest in rests if (match := _BARE.match(rest))]
    likely = sum("." in name or name in ("root", "__main__") for name in bare)
    return (*_FORMATS, _BARE) if bare and likely * 5 >= len(rests) * 4 else _FORMATS


def _fit(begin: re.Match[str], formats: tuple[re.Pattern[str], ...]) -> re.Match[str] | None:
    for pattern in formats:
        if found := pattern.match(begin.string, begin.end()):
            return found
    return None


def _record(folded: Folded, formats: tuple[re.Pattern[str], ...]) -> Raw:
    line, offset, length, begin, first, more = folded
    if begin is None:
        return Raw(line, {"formatted": first}, offset, length, error="not in the format of this log")
    keys: dict[str, Scalar]
    if begin["basic"]:
        keys = {"levelname": begin["levelname"], "name": begin["name"], "formatted": begin["formatted"]}
    elif found := _fit(begin, formats):
        keys = {key: value for key, value in found.groupdict().items() if value is not None}
        for key in ("process", "lineno"):
            if key in keys:
                keys[key] = int(str(keys[key]))
    else:
        level, at = leading_level(first, begin.end())
        keys = {"levelname": level} if level else {}
        keys["formatted"] = first[at:]
    if more:
        keys["formatted"] = "\n".join((str(keys["formatted"]), *more))
    raw = Raw(line, keys, offset, length)
    if begin["asctime"] and (read := clock(begin["asctime"].replace(" +", "+").replace(" -", "-"))):
        raw.time, raw.local = (read[0], None) if read[1] else (None, read[0])
    return raw


SOURCES: tuple[Source, ...] = (StdlibLogging(),)
