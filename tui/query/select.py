"""Which records a selection leaves: SQL conditions on ``stream s``."""

from __future__ import annotations

from typing import Any

import numpy as np

from tui.errors import FilterError
from tui.query.catalog import Catalog
from tui.query.expression import Contains, Equals, Test, Text
from tui.query.filter_sql import Sql, compile, level_sql, test_sql, time_sql
from tui.query.filter_sql import body_sql as test_body
from tui.query.filter_text import parse
from tui.query.model import Entity, Selection

EVERYTHING = Sql("true")


class _Terms:
    """How the terms of a filter reach the tables."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def key(self, key: str, test: Test) -> Sql:
        catalog = self._catalog
        if key == "level":
            return level_sql("s.level", test)
        if key == "time":
            return time_sql("s.time", test, catalog.days)
        if key == "line":
            return test_sql("CAST(s.line AS VARCHAR)", test)
        if key == "file":
            return _in("s.file", "SELECT id FROM files WHERE", test_sql("name", test))
        if key == "source":
            files = _in(
                "s.file", "SELECT id FROM files WHERE", _either(test_sql("name", test), test_sql("source", test))
            )
            return _either(_in("s.place", "SELECT id FROM places WHERE", test_sql("label", test)), files)
        if key == "body":
            return self.body(test)
        if key == "template":
            msg = catalog.schema.columns.get("msg")
            text = f"coalesce(r.{msg}, {catalog.body()})" if msg else catalog.body()
            return _in("s.record", "SELECT r.rowid FROM records r WHERE", test_sql(text, test))
        if column := catalog.key_column(key):
            if isinstance(test, Equals):
                test = Equals(catalog.normal(key, test.text))
            return _in("s.ctx", "SELECT ctx FROM aspects WHERE", test_sql(column, test))
        if key in catalog.schema.columns:
            test_column = test_sql(catalog.schema.columns[key], test)
            return _in("s.record", "SELECT rowid FROM records WHERE", test_column)
        raise FilterError(f"no record has a key '{key}'")

    def exists(self, key: str) -> Sql:
        catalog = self._catalog
        if key in ("level", "time"):
            return Sql("s.level > 0" if key == "level" else "s.time IS NOT NULL")
        column = catalog.key_column(key)
        if column and catalog.rules.aliases(key) == key:
            return Sql(f"s.ctx IN (SELECT ctx FROM aspects WHERE {column} IS NOT NULL)")
        if key in catalog.schema.columns:
            return Sql(f"s.record IN (SELECT rowid FROM records WHERE {catalog.schema.columns[key]} IS NOT NULL)")
        return Sql(f"s.ctx IN (SELECT ctx FROM aspects WHERE {column} IS NOT NULL)") if column else Sql("false")

    def body(self, test: Test) -> Sql:
        return _in("s.record", "SELECT r.rowid FROM records r WHERE", test_body(self._catalog.body(), test))


def _in(column: str, select: str, test: Sql) -> Sql:
    return Sql(f"{column} IN ({select} {test.text})", test.params)


def _either(one: Sql, other: Sql) -> Sql:
    return Sql(f"({one.text} OR {other.text})", (*one.params, *other.params))


def check(catalog: Catalog, expression: str) -> list[str]:
    """What to tell the user about an expression that parses. FilterError, with the column, when it does not."""
    parsed = parse(expression, catalog.is_key)
    compile(parsed.expression, _Terms(catalog))
    return list(parsed.notes)


def entity_sql(catalog: Catalog, entity: Entity) -> Sql:
    """The condition on ``aspects`` for an entity and what lies below it."""
    parts, params = ["scope = ?"], [entity.scope]
    values: list[object] = [*params]
    for key, value in entity.keys:
        column = catalog.key_column(key)
        if column is None:
            raise FilterError(f"'{key}' is not a key that can be followed")
        parts.append(f"{column} = ?")
        values.append(value)
    return Sql(" AND ".join(parts), tuple(values))


def where(catalog: Catalog, selection: Selection) -> Sql:
    """The condition on ``stream s``. FilterError when the expression does not parse."""
    parts: list[Sql] = []
    if selection.expression.strip():
        parts.append(compile(parse(selection.expression, catalog.is_key).expression, _Terms(catalog)))
    if selection.level:
        parts.append(Sql("s.level >= ?", (selection.level,)))
    if selection.window:
        parts.append(Sql("s.time >= ? AND s.time < ?", selection.window))
    if selection.entity:
        parts.append(_in("s.ctx", "SELECT ctx FROM aspects WHERE", entity_sql(catalog, selection.entity)))
    if not parts:
        return EVERYTHING
    text = " AND ".join(f"coalesce(({part.text}), false)" for part in parts)
    return Sql(text, tuple(value for part in parts for value in part.params))


def ids(catalog: Catalog, selection: Selection, group: str = "stream") -> np.ndarray[Any, Any]:
    """The numbers of the records that *selection* leaves, ascending: a record's number is its place in the stream."""
    known = catalog.answers.get(selection)
    if known is not None:
        return known
    condition = where(catalog, selection)
    if condition == EVERYTHING:
        made = np.arange(catalog.count, dtype=np.int32)
    else:
        select = f"SELECT s.rowid::INTEGER AS id FROM stream s WHERE {condition.text}"
        made = np.asarray(catalog.reader(group).arrays(select, condition.params)["id"], dtype=np.int32)
        if (made[1:] < made[:-1]).any():  # a join may give them in any order
            made = np.sort(made)
    made.flags.writeable = False
    catalog.remember(selection, made)
    return made


def find(catalog: Catalog, selection: Selection, text: str, group: str = "find") -> np.ndarray[Any, Any]:
    """Positions, in the order of :func:`ids`, of the records whose body holds *text*, or matches ``/regex/``.

    Text in lower case is found in either case. FilterError for a pattern that the engine does not take.
    """
    every = ids(catalog, selection, group)
    if len(text) > 2 and text[0] == text[-1] == "/":
        expression = parse(text, lambda key: False).expression
    else:
        expression = Text(Contains(text, ignore_case=text == text.lower()))
    condition = compile(expression, _Terms(catalog))
    found = catalog.reader(group).arrays(f"SELECT s.rowid AS id FROM stream s WHERE {condition.text}", condition.params)
    return np.flatnonzero(np.isin(every, found["id"], assume_unique=True))
