"""Whether what one entity waited for was usual: each of its steps among the same step of all entities of its kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tui.query import step_rows
from tui.query.catalog import Catalog
from tui.query.entities import unique
from tui.query.model import ANYWHERE, Entity
from tui.query.step_rows import NONE, Ground, Rows
from tui.records import NO_TIME

Array = np.ndarray[Any, Any]

#: Of a load with more records than this, an entity is compared with as many others as have about so many.
SAMPLE = 40_000
#: Fewer entities than this say nothing of what is usual.
FEW = 10
#: Nanoseconds: a shorter wait is not worth a word.
LEAST = 10_000_000


@dataclass(frozen=True, slots=True)
class Usual:
    """What was *waited* for a step, among the waits of *of* entities for it: its *percentile* (0 to 100, of equal waits
    the middle), and the *typical* one, their median. Nanoseconds."""

    waited: int
    percentile: float
    typical: float
    of: int

    @property
    def notable(self) -> bool:
        """It is long enough, and enough others waited less, to be worth a word."""
        long = self.waited >= LEAST and self.waited >= 2 * self.typical
        return long and self.percentile >= 90 and self.of >= FEW


def typical(catalog: Catalog, entity: Entity) -> dict[int, Usual]:
    """For the records of *entity* that waited for something, by their number: how usual that was.

    A wait is that of ``steps.py``. The second occurrence of a template in the entity is compared with the second in
    others, and so on. In a large load the others are a sample, the same every time, unless it is known already what
    records are about all of them. Empty for a run, which is compared with nothing.
    """
    keys = tuple(key for key, _ in entity.keys)
    if not keys or any(catalog.key_column(key) is None for key in keys):
        return {}
    if catalog.count <= SAMPLE or keys in catalog.abouts:
        ground = step_rows.ground(catalog, keys)
        named = tuple(value for _, value in entity.keys)
        places = (entity.scope, ANYWHERE) if unique(catalog, keys) else (entity.scope,)
        which = zip(ground.scopes, ground.values, strict=True)
        thing = next((i for i, (scope, values) in enumerate(which) if values == named and scope in places), NONE)
    else:
        ground, thing = _sample(catalog, entity)
    rows = step_rows.rows(ground, np.arange(catalog.count, dtype=np.int32), catalog.count)
    return _compared(rows, thing)


def _compared(rows: Rows, thing: int) -> dict[int, Usual]:
    waits = rows.timed & (rows.before != NONE)
    own = np.flatnonzero((rows.things == thing) & waits)
    if not len(own):
        return {}
    nth = _nth(rows)
    found: dict[int, Usual] = {}
    for template in np.unique(rows.templates[own]).tolist():
        same = np.flatnonzero((rows.templates == template) & waits)
        for row in own[rows.templates[own] == template].tolist():
            others = rows.waited[same[nth[same] == nth[row]]]
            less, equal = (others < rows.waited[row]).sum(), (others == rows.waited[row]).sum()
            percentile = float(100 * (less + equal / 2) / len(others))
            found[int(rows.records[row])] = Usual(
                int(rows.waited[row]), percentile, float(np.median(others)), len(others)
            )
    return found


def _nth(rows: Rows) -> Array:
    """For each row, how many of its entity and template came before it."""
    order = rows.by_template
    new = np.ones(len(order), bool)
    new[1:] = (np.diff(rows.things[order]) != 0) | (np.diff(rows.templates[order]) != 0)
    starts = np.flatnonzero(new)
    nth = np.empty(len(order), np.int32)
    nth[order] = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return nth


def _sample(catalog: Catalog, entity: Entity) -> tuple[Ground, int]:
    """What there is to know of *entity* and some others of its kind, and its number among them."""
    keys = tuple(key for key, _ in entity.keys)
    columns = [catalog.key_column(key) for key in keys]
    scope = str(ANYWHERE) if unique(catalog, keys) else "scope"
    named = ", ".join(f"{column} AS v{i}" for i, column in enumerate(columns))
    values = ", ".join(f"v{i}" for i in range(len(columns)))
    held = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    own = " AND ".join([f"{scope} = ?"] * (entity.scope != ANYWHERE) + [f"{column} = ?" for column in columns])
    params: list[object] = [*([entity.scope] * (entity.scope != ANYWHERE)), *(value for _, value in entity.keys)]
    found = catalog.reader("steps").arrays(
        f"SELECT s.rowid::INTEGER AS id, t.thing::INTEGER AS thing, t.own, coalesce(s.time, {NO_TIME}) AS time, "
        "s.place, s.template FROM stream s JOIN (SELECT ctx, own, dense_rank() OVER "
        f"(ORDER BY own DESC, scope, {values}) - 1 AS thing FROM (SELECT DISTINCT ctx, {scope} AS scope, {named}, "
        f"({own}) AS own FROM aspects WHERE {held}) WHERE own OR hash(scope, {values}) % ? = 0) t USING (ctx) "
        "ORDER BY id",
        [*params, max(1, catalog.count // SAMPLE)],
    )
    records, things = np.asarray(found["id"], np.int32), np.asarray(found["thing"], np.int32)
    times, place = np.asarray(found["time"], np.int64), np.asarray(found["place"], np.int32)
    count = int(things.max(initial=-1)) + 1
    whose = (keys, (entity.scope,) * count, ((),) * count)
    template = np.asarray(found["template"], np.int32)
    ground = step_rows.arranged(catalog, whose, records, things, times, place, template)
    return ground, 0 if np.asarray(found["own"]).any() else NONE
