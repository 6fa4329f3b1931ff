"""Any text: a line that begins with a time begins a record, or every line is one.

For logs of programs that nobody has written a reader for, and for what programs print.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator

from tui.records import LEVEL_RANKS, Notes, Raw, Scalar
from tui.sources.base import File, Source
from tui.sources.lines import MAX_BYTES, read_lines
from tui.sources.parsl_output import is_text
from tui.sources.stamps import Finder, Stamp

#: Endings of names that logs have; no ending at all is one, too.
_ENDINGS = frozenset(("", ".log", ".txt", ".out", ".err", ".stdout", ".stderr", ".trace", ".output", ".error"))

#: Endings of names that logs do not have, however many times are in the files.
_OTHERS = frozenset(
    f".{ending}"
    for ending in (
        *("md", "rst", "tsv", "csv", "expected", "sh", "bash", "ec", "py", "pyi", "c", "h", "cc", "cpp", "hpp", "rs"),
        *("go", "java", "js", "ts", "pl", "rb", "r", "jl", "f90", "json", "jsonl", "jsonlog", "ndjson", "toml", "yaml"),
        *("yml", "ini", "cfg", "conf", "xml", "html", "css", "svg", "tex", "sql", "ipynb", "lock", "patch", "diff"),
    )
)

_TRACEBACK = "Traceback (most recent call last):"

#: Bytes at the beginning that tell whether lines with a time begin records, and the share of such lines then.
_LOOK = 64 << 10
_SHARE = 0.2

#: Characters in which a time or a level is looked for.
_START = 200

_WORDS = "|".join(sorted((name for name in LEVEL_RANKS if name != "NOTSET"), key=len, reverse=True))
_BETWEEN = r"[\])}>\"',;|\s]{0,20}+(?:[-:|]\s{1,10}+)?+"
#: What stands right after the time: a level, in brackets or not, and what parts it from the text.
_LEVEL = re.compile(
    rf"{_BETWEEN}(?:(?P<open>[\[(<{{|])\s{{0,8}}+)?(?P<level>{_WORDS}|[TDIWEFC](?=[\]>|]))"
    r"(?(open)\s{0,8}+[\])>}|]:?|(?![\w.=/(]|-\w))(?:\s{0,8}+(?::|-|\||–)(?=\s|$))?:?\s{0,20}+",
    re.IGNORECASE,
)
_SPACE = re.compile(_BETWEEN)
#: A level elsewhere near the beginning.
_WITHIN = re.compile(rf"\[\s{{0,8}}({_WORDS})\s{{0,8}}\]|(?<![\w.-])({_WORDS.upper()})(?=:(?:\s|$))")
#: A level at the beginning of a line without a time.
_FIRST = re.compile(rf"\[\s{{0,8}}({_WORDS})\s{{0,8}}\]|({_WORDS})\s?:(?=\s|$)", re.IGNORECASE)


def unreadable(head: bytes) -> str:
    """Why a file that begins with *head* cannot be read as text; empty when it can."""
    if head and not head.strip(b"\0"):
        return f"nothing but NUL bytes in its first {len(head):,}"
    if head and not head.strip():
        return "blank"
    return "" if is_text(head) else "binary data, not text"


def leading_level(text: str, at: int) -> tuple[str, int]:
    """The level that stands at *at* in *text*, after a time, and where what follows it begins; empty without one."""
    found = _LEVEL.match(text, at)
    if found and (found["open"] or found["level"].isupper() or len(found["level"]) > 3):
        return found["level"], found.end()
    space = _SPACE.match(text, at)
    return "", space.end() if space else at


class _Open:
    """A record that may go on; *length* and *count* are those up to its last line that is not blank."""

    def __init__(self, number: int, offset: int, length: int, first: str, stamp: Stamp | None, level: str) -> None:
        self.number, self.offset, self.length = number, offset, length
        self.texts = [first]
        self.count = 1
        self.stamp = stamp
        self.level = level

    def add(self, offset: int, length: int, text: str) -> None:
        self.texts.append(text)
        if text and not text.isspace():
            self.length = offset + length - self.offset
            self.count = len(self.texts)

    def raw(self) -> Raw:
        keys: dict[str, Scalar] = {"levelname": self.level} if self.level else {}
        keys["wideview.body"] = "\n".join(self.texts[: self.count])
        raw = Raw(self.number, keys, self.offset, self.length)
        if stamp := self.stamp:
            raw.time, raw.local, raw.elapsed = stamp.time, stamp.local, stamp.elapsed
        return raw


class Text:
    """Source of any text; see the module."""

    name = "text"
    title = "text of any program"
    body: tuple[str, ...] = ("wideview.body",)
    level: tuple[str, ...] = ("levelname",)
    lines = True
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """0.1 when several lines of *head* begin with a time, 0.05 when the name is one that logs have."""
        if not head.strip() or head.startswith((b"#!", b"%PDF", b"<?xml")) or not is_text(head):
            return 0.0
        base = os.path.basename(name)
        ending = os.path.splitext(base.removeprefix("."))[1].lower()
        if ending in _OTHERS:
            return 0.0
        if ending.strip(".0123456789") == "" and ending:
            ending = ""  # rotated: x.log.1
        if _stamped(head.decode(errors="replace").split("\n")) > 1:
            return 0.1
        return 0.05 if ending in _ENDINGS else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """Records with the time and the level that stand at the beginning of their first lines.

        Where a fair share of the lines has a time, lines without one continue the record before; elsewhere only
        tracebacks are records of several lines. The body is what follows time and level.
        """
        finder = Finder(file.mtime_ns)
        timed = _is_timed(file.path)
        opened: _Open | None = None
        trace = False
        for number, offset, length, text in read_lines(file.path, notes, limit):
            blank = not text or text.isspace()
            inside = blank or text[0] in " \t"
            found = None if inside else finder.find(text[:_START])
            if opened is not None and found is None and offset + length - opened.offset <= MAX_BYTES:
                goes_on = trace and text.rstrip() != _TRACEBACK if not timed or opened.stamp is None else True
                if goes_on:
                    notes.continuation += 1
                    opened.add(offset, length, text)
                    trace = trace and inside
                    continue
            if opened is not None:
                yield opened.raw()
                opened, trace = None, False
            if blank:
                notes.blank += 1
                continue
            notes.first += 1
            opened = _begin(number, offset, length, text, found)
            trace = text.rstrip() == _TRACEBACK
        if opened is not None:
            yield opened.raw()


def _begin(number: int, offset: int, length: int, text: str, found: tuple[Stamp, int, int] | None) -> _Open:
    if found is None:
        level = _FIRST.match(text[:_START])
        return _Open(number, offset, length, text, None, (level[1] or level[2]) if level else "")
    stamp, start, end = found
    word, at = leading_level(text, end)
    if not word and (before := _before(text[:start])):
        word = before
    elif not word and (within := _WITHIN.search(text, at, at + _START)):
        word = within[1] or within[2]
    return _Open(number, offset, length, text[at:], stamp, word)


def _before(text: str) -> str:
    """The level in what stands before a time."""
    word = text.strip("[](){}<>:;|,-'\" \t").upper()
    return word if word in LEVEL_RANKS else ""


def _is_timed(path: str) -> bool:
    """Whether lines with a time begin records."""
    with open(path, "rb") as file:
        texts = file.read(_LOOK).decode(errors="replace").split("\n")
    candidates = sum(bool(text) and not text[0].isspace() for text in texts)
    return _stamped(texts) >= max(1, candidates * _SHARE)


def _stamped(texts: list[str]) -> int:
    finder = Finder()
    return sum(bool(text) and not text[0].isspace() and finder.find(text[:_START]) is not None for text in texts)


SOURCES: tuple[Source, ...] = (Text(),)
