"""A body with the varying parts masked: numbers, identifiers, paths, quoted values, Python's reprs.

In two passes. The engine's makes a *shape* of a body, in which whatever has a digit is one :data:`MARK`; a million
bodies have some hundred shapes. This module's makes a masked text of a shape. In a template a mark is written
:data:`PLACEHOLDER`.
"""

from __future__ import annotations

import re

#: Stands for a varying part while a text is worked on; no log writes it.
MARK = "\x01"

#: Stands for a varying part in a template.
PLACEHOLDER = "<*>"

#: Characters of a body that its template is made of; what follows, and all but its first line, is not looked at.
MOST = 400

#: What a mark stands for may let more be seen to vary; real texts need one pass or two.
_PASSES = 16

#: What has a digit in it: a number, a UUID, an address, a time. For the engine's regular expressions, too.
DIGITS = r"[0-9a-fA-F]*[0-9](?:[.:x_-]?[0-9a-fA-F])*"

#: A placeholder of Python's three ways to format.
_FORMAT = re.compile(
    r"%(?:\(\w{1,200}\))?[-+ #0]{0,5}(?:\d{1,9}|\*)?(?:\.\d{1,9})?[hlL]?[diouxXeEfFgGcrsa]"
    r"|\{[\w.\[\]]{0,200}(?:![rsa])?(?::[^{}]{0,200})?\}"
)
_DIGITS = re.compile(DIGITS)
_QUOTED = re.compile(
    r"(?<!\w)[bruf]{0,2}'(?:[^'\\]|\\.)*(?:'(?!\w)|$)|(?<!\w)[bruf]{0,2}\"(?:[^\"\\]|\\.)*(?:\"(?!\w)|$)"
)
_OBJECT = re.compile(r"<(?=[A-Za-z_\x01])[^<>]*(?:<[^<>]*>[^<>]*)*>")
_URL = re.compile(r"\b[a-z][a-z+]*://[^\s,;)\]}>\"']+")
_PATH = re.compile(
    r"(?<![\w\x01/.~-])(?:~|\.{1,2})?(?:/[\w.\x01+@%~=-]+)+/?|(?<![\w\x01/])[\w.\x01+-]+/(?:[\w.\x01+-]+/)+[\w.\x01+-]*"
)
_CONSTANT = re.compile(r"(?<![\w\x01])(?:True|False|None|nan|[+-]?inf)(?![\w\x01])")
_ELEMENT = re.compile(r"\s*(?:[\w.\x01]+\s*[=:]\s*)?(?:[\w.\x01+%/-]*)\s*")
_SIGN = re.compile(r"(?<![\w\x01])[+-]\x01")
_WORD_MARK = r"(?:[A-Za-z_]+ )?\x01"
_LISTED = re.compile(rf"({_WORD_MARK})(?:, (?:and )?\1)+")
_JOINED = re.compile(r"\x01(?:[T+]?\x01)+")
_CLOSING = {"[": "]", "{": "}", "(": ")"}


def shape_sql(body: str) -> str:
    """SQL for the shape of the text *body*, an SQL expression."""
    first = f"split_part(ltrim(left({body}, {MOST}), chr(10) || chr(13) || chr(32)), chr(10), 1)"
    return f"regexp_replace({first}, '{DIGITS}', chr(1), 'g')"


def shape(body: str) -> str:
    """The shape of *body*, as :func:`shape_sql` has it."""
    return _DIGITS.sub(MARK, body[:MOST].lstrip("\n\r ").split("\n", 1)[0])


def formatted(message: str) -> str:
    """The masked text of a *message* with placeholders."""
    return mask(shape(_FORMAT.sub(MARK, message[: 16 * MOST])))


def mask(shape: str) -> str:
    """The masked text of a *shape*: a mark for all that varies and can be told to. A masked text is its own."""
    for _ in range(_PASSES):
        text = _masked(shape)
        if text == shape:
            break
        shape = text
    return shape


def _masked(shape: str) -> str:
    text = _QUOTED.sub(MARK, shape)
    text = _OBJECT.sub(MARK, text)
    text = _brackets(text)
    text = _URL.sub(MARK, text)
    text = _PATH.sub(MARK, text)
    text = _CONSTANT.sub(MARK, text)
    text = _SIGN.sub(MARK, text)
    text = _LISTED.sub(r"\1", text)
    return _JOINED.sub(MARK, " ".join(text.split()))


def written(masked: str) -> str:
    """A masked text as people read it: the template."""
    return masked.replace(MARK, PLACEHOLDER)


def _brackets(text: str) -> str:
    """*text* with a mark for every list, dict, tuple and call in it. Words in brackets stay."""
    out: list[list[str]] = [[]]
    opened: list[str] = []
    for part in re.split(r"([\[\](){}])", text):
        if part in _CLOSING and part:
            out.append([])
            opened.append(part)
        elif part in ("]", ")", "}") and opened:
            _close(out, opened, part)
        elif part:
            out[-1].append(part)
    while opened:  # the text was cut, or never closed
        _close(out, opened, "")
    return "".join(out[0])


def _close(out: list[list[str]], opened: list[str], closing: str) -> None:
    inside, opening = "".join(out.pop()), opened.pop()
    closing = closing or _CLOSING[opening]
    if closing != _CLOSING[opening] or not _is_data(opening, inside):
        out[-1].append(f"{opening}{inside}{closing}")
        return
    before = "".join(out[-1])
    if opening == "(" and (call := re.search(r"[\w.]*\b[A-Z]\w*$", before)):
        out[-1] = [before[: call.start()]]  # the repr of an object
    out[-1].append(MARK)


def _is_data(opening: str, inside: str) -> bool:
    if opening == "(" and not inside:
        return True
    elements = inside.split(",")
    if opening == "{" and len(elements) > 1:
        return True
    return all(map(_ELEMENT.fullmatch, elements)) and (
        len(elements) > 1 or not inside.strip() or MARK in inside or bool(_CONSTANT.fullmatch(inside.strip()))
    )
