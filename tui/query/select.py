"""Which records a selection leaves: SQL conditions on ``stream s``."""

from __future__ import annotations

from typing import Any

import numpy as np

from tui.errors import FilterError
from tui.query.catalog import Catalog
from tui.query.model import ANYWHERE, Entity, Selection
from tui.query.sql import Sql

EVERYTHING = Sql("true")


def entity_sql(catalog: Catalog, entity: Entity) -> Sql:
    """The condition on ``aspects`` for an entity and what lies below it."""
    parts: list[str] = []
    values: list[object] = []
    if entity.scope != ANYWHERE:
        parts.append("scope = ?")
        values.append(entity.scope)
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
        from tui.query.filters import expression_sql  # the language is not loaded for those who do not speak it

        parts.append(expression_sql(catalog, selection.expression))
    if selection.level:
        parts.append(Sql("s.level >= ?", (selection.level,)))
    if selection.window:
        parts.append(Sql("s.time >= ? AND s.time < ?", selection.window))
    if selection.entity:
        about = entity_sql(catalog, selection.entity)
        parts.append(Sql(f"s.ctx IN (SELECT ctx FROM aspects WHERE {about.text})", about.params))
    if selection.hidden:
        parts.append(Sql(f"s.template NOT IN ({', '.join('?' * len(selection.hidden))})", selection.hidden))
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
    from tui.query.filters import search_sql

    every = ids(catalog, selection, group)
    condition = search_sql(catalog, text)
    found = catalog.reader(group).arrays(f"SELECT s.rowid AS id FROM stream s WHERE {condition.text}", condition.params)
    return np.flatnonzero(np.isin(every, found["id"], assume_unique=True))
