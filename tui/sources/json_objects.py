"""JSON objects as flat keys: parsed with repairs, nested ones with dotted names."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any

import orjson

from tui.records import Scalar

#: A number this long is no 64-bit integer; orjson would make a float of it.
_BIG = re.compile(rb"\d{20}")

_NESTED = frozenset((dict, list))

#: A byte that is no UTF-8, as Python's ``surrogateescape`` has it.
_BYTE = re.compile("[\udc80-\udcff]")


def parse(text: bytes) -> tuple[dict[str, Any] | None, str]:
    """(object, what was mended) or (None, what is wrong)."""
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
        reason = str(error).partition(": line")[0]
        try:  # the standard library takes NaN and lone surrogates; the engine and orjson do not
            plain = text.decode(errors="surrogateescape")
            value = json.loads(_BYTE.sub(lambda byte: f"\\\\x{ord(byte[0]) - 0xDC00:02x}", plain))
            json.dumps(value, ensure_ascii=False).encode()
            mended = reason
        except UnicodeEncodeError:
            value = json.loads(json.dumps(value).replace("\\ud", "\\\\ud"))
            mended = "lone surrogates"
        except (ValueError, RecursionError):
            return None, f"not JSON: {reason}"
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
