"""JSON documents of no known kind: an array of objects, an object that holds lists of them, or one object."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui.records import Notes, Raw
from tui.sources.base import File, Source
from tui.sources.documents import Element, elements
from tui.sources.json_objects import flatten, parse
from tui.sources.usual import BODY_KEYS, LEVEL_KEYS, MORE_BODY_KEYS, TIME_KEYS, Usual

_TEXT = rb'"(?:[^"\\]|\\.){0,2000}+"'

#: An array of objects, or an object with a list of objects after nothing but plain members.
_LISTS = re.compile(
    rb"\[\s*+(?:\{|\])|\{\s*+(?:%s\s*+:\s*+(?:%s|[-+.\w]{1,50}+)\s*+,\s*+){0,50}+%s\s*+:\s*+\[\s*+\{\s*+[\"}]"
    % (_TEXT, _TEXT, _TEXT)
)
_BEGINS = re.compile(rb'\{\s*+["}]')

#: Objects in a list are records if one of these is in the first of them; else they are parts of one thing.
_TELLING = frozenset((*TIME_KEYS, *LEVEL_KEYS, *BODY_KEYS, *MORE_BODY_KEYS))


#: Bytes of a document that can be one record although it holds lists of objects.
_MOST = 1 << 20


class JsonDocument:
    """Source of documents of no known kind."""

    name = "json-document"
    title = "JSON document of any program"
    body: tuple[str, ...] = ("wideview.body", *BODY_KEYS)
    level: tuple[str, ...] = ("wideview.level", "levelname", "level", "severity", "log.level")
    lines = False
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """0.35 for an array of objects or an object with a list of objects, all on one line or indented; 0.2 for any
        other object over several lines."""
        text = head.lstrip(b"\0 \t\r\n\xef\xbb\xbf")
        first, _, rest = text.partition(b"\n")
        if rest.lstrip().startswith(b'{"') and first.rstrip().endswith(b"}"):
            return 0.0  # JSON lines
        if _LISTS.match(text):
            return 0.35
        return 0.2 if _BEGINS.match(text) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """A record for every object of the array or the lists (``wideview.list`` is the name of its list), or one for
        the whole document. Nested objects become dotted keys."""
        usual = Usual(file.mtime_ns)
        if (whole := _whole(file.path)) is not None:
            found: Iterator[Element] = iter((whole,))
            notes.rows += 1
        else:
            found = elements(file.path, notes, limit)
        for element in found:
            try:
                keys = flatten(element.value)
            except RecursionError:
                notes.rejected.append((element.line, "nested too deep"))
                notes.rows -= 1
                continue
            if element.list:
                keys["wideview.list"] = element.list
            raw = Raw(element.line, keys, element.offset, element.length)
            usual.complete(raw)
            yield raw


def _whole(path: str) -> Element | None:
    """The document at *path* as one object, if its lists hold its parts rather than records."""
    first = next(elements(path, Notes()), None)
    if first is None or not first.list or not _TELLING.isdisjoint(first.value):
        return None
    with open(path, "rb") as file:
        data = file.read(_MOST + 1)
    text = data.lstrip(b"\0 \t\r\n\xef\xbb\xbf")
    value = parse(text.rstrip(b"\0 \t\r\n"))[0] if len(data) <= _MOST else None
    if value is None:
        return None
    offset = len(data) - len(text)
    return Element(data.count(b"\n", 0, offset) + 1, offset, len(text.rstrip(b"\0 \t\r\n")), value)


SOURCES: tuple[Source, ...] = (JsonDocument(),)
