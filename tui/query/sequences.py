"""What entities go through, step by step: how far each came, and when.

The engine does the work in one pass a rule; Python sees one row for every set of steps that entities have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tui.query.canonical import logger_sql
from tui.query.catalog import Catalog
from tui.query.rules import Sequence, Step
from tui.query.store import quote
from tui.records import LEVEL_RANKS

_FILES = "(SELECT id, source AS log_kind FROM files) f"

#: Entities that are named of those that came equally far.
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Example:
    """An entity: the value of its own key, the last record about a step (file and line), and its time."""

    value: str
    file: int
    line: int
    time: int | None


@dataclass(frozen=True, slots=True)
class Reached:
    """Entities of one *scope* and *group* (the values of all keys but their own) that have the same *steps*: how many
    there are, the earliest of them by their last step, and the earliest time of such a last step."""

    scope: int
    group: tuple[str, ...]
    steps: frozenset[int]
    count: int
    examples: tuple[Example, ...]
    since: int | None


def applies(catalog: Catalog, rule: Sequence) -> bool:
    """Whether any record has the keys of *rule*."""
    return all(_column(catalog, key) in _present(catalog) for key in rule.key)


def reached(catalog: Catalog, rule: Sequence) -> list[Reached]:
    """How far the entities of *rule* came."""
    if not applies(catalog, rule) or not (marks := marks_sql(catalog, rule)):
        return []
    of = logger_sql(catalog.schema.columns, rule.logger)
    if of is None:
        return []
    if of != "true":
        marks = (
            f"SELECT * FROM ({marks}) WHERE scope IN (SELECT DISTINCT a.scope FROM aspects a "
            f"JOIN stream s USING (ctx) JOIN records r ON r.rowid = s.record WHERE {of})"
        )
    group, own = _names(rule)
    found = catalog.reader("lint").rows(
        f"WITH marks AS ({marks}), entities AS (SELECT scope{group}, {own} AS own, bit_or(1 << step) AS steps, "
        "max(moment) AS moment, arg_max({'file': file, 'line': line, 'time': time}, (step, moment)) AS last FROM marks "
        f"GROUP BY scope{group}, {own}) SELECT scope{group}, steps, count(*), "
        f"min_by({{'own': own, 'last': last}}, moment, {EXAMPLES}), min(last.time) FROM entities "
        f"GROUP BY scope{group}, steps ORDER BY scope{group}, steps"
    )
    numbers = range(len(rule.step))
    return [
        Reached(
            scope,
            tuple(rest[: len(rule.key) - 1]),
            frozenset(i for i in numbers if rest[-4] >> i & 1),
            rest[-3],
            tuple(Example(each["own"], *each["last"].values()) for each in rest[-2] or ()),
            rest[-1],
        )
        for scope, *rest in found
    ]


def logged(catalog: Catalog, rule: Sequence) -> list[set[tuple[object, ...]]]:
    """For every step of *rule*, the (scope, values of all keys but the entities' own) where its log is: where records
    of its logger, log kind or key stand, at its level or below. None stands for a value that such records lack."""
    groups = "".join(f", a.{_column(catalog, key)} AS g{i}" for i, key in enumerate(rule.key[:-1]))
    made: dict[tuple[str, str, str, str], set[tuple[object, ...]]] = {}
    for step in rule.step:
        asked = (step.logger, step.source, step.key, step.level)
        if asked not in made:
            of = _of(catalog, step)
            if step.key:
                of = f"{of} AND a.{_column(catalog, step.key)} IS NOT NULL" if of else None
            rank = LEVEL_RANKS.get(step.level.upper(), 0)
            level = f" AND s.level <= {rank}" if rank else ""
            made[asked] = set()
            if of:
                rows = catalog.reader("lint").rows(
                    f"SELECT DISTINCT a.scope{groups} FROM stream s JOIN records r ON r.rowid = s.record "
                    f"JOIN {_FILES} ON f.id = s.file JOIN aspects a ON a.ctx = s.ctx WHERE {of}{level}"
                )
                made[asked] = set(rows)
    return [made[step.logger, step.source, step.key, step.level] for step in rule.step]


def stands(places: Iterable[tuple[object, ...]], scope: int, group: tuple[str, ...]) -> bool:
    """Whether one of *places*, as :func:`logged` has them, is that of *group* in *scope*."""
    return any(
        place[0] == scope and all(have is None or have == want for have, want in zip(place[1:], group, strict=True))
        for place in places
    )


def marks_sql(catalog: Catalog, rule: Sequence) -> str:
    """SQL for the records that are a step: scope, ``g<i>`` (the entity's keys), step, time, moment (never NULL), file,
    line. Empty when no record can be one."""
    keys = [_column(catalog, key) for key in rule.key]
    have = " AND ".join(f"a.{key} IS NOT NULL" for key in keys)
    columns = "a.scope, " + ", ".join(f"a.{key} AS g{i}" for i, key in enumerate(keys))
    record = "s.time, coalesce(s.moment, 0) AS moment, s.file, s.line"
    arms = []
    parts = []
    for number, step in enumerate(rule.step):
        of = _of(catalog, step)
        if of is None:
            continue
        if step.key:
            values = ", ".join(map(quote, step.is_))
            join = "" if of == "true" else f" JOIN records r ON r.rowid = s.record JOIN {_FILES} ON f.id = s.file"
            parts.append(
                f"SELECT {columns}, {number} AS step, {record} FROM aspects a JOIN stream s ON a.ctx = s.ctx{join} "
                f"WHERE {have} AND a.{_column(catalog, step.key)} IN ({values}) AND {of}"
            )
        else:
            arms.append(f"WHEN {of} AND ({' OR '.join(map(_matches, step.pattern))}) THEN {number}")
    if arms:
        parts.append(
            f"SELECT {columns}, s.step, s.time, s.moment, s.file, s.line FROM aspects a JOIN ("
            f"SELECT *, CASE {' '.join(arms)} END AS step FROM (SELECT {record}, s.ctx, s.level, r.*, "
            f"{catalog.body()} AS body FROM stream s JOIN records r ON r.rowid = s.record) r "
            f"JOIN {_FILES} ON f.id = r.file) s ON a.ctx = s.ctx "
            f"WHERE s.step IS NOT NULL AND {have}"
        )
    return " UNION ALL ".join(parts)


def _column(catalog: Catalog, key: str) -> str:
    return f"k{catalog.schema.key(key)}"


def _present(catalog: Catalog) -> set[str]:
    return {_column(catalog, key) for key in catalog.rule_keys_present}


def _names(rule: Sequence) -> tuple[str, str]:
    """SQL for the columns of the group, each with a leading comma, and for the entity's own."""
    last = len(rule.key) - 1
    return "".join(f", g{i}" for i in range(last)), f"g{last}"


def _of(catalog: Catalog, step: Step) -> str | None:
    """SQL that holds for records of the logger and log kind of *step*; None when there can be none."""
    logger = logger_sql(catalog.schema.columns, step.logger)
    if logger is None:
        return None
    return f"{logger} AND f.log_kind = {quote(step.source)}" if step.source else logger


def _matches(pattern: str) -> str:
    """SQL that holds where ``body`` matches *pattern*; how it must begin is looked at first, which is far cheaper."""
    start = literal_start(pattern)
    matches = f"regexp_matches(body, {quote(pattern)})"
    return f"(starts_with(body, {quote(start)}) AND {matches})" if start else matches


def literal_start(pattern: str) -> str:
    """The text that whatever matches *pattern* begins with; empty when there is none, or it is not plain."""
    if not pattern.startswith("^") or _alternatives(pattern):
        return ""
    end = next((i for i, char in enumerate(pattern[1:], 1) if char in ".^$*+?{}[]\\|()"), len(pattern))
    if end < len(pattern) and pattern[end] in "*+?{":
        end -= 1  # what is repeated may be missing
    return pattern[1:end]


def _alternatives(pattern: str) -> bool:
    """Whether a bar may stand outside of all brackets."""
    depth = 0
    for i, char in enumerate(pattern):
        if i and pattern[i - 1] == "\\":
            continue
        depth += (char == "(") - (char == ")")
        if char == "|" and depth <= 0:
            return True
    return False
