"""Directories that are no run's, but belong to one: logs that a part of a run writes beside the run's own directory.

A rule ``belongs`` names a key whose values are unique in the world. Where records of such a directory have it, and all
of its values are known in the directory of one run only, the files of the first belong to the second's scope.
"""

from __future__ import annotations

from tui.query.place import Places
from tui.query.rules import RuleSet
from tui.query.schema import Schema
from tui.query.store import Store


def settle(store: Store, schema: Schema, rules: RuleSet, places: Places) -> None:
    """Give the places of such directories the scope of their run."""
    names = {rule.name: rule.scope_key for rule in rules.constant if rule.scope_key}
    runs = {place.scope for place in places.places for given in place.keys if given.key == names.get(given.rule)}
    for rule in rules.belongs:
        if not schema.told(rule.key):
            continue
        key = schema.key(rule.key)
        rows = store.execute(f"SELECT DISTINCT place, k{key} FROM facts WHERE k{key} IS NOT NULL")
        known: dict[str, set[int]] = {}
        of_guest: dict[int, set[str]] = {}
        for place, value in rows:
            scope = places.places[place].scope
            if scope in runs:
                known.setdefault(value, set()).add(scope)
            else:
                of_guest.setdefault(scope, set()).add(value)
        for guest, values in of_guest.items():
            homes = [known.get(value, set()) for value in values]
            if all(homes) and len(run := set().union(*homes)) == 1:
                for place in places.places:
                    if place.scope == guest:
                        place.scope = min(run)
