"""Which records are about which things of one kind: all tasks, all workers, at once.

What steps, charts and the numbers of templates are counted from. It is asked once a kind and kept, as arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui.query.catalog import Catalog
from tui.query.entities import unique
from tui.query.model import ANYWHERE

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class About:
    """Pairs of a record and a thing it is about, in stream order; a record about several things is in several pairs.

    *things* are positions in *scopes* and *values*: the scope of a thing (ANYWHERE for one that is the same in all),
    and the values of *keys* that name it there.
    """

    keys: tuple[str, ...]
    records: Array
    things: Array
    scopes: tuple[int, ...]
    values: tuple[tuple[str, ...], ...]


def pairs_among(records: Array, things: Array, chosen: Array) -> Array:
    """A mask over pairs of *records* and *things*, in any order: which are left when only the records of the mask
    *chosen* (one value for every record there is) are.

    A record about several things speaks of all of them; but where one of them has other records there, those that are
    nowhere else but in records shared with such a one are not meant: who asks for task 0 does not ask for task 4, with
    which it was sent.
    """
    mask: Array = chosen[records]
    if mask.all():
        return mask
    shared = np.bincount(records, minlength=len(chosen))[records] > 1
    own = np.zeros(int(things.max(initial=-1)) + 1, bool)
    own[things[mask & ~shared]] = True
    led = np.zeros(len(chosen), bool)
    led[records[mask & shared & own[things]]] = True
    return mask & ~(shared & ~own[things] & led[records])


def about(catalog: Catalog, keys: Sequence[str], group: str = "about") -> About:
    """The pairs for the things that the sequence *keys* names (``parsl.task``; ``parsl.executor``,
    ``parsl.executor_task``), all in the order of their scope and their values, numbers as numbers. Empty when a key is
    no rule key."""
    names = tuple(catalog.meant(key) for key in keys)
    known = catalog.abouts.get(names)
    if known is None:
        known = catalog.abouts[names] = _ask(catalog, names, group)
    return known


def _ask(catalog: Catalog, keys: tuple[str, ...], group: str) -> About:
    columns = [catalog.key_column(key) for key in keys]
    if not columns or None in columns:
        nothing = np.zeros(0, np.int32)
        return About(keys, nothing, nothing, (), ())
    scope = str(ANYWHERE) if unique(catalog, keys) else "scope"
    named = ", ".join(f"{column} AS v{i}" for i, column in enumerate(columns))
    values = ", ".join(f"v{i}" for i in range(len(columns)))
    order = ", ".join(f"try_cast(v{i} AS BIGINT) NULLS LAST, v{i}" for i in range(len(columns)))
    held = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    things = (
        f"SELECT ctx, dense_rank() OVER (ORDER BY scope, {order}) - 1 AS thing, scope, {values} "
        f"FROM (SELECT DISTINCT ctx, {scope} AS scope, {named} FROM aspects WHERE {held})"
    )
    reader = catalog.reader(group)
    found = reader.arrays(
        f"SELECT s.rowid::INTEGER AS id, t.thing::INTEGER AS thing FROM stream s JOIN ({things}) t USING (ctx)"
    )
    names = reader.rows(f"SELECT DISTINCT thing, scope, {values} FROM ({things}) ORDER BY thing")
    records, numbers = np.asarray(found["id"], np.int32), np.asarray(found["thing"], np.int32)
    if (np.diff(records) < 0).any():  # a join gives them in any order
        order_ = np.argsort(records, kind="stable")
        records, numbers = records[order_], numbers[order_]
    return About(keys, records, numbers, tuple(row[1] for row in names), tuple(tuple(row[2:]) for row in names))
