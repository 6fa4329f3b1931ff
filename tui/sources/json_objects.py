"""JSON objects as flat keys: parsed with repairs, nested ones with dotted names."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import orjson

from tui.records import Scalar
from tui.sources.json_repair import repair

#: A number this long is no 64-bit integer; orjson would make a float of it.
_BIG = re.compile(rb"\d{20}")

_NESTED = frozenset((dict, list))


def parse(text: bytes, parts: bool = False) -> tuple[dict[str, Any] | None, str]:
    """(object, what was mended) or (None, what is wrong).

    With *parts*, what is left of an object counts, too; the text that is in none of its keys is ``wideview.damaged``.
    """
    if text.startswith(b"\xef\xbb\xbf"):
        text = text[3:]
    mended = ""
    try:
        value = orjson.loads(text)
        if len(text) > 20 and _BIG.search(text):
            with contextlib.suppress(ValueError, RecursionError):  # numbers and depths that only orjson takes
                value = json.loads(text)
    except ValueError as error:
        if text[:1] != b"{":
            return None, "not a JSON object"
        found = repair(text, parts)
        if found is None:
            return None, f"not JSON: {str(error).partition(': line')[0]}"
        value, mended = found.keys, found.how
        if found.rest:
            value["wideview.damaged"] = found.rest
    if not isinstance(value, dict):
        return None, "not a JSON object"
    return value, mended


def flatten(value: dict[str, Any], deep: bool = True) -> dict[str, Scalar]:
    """*value* with nested objects as dotted keys if *deep*, else as their JSON text, as lists are and as the engine has
    it. Raises RecursionError when it is nested too deep. *value* itself may be what comes back."""
    if _NESTED.isdisjoint(map(type, value.values())):
        return value
    keys: dict[str, Scalar] = {}
    stack: list[tuple[str, dict[str, Any]]] = [("", value)]
    while stack:
        prefix, value = stack.pop()
        for name, item in value.items():
            if deep and isinstance(item, dict) and item and len(prefix) < 200:
                stack.append((f"{prefix}{name}.", item))
            elif item is None or isinstance(item, str | int | float | bool):
                keys[prefix + name] = item
            else:
                keys[prefix + name] = json.dumps(item, separators=(",", ":"), ensure_ascii=False)
    return keys
