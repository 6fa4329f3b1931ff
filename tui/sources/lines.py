"""Bytes as numbered lines, and lines as records that may go on over several of them."""

from __future__ import annotations

import codecs
import re
import sys
from collections.abc import Iterator
from typing import BinaryIO, Protocol

from tui.records import Notes

#: Bytes of one line, or of one record with all its lines, that are kept in memory. The rest of a longer line is left
#: out of its text; the lines after a longer record stand for themselves. Nothing that people write is that long.
MAX_BYTES = 16 << 20

_BLOCK = 256 << 10


#: One line: its 1-based number, its offset and length in bytes, its text; all without the line end.
Line = tuple[int, int, int, str]

#: A record made of lines: number of the first, offset and length in bytes, what the pattern found in the first line
#: (None for a line that no record was open for), text of the first line, texts of the others. It reaches to the end
#: of the last line that is not blank, line end not included. Plain tuples: named ones cost a third of the speed.
Folded = tuple[int, int, int, re.Match[str] | None, str, list[str]]


class Begins(Protocol):
    """What tells the first lines of records: a compiled pattern, or what is used like one."""

    def match(self, text: str, /) -> re.Match[str] | None:
        """What it finds at the start of *text*."""
        ...


def read_lines(path: str, notes: Notes, limit: int | None = None) -> Iterator[Line]:
    """The lines of the file at *path*, in constant memory.

    Only ``\\n`` ends a line; a ``\\r`` before it is stripped; what follows the last ``\\n`` is a line, too, unless it
    is empty. Bytes that are no UTF-8 become ``\\xNN``. Such lines, and lines cut at :data:`MAX_BYTES`, go to
    ``notes.mended``. With *limit*, stops at the first line end at or after that many bytes. Counts nothing.
    """
    number = offset = 0
    stop = sys.maxsize if limit is None else limit
    for block, over in _blocks(path):
        if over or not block.isascii() or b"\r" in block:
            for raw in block.split(b"\n") if over else block.removesuffix(b"\n").split(b"\n"):
                if offset >= stop:
                    return
                number += 1
                size = len(raw) + over
                text = _text(raw.removesuffix(b"\r"), number, notes)
                if over:
                    notes.mended.append((number, f"line of {size} bytes cut to {len(raw)}"))
                yield number, offset, size - raw.endswith(b"\r"), text
                offset += size + 1
        else:
            for text in block.decode().removesuffix("\n").split("\n"):
                if offset >= stop:
                    return
                number += 1
                size = len(text)
                yield number, offset, size, text
                offset += size + 1


def _blocks(path: str) -> Iterator[tuple[bytes, int]]:
    """The file in pieces of whole lines; a line too long to keep comes cut, alone, with the bytes that are missing."""
    with open(path, "rb") as file:
        rest: list[bytes] = []
        kept = 0
        while data := file.read(_BLOCK):
            cut = data.rfind(b"\n") + 1
            if cut:
                yield b"".join((*rest, data[:cut])), 0
                data = data[cut:]
                rest, kept = [], 0
            rest.append(data)
            kept += len(data)
            if kept >= MAX_BYTES:
                yield b"".join(rest), _skip(file)
                rest, kept = [], 0
        if kept:
            yield b"".join(rest), 0


def _skip(file: BinaryIO) -> int:
    """Reads on to the end of the line: how many bytes that were, without the line end."""
    size = 0
    while raw := file.readline(_BLOCK):
        if raw.endswith(b"\n"):
            return size + len(raw) - 1
        size += len(raw)
    return size


def _text(raw: bytes, number: int, notes: Notes) -> str:
    if number == 1:
        raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        notes.mended.append((number, "not UTF-8"))
        return raw.decode(errors="backslashreplace")


def fold(path: str, notes: Notes, pattern: Begins, limit: int | None = None) -> Iterator[Folded]:
    """The records of the file at *path*: a line that *pattern* matches begins one, other lines continue it.

    Counts every line in exactly one class of *notes*. While a record is open every line that does not match is a
    *continuation*, a blank one as well (tracebacks hold blank lines). While none is open (before the first record,
    and after one of more than :data:`MAX_BYTES`) a blank line is *blank* and any other is rejected and comes as a
    record of its own without a match.
    """
    match = pattern.match
    opened: re.Match[str] | None = None
    first = ""
    more: list[str] = []
    start = begin = end = 0
    records = continuation = blank = 0
    try:
        for number, offset, length, text in read_lines(path, notes, limit):
            found = match(text)
            if found is not None:
                if opened is not None:
                    yield start, begin, end - begin, opened, first, _trimmed(more) if more else more
                    if more:
                        more = []
                records += 1
                opened, first, start, begin, end = found, text, number, offset, offset + length
            elif opened is not None:
                continuation += 1
                more.append(text)
                if text and not text.isspace():
                    end = offset + length
                if offset + length - begin > MAX_BYTES:
                    yield start, begin, end - begin, opened, first, _trimmed(more)
                    opened, more = None, []
            elif not text or text.isspace():
                blank += 1
            else:
                notes.reject(number, "no record begins before this line")
                yield number, offset, length, None, text, []
        if opened is not None:
            yield start, begin, end - begin, opened, first, _trimmed(more)
    finally:
        notes.first += records
        notes.continuation += continuation
        notes.blank += blank


def _trimmed(texts: list[str]) -> list[str]:
    """*texts* without the blank ones at the end."""
    last = len(texts)
    while last and (not texts[last - 1] or texts[last - 1].isspace()):
        last -= 1
    return texts[:last]
