"""The steps that entities typically take: variants, the time of every step, and where the time goes.

A step is a template as it occurs in the records about an entity; repeats count once, by their first occurrence. A
variant is all entities with the same set of steps, in whatever order. What is a step, what a step waited for, and which
rows of databases take part is said in ``step_rows.py``. A selection leaves records: a step whose records it takes away
is no step of any entity.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from tui.errors import EntityError
from tui.query import entities, select, step_names, step_rows
from tui.query.catalog import Catalog
from tui.query.charts.told import kept
from tui.query.model import Entity, Selection
from tui.query.step_rows import NONE, Ground, Rows

Array = np.ndarray[Any, Any]

#: Of everything, whatever its variant.
ALL = 0

_ANSWERS = 4


@dataclass(frozen=True, slots=True)
class Spread:
    """*count* lengths of time in short; nanoseconds."""

    count: int
    mean: float
    median: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Variant:
    """Entities with the same set of steps. *number* counts from 1, the commonest; :data:`ALL` is all entities.

    *share* is that of all entities; *name* says which states they reach, or else their last step; *groups* what they
    are (apps of tasks, with counts, the commonest first). Variant *like* is the commonest of the same name; this one is
    *with* some templates (numbers) more, and *without* others. *whole* is the time from first to last step.
    """

    number: int
    name: str
    count: int
    share: float
    templates: tuple[int, ...]
    states: tuple[str, ...]
    groups: tuple[tuple[str, int], ...]
    like: int
    with_: tuple[int, ...]
    without: tuple[int, ...]
    whole: Spread | None


@dataclass(frozen=True, slots=True)
class TypicalStep:
    """A step of a variant. *position* counts from 0 in the order of median first times; *source* is the role of what
    wrote it (``worker``); *count* entities have it.

    *since* is the time since the entity's first step; *waited* that since the step before in the same source, or for
    the first in a source since the last step anywhere, and *waited_from* the template of that step in most entities.
    Both are of its first occurrence, and None where no entity tells. *share* is the part of the whole (of the sum over
    all entities, first to last step) in which nothing had happened anywhere when this step came, repeats included: the
    shares of a variant add up to 1. *waiting* is how many entities wait for it at most at one moment. *most*: this is
    where the time goes.
    """

    position: int
    template: int
    text: str
    source: str
    count: int
    since: Spread | None
    waited: Spread | None
    waited_from: int | None
    share: float
    waiting: int
    most: bool


@dataclass(frozen=True, slots=True)
class Swap:
    """In *count* of the *of* entities that have both steps, *later* (a template's number) comes before *earlier*, the
    step that is listed right before it."""

    earlier: int
    later: int
    count: int
    of: int


@dataclass(frozen=True, slots=True)
class Bins:
    """A step's time in *counts* between *edges* (nanoseconds, one more than counts; the last bin holds its right edge),
    and the *things* in each bin, see :meth:`Steps.entity`."""

    edges: Array
    counts: Array
    things: tuple[Array, ...]


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
        known = answers[selection, keys] = Steps(catalog, ground, step_rows.rows(ground, ids, catalog.count))
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

    def __init__(self, catalog: Catalog, ground: Ground, rows: Rows) -> None:
        self._catalog, self._ground, self._rows = catalog, ground, rows
        self.keys = ground.keys
        self._made: dict[int, tuple[TypicalStep, ...]] = {}
        self._things = rows.things[rows.starts]
        ends = np.append(rows.starts[1:], len(rows.things)) - 1
        self._whole = rows.times[ends] - rows.times[rows.starts] if len(ends) else rows.times
        self._timed = rows.timed[rows.starts]
        at = np.zeros(len(ground.values) + 1, np.int32)
        at[self._things] = np.arange(len(self._things))
        self._at = at
        """By number of a thing, its position in the arrays of one value a thing."""

    def __len__(self) -> int:
        return len(self._things)

    @cached_property
    def _codes(self) -> tuple[Array, list[Array]]:
        """The number of the variant of every thing, and the templates of each variant."""
        rows = self._rows
        if not len(self._things):
            return np.zeros(0, np.int32), []
        templates = rows.templates[rows.first]
        starts = np.searchsorted(rows.things[rows.first], self._things)
        random = np.random.default_rng(0).integers(0, 1 << 63, (2, len(self._catalog.templates) + 1), np.int64)
        marks = [np.add.reduceat(each[templates], starts) for each in random]
        _, example, inverse, counts = np.unique(
            marks[0] ^ (marks[1] << 1), return_index=True, return_inverse=True, return_counts=True
        )
        order = np.lexsort((example, -counts))
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(1, len(order) + 1)
        ends = np.append(starts[1:], len(templates))
        return rank[inverse], [templates[starts[i] : ends[i]] for i in example[order].tolist()]

    def things(self, variant: int = ALL) -> Array:
        """The numbers of the entities of a variant, for :meth:`entity`."""
        found: Array = self._things if variant == ALL else self._things[self._codes[0] == variant]
        return found

    def entity(self, thing: int) -> Entity:
        """The entity with this number."""
        pairs = tuple(zip(self.keys, self._ground.values[thing], strict=True))
        return entities.of_keys(self._catalog, pairs, self._ground.scopes[thing])

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """All variants, the commonest first."""
        from tui.query.step_variants import variants

        return variants(self._catalog, self, self._codes[1])

    def variant_of(self, thing: int) -> int:
        """The number of the variant of an entity."""
        return int(self._codes[0][self._at[thing]])

    def steps(self, variant: int = ALL) -> tuple[TypicalStep, ...]:
        """The steps of a variant in the order of their median first time. IndexError when there is no such variant."""
        known = self._made.get(variant)
        if known is None:
            from tui.query.step_variants import table

            known = self._made[variant] = table(self._catalog, self._rows, *self._chosen(variant))
        return known

    def order(self, variant: int) -> list[int]:
        """The templates of a variant in the order of :meth:`steps`."""
        if variant in self._made:
            return [step.template for step in self._made[variant]]
        from tui.query.step_variants import ordered

        return [template for template, _ in ordered(self._rows, self._chosen(variant)[0])]

    def _chosen(self, variant: int) -> tuple[Array, Array]:
        """Which rows are of a variant's entities; the wholes of those."""
        if variant == ALL:
            return np.ones(len(self._rows.things), bool), self._whole
        if not 1 <= variant <= len(self._codes[1]):
            raise IndexError(variant)
        mine = self._codes[0] == variant
        return mine[self._at[self._rows.things]], self._whole[mine]

    def whole(self, variant: int = ALL) -> Spread | None:
        """The time from first to last step; None where no step has a time."""
        mine = self._timed if variant == ALL else self._timed & (self._codes[0] == variant)
        return spread(self._whole[mine])

    def groups(self, variant: int = ALL) -> tuple[tuple[str, int], ...]:
        """What the entities of a variant are (apps), with counts, the commonest first."""
        codes, names = step_names.groups(self._catalog, self.keys)
        mine = codes[self.things(variant)]
        counts = np.bincount(mine[mine >= 0], minlength=len(names)).tolist()
        return tuple(sorted(((n, c) for n, c in zip(names, counts, strict=True) if c), key=lambda each: -each[1]))

    def swaps(self, variant: int = ALL) -> tuple[Swap, ...]:
        """Steps that come in another order than they are listed in, the commonest first. Every entity whose order is
        another has at least one such pair."""
        first = self._first_times(variant)
        found = []
        listed = [step.template for step in self.steps(variant)]
        for earlier, later in pairwise(listed):
            a, b = first[earlier], first[later]
            both, i, j = np.intersect1d(a[0], b[0], assume_unique=True, return_indices=True)
            if count := int((b[1][j] < a[1][i]).sum()):
                found.append(Swap(earlier, later, count, len(both)))
        return tuple(sorted(found, key=lambda swap: -swap.count))

    def _first_times(self, variant: int) -> dict[int, tuple[Array, Array]]:
        """Things and times of first occurrences, by template; only of those that have times."""
        rows = self._rows
        chosen, _ = self._chosen(variant)
        first = rows.first[(chosen & rows.timed)[rows.first]]
        order = np.argsort(rows.templates[first], kind="stable")
        parts = np.split(first[order], np.flatnonzero(np.diff(rows.templates[first][order])) + 1)
        empty = np.zeros(0, np.int64)
        made = {step.template: (empty, empty) for step in self.steps(variant)}
        return made | {int(rows.templates[p[0]]): (rows.things[p], rows.times[p]) for p in parts if len(p)}

    def times(self, template: int, variant: int = ALL, waited: bool = True) -> tuple[Array, Array]:
        """Numbers of the entities of a variant that have a step, and how long each *waited* for it, or else came to it
        after its first step; nanoseconds."""
        rows = self._rows
        chosen, _ = self._chosen(variant)
        first = rows.first[rows.templates[rows.first] == template]
        first = first[chosen[first] & rows.timed[first]]
        if waited:
            first = first[rows.before[first] != NONE]
        return rows.things[first], (rows.waited if waited else rows.since)[first]

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


def spread(times: Array) -> Spread | None:
    """*times* in short; None when there are none."""
    if not len(times):
        return None
    median, p95, p99 = np.percentile(times, (50, 95, 99)).tolist()
    return Spread(len(times), float(times.mean()), median, p95, p99)
