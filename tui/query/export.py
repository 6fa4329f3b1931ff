"""A selection as JSON lines, CSV or Parquet.

Each record is one object: its keys as emitted, byte for byte; then what wideview adds: ``wideview.time`` (UTC, as fine
as the source), ``wideview.source`` (``file:line``), ``wideview.scope``, and every widened key with the rule that gave
it as ``wideview.rule.<key>``.
"""

from __future__ import annotations

import csv
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import orjson

from tui.errors import InputError
from tui.query import select
from tui.query.added import Added, Batch
from tui.query.catalog import Catalog
from tui.query.model import Selection
from tui.query.original import Originals
from tui.query.store import Store
from tui.query.whole import whole

FORMATS = ("jsonl", "csv", "parquet")
_BATCH = 50_000
_IN_FILE: tuple[str | None, str | None, bool] = (None, None, True)


def records(catalog: Catalog, selection: Selection) -> Iterator[bytes]:
    """Every record of *selection* as one JSON object, in stream order, without a line end."""
    for batch in _batches(catalog, selection):
        yield from batch


def _batches(catalog: Catalog, selection: Selection) -> Iterator[list[bytes]]:
    """The same, many at a time. The engine works on the next batch while the last one is taken."""
    ids = select.ids(catalog, selection, "export")
    parts = [ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]
    added = Added(catalog)
    with Originals(catalog) as originals, ThreadPoolExecutor(1) as ahead:
        pending = ahead.submit(added.ask, parts[0]) if parts else None
        for following in [*parts[1:], None]:
            batch = pending.result() if pending else None
            pending = ahead.submit(added.ask, following) if following is not None else None
            if batch is not None:
                yield _joined(catalog, originals, added, batch)
        for name in sorted(originals.changed):
            notice = f"{name}: is not what was read any more; its records are given as the index holds them, as text"
            if notice not in catalog.notices:
                catalog.notices.append(notice)


def _joined(catalog: Catalog, originals: Originals, added: Added, batch: Batch) -> list[bytes]:
    """The records of *batch*, each the text that was read with what is added to it."""
    made: list[bytes] = []
    read, members, contexts, kept = originals.read, added.members, batch.contexts, batch.kept
    for id, file, offset, length, line, ctx, time in zip(*batch.columns, strict=True):
        raw, error, fresh = kept.get(id, _IN_FILE) if kept else _IN_FILE
        data = raw.encode() if raw is not None else read(file, offset, length)
        if data is None:
            data = _from_index(catalog, id)
        body = data[:-1] if data[-1:] == b"}" else data.strip()[:-1]
        more = members(file, line, time, contexts[ctx]) if fresh else b""
        if error is not None and fresh:
            more += b',"wideview.error":' + orjson.dumps(error)
        made.append(b"%s%s}" % (body, more if len(body) > 1 else more[1:]))
    return made


def _from_index(catalog: Catalog, id: int) -> bytes:
    """The record as the index holds it, every value as text, for a file that is not what was read."""
    columns = ", ".join(catalog.schema.columns.values())
    values = catalog.reader("export").rows(
        f"SELECT {columns} FROM records WHERE rowid = (SELECT record FROM stream WHERE rowid = {id})"
    )[0]
    keys = zip(catalog.schema.columns, values, strict=True)
    return orjson.dumps({key: value for key, value in keys if value is not None})


def write(catalog: Catalog, selection: Selection, out: IO[bytes], form: str = "jsonl") -> int:
    """Write *selection* to *out* in one of :data:`FORMATS` but Parquet; returns the number of records."""
    count = 0
    if form == "jsonl":
        for batch in _batches(catalog, selection):
            if batch:
                out.write(b"\n".join(batch) + b"\n")
            count += len(batch)
        return count
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


def _spare_what_was_read(catalog: Catalog, path: str) -> None:
    target = os.path.realpath(path)
    for file in catalog.files.values() if os.path.isfile(target) else ():
        for read in (os.path.realpath(file["path"]), os.path.realpath(file["name"])):
            if read == target or read.startswith(f"{target}/"):  # a member of an archive
                raise InputError(f"{path}: is one of the files that were read; name another one to write")


def save(catalog: Catalog, selection: Selection, path: str, form: str = "jsonl") -> int:
    """Write *selection* to the file *path*, whole or not at all; returns the number of records.

    InputError when the file cannot be written, or is one that was read: logs are never written to.
    """
    _spare_what_was_read(catalog, path)
    try:
        if form == "parquet":
            return _save_parquet(catalog, selection, path)
        with whole(path) as part, open(part, "wb") as out:
            return write(catalog, selection, out, form)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error


def _save_parquet(catalog: Catalog, selection: Selection, path: str) -> int:
    """The same by way of JSON lines; no file for no record."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl", dir=os.path.dirname(path) or ".", prefix=".wideview-") as lines:
        count = write(catalog, selection, lines)
        lines.flush()
        if count:
            with whole(path) as part:
                Store().to_parquet(lines.name, part)  # the catalog's may be locked
    return count
