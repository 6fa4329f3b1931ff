"""Sources of other distributions, by entry points of the group ``wideview.sources``.

    [project.entry-points."wideview.sources"]
    vasp = "wideview_vasp"

What an entry point names is a source, a tuple of sources, or a module that has ``SOURCES``. Whatever a plugin does
wrong is told with its name and costs nothing but itself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tui.records import Notes, Raw
from tui.sources.base import File, Source
from tui.sources.lines import read_lines

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "wideview.sources"

#: Characters of the text of a record that stands for what a plugin could not read.
_MOST = 1 << 20

_ATTRIBUTES: dict[str, type] = {
    "name": str,
    "title": str,
    "body": tuple,
    "level": tuple,
    "lines": bool,
    "json_lines": bool,
    "time": str,
}


@dataclass
class _Found:
    """What the entry points of this process gave; read once."""

    sources: list[Plugged] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    done: bool = False


_found = _Found()


def sources(taken: Container[str] = ()) -> list[Plugged]:
    """The sources of all plugins, by name; those whose name is *taken* are left out and told as a problem."""
    if not _found.done:
        _found.done = True
        if installed():  # the standard library takes 30 ms to say that there is none
            _load(taken)
    return _found.sources


def problems() -> list[tuple[str, str]]:
    """(distribution and version, what is wrong) of every plugin that could not be taken; call :func:`sources` first."""
    return _found.problems


def installed() -> list[str]:
    """What tells one set of plugins from another, without importing any: the metadata of the distributions that have
    some, and when their modules changed. Takes less than a millisecond when there is none."""
    told: list[str] = []
    for directory in dict.fromkeys(sys.path):
        try:
            entries = sorted(each.path for each in os.scandir(directory or ".") if each.name.endswith("-info"))
        except OSError:
            continue
        for path in entries:
            try:
                with open(os.path.join(path, "entry_points.txt"), encoding="utf-8", errors="replace") as opened:
                    text = opened.read()
            except OSError:
                continue
            if GROUP in text:
                told += [os.path.basename(path), text, *_changed(text)]
    return told


def _changed(text: str) -> Iterator[str]:
    """Size and time of change of the modules that the entry points in *text* name, as far as they lie on the path."""
    _, _, section = text.partition(f"[{GROUP}]")
    for line in section.partition("\n[")[0].splitlines():
        module = line.partition("=")[2].partition(":")[0].strip().replace(".", "/")
        for directory in sys.path if module else ():
            for name in (f"{module}.py", f"{module}/__init__.py"):
                try:
                    stat = os.stat(os.path.join(directory, name))
                except OSError:
                    continue
                yield f"{name} {stat.st_size} {stat.st_mtime_ns}"


def forget() -> None:
    """Look for plugins again: for tests."""
    _found.sources, _found.problems, _found.done = [], [], False


def _load(taken: Container[str]) -> None:
    from importlib.metadata import entry_points

    for point in sorted(entry_points(group=GROUP), key=lambda each: each.name):
        origin = f"{point.dist.name} {point.dist.version}" if point.dist else point.value
        try:
            given = _given(point)
        except (Exception, SystemExit) as error:
            _found.problems.append((origin, f"its sources cannot be loaded: {_said(error)}"))
            continue
        for source in given:
            if wrong := _wrong(source):
                _found.problems.append((origin, f"{point.value} gives no source: {wrong}"))
            elif source.name in taken or any(source.name == each.name for each in _found.sources):
                _found.problems.append((origin, f"there is a source called {source.name} already"))
            else:
                _found.sources.append(Plugged(source, origin))


def _given(point: EntryPoint) -> tuple[Any, ...]:
    loaded = point.load()
    loaded = getattr(loaded, "SOURCES", loaded)
    return tuple(loaded) if isinstance(loaded, tuple | list) else (loaded,)


def _wrong(source: Any) -> str:
    """What *source* lacks of a :class:`tui.sources.base.Source`; empty for nothing."""
    if isinstance(source, type):
        return f"{source.__name__} is a class; give an object of it"
    for name, kind in _ATTRIBUTES.items():
        if not isinstance(getattr(source, name, None), kind):
            return f"its {name} is no {kind.__name__}"
    if not source.name:
        return "its name is empty"
    return next(
        (f"it has no method {name}" for name in ("sniff", "read") if not callable(getattr(source, name, 0))), ""
    )


def _said(error: BaseException) -> str:
    text = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


class Plugged:
    """A plugin's source, which cannot break anything. *origin* is its distribution and version."""

    def __init__(self, source: Source, origin: str) -> None:
        self._source = source
        self.origin = origin
        self.name, self.title, self.time = source.name, source.title, source.time
        self.body, self.level = source.body, source.level
        self.lines, self.json_lines = source.lines, source.json_lines

    def sniff(self, name: str, head: bytes) -> float:
        """As the plugin says; no, when it raises or gives no number from 0 to 1."""
        try:
            sure = float(self._source.sniff(name, head))
        except Exception as error:
            self._problem(f"{self.name} cannot say whether it knows a file: {_said(error)}")
            return 0.0
        return sure if 0 <= sure <= 1 else 0.0

    def _problem(self, text: str) -> None:
        if (self.origin, text) not in _found.problems:
            _found.problems.append((self.origin, text))

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """As the plugin reads it. When that raises or gives what is no record, the rest of the file is rejected."""
        with open(file.path, "rb"):  # what cannot be read at all is nobody's mistake
            pass
        sound = damaged = end = 0
        try:
            for raw in self._source.read(file, notes, limit):
                if wrong := _unsound(raw, end if self.lines else None):
                    raise TypeError(wrong)
                sound, damaged = sound + (raw.error is None), damaged + (raw.error is not None)
                end = raw.offset + raw.length
                yield raw
        except Exception as error:
            reason = f"the plugin {self.origin} failed here: {_said(error)}"
            self._problem(f"{self.name} failed in {file.name}: {_said(error)}")
            if self.lines:
                yield from _rest(file, notes, limit, (sound, damaged, end), reason)
            else:
                notes.rejected.append((0, reason))


def _unsound(raw: Any, end: int | None) -> str:
    """Why *raw* is no record that can be taken; empty when it is one. *end* of the one before, in a file of lines."""
    if not isinstance(raw, Raw) or not isinstance(raw.keys, dict):
        return f"a record is a Raw, not {type(raw).__name__}"
    whole = (raw.line, raw.offset, raw.length)
    if not all(isinstance(number, int) and -(2**31) <= number < 2**62 for number in whole) or raw.length >= 2**31:
        return "line, offset and length of a record are whole numbers"
    if end is not None and not (end <= raw.offset and raw.length >= 0):
        return f"the record of line {raw.line} begins before the one before it ends"
    if not all(each is None or isinstance(each, int) for each in (raw.time, raw.local, raw.elapsed)):
        return "times are whole nanoseconds"
    for key, value in raw.keys.items():
        if not isinstance(key, str) or not (value is None or isinstance(value, str | int | float)):
            return f"the value of {key!r} is no text, number, truth value or None"
    return "" if raw.error is None or isinstance(raw.error, str) else "an error is a text"


def _rest(file: File, notes: Notes, limit: int | None, done: tuple[int, int, int], reason: str) -> Iterator[Raw]:
    """What *file* holds after *done* = (sound records, damaged ones, bytes they reach to), as damaged records of many
    lines each. Counts every line of the file in one class again."""
    notes.first, notes.damaged, end = done
    notes.rejected = notes.rejected[: notes.damaged]
    notes.rejected += [(0, reason)] * (notes.damaged - len(notes.rejected))
    notes.blank = notes.continuation = 0
    before, size = 0, 0
    texts: list[str] = []
    opened: Raw | None = None
    for line, offset, length, text in read_lines(file.path, Notes(), limit):
        if offset < end:
            before += 1
            continue
        blank = not text or text.isspace()
        if opened is None and blank:
            notes.blank += 1
            continue
        if opened is None:
            opened, texts, size = Raw(line, {}, offset, 0, error=reason), [], 0
            notes.reject(line, reason)
        else:
            notes.continuation += 1
        texts.append(text)
        size += len(text) + 1
        opened.length = offset + length - opened.offset
        if size >= _MOST:
            opened.keys["wideview.body"] = "\n".join(texts)
            yield opened
            opened = None
    if opened is not None:
        opened.keys["wideview.body"] = "\n".join(texts)
        yield opened
    notes.continuation += max(0, before - done[0] - done[1])
