"""Clocks that disagree: where the order of two steps is known and the times say the opposite.

Files of one directory are written on one machine, so they have one clock. For every two directories of a run the steps
of ``sequence`` rules give bounds on how far one clock is ahead of the other; a clock whose steps come before what
caused them is behind by at least that much.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from tui.query import sequences
from tui.query.catalog import Catalog
from tui.query.options import matches
from tui.query.rules import Sequence

#: Nanoseconds by which a step may come too early before that is told: threads write in no strict order.
TOLERANCE = 1_000_000

_UNIT = 100_000
"""A shift that is suggested is a multiple of this many nanoseconds."""


@dataclass(frozen=True, slots=True)
class Example:
    """The step *late*, in the record at *late_at* (``file:line``), stands *by* nanoseconds before the step *early*."""

    late: str
    late_at: str
    early: str
    early_at: str
    by: int


@dataclass(frozen=True, slots=True)
class Offset:
    """A clock that disagrees with the others of its run.

    *shift* are the nanoseconds to add to its times, the least that put every one of *pairs* steps in order; *most* is
    how many could be added without bringing others out of order (None: nothing tells). *wrong* pairs are out of order
    now, such as *example*. *shift* is None when no number puts all in order: some records alone stand at a wrong time,
    or the clock was set.
    """

    scope: int
    directory: str
    shift: int | None
    most: int | None
    pairs: int
    wrong: int
    example: Example
    sources: tuple[str, ...]
    """Patterns for ``--shift`` that name its files and no others."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """Of the steps in *earlier* and the later ones in *later* none is closer than *least* nanoseconds."""

    earlier: str
    later: str
    pairs: int
    wrong: int
    least: int
    example: Example


def offsets(catalog: Catalog) -> list[Offset]:
    """Every clock that disagrees with the others of its run."""
    bounds: dict[int, list[_Bound]] = defaultdict(list)
    for rule in catalog.rules.sequence:
        if sequences.applies(catalog, rule):
            for scope, bound in _bounds(catalog, rule):
                bounds[scope].append(bound)
    return [offset for scope, found in bounds.items() for offset in _blamed(catalog, scope, found)]


def _bounds(catalog: Catalog, rule: Sequence) -> Iterable[tuple[int, _Bound]]:
    marks = sequences.marks_sql(catalog, rule)
    sure = [number for number, step in enumerate(rule.step) if not step.loose and not step.key]
    if not marks or len(sure) < 2:
        return
    keys = ", ".join(f"g{i}" for i in range(len(rule.key)))
    same = " AND ".join(f"a.{key} = b.{key}" for key in ["scope", *keys.split(", ")])
    found = catalog.reader("info").rows(
        f"WITH marks AS ({marks}), homes AS (SELECT id AS file, regexp_extract(name, '^(.*)/', 1) AS home FROM files), "
        f"once AS (SELECT scope, {keys}, step, any_value(time) AS time, any_value(home) AS home, "
        "any_value(file) AS file, any_value(line) AS line FROM marks JOIN homes USING (file) "
        f"WHERE step IN ({', '.join(map(str, sure))}) "
        f"GROUP BY scope, {keys}, step HAVING count(*) = 1 AND any_value(time) IS NOT NULL) "
        f"SELECT a.scope, a.home, b.home, count(*), count(*) FILTER (b.time - a.time < -{TOLERANCE}), "
        "min(b.time - a.time), arg_min({'a': a.file, 'la': a.line, 'sa': a.step, 'b': b.file, 'lb': b.line, "
        "'sb': b.step}, b.time - a.time) "
        f"FROM once a JOIN once b ON {same} AND a.step < b.step AND a.home <> b.home GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    )
    names = {number: str(file["name"]) for number, file in catalog.files.items()}
    for scope, earlier, later, pairs, wrong, least, at in found:
        late, early = rule.step[at["sb"]].name, rule.step[at["sa"]].name
        example = Example(late, f"{names[at['b']]}:{at['lb']}", early, f"{names[at['a']]}:{at['la']}", -least)
        yield scope, _Bound(earlier, later, pairs, wrong, least, example)


def _blamed(catalog: Catalog, scope: int, bounds: list[_Bound]) -> Iterable[Offset]:
    """The clocks to put right, each the one that disagrees with most of those it can be compared with."""
    shifts: dict[str, int | None] = {}

    def gap(bound: _Bound) -> int:
        return bound.least + (shifts.get(bound.later) or 0) - (shifts.get(bound.earlier) or 0)

    while True:
        open_ = [b for b in bounds if shifts.get(b.earlier, 0) is not None and shifts.get(b.later, 0) is not None]
        wrong = [bound for bound in open_ if gap(bound) < -TOLERANCE]
        suspects = {home for bound in wrong for home in (bound.earlier, bound.later)} - shifts.keys()
        if not suspects:
            return
        worst = max(suspects, key=lambda home: _badness(home, open_, wrong))
        after = [bound for bound in open_ if bound.later == worst]
        before = [bound for bound in open_ if bound.earlier == worst]
        low = max((-gap(bound) for bound in after), default=None)
        high = min((gap(bound) for bound in before), default=None)
        shifts[worst] = shift = _between(low, high)
        mine = [bound for bound in wrong if worst in (bound.earlier, bound.later)]
        yield Offset(
            scope,
            worst,
            shift,
            None if shift is None else high if shift > 0 else None if low is None else low,
            sum(bound.pairs for bound in (*after, *before)),
            sum(bound.wrong for bound in mine),
            min(mine, key=gap).example,
            tuple(_patterns(catalog, worst)),
        )


def _badness(home: str, every: list[_Bound], wrong: list[_Bound]) -> tuple[float, int, int, str]:
    """How likely *home* has the clock that is wrong: the share of others that contradict it; then, how few steps are
    told by it, and how deep its directory is."""
    others = {b.later if b.earlier == home else b.earlier for b in every if home in (b.earlier, b.later)}
    against = {b.later if b.earlier == home else b.earlier for b in wrong if home in (b.earlier, b.later)}
    pairs = sum(b.pairs for b in every if home in (b.earlier, b.later))
    return len(against) / len(others), -pairs, home.count("/"), home


def _between(low: int | None, high: int | None) -> int | None:
    """The number nearest to 0 from *low* to *high* (None: no limit), with few digits; None when there is none."""
    if low is not None and low > 0:
        if high is not None and low > high:
            return None
        rounded = math.ceil(low / _UNIT) * _UNIT
        return rounded if high is None or rounded <= high else low
    if high is not None and high < 0:
        if low is not None and low > high:
            return None
        rounded = math.floor(high / _UNIT) * _UNIT
        return rounded if low is None or rounded >= low else high
    return 0


def _patterns(catalog: Catalog, home: str) -> Iterable[str]:
    """The shortest patterns that name the files in the directory *home* and no others."""
    paths = {str(file["name"]): str(file["source"]) for file in catalog.files.values()}
    mine = {path for path in paths if path.rpartition("/")[0] == home}
    if all(path.startswith(home + "/") <= (path in mine) for path in paths):
        yield _tail(home, mine, paths)
        return
    for path in sorted(mine):
        yield _tail(path, {path}, paths)


def _tail(path: str, mine: set[str], paths: dict[str, str]) -> str:
    parts = path.split("/")
    for count in range(1, len(parts) + 1):
        pattern = "/".join(parts[-count:])
        if not any(matches(pattern, other, source) for other, source in paths.items() if other not in mine):
            return pattern
    return path
