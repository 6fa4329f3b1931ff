"""The tables of ``steps.py``: which entities are of one variant, what variants are called, and the steps of one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.query import step_names
from tui.query.catalog import Catalog
from tui.query.step_model import ALL, TypicalStep, Variant, spread
from tui.query.step_rows import NONE, Rows

if TYPE_CHECKING:
    from tui.query.steps import Steps

Array = np.ndarray[Any, Any]

#: A step is compared with so many before it, and in all so many times are looked at.
_BACK, _WORK = 64, 20_000_000
#: A wait that is a smaller part of the whole is short.
_LEAST = 0.01


class Sets:
    """The entities of *rows* by variant. *things* are their numbers, *code_of* is the number of the variant by number
    of a thing, *templates* are those of each variant."""

    def __init__(self, rows: Rows, things: Array, codes: Array, templates: list[Array], count: int) -> None:
        self._rows, self.things, self.templates = rows, things, templates
        self._codes = codes
        self.code_of = np.zeros(count + 1, np.int32)
        self.code_of[things] = codes
        ends = np.append(rows.starts, len(rows.things))[1:] - 1
        self._whole = rows.times[ends] - rows.times[rows.starts]
        self._timed = rows.timed[rows.starts]
        width = int(rows.templates.max(initial=0)) + 1
        first = rows.first
        order = _argsort(self.code_of[rows.things[first]].astype(np.int64) * width + rows.templates[first])
        self._first = first[order]
        self._starts = np.searchsorted(self.code_of[rows.things[self._first]], np.arange(1, len(templates) + 2))
        self._parts: dict[int, list[tuple[int, Array]]] = {}
        lengths = np.diff(np.append(rows.starts, len(rows.things)))
        self._rank = np.arange(len(rows.things)) - np.repeat(rows.starts, lengths)

    def members(self, variant: int) -> Array:
        """The numbers of the entities of a variant."""
        found: Array = self.things if variant == ALL else self.things[self._codes == self._known(variant)]
        return found

    def rows(self, variant: int) -> Array:
        """Whether each row is one of a variant's entities."""
        if variant == ALL:
            return np.ones(len(self._rows.things), bool)
        found: Array = self.code_of[self._rows.things] == self._known(variant)
        return found

    def wholes(self, variant: int, timed: bool = False) -> Array:
        """The time from first to last step of each entity of a variant; *timed*: only where steps have times."""
        mine = np.ones(len(self.things), bool) if variant == ALL else self._codes == self._known(variant)
        found: Array = self._whole[mine & self._timed if timed else mine]
        return found

    def parts(self, variant: int) -> list[tuple[int, Array]]:
        """The templates of a variant with the positions of their first occurrences, by entity; in the order of the
        median time since the first step, but after those that they mostly follow. Those without times stand last, in
        the order in which they are logged."""
        if variant == ALL and len(self.templates) == 1:
            variant = 1
        known = self._parts.get(variant)
        if known is None:
            rows = self._rows
            first = rows.first[_argsort(rows.templates[rows.first])] if variant == ALL else self._of(variant)
            at = np.flatnonzero(np.diff(rows.templates[first])) + 1
            split = np.split(first, at) if len(first) else []
            known = [(int(rows.templates[part[0]]), part) for part in self._followed(sorted(split, key=self._when))]
            self._parts[variant] = known
        return known

    @cached_property
    def repeats(self) -> tuple[Array, Array]:
        """By row, of the first occurrences: how often the template occurs in the entity, and how much of the entity's
        whole its repeats end. A long stretch may count for a repeat though it ended with the first: that much of it is
        time before the first, and no repeat's."""
        rows = self._rows
        many, ended = np.zeros(len(rows.things), np.int32), np.zeros(len(rows.things), np.int64)
        if len(rows.first):
            ended[rows.first] = 1
            starts = np.flatnonzero(ended[rows.by_template])
            lengths = np.diff(np.append(starts, len(rows.by_template)))
            last = rows.by_template[starts + lengths - 1]
            credit = np.add.reduceat(rows.credit[rows.by_template], starts) - rows.credit[rows.first]
            many[rows.first] = lengths
            ended[rows.first] = np.minimum(credit, np.maximum(rows.times[last] - rows.times[rows.first], 0))
        return many, ended

    def _of(self, variant: int) -> Array:
        number = self._known(variant)
        found: Array = self._first[self._starts[number - 1] : self._starts[number]]
        return found

    def _followed(self, parts: list[Array]) -> list[Array]:
        """*parts* with those moved up that most entities come to earlier than to what stands before them: medians over
        different entities do not tell. No neighbours are in the rarer order then, as far as _WORK goes."""
        rows, made, work = self._rows, list[Array](), 0
        if self._agree(parts):
            return parts
        when = np.zeros(len(self.code_of), np.int64)
        has = np.zeros(len(self.code_of), bool)
        for part in parts:
            mine, place = part[rows.timed[part]], len(made)
            things = rows.things[mine]
            when[things], has[things] = rows.times[mine], True
            for i in range(len(made) - 1, max(-1, len(made) - 1 - _BACK), -1):
                if work > _WORK:
                    break
                other = made[i][has[rows.things[made[i]]] & rows.timed[made[i]]]
                apart = when[rows.things[other]] - rows.times[other]
                work += len(made[i])
                if (apart < 0).sum() > (apart > 0).sum():
                    place = i
                elif len(other):
                    break
            has[things] = False
            made.insert(place, part)
        return made

    def _agree(self, parts: list[Array]) -> bool:
        """Whether *parts* are of the same entities and in the order of most: the usual case, quickly."""
        count = len(parts[0]) if parts else 0
        if any(len(part) != count for part in parts):
            return False
        if count < 2:
            return len({int(self._rows.things[part[0]]) for part in parts}) < 2
        apart = np.diff(np.stack([self._rows.times[part] for part in parts]), axis=0)
        things = np.diff(np.stack([self._rows.things[part] for part in parts]), axis=0)
        return not things.any() and bool(((apart < 0).sum(axis=1) <= (apart > 0).sum(axis=1)).all())

    def _when(self, part: Array) -> tuple[bool, float, float]:
        timed = part[self._rows.timed[part]]
        since = float(np.median(self._rows.since[timed])) if len(timed) else 0.0
        return not len(timed), since, float(self._rank[part].mean())

    def _known(self, variant: int) -> int:
        if not 1 <= variant <= len(self.templates):
            raise IndexError(variant)
        return variant


def sets(rows: Rows, count: int, width: int) -> Sets:
    """The variants of *rows*; there are *count* things and *width* templates in all."""
    things, templates = rows.things[rows.starts], rows.templates[rows.first]
    if not len(things):
        return Sets(rows, things, np.zeros(0, np.int32), [], count)
    starts = np.searchsorted(rows.things[rows.first], things)
    # A set is known by the sum of random numbers, one a template: 60 bits, so that two are never alike.
    random = np.random.default_rng(0).integers(0, 1 << 60, width + 1, np.int64)
    marks = np.add.reduceat(random[templates], starts)
    _, example, inverse, counts = np.unique(marks, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((example, -counts))
    rank = np.empty(len(order), np.int32)
    rank[order] = np.arange(1, len(order) + 1)
    ends = np.append(starts[1:], len(templates))
    return Sets(rows, things, rank[inverse], [templates[starts[i] : ends[i]] for i in example[order].tolist()], count)


def _argsort(values: Array) -> Array:
    """The stable order of *values*, none of them negative: quicker where they are small."""
    return np.argsort(values.astype(np.uint16) if values.max(initial=0) < 1 << 16 else values, kind="stable")


def variants(catalog: Catalog, found: Steps, by: Sets) -> tuple[Variant, ...]:
    """All variants of *found*."""
    told = step_names.states(catalog, found.keys)
    counts = np.bincount(by.code_of[by.things], minlength=len(by.templates) + 1)[1:].tolist()
    common: dict[int, int] = {}
    for templates, count in zip(by.templates, counts, strict=True):
        for template in templates.tolist():
            common[template] = common.get(template, 0) + count
    usual: frozenset[str] | None = None
    first_of: dict[str, int] = {}
    made = []
    for number, (templates, count) in enumerate(zip(by.templates, counts, strict=True), 1):
        have = frozenset(templates.tolist())
        order = [template for template, _ in by.parts(number)]
        reached = tuple(dict.fromkeys(told[template] for template in order if template in told))
        usual = frozenset(reached) if usual is None else usual
        name = step_names.named(reached, usual) or catalog.templates[order[-1]]
        like = first_of.setdefault(name, number)
        base = frozenset(by.templates[like - 1].tolist())
        made.append(
            Variant(
                number,
                name,
                count,
                count / len(found),
                tuple(order),
                reached,
                found.groups(number),
                like,
                tuple(sorted(have - base, key=lambda template: (common[template], template))),
                tuple(sorted(base - have, key=lambda template: (-common[template], template))),
                found.whole(number),
            )
        )
    return tuple(made)


def table(catalog: Catalog, rows: Rows, by: Sets, variant: int) -> tuple[TypicalStep, ...]:
    """The steps of a variant."""
    parts = by.parts(variant)
    total = float(by.wholes(variant).sum())
    whole = total / max(1, len(by.members(variant)))
    chosen = by.rows(variant)
    credit = np.bincount(rows.templates[chosen], weights=rows.credit[chosen], minlength=len(catalog.templates))
    most = max((template for template, _ in parts), key=lambda template: credit[template], default=NONE)
    codes, names = step_names.roles(catalog)
    made = []
    for position, (template, part) in enumerate(parts):
        repeats = float(by.repeats[1][part].sum())
        timed = part[rows.timed[part]]
        waits = timed[rows.before[timed] != NONE]
        spent = float(rows.waited[waits].sum())
        usual = float(np.median(rows.waited[waits])) if len(waits) else 0.0
        origins = np.bincount(rows.templates[rows.before[waits]], minlength=1)
        made.append(
            TypicalStep(
                position,
                template,
                catalog.templates[template],
                names[int(np.bincount(codes[rows.places[part]]).argmax())],
                len(part),
                spread(rows.since[timed]),
                spread(rows.waited[waits]),
                int(origins.argmax()) if len(waits) else None,
                float(credit[template]) / total if total else 0.0,
                at_most(rows.times[waits] - rows.waited[waits], rows.times[waits]),
                bool(total) and template == most,
                float(by.repeats[0][part].mean()),
                repeats / total if total else 0.0,
                usual >= whole * _LEAST and 2 * (float(credit[template]) - repeats) < spent,
            )
        )
    return tuple(made)


def at_most(start: Array, end: Array) -> int:
    """How many of the intervals from *start* to (not including) *end* overlap at most."""
    real = end > start
    if not real.any():
        return 0
    starts, ends = np.sort(start[real]), np.sort(end[real])
    return int((np.arange(1, len(starts) + 1) - np.searchsorted(ends, starts, "right")).max())
