"""Parquet files, a row a record: side tables, as :mod:`tui.sources.side_table` says of CSV.

Only the engine reads Parquet, and sources do not know it. So the loader writes the rows as JSON lines first
(:mod:`tui.query.tables`), and this source reads that copy.
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from tui.records import Notes, Raw
from tui.sources.base import File
from tui.sources.side_table import complete
from tui.sources.usual import BODY_KEYS, LEVEL_WORDS, Usual

MAGIC = b"PAR1"


class Parquet:
    """Source of Parquet; see the module. What is known by its first four bytes is Parquet, whatever its name."""

    name = "parquet"
    title = "Parquet: what is known beside the logs"
    body: tuple[str, ...] = ("wideview.body", *BODY_KEYS)
    level: tuple[str, ...] = ("wideview.level", *LEVEL_WORDS)
    lines = False
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """1 for what begins as Parquet does."""
        return 1.0 if head.startswith(MAGIC) else 0.0

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """A record a row, numbered from 1, of the copy at ``file.path``: JSON lines, flat objects without NULLs, and
        empty lines for rows that were damaged.

        Parquet itself gives no record, and a note that says so: without the engine nobody reads it.
        """
        usual = Usual(file.mtime_ns)
        size = 0
        with open(file.path, "rb") as opened:
            if opened.read(len(MAGIC)) == MAGIC:
                notes.rejected.append((0, "cannot be read: only the engine reads Parquet"))
                return
            opened.seek(0)
            for row, data in enumerate(opened, 1):
                if limit is not None and size >= limit:
                    return
                size += len(data)
                if not data.strip():
                    continue
                raw = _row(row, data)
                if raw is None:
                    notes.rejected.append((row, "no row of a table"))
                    continue
                notes.rows += 1
                complete(raw, usual)
                yield raw


def _row(row: int, data: bytes) -> Raw | None:
    """The record of a line of the copy; None for what is no flat object."""
    try:
        keys = orjson.loads(data)
    except ValueError:
        return None
    if not isinstance(keys, dict) or any(isinstance(value, dict | list) for value in keys.values()):
        return None
    return Raw(row, {key: value for key, value in keys.items() if value is not None})


SOURCES = (Parquet(),)
