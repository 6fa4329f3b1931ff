"""SQL of a user's own over the loaded records, which it cannot change, and from where it reaches nothing else.

What there is to read stands in ``sql_tables.py``, what may be asked in ``sql_text.py``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from tui.errors import SqlError, StoreError
from tui.query.catalog import Catalog
from tui.query.sql_tables import NAMES, Tables
from tui.query.sql_text import Statement, error, near, quoted, read


def _steps(catalog: Catalog) -> Mapping[str, np.ndarray[Any, Any]]:
    from tui.query import sql_steps  # which takes longer to import than most questions to answer

    return sql_steps.columns(catalog)


#: Tables that no view can tell: functions that make their columns, by the table's name.
MADE: dict[str, Callable[[Catalog], Mapping[str, np.ndarray[Any, Any]]]] = {"steps": _steps}

_HINT = "; keys are text: compare with '5', calculate with TRY_CAST(\"key\" AS DOUBLE)"
_TEXTUAL = re.compile(r"VARCHAR|Could not convert string")
_COLUMN = re.compile(
    r'(?:Referenced column|(?:Table|Values list) "[^"]*" does not have a column named) "(.+?)"(?: not found|\n|$)'
)
_PLACE = re.compile(r"\n\s*LINE (\d+): (.*)\n( *)\^")


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows with the names and types (as the engine writes them) of their columns. Times are UTC, with their zone.

    *pages* are the rows, some thousand at a time, each asked for when it is taken: SqlError, StoreError (no memory) or
    InterruptedError may come with any of them.
    """

    names: tuple[str, ...]
    types: tuple[str, ...]
    pages: Iterator[list[tuple[Any, ...]]]


def ask(
    catalog: Catalog,
    sql: str,
    params: Sequence[object] = (),
    ids: np.ndarray[Any, Any] | None = None,
    group: str = "sql",
) -> Answer:
    """The answer to *sql*, in which a ``?`` stands for each of *params* in turn; ``records`` and ``flows`` hold only
    the records *ids*, if they are given. SqlError when it is wrong, or is no question."""
    store, reader = catalog.store, catalog.reader(group)
    store.lock()
    store.most_memory()
    tables = Tables(catalog)
    every = (*NAMES, *MADE)
    statement = read(sql.strip(), lambda query: _serialized(reader, query), every, tables.known)
    if statement.listing:
        return Answer(("name",), ("VARCHAR",), iter([[(name,) for name in every]]))
    setup = [tables.view(name, statement, ids is not None) for name in NAMES if name in statement.tables]
    made = {name: make(catalog) for name, make in MADE.items() if name in statement.tables}
    if ids is not None:
        made["picked"] = {"id": ids}

    def pages(text: str, ahead: int = 0) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of *text*, which has so many lines *ahead* of the statement's."""
        try:
            yield from reader.ask(setup, made, text, params)
        except StoreError as wrong:
            raise _explained(wrong, statement, tables, ahead) from None

    if not statement.plain:
        return _about(pages(statement.text))
    described = [row for page in pages(f"DESCRIBE\n{statement.text}", 1) for row in page]
    types = tuple(str(row[1]) for row in described)
    text, ahead = statement.text, 0
    if any(map(_converted, types)):
        columns = ", ".join(f"{_converted(kind) or '{}'}".format(f"c{i}") for i, kind in enumerate(types))
        inner = text.rstrip("; \t\r\n")
        ahead = 1
        text = f"SELECT {columns} FROM (\n{inner}\n) t({', '.join(f'c{i}' for i in range(len(types)))})"
    return Answer(tuple(str(row[0]) for row in described), types, _zoned(pages(text, ahead), types))


def _serialized(reader: Any, query: str) -> str:
    try:
        return str(reader.rows("SELECT json_serialize_sql(CAST(? AS VARCHAR))", [query])[0][0])
    except (StoreError, UnicodeEncodeError):  # too deep for its own parser, or no text
        raise error("this cannot be read as SQL", query) from None


def _about(pages: Iterator[list[tuple[Any, ...]]]) -> Answer:
    """The answer to a statement about a query: DESCRIBE, SUMMARIZE, EXPLAIN."""
    rows = [row for page in pages for row in page]
    width = max(map(len, rows), default=0)
    known = {
        2: ("plan", "text"),
        6: ("column", "type", "null", "key", "default", "extra"),
        12: ("column", "type", "min", "max", "unique", "avg", "std", "q25", "q50", "q75", "count", "null_percentage"),
    }
    names = known.get(width, tuple(f"c{i}" for i in range(width)))
    if width == 6:  # what is the same for all says nothing
        rows, names = [row[:2] for row in rows], names[:2]
    return Answer(names, ("VARCHAR",) * len(names), iter([rows]))


def _converted(kind: str) -> str:
    """A format for the SQL of a column of this type that Python would not get as it is; else empty."""
    if kind == "TIMESTAMP WITH TIME ZONE":
        return "make_timestamp(epoch_us({}))"
    if kind == "TIMESTAMP_NS":
        return "strftime({}, '%Y-%m-%dT%H:%M:%S.%n') || 'Z'"
    if "TIME ZONE" in kind or "TIMESTAMP_NS" in kind or kind in ("BIT", "VARIANT", "GEOMETRY"):
        return "CAST({} AS VARCHAR)"
    return ""


def _zoned(pages: Iterator[list[tuple[Any, ...]]], types: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """*pages* in which times have their zone: UTC."""
    if not any(kind.startswith("TIMESTAMP") for kind in types):
        yield from pages
        return
    for page in pages:
        yield [tuple(v.replace(tzinfo=UTC) if isinstance(v, datetime) else v for v in row) for row in page]


def _explained(wrong: StoreError, statement: Statement, tables: Tables, ahead: int) -> SqlError | StoreError:
    """What the engine says, for a person."""
    text = str(wrong)
    if "not enough memory" in text:
        return wrong
    message = re.sub(r"^\w[\w ]* Error: ", "", text.partition("\n")[0])
    place = 0
    if found := _PLACE.search(text):
        before = sum(len(line) + 1 for line in statement.text.split("\n")[: int(found[1]) - 1 - ahead])
        shown, caret = found[2], len(found[3]) - len(f"LINE {found[1]}: ")
        line = statement.text[before:].partition("\n")[0]
        head = 3 if shown.startswith("...") and not line.startswith("...") else 0
        at = line.find(shown[head:].removesuffix("..."))
        place = before + max(0, at - head + caret if at >= 0 else caret)
    if column := _COLUMN.search(text):
        message = f"there is no column {quoted(column[1])}{near(column[1], tables.known)}"
        if not near(column[1], tables.known):
            message += "; DESCRIBE records lists them"
    elif missing := re.match(r'Referenced table "(.+?)" not found', message):
        message += f"; a key with a dot is a column in quotes{near(missing[1], tables.known)}"
    elif _TEXTUAL.search(message):
        message += _HINT
    return error(message, statement.text, place)
