"""A selection as JSON lines, CSV or Parquet.

Each record is one object: its keys as emitted, byte for byte; then what wideview adds: ``wideview.time`` (UTC, as fine
as the source), ``wideview.source`` (``file:line``), ``wideview.scope``, and every widened key with the rule that gave
it as ``wideview.rule.<key>``.
"""

from __future__ import annotations

import contextlib
import csv
import os
from collections.abc import Iterator
from typing import IO, Any

import orjson

from tui.errors import InputError
from tui.query import select
from tui.query.catalog import Catalog
from tui.query.exported import fresh_sql
from tui.query.model import Selection
from tui.query.original import Originals

FORMATS = ("jsonl", "csv", "parquet")
_BATCH = 50_000


def records(catalog: Catalog, selection: Selection) -> Iterator[bytes]:
    """Every record of *selection* as one JSON object, in stream order, without a line end."""
    condition = select.where(catalog, selection)
    reader = catalog.reader("export")
    ids = select.ids(catalog, selection, "export")
    with Originals(catalog) as originals:
        for start in range(0, len(ids), _BATCH):
            part = ids[start : start + _BATCH]
            listed = "SELECT unnest(?)" if len(part) < len(ids) else ""
            only = f"s.rowid IN ({listed})" if listed else condition.text
            params = [part.tolist()] if listed else list(condition.params)
            for record, file, offset, length, raw, added in reader.rows(_sql(catalog, only), params):
                data = raw.encode() if raw is not None else originals.read(file, offset, length)
                data = _held(catalog, record) if data is None else data.strip()
                yield data[:-1].rstrip() + (added if len(data) > 2 else added[1:]).encode() + b"}"
        for name in sorted(originals.changed):
            notice = f"{name}: is not what was read any more; its records are given as the index holds them, as text"
            if notice not in catalog.notices:
                catalog.notices.append(notice)


def _held(catalog: Catalog, record: int) -> bytes:
    """What the index holds of a record whose file is not what was read: all values as text."""
    columns = catalog.schema.columns
    [row] = catalog.reader("export").rows(
        f"SELECT {', '.join(columns.values())} FROM records WHERE rowid = ?", (record,)
    )
    return orjson.dumps({name: value for name, value in zip(columns, row, strict=True) if value is not None})


def _sql(catalog: Catalog, only: str) -> str:
    """SQL for (file, offset, length, raw, what is added as JSON members with a leading comma) of the records."""
    own = catalog.schema.columns
    time = (
        "CASE WHEN s.time IS NULL THEN '' ELSE ',\"wideview.time\":\"' || "
        "rtrim(rtrim(strftime(make_timestamp_ns(s.time), '%Y-%m-%dT%H:%M:%S.%n'), '0'), '.') || 'Z\"' END"
    )
    error = "CASE WHEN e.reason IS NULL THEN '' ELSE ',\"wideview.error\":' || to_json(e.reason)::VARCHAR END"
    # What was exported before says all that itself.
    return (
        f'SELECT s.record, s.file, s."offset", s.length, r.raw, CASE WHEN {fresh_sql(own)} THEN {time} || '
        "',\"wideview.source\":' || to_json(f.name || ':' || s.line)::VARCHAR || "
        f"',\"wideview.scope\":' || c.scope || c.added || {error} ELSE '' END "
        "FROM stream s JOIN records r ON s.record = r.rowid JOIN files f ON s.file = f.id "
        f"JOIN ({_contexts(catalog)}) c ON s.ctx = c.ctx LEFT JOIN errors e ON e.record = s.record "
        f"WHERE {only} ORDER BY s.rowid"
    )


def _contexts(catalog: Catalog) -> str:
    """SQL for (ctx, scope, the widened keys as JSON members).

    Of a record about several things the keys on which they differ are lists, one place a thing: executor tasks
    ``["1","2"]``, tasks ``["0","4"]``.
    """
    schema = catalog.schema
    names = [orjson.dumps(rule.name).decode() for rule in schema.rules]
    rules = ", ".join(_quote(name) for name in names)
    members: list[str] = []
    for i, key in enumerate(schema.rule_keys):
        if key not in catalog.rule_keys_present:
            continue
        label = _quote("," + orjson.dumps(key).decode() + ":")
        rule = _quote("," + orjson.dumps(f"wideview.rule.{key}").decode() + ":")
        one = f"to_json(any_value(k{i}))::VARCHAR"
        many = f"to_json(list(k{i} ORDER BY aspects.rowid))::VARCHAR"
        value = f"CASE WHEN min(k{i}) = max(k{i}) AND count(k{i}) = count(*) THEN {one} ELSE {many} END"
        members.append(f"CASE WHEN max(o{i}) > 0 THEN {label} || {value} || {rule} || [{rules}][max(o{i})] ELSE '' END")
    added = " || ".join(members) or "''"
    return (
        f"SELECT a.ctx, to_json(p.path)::VARCHAR AS scope, a.added FROM (SELECT ctx, any_value(scope) AS scope, "
        f"{added} AS added FROM aspects GROUP BY ctx) a JOIN scopes p ON a.scope = p.id"
    )


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def write(catalog: Catalog, selection: Selection, out: IO[bytes], form: str = "jsonl") -> int:
    """Write *selection* to *out* in one of :data:`FORMATS` but Parquet; returns the number of records."""
    count = 0
    if form == "jsonl":
        batch: list[bytes] = []
        for line in records(catalog, selection):
            batch.append(line)
            if len(batch) == 1000:
                out.write(b"\n".join(batch) + b"\n")
                count += len(batch)
                batch.clear()
        if batch:
            out.write(b"\n".join(batch) + b"\n")
        return count + len(batch)
    names: dict[str, None] = {}
    for line in records(catalog, selection):
        names.update(dict.fromkeys(orjson.loads(line)))
    out.write(_csv_row(list(names)))
    for line in records(catalog, selection):
        value = orjson.loads(line)
        out.write(_csv_row([value.get(name) for name in names]))
        count += 1
    return count


def _csv_row(values: list[Any]) -> bytes:
    class Line:
        text = ""

        def write(self, text: str) -> None:
            self.text += text

    line = Line()
    csv.writer(line, lineterminator="\n").writerow(
        orjson.dumps(value).decode() if isinstance(value, list | dict) else value for value in values
    )
    return line.text.encode()


def save(catalog: Catalog, selection: Selection, path: str, form: str = "jsonl") -> int:
    """Write *selection* to the file *path*, whole or not at all; returns the number of records.

    InputError when the file cannot be written.
    """
    beside = f"{path}.{os.getpid()}.part"
    try:
        if form == "parquet":
            lines = f"{beside}.jsonl"
            with open(lines, "wb") as out:
                count = write(catalog, selection, out)
            if count:
                catalog.store.to_parquet(lines, beside)
            os.unlink(lines)
        else:
            with open(beside, "wb") as out:
                count = write(catalog, selection, out, form)
        if os.path.exists(beside):
            os.replace(beside, path)
        return count
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        for rest in (beside, f"{beside}.jsonl"):
            with contextlib.suppress(OSError):
                os.unlink(rest)
