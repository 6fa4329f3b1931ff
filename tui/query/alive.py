"""Records of another log about a process of a run, such as the kernel's about one that it killed.

Such a record names a process by its number, which is anybody's in the course of time. It belongs to the run in which
that process was alive at the record's time, if that is exactly one; else nothing is claimed. Without a time (seconds
since a boot that nobody named) nothing is claimed either.
"""

from __future__ import annotations

from dataclasses import dataclass

from tui.query.place import Place, Places
from tui.query.rules import Alive, RuleSet, normal
from tui.query.schema import Schema
from tui.query.store import Store
from tui.times import SECOND

#: How long a process may write nothing and still live, in nanoseconds. One that computes is silent, and one that is
#: killed never says so; but few jobs are given more than a day, and the numbers of processes come round again.
SILENT = 24 * 3600 * SECOND

#: How long after the last word of its whole run a process may still live: it is what all others wait for, or the last.
AFTER = 600 * SECOND


@dataclass(frozen=True, slots=True)
class _Life:
    """A process as one place tells of it: the first and last time it wrote, the last time anybody in its run did, and
    what the place says, one value a key of the rule."""

    scope: int
    born: int
    last: int
    ended: int
    says: tuple[str | None, ...]

    def at(self, time: int) -> bool:
        """Whether it was alive."""
        return self.born <= time <= max(self.last, min(self.last + SILENT, self.ended + AFTER))


def apply(store: Store, schema: Schema, rules: RuleSet, places: Places) -> None:
    """Give the records in ``facts`` that are about a process of a run a place in that run, and what it is there.

    Needs ``place_scopes`` and ``folds``; only runs (directories that a rule knows) have processes.
    """
    for rule in rules.alive:
        if not schema.told(rule.key, rule.of):
            continue
        key, of = schema.key(rule.key), schema.key(rule.of)
        about = store.execute(
            f"SELECT record, place, time, k{of} FROM facts WHERE k{of} IS NOT NULL AND time IS NOT NULL ORDER BY record"
        )
        if about:
            lives = _lives(store, rules, rule, places, key, of)
            _settle(store, schema, rule, places, about, lives)


def _lives(store: Store, rules: RuleSet, rule: Alive, places: Places, key: int, of: int) -> dict[str, list[_Life]]:
    """What is known of the processes that records are about, by their numbers."""
    says = {place.id: _says(rules, rule, place) for place in places.places}
    runs = {scope.id for scope in places.scopes if scope.known}
    rows = store.execute(
        f"SELECT k{key}, coalesce(f.home, p.scope), place, min(f.time), max(f.time) "
        "FROM facts f JOIN place_scopes p USING (place) JOIN lines l ON l.rowid = f.record "
        "JOIN files x ON x.id = l.place "
        f"WHERE k{key} IN (SELECT k{of} FROM facts WHERE k{of} IS NOT NULL) AND k{of} IS NULL AND f.time IS NOT NULL "
        # Rows of a database stand in no run's directory, and tell what the run's own logs do.
        "AND x.of_lines AND record NOT IN (SELECT record FROM folds) GROUP BY ALL"
    )
    ended: dict[int, int] = dict(
        store.execute(
            "SELECT coalesce(home, scope), max(time) FROM facts JOIN place_scopes USING (place) "
            f"WHERE k{of} IS NULL GROUP BY 1"
        )
        if rows
        else ()
    )
    spans: dict[tuple[str, int, tuple[str | None, ...]], tuple[int, int]] = {}
    for process, scope, place, born, last in rows:
        if scope in runs:
            life = (process, scope, says[place])
            known = spans.get(life, (born, last))
            spans[life] = (min(born, known[0]), max(last, known[1]))
    lives: dict[str, list[_Life]] = {}
    for (process, scope, said), (born, last) in spans.items():
        lives.setdefault(process, []).append(_Life(scope, born, last, ended[scope], said))
    return lives


def _says(rules: RuleSet, rule: Alive, place: Place) -> tuple[str | None, ...]:
    given = {each.key: normal(rules.form(each.key), each.value) for each in place.keys}
    return tuple(given.get(key) for key in rule.then)


def _settle(
    store: Store,
    schema: Schema,
    rule: Alive,
    places: Places,
    about: list[tuple[int, int, int, str]],
    lives: dict[str, list[_Life]],
) -> None:
    rows: list[tuple[object, ...]] = []
    stands: dict[tuple[int, int], int] = {}
    for record, place, time, process in about:
        alive = [life for life in lives.get(process, ()) if life.at(time)]
        scopes = {life.scope for life in alive}
        if len(scopes) != 1:
            continue
        (scope,) = scopes
        if (place, scope) not in stands:
            stands[place, scope] = _stand_in(places, place, scope)
        said = [set(values) - {None} for values in zip(*(life.says for life in alive), strict=True)]
        rows.append((record, stands[place, scope], *(values.pop() if len(values) == 1 else None for values in said)))
    if not rows:
        return
    keys = [schema.key(name) for name in rule.then]
    names = ("record", "place", *(f"v{key}" for key in keys))
    store.table_of("alive", names, rows, ", ".join(["INTEGER", "INTEGER", *["VARCHAR"] * len(keys)]))
    sets = [
        f"k{key} = coalesce(facts.k{key}, a.v{key}), o{key} = CASE WHEN facts.k{key} IS NULL AND a.v{key} IS NOT NULL "
        f"THEN {schema.number(rule)} ELSE o{key} END"
        for key in keys
    ]
    changed = ", ".join(("place = a.place", "home = NULL", *sets))
    store.execute(f"UPDATE facts SET {changed} FROM alive a WHERE facts.record = a.record")
    store.execute("DROP TABLE alive")


def _stand_in(places: Places, home: int, scope: int) -> int:
    """A place in *scope* for records in the file of *home*; what that file's directory says is not about them."""
    first = places.places[home]
    place = Place(len(places.places), first.file, scope, first.label)
    places.places.append(place)
    return place.id
