"""Every record gets a template: the tables ``templates`` (id, text) and, for ``order.py``, ``templated``.

A template is taken from the record where its program gave it: a ``msg`` with placeholders in it, unless a state stands
in one of them. Else it is derived from the body. Records of one call site (logger and line), or else of one logger or
log kind, are looked at together. The work is done on shapes (see ``masking.py``), of which there are few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from tui.query import masking, mining
from tui.query.rules import RuleSet
from tui.query.schema import Schema, body_sql
from tui.query.store import Store, quote

#: So many different shapes, the commonest, are looked at whole; the templates of the others are their first words.
SHAPES = 20_000

#: Longer words are no names of things.
_NAME = 60

#: More names of one kind than this are numbers of a sort.
_NAMES = 1000

#: Keys by which programs give their templates.
GIVEN = ("wideview.template", "msg")

_FIRST_WORDS = r"^\S*(?:\s+\S+){0,2}"


def build(store: Store, schema: Schema, rules: RuleSet) -> None:
    """Create ``templates``, and the temporary ``templated`` (record, template). Reads ``records`` and ``facts``."""
    states = _states(store, schema, rules)
    parts = _parts_sql(schema, rules, _stated(store, schema, states))
    store.execute(f"CREATE TEMP TABLE shaped AS SELECT record, hash(site, line, given, shape) AS shape FROM ({parts})")
    store.execute(
        "CREATE TEMP TABLE shapes AS SELECT shape, min(record) AS record, count(*) AS n FROM shaped GROUP BY shape "
        f"ORDER BY n DESC, 2 LIMIT {SHAPES}"
    )
    found = store.execute(
        "SELECT c.shape, c.n, p.site, p.line, p.given, p.shape "
        f"FROM ({parts} WHERE r.record IN (SELECT record FROM shapes)) p JOIN shapes c USING (record)"
    )
    texts = _templates(found, states, _values(store, schema, rules))
    ids: dict[str, int] = {}
    rows = [(shape, ids.setdefault(texts[shape], len(ids))) for shape, *_ in found]
    if len(found) == SHAPES:
        rows += _others(store, parts, ids)
    store.table_of("shape_templates", ("shape", "template"), rows, "UBIGINT, INTEGER")
    store.table_of("templates", ("id", "text"), [(i, text) for text, i in ids.items()], "INTEGER, VARCHAR")
    store.execute(
        "CREATE TEMP TABLE templated AS SELECT record, template FROM shaped JOIN shape_templates USING (shape)"
    )
    for made in ("shaped", "shapes", "shape_templates"):
        store.execute(f"DROP TABLE {made}")


def _stated(store: Store, schema: Schema, states: frozenset[str]) -> list[str]:
    """The given templates in one of whose placeholders a state stands, as the first record of each has it."""
    found: list[str] = []
    for key in GIVEN:
        if key in schema.columns:
            column, body = f"r.{schema.columns[key]}", body_sql(schema.columns)
            rows = store.execute(
                f"SELECT given, {body} FROM (SELECT {column} AS given, min(r.rowid) AS record FROM records r "
                f"WHERE {column} <> {body} AND contains({column}, '%') GROUP BY 1 LIMIT {SHAPES}) g "
                "JOIN records r ON r.rowid = g.record"
            )
            for given, text in rows:
                said = set(given.split())
                words = (text or "")[: masking.MOST].split("\n", 1)[0].split()
                if any(word not in said and mining.is_state(word, states) for word in words):
                    found.append(given)
    return found


def _parts_sql(schema: Schema, rules: RuleSet, stated: Collection[str] = ()) -> str:
    """SQL for what tells the shapes of records apart: record, site (logger or log kind), line in the program, given
    template (none of *stated*), shape of the body."""
    columns = schema.columns
    body = body_sql(columns)
    name = f"nullif(r.{columns['name']}, '')" if "name" in columns else "NULL"
    line = f"r.{columns['lineno']}" if "lineno" in columns else "CAST(NULL AS VARCHAR)"
    given = " ".join(
        f"WHEN r.{columns[key]} <> {body} AND (contains(r.{columns[key]}, '%') OR contains(r.{columns[key]}, '{{')) "
        f"THEN r.{columns[key]}"
        for key in GIVEN
        if key in columns
    )
    known = [key.name for key in rules.key if key.state and schema.told(key.name)]
    states = "".join(f" AND k{schema.key(key)} IS NULL" for key in known)
    if stated:
        none = ", ".join(quote(text) for text in stated)
        states += "".join(f" AND coalesce(r.{columns[key]}, '') NOT IN ({none})" for key in GIVEN if key in columns)
    kept = f"CASE WHEN true{states} THEN CASE {given} END END" if given else "CAST(NULL AS VARCHAR)"
    return (
        "SELECT record, site, line, given, CASE WHEN given IS NULL THEN "
        f"{masking.shape_sql('body')} END AS shape FROM (SELECT r.rowid AS record, coalesce({name}, d.source) AS site, "
        f"CASE WHEN {name} IS NOT NULL THEN {line} END AS line, {kept} AS given, {body} AS body "
        "FROM records r JOIN facts f ON r.rowid = f.record JOIN files d ON f.place = d.id) r"
    )


def _states(store: Store, schema: Schema, rules: RuleSet) -> frozenset[str]:
    """The names of states: those that the data have, and those that rules speak of."""
    keys = {key.name for key in rules.key if key.state}
    found = {name for sequence in rules.sequence for step in sequence.step if step.key in keys for name in step.is_}
    for key in keys:
        if schema.told(key):
            column, table = f"k{schema.key(key)}", "facts"
        elif key in schema.columns:
            column, table = schema.columns[key], "records"
        else:
            continue
        rows = store.execute(f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL LIMIT {_NAMES}")
        found |= {name for (name,) in rows}
    return frozenset(found)


def _values(store: Store, schema: Schema, rules: RuleSet) -> frozenset[str]:
    """Names that things have in these data: of apps, executors and the like."""
    keys = [k for k in rules.key if not k.state and k.form != "integer" and schema.told(k.name)]
    found: set[str] = set()
    for key in keys:
        column = f"k{schema.key(key.name)}"
        names = store.execute(f"SELECT DISTINCT {column} FROM facts WHERE length({column}) < {_NAME} LIMIT {_NAMES}")
        found |= {name for (name,) in names}
    return frozenset(found)


def _templates(rows: list[tuple[Any, ...]], states: frozenset[str], values: frozenset[str]) -> dict[int, str]:
    """The template of every shape, by its hash; *rows* are (hash, count, site, line, given, shape)."""
    masked: dict[int, str] = {}
    groups: dict[tuple[str, str | None, bool], Counter[str]] = {}
    for number, count, site, line, given, shape in rows:
        masked[number] = masking.mask(shape or "") if given is None else masking.formatted(given)
        groups.setdefault((site, line, given is not None), Counter())[masked[number]] += count
    mined = {
        group: mining.mine(texts, group[1] is not None, states, values, group[2]) for group, texts in groups.items()
    }
    return {
        number: masking.written(mined[site, line, given is not None][masked[number]])
        for number, _, site, line, given, _ in rows
    }


def _others(store: Store, parts: str, ids: dict[str, int]) -> list[tuple[int, int]]:
    """The templates of the shapes that are not among the commonest: their first words."""
    found = store.execute(
        f"SELECT s.shape, any_value(regexp_extract(p.shape, '{_FIRST_WORDS}')) FROM ({parts}) p "
        "JOIN shaped s USING (record) WHERE s.shape NOT IN (SELECT shape FROM shapes) GROUP BY 1"
    )
    texts = [(shape, masking.written(f"{masking.mask(words or '')} {masking.MARK}")) for shape, words in found]
    return [(shape, ids.setdefault(text, len(ids))) for shape, text in texts]
