"""What an index keeps of side tables: the implications that ``side.py`` made of them."""

from __future__ import annotations

from dataclasses import replace

from tui.query.rules import Implies, RuleSet
from tui.query.store import Store

#: Log kinds that are side tables.
KINDS = ("side-table", "parquet")


def extended(store: Store, rules: RuleSet) -> RuleSet:
    """*rules* with the implications that ``side.learn`` kept."""
    unique = {key.name for key in rules.key if key.unique}
    made = tuple(
        Implies(
            name,
            tuple(given),
            tuple(then),
            scope="all" if unique.intersection(given) else "run",
            why="a side table says so",
        )
        for name, given, then in store.execute('SELECT name, given, "then" FROM side_rules ORDER BY file')
        if given and then
    )
    return replace(rules, implies=(*rules.implies, *made)) if made else rules
