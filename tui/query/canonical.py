"""What each record says of the keys that rules know: its own key, an alias of it, or its body.

Fills the table ``facts``: one row a record with place, line, time, level and, for rule key number *i* (if any record
may have it: ``Schema.facts``), its value ``k<i>`` as compared text and ``o<i>``, the number of the rule that gave it
(0: the record's own key). A value that is a list has its parts separated by :data:`SEPARATOR`. ``home`` is the scope of
a record that does not belong to that of its place; NULL until something proves it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tui.query import exported
from tui.query.rules import Alias, Extract, RuleSet
from tui.query.schema import Schema, body_sql
from tui.query.store import Store, quote
from tui.records import LEVEL_RANKS, NO_TIME, TIME_INSIDE
from tui.sources.stamps import SCALES

SEPARATOR = "\x1f"
LEVEL_KEYS = ("wideview.level", "levelname", "level", "severity", "log.level")


def level_sql(columns: dict[str, str]) -> str:
    """SQL for the level's rank of a record in ``r``."""
    present = [f"r.{columns[key]}" for key in LEVEL_KEYS if key in columns]
    if not present:
        return "0"
    arms = " ".join(f"WHEN {quote(name)} THEN {rank}" for name, rank in LEVEL_RANKS.items())
    return f"CASE upper(coalesce({', '.join(present)})) {arms} ELSE 0 END"


def _time_sql(columns: dict[str, str], shifts: bool) -> str:
    """SQL for UTC nanoseconds: what the reader found, else what the engine reads from the record itself; *shifts* says
    that some file's clock is put right."""
    arms: list[str] = []
    if "wideview.time" in columns:
        text = f"rtrim(r.{columns['wideview.time']}, 'Z')"
        arms.append(f"epoch_ns(try_cast({text} AS TIMESTAMP_NS))")
    if "created" in columns:
        created = f"r.{columns['created']}"
        # Plain seconds, that is nearly all, are read this way in a third of the time.
        plain = f"NOT contains(lower({created}), 'x')"
        arms.append(f"CASE WHEN {plain} THEN try_cast({created} || 'e9' AS BIGINT) END")
        arms.append(f"try_cast(try_cast({created} AS DECIMAL(20, 9)) * 1000000000 AS BIGINT)")
        # Too large for seconds, as in stamps.number; then ISO with a zone.
        wide = f"try_cast({created} AS DECIMAL(28, 9))"
        scales = " ".join(f"WHEN abs({wide}) >= {least} THEN {wide} * {scale}" for least, scale in SCALES)
        arms.append(f"try_cast(CASE {scales} END AS BIGINT)")
        zoned = f"regexp_matches({created}, '(Z|[+-][0-9][0-9]:?[0-9][0-9])$')"
        arms.append(f"CASE WHEN {zoned} THEN epoch_us(try_cast({created} AS TIMESTAMPTZ)) * 1000 END")
    inside = f"coalesce({', '.join(arms)})" if arms else "NULL"
    shifted = " + f.shift" if shifts else ""
    return f"(CASE l.time WHEN {TIME_INSIDE} THEN {inside} WHEN {NO_TIME} THEN NULL ELSE l.time END){shifted}"


def normal_sql(form: str, value: str) -> str:
    """SQL that brings *value* into the form it is compared in; empty text and ``None`` are no value."""
    text = f"nullif(nullif({value}, ''), 'None')"
    if form == "integer":
        padded = f"{value} LIKE '0_%' AND regexp_full_match({value}, '[0-9]+')"
        return f"CASE WHEN {padded} THEN coalesce(nullif(ltrim({value}, '0'), ''), '0') ELSE {text} END"
    if form == "bytes":
        inside = f"nullif(substr({value}, 3, length({value}) - 3), '')"
        return f"CASE WHEN {value} LIKE 'b''%''' THEN {inside} ELSE {text} END"
    if form == "angle":
        inside = f"nullif(regexp_extract({value}, '^\\w+<(.+)>$', 1, 's'), '')"
        return f"CASE WHEN {value} LIKE '%<%>' THEN coalesce({inside}, {text}) ELSE {text} END"
    if form == "uuid":
        return f"lower({text})"
    if form == "basename":
        return f"nullif(regexp_extract({text}, '([^/]+)/*$', 1), '')"
    return text


def _list_sql(form: str, value: str) -> str:
    """SQL for a list written as text: the numbers in it, or what stands between its commas."""
    if form == "integer":
        return f"nullif(array_to_string(regexp_extract_all({value}, '[0-9]+'), chr(31)), '')"
    return f"nullif(regexp_replace(trim({value}), ' *, *', chr(31), 'g'), '')"


def logger_sql(columns: dict[str, str], logger: str) -> str | None:
    """SQL that holds for records of *logger*; None when no record can be of it, ``true`` when any can."""
    if not logger:
        return "true"
    if "name" not in columns:
        return None
    column = f"r.{columns['name']}"
    return f"starts_with({column}, {quote(logger[:-1])})" if logger.endswith("*") else f"{column} = {quote(logger)}"


def loggers(store: Store, schema: Schema) -> list[str]:
    """The loggers that there are."""
    if "name" not in schema.columns:
        return [""]
    return [name or "" for (name,) in store.execute(f"SELECT DISTINCT {schema.columns['name']} FROM records")]


def is_of(name: str, logger: str) -> bool:
    """Whether the logger *name* is what a rule calls *logger*; empty is any."""
    return not logger or (name.startswith(logger[:-1]) if logger.endswith("*") else name == logger)


def _extract_sql(schema: Schema, rule: Extract, group: str, known: Collection[str]) -> str | None:
    """SQL for what *rule* finds as *group* in ``body``, as written; None when no record is of its logger: *known* are
    all there are."""
    guard = logger_sql(schema.columns, rule.logger)
    if guard is None or not any(is_of(name, rule.logger) for name in known):
        return None
    starts = " OR ".join(f"starts_with(body, {quote(start)})" for start in rule.starts)
    guards = [
        guard,
        *([f"({starts})"] if starts else []),
        *([f"contains(body, {quote(rule.holds)})"] * bool(rule.holds)),
    ]
    index = re.compile(rule.pattern).groupindex[group]
    return f"CASE WHEN {' AND '.join(guards)} THEN regexp_extract(body, {quote(rule.pattern)}, {index}) END"


def _alias_sql(schema: Schema, rule: Alias, name: str) -> str | None:
    """SQL for what the other name *name* holds, as written."""
    if name not in schema.columns or (rule.with_ and rule.with_ not in schema.columns):
        return None
    value = f"r.{schema.columns[name]}"
    return f"CASE WHEN r.{schema.columns[rule.with_]} IS NOT NULL THEN {value} END" if rule.with_ else value


@dataclass(frozen=True)
class _Candidate:
    """One way to a value of a key: SQL for it as written, the rule's number, whether it is a list."""

    sql: str
    number: int
    listed: bool = False


def build(store: Store, schema: Schema, rules: RuleSet) -> frozenset[int]:
    """Create ``facts``; returns the numbers of the rule keys that it has columns for: no record has any other.

    Columns that only rules about stretches, lives or processes may fill are there, and empty.
    """
    fresh = exported.fresh_sql(schema.columns)
    guard = "%s" if fresh == "true" else f"CASE WHEN {fresh} THEN %s END"
    known = loggers(store, schema)
    candidates = _candidates(schema, rules, known, guard)
    keys = sorted(map(schema.key, _with_later(rules, known, candidates)))
    # Three layers, so that a pattern is run once although its result is looked at several times.
    found: list[str] = []
    normal: list[str] = []
    chosen: list[str] = []
    for i in keys:
        key = schema.rule_keys[i]
        ways = candidates.get(key, ())
        for j, way in enumerate(ways):
            found.append(f"{way.sql} AS w{i}_{j}")
            normal.append(f"{_compared_sql(way, rules.form(key), f'w{i}_{j}')} AS v{i}_{j}")
        chosen += _chosen(i, [way.number for way in ways])
    kept = "record, place, line, time, level"
    shifts = bool(store.execute("SELECT count(*) FROM files WHERE shift <> 0")[0][0])
    files = " JOIN files f ON f.id = l.place" if shifts else ""
    home = "CAST(NULL AS INTEGER) AS home"
    store.execute(
        f"CREATE TEMP TABLE facts AS SELECT {', '.join([kept, home, *chosen])} FROM ("
        f"SELECT {', '.join([kept, *normal])} FROM (SELECT {', '.join([kept, *found])} FROM ("
        f"SELECT r.*, r.rowid AS record, l.place, l.line, {_time_sql(schema.columns, shifts)} AS time, "
        f"CAST({level_sql(schema.columns)} AS UTINYINT) AS level, {body_sql(schema.columns)} AS body "
        f"FROM records r JOIN lines l ON r.rowid = l.rowid{files}) r))"
    )
    return frozenset(keys)


def _candidates(schema: Schema, rules: RuleSet, known: Collection[str], guard: str) -> dict[str, list[_Candidate]]:
    """The ways to a value of each key, best first, for keys that have any; *known* are the loggers that there are, and
    *guard* is put around the SQL of rules."""
    found: dict[str, list[_Candidate]] = {}
    for key in schema.rule_keys:
        if key in schema.columns:
            found[key] = [_Candidate(exported.list_sql(schema.columns, key), 0)]
    for alias in rules.alias:
        for name in alias.of:
            if sql := _alias_sql(schema, alias, name):
                way = _Candidate(guard % sql, schema.number(alias), alias.list)
                found.setdefault(alias.key, []).append(way)
    for extract in rules.extract:
        for group, key in extract.keys.items():
            if sql := _extract_sql(schema, extract, group, known):
                way = _Candidate(guard % sql, schema.number(extract), group in extract.list)
                found.setdefault(key, []).append(way)
    return found


def _compared_sql(way: _Candidate, form: str, written: str) -> str:
    """SQL for the value of the column *written*, which came this *way*, as it is compared."""
    value = _list_sql(form, written) if way.listed else normal_sql(form, written)
    # What a rule finds, few records have: the others are done with at once.
    return f"CASE WHEN {written} IS NOT NULL THEN {value} END" if way.number else value


def _with_later(rules: RuleSet, loggers: Collection[str], told: Collection[str]) -> set[str]:
    """The keys *told*, and those that rules about stretches, lives and processes may give records after that."""
    known = {*told, *(rule.key for rule in rules.within if any(is_of(name, rule.logger) for name in loggers))}
    for between in rules.between:
        known |= {between.then} if between.given in known else set()
    for life in rules.life:
        known |= {life.key} if life.of in known else set()
    for alive in rules.alive:
        known |= set(alive.then) if alive.of in known else set()
    return known


def _chosen(i: int, numbers: Sequence[int]) -> list[str]:
    """SQL for value and origin of key *i*: the first of its candidates that has a value."""
    if not numbers:
        return [f"CAST(NULL AS VARCHAR) AS k{i}", f"CAST(NULL AS USMALLINT) AS o{i}"]
    names = [f"v{i}_{j}" for j in range(len(numbers))]
    arms = " ".join(f"WHEN {name} IS NOT NULL THEN {number}" for name, number in zip(names, numbers, strict=True))
    value = f"coalesce({', '.join(names)})" if len(names) > 1 else names[0]
    return [f"{value} AS k{i}", f"CAST(CASE {arms} END AS USMALLINT) AS o{i}"]
