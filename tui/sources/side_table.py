"""Side tables: CSV and TSV files, a row a record: what a user knows of a run beside its logs (which task is of which
chain).

The first line names the keys. It is a record itself, without keys, so that no line is lost. A row with a column that is
usually called so has a time; the others have none.
"""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Iterator

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File
from tui.sources.lines import Line, read_lines
from tui.sources.usual import BODY_KEYS, LEVEL_WORDS, Usual
from tui.times import clock

#: Columns of one table; what has more is none.
MOST_COLUMNS = 1000

#: Lines and characters of one row: a quote that is not closed within is no quote.
_LINES, _CHARACTERS = 200, 1 << 20

_NAME = re.compile(r"[A-Za-z_@][\w@.:/ ()%#-]{0,99}")


class SideTable:
    """CSV (``,``, ``;``, ``|`` or a tab between the columns, by the first line) and TSV."""

    name = "side-table"
    title = "CSV and TSV: what is known beside the logs"
    body: tuple[str, ...] = ("wideview.body", *BODY_KEYS)
    level: tuple[str, ...] = ("wideview.level", *LEVEL_WORDS)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """0.6 for what is called .csv or .tsv, begins with names that differ, and goes on with rows as wide as that."""
        if not name.lower().endswith((".csv", ".tsv")) or b"\0" in head:
            return 0.0
        texts = head.decode(errors="replace").removeprefix("\ufeff").split("\n")
        if len(texts) > 1:
            texts.pop()  # empty, or it may be cut
        texts = [text.removesuffix("\r") for text in texts if text.strip()]
        if not texts:
            return 0.0
        names = _fields(texts[0], _delimiter(texts[0]))
        if not names or not 1 < len(names) <= MOST_COLUMNS or len({*names}) < len(names):
            return 0.0
        if not all(_NAME.fullmatch(each.strip()) for each in names):
            return 0.0
        rows = [
            fields
            for text in texts[1:21]
            if text.count('"') % 2 == 0 and (fields := _fields(text, _delimiter(texts[0])))
        ]
        return 0.6 if all(len(fields) == len(names) for fields in rows) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """A record for the line of names, and one a row. A row that is not as wide is damaged."""
        usual = Usual(file.mtime_ns)
        names: list[str] | None = None
        delimiter = ","
        for row in _rows(read_lines(file.path, notes), notes, limit):
            line, offset, length, text, count = row
            raw = Raw(line, {}, offset, length)
            if names is None:
                delimiter = _delimiter(text)
                names = _named(_fields(text, delimiter) or [text])
                raw.keys["wideview.body"] = text
                notes.first += 1
                notes.continuation += count - 1
                yield raw
                continue
            fields = _fields(text, delimiter)
            if fields is None or len(fields) != len(names) or len(names) > MOST_COLUMNS:
                raw.error = _mistake(fields, names)
                raw.keys["wideview.body"] = text
                notes.reject(line, raw.error)
            else:
                raw.keys |= {name: field for name, field in zip(names, fields, strict=True) if field}
                complete(raw, usual, text)
                notes.first += 1
            notes.continuation += count - 1
            yield raw


def complete(raw: Raw, usual: Usual, text: str = "") -> None:
    """Sets what the keys of *raw* say by the usual names; its body is all of them in words where they have none, or
    *text*. A row of wideview's own export has the time that is written in it."""
    keys = raw.keys
    if not any(keys.get(key) for key in ("wideview.body", *BODY_KEYS)):
        keys["wideview.body"] = in_words(keys) or text
    usual.complete(raw)
    if "wideview.source" in keys and (found := clock(str(keys.get("wideview.time", "")))):
        raw.time, raw.local, raw.elapsed = found[0], None, None


def in_words(keys: dict[str, Scalar]) -> str:
    """``chain=7 parsl.task=5``."""
    return " ".join(f"{key}={value}" for key, value in keys.items())


#: Number of the first line, offset, length, text, count of lines.
_Row = tuple[int, int, int, str, int]


def _rows(lines: Iterator[Line], notes: Notes, limit: int | None) -> Iterator[_Row]:
    """Lines, those together that a quoted line end joins; blank ones between rows are counted. The last row before
    *limit* may end after it."""
    ahead: deque[Line] = deque()
    delimiter = ""
    width = 0
    while True:
        first = ahead.popleft() if ahead else next(lines, None)
        if first is None:
            return
        number, offset, length, text = first
        if limit is not None and offset >= limit:
            return
        if not text.strip(" \t\r\ufeff"):
            notes.blank += 1
            continue
        delimiter = delimiter or _delimiter(text)
        count = 1
        if text.count('"') % 2 and (more := _joined(first, lines, ahead)):
            whole = "\n".join((text, *(each[3] for each in more)))
            fields = _fields(whole, delimiter)
            if fields and (not width or len(fields) == width):
                for _ in more:
                    ahead.popleft()
                last = more[-1]
                text, length, count = whole, last[1] + last[2] - offset, 1 + len(more)
        width = width or len(_fields(text, delimiter) or ())
        yield number, offset, length, text, count


def _joined(first: Line, lines: Iterator[Line], ahead: deque[Line]) -> list[Line]:
    """The lines after *first* up to the one that closes its quote; they stay in *ahead*. Empty when none does."""
    size = len(first[3])
    more: list[Line] = []
    for at in range(_LINES):
        if at == len(ahead):
            following = next(lines, None)
            if following is None:
                return []
            ahead.append(following)
        more.append(ahead[at])
        size += len(ahead[at][3])
        if size > _CHARACTERS:
            return []
        if ahead[at][3].count('"') % 2:
            return more
    return []


def _delimiter(header: str) -> str:
    """What stands most often between the names."""
    return max(",\t;|", key=header.count)


def _fields(text: str, delimiter: str) -> list[str] | None:
    """The columns of a row; None for what is no row."""
    if '"' not in text:
        return text.split(delimiter)
    if len(text) > _CHARACTERS:  # the library refuses columns longer than a limit that all of a process share
        return None
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _named(fields: list[str]) -> list[str]:
    """Names of the columns, which differ and, unless this is our own export, are not ours."""
    names: dict[str, None] = {}
    ours = () if "wideview.source" in fields else ("wideview.body",)
    for number, field in enumerate(fields, 1):
        name = field.strip()[:200] or f"column {number}"
        names[name if name not in names and not name.startswith(ours) else f"{name} {number}"] = None
    return list(names) if len(names) == len(fields) else [f"column {number}" for number in range(1, len(fields) + 1)]


def _mistake(fields: list[str] | None, names: list[str]) -> str:
    if len(names) > MOST_COLUMNS:
        return f"a table of {len(names):,} columns"
    if fields is None:
        return "no row of a table"
    return f"{len(fields):,} column{'s'[: len(fields) != 1]} where the first line has {len(names):,}"


SOURCES = (SideTable(),)
