"""Side tables: what is known of tasks (or of anything) beside the logs joins the records about them.

A table lies anywhere. Its rows belong to the run that they name (``parsl.dfk``, ``parsl.rundir``), else to the run in
whose directory it lies, else to the only run that knows what they speak of; where several do, nothing is guessed. Its
other columns then become keys of every record about the same thing: the table is an implication, kept in the index.

CSV, TSV and Parquet are tables. A file of JSON lines is one if all that follows holds, and else a log:

- no record of it has a time, or a key by which programs call time, level or text;
- no ``constant`` rule knows it by its path, as it knows the logs in the directory of a run;
- all records name an entity, by all keys of the same level, and three quarters of their other keys are the same ones;
- no entity has two values of a key: logs tell of one thing again and again, tables do not.

The last holds for CSV and Parquet, too, when their rows have times: figures over time are no property of a task.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.query.place import Places
from tui.query.rules import RuleSet
from tui.query.schema import BODY_KEYS, Schema
from tui.query.side_rules import KINDS, extended
from tui.query.store import Store
from tui.records import NO_TIME
from tui.sources.usual import LEVEL_KEYS, MORE_BODY_KEYS, TEMPLATE_KEYS, TIME_KEYS

#: The log kind that may be one, and how many such files without a time at most: more are what a program writes.
_LINES, _MOST_FILES = "json-lines", 100

#: Columns of a table that become known on other records.
MOST = 30

#: Columns that the records of a file of JSON lines have in common, if it is a table.
_COMMON = 0.75

_RUN = ("parsl.dfk", "parsl.rundir")
_PLAIN = frozenset((*TIME_KEYS, *LEVEL_KEYS, *BODY_KEYS, *_RUN))
_OF_LOGS = frozenset((*TIME_KEYS, *LEVEL_KEYS, *BODY_KEYS, *MORE_BODY_KEYS, *TEMPLATE_KEYS)) - {"wideview.body"}


@dataclass(frozen=True)
class _File:
    """A file that may be a table, and where its records are in ``records``."""

    id: int
    name: str
    first: int
    last: int
    lines: bool
    """It is of JSON lines."""
    timed: bool

    @property
    def rows(self) -> str:
        """SQL for its records."""
        return f"FROM records WHERE rowid BETWEEN {self.first} AND {self.last}"


def learn(store: Store, rules: RuleSet, places: Places) -> RuleSet:
    """Make an implication of every side table in ``records`` and keep it in the table ``side_rules``; returns *rules*
    with them. ``side_notices`` says what is left out."""
    columns = {name: col for name, col in store.execute("SELECT name, col FROM keys ORDER BY id")}
    found: list[tuple[int, str, list[str], list[str]]] = []
    notices: list[tuple[str]] = []
    for file in _files(store, places):
        counts = ", ".join(f"count({column})" for column in columns.values())
        total, *row = store.execute(f"SELECT count(*), {counts} {file.rows}")[0]
        present = {key: count for key, count in zip(columns, row, strict=True) if count}
        if "wideview.source" in present or (file.lines and not _common(present, total)):
            continue
        named = {rules.aliases(key): columns[key] for key in present}
        whole = {rules.aliases(key) for key, count in present.items() if count == total}
        given = _given(store, rules, named, file, whole if file.lines else named)
        then = [key for key in map(rules.aliases, present) if key not in given and key not in _PLAIN]
        then = [key for key in dict.fromkeys(then) if not key.startswith("wideview.")][:MOST]
        ours = bool(given and then)
        if ours and (file.lines or file.timed):
            ours = not _repeats(store, named, file, given, then)
        if file.lines and not ours:
            continue
        if ours and (others := _of_others(store, rules, columns, file, given, then)):
            then = [key for key in then if key not in others]
            notices.append((f"{file.name}: not joined, since logs have keys of that name: {', '.join(others)}",))
        found.append((file.id, f"columns of {file.name.rpartition('/')[2]}", list(given), then if ours else []))
    types = "INTEGER, VARCHAR, VARCHAR[], VARCHAR[]"
    store.table_of("side_rules", ("file", "name", "given", "then"), found, types)
    store.table_of("side_notices", ("notice",), notices, "VARCHAR")
    return extended(store, rules)


def _files(store: Store, places: Places) -> list[_File]:
    """The files that are tables by their log kind, and those of JSON lines that may be."""
    rows = store.execute(
        "SELECT f.id, f.name, f.source, min(l.rowid), max(l.rowid), count(*), max(l.time) "
        "FROM lines l JOIN files f ON l.place = f.id GROUP BY ALL ORDER BY f.id"
    )
    found: list[_File] = []
    for number, name, source, first, last, count, time in rows:
        timed = time != NO_TIME
        lines = source == _LINES
        if count != last - first + 1 or not (source in KINDS or (lines and not timed)):
            continue
        if not lines or not places.places[number].ruled:
            found.append(_File(number, name, first, last, lines, timed))
    if sum(file.lines for file in found) > _MOST_FILES:
        found = [file for file in found if not file.lines]
    return found


def _common(present: dict[str, int], total: int) -> bool:
    """Whether records that have so many of the keys *present* may be the rows of a table."""
    own = {key: count for key, count in present.items() if not key.startswith("wideview.")}
    return bool(own) and _OF_LOGS.isdisjoint(present) and sum(own.values()) >= _COMMON * total * len(own)


def _given(store: Store, rules: RuleSet, named: dict[str, str], file: _File, usable: Iterable[str]) -> tuple[str, ...]:
    """The keys of the entities that the rows of *file* speak of: of the levels whose keys are all *usable*, the one
    that tells most rows from each other, with the fewest keys. Empty when it has none."""
    having = frozenset(usable)
    levels = dict.fromkeys(level for hierarchy in rules.hierarchy for level in hierarchy.levels)
    fitting = [level for level in levels if all(key in having for key in level)]
    if not fitting:
        return ()
    run = [named[key] for key in _RUN if key in named]
    counts = ", ".join(f"count(DISTINCT ({', '.join([*run, *(named[key] for key in level)])}, 0))" for level in fitting)
    row = store.execute(f"SELECT {counts} {file.rows}")[0]
    best = max(zip(row, fitting, strict=True), key=lambda pair: (pair[0], -len(pair[1])))
    return best[1]


def _repeats(store: Store, named: dict[str, str], file: _File, given: Sequence[str], then: Sequence[str]) -> bool:
    """Whether *file* has several values of a key for the same entity."""
    by = ", ".join([*(named[key] for key in _RUN if key in named), *(named[key] for key in given)])
    some = " AND ".join(f"{named[key]} IS NOT NULL" for key in given)
    differ = " OR ".join(f"min({named[key]}) <> max({named[key]})" for key in then)
    return bool(store.execute(f"SELECT EXISTS (SELECT 1 {file.rows} AND {some} GROUP BY {by} HAVING {differ})")[0][0])


def _of_others(
    store: Store, rules: RuleSet, columns: dict[str, str], file: _File, given: Sequence[str], then: Sequence[str]
) -> list[str]:
    """Those of *then* by which records elsewhere call something else: they have the key, but do not say of what entity.
    Keys that rules know mean the same wherever they are."""
    known = frozenset(rules.keys())
    plain = [key for key in then if key in columns and key not in known]
    if not plain:
        return []
    names = [[column for name, column in columns.items() if rules.aliases(name) == key] for key in given]
    about = " AND ".join(f"coalesce({', '.join([*each, 'NULL'])}) IS NOT NULL" for each in names)
    counts = ", ".join(f"count({columns[key]})" for key in plain)
    row = store.execute(
        f"SELECT {counts} FROM records WHERE NOT rowid BETWEEN {file.first} AND {file.last} AND NOT ({about})"
    )[0]
    return [key for key, count in zip(plain, row, strict=True) if count]


def settle(store: Store, schema: Schema, rules: RuleSet, places: Places, rundirs: dict[str, str]) -> None:
    """Set ``facts.home`` of rows that lie in no run's directory; needs ``place_scopes``. *rundirs* maps run UUIDs to
    names of directories."""
    tables = store.execute('SELECT s.file, f.name, s.given, s."then" FROM side_rules s JOIN files f ON s.file = f.id')
    run, rundir = (f"k{schema.key(key)}" if schema.told(key) else "NULL" for key in _RUN)
    by_name = _rundirs(places) if tables and rundir != "NULL" else {}
    unique = {key.name for key in rules.key if key.unique}
    for place, name, keys, then in tables:
        for value, scopes in by_name.items():
            if len(scopes) == 1:
                store.execute(f"UPDATE facts SET home = {min(scopes)} WHERE place = {place} AND {rundir} = ?", (value,))
        if not then or unique.intersection(keys) or places.scopes[places.places[place].scope].known:
            continue
        if not schema.told(*keys):
            continue
        columns = [f"k{schema.key(key)}" for key in keys]
        have = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        homeless = f"place = {place} AND home IS NULL AND {run} IS NULL"
        if not store.execute(f"SELECT EXISTS (FROM facts WHERE {homeless} AND {have})")[0][0]:
            continue
        homes = _fitting(store, columns, run, place, [file for file, *_ in tables], places)
        if len(homes) == 1:
            store.execute(f"UPDATE facts SET home = {_scope(places, rundirs, *homes[0])} WHERE {homeless}")
        elif homes:
            notice = f"{name}: its rows fit {len(homes)} runs; add a column parsl.rundir or parsl.dfk"
            store.execute("INSERT INTO side_notices VALUES (?)", (notice,))


def _rundirs(places: Places) -> dict[str, set[int]]:
    """The scopes by the names of their directories."""
    found: dict[str, set[int]] = {}
    for place in places.places:
        for each in place.keys:
            if each.key == "parsl.rundir":
                found.setdefault(each.value, set()).add(place.scope)
    return found


def _fitting(
    store: Store, columns: Sequence[str], run: str, place: int, tables: Iterable[int], places: Places
) -> list[tuple[int, str | None]]:
    """The runs, as (scope, UUID), that know all that the rows of *place* speak of; if there is none, those that know
    some of it.

    Runs whose directory is open come first, their UUID is None; then those that only a database knows, in the scope of
    that, and directories that are no run's.
    """
    have = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    listed = ", ".join(columns)
    # A record may be about several things.
    parts = ", ".join(f"unnest(string_split({column}, chr(31))) AS {column}" for column in columns)
    runs = ", ".join(str(scope.id) for scope in places.scopes if scope.known) or "-1"
    of_database = f"CASE WHEN scope IN ({runs}) THEN NULL ELSE {run} END" if run != "NULL" else "CAST(NULL AS VARCHAR)"
    rows = store.execute(
        f"WITH wanted AS (SELECT DISTINCT {listed} FROM facts WHERE place = {place} AND {have}), "
        f"known AS (SELECT DISTINCT scope, {of_database} AS run, {parts} FROM facts JOIN place_scopes USING (place) "
        f"WHERE {have} AND place NOT IN ({', '.join(map(str, tables))})) "
        f"SELECT scope, run, count(*), (SELECT count(*) FROM wanted), scope IN ({runs}) "
        f"FROM known JOIN wanted USING ({listed}) GROUP BY ALL ORDER BY ALL"
    )
    best = [row for row in rows if row[4]] or rows
    whole = [row for row in best if row[2] == row[3]]
    return [(scope, uuid) for scope, uuid, *_ in whole or best]


def _scope(places: Places, rundirs: dict[str, str], scope: int, run: str | None) -> int:
    """The scope of *run*, which only a database in *scope* knows: as ``contexts.py`` makes it, but earlier."""
    if run is None:
        return scope
    name = rundirs.get(run) or run
    made = places.scope(f"{places.scopes[scope].path}/{name}", known=True)
    made.name = name
    return made.id
