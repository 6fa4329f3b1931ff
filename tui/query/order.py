"""The one order of all records: the table ``stream``.

By time, then as they were loaded. A record without a time stands after its predecessor in its file; a file with no
times at all stands whole where what it is about ends: its task, else its scope. Rows of a database have no
predecessor: those without a time stand there, too. Folded copies are left out.
"""

from __future__ import annotations

from tui.query.schema import Schema
from tui.query.store import Store


def build(store: Store, schema: Schema) -> None:
    """Create ``stream`` from ``hashed``, in order: record, time, moment (its place in time), level, file, place, line,
    offset, length, ctx."""
    store.execute(
        "CREATE TEMP TABLE untimed AS SELECT record, moment FROM (SELECT h.record, h.time, coalesce("
        "last_value(h.time IGNORE NULLS) OVER before, first_value(h.time IGNORE NULLS) OVER after) AS moment "
        "FROM hashed h JOIN lines l ON h.record = l.rowid JOIN files f ON l.place = f.id "
        "WHERE f.of_lines AND l.place IN (SELECT l.place FROM hashed h JOIN lines l ON h.record = l.rowid "
        "WHERE h.time IS NULL) "
        "WINDOW before AS (PARTITION BY l.place ORDER BY h.line, h.record), "
        "after AS (PARTITION BY l.place ORDER BY h.line, h.record ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)"
        ") WHERE time IS NULL AND moment IS NOT NULL"
    )
    missing = store.execute(
        "SELECT count(*) FROM hashed WHERE time IS NULL AND record NOT IN (SELECT record FROM untimed)"
    )[0][0]
    if missing:
        _ends(store, schema)
    store.execute(
        "CREATE TABLE stream AS SELECT h.record, h.time, coalesce(h.time, u.moment) AS moment, h.level, "
        'l.place AS file, h.place, l.line, l."offset", l.length, h.ctx '
        "FROM hashed h JOIN lines l ON h.record = l.rowid LEFT JOIN untimed u ON h.record = u.record "
        "WHERE h.record NOT IN (SELECT record FROM folds) "
        "ORDER BY 3 NULLS LAST, 1"
    )
    store.execute("DROP TABLE untimed")


def _ends(store: Store, schema: Schema) -> None:
    """Place what has no time in its file where its task, or its scope, ends."""
    task = f"k{schema.key('parsl.task')}" if "parsl.task" in schema.rule_keys else "CAST(NULL AS VARCHAR)"
    store.execute(
        f"CREATE TEMP TABLE ends AS SELECT scope, {task} AS task, max(latest) AS latest FROM aspects JOIN "
        "(SELECT ctx, max(time) AS latest FROM hashed GROUP BY ctx) USING (ctx) GROUP BY 1, 2"
    )
    store.execute(
        "INSERT INTO untimed SELECT h.record, max(coalesce(t.latest, s.latest)) FROM hashed h "
        f"JOIN (SELECT ctx, scope, {task} AS task FROM aspects) a USING (ctx) "
        "LEFT JOIN ends t ON a.scope = t.scope AND a.task = t.task "
        "LEFT JOIN (SELECT scope, max(latest) AS latest FROM ends GROUP BY 1) s ON a.scope = s.scope "
        "WHERE h.time IS NULL AND h.record NOT IN (SELECT record FROM untimed) GROUP BY 1"
    )
    store.execute("DROP TABLE ends")
