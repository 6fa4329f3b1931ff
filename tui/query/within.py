"""Keys that hold for a stretch: of a file (``within``), or of time (``between``)."""

from __future__ import annotations

import re

from tui.query.canonical import is_of, logger_sql, loggers, normal_sql
from tui.query.exported import fresh_sql
from tui.query.rules import Between, RuleSet, Within
from tui.query.schema import Schema, body_sql
from tui.query.store import Store, quote


def apply(store: Store, schema: Schema, rules: RuleSet) -> None:
    """Give the records in ``facts`` the keys that hold where, or when, they stand."""
    known = loggers(store, schema)
    for rule in rules.within:
        if any(is_of(name, rule.logger) for name in known):
            _within(store, schema, rules, rule)
    for between in rules.between:
        _between(store, schema, rules, between)


def _within(store: Store, schema: Schema, rules: RuleSet, rule: Within) -> None:
    of_logger = logger_sql(schema.columns, rule.logger)
    if of_logger is None or not set(rule.by) <= set(schema.columns):
        return
    by = [f"r.{schema.columns[key]}" for key in rule.by]
    known = "".join(f" AND {column} IS NOT NULL" for column in by)
    guard = f"{of_logger} AND {fresh_sql(schema.columns)}{known}"
    body, form = body_sql(schema.columns), rules.form(rule.key)
    begins = [f"regexp_matches({body}, {quote(pattern)})" for pattern in rule.begin]
    ends = [f"regexp_matches({body}, {quote(pattern)})" for pattern in rule.end]
    values = [normal_sql(form, _group(body, pattern, "value")) for pattern in rule.begin]
    arms = [f"WHEN {match} THEN {value}" for match, value in zip(begins, values, strict=True)]
    arms += [f"WHEN {match} THEN ''" for match in ends]
    same = [
        f"WHEN {match} THEN {_group(body, pattern, 'same')}"
        for match, pattern in zip((*begins, *ends), (*rule.begin, *rule.end), strict=True)
    ]
    key, number = schema.key(rule.key), schema.number(rule)
    writer = "".join(f", {column} AS by{i}" for i, column in enumerate(by))
    one = f"PARTITION BY place{''.join(f', by{i}' for i in range(len(by)))}"
    store.execute(
        "CREATE TEMP TABLE marks AS WITH homes AS (SELECT DISTINCT l.place FROM records r "
        f"JOIN lines l ON r.rowid = l.rowid WHERE {guard} AND ({' OR '.join(begins)})) "
        f"SELECT r.rowid AS record, l.place, l.line{writer}, CASE WHEN {guard} THEN CASE {' '.join(arms)} END END "
        f"AS mark, {f'CASE {chr(32).join(same)} END' if rule.next else 'NULL'} AS same "
        f"FROM records r JOIN lines l ON r.rowid = l.rowid WHERE l.place IN (SELECT place FROM homes){known}"
    )
    spans = _next_sql(one) if rule.next else _alone_sql(one) if by else _latest_sql(one)
    lacking = "".join(f" AND {schema.fact(lack)} IS NULL" for lack in rule.lacks)
    store.execute(
        f"UPDATE facts SET k{key} = s.value, o{key} = {number} FROM ({spans}) s "
        f"WHERE facts.record = s.record AND s.value <> '' AND facts.k{key} IS NULL{lacking}"
    )
    store.execute("DROP TABLE marks")


def _group(body: str, pattern: str, name: str) -> str:
    """SQL for what *pattern* finds in *body* as its group *name*; empty when it has none of that name."""
    group = re.compile(pattern).groupindex.get(name)
    return f"regexp_extract({body}, {quote(pattern)}, {group})" if group else "''"


def _latest_sql(one: str) -> str:
    """SQL for what the last mark before each record says; *one*: the window over the records of one writer."""
    return f"SELECT record, last_value(mark IGNORE NULLS) OVER ({one} ORDER BY line, record) AS value FROM marks"


def _next_sql(one: str) -> str:
    """SQL for records that end what the record right before them begins."""
    before = f"OVER ({one} ORDER BY line, record)"
    return (
        "SELECT record, CASE WHEN mark = '' AND same = old THEN begun END AS value FROM (SELECT record, mark, same, "
        f"lag(mark) {before} AS begun, lag(same) {before} AS old FROM marks)"
    )


def _alone_sql(one: str) -> str:
    """SQL for what the last mark before each record says, the end included, unless two stretches overlap."""
    so_far = f"OVER ({one} ORDER BY line, record"
    before = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    began, ended = "count(*) FILTER (mark <> '')", "count(*) FILTER (mark = '')"
    # A stretch is done when as many have ended as have begun; what comes then is of the next block.
    counted = f"SELECT *, {began} {so_far}) - {ended} {so_far}) AS open FROM marks"
    blocks = f"SELECT *, count(*) FILTER (mark = '' AND open <= 0) {so_far} {before} AS block FROM ({counted})"
    told = f"last_value(nullif(mark, '') IGNORE NULLS) OVER ({one}, block ORDER BY line, record)"
    return f"SELECT record, CASE WHEN max(open) OVER ({one}, block) = 1 THEN {told} END AS value FROM ({blocks})"


def _between(store: Store, schema: Schema, rules: RuleSet, rule: Between) -> None:
    body = body_sql(schema.columns)
    given, then, number = schema.key(rule.given), schema.key(rule.then), schema.number(rule)
    if not schema.told(rule.given) or not store.execute(f"SELECT EXISTS (FROM facts WHERE k{given} IS NOT NULL)")[0][0]:
        return  # patterns over all bodies are dear
    begin, end = re.compile(rule.begin).groupindex, re.compile(rule.end).groupindex

    def part(pattern: str, group: int, key: str) -> str:
        return normal_sql(rules.form(key), f"regexp_extract({body}, {quote(pattern)}, {group})")

    joined = (
        "FROM facts f JOIN place_scopes p USING (place) "
        f"JOIN records r ON r.rowid = f.record AND {fresh_sql(schema.columns)}"
    )
    events = (
        f"SELECT p.scope, f.time, {part(rule.begin, begin['given'], rule.given)} AS given, "
        f"{part(rule.begin, begin['value'], rule.then)} AS value {joined} "
        f"WHERE regexp_matches({body}, {quote(rule.begin)}) UNION ALL "
        f"SELECT p.scope, f.time, {part(rule.end, end['given'], rule.given)}, '' "
        f"{joined} WHERE regexp_matches({body}, {quote(rule.end)})"
    )
    store.execute(
        "CREATE TEMP TABLE spans AS SELECT f.record, e.value "
        f"FROM (SELECT f.*, p.scope {joined}) f "
        f"ASOF JOIN ({events}) e ON f.scope = e.scope AND f.k{given} = e.given AND f.time >= e.time "
        f"WHERE f.k{then} IS NULL AND e.value <> ''"
    )
    store.execute(f"UPDATE facts SET k{then} = s.value, o{then} = {number} FROM spans s WHERE facts.record = s.record")
    store.execute("DROP TABLE spans")
