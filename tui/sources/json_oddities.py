"""What is odd about a line of JSON that can be read all the same."""

from __future__ import annotations

from collections.abc import Iterator

from tui.records import Scalar
from tui.sources import stamps
from tui.sources.json_repair import repeated

_BOM = b"\xef\xbb\xbf"


class Oddities:
    """Compares the lines of one file with its first. *time* is the key that its dialect keeps seconds in, or empty."""

    def __init__(self, time: str) -> None:
        self._time = time
        self._returns: bool | None = None
        self._of_text: bool | None = None

    def of(self, line: int, data: bytes, text: bytes, keys: dict[str, Scalar]) -> Iterator[str]:
        """What is odd about line number *line*: its bytes *data*, *text* of them, which holds *keys*."""
        if data.startswith(b"\0"):
            yield f"a hole of {len(data) - len(data.lstrip(bytes(1))):,} NUL bytes before it"
        if line > 1 and text.startswith(_BOM):
            yield "a byte order mark in the middle of the file"
        returns = data.endswith(b"\r")
        if self._returns is None:
            self._returns = returns
        elif returns != self._returns:
            yield "a carriage return at its end" if returns else "no carriage return at its end"
        if not self._time:
            return
        # Quotes and colons may stand in values as well: only then it is looked at closely.
        if text.count(b'":') > len(keys) and (twice := repeated(text)):
            yield f"keys that occur twice: {', '.join(twice)}; the last counts"
        value = keys.get(self._time)
        if value is None:
            return
        of_text = isinstance(value, str)
        if self._of_text is None:
            self._of_text = of_text
        elif of_text != self._of_text:
            yield f"{self._time} is {'text, not a number' if of_text else 'a number, not text'}"
        if (number := stamps.number(str(value))) and number.time is not None and len(str(value).split(".")[0]) > 11:
            yield f"{self._time} is in milliseconds or a smaller unit"
