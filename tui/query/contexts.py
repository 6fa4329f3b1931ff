"""Contexts: the distinct combinations of what records say of rule keys, in their scopes.

A run of a million records has a hundred times fewer contexts than columns times rows, so rules work on them. Every
record has one context (``hashed.ctx``, named by the first record that has it); the table ``aspects`` holds one row a
context (``part`` 0) and, where a value is a list, one row a part of it, numbered from 1: a record about tasks 1 and 2
has two aspects. Columns ``k<i>`` and ``o<i>`` are as in ``facts``.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection

from tui.query.place import Places
from tui.query.rules import RuleSet, normal
from tui.query.schema import Schema
from tui.query.store import Store


def build(store: Store, schema: Schema, rules: RuleSet, places: Places, rundirs: dict[str, str]) -> frozenset[int]:
    """Create ``aspects`` (ctx, place, scope, ...) and ``hashed`` (record, place, line, time, level, ctx).

    Rule keys that no record can have are left out of ``aspects``; the numbers of the others are returned.
    """
    _place_keys(store, schema, rules, places)
    numbers = _known(store, schema, rules)
    columns = [f"{letter}{i}" for i in numbers for letter in "ko"]
    keys = ", ".join(f"hash({letter}{i})" for i in numbers if i in schema.facts for letter in "ko")
    # Hash of hashes: hash() of NULL and of a value differ, and their order counts.
    store.execute(
        "CREATE TEMP TABLE digests AS SELECT record, place, line, time, level, "
        f"hash({', '.join(filter(None, ['place', 'home', keys]))}) AS digest FROM facts"
    )
    store.execute("CREATE TEMP TABLE firsts AS SELECT digest, min(record)::INTEGER AS ctx FROM digests GROUP BY digest")
    store.execute(
        "CREATE TEMP TABLE hashed AS SELECT record, place, line, time, level, ctx "
        "FROM digests JOIN firsts USING (digest)"
    )
    said = "".join(
        f", k{i}, o{i}" if i in schema.facts else f", CAST(NULL AS VARCHAR) AS k{i}, CAST(NULL AS USMALLINT) AS o{i}"
        for i in numbers
    )
    store.execute(f"CREATE TEMP TABLE contexts AS SELECT ctx, place, home{said} FROM facts JOIN firsts ON record = ctx")
    store.execute("DROP TABLE digests")
    store.execute("DROP TABLE firsts")
    _assign_scopes(store, schema, numbers, places, rundirs)
    listed = " OR ".join(f"contains(k{i}, chr(31))" for i in numbers) or "false"
    parts = ", ".join(f"string_split(k{i}, chr(31)) AS l{i}" for i in numbers)
    longest = f"list_max([{', '.join(f'len(l{i})' for i in numbers)}])"
    each = ", ".join(f"CASE WHEN len(l{i}) > 1 THEN nullif(l{i}[n], '') ELSE k{i} END AS k{i}, o{i}" for i in numbers)
    # A directory's keys are there from the start; those of a file's own name come last of all.
    given = {key for (key,) in store.execute("SELECT DISTINCT key FROM place_keys WHERE NOT by_name")}
    wide = "".join(
        f", any_value(value) FILTER (key = {i}) AS pk{i}, any_value(rule) FILTER (key = {i}) AS po{i}" for i in given
    )
    filled = ", ".join(
        f"coalesce(k{i}, pk{i}) AS k{i}, CASE WHEN k{i} IS NULL THEN po{i} ELSE o{i} END AS o{i}"
        if i in given
        else f"k{i}, o{i}"
        for i in numbers
    )
    store.execute(
        f"CREATE TEMP TABLE aspects AS SELECT ctx, part, place, scope, {filled} FROM ("
        f"SELECT ctx, 0 AS part, place, scope, {', '.join(columns)} FROM contexts JOIN context_scopes USING (ctx) "
        f"WHERE NOT coalesce({listed}, false) UNION ALL "
        f"SELECT ctx, n AS part, place, scope, {each} FROM (SELECT *, unnest(range(1, {longest} + 1)) AS n FROM ("
        f"SELECT *, {parts} FROM contexts JOIN context_scopes USING (ctx) WHERE coalesce({listed}, false)))) "
        f"LEFT JOIN (SELECT place{wide} FROM place_keys WHERE NOT by_name GROUP BY place) USING (place)"
    )
    store.execute("DROP TABLE contexts")
    store.execute("DROP TABLE context_scopes")
    return frozenset(numbers)


def _known(store: Store, schema: Schema, rules: RuleSet) -> list[int]:
    """The numbers of the rule keys that some record has, or may be given."""
    keys = sorted(schema.facts)
    counts = store.execute(f"SELECT {', '.join(f'count(k{i})' for i in keys)} FROM facts")[0] if keys else ()
    known = {i for i, count in zip(keys, counts, strict=True) if count}
    known |= {key for (key,) in store.execute("SELECT DISTINCT key FROM place_keys")}
    return sorted(known | {schema.key(rule.key) for rule in rules.shift})


def _place_keys(store: Store, schema: Schema, rules: RuleSet, places: Places) -> None:
    """Create ``place_keys`` (place, key, value, rule, by_name)."""
    numbers = {rule.name: number for number, rule in enumerate(schema.rules, 1)}
    rows = [
        (
            place.id,
            schema.key(given.key),
            normal(rules.form(given.key), given.value),
            numbers[given.rule],
            given.by_name,
        )
        for place in places.places
        for given in place.keys
        if given.key in schema.rule_keys
    ]
    types = "INTEGER, INTEGER, VARCHAR, USMALLINT, BOOLEAN"
    store.table_of("place_keys", ("place", "key", "value", "rule", "by_name"), rows, types)


def _assign_scopes(
    store: Store, schema: Schema, numbers: Collection[int], places: Places, rundirs: dict[str, str]
) -> None:
    """Create ``context_scopes``: a record that names its run belongs to that run's scope, wherever it was found."""
    named = "parsl.dfk" in schema.rule_keys and schema.key("parsl.dfk") in numbers
    dfk = f"k{schema.key('parsl.dfk')}" if named else "CAST(NULL AS VARCHAR)"
    pairs = store.execute(f"SELECT DISTINCT place, {dfk} FROM contexts")
    per_place = Counter(place for place, run in pairs if run)
    claims: dict[str, set[int]] = {}
    for place, run in pairs:
        scope = places.scopes[places.places[place].scope]
        if run and scope.known and per_place[place] == 1:
            claims.setdefault(run, set()).add(scope.id)
    claimed = {scope for scopes in claims.values() for scope in scopes}
    rows: list[tuple[int, str | None, int]] = []
    for place, run in sorted(pairs, key=lambda pair: (pair[0], pair[1] or "")):
        home = places.places[place].scope
        if run and run not in claims:
            claims[run] = {_scope_of_run(places, home, run, rundirs.get(run), claimed)}
        if run and home not in claims[run]:
            path = places.scopes[home].path
            home = max(claims[run], key=lambda s: (len(os.path.commonpath([places.scopes[s].path, path])), -s))
        rows.append((place, run, home))
    store.table_of("scope_of", ("place", "run", "scope"), rows, "INTEGER, VARCHAR, INTEGER")
    store.execute(
        f"CREATE TEMP TABLE context_scopes AS SELECT c.ctx, coalesce(c.home, s.scope) AS scope "
        f"FROM contexts c JOIN scope_of s "
        f"ON c.place = s.place AND c.{dfk} IS NOT DISTINCT FROM s.run"
        if dfk.startswith("k")
        else "CREATE TEMP TABLE context_scopes AS SELECT c.ctx, coalesce(c.home, s.scope) AS scope "
        "FROM contexts c JOIN scope_of s USING (place)"
    )
    store.execute("DROP TABLE scope_of")


def _scope_of_run(places: Places, home: int, run: str, rundir: str | None, claimed: set[int]) -> int:
    """The scope of a run that no directory's own logs name: its directory beside the database, else one made up."""
    base = places.scopes[home]
    if base.known and base.id not in claimed:
        return base.id
    path = f"{base.path}/{rundir or run}"
    for scope in places.scopes:
        if scope.path == path and scope.known and scope.id not in claimed:
            claimed.add(scope.id)
            return scope.id
    while any(scope.path == path for scope in places.scopes):
        path += f" {run}"
    scope = places.scope(path, known=True)
    scope.name = rundir or run
    claimed.add(scope.id)
    return scope.id
