"""``wideview cache``: the indexes that are kept, and taking them away."""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime

from tui.errors import WideviewError
from tui.headless.output import json_lines, line, table
from tui.query import cache

_UNITS = ("B", "kB", "MB", "GB")


def run(options: argparse.Namespace) -> int:
    """The command; always 0. WideviewError for an action that there is none of."""
    action, *paths = options.paths or ["list"]
    if action == "clear":
        count, size = cache.clear(paths)
        line(f"{_indexes(count)} taken away, {amount(size)}")
        return 0
    if action != "list" or paths:
        raise WideviewError("'wideview cache' lists the indexes, 'wideview cache clear [PATH...]' takes them away")
    found = cache.indexes()
    if options.json:
        json_lines(
            {
                "index": str(each.path),
                "bytes": each.size,
                "records": None if each.records < 0 else each.records,
                "used": datetime.fromtimestamp(each.used, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
                "paths": list(each.paths),
            }
            for each in found
        )
        return 0
    total = sum(each.size for each in found)
    line(f"{cache.directory()}: {_indexes(len(found))}, {amount(total)}")
    if found:
        now = time.time()
        rows = [
            (
                age(now - each.used),
                amount(each.size),
                "?" if each.records < 0 else f"{each.records:,}",
                " ".join(each.paths) or "of another version, or damaged",
            )
            for each in found
        ]
        table(rows, ("used", "size", "records", "of"), width=80)
    return 0


def _indexes(count: int) -> str:
    return f"{count:,} index{'' if count == 1 else 'es'}"


def amount(size: float) -> str:
    """*size* in bytes as people say it."""
    unit = 0
    while size >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{size:.0f} {_UNITS[unit]}" if unit == 0 or size >= 100 else f"{size:.1f} {_UNITS[unit]}"


def age(seconds: float) -> str:
    """How long ago that is, roughly."""
    for size, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds / size)} {name} ago"
    return "now"
