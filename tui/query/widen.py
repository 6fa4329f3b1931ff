"""Widening: from records as they were read to the tables that questions are asked of.

    records, lines -> facts -> (fold, within, between, lives, alive) -> contexts, aspects
    -> (places, implications) -> stream

Adds and never overwrites; the wide table itself is never changed. What is left: ``aspects`` (who is about what, and by
which rule), ``stream`` (the order), ``templates``, ``folds``, ``conflicts``, ``rules``, ``rule_keys``, ``places``,
``scopes``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from tui.query import (
    alive,
    belong,
    canonical,
    contexts,
    doubts,
    exported,
    fold,
    imply,
    lives,
    order,
    side,
    templating,
    within,
)
from tui.query.options import Options
from tui.query.place import Places
from tui.query.rules import Alias, Alive, Between, Constant, Extract, Life, RuleSet, Shift, Within
from tui.query.schema import Schema
from tui.query.store import Store

#: Records that make a key with one value a part of the scenery.
MUCH = 20


def widen(
    store: Store,
    rules: RuleSet,
    places: Places,
    rundirs: dict[str, str],
    options: Options,
    done: Callable[[float], None] = lambda share: None,
) -> None:
    """Build everything above from ``records`` and ``lines``. *rundirs* maps run UUIDs to names of directories; *done*
    is told which share of the work is done."""
    rules = side.learn(store, rules, places)
    schema = Schema.of(store, rules)
    schema = replace(schema, facts=canonical.build(store, schema, rules))
    templating.build(store, schema, rules)
    doubts.judge(store)
    done(0.35)
    exported.settle(store, schema.columns, places)
    belong.settle(store, schema, rules, places)
    scopes = [(place.id, place.scope, place.copy) for place in places.places]
    store.table_of("place_scopes", ("place", "scope", "copy"), scopes, "INTEGER, INTEGER, BOOLEAN")
    fold.fold(store, schema, places)
    for place in places.places[len(scopes) :]:  # those that stand for several
        store.execute("INSERT INTO place_scopes VALUES (?, ?, ?)", (place.id, place.scope, place.copy))
    within.apply(store, schema, rules)
    lives.apply(store, schema, rules, places)
    alive.apply(store, schema, rules, places)
    side.settle(store, schema, rules, places, rundirs)
    store.execute("DROP TABLE place_scopes")
    done(0.45)
    known = contexts.build(store, schema, rules, places, rundirs)
    done(0.6)
    imply.apply(store, schema, known)
    done(0.9)
    order.build(store, schema, options)
    for made in ("hashed", "facts", "lines", "place_keys", "templated"):
        store.execute(f"DROP TABLE {made}")
    _describe(store, schema, rules, places, known)
    done(1.0)


def _describe(store: Store, schema: Schema, rules: RuleSet, places: Places, known: Collection[int]) -> None:
    store.table_of(
        "places",
        ("id", "file", "scope", "label"),
        [(place.id, place.file, place.scope, place.label) for place in places.places],
        "INTEGER, INTEGER, INTEGER, VARCHAR",
    )
    store.table_of(
        "scopes", ("id", "path", "name"), [(s.id, s.path, s.name) for s in places.scopes], "INTEGER, VARCHAR, VARCHAR"
    )
    tops = {h.levels[0][-1] for h in rules.hierarchy[1:] if len(h.levels[0]) == 1}
    one = _one(store, [i for i, name in enumerate(schema.rule_keys) if name in tops and i in known])
    names = [(i, name, i in one) for i, name in enumerate(schema.rule_keys)]
    store.table_of("rule_keys", ("id", "name", "one"), names, "INTEGER, VARCHAR, BOOLEAN")
    kinds = {
        Constant: "path",
        Alias: "alias",
        Extract: "extract",
        Within: "within",
        Between: "between",
        Shift: "shift",
        Alive: "alive",
        Life: "life",
    }
    rows = [(i, kinds.get(type(r), "implies"), r.name) for i, r in enumerate(schema.rules, 1)]
    store.table_of("rules", ("id", "kind", "name"), rows, "INTEGER, VARCHAR, VARCHAR")


def _one(store: Store, keys: Collection[int]) -> set[int]:
    """Those of the rule keys, by number, that have one value in every scope, and that much has: they tell no record
    from another."""
    if not keys:
        return set()
    ends = "".join(f", min(k{i}) AS v{i}, max(k{i}) AS w{i}, sum(n) FILTER (k{i} IS NOT NULL) AS n{i}" for i in keys)
    contexts = "(SELECT ctx, count(*) AS n FROM stream GROUP BY ctx)"
    tests = ", ".join(f"coalesce(bool_and(v{i} = w{i}) AND sum(n{i}) >= {MUCH}, false)" for i in keys)
    found = store.execute(
        f"SELECT {tests} FROM (SELECT scope{ends} FROM aspects JOIN {contexts} USING (ctx) GROUP BY 1)"
    )
    return {i for i, one in zip(keys, found[0], strict=True) if one}
