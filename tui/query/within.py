"""Keys that hold for a stretch: of a file (``within``), or of time (``between``)."""

from __future__ import annotations

import re

from tui.query.canonical import logger_sql, normal_sql
from tui.query.exported import fresh_sql
from tui.query.rules import Between, RuleSet, Within
from tui.query.schema import Schema, body_sql
from tui.query.store import Store, quote


def apply(store: Store, schema: Schema, rules: RuleSet) -> None:
    """Give the records in ``facts`` the keys that hold where, or when, they stand."""
    for rule in rules.within:
        _within(store, schema, rules, rule)
    for between in rules.between:
        _between(store, schema, rules, between)


def _within(store: Store, schema: Schema, rules: RuleSet, rule: Within) -> None:
    of_logger = logger_sql(schema.columns, rule.logger)
    if of_logger is None:
        return
    guard = f"{of_logger} AND {fresh_sql(schema.columns)}"
    body, form = body_sql(schema.columns), rules.form(rule.key)
    begins: list[str] = []
    arms: list[str] = []
    for pattern in rule.begin:
        matches = f"regexp_matches({body}, {quote(pattern)})"
        value = f"regexp_extract({body}, {quote(pattern)}, {re.compile(pattern).groupindex['value']})"
        begins.append(matches)
        arms.append(f"WHEN {matches} THEN {normal_sql(form, value)}")
    arms += [f"WHEN regexp_matches({body}, {quote(pattern)}) THEN ''" for pattern in rule.end]
    key, number = schema.key(rule.key), schema.number(rule)
    store.execute(
        "CREATE TEMP TABLE spans AS WITH homes AS (SELECT DISTINCT l.place FROM records r "
        f"JOIN lines l ON r.rowid = l.rowid WHERE {guard} AND ({' OR '.join(begins)})), "
        "marks AS (SELECT r.rowid AS record, l.place, l.line, "
        f"CASE WHEN {guard} THEN CASE {' '.join(arms)} END END AS mark "
        "FROM records r JOIN lines l ON r.rowid = l.rowid WHERE l.place IN (SELECT place FROM homes)) "
        "SELECT record, last_value(mark IGNORE NULLS) OVER (PARTITION BY place ORDER BY line, record) AS value "
        "FROM marks"
    )
    store.execute(
        f"UPDATE facts SET k{key} = s.value, o{key} = {number} FROM spans s "
        f"WHERE facts.record = s.record AND s.value <> '' AND facts.k{key} IS NULL"
    )
    store.execute("DROP TABLE spans")


def _between(store: Store, schema: Schema, rules: RuleSet, rule: Between) -> None:
    body = body_sql(schema.columns)
    given, then, number = schema.key(rule.given), schema.key(rule.then), schema.number(rule)
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
