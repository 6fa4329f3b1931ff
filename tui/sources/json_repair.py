"""Damaged JSON objects: what can still be read of a line.

Lines are cut off when a process is killed, run into each other when two processes write at once, and hold raw control
characters, bytes that are no UTF-8, ``NaN`` and keys twice. Every repair says what it did.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

#: A byte that is no UTF-8, as Python's ``surrogateescape`` has it.
_BYTE = re.compile("[\udc80-\udcff]")

#: A lone surrogate written as an escape; JSON knows them, UTF-8 and the engine do not.
_SURROGATE = re.compile("[\ud800-\udfff]")

#: Where an object may begin inside a damaged line, and how many of these places are tried.
_BEGIN = re.compile(r'\{\s{0,4}"')
_MOST_TRIES = 8

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(strict=False)


@dataclass(frozen=True, slots=True)
class Repaired:
    """*keys* is the object as far as it can be read, *how* says what was mended, *rest* is text that is in no key."""

    keys: dict[str, Any]
    how: str
    rest: str = ""


def repair(text: bytes, parts: bool = True) -> Repaired | None:
    """What can be read of a line that is not sound JSON; None when that is nothing. Takes linear time.

    Without *parts*, all of it must be one object.
    """
    try:
        return _repair(*_decoded(text), parts)
    except RecursionError:  # what was just not too deep to be read may be so to be written
        return None


def _repair(plain: str, how: list[str], parts: bool) -> Repaired | None:
    try:
        value = _DECODER.decode(plain)
    except (ValueError, RecursionError):
        return _parts(plain, how) if parts else None
    if not isinstance(value, dict):
        return None
    return Repaired(_clean(value), " and ".join(how) or "JSON by a lax reading")


def repeated(text: bytes) -> list[str]:
    """The keys of the object *text* that occur twice or more, on its top level; empty too when it is no JSON."""
    found: list[list[str]] = []

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found.append([key for key, _ in items])
        return dict(items)

    try:
        json.loads(text.decode(errors="replace"), object_pairs_hook=pairs, strict=False)
    except (ValueError, RecursionError):
        return []
    last = found[-1] if found else []  # the outermost object ends last
    return sorted(key for key, count in Counter(last).items() if count > 1)


def joined(before: str, text: bytes) -> dict[str, Any] | None:
    """The object whose beginning another process's line cut off (*before*) and whose end is *text*; None for none."""
    whole = before + _decoded(text)[0]
    try:
        value = _DECODER.decode(whole)
        return _clean(value) if isinstance(value, dict) else None
    except (ValueError, RecursionError):
        return None


def _decoded(text: bytes) -> tuple[str, list[str]]:
    """*text* as what the standard library can parse, and what that took."""
    how: list[str] = []
    plain = text.decode(errors="surrogateescape")
    if _BYTE.search(plain):
        how.append("bytes that are not UTF-8")
        plain = _BYTE.sub(lambda byte: f"\\\\x{ord(byte[0]) - 0xDC00:02x}", plain)
    if re.search(r"[\0-\x1f]", plain):
        how.append("raw control characters")
    if re.search(r"\bNaN\b|\bInfinity\b", plain):
        how.append("NaN, which is no JSON")
    if re.search(r"\\u[dD][89a-fA-F]", plain):
        how.append("lone surrogates")
    return plain, how


def _parts(plain: str, how: list[str]) -> Repaired | None:
    """The whole object that ends the line after another one's beginning, else the pairs before the line was cut off."""
    for tries, begin in enumerate(_BEGIN.finditer(plain, 1)):
        if tries >= _MOST_TRIES:
            break
        try:
            value, end = _DECODER.raw_decode(plain, begin.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and not plain[end:].strip() and len(value) > 1:
            rest = plain[: begin.start()]
            how = [*how, f"the first {begin.start():,} characters are of another record"]
            return Repaired(_clean(value), " and ".join(how), rest)
    keys, end = _pairs(plain) if plain.startswith("{") else ({}, 0)
    if not keys:
        return None
    how = [*how, f"cut off or damaged after {end:,} characters, {len(keys)} keys are read"]
    return Repaired(_clean(keys), " and ".join(how), plain[end:])


def _pairs(plain: str) -> tuple[dict[str, Any], int]:
    """The complete pairs that the object *plain* begins with, and where they end."""
    keys: dict[str, Any] = {}
    at = end = _skip(plain, 1)
    while plain[at : at + 1] == '"':
        try:
            key, at = _DECODER.raw_decode(plain, at)
            at = _skip(plain, at)
            if plain[at : at + 1] != ":":
                break
            value, at = _DECODER.raw_decode(plain, _skip(plain, at + 1))
        except (ValueError, RecursionError):
            break
        at = _skip(plain, at)
        if isinstance(value, int | float) and at == len(plain):
            break  # its digits may go on
        keys[key] = value
        end = at
        if plain[at : at + 1] != ",":
            break
        at = _skip(plain, at + 1)
    return keys, end


def _skip(plain: str, at: int) -> int:
    found = _BLANK.match(plain, at)
    return found.end() if found else at


def _clean(value: dict[str, Any]) -> dict[str, Any]:
    """*value* with texts that can be written as UTF-8."""
    return {_text(key).replace("\0", ""): _cleaned(item) for key, item in value.items()}


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, list | dict):
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            return json.loads(_SURROGATE.sub(_escaped, json.dumps(value, ensure_ascii=False)))
    return value


def _text(text: str) -> str:
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _escaped(surrogate: re.Match[str]) -> str:
    """*surrogate*, inside the text of JSON, as the characters that stand for it."""
    return f"\\\\u{ord(surrogate[0]):04x}"
