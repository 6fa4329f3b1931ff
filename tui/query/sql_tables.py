"""The tables that a user's SQL reads, as views over those of the store.

Each view holds only the columns that a statement names, and joins only what these need: who counts levels reads one
column of 1.2 million records. Columns:

``records``   one row a record. ``wideview.id`` (its place in the stream), ``wideview.time`` (TIMESTAMP, UTC) and
              ``wideview.time_ns`` (BIGINT, UTC nanoseconds), ``level`` (NULL when unknown), ``wideview.source``
              (``file:line``), ``wideview.run``, ``wideview.scope``, ``wideview.template``, ``wideview.body``,
              ``wideview.error``, and every key by its own name, as text: as rules compare it where they know it, else
              as it was logged. A key of which a record about several things has several values is a JSON array of them,
              as in an export: ``["1","2"]``. A key that the logs call ``level`` is ``logged.level``.
``flows``     one row for each record of each thing that can be followed: ``kind`` (``task``), ``entity`` (the values of
              its keys: ``19``, ``htex/20``), ``since`` and ``waited`` (seconds, as in a flow), and of the record
              whatever ``records`` has.
``entities``  one row a thing: ``kind``, ``entity``, ``wideview.run``, ``records``, ``errors``, ``first``, ``last``.
``templates`` one row a template: ``template``, ``records``, ``errors``, ``first``, ``last``.
``steps``     the typical steps of tasks (``sql_steps.py``).

Where no key is called so, ``time``, ``body``, ``template``, ``run``, ``source`` (as lists name it), ``file``, ``line``,
other names of keys (``task_id``) and what a key's things are called (``task``) are columns, too; ``*`` leaves them out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from tui.query.catalog import Catalog
from tui.query.entities import levels, unique
from tui.query.model import ANYWHERE
from tui.query.side_rules import KINDS
from tui.query.sql_text import Statement, quoted
from tui.query.store import quote
from tui.records import LEVEL_RANKS, LEVELS

NAMES = ("records", "flows", "entities", "templates")

_TIME, _BODY, _ID, _RUN, _TEMPLATE = (
    "wideview.time",
    "wideview.body",
    "wideview.id",
    "wideview.run",
    "wideview.template",
)
#: What ``SELECT * FROM flows`` gives.
_FLOWS = ("kind", "entity", _RUN, _ID, _TIME, "since", "waited", "level", "wideview.source", _TEMPLATE, _BODY)


@dataclass(frozen=True, slots=True)
class Column:
    """SQL for a column, the tables beside the stream that it needs, and the number of the rule key it is."""

    sql: str
    needs: tuple[str, ...] = ()
    key: int | None = None


class Tables:
    """The views of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._base = quoted(str(catalog.reader("sql").rows("SELECT current_database()")[0][0])) + ".main."
        self.columns = self._own() | self._keys()
        """Those of ``records``, by name."""
        taken = {name.lower() for name in self.columns}
        self.others = {name: column for name, column in self._aliases().items() if name.lower() not in taken}
        """Other names of columns."""

    @property
    def known(self) -> dict[str, bool]:
        """All names of columns in lower case, and whether they hold text."""
        known = {name.lower(): name not in (_ID, _TIME, "wideview.time_ns") for name in self.columns}
        known |= {name.lower(): name not in ("time", "line") for name in self.others}
        return {"kind": True, "entity": True, "since": False, "waited": False} | known

    def view(self, table: str, asked: Statement, picked: bool = False) -> str:
        """The statement that makes the view *table* as *asked* needs it. If *picked* is said, ``records`` and ``flows``
        hold only the records in the table ``picked (id)``."""
        if table == "entities":
            return f"CREATE TEMP VIEW entities AS {self._entities()}"
        if table == "templates":
            return f"CREATE TEMP VIEW templates AS {self._templates()}"
        every = self.columns | self.others
        whole: Collection[str] = self.columns
        source = f"SELECT rowid AS id, * FROM {self._base}stream"
        if table == "flows":
            own = {name: Column(f"s.{name}") for name in ("kind", "entity", "since", "waited")}
            every = {name: column for name, column in every.items() if name not in own} | own
            whole, source = _FLOWS, self._flows()
        elif asked.first is not None and not picked:
            source += f" WHERE rowid < {asked.first}"
        chosen = [name for name in whole if asked.every or name.lower() in asked.names]
        chosen += [name for name in every if name not in whole and name.lower() in asked.names]
        chosen = chosen or [_ID]
        columns = ", ".join(f"{every[name].sql} AS {quoted(name)}" for name in chosen)
        only = " WHERE s.id IN (SELECT id FROM picked)" if picked else ""
        joins = self._joins([every[name] for name in chosen])
        return f"CREATE TEMP VIEW {table} AS SELECT {columns} FROM ({source}) s{joins}{only}"

    def _own(self) -> dict[str, Column]:
        """The columns that are ours."""
        catalog = self._catalog
        emitted = catalog.schema.columns
        place = "f.name || ':' || s.line"
        if "wideview.source" in emitted:  # records of an export say it themselves
            place = f"coalesce(r.{emitted['wideview.source']}, {place})"
        ranks = " ".join(f"WHEN {rank} THEN {quote(name)}" for rank, name in enumerate(LEVELS) if name)
        return {
            _ID: Column("s.id"),
            _TIME: Column("make_timestamp(s.time // 1000)"),
            "wideview.time_ns": Column("s.time"),
            "level": Column(f"CASE s.level {ranks} END"),
            "wideview.source": Column(place, ("f", "r") if "wideview.source" in emitted else ("f",)),
            _RUN: Column("n.run", ("a", "n")),
            "wideview.scope": Column("n.path", ("a", "n")),
            _TEMPLATE: Column("t.text", ("t",)),
            _BODY: Column(catalog.body(), ("r",)),
            "wideview.error": Column("e.reason", ("e",)),
        }

    def _keys(self) -> dict[str, Column]:
        """Every key as a column; of keys that differ only in case the later ones get a number."""
        made: dict[str, Column] = {}
        taken = {name.lower() for name in self._own()} | {""}
        for key in self._catalog.keys:
            name, count = "logged.level" if key.lower() == "level" else key.replace("\0", "␀"), 0
            while (called := f"{name}_{count}" if count else name).lower() in taken:
                count += 1
            taken.add(called.lower())
            made[called] = self._key(key)
        return made

    def _key(self, key: str) -> Column:
        catalog = self._catalog
        if key in catalog.rule_keys_present:
            number = catalog.schema.key(key)
            return Column(f"a.k{number}", ("a",), number)
        return Column(f"r.{catalog.schema.columns[key]}", ("r",))

    def _aliases(self) -> dict[str, Column]:
        catalog = self._catalog
        own = self._own()
        made = {
            "time": own[_TIME],
            "body": own[_BODY],
            "template": own[_TEMPLATE],
            "run": own[_RUN],
            "source": Column("p.label", ("p",)),
            "file": Column("f.name", ("f",)),
            "line": Column("s.line"),
        }
        others = [name for rule in catalog.rules.alias for name in rule.of]
        for name in (*others, *(catalog.rules.kind(key) for key in catalog.rule_keys_present)):
            if name and name not in made and (key := catalog.meant(name)) in catalog.rule_keys_present:
                made[name] = self._key(key)
        lower: dict[str, str] = {}
        return {name: column for name, column in made.items() if lower.setdefault(name.lower(), name) == name}

    def _joins(self, columns: Iterable[Column]) -> str:
        columns = list(columns)
        needs = {need for column in columns for need in column.needs}
        keys = sorted({column.key for column in columns if column.key is not None})
        texts = {
            "r": f" JOIN {self._base}records r ON s.record = r.rowid",
            "a": f" JOIN ({self._contexts(keys)}) a ON s.ctx = a.ctx",
            "f": f" JOIN {self._base}files f ON s.file = f.id",
            "p": f" JOIN {self._base}places p ON s.place = p.id",
            "t": f" JOIN {self._base}templates t ON s.template = t.id",
            "e": f" LEFT JOIN {self._base}errors e ON s.record = e.record",
            "n": f" LEFT JOIN {self._scopes() if 'n' in needs else ''} ON a.scope = n.scope",
        }
        return "".join(text for name, text in texts.items() if name in needs)

    def _scopes(self) -> str:
        known = self._catalog.scopes.items()
        return f"(VALUES {', '.join(f'({i}, {quote(s.name)}, {quote(s.path)})' for i, s in known)}) n(scope, run, path)"

    def _contexts(self, keys: list[int]) -> str:
        """SQL for one row a context: its scope, and the values of the rule keys with these numbers."""
        one = "".join(f", k{i}" for i in keys)
        several = "".join(
            f", CASE WHEN min(k{i}) = max(k{i}) AND count(k{i}) = count(*) THEN min(k{i}) "
            f"WHEN count(k{i}) > 0 THEN CAST(to_json(list(k{i} ORDER BY part)) AS VARCHAR) END"
            for i in keys
        )
        aspects = f"{self._base}aspects"
        return (
            f"SELECT ctx, scope{one} FROM {aspects} WHERE part = 0 UNION ALL "
            f"SELECT ctx, any_value(scope){several} FROM {aspects} WHERE part > 0 GROUP BY ctx"
        )

    def _things(self) -> list[tuple[str, str]]:
        """The kinds of things, each with SQL for (ctx, scope, entity): which contexts are about which of them."""
        catalog = self._catalog
        made = []
        for keys in levels(catalog):
            if not set(keys) <= set(catalog.rule_keys_present):
                continue
            columns = [str(catalog.key_column(key)) for key in keys]
            scope = str(ANYWHERE) if unique(catalog, keys) else "scope"
            held = " AND ".join(f"{column} IS NOT NULL" for column in columns)
            entity = " || '/' || ".join(columns)
            things = f"SELECT DISTINCT ctx, {scope} AS scope, {entity} AS entity FROM {self._base}aspects WHERE {held}"
            made.append((quote(catalog.rules.kind(keys[-1])), things))
        return made

    def _flows(self) -> str:
        """SQL for the stream once for every thing, with the time between steps as ``flow.measure`` has it."""
        catalog = self._catalog
        exports = [i for i, file in catalog.files.items() if file["source"] in ("wideview-export", *KINDS)]
        file = f"CASE WHEN s.file IN ({', '.join(map(str, exports))}) THEN -1 - s.place ELSE s.file END"
        file = file if exports else "s.file"
        before = "lag(s.time IGNORE NULLS) OVER (PARTITION BY h.scope, h.entity{} ORDER BY s.rowid)"
        parts = [
            f"SELECT s.rowid AS id, s.*, {kind} AS kind, h.entity, (s.time - {before.format('')}) / 1e9 AS since, "
            f"(s.time - coalesce({before.format(', ' + file)}, {before.format('')})) / 1e9 AS waited "
            f"FROM {self._base}stream s JOIN ({things}) h ON s.ctx = h.ctx"
            for kind, things in self._things()
        ]
        nothing = (
            "SELECT rowid AS id, *, '' AS kind, '' AS entity, CAST(NULL AS DOUBLE) AS since, CAST(NULL AS DOUBLE) AS "
            f"waited FROM {self._base}stream WHERE false"
        )
        return " UNION ALL ".join(parts or [nothing])

    def _entities(self) -> str:
        parts = [
            f'SELECT {kind} AS kind, entity, any_value(n.run) AS "{_RUN}", {self._counts()} FROM {self._base}stream s '
            f"JOIN ({things}) h ON s.ctx = h.ctx LEFT JOIN {self._scopes()} ON h.scope = n.scope "
            "GROUP BY entity, h.scope"
            for kind, things in self._things()
        ]
        nothing = f"SELECT '' AS kind, '' AS entity, '' AS \"{_RUN}\", {self._counts()} FROM {self._base}stream s"
        return " UNION ALL ".join(parts or [f"{nothing} HAVING false"])

    def _templates(self) -> str:
        return (
            f"SELECT t.text AS template, {self._counts()} FROM {self._base}stream s "
            f"JOIN {self._base}templates t ON s.template = t.id GROUP BY t.id, t.text"
        )

    def _counts(self) -> str:
        worst = LEVEL_RANKS["ERROR"]
        times = "make_timestamp(min(s.time) // 1000) AS first, make_timestamp(max(s.time) // 1000) AS last"
        return f"count(*) AS records, count(*) FILTER (s.level >= {worst}) AS errors, {times}"
