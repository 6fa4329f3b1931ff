"""Hostile text made harmless: what a terminal would obey or hide is shown as a visible mark instead."""

from __future__ import annotations

import json
import re

#: Control, format and separator characters, surrogates, fillers that look blank, variation selectors.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)

#: Combining marks stacked higher than any language does spill over the lines above and below.
_COMBINING = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACKED = re.compile(f"([{_COMBINING}]{{2}})[{_COMBINING}]+")

TAB = "    "


def _mark(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code == 9:
        return TAB
    if code < 32:
        return chr(0x2400 + code)
    if code == 127:
        return "␡"
    return f"⟨{code:04X}⟩"


def visible(text: str) -> str:
    """*text* with nothing in it that a terminal obeys, hides or reorders.

    Control characters become their pictures (``␛``, ``␊``), tabs four blanks, everything else ``⟨202E⟩``.
    """
    if text.isascii() and text.isprintable():
        return text
    return _STACKED.sub(r"\1⟨…⟩", _UNSAFE.sub(_mark, text))


def in_place(text: str) -> str:
    """The same with one character for each of *text*, so that a caret in it stays where it is."""
    if text.isascii() and text.isprintable():
        return text
    one = _UNSAFE.sub(lambda match: mark if len(mark := _mark(match)) == 1 else "␦", text.replace("\t", "␉"))
    return _STACKED.sub(lambda match: match[1] + "␦" * (len(match[0]) - 2), one)


def escaped(text: str) -> str:
    """JSON *text*, without line ends, that says the same with escapes for what :func:`visible` marks."""
    if text.isascii() and text.isprintable():
        return text
    return _STACKED.sub(lambda match: match[1] + _code(match[0][2:]), _UNSAFE.sub(lambda match: _code(match[0]), text))


def _code(text: str) -> str:
    return " " if text in "\t\r\n" else json.dumps(text)[1:-1].replace("\x7f", "\\u007f")


def first_line(text: str, limit: int = 4000) -> tuple[str, int]:
    """The first line of *text* that says something, safe and not much longer than *limit*, and how many follow it."""
    if text[:1] in "\r\n":
        text = text.lstrip("\r\n")
    head, _, rest = text.partition("\n")
    more = rest.rstrip("\n").count("\n") + 1 if rest.strip("\n") else 0
    return visible(head[:limit].rstrip("\r")), more


def shorten_name(text: str, width: int) -> str:
    """Safe ``kind value`` cut to *width* characters so that the value, which tells it from others, stays: words go
    before it does."""
    text = visible(text)
    rest = text
    while len(rest) + (rest is not text) > width and " " in rest:
        rest = rest.partition(" ")[2]
    if rest is text or len(rest) >= width:
        return shorten(rest, width)
    return "…" + rest


def shorten(text: str, width: int) -> str:
    """Safe *text* cut to *width* characters, the cut shown."""
    text = visible(text)
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def shortened(text: str, width: int) -> str:
    """*text* in at most *width* characters: where it is longer its middle is left out, its end rather than its start
    kept."""
    if len(text) <= width:
        return text
    head = max(0, (width - 1) // 3)
    return f"{text[:head]}…{text[len(text) - (width - 1 - head) :]}"
