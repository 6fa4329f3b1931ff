"""Parquet files as JSON lines, which :mod:`tui.sources.parquet` reads: only the engine understands Parquet."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import orjson

from tui.errors import StoreError
from tui.query.store import Store, only
from tui.sources.base import File, Source
from tui.sources.parquet import Parquet

_NESTED = ("STRUCT", "MAP", "UNION", "VARIANT")

#: Whole numbers that a float tells from their neighbours.
_WHOLE = 1 << 53


@contextmanager
def readable(
    store: Store, file: File, source: Source, scratch: Path, limit: int | None = None
) -> Iterator[tuple[File, list[tuple[int, str]]]]:
    """*file* as *source* reads it, and what to reject: (0, why it, or which rows, could not be read).

    That is *file* itself, or a copy of a Parquet file in the directory *scratch*, for as long as this lasts: an object
    a row, values as text, times as ISO 8601 (UTC with a Z), nested values as JSON, without NULLs and NaNs. A column of
    floats that are all whole numbers holds these: that is what integers become when some are missing. Of a damaged
    file it has the parts that are whole, and an empty line for each other row. With *limit*, about as many bytes.
    """
    if not isinstance(source, Parquet) or not os.path.isfile(file.path):
        yield file, []
        return
    copy = scratch / "table"
    damage: list[tuple[int, str]] = []
    try:
        with copy.open("wb") as out:
            try:
                names, columns = _columns(store, file.path)
                select = f"SELECT {', '.join(columns)} FROM {_table(file.path)}"
                try:
                    _write(store, select, names, out, limit)
                except StoreError:  # where in the file that was is told otherwise each time
                    out.truncate(out.seek(0))
                    for first, last in _groups(store, file.path):
                        try:
                            where = f"WHERE file_row_number BETWEEN {first} AND {last}"
                            _write(store, f"{select} {where}", names, out, limit)
                        except StoreError as error:
                            out.write(b"\n" * (last + 1 - first))
                            damage.append((0, f"rows {first + 1:,} to {last + 1:,} {_why(error, file)}"))
            except StoreError as error:
                damage.append((0, _why(error, file)))
        yield replace(file, path=str(copy), place=file.where), damage
    finally:
        copy.unlink(missing_ok=True)


def _write(store: Store, select: str, names: list[str], out: BinaryIO, limit: int | None) -> None:
    """Write the rows of *select*, whose columns are called *names*; none of them when the engine stops anywhere."""
    start = out.tell()
    try:
        for page in store.pages(select):
            for values in page:
                kept = {name: text for name, text in zip(names, values, strict=True) if text is not None}
                out.write(orjson.dumps(kept, option=orjson.OPT_APPEND_NEWLINE))
            if limit is not None and out.tell() >= limit:
                break
    except StoreError:
        out.truncate(out.seek(start))
        raise


def _groups(store: Store, path: str) -> list[tuple[int, int]]:
    """The numbers, from 0, of the first and last row of each part that is read by itself."""
    rows = store.execute(
        f"SELECT row_group_id, any_value(row_group_num_rows) FROM parquet_metadata({only(path)}) GROUP BY 1 ORDER BY 1"
    )
    ends = itertools.accumulate(count for _, count in rows)
    return [(end - count, end - 1) for end, (_, count) in zip(ends, rows, strict=True)]


def _table(path: str) -> str:
    return f"read_parquet({only(path)}, hive_partitioning=false)"


def _columns(store: Store, path: str) -> tuple[list[str], list[str]]:
    """The names of the columns, and SQL for the text of each."""
    found = [(str(name), str(kind)) for name, kind, *_ in store.execute(f"DESCRIBE SELECT * FROM {_table(path)}")]
    floats = [name for name, kind in found if kind in ("FLOAT", "DOUBLE")]
    whole: set[str] = set()
    if floats:
        tests = (f"bool_and({(c := _quoted(n))} = floor({c}) AND abs({c}) < {_WHOLE} OR isnan({c}))" for n in floats)
        with suppress(StoreError):  # the damage shows again where the rows are read
            [row] = store.execute(f"SELECT {', '.join(tests)} FROM {_table(path)}")
            whole = {name for name, yes in zip(floats, row, strict=True) if yes}
    return [name for name, _ in found], [_text(_quoted(name), kind, name in whole) for name, kind in found]


def _text(column: str, kind: str, whole: bool) -> str:
    """SQL for *column*, which is of *kind*, as text."""
    if kind in ("FLOAT", "DOUBLE"):
        value = f"CAST({column} AS BIGINT)" if whole else column
        return f"CASE WHEN NOT isnan({column}) THEN CAST({value} AS VARCHAR) END"
    if kind == "TIMESTAMP WITH TIME ZONE":
        utc = f"strftime(make_timestamp(epoch_us({column})), '%Y-%m-%dT%H:%M:%S.%fZ')"
        return f"CASE WHEN isfinite({column}) THEN {utc} END"
    if kind.startswith("TIMESTAMP"):
        return f"strftime({column}, '%Y-%m-%dT%H:%M:%S.{'%n' if kind == 'TIMESTAMP_NS' else '%f'}')"
    if kind.endswith("]") or kind.startswith(_NESTED):
        return f"CAST(to_json({column}) AS VARCHAR)"
    return f"CAST({column} AS VARCHAR)"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _why(error: StoreError, file: File) -> str:
    """What the engine says, without the path, which may be that of a copy."""
    line = str(error).splitlines()[0]
    for noise in (f" '{file.path}'", f' "{file.path}"', "Invalid Input Error: ", "IO Error: ", "Failed to read file: "):
        line = line.replace(noise, "")
    return f"cannot be read: damaged Parquet: {line}"
