"""Implications, run to a fixpoint over the contexts.

A rule speaks where, inside one scope, all records that agree on its given keys agree on a key it concludes; then
records that have the given keys and lack that one get it. It may carry a fact back in time. Nothing is overwritten; a
fact that the data contradict fills nothing for its group and is a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.query.rules import Implies, RuleSet
from tui.query.schema import Schema
from tui.query.store import Store


@dataclass(frozen=True)
class _Conclusion:
    """One key that one rule concludes."""

    rule: Implies
    number: int
    given: tuple[int, ...]
    has: tuple[int, ...]
    then: int

    def groups(self) -> str:
        """SQL for the groups of records the rule speaks of: scope, given values, least and greatest concluded value.

        What this rule concluded before does not count: in a record about several tasks it would prove itself.
        """
        scope = "" if self.rule.scope == "all" else "scope, "
        keys = "".join(f"k{g}, " for g in self.given)
        needs = [f"k{g} IS NOT NULL" for g in (*self.given, *self.has, self.then)] + [f"o{self.then} <> {self.number}"]
        select = (
            f"SELECT {scope}{keys}min(k{self.then}) AS v, max(k{self.then}) AS w, any_value(ctx) AS via "
            f"FROM aspects WHERE {' AND '.join(needs)}"
        )
        by = (scope + keys).rstrip(", ")
        return f"{select} GROUP BY {by}" if by else f"{select} HAVING count(*) > 0"

    def fill(self, store: Store) -> int:
        """Fill what the rule concludes; returns how many aspects got a value."""
        same = [f"a.k{g} = f.k{g}" for g in self.given]
        if self.rule.scope != "all":
            same.append("a.scope = f.scope")
        same += [f"a.k{h} IS NOT NULL" for h in self.has] + [f"a.k{self.then} IS NULL", "f.v = f.w"]
        rows = store.execute(
            f"UPDATE aspects AS a SET k{self.then} = f.v, o{self.then} = {self.number} "
            f"FROM ({self.groups()}) f WHERE {' AND '.join(same)}"
        )
        return int(rows[0][0])

    def inputs(self) -> set[int]:
        """Keys whose change may let the rule conclude more."""
        return {*self.given, *self.has, self.then}


def apply(store: Store, schema: Schema, rules: RuleSet) -> None:
    """Add what implications conclude to ``aspects``; create ``conflicts``.

    Keys that a file's own name gives come last, where nothing else spoke.
    """
    conclusions = [
        _Conclusion(
            rule,
            schema.number(rule),
            tuple(schema.key(g) for g in rule.given),
            tuple(schema.key(h) for h in rule.has),
            schema.key(then),
        )
        for rule in rules.implies
        for then in rule.then
    ]
    _fixpoint(store, conclusions, set(range(len(schema.rule_keys))))
    _fixpoint(store, conclusions, _fill_from_names(store))
    _conflicts(store, schema, conclusions)
    # Rules worked on a temporary table: nothing of it went through the log of a file.
    store.execute("CREATE TABLE settled AS SELECT * FROM aspects")
    store.execute("DROP TABLE aspects")
    store.execute("ALTER TABLE settled RENAME TO aspects")


def _fixpoint(store: Store, conclusions: list[_Conclusion], changed: set[int]) -> None:
    while changed:
        before, changed = changed, set()
        for conclusion in conclusions:
            if conclusion.inputs() & (before | changed) and conclusion.fill(store):
                changed.add(conclusion.then)


def _fill_from_names(store: Store) -> set[int]:
    """Give aspects the keys that their files' own names say; returns the keys that were filled."""
    filled: set[int] = set()
    for (key,) in store.execute("SELECT DISTINCT key FROM place_keys WHERE by_name ORDER BY key"):
        rows = store.execute(
            f"UPDATE aspects AS a SET k{key} = p.value, o{key} = p.rule FROM place_keys p "
            f"WHERE p.key = {key} AND p.by_name AND a.place = p.place AND a.k{key} IS NULL"
        )
        if rows[0][0]:
            filled.add(key)
    return filled


def _conflicts(store: Store, schema: Schema, conclusions: list[_Conclusion]) -> None:
    store.execute(
        "CREATE TABLE conflicts (rule USMALLINT, scope INTEGER, given VARCHAR, key VARCHAR, "
        '"values" VARCHAR[], contexts INTEGER[])'
    )
    for each in conclusions:
        if each.rule.quiet:
            continue
        scope = "NULL" if each.rule.scope == "all" else "scope"
        pairs = " || ' ' || ".join(f"'{schema.rule_keys[g]}=' || k{g}" for g in each.given) or "''"
        needs = [f"k{g} IS NOT NULL" for g in (*each.given, *each.has, each.then)] + [f"o{each.then} <> {each.number}"]
        store.execute(
            f"INSERT INTO conflicts SELECT {each.number}, {scope}, {pairs}, '{schema.rule_keys[each.then]}', "
            f"list_sort(list(DISTINCT k{each.then})), list(DISTINCT ctx)[1:10] FROM aspects "
            f"WHERE {' AND '.join(needs)} GROUP BY ALL HAVING min(k{each.then}) <> max(k{each.then})"
        )
