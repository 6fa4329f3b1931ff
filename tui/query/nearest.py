"""What every record is about, nearest first: a task where it is about one, else the nearest kind of thing there is.

It is asked once and kept, as arrays. What wrote a record is not what it is about.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tui.query.catalog import Catalog
from tui.query.entities import WRITERS, levels, run_keys, unique
from tui.query.model import ANYWHERE
from tui.query.store import quote

Array = np.ndarray[Any, Any]

NOTHING = -1


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest thing of every record, things being numbered kind by kind.

    *of* has the thing of each record in stream order, NOTHING for none; *more* are pairs (records, things) for what
    else of that kind records are about. Things of kind *i* are from ``starts[i]`` to below ``starts[i + 1]``. *failed*
    says of every thing whether a record has it in a state in which things have failed.
    """

    kinds: tuple[str, ...]
    keys: tuple[tuple[str, ...], ...]
    of: Array
    more: tuple[Array, Array]
    starts: Array
    failed: Array


def nearest(catalog: Catalog, group: str = "about") -> Nearest:
    """The nearest thing of every record; asked once a catalog."""
    if catalog.nearest is None:
        catalog.nearest = _ask(catalog, group)
    return catalog.nearest


def kinds(catalog: Catalog) -> list[tuple[str, ...]]:
    """The key sequences of things, nearest first: those of the first hierarchy from its top (tasks), then all others,
    the deepest first. Only keys that records have; none that name runs or writers."""
    first = list(catalog.rules.hierarchy[0].levels) if catalog.rules.hierarchy else []
    present, others = set(catalog.rule_keys_present), {*WRITERS, *run_keys(catalog)}
    every = dict.fromkeys([*first, *levels(catalog)])
    return [keys for keys in every if set(keys) <= present and not set(keys) & others]


def _ask(catalog: Catalog, group: str) -> Nearest:
    every = kinds(catalog)
    reader = catalog.reader(group)
    none = np.zeros(0, np.int32)
    if not every:
        nothing = np.full(catalog.count, NOTHING, np.int32)
        return Nearest((), (), nothing, (none, none), np.zeros(1, np.int64), np.zeros(0, bool))
    columns = [[str(catalog.key_column(key)) for key in keys] for keys in every]
    held = [" AND ".join(f"{column} IS NOT NULL" for column in part) for part in columns]
    scopes = [str(ANYWHERE) if unique(catalog, keys) else "scope" for keys in every]
    kind = _case(held, [str(i) for i in range(len(every))])
    scope = _case(held, scopes)
    name = _case(held, [f"concat_ws(chr(0), {', '.join(part)})" for part in columns])
    # A record may be about a task in one aspect and about a worker alone in another: its nearest kind is meant.
    things = (
        f"SELECT ctx, kind, failed, dense_rank() OVER (ORDER BY kind, scope, name) - 1 AS thing FROM ("
        f"SELECT DISTINCT ctx, {kind} AS kind, {scope} AS scope, {name} AS name, {_failed(catalog)} AS failed "
        f"FROM aspects) WHERE kind IS NOT NULL QUALIFY kind = min(kind) OVER (PARTITION BY ctx)"
    )
    found = reader.arrays(
        f"SELECT ctx::INTEGER AS ctx, kind::INTEGER AS kind, thing::INTEGER AS thing, failed FROM ({things})"
    )
    contexts, numbers = np.asarray(found["ctx"], np.int32), np.asarray(found["thing"], np.int32)
    count = int(numbers.max(initial=-1)) + 1
    kind_of = np.zeros(count, np.int32)
    kind_of[numbers] = found["kind"]
    failed = np.zeros(count, bool)
    failed[numbers[np.asarray(found["failed"], bool)]] = True
    of, more = _records(catalog, contexts, numbers)
    starts = np.searchsorted(kind_of, np.arange(len(every) + 1))
    return Nearest(tuple(catalog.rules.kind(keys[-1]) for keys in every), tuple(every), of, more, starts, failed)


def _records(catalog: Catalog, contexts: Array, things: Array) -> tuple[Array, tuple[Array, Array]]:
    """The first thing of every record, and pairs for the others."""
    of_record = np.asarray(catalog.reader("about").arrays("SELECT ctx FROM stream")["ctx"], np.int32)
    pairs = np.unique(np.stack([contexts, things]), axis=1) if len(contexts) else np.zeros((2, 0), np.int32)
    contexts, things = pairs[0], pairs[1]
    size = int(max(of_record.max(initial=-1), contexts.max(initial=-1))) + 1
    first = np.full(size, NOTHING, np.int32)
    first[contexts[::-1]] = things[::-1]
    again = np.concatenate([np.zeros(min(1, len(contexts)), bool), contexts[1:] == contexts[:-1]])
    others: dict[int, list[int]] = {}
    for context, thing in zip(contexts[again].tolist(), things[again].tolist(), strict=True):
        others.setdefault(context, []).append(thing)
    of = first[of_record]
    if not others:
        none = np.zeros(0, np.int32)
        return of, (none, none)
    records = np.flatnonzero(np.isin(of_record, list(others)))
    lists = [others[context] for context in of_record[records].tolist()]
    return of, (
        np.repeat(records, [len(each) for each in lists]).astype(np.int32),
        np.array([thing for each in lists for thing in each], np.int32),
    )


def _case(held: list[str], values: list[str]) -> str:
    return f"CASE {' '.join(f'WHEN {a} THEN {b}' for a, b in zip(held, values, strict=True))} END"


def _failed(catalog: Catalog) -> str:
    """SQL for whether an aspect, or a record in its context, has a state in which things have failed."""
    parts = ["false"]
    for key in catalog.rules.key:
        states = ", ".join(quote(state) for state in key.failed)
        if states and (column := catalog.key_column(key.name)):
            parts.append(f"coalesce({column} IN ({states}), false)")
        elif states and (column := catalog.schema.columns.get(key.name)):
            parts.append(
                "ctx IN (SELECT s.ctx FROM stream s JOIN records r ON s.record = r.rowid "
                f"WHERE r.{column} IN ({states}))"
            )
    return " OR ".join(parts)
