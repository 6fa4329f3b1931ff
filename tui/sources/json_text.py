"""The text of a JSON document, read as far as it is needed, and where in the file it stands."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

#: Characters that are read at a time, and those that are kept in hand where there are many errors.
BLOCK = 64 << 10
LITTLE = 8 << 10

#: What may stand between values. Commas are not checked: one too many does no harm.
_GAP = re.compile(r"[\s,\0\ufeff]*+")


class Text:
    """The text of a file from *pos* on, as far as it has been needed; *line* and *offset* are those of *pos*."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._aside: list[tuple[str, int]] = []
        self.text = ""
        self.pos = 0
        self.line, self.offset = 1, 0
        self.gap = ""
        """The last line end and the blanks after it that were skipped; empty if there was no line end."""
        self.ended = False

    def more(self, size: int = BLOCK) -> bool:
        """Reads about *size* bytes more; False at the end of the file."""
        if self._aside:
            text, start = self._aside.pop()
            data = text[start : start + size]
            if start + size < len(text):
                self._aside.append((text, start + size))
        else:
            raw = self._file.read(size)
            data = self._decoder.decode(raw, not raw)
            if not raw and not data:
                self.ended = True
                return False
        self.text = self.text[self.pos :] + data
        self.pos = 0
        return True

    def advance(self, to: int) -> None:
        """Moves *pos* on."""
        self.line += self.text.count("\n", self.pos, to)
        self.offset += self.size(to)
        self.pos = to

    def size(self, to: int) -> int:
        """Bytes from *pos* to *to*."""
        if self.text.isascii():
            return to - self.pos
        return len(self.text[self.pos : to].encode("utf-8", "surrogateescape"))

    def skip(self) -> str:
        """Moves to the next character that is no gap and returns it; empty at the end."""
        self.gap = ""
        while True:
            found = _GAP.match(self.text, self.pos)
            end = found.end() if found else self.pos
            if (cut := self.text.rfind("\n", self.pos, end)) >= 0 and end - cut < 100:
                self.gap = self.text[cut:end]
            self.advance(end)
            if self.pos < len(self.text):
                return self.text[self.pos]
            if not self.more():
                return ""

    def shrink(self) -> None:
        """Lets go of text before *pos* and puts aside what was read far ahead: after an error the decoder counts all
        lines before it."""
        if self.pos > LITTLE or len(self.text) > 4 * BLOCK:
            cut = self.pos + LITTLE
            if cut < len(self.text):
                self._aside.append((self.text, cut))
                self.ended = False
            self.text = self.text[self.pos : cut]
            self.pos = 0
