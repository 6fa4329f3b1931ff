"""The store: DuckDB, and the only file that imports it.

A store holds these tables (``schema.py`` says what is in them); everything else asks in SQL through a :class:`Reader`.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import duckdb
import numpy as np

from tui.errors import StoreError

Params = Sequence[object]

#: A setting of each cursor: the engine would draw a bar on standard output when a query takes seconds.
_QUIET = "SET enable_progress_bar = false"


def cores() -> int:
    """Processors this process may use, at most 8: a login node is shared."""
    try:
        return min(8, len(os.sched_getaffinity(0)))
    except AttributeError:
        return min(8, os.cpu_count() or 1)


#: Megabytes that answering questions takes at first: enough for runs of a few million records, little for a login node.
BROWSING = 128


def _memory() -> int:
    """Megabytes: a quarter of what the cgroup or the machine allows, at most 1 GB."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            with open(path, encoding="ascii") as file:
                limits.append(int(file.read()))
        except (OSError, ValueError):
            continue
    return max(256, min(1024, min(limits) // 4 >> 20))


def engine_version() -> str:
    """The engine's version; an index of another version is not opened."""
    return str(duckdb.__version__)


class Store:
    """One open database: in memory, or the index file *path*; *read_only* for asking questions alone.

    Raises StoreError when the file cannot be opened.
    """

    def __init__(self, path: str = ":memory:", read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._most = _memory()
        self._memory = min(BROWSING, self._most) if read_only else self._most
        config = {
            "threads": str(cores()),
            "memory_limit": f"{self._memory}MB",
            "temp_directory": os.path.join(tempfile.gettempdir(), f"wideview-{os.getuid()}-{os.getpid()}.tmp"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        try:
            self._connection = duckdb.connect(path, read_only=read_only, config=config)  # type: ignore[arg-type]
            self._connection.execute(_QUIET)
        except duckdb.Error as error:
            raise StoreError(f"{path}: {error}") from error
        self._readers: dict[str, Reader] = {}

    def execute(self, sql: str, params: Params = ()) -> list[tuple[Any, ...]]:
        """Run *sql* and return its rows. For building; questions go through :meth:`reader`."""
        try:
            return self._connection.execute(sql, params or None).fetchall()
        except duckdb.Error as error:
            raise StoreError(str(error)) from error
        except RuntimeError as error:  # that is how the engine says ctrl-C
            raise KeyboardInterrupt from error

    def pages(self, sql: str) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of *sql*, some thousand at a time, none of which waits for the next ones. For building. StoreError
        where the engine stops."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(_QUIET)
            cursor.execute(sql)
            while page := cursor.fetchmany(2048):
                yield page
        except duckdb.Error as error:
            raise StoreError(str(error)) from error
        except RuntimeError as error:
            raise KeyboardInterrupt from error
        finally:
            cursor.close()

    def arrays(self, sql: str) -> dict[str, np.ndarray[Any, Any]]:
        """The result of *sql*, one numpy array a column. For building."""
        try:
            return self._connection.execute(sql).fetchnumpy()
        except duckdb.Error as error:
            raise StoreError(str(error)) from error

    def table(self, name: str, arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
        """Create the temporary table *name* of these columns, all of one length."""
        columns = dict(arrays)  # noqa: F841 - the engine finds it by its name
        self._connection.execute(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM columns')

    def table_of(self, name: str, columns: Sequence[str], rows: Sequence[Sequence[object]], types: str = "") -> None:
        """Create the table *name* of *rows*. *types*, an SQL list of column types, is needed when there may be none."""
        declared = [part.strip() for part in types.split(",")] if types else []
        empty = ", ".join(f'CAST(NULL AS {t}) AS "{c}"' for c, t in zip(columns, declared, strict=False))
        if not rows:
            self.execute(f'CREATE TABLE "{name}" AS SELECT {empty or "NULL AS " + columns[0]} LIMIT 0')
            return
        names = ", ".join(f'"{column}"' for column in columns)
        one = f"({', '.join('?' * len(columns))})"
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            values = f"(VALUES {', '.join([one] * len(part))}) AS v({names})"
            params = [value for row in part for value in row]
            casts = ", ".join(f'CAST("{c}" AS {t}) AS "{c}"' for c, t in zip(columns, declared, strict=False)) or "*"
            verb = f'CREATE TABLE "{name}" AS' if start == 0 else f'INSERT INTO "{name}"'
            self.execute(f"{verb} SELECT {casts} FROM {values}", params)

    def to_parquet(self, lines: str, path: str) -> None:
        """Make the Parquet file *path* of the JSON-lines file *lines*; every key a column, as text."""
        keys = self.execute(f"SELECT DISTINCT unnest(json_keys(json)) FROM read_ndjson_objects({quote(lines)})")
        names = sorted(key for (key,) in keys)
        picked = ", ".join(f'x[{i}] AS "{name.replace(chr(34), chr(34) * 2)}"' for i, name in enumerate(names, 1))
        pointers = ", ".join(quote("/" + name.replace("~", "~0").replace("/", "~1")) for name in names)
        self.execute(
            f"COPY (SELECT {picked} FROM (SELECT json_extract_string(json, [{pointers}]) AS x "
            f"FROM read_ndjson_objects({quote(lines)}))) TO {quote(path)} (FORMAT parquet)"
        )

    def lock(self) -> None:
        """From here on no statement reaches a file other than this database's own, nor what is in this process.

        What readers set themselves stays allowed. It may be said again.
        """
        cursor = self._connection.cursor()
        if cursor.execute("SELECT current_setting('lock_configuration')").fetchall() == [(True,)]:
            return
        cursor.execute("SET max_temp_directory_size = '4GB'")
        cursor.execute("SET allowed_configs = ['enable_progress_bar', 'memory_limit']")
        cursor.execute("SET enable_external_access = false")
        cursor.execute("SET lock_configuration = true")

    def reader(self, group: str = "") -> Reader:
        """The reader of a panel; the same *group* gives the same one, so that it can be interrupted."""
        if group not in self._readers:
            self._readers[group] = Reader(self._connection, self.more_memory)
        return self._readers[group]

    def most_memory(self) -> None:
        """Allow the engine all of this machine's share."""
        while self.more_memory():
            pass

    def more_memory(self) -> bool:
        """Allow the engine twice as much, up to what this machine's share is; False when it has that already."""
        if self._memory >= self._most:
            return False
        self._memory = min(self._most, self._memory * 2)
        self._connection.cursor().execute(f"SET memory_limit = '{self._memory}MB'")
        return True

    def close(self) -> None:
        """Close the database. Readers are of no use any more."""
        self._connection.close()


class Reader:
    """Asks questions. A cursor is made for every call, since one is not for several threads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, more_memory: Callable[[], bool]) -> None:
        self._connection = connection
        self._more_memory = more_memory
        self._running: set[duckdb.DuckDBPyConnection] = set()
        self._lock = threading.Lock()

    def _run(self, sql: str, params: Params, fetch: str, ids: np.ndarray[Any, Any] | None = None) -> Any:
        cursor = self._connection.cursor()
        with self._lock:
            self._running.add(cursor)
        try:
            cursor.execute(_QUIET)
            if ids is not None:
                cursor.register("picked", {"id": ids})
            return getattr(cursor.execute(sql, params or None), fetch)()
        except duckdb.InterruptException as error:
            raise InterruptedError("the query was interrupted") from error
        except duckdb.OutOfMemoryException as error:
            if self._more_memory():
                return self._run(sql, params, fetch, ids)
            raise StoreError(f"not enough memory for this question: {str(error).splitlines()[0]}") from error
        except duckdb.Error as error:
            raise StoreError(str(error)) from error
        except RuntimeError as error:
            raise KeyboardInterrupt from error
        finally:
            with self._lock:
                self._running.discard(cursor)
            cursor.close()

    def rows(self, sql: str, params: Params = (), ids: np.ndarray[Any, Any] | None = None) -> list[tuple[Any, ...]]:
        """The rows of *sql*, in which the table ``picked (id)`` holds *ids*.

        InterruptedError after :meth:`interrupt`, StoreError when the engine refuses.
        """
        result: list[tuple[Any, ...]] = self._run(sql, params, "fetchall", ids)
        return result

    def arrays(
        self, sql: str, params: Params = (), ids: np.ndarray[Any, Any] | None = None
    ) -> dict[str, np.ndarray[Any, Any]]:
        """The result of *sql* as one numpy array a column; otherwise as :meth:`rows`."""
        result: dict[str, np.ndarray[Any, Any]] = self._run(sql, params, "fetchnumpy", ids)
        return result

    def ask(
        self, setup: Sequence[str], tables: Mapping[str, Mapping[str, np.ndarray[Any, Any]]], sql: str, params: Params
    ) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of *sql*, some thousand at a time, only as they are taken, in a transaction that can write nothing.

        Before that the statements *setup* run, which make what only this question sees; *tables* are columns by name.
        Ctrl-C stops the engine, too. Errors as of :meth:`rows`, at the first page or at any other.
        """
        cursor = self._connection.cursor()
        with self._lock:
            self._running.add(cursor)
        aside = ThreadPoolExecutor(1, "ask")  # in the main thread the engine would not notice ctrl-C
        try:
            cursor.execute(_QUIET)
            for name, columns in tables.items():
                cursor.register(name, dict(columns))
            for statement in setup:
                cursor.execute(statement)
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            aside.submit(cursor.execute, sql, list(params) or None).result()
            while page := aside.submit(cursor.fetchmany, 2048).result():
                yield page
        except KeyboardInterrupt:
            cursor.interrupt()
            raise
        except duckdb.InterruptException as error:
            raise InterruptedError("the query was interrupted") from error
        except duckdb.OutOfMemoryException as error:
            raise StoreError(f"not enough memory for this question: {str(error).splitlines()[0]}") from error
        except duckdb.Error as error:
            raise StoreError(str(error)) from error
        finally:
            aside.shutdown()
            with self._lock:
                self._running.discard(cursor)
            cursor.close()

    def interrupt(self) -> None:
        """Stop what runs in this reader now."""
        with self._lock:
            for cursor in self._running:
                cursor.interrupt()


def only(path: str) -> str:
    """*path* as an SQL literal of this one file: the engine takes stars, question marks and brackets for globs."""
    return quote(re.sub(r"[*?\[]", r"[\g<0>]", path))


def quote(text: str) -> str:
    """*text* as an SQL string literal; for names of files and rules, never for what a user asks."""
    return "'" + text.replace("'", "''") + "'"
