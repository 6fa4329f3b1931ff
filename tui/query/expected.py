"""Records that should carry a key and do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui.query.canonical import logger_sql
from tui.query.catalog import Catalog
from tui.query.rules import Expects
from tui.query.store import quote

#: Shapes of records that are named of those that lack the same keys in the same file.
EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Lack:
    """*count* of the *of* records of one file that a rule speaks of lack a key. *shapes*: some of them, each a body
    with its numbers masked, how many records have that, and the line of the first. *known*: some other record of the
    same scope carries the keys."""

    scope: int
    file: int
    count: int
    of: int
    known: bool
    shapes: tuple[tuple[str, int, int], ...]


def lacks(catalog: Catalog, rule: Expects) -> list[Lack]:
    """Where the data break *rule*, by scope and file."""
    keys = catalog.schema.key
    given = " AND ".join(f"a.k{keys(key)} IS NOT NULL" for key in rule.given) or "true"
    have = " AND ".join(f"a.k{keys(key)} IS NOT NULL" for key in rule.then)
    conditions = [*_loggers(catalog, rule), *_files(catalog, rule)]
    if None in conditions:
        return []
    of = " AND ".join(str(each) for each in conditions) or "true"
    records = " JOIN records r ON r.rowid = s.record" if rule.logger else ""
    found = catalog.reader("lint").rows(
        f"WITH meant AS (SELECT a.ctx, any_value(a.scope) AS scope, bool_and({have}) AS sound, bool_or({have}) AS told "
        f"FROM aspects a WHERE {given} GROUP BY a.ctx), "
        "spoken AS (SELECT m.scope, m.sound, m.told, s.file, s.line, s.record FROM stream s JOIN meant m USING (ctx)"
        f"{records} WHERE {of}), "
        "counted AS (SELECT scope, file, count(*) FILTER (NOT sound) AS lacking, count(*) AS of "
        "FROM spoken GROUP BY ALL), "
        "known AS (SELECT scope, bool_or(told) AS known FROM spoken GROUP BY scope), "
        f"shaped AS (SELECT s.scope, s.file, s.line, {_shape(catalog.body())} AS shape FROM spoken s "
        "JOIN records r ON r.rowid = s.record WHERE NOT s.sound), "
        "shapes AS (SELECT scope, file, shape, count(*) AS n, min(line) AS line FROM shaped GROUP BY ALL), "
        f"named AS (SELECT scope, file, max_by((shape, n, line), (n, -line), {EXAMPLES}) AS shapes FROM shapes "
        "GROUP BY ALL) SELECT scope, file, lacking, of, known, shapes FROM counted JOIN known USING (scope) "
        "JOIN named USING (scope, file) WHERE lacking > 0 ORDER BY scope, lacking DESC, file"
    )
    return [
        Lack(scope, file, count, of, known, tuple(map(tuple, shapes)))
        for scope, file, count, of, known, shapes in found
    ]


def _loggers(catalog: Catalog, rule: Expects) -> Iterator[str | None]:
    if rule.logger:
        found = [sql for each in rule.logger if (sql := logger_sql(catalog.schema.columns, each))]
        yield f"({' OR '.join(found)})" if found else None


def _files(catalog: Catalog, rule: Expects) -> Iterator[str | None]:
    if rule.source:
        yield f"s.file IN (SELECT id FROM files WHERE source IN ({', '.join(map(quote, rule.source))}))"
    if rule.label:
        labels = " OR ".join(
            f"starts_with(label, {quote(each[:-1])})" if each.endswith("*") else f"label = {quote(each)}"
            for each in rule.label
        )
        yield f"s.place IN (SELECT id FROM places WHERE {labels})"


def _shape(body: str) -> str:
    """SQL for a body with what varies masked: hexadecimal numbers of 8 digits and more, then all numbers."""
    first = f"substr(split_part(coalesce({body}, ''), chr(10), 1), 1, 200)"
    hexed = f"regexp_replace({first}, '\\b(?:0x)?[0-9a-f-]*[0-9][0-9a-f-]{{7,}}\\b', '#', 'g')"
    return f"regexp_replace({hexed}, '[0-9]+', '#', 'g')"
