"""The tables of ``steps.py``: the variants with their names, and the steps of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tui.query import step_names
from tui.query.catalog import Catalog
from tui.query.step_rows import NONE, Rows

if TYPE_CHECKING:
    from tui.query.steps import Steps, TypicalStep, Variant

Array = np.ndarray[Any, Any]


def variants(catalog: Catalog, found: Steps, sets: list[Array]) -> tuple[Variant, ...]:
    """All variants of *found*, whose templates are *sets*."""
    from tui.query.steps import Variant

    told = step_names.states(catalog, found.keys)
    common: dict[int, int] = {}
    counts = [len(found.things(number)) for number in range(1, len(sets) + 1)]
    for templates, count in zip(sets, counts, strict=True):
        for template in templates.tolist():
            common[template] = common.get(template, 0) + count
    usual: frozenset[str] | None = None
    first_of: dict[str, int] = {}
    made = []
    for number, (templates, count) in enumerate(zip(sets, counts, strict=True), 1):
        have = frozenset(templates.tolist())
        order = found.order(number)
        reached = tuple(dict.fromkeys(told[template] for template in order if template in told))
        usual = frozenset(reached) if usual is None else usual
        name = step_names.named(reached, usual) or (catalog.templates[order[-1]] if order else "")
        like = first_of.setdefault(name, number)
        base = frozenset(sets[like - 1].tolist())
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


def ordered(rows: Rows, chosen: Array) -> list[tuple[int, Array]]:
    """The templates of the *chosen* rows with the positions of their first occurrences, in the order of the median time
    since the first step; those without times stand last, in the order in which they are logged."""
    first = rows.first[chosen[rows.first]]
    templates = rows.templates[first]
    order = np.argsort(templates, kind="stable")
    parts = np.split(first[order], np.flatnonzero(np.diff(templates[order])) + 1) if len(first) else []
    ranks = np.arange(len(rows.things)) - np.repeat(rows.starts, np.diff(np.append(rows.starts, len(rows.things))))

    def when(part: Array) -> tuple[bool, float, float]:
        timed = part[rows.timed[part]]
        since = float(np.median(rows.since[timed])) if len(timed) else 0.0
        return not len(timed), since, float(ranks[part].mean())

    return [(int(rows.templates[part[0]]), part) for part in sorted(parts, key=when)]


def table(catalog: Catalog, rows: Rows, chosen: Array, whole: Array) -> tuple[TypicalStep, ...]:
    """The steps of the entities of the *chosen* rows, whose wholes are *whole*."""
    from tui.query.steps import TypicalStep, spread

    parts = ordered(rows, chosen)
    total = float(whole.sum())
    credit = np.bincount(rows.templates[chosen], weights=rows.credit[chosen], minlength=len(catalog.templates))
    most = max((template for template, _ in parts), key=lambda template: credit[template], default=NONE)
    codes, names = step_names.roles(catalog)
    made = []
    for position, (template, part) in enumerate(parts):
        timed = part[rows.timed[part]]
        waits = timed[rows.before[timed] != NONE]
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
