"""What records say, as arrays that are asked of the store once: the values of a key, and numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np

from tui.query.canonical import logger_sql
from tui.query.catalog import Catalog
from tui.query.sequences import literal_start
from tui.query.store import Store, quote
from tui.records import NO_TIME

Array = np.ndarray[Any, Any]
T = TypeVar("T")

_KEPT: WeakKeyDictionary[Store, dict[object, Any]] = WeakKeyDictionary()


def kept(catalog: Catalog, key: object, make: Callable[[], T]) -> T:
    """What *make* gives, made once for *catalog* and *key*."""
    known = _KEPT.setdefault(catalog.store, {})
    if key not in known:
        known[key] = make()
    found: T = known[key]
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """The records (ascending numbers) that have a key, with the position of its value in *values*."""

    records: Array
    codes: Array
    values: tuple[str, ...]


def told(catalog: Catalog, key: str) -> Told:
    """Who has the rule key *key*, and what of it, sorted. Nobody when it is no rule key."""
    return kept(catalog, ("told", key), lambda: _told(catalog, key))


def _told(catalog: Catalog, key: str) -> Told:
    column = catalog.key_column(key)
    if column is None:
        return _emitted(catalog, key)
    rows = catalog.reader("chart").rows(f"SELECT DISTINCT {column} FROM aspects WHERE {column} IS NOT NULL ORDER BY 1")
    values = tuple(row[0] for row in rows)
    found = catalog.reader("chart").arrays(
        f"SELECT s.rowid::INTEGER AS id, list_position(?, v)::INTEGER - 1 AS code FROM stream s JOIN "
        f"(SELECT ctx, min({column}) AS v FROM aspects WHERE {column} IS NOT NULL GROUP BY ctx) USING (ctx)",
        (list(values),),
    )
    return Told(*_ascending(found["id"], found["code"]), values)


def _emitted(catalog: Catalog, key: str) -> Told:
    """The same of a key that no rule knows."""
    column = catalog.schema.columns.get(key)
    if column is None:
        return Told(np.zeros(0, np.int32), np.zeros(0, np.int32), ())
    rows = catalog.reader("chart").rows(f"SELECT DISTINCT {column} FROM records WHERE {column} IS NOT NULL ORDER BY 1")
    values = tuple(row[0] for row in rows)
    found = catalog.reader("chart").arrays(
        f"SELECT s.rowid::INTEGER AS id, list_position(?, r.{column})::INTEGER - 1 AS code FROM stream s "
        f"JOIN records r ON s.record = r.rowid WHERE r.{column} IS NOT NULL",
        (list(values),),
    )
    return Told(*_ascending(found["id"], found["code"]), values)


def marked(catalog: Catalog, logger: str, steps: tuple[tuple[str, ...], ...]) -> tuple[Array, Array]:
    """The records (ascending numbers) of *logger* whose body matches a pattern of one of *steps*, and of which."""
    of = logger_sql(catalog.schema.columns, logger)
    if of is None:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    arms = []
    for i, patterns in enumerate(steps):
        each = (f"(starts_with(b, {quote(literal_start(p))}) AND regexp_matches(b, {quote(p)}))" for p in patterns)
        arms.append(f"WHEN {' OR '.join(each)} THEN {i}")

    def make() -> tuple[Array, Array]:
        found = catalog.reader("chart").arrays(
            f"SELECT id, step FROM (SELECT s.rowid::INTEGER AS id, CASE {' '.join(arms)} END::INTEGER AS step "
            f"FROM stream s JOIN (SELECT r.rowid AS record, {catalog.body()} AS b FROM records r WHERE {of}) "
            "USING (record)) WHERE step IS NOT NULL"
        )
        return _ascending(found["id"], found["step"])

    return kept(catalog, ("marked", logger, steps), make)


def sources(catalog: Catalog) -> tuple[Array, tuple[str, ...]]:
    """For every record the position, in what is returned with it, of the name of what wrote it: ``interchange``,
    ``worker 1``, ``monitoring.db``."""

    def make() -> tuple[Array, tuple[str, ...]]:
        names = tuple(sorted(set(catalog.labels.values())))
        code = np.zeros(max(catalog.labels, default=0) + 1, np.int32)
        for place, label in catalog.labels.items():
            code[place] = names.index(label)
        return code[places(catalog)], names

    return kept(catalog, "sources", make)


def places(catalog: Catalog) -> Array:
    """The number of the place of every record, in stream order."""
    return kept(
        catalog,
        "places",
        lambda: np.asarray(catalog.reader("chart").arrays("SELECT place::INTEGER AS place FROM stream")["place"]),
    )


def numbers(catalog: Catalog, key: str) -> tuple[Array, Array]:
    """The records (ascending numbers) for which *key*, emitted or by rule, is a number, and the numbers."""

    def make() -> tuple[Array, Array]:
        reader = catalog.reader("chart")
        if (column := catalog.schema.columns.get(key)) and not catalog.key_column(key):
            value = f"try_cast(r.{column} AS DOUBLE)"
            found = reader.arrays(
                f"SELECT s.rowid::INTEGER AS id, {value} AS v FROM stream s JOIN records r ON s.record = r.rowid "
                f"WHERE r.{column} IS NOT NULL AND isfinite({value})"
            )
        elif held := catalog.key_column(key):
            found = reader.arrays(
                "SELECT s.rowid::INTEGER AS id, v FROM stream s JOIN (SELECT ctx, min("
                f"try_cast({held} AS DOUBLE)) AS v FROM aspects WHERE {held} IS NOT NULL GROUP BY ctx) USING (ctx) "
                "WHERE isfinite(v)"
            )
        else:
            return np.zeros(0, np.int32), np.zeros(0)
        return _ascending(found["id"], found["v"])

    return kept(catalog, ("numbers", key), make)


def timed(catalog: Catalog, records: Array) -> tuple[Array, Array]:
    """Which of *records* (numbers of records) have a time, as a mask, and the times of all."""
    at = catalog.clock[0][records]
    return at != NO_TIME, at


def _ascending(records: Array, values: Array) -> tuple[Array, Array]:
    records, values = np.asarray(records), np.ma.filled(values, 0)  # a join gives them in any order
    if len(records) and (np.diff(records) < 0).any():
        order = np.argsort(records, kind="stable")
        return records[order], values[order]
    return records, values


def among(catalog: Catalog, ids: Array) -> Array:
    """A mask over all records: which are *ids*."""
    chosen = np.zeros(catalog.count, bool)
    chosen[ids] = True
    return chosen
