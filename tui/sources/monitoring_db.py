"""Parsl's monitoring.db, a SQLite database that several runs may share. Its times are local, without a zone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

from tui.records import Notes, Raw, Scalar
from tui.sources.base import File, Source
from tui.sources.monitoring_words import body
from tui.times import clock

MAGIC = b"SQLite format 3\0"

#: What reading a damaged database raises; the message of an error may hold the very bytes that are no text.
_BROKEN = (sqlite3.Error, UnicodeDecodeError, MemoryError)

#: The order of tables; others follow by name.
TABLES = ("workflow", "task", "try", "status", "resource", "block", "node")

#: Rows that tell of several times: each is an event of its own. Other rows are read by their ``timestamp``.
EVENTS = {
    "workflow": ("time_began", "time_completed"),
    "task": ("task_time_invoked", "task_time_returned"),
    "try": ("task_try_time_launched", "task_try_time_running", "task_try_time_returned"),
}

_PAGE = 2000
_BEFORE_ALL = -(2**63)


class MonitoringDb:
    """Source of monitoring.db; see the module. Any table of any schema is read, known ones with their times."""

    name = "monitoring-db"
    title = "Parsl monitoring database"
    body: tuple[str, ...] = ("wideview.body",)
    level: tuple[str, ...] = ()
    lines = False
    json_lines = False
    time = ""

    def sniff(self, name: str, head: bytes) -> float:
        """Any SQLite database; surely one whose schema, at the end of its first page, is Parsl's."""
        if not head.startswith(MAGIC):
            return 0.0
        return 0.9 if b"task_status_name" in head or os.path.basename(name) == "monitoring.db" else 0.5

    def read(self, file: File, notes: Notes, limit: int | None = None) -> Iterator[Raw]:
        """A record a row, or one for each time of a row of :data:`EVENTS`, by table and row; NULLs are left out.

        Keys are the columns, ``monitoring.table``, ``monitoring.event`` (the column of the time) and
        ``wideview.body``. What cannot be read goes to ``notes.rejected`` with the row it stopped after.
        """
        with open(file.path, "rb") as opened:
            head = opened.read(100)
        try:
            with closing(_connect(file.path, head, notes)) as database:
                size = 0
                for table in _tables(database):
                    for raw in _records(database, table, notes):
                        if limit is not None and size >= limit:
                            return
                        yield raw
                        if limit is not None:
                            size += len(str(raw.keys))
        except _BROKEN as error:
            notes.rejected.append((0, _why(error)))


def _connect(path: str, head: bytes, notes: Notes) -> sqlite3.Connection:
    """Opens for reading, and so that nothing is ever written beside the database."""
    write_ahead = head[18:20] == b"\2\2"
    if write_ahead and not os.path.exists(f"{path}-shm"):  # or SQLite makes that file
        if os.path.exists(f"{path}-wal"):
            notes.mended.append((0, "read without its -wal file"))
        return _open(path, "&immutable=1")
    database = _open(path)
    try:
        _tables(database)
    except _BROKEN as error:
        database.close()
        # A writer that was killed leaves a journal, which only a writer may roll back.
        if not getattr(error, "sqlite_errorname", "").startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            raise
        notes.mended.append((0, f"read as it is, its last change may be incomplete: {error}"))
        return _open(path, "&immutable=1")
    return database


def _open(path: str, options: str = "") -> sqlite3.Connection:
    name = quote(os.fsencode(os.path.abspath(path)))
    database = sqlite3.connect(f"file://{name}?mode=ro{options}", uri=True, timeout=1, check_same_thread=False)
    database.text_factory = lambda text: text.decode(errors="backslashreplace")
    database.execute("PRAGMA trusted_schema=OFF")
    return database


def _tables(database: sqlite3.Connection) -> list[str]:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    names = {str(name) for (name,) in database.execute(query).fetchall()}
    return [name for name in TABLES if name in names] + sorted(names.difference(TABLES))


def _records(database: sqlite3.Connection, table: str, notes: Notes) -> Iterator[Raw]:
    row = 0
    try:
        for row, keys in _rows(database, table):
            notes.rows += 1
            keys["monitoring.table"] = table
            yield from _events(table, row, keys)
    except _BROKEN as error:
        notes.rejected.append((row, f"table {table}: {_why(error)}"))


def _why(error: Exception) -> str:
    return str(error) or "a value in it is said to be larger than the memory"


def _rows(database: sqlite3.Connection, table: str) -> Iterator[tuple[int, dict[str, Scalar]]]:
    """The rows with their rowid, a page a query: a query left open would hold up the run that is writing."""
    quoted = '"' + table.replace('"', '""') + '"'
    columns = [str(column[0]) for column in database.execute(f"SELECT * FROM {quoted} LIMIT 0").description]
    taken = {column.lower() for column in columns}
    rowid = next((name for name in ("rowid", "_rowid_", "oid") if name not in taken), "")
    by_row = f"SELECT {rowid}, * FROM {quoted} WHERE {rowid} > ? ORDER BY {rowid} LIMIT {_PAGE}" if rowid else ""
    try:
        database.execute(by_row, (_BEFORE_ALL,) if by_row else ()).fetchone()
    except sqlite3.OperationalError:
        by_row = ""  # a table without row numbers: they are counted
    last = _BEFORE_ALL if by_row else 0
    while True:
        if by_row:
            page = database.execute(by_row, (last,)).fetchall()
        else:
            counted = database.execute(f"SELECT * FROM {quoted} LIMIT {_PAGE} OFFSET ?", (last,)).fetchall()
            page = [(number, *values) for number, values in enumerate(counted, last + 1)]
        for last, *values in page:
            yield last, {key: _scalar(value) for key, value in zip(columns, values, strict=True) if value is not None}
        if len(page) < _PAGE:
            return


def _scalar(value: Scalar | bytes) -> Scalar:
    return value.hex() if isinstance(value, bytes) else value


def _events(table: str, row: int, keys: dict[str, Scalar]) -> Iterator[Raw]:
    events = [column for column in EVENTS.get(table, ()) if column in keys]
    if not events:
        keys["wideview.body"] = body(table, keys, "")
        yield _timed(row, keys, keys.get("timestamp"))
    for event in events:
        text = body(table, keys, event)
        yield _timed(row, {**keys, "monitoring.event": event, "wideview.body": text}, keys[event])


def _timed(row: int, keys: dict[str, Scalar], at: Scalar) -> Raw:
    found = clock(at) if isinstance(at, str) else None
    if found is None:
        return Raw(row, keys)
    nanos, has_zone = found
    return Raw(row, keys, time=nanos) if has_zone else Raw(row, keys, local=nanos)


SOURCES: tuple[Source, ...] = (MonitoringDb(),)
