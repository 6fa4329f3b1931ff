"""What wideview adds to a record when it is exported: JSON members, each with a leading comma.

Records of one context get the same keys by rule, so their text is made once a context.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson

from tui.query.catalog import Catalog
from tui.query.exported import SOURCE, fresh_sql
from tui.query.store import quote
from tui.records import NO_TIME
from tui.times import SECOND, iso


@dataclass(frozen=True)
class Batch:
    """Records in their order, a column each, and what is known of them.

    *kept* holds, by id, the text that the store keeps itself, the error, and whether something is to be added, of the
    records that need it; the text of all others is in their files.
    """

    columns: tuple[list[int], ...]
    """id, file, offset, length, line, context, time."""
    contexts: dict[int, bytes]
    kept: dict[int, tuple[str | None, str | None, bool]]


class Added:
    """Asks for records, many at a time, with what is added to each.

    Records of an earlier export say all of that themselves: nothing is added to them.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._reader = catalog.reader("export")
        self._contexts = _contexts(catalog)
        self._kept = (
            f"SELECT p.id, r.raw, e.reason, {fresh_sql(catalog.schema.columns)} FROM picked p "
            "JOIN stream s ON s.rowid = p.id JOIN records r ON s.record = r.rowid "
            "LEFT JOIN errors e ON e.record = s.record"
        )
        exported = SOURCE in catalog.schema.columns
        self._kept_files = [number for number, file in catalog.files.items() if file["spooled"] or exported]
        self._known: dict[int, bytes] = {}
        names, paths = (
            {i: orjson.dumps(_plain(text)) for i, text in self._reader.rows(f"SELECT id, {column} FROM {table}")}
            for table, column in (("files", "name"), ("scopes", "path"))
        )
        self._sources = {i: b',"wideview.source":' + text[:-1] + b":" for i, text in names.items()}
        self._scopes = {i: b',"wideview.scope":' + text for i, text in paths.items()}
        self._second, self._clock = 0, b""

    def ask(self, ids: np.ndarray[Any, Any]) -> Batch:
        """The records *ids*, which ascend."""
        low, high = int(ids[0]), int(ids[-1])
        found = self._reader.arrays(
            f'SELECT rowid AS id, file, "offset", length, line, ctx, coalesce(time, {NO_TIME}) AS time FROM stream '
            f"WHERE rowid BETWEEN {low} AND {high}"
            + ("" if high - low + 1 == len(ids) else " AND rowid IN (SELECT id FROM picked) ORDER BY id"),
            ids=ids,
        )
        needed = np.unique(found["ctx"])
        known = {ctx: self._known[ctx] for ctx in needed.tolist() if ctx in self._known}
        missing = needed[~np.isin(needed, list(known))]
        if len(missing):
            for ctx, scope, text in self._reader.rows(self._contexts, ids=missing):
                known[ctx] = self._scopes[scope] + text.encode()
        self._known = known
        kept = {}
        if len(special := ids[np.isin(found["file"], self._kept_files)]):
            kept = {row[0]: row[1:] for row in self._reader.rows(self._kept, ids=special)}
        return Batch(tuple(column.tolist() for column in found.values()), known, kept)

    def members(self, file: int, line: int, time: int, context: bytes) -> bytes:
        """What is added to a record: its time, its source, and what *context* adds."""
        source = b'%s%d"%s' % (self._sources[file], line, context)
        if time == NO_TIME:
            return source
        second, rest = divmod(time, SECOND)
        if second != self._second or not self._clock:
            self._second, self._clock = second, b',"wideview.time":"' + iso(second * SECOND)[:-1].encode()
        if not rest:
            return b'%sZ"%s' % (self._clock, source)
        return b'%s%sZ"%s' % (self._clock, (b".%09d" % rest).rstrip(b"0"), source)


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
