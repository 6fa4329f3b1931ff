"""The records of all entities of one kind as steps, in arrays: which step came when, what it waited for, where the time
went. The numbers behind ``steps.py`` and ``typical.py``.

Steps are records that have a time. Rows of a database retell what logs say: they are steps only of entities of which no
log line with a time tells. Records without a time (what a task printed, say) are steps only of entities that have
nothing else; they have an order, and no times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tui.query.about import about, pairs_among
from tui.query.catalog import Catalog
from tui.query.charts.told import kept, places
from tui.query.flow import MOMENT, SLOW_SHARE
from tui.query.side_rules import KINDS
from tui.records import NO_TIME

Array = np.ndarray[Any, Any]

NONE = -1

#: So many steps after a long stretch are looked at for the one whose wait it was.
_AHEAD = 256


@dataclass(frozen=True, slots=True)
class Ground:
    """Every record about every entity that *keys* name, whatever is selected: entity by entity (*things*, numbers of
    ``about``), in stream order. *by_place* and *by_template* order them entity by entity and then by the place, or the
    template, again in stream order."""

    keys: tuple[str, ...]
    scopes: tuple[int, ...]
    values: tuple[tuple[str, ...], ...]
    records: Array
    things: Array
    times: Array
    places: Array
    templates: Array
    retold: Array
    by_place: Array
    by_template: Array


@dataclass(frozen=True, slots=True)
class Rows:
    """The steps of what is selected, entity by entity in stream order. Times in nanoseconds; positions are positions in
    these arrays, ``NONE`` where there is none.

    *since*: since the first step of the entity. *before*: the position of the step that *waited* counts from: the one
    before in the same source, or for the first in a source the last step anywhere. *credit*: how much of the
    entity's whole this step ends; over an entity they add up to its whole. *first*: positions of the first
    occurrence of every template in every entity, in the order of entities and templates.
    """

    records: Array
    things: Array
    templates: Array
    places: Array
    timed: Array
    times: Array
    since: Array
    before: Array
    waited: Array
    credit: Array
    starts: Array
    first: Array
    by_template: Array


def ground(catalog: Catalog, keys: Sequence[str]) -> Ground:
    """What there is to know of all entities that *keys* name, before anything is selected. Made once."""
    return kept(catalog, ("ground", tuple(keys)), lambda: _ground(catalog, tuple(keys)))


def _ground(catalog: Catalog, keys: tuple[str, ...]) -> Ground:
    pairs = about(catalog, keys, "steps")
    times, place, template = (each[pairs.records] for each in (catalog.clock[0], places(catalog), catalog.template_of))
    whose = (keys, pairs.scopes, pairs.values)
    return arranged(catalog, whose, pairs.records, pairs.things, times, place, template)


def arranged(
    catalog: Catalog,
    whose: tuple[tuple[str, ...], tuple[int, ...], tuple[tuple[str, ...], ...]],
    records: Array,
    things: Array,
    times: Array,
    place: Array,
    template: Array,
) -> Ground:
    """The ground of pairs of *records*, in stream order, and *things*; *whose* are their keys, scopes and values."""
    order = np.argsort(things, kind="stable")
    things, place, template = things[order], place[order], template[order]
    retells = np.zeros(int(place.max(initial=0)) + 1, bool)
    retells[[number for number in databases(catalog) if number < len(retells)]] = True
    by_place, by_template = _grouped(things, place), _grouped(things, template)
    return Ground(*whose, records[order], things, times[order], place, template, retells[place], by_place, by_template)


def databases(catalog: Catalog) -> list[int]:
    """The numbers of places that retell what logs say: databases, and what was exported of them."""
    found = catalog.reader("steps").rows("SELECT id, file, label FROM places")
    made = []
    for place, file, label in found:
        known = catalog.files.get(file)
        if known is None:
            continue
        exported = known["source"] in ("wideview-export", *KINDS)
        if label.endswith(".db") if exported else not known["of_lines"]:
            made.append(place)
    return made


def _grouped(things: Array, others: Array) -> Array:
    """The order by *things*, which ascend, then by *others*, else as it is."""
    width = int(others.max(initial=0)) + 1
    return np.argsort(things.astype(np.int64) * width + others, kind="stable").astype(np.int32)


def rows(whole: Ground, ids: Array, count: int) -> Rows:
    """The steps of *whole* among the records *ids* (ascending); there are *count* records in all."""
    mask = np.ones(len(whole.records), bool)
    if len(ids) < count:
        chosen = np.zeros(count, bool)
        chosen[ids] = True
        mask = pairs_among(whole.records, whole.things, chosen)
    mask &= _steps(whole, mask)
    if mask.all():
        by_place, by_template = whole.by_place, whole.by_template
        records, things, times, place, template, retold = (
            whole.records, whole.things, whole.times, whole.places, whole.templates, whole.retold,
        )  # fmt: skip
    else:
        at = np.cumsum(mask, dtype=np.int32) - 1
        by_place, by_template = (at[order[mask[order]]] for order in (whole.by_place, whole.by_template))
        records, things, times, place, template, retold = (
            each[mask]
            for each in (whole.records, whole.things, whole.times, whole.places, whole.templates, whole.retold)
        )
    timed = times != NO_TIME
    if not timed.all():
        times = np.where(timed, times, 0)
    new = np.ones(len(things), bool)
    new[1:] = things[1:] != things[:-1]
    starts = np.flatnonzero(new)
    lengths = np.diff(np.append(starts, len(things)))
    before = np.arange(-1, len(things) - 1, dtype=np.int32)
    before[starts] = NONE
    gap = np.zeros(len(things), np.int64)
    gap[1:] = times[1:] - times[:-1]
    gap[starts] = 0
    same = (things[by_place[1:]] == things[by_place[:-1]]) & (place[by_place[1:]] == place[by_place[:-1]])
    own = np.zeros(len(things), bool)
    own[by_place[1:][same]] = True
    before[by_place[1:][same]] = by_place[:-1][same]
    waited = np.where(before == NONE, 0, times - times[before])
    since = times - np.repeat(times[starts], lengths)
    whole_of = np.repeat(times[starts + lengths - 1] - times[starts], lengths) if len(starts) else times
    credit = _credit(things, times, gap, waited, own, retold, whole_of)
    fresh = np.ones(len(things), bool)
    fresh[1:] = (things[by_template[1:]] != things[by_template[:-1]]) | (
        template[by_template[1:]] != template[by_template[:-1]]
    )
    return Rows(
        records, things, template, place, timed, times, since, before, waited, credit, starts, by_template[fresh],
        by_template,
    )  # fmt: skip


def beyond(whole: Ground, window: tuple[int, int]) -> Array:
    """Whether each entity, by its number, has steps before or after *window*, whatever else is selected."""
    outside = _steps(whole, np.ones(len(whole.records), bool)) & (whole.times != NO_TIME)
    outside &= (whole.times < window[0]) | (whole.times >= window[1])
    found = np.zeros(len(whole.values), bool)
    found[whole.things[outside]] = True
    return found


def _steps(whole: Ground, mask: Array) -> Array:
    """Which of the records that *mask* leaves are steps."""
    timed = whole.times != NO_TIME
    logged: Array = timed & ~whole.retold
    if logged.all():
        return logged
    many = len(whole.values)
    has_log, has_time = (np.bincount(whole.things[mask & each], minlength=many) > 0 for each in (logged, timed))
    of_log, of_time = has_log[whole.things], has_time[whole.things]
    return np.asarray(logged | (timed & ~of_log) | ~of_time)


def _credit(things: Array, times: Array, gap: Array, waited: Array, own: Array, retold: Array, whole: Array) -> Array:
    """How long nothing had happened anywhere in its entity when a step came. A long stretch counts for the step that it
    was the wait of, as in ``flow.measure``: of the log lines that follow at once, the first whose own source waited
    as long."""
    credit: Array = gap.copy()
    at = np.flatnonzero((gap > 0) & (gap >= SLOW_SHARE * whole))
    length, best = gap[at], np.full(len(at), NONE, np.int64)
    final = np.full(len(at), NONE, np.int64)
    look, active = at.copy(), np.arange(len(at))
    for _ in range(_AHEAD):
        if not len(active):
            break
        here = look[active]
        inside = here < len(things)
        inside[inside] = (things[here[inside]] == things[at[active][inside]]) & (
            times[here[inside]] - times[at[active][inside]] <= MOMENT * length[active][inside]
        )
        active, here = active[inside], here[inside]
        fits = ~retold[here] & (waited[here] >= length[active] * (1 - MOMENT))
        done = fits & own[here]
        final[active[done]] = here[done]
        maybe = fits & ~own[here] & (best[active] == NONE)
        best[active[maybe]] = here[maybe]
        active = active[~done]
        look[active] += 1
    ends = np.where(final != NONE, final, np.where(best != NONE, best, at))
    moved = ends != at
    credit[at[moved]] -= length[moved]
    np.add.at(credit, ends[moved], length[moved])
    return credit
