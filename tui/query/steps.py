"""The steps that entities typically take: variants, the time of every step, and where the time goes.

A step is a template as it occurs in the records about an entity; repeats count once, by their first occurrence. A
variant is all entities with the same set of steps, in whatever order. What is a step, what a step waited for, and which
rows of databases take part is said in ``step_rows.py``. A selection leaves records: a step whose records it takes away
is no step of any entity.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from tui.errors import EntityError
from tui.query import entities, select, step_names, step_rows, step_variants
from tui.query.catalog import Catalog
from tui.query.charts.told import kept
from tui.query.model import ANYWHERE, Entity, Selection
from tui.query.step_model import ALL, Bins, Spread, Swap, TypicalStep, Variant, spread
from tui.query.step_rows import NONE, Ground, Rows

Array = np.ndarray[Any, Any]

__all__ = ["ALL", "Bins", "Spread", "Steps", "Swap", "TypicalStep", "Variant", "keys_of", "spread", "steps"]

_ANSWERS = 4


def steps(catalog: Catalog, selection: Selection = Selection(), by: Sequence[str] = ()) -> Steps:
    """The steps of the entities that the key sequence *by* names (none: the tasks of these data, see
    ``step_names.default_keys``), among the records that *selection* leaves.

    EntityError when *by* cannot be followed or the data know of nothing to follow; FilterError for a selection whose
    expression does not parse.
    """
    keys = keys_of(catalog, by)
    answers: dict[tuple[Selection, tuple[str, ...]], Steps] = kept(catalog, "steps", dict)
    known = answers.get((selection, keys))
    if known is None:
        ids = select.ids(catalog, selection, "steps")
        ground = step_rows.ground(catalog, keys)
        known = answers[selection, keys] = Steps(
            catalog, ground, step_rows.rows(ground, ids, catalog.count), selection.window
        )
        while len(answers) > _ANSWERS:
            with suppress(KeyError, RuntimeError):  # another thread was faster
                del answers[next(iter(answers))]
    return known


def keys_of(catalog: Catalog, by: Sequence[str]) -> tuple[str, ...]:
    """The whole key sequence of what *by* names: ``parsl.executor_task`` is one of an executor. EntityError as for
    :func:`steps`."""
    meant = [catalog.meant(key) for key in by]
    for key, name in zip(by, meant, strict=True):
        if catalog.key_column(name) is None:
            raise EntityError(f"'{key}' is not a key that can be followed; a [[hierarchy]] rule names such keys")
    keys = entities.level(catalog, meant) if meant else step_names.default_keys(catalog)
    if not keys:
        raise EntityError("these data name nothing that takes steps; a [[hierarchy]] rule names such keys")
    return keys


class Steps:
    """The answer of :func:`steps`. What it gives is worked out when it is asked for, and kept."""

    def __init__(self, catalog: Catalog, ground: Ground, rows: Rows, window: tuple[int, int] | None = None) -> None:
        self._catalog, self._ground, self._rows, self._window = catalog, ground, rows, window
        self.keys = ground.keys
        self._made: dict[int, tuple[TypicalStep, ...]] = {}
        self._sets = step_variants.sets(rows, len(ground.values), len(catalog.templates))

    def __len__(self) -> int:
        return len(self._sets.things)

    def cut(self, variant: int = ALL) -> int:
        """How many entities of a variant reach beyond the time window of the selection: their steps there are left out,
        and what variant they are of is that of the rest. 0 without a window."""
        return int(self._beyond[self.things(variant)].sum())

    @cached_property
    def _beyond(self) -> Array:
        if self._window is None:
            return np.zeros(len(self._ground.values), bool)
        return step_rows.beyond(self._ground, self._window)

    def entity(self, thing: int) -> Entity:
        """The entity with this number."""
        pairs = tuple(zip(self.keys, self._ground.values[thing], strict=True))
        return entities.of_keys(self._catalog, pairs, self._ground.scopes[thing])

    def thing(self, entity: Entity) -> int | None:
        """The number of an entity; None when it takes no steps here."""
        named = tuple(value for _, value in entity.keys)
        which = zip(self._ground.scopes, self._ground.values, strict=True)
        same = tuple(key for key, _ in entity.keys) == self.keys
        found = (i for i, (scope, values) in enumerate(which) if values == named and scope in (entity.scope, ANYWHERE))
        number = next(found, None) if same else None
        return number if number is not None and (self._sets.things == number).any() else None

    def things(self, variant: int = ALL) -> Array:
        """The numbers of the entities of a variant, for :meth:`entity`. IndexError when there is no such variant."""
        return self._sets.members(variant)

    def variant_of(self, thing: int) -> int:
        """The number of the variant of an entity."""
        return int(self._sets.code_of[thing])

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """All variants, the commonest first."""
        return step_variants.variants(self._catalog, self, self._sets)

    def parts(self, variant: int = ALL) -> list[tuple[int, Array]]:
        """The templates of a variant in the order of :meth:`steps`, with the rows of their first occurrences."""
        return self._sets.parts(variant)

    def steps(self, variant: int = ALL) -> tuple[TypicalStep, ...]:
        """The steps of a variant in the order of their median first time, but after what they mostly follow.
        IndexError when there is no such variant."""
        known = self._made.get(variant)
        if known is None:
            known = self._made[variant] = step_variants.table(self._catalog, self._rows, self._sets, variant)
        return known

    def whole(self, variant: int = ALL) -> Spread | None:
        """The time from first to last step; None where no step has a time."""
        return spread(self._sets.wholes(variant, timed=True))

    def groups(self, variant: int = ALL) -> tuple[tuple[str, int], ...]:
        """What the entities of a variant are (apps), with counts, the commonest first."""
        codes, names = step_names.groups(self._catalog, self.keys)
        mine = codes[self.things(variant)]
        counts = np.bincount(mine[mine >= 0], minlength=len(names)).tolist()
        return tuple(sorted(((n, c) for n, c in zip(names, counts, strict=True) if c), key=lambda each: -each[1]))

    def moments(self, variant: int = ALL) -> list[tuple[int, Array, Array, Array]]:
        """The templates of a variant in the order of :meth:`steps`, each with the numbers of the entities that have it,
        when they first do (UTC nanoseconds), and the records that say so."""
        rows = self._rows
        parts = ((template, part[rows.timed[part]]) for template, part in self.parts(variant))
        return [(each, rows.things[part], rows.times[part], rows.records[part]) for each, part in parts if len(part)]

    def swaps(self, variant: int = ALL) -> tuple[Swap, ...]:
        """Steps that come in another order than they are listed in, the commonest first. Every entity of a variant
        whose order is another has at least one such pair."""
        rows, found = self._rows, []
        listed = [(template, part[rows.timed[part]]) for template, part in self.parts(variant)]
        for (earlier, a), (later, b) in pairwise(listed):
            if len(a) != len(b) or (rows.things[a] != rows.things[b]).any():
                _, i, j = np.intersect1d(rows.things[a], rows.things[b], assume_unique=True, return_indices=True)
                a, b = a[i], b[j]
            if count := int((rows.times[b] < rows.times[a]).sum()):
                found.append(Swap(earlier, later, count, len(a)))
        return tuple(sorted(found, key=lambda swap: -swap.count))

    def times(self, template: int, variant: int = ALL, waited: bool = True) -> tuple[Array, Array]:
        """Numbers of the entities of a variant that have a step, and how long each *waited* for it, or else came to it
        after its first step; nanoseconds."""
        rows = self._rows
        first = next((part for other, part in self.parts(variant) if other == template), rows.first[:0])
        first = first[rows.timed[first]]
        if waited:
            first = first[rows.before[first] != NONE]
        return rows.things[first], (rows.waited if waited else rows.since)[first]

    def lengths(self, variant: int = ALL) -> tuple[Array, Array]:
        """Numbers of the entities of a variant, and the time of each from its first to its last step; nanoseconds."""
        return self.things(variant), self._sets.wholes(variant)

    def record(self, thing: int, template: int) -> int | None:
        """The record of the first occurrence of a step in an entity; None when that has no such step."""
        rows = self._rows
        first = next((part for other, part in self.parts() if other == template), rows.first[:0])
        found = first[rows.things[first] == thing]
        return int(rows.records[found[0]]) if len(found) else None

    def histogram(self, template: int, variant: int = ALL, waited: bool = True, bins: int = 20) -> Bins:
        """The same as a histogram of at most *bins* bins of one width."""
        things, times = self.times(template, variant, waited)
        if not len(times) or bins < 1:
            return Bins(np.zeros(1), np.zeros(0, np.int64), ())
        low, high = int(times.min()), int(times.max())
        width = max(1, -(-(high - low) // bins))
        parts = max(1, -(-(high - low) // width))
        cell = np.minimum((times - low) // width, parts - 1)
        counts = np.bincount(cell, minlength=parts)
        order = np.argsort(cell, kind="stable")
        inside = np.split(things[order], np.cumsum(counts)[:-1])
        return Bins(low + width * np.arange(parts + 1), counts, tuple(inside))
