"""What wideview adds to a record when it is exported: JSON members, each with a leading comma.

Records of one context get the same keys by rule, so their text is made once a context.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from tui.query.catalog import Catalog
from tui.query.exported import fresh_sql
from tui.query.store import quote


class Added:
    """Asks for records, many at a time, with what is added to each.

    Records of an earlier export say all of that themselves: nothing is added to them.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._reader = catalog.reader("export")
        self._records = _records(catalog)
        self._contexts = _contexts(catalog)
        self._known: dict[int, bytes] = {}
        names, paths = (
            {i: orjson.dumps(_plain(text)) for i, text in self._reader.rows(f"SELECT id, {column} FROM {table}")}
            for table, column in (("files", "name"), ("scopes", "path"))
        )
        self._sources = {i: b',"wideview.source":' + text[:-1] + b":" for i, text in names.items()}
        self._scopes = {i: b',"wideview.scope":' + text for i, text in paths.items()}

    def ask(self, ids: np.ndarray[Any, Any]) -> tuple[list[tuple[Any, ...]], dict[int, bytes]]:
        """The records *ids* in that order, as (id, file, offset, length, line, context, time, raw, error, fresh), and
        the members that every context of theirs adds.

        *raw* is the record's text where the store keeps it, else None: then it is to be read from the file.
        """
        rows = self._reader.rows(self._records, ids=ids)
        needed = {row[5] for row in rows}
        known = {ctx: text for ctx, text in self._known.items() if ctx in needed}
        missing = np.array(sorted(needed - known.keys()), dtype=np.int64)
        if len(missing):
            for ctx, scope, text in self._reader.rows(self._contexts, ids=missing):
                known[ctx] = self._scopes[scope] + text.encode()
        self._known = known
        return rows, known

    def members(self, row: tuple[Any, ...], contexts: dict[int, bytes]) -> bytes:
        """What is added to the record *row*."""
        _, file, _, _, line, ctx, time, _, error, fresh = row
        if not fresh:
            return b""
        clock = b"" if time is None else b',"wideview.time":"%sZ"' % time.encode()
        text = b'%s%s%d"%s' % (clock, self._sources[file], line, contexts[ctx])
        return text if error is None else text + b',"wideview.error":' + orjson.dumps(error)


def _records(catalog: Catalog) -> str:
    time = "rtrim(rtrim(strftime(make_timestamp_ns(s.time), '%Y-%m-%dT%H:%M:%S.%n'), '0'), '.')"
    return (
        f'SELECT p.id, s.file, s."offset", s.length, s.line, s.ctx, {time}, r.raw, e.reason, '
        f"{fresh_sql(catalog.schema.columns)} FROM picked p JOIN stream s ON s.rowid = p.id "
        "JOIN records r ON s.record = r.rowid LEFT JOIN errors e ON e.record = s.record ORDER BY p.id"
    )


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _contexts(catalog: Catalog) -> str:
    """SQL for (ctx, scope, its widened keys with their rules) of the contexts in ``picked (id)``.

    Of a record about several things the keys on which they differ are lists, one place a thing: executor tasks
    ``["1","2"]``, tasks ``["0","4"]``.
    """
    present = [key for key in catalog.schema.rule_keys if key in catalog.rule_keys_present]
    numbers = [catalog.schema.key(key) for key in present]
    used = "ctx IN (SELECT id FROM picked)"
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
