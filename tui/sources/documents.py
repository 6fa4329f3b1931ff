"""JSON documents over several lines as the objects in them, one by one, in constant memory.

Three shapes are known: an array of objects, an object that holds lists of objects (``{"events": [{...}, ...]}``), and
objects one after the other (what ``jq`` prints). Damage costs what it damages: reading goes on at the next place that
looks like the beginning of an object. Every byte is looked at a bounded number of times, whatever the file holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import Any

from tui.records import Notes
from tui.sources.json_objects import parse
from tui.sources.json_text import BLOCK, Text
from tui.sources.lines import MAX_BYTES

#: Where reading goes on after damage: before an object that is no value of a key, or in a list of objects that is.
_RESUME = re.compile(
    r'"(?P<list>[^"\\\n]{1,100})"\s{0,100}:\s{0,100}\[\s*+(?=\{\s{0,1000}["}])|[^\s:{]\s*+(?=\{\s{0,1000}["}])'
)
_SURROGATE = re.compile(r"[\ud800-\udfff]|\\u[dD][89a-fA-F]")
_NUMBER = re.compile(r"-?\d*+(?:\.\d*+)?(?:[eE][+-]?\d*+)?")
_BRACKET = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|[{}\[\]]')

#: Text that is cut anywhere fails this close to its end, or says that a string does not end.
_NEAR_END = 12
_NO_END = "Unterminated string"

#: What :data:`_RESUME` finds is no longer.
_OVERLAP = 4000


@dataclass(frozen=True, slots=True)
class Element:
    """One object: *line* (1-based) it begins on, its *offset* and *length* in bytes, and what it holds.

    *list* names the list it stands in; empty for an array or an object of its own.
    """

    line: int
    offset: int
    length: int
    value: dict[str, Any]
    list: str = ""


def elements(
    path: str, notes: Notes, limit: int | None = None, meta: dict[str, Any] | None = None
) -> Iterator[Element]:
    """The objects of the JSON document at *path*, in its order.

    Of an object that holds lists of objects at its first level it is the members of these lists; its other members go
    to *meta* as they are met (what follows a list is known when that has been read). An object without such a list is
    itself the element. With *limit*, stops before the first element at or after that many bytes, and gives an object
    of its own with the members that begin before. Counts every element in ``notes.rows``; a stretch that is no JSON,
    and a member of an array that is no object, goes to ``notes.rejected`` with the line it begins on, what was read
    after a repair to ``notes.mended``. Raises OSError when the file cannot be read, and nothing else.
    """
    with open(path, "rb") as file:
        reader = _Reader(Text(file), notes, limit, {} if meta is None else meta)
        for element in reader.read():
            notes.rows += 1
            yield element


class _Broken(Exception):
    """What stands here is no JSON: why, and where that showed."""

    def __init__(self, why: str, at: int) -> None:
        super().__init__(why)
        self.at = at


class _Reader:
    def __init__(self, text: Text, notes: Notes, limit: int | None, meta: dict[str, Any]) -> None:
        self._text = text
        self._notes = notes
        self._limit = limit
        self._meta = meta
        self._decode = JSONDecoder().raw_decode
        self._list: str | None = None
        self._last = ""
        """The name of the last list that was met: what follows damage outside a list may be a part of it."""
        self._indent = ""
        """The line end and blanks that stand before each object of the list."""
        self._torn = False
        """After damage in a list nobody knows any more which bracket closes it."""
        self._own: tuple[int, int] | None = None
        """Line and offset of the object whose members are being read."""
        self._members: dict[str, Any] = {}
        self._size = 0
        self._split = False
        """A list of objects was met in it."""

    def read(self) -> Iterator[Element]:
        text = self._text
        while char := text.skip():
            if self._limit is not None and text.offset >= self._limit:
                break
            line = text.line
            try:
                element = self._in_list(char) if self._list is not None else self._outside(char)
            except _Broken as broken:
                element = self._reject(line, str(broken), broken.at)
            if element is not None:
                yield element
        if self._own is not None:
            if self._limit is None and not self._torn:
                self._notes.rejected.append((text.line, "the document ends too early"))
            if element := self._closed():
                yield element
        elif self._list is not None and self._limit is None and not self._torn:
            self._notes.rejected.append((text.line, "the document ends too early"))

    def _outside(self, char: str) -> Element | None:
        """What stands outside a list of objects: the document begins or ends, or a member of it."""
        text = self._text
        if char == "{" and self._own is None:
            self._own = text.line, text.offset
            self._members, self._size, self._split = {}, 0, False
        elif char == "[" and self._own is None:
            self._list, self._indent = "", ""
        elif char == "}" and self._own is not None:
            text.advance(text.pos + 1)
            return self._closed()
        elif char == '"' and self._own is not None:
            self._member()
            return None
        else:
            raise _Broken("nothing that can stand here", text.pos + 1)
        text.advance(text.pos + 1)
        return None

    def _member(self) -> None:
        text = self._text
        start = text.offset
        name, end = self._value()
        text.advance(end)
        if not isinstance(name, str) or text.skip() != ":":
            raise _Broken("a key without a value", text.pos)
        text.advance(text.pos + 1)
        if text.skip() == "[":
            self._last = name
            text.advance(text.pos + 1)
            if text.skip() == "{":
                self._list, self._indent, self._split = name, "", True
                return
            value: Any = self._plain_list()
        else:
            value, end = self._value()
            text.advance(end)
        self._size += text.offset - start
        if self._size <= MAX_BYTES:
            self._members[name] = value
            self._meta[name] = value

    def _plain_list(self) -> list[Any]:
        """The rest of a list that does not begin with an object."""
        text = self._text
        values: list[Any] = []
        while (char := text.skip()) and char != "]":
            value, end = self._value()
            text.advance(end)
            values.append(value)
        text.advance(text.pos + bool(char))
        return values

    def _closed(self) -> Element | None:
        """The object that has been read, unless it was the frame of lists."""
        own, self._own = self._own, None
        if own is None or self._split:
            return None
        line, offset = own
        if self._size > MAX_BYTES:
            self._notes.mended.append((line, "a long object, of which the beginning is kept"))
        return Element(line, offset, self._text.offset - offset, self._members)

    def _in_list(self, char: str) -> Element | None:
        text = self._text
        if char == "]" or (self._torn and char in "]}"):
            text.advance(text.pos + 1)
            if not self._torn:
                self._list = None
            return None
        if self._torn and char == '"':
            self._member()
            return None
        gap = text.gap
        value, end = self._value()
        line, offset, length = text.line, text.offset, text.size(end)
        text.advance(end)
        if isinstance(value, dict):
            self._indent = gap or self._indent
            return Element(line, offset, length, value, self._list or "")
        self._notes.rejected.append((line, "not a JSON object"))
        return None

    def _value(self) -> tuple[Any, int]:
        """The value at the place, and where it ends; _Broken when there is none."""
        text = self._text
        size = BLOCK
        while True:
            try:
                value, end = self._decode(text.text, text.pos)
                if end < len(text.text) or isinstance(value, dict | list | str) or text.ended or not text.more():
                    return self._repaired(value, end), end
                continue
            except JSONDecodeError as error:
                why, at = error.msg, error.pos
            except RecursionError:
                raise _Broken("nested too deep", self._balanced()) from None
            except ValueError:  # a number with more digits than Python reads
                end = self._balanced() if text.text[text.pos] in "{[" else self._number_end()
                return self._parsed(end), end
            cut = at >= len(text.text) - _NEAR_END or why.startswith(_NO_END)
            if not cut or len(text.text) - text.pos > 2 * MAX_BYTES or not text.more(size):
                raise _Broken(why, at)
            size = max(size, len(text.text))

    def _repaired(self, value: Any, end: int) -> Any:
        """*value* without what is no text, such as half of a surrogate pair."""
        text = self._text
        if text.text.isascii() and text.text.find("\\u", text.pos, end) < 0:
            return value
        return self._parsed(end) if _SURROGATE.search(text.text, text.pos, end) else value

    def _parsed(self, end: int) -> Any:
        """What stands between the place and *end*, read by the slow and patient way."""
        text = self._text
        data = text.text[text.pos : end].encode("utf-8", "surrogateescape")
        value, why = parse(b'{"":%s}' % data)
        if value is None:
            raise _Broken(why, end)
        if why:
            self._notes.mended.append((text.line, why))
        return value[""]

    def _number_end(self) -> int:
        """Where the number at the place ends."""
        text = self._text
        while True:
            found = _NUMBER.match(text.text, text.pos)
            end = found.end() if found else text.pos
            if end < len(text.text) or not text.more(max(BLOCK, len(text.text))):
                return end

    def _balanced(self) -> int:
        """Where the value at the place ends by its brackets alone, or the text that is kept."""
        text = self._text
        depth = 0
        at = text.pos
        while True:
            for found in _BRACKET.finditer(text.text, at):
                if found.end() == len(text.text) and not text.ended:
                    break
                char = found[0]
                depth += (char in "{[") - (char in "}]")
                at = found.end()
                if depth <= 0:
                    return at
            at -= text.pos
            if len(text.text) - text.pos > 2 * MAX_BYTES or not text.more(max(BLOCK, len(text.text))):
                return len(text.text)

    def _reject(self, line: int, why: str, at: int) -> Element | None:
        """Moves to where reading can go on, *at* or later. Gives the object of its own that was being read, if another
        one begins there: with the members before the damage."""
        text = self._text
        before: Element | None = None
        while at > text.pos and text.text[at - 1 : at].isspace():
            at -= 1
        text.advance(max(at - 1, text.pos))
        text.shrink()  # before the search: that may end far from here
        inside = self._list is not None
        pattern = re.compile(re.escape(self._indent) + r"(?=\{)") if inside and self._indent else _RESUME
        while True:
            found = pattern.search(text.text, text.pos)
            if found and found.end() < len(text.text):
                if not inside:
                    if self._own is not None and self._members and not self._split and not found["list"]:
                        before = Element(*self._own, text.offset - self._own[1], self._members)
                        self._members, self._size = {}, 0
                    named = (found["list"] or "").encode("utf-8", "surrogateescape").decode(errors="backslashreplace")
                    self._list, self._indent = named or self._last, ""
                self._torn = self._split = True
                text.advance(found.end())
                break
            if text.ended or not text.more():
                text.advance(len(text.text))
                break
            text.advance(max(text.pos, len(text.text) - BLOCK - _OVERLAP))
        until = f" to line {text.line}" if text.line > line else ""
        self._notes.rejected.append((line, f"no JSON from here{until}: {why}"))
        return before
