"""What wideview adds to a record when it is exported, as the text of JSON members, each with a leading comma."""

from __future__ import annotations

import orjson

from tui.query.catalog import Catalog
from tui.query.exported import fresh_sql
from tui.query.store import quote


def members_sql(catalog: Catalog, only: str) -> str:
    """SQL for (id, file, offset, length, raw, added) of the records of ``stream s`` for which *only* holds, by id.

    *raw* is the record's text where the store keeps it, else NULL: then it is to be read from the file. Records of an
    earlier export say all of that themselves: nothing is added to them.
    """
    time = (
        "CASE WHEN s.time IS NULL THEN '' ELSE ',\"wideview.time\":\"' || "
        "rtrim(rtrim(strftime(make_timestamp_ns(s.time), '%Y-%m-%dT%H:%M:%S.%n'), '0'), '.') || 'Z\"' END"
    )
    files = _texts(catalog, "files", "name", ',"wideview.source":', closed=False)
    scopes = _texts(catalog, "scopes", "path", ',"wideview.scope":')
    error = "CASE WHEN e.reason IS NULL THEN '' ELSE ',\"wideview.error\":' || to_json(e.reason)::VARCHAR END"
    added = f"{time} || [{files}][s.file + 1] || ':' || s.line || '\"' || [{scopes}][a.scope + 1] || a.added || {error}"
    fresh = fresh_sql(catalog.schema.columns)
    return (
        f"SELECT s.rowid AS id, s.file, s.\"offset\", s.length, r.raw, CASE WHEN {fresh} THEN {added} ELSE '' END "
        f"FROM (SELECT rowid, * FROM stream s WHERE {only}) s JOIN records r ON s.record = r.rowid "
        f"JOIN ({_contexts(catalog, only)}) a ON s.ctx = a.ctx LEFT JOIN errors e ON e.record = s.record ORDER BY id"
    )


def _texts(catalog: Catalog, table: str, column: str, label: str, closed: bool = True) -> str:
    """The *column* of a small *table* as SQL literals of JSON members, by number; *closed*: with the last quote."""
    texts = dict(catalog.reader("export").rows(f"SELECT id, {column} FROM {table} ORDER BY id"))
    made = [orjson.dumps(_plain(texts.get(i, ""))).decode() for i in range(max(texts, default=-1) + 1)]
    return ", ".join(quote(label + (text if closed else text[:-1])) for text in made)


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _contexts(catalog: Catalog, only: str) -> str:
    """SQL for (ctx, scope, its widened keys with their rules).

    Of a record about several things the keys on which they differ are lists, one place a thing: executor tasks
    ``["1","2"]``, tasks ``["0","4"]``.
    """
    present = [key for key in catalog.schema.rule_keys if key in catalog.rule_keys_present]
    numbers = [catalog.schema.key(key) for key in present]
    used = f"ctx IN (SELECT s.ctx FROM stream s WHERE {only})"
    single = " || ".join(_member(catalog, i, f"to_json(k{i})::VARCHAR") for i in numbers) or "''"
    several = " || ".join(_member(catalog, i, f"v{i}") for i in numbers) or "''"
    lists = "".join(
        f", CASE WHEN min(k{i}) = max(k{i}) AND count(k{i}) = count(*) THEN to_json(min(k{i}))::VARCHAR "
        f"ELSE to_json(list(k{i} ORDER BY part))::VARCHAR END AS v{i}, max(o{i}) AS o{i}"
        for i in numbers
    )
    return (
        f"SELECT ctx, scope, {single} AS added FROM aspects WHERE part = 0 AND {used} UNION ALL "
        f"SELECT ctx, scope, {several} FROM (SELECT ctx, any_value(scope) AS scope{lists} "
        f"FROM aspects WHERE part > 0 AND {used} GROUP BY ctx)"
    )


def _member(catalog: Catalog, number: int, value: str) -> str:
    """SQL for one key of a context and the rule that gave it; empty when it is the record's own, or missing."""
    key = catalog.schema.rule_keys[number]
    givers = [row[0] for row in catalog.givers if row[1] == number]
    label = quote("," + orjson.dumps(key).decode() + ":")
    rule = "," + orjson.dumps(f"wideview.rule.{key}").decode() + ":"
    arms = " ".join(f"WHEN {n} THEN {quote(rule + orjson.dumps(catalog.rule_name(n)).decode())}" for n in givers)
    return f"CASE WHEN o{number} > 0 THEN {label} || {value} || CASE o{number} {arms} END ELSE '' END" if arms else "''"
