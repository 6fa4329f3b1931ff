"""Log kinds that users describe in a rule file, as ``[[format]]`` tables; :mod:`tui.sources.format_table` reads those.

A format is a source like any other: patterns for lines, or names of keys for JSON lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from tui.records import LEVELS, Notes, Raw, Scalar, level_rank
from tui.sources import stamps
from tui.sources.base import HEAD, File
from tui.sources.json_lines import JsonLines
from tui.sources.lines import fold, read_lines
from tui.sources.patterns import Pattern
from tui.times import shift

#: How sure a format is of a file: when its ``file`` fits and a line does, and when only lines do.
BY_NAME, BY_LINES = 0.97, 0.92

#: Lines at the head of a file that are looked at to recognise it.
_LOOKED_AT = 20

_NUMBER = re.compile(r"[+-]?(?:(\d{1,18})|\d{0,18}\.\d{1,18}(?:[eE][+-]?\d{1,2})?|\d{1,18}[eE][+-]?\d{1,2})", re.ASCII)

#: Groups of a pattern with a meaning of their own.
TIME, LEVEL, BODY = "time", "level", "body"


@dataclass(frozen=True)
class Sample:
    """A piece of log, and what a format must make of it; None and missing keys are not looked at. *time* is a time in
    ISO 8601, without a zone for a clock that names none; or seconds since the start, for a clock that counts."""

    text: str
    time: str | float | None = None
    level: str | None = None
    body: str | None = None
    keys: dict[str, Scalar] = field(default_factory=dict)


@dataclass(eq=False)
class Format:
    """A source made of settings. *origin* is the file they stand in.

    Either *patterns* are tried on every line in their order, and one that none fits goes on the record before (with
    *single*: is damaged); or *objects* says by which keys JSON lines hold ``time``, ``level`` and ``body`` (what it
    leaves out is found by the usual names). *form* is that of the time (see :func:`tui.sources.stamps.read`); *zone*
    that of a clock which names none, None where others know. *levels* maps the emitter's to ours, *keys* renames, and
    what is in *numbers* is kept as a number where it is one.
    """

    name: str
    title: str
    origin: str
    patterns: tuple[Pattern, ...] = ()
    objects: dict[str, str] = field(default_factory=dict)
    file: tuple[str, ...] = ()
    form: str = "any"
    zone: ZoneInfo | None = None
    levels: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    single: bool = False
    samples: tuple[Sample, ...] = ()
    body: tuple[str, ...] = ("wideview.body",)
    level: tuple[str, ...] = ("wideview.level", LEVEL)
    lines: bool = True
    json_lines: bool = False
    time: str = ""
    _last: tuple[str, int, stamps.Stamp | None] = ("", -1, None)

    def sniff(self, name: str, head: bytes) -> float:
        """:data:`BY_NAME` if ``file`` fits *name* and a line fits; without ``file``, :data:`BY_LINES` if the first line
        fits or half of the first ones do."""
        if self.file and not any(_fits(pattern, name) for pattern in self.file):
            return 0.0
        texts = head.decode(errors="backslashreplace").removeprefix("\ufeff").split("\n")
        if len(head) >= HEAD and len(texts) > 1:
            texts.pop()  # its end is not in the head
        first = [self._begins(text.removesuffix("\r")) for text in texts if text.strip()][:_LOOKED_AT]
        if self.file:
            return BY_NAME if any(first) else 0.0
        return BY_LINES if first and (first[0] or 2 * sum(first) >= len(first)) else 0.0

    def _begins(self, text: str) -> bool:
        if self.patterns:
            return self.match(text) is not None
        try:
            value = orjson.loads(text)
        except ValueError:
            return False
        named = [key for key in (self.objects.get(TIME), *self.objects.values()) if key]
        return isinstance(value, dict) and (not named or _holds(value, named[0]))

    def match(self, text: str) -> re.Match[str] | None:
        """What the first pattern that fits the line *text* finds; None when none fits: no record begins there."""
        return next((found for pattern in self.patterns if (found := pattern.match(text))), None)

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """The records of *file*: time, level and body as the format says, other keys as it names them."""
        near = file.mtime_ns
        if not self.patterns:
            for raw in JsonLines(self.name, self.title).read(file, notes, limit):
                yield raw if raw.error is not None else self._object(raw, near)
        elif self.single:
            for line, offset, length, text in read_lines(file.path, notes, limit):
                if found := self.match(text):
                    notes.first += 1
                    yield self._record(line, offset, length, found, text, [], near)
                elif text and not text.isspace():
                    notes.reject(line, f"not in the format {self.name}")
                    yield Raw(line, {"wideview.body": text}, offset, length, error=f"not in the format {self.name}")
                else:
                    notes.blank += 1
        else:
            for line, offset, length, opened, text, more in fold(file.path, notes, self, limit):
                if opened is None:
                    error = f"no record of the format {self.name} begins before this line"
                    yield Raw(line, {"wideview.body": text}, offset, length, error=error)
                else:
                    yield self._record(line, offset, length, opened, text, more, near)

    def _record(
        self, line: int, offset: int, length: int, found: re.Match[str], text: str, more: list[str], near: int
    ) -> Raw:
        keys: dict[str, Scalar] = {}
        raw = Raw(line, keys, offset, length)
        body = text
        for group, value in found.groupdict().items():
            if value is None:
                continue
            if group == BODY:
                cut = found.end() < len(text) and found.end(BODY) == found.end()
                body = text[found.start(BODY) :] if cut and self._tail(found) else value
                continue
            keys[self.keys.get(group, group)] = _number(value) if group in self.numbers else value
            if group == TIME:
                self._set_time(raw, value, near)
            elif group == LEVEL and value in self.levels:
                keys["wideview.level"] = self.levels[value]
        keys["wideview.body"] = "\n".join((body, *more)) if more else body
        return raw

    def _tail(self, found: re.Match[str]) -> bool:
        return next(pattern.tail for pattern in self.patterns if pattern.compiled is found.re)

    def _object(self, raw: Raw, near: int) -> Raw:
        if TIME in self.objects:
            raw.time = raw.local = raw.elapsed = None
        emitted, raw.keys = raw.keys, {}
        for key, value in emitted.items():
            name = self.keys.get(key, key)
            name = key if name in emitted else name
            raw.keys[name] = _number(value) if key in self.numbers and isinstance(value, str) else value
        if (time := emitted.get(self.objects.get(TIME, ""))) is not None:
            self._set_time(raw, str(time), near)
        if (level := emitted.get(self.objects.get(LEVEL, ""))) is not None:
            rank = level_rank(str(level))
            if mapped := self.levels.get(str(level), LEVELS[rank]):
                raw.keys["wideview.level"] = mapped
        if (body := emitted.get(self.objects.get(BODY, ""))) is not None:
            raw.keys["wideview.body"] = str(body)
        return raw

    def _set_time(self, raw: Raw, text: str, near: int) -> None:
        """The time *text*; none when it is not of the form, or too far from now to be counted."""
        last = self._last
        if (text, near) != last[:2]:
            self._last = last = text, near, self._stamp(text, near)
        stamp = last[2]
        if stamp is not None:
            raw.time, raw.local, raw.elapsed = stamp.time, stamp.local, stamp.elapsed

    def _stamp(self, text: str, near: int) -> stamps.Stamp | None:
        if self.form == "elapsed":  # the number alone; the form itself has its brackets
            text = f"[{text.strip().removeprefix('[').removesuffix(']').strip()}]"
            text = text if "." in text else f"{text[:-1]}.0]"
        try:
            stamp = stamps.read(self.form, text, near)
            if stamp is not None and stamp.local is not None and self.zone is not None:
                stamp = stamps.Stamp(time=shift(stamp.local, self.zone))
        except (ValueError, OverflowError):
            return None
        far = stamp is not None and max(map(abs, (stamp.time or 0, stamp.local or 0, stamp.elapsed or 0))) >= 2**62
        return None if far else stamp


def _holds(value: Any, key: str) -> bool:
    """Whether the JSON object *value* has *key*, which names what is inside others with dots."""
    if not isinstance(value, dict) or key in value:
        return isinstance(value, dict)
    parts = key.split(".")
    return any(_holds(value.get(".".join(parts[:i])), ".".join(parts[i:])) for i in range(1, len(parts)))


def _fits(pattern: str, name: str) -> bool:
    """Whether *name* ends as *pattern* says, directory by directory."""
    wanted = pattern.strip("/").split("/")
    last = name.split("/")[-len(wanted) :]
    return len(last) == len(wanted) and all(map(fnmatchcase, last, wanted))


def _number(text: str) -> Scalar:
    """*text* as a number if it is one."""
    found = _NUMBER.fullmatch(text.strip())
    if not found:
        return text
    return int(text) if found[1] else float(text)
