"""Side tables: what is known of tasks (or of anything) beside the logs joins the records about them.

A table lies anywhere. Its rows belong to the run that they name (``parsl.dfk``, ``parsl.rundir``), else to the run in
whose directory it lies, else to the only run that knows what they speak of; where several do, nothing is guessed. Its
other columns then become keys of every record about the same thing: the table is an implication, kept in the index.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tui.query.place import Places
from tui.query.rules import Implies, RuleSet
from tui.query.schema import BODY_KEYS, Schema
from tui.query.store import Store
from tui.sources.usual import LEVEL_KEYS, TIME_KEYS

#: Log kinds that are side tables.
KINDS = ("side-table", "parquet")

#: Columns of a table that become known on other records.
MOST = 30

_RUN = ("parsl.dfk", "parsl.rundir")
_PLAIN = frozenset((*TIME_KEYS, *LEVEL_KEYS, *BODY_KEYS, *_RUN))


def learn(store: Store, rules: RuleSet) -> RuleSet:
    """Make an implication of every side table in ``records`` and keep it in the table ``side_rules``; returns *rules*
    with them."""
    columns = {name: col for name, col in store.execute("SELECT name, col FROM keys ORDER BY id")}
    found: list[tuple[str, list[str], list[str]]] = []
    listed = ", ".join(f"'{kind}'" for kind in KINDS)
    for file, name in store.execute(f"SELECT id, name FROM files WHERE source IN ({listed}) ORDER BY id"):
        counts = ", ".join(f"count(r.{col})" for col in columns.values())
        row = store.execute(f"SELECT {counts} FROM records r JOIN lines l ON r.rowid = l.rowid WHERE l.place = {file}")
        present = [key for key, count in zip(columns, row[0], strict=True) if count]
        given = _given(store, rules, columns, file, present)
        then = [key for key in map(rules.aliases, present) if key not in given and key not in _PLAIN]
        then = [key for key in dict.fromkeys(then) if not key.startswith("wideview.")][:MOST]
        if given and then:
            found.append((f"columns of {name.rpartition('/')[2]}", list(given), then))
    store.table_of("side_rules", ("name", "given", "then"), found, "VARCHAR, VARCHAR[], VARCHAR[]")
    store.table_of("side_notices", ("notice",), [], "VARCHAR")
    return extended(store, rules)


def extended(store: Store, rules: RuleSet) -> RuleSet:
    """*rules* with the implications that :func:`learn` kept."""
    rows = store.execute('SELECT name, given, "then" FROM side_rules')
    made = tuple(Implies(name, tuple(given), tuple(then), why="a side table says so") for name, given, then in rows)
    return replace(rules, implies=(*rules.implies, *made)) if made else rules


def _given(store: Store, rules: RuleSet, columns: dict[str, str], file: int, present: Iterable[str]) -> tuple[str, ...]:
    """The keys of the entities that the rows of *file* speak of: of the levels whose keys it has, the one that tells
    most rows from each other, with the fewest keys. Empty when it has none."""
    named = {rules.aliases(key): columns[key] for key in present}
    levels = dict.fromkeys(level for hierarchy in rules.hierarchy for level in hierarchy.levels)
    fitting = [level for level in levels if all(key in named for key in level)]
    if not fitting:
        return ()
    run = [named[key] for key in _RUN if key in named]
    counts = ", ".join(
        f"count(DISTINCT ({', '.join(f'r.{column}' for column in [*run, *(named[key] for key in level)])}, 0))"
        for level in fitting
    )
    row = store.execute(f"SELECT {counts} FROM records r JOIN lines l ON r.rowid = l.rowid WHERE l.place = {file}")[0]
    best = max(zip(row, fitting, strict=True), key=lambda pair: (pair[0], -len(pair[1])))
    return best[1]


def settle(store: Store, schema: Schema, rules: RuleSet, places: Places) -> None:
    """Set ``facts.home`` of rows that lie in no run's directory; needs ``place_scopes``."""
    listed = ", ".join(f"'{kind}'" for kind in KINDS)
    tables = dict(store.execute(f"SELECT id, name FROM files WHERE source IN ({listed}) ORDER BY id"))
    if not tables:
        return
    given = {name: keys for name, keys in store.execute("SELECT name, given FROM side_rules")}
    run, rundir = (f"k{schema.key(key)}" if key in schema.rule_keys else "NULL" for key in _RUN)
    rundirs = _rundirs(places)
    runs = {scope.id for scope in places.scopes if scope.known}
    for place, name in tables.items():
        if rundir != "NULL":
            for (value,) in store.execute(f"SELECT DISTINCT {rundir} FROM facts WHERE place = {place}"):
                if len(scopes := rundirs.get(value, ())) == 1:
                    store.execute(
                        f"UPDATE facts SET home = {min(scopes)} WHERE place = {place} AND {rundir} = ?", (value,)
                    )
        keys = given.get(f"columns of {name.rpartition('/')[2]}")
        if not keys or places.scopes[places.places[place].scope].known:
            continue
        homes = _fitting(store, schema, keys, place, tables, runs)
        if len(homes) == 1:
            store.execute(
                f"UPDATE facts SET home = {homes[0]} WHERE place = {place} AND home IS NULL AND {run} IS NULL"
            )
        elif (
            homes
            and store.execute(
                f"SELECT count(*) FROM facts WHERE place = {place} AND home IS NULL AND {run} IS NULL "
                f"AND {' AND '.join(f'k{schema.key(key)} IS NOT NULL' for key in keys)}"
            )[0][0]
        ):
            notice = f"{name}: its rows fit {len(homes)} runs; add a column parsl.rundir or parsl.dfk"
            store.execute("INSERT INTO side_notices VALUES (?)", (notice,))


def _rundirs(places: Places) -> dict[str | None, set[int]]:
    """The scopes by the names of their directories."""
    found: dict[str | None, set[int]] = {}
    for place in places.places:
        for each in place.keys:
            if each.key == "parsl.rundir":
                found.setdefault(each.value, set()).add(place.scope)
    return found


def _fitting(
    store: Store, schema: Schema, keys: list[str], place: int, tables: Iterable[int], runs: set[int]
) -> list[int]:
    """Those of *runs* that know all that the rows of *place* speak of; if there is none, those that know some of it."""
    columns = [f"k{schema.key(key)}" for key in keys]
    have = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    wanted = f"SELECT DISTINCT {', '.join(columns)} FROM facts WHERE place = {place} AND {have}"
    # A record may be about several things.
    parts = ", ".join(f"unnest(string_split({column}, chr(31))) AS {column}" for column in columns)
    others = ", ".join(map(str, tables))
    rows = store.execute(
        f"WITH wanted AS ({wanted}), known AS (SELECT DISTINCT p.scope, {', '.join(columns)} FROM "
        f"(SELECT place, {parts} FROM facts WHERE {have} AND place NOT IN ({others})) f "
        "JOIN place_scopes p USING (place)) "
        f"SELECT scope, count(*), (SELECT count(*) FROM wanted) FROM known JOIN wanted USING ({', '.join(columns)}) "
        "GROUP BY scope ORDER BY scope"
    )
    whole = [scope for scope, count, of in rows if count == of and scope in runs]
    return whole or [scope for scope, _, _ in rows if scope in runs]
