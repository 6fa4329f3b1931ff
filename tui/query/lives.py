"""Lives: what was started several times in one directory becomes several scopes, for ids begin again with every start.

A record belongs to a life when it is from the process that is the life; when it, or its place, names something that
only this life named; when its file was made while only this life ran; when it is from a process that ran while only
this life did, or at least was written then; or when it has no time and stands between two records of one life in its
file. All others stay in the scope of their directory. ``facts.home`` says which scope that is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tui import times
from tui.query.canonical import logger_sql
from tui.query.exported import fresh_sql
from tui.query.place import Places
from tui.query.rules import Life, RuleSet, normal
from tui.query.schema import Schema
from tui.query.store import Store

#: SQL for the only life of scope ``m.scope`` that ran at some time from ``low`` to ``high``; NULL for none or several.
_ONLY = (
    "(SELECT CASE WHEN min(l.home) = max(l.home) THEN min(l.home) END FROM lives l "
    "WHERE l.scope = m.scope AND l.first <= {high} AND l.last >= {low})"
)


@dataclass(frozen=True, slots=True)
class _Life:
    """One of several lives of what the places *told* tell of, in *scope*: its value, first and last time, new scope."""

    scope: int
    told: tuple[int, ...]
    value: str
    first: int
    last: int
    home: int


def apply(store: Store, schema: Schema, rules: RuleSet, places: Places) -> None:
    """Give records in ``facts`` the scope of the life they belong to, and the key that names it.

    Needs ``place_scopes``. Does nothing where nothing lived twice.
    """
    for rule in rules.life:
        if lives := _several(store, schema, rules, places, rule):
            _Members(store, schema, rules, places, rule).settle(lives)


def _several(store: Store, schema: Schema, rules: RuleSet, places: Places, rule: Life) -> list[_Life]:
    """The lives of whatever had more than one, with a new scope for each."""
    of_logger = logger_sql(schema.columns, rule.logger)
    if of_logger is None or not schema.told(rule.of):
        return []
    of = f"k{schema.key(rule.of)}"
    found = store.execute(
        f"SELECT p.scope, f.place, f.{of}, min(f.time), max(f.time) FROM facts f JOIN place_scopes p USING (place) "
        f"JOIN records r ON r.rowid = f.record WHERE {of_logger} AND {fresh_sql(schema.columns)} "
        f"AND f.{of} IS NOT NULL AND f.time IS NOT NULL GROUP BY ALL ORDER BY 4, 3"
    )
    things: dict[tuple[object, ...], dict[str, list[tuple[int, int, int]]]] = {}
    for scope, place, value, first, last in found:
        given = {each.key: each.value for each in places.places[place].keys}
        thing = (scope, *(given.get(key) for key in rule.each))
        things.setdefault(thing, {}).setdefault(value, []).append((place, first, last))
    again = {thing: values for thing, values in things.items() if len(values) > 1}
    if again and schema.told(rule.unless):
        named = {
            scope
            for (scope,) in store.execute(
                "SELECT DISTINCT p.scope FROM facts f JOIN place_scopes p USING (place) "
                f"WHERE f.k{schema.key(rule.unless)} IS NOT NULL"
            )
        }
        again = {thing: values for thing, values in again.items() if thing[0] not in named}
    lives: list[_Life] = []
    for (number, *_), values in again.items():
        scope = places.scopes[int(str(number))]
        told = tuple(sorted({place for spans in values.values() for place, _, _ in spans}))
        for life, spans in values.items():
            home = places.scope(f"{scope.path} ({rules.kind(rule.key)} {life})", known=True)
            first, last = min(s[1] for s in spans), max(s[2] for s in spans)
            lives.append(_Life(scope.id, told, life, first, last, home.id))
    return lives


class _Members:
    """The records of scopes in which something lived twice, while it is found out to which life each belongs: the
    temporary table ``members`` (record, place, line, scope, time, process, values of bound keys, home)."""

    def __init__(self, store: Store, schema: Schema, rules: RuleSet, places: Places, rule: Life) -> None:
        self._store, self._schema, self._rules, self._places, self._rule = store, schema, rules, places, rule

    def settle(self, lives: list[_Life]) -> None:
        """Find out, and write it into ``facts``."""
        self._build(lives)
        self._own()
        for key in self._rule.bound:
            self._bound(key)
        self._made(lives)
        self._processes()
        self._rest()
        column, number = self._schema.key(self._rule.key), self._schema.number(self._rule)
        self._store.execute(
            f"UPDATE facts SET home = m.home, k{column} = coalesce(k{column}, l.value), "
            f"o{column} = CASE WHEN k{column} IS NULL THEN {number} ELSE o{column} END "
            "FROM members m JOIN (SELECT DISTINCT home, value FROM lives) l USING (home) "
            "WHERE facts.record = m.record"
        )
        for made in ("lives", "members"):
            self._store.execute(f"DROP TABLE {made}")

    def _build(self, lives: list[_Life]) -> None:
        store, schema = self._store, self._schema
        rows = [(x.scope, x.value, x.first, x.last, x.home) for x in lives]
        types = "INTEGER, VARCHAR, BIGINT, BIGINT, INTEGER"
        store.table_of("lives", ("scope", "value", "first", "last", "home"), rows, types)
        told = [(place, x.value, x.home) for x in lives for place in x.told]
        store.table_of("told", ("place", "value", "home"), told, "INTEGER, VARCHAR, INTEGER")
        bound = "".join(f", {schema.fact(key, 'f')} AS b{i}" for i, key in enumerate(self._rule.bound))
        store.execute(
            f"CREATE TEMP TABLE members AS SELECT f.record, f.place, f.line, p.scope, f.time, "
            f"f.k{schema.key(self._rule.of)} AS process{bound}, CAST(NULL AS INTEGER) AS home "
            "FROM facts f JOIN place_scopes p USING (place) JOIN records r ON r.rowid = f.record "
            f"WHERE p.scope IN (SELECT scope FROM lives) AND {fresh_sql(schema.columns)}"
        )

    def _own(self) -> None:
        self._store.execute(
            "UPDATE members SET home = t.home FROM told t WHERE members.place = t.place AND members.process = t.value"
        )
        self._store.execute("DROP TABLE told")

    def _bound(self, key: str) -> None:
        """What names, or stands in a place that names, something that only one life named."""
        store, column = self._store, f"b{self._rule.bound.index(key)}"
        store.execute(
            f"CREATE TEMP TABLE bonds AS SELECT scope, {column} AS value, min(home) AS home FROM members "
            f"WHERE {column} IS NOT NULL AND home IS NOT NULL GROUP BY ALL HAVING min(home) = max(home)"
        )
        bonds = {(scope, value): home for scope, value, home in store.execute("FROM bonds")}
        form = self._rules.form(key)
        found = [
            (place.id, bonds[place.scope, value])
            for place in self._places.places
            for given in place.keys
            if given.key == key and (place.scope, value := normal(form, given.value)) in bonds
        ]
        self._give_places(found)
        store.execute(
            "UPDATE members SET home = b.home FROM bonds b "
            f"WHERE members.home IS NULL AND members.scope = b.scope AND members.{column} = b.value"
        )
        store.execute("DROP TABLE bonds")

    def _made(self, lives: list[_Life]) -> None:
        """Files whose names say that they were made while only one life ran."""
        if not self._rule.made:
            return
        pattern = re.compile(self._rule.made)
        paths = dict(self._store.execute("SELECT id, path FROM files"))
        found: list[tuple[int, int]] = []
        for place in self._places.places:
            match = pattern.search(paths.get(place.file, ""))
            at = times.epoch(match["value"]) if match else None
            ran = [x for x in lives if x.scope == place.scope and at is not None and x.first <= at <= x.last]
            if len(ran) == 1:
                found.append((place.id, ran[0].home))
        self._give_places(found)

    def _give_places(self, homes: list[tuple[int, int]]) -> None:
        """All records of places, each with its life, that are of none yet."""
        if homes:
            self._store.table_of("homes", ("place", "home"), homes, "INTEGER, INTEGER")
            self._store.execute(
                "UPDATE members SET home = h.home FROM homes h WHERE members.home IS NULL AND members.place = h.place"
            )
            self._store.execute("DROP TABLE homes")

    def _processes(self) -> None:
        """Whole processes that ran while only one life did, and named no other."""
        only = _ONLY.format(low="m.low", high="m.high")
        self._store.execute(
            f"CREATE TEMP TABLE alone AS SELECT place, process, {only} AS home, named, named_last FROM ("
            "SELECT scope, place, process, min(time) AS low, max(time) AS high, "
            "min(home) AS named, max(home) AS named_last FROM members "
            "WHERE process IS NOT NULL GROUP BY ALL HAVING bool_or(home IS NULL)) m"
        )
        self._store.execute(
            "UPDATE members SET home = a.home FROM alone a WHERE members.home IS NULL AND members.place = a.place "
            "AND members.process = a.process AND coalesce(a.named, a.home) = a.home "
            "AND coalesce(a.named_last, a.home) = a.home"
        )
        self._store.execute("DROP TABLE alone")

    def _rest(self) -> None:
        """Single records: by their time, and those without one by what stands around them."""
        store, only = self._store, _ONLY.format(low="m.time", high="m.time")
        store.execute(
            f"CREATE TEMP TABLE moments AS SELECT record, {only} AS home FROM members m "
            "WHERE m.home IS NULL AND m.time IS NOT NULL"
        )
        store.execute("UPDATE members SET home = x.home FROM moments x WHERE members.record = x.record")
        store.execute(
            "CREATE OR REPLACE TEMP TABLE moments AS SELECT record, before AS home FROM (SELECT record, home, time, "
            "last_value(CASE WHEN time IS NOT NULL THEN coalesce(home, -1) END IGNORE NULLS) OVER (PARTITION BY place "
            "ORDER BY line, record) AS before, "
            "first_value(CASE WHEN time IS NOT NULL THEN coalesce(home, -1) END IGNORE NULLS) OVER (PARTITION BY place "
            "ORDER BY line, record ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS after FROM members) "
            "WHERE home IS NULL AND time IS NULL AND before = after AND before >= 0"
        )
        store.execute("UPDATE members SET home = x.home FROM moments x WHERE members.record = x.record")
        store.execute("DROP TABLE moments")
