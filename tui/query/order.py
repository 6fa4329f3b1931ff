"""The one order of all records: the table ``stream``.

By time, then as they were loaded. A record without a time stands after its predecessor in its file; a file with no
times at all stands whole where what it is about ends: its task, else its scope. Rows of a database have no
predecessor: those without a time stand there, too. Folded copies are left out, and so is what the user did not ask for.
"""

from __future__ import annotations

from tui import times
from tui.errors import InputError
from tui.query.expression import Compare
from tui.query.filter_time import Span, spans_of
from tui.query.options import Options
from tui.query.schema import Schema
from tui.query.store import Store


def build(store: Store, schema: Schema, options: Options) -> None:
    """Create ``stream`` from ``hashed`` and ``templated``, in order: record, time, moment (its place in time), level,
    file, place, line, offset, length, ctx, template; and ``left_out``: how many records stand before and after the time
    that *options* ask for."""
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
    early, late = _outside(store, options)
    store.execute(
        "CREATE TABLE stream AS SELECT h.record, h.time, coalesce(h.time, u.moment) AS moment, h.level, "
        'l.place AS file, h.place, l.line, l."offset", l.length, h.ctx, t.template '
        "FROM hashed h JOIN lines l ON h.record = l.rowid JOIN templated t ON h.record = t.record "
        "LEFT JOIN untimed u ON h.record = u.record "
        f"WHERE h.record NOT IN (SELECT record FROM folds) AND NOT ({early} OR {late}) "
        "ORDER BY 3 NULLS LAST, 1"
    )
    store.execute(
        "CREATE TABLE left_out AS "
        f"SELECT count(*) FILTER ({early})::BIGINT AS before, count(*) FILTER ({late})::BIGINT AS after "
        "FROM hashed h LEFT JOIN untimed u ON h.record = u.record WHERE h.record NOT IN (SELECT record FROM folds)"
    )
    store.execute("DROP TABLE untimed")


def since_until(options: Options, days: list[str]) -> Span:
    """The span of UTC nanoseconds that *options* ask for; FilterError for what is no time. Without a day in it a time
    means the first (``since``) or the last (``until``) of *days*."""
    since = spans_of(Compare(">=", options.since), days[:1])[0][0] if options.since else None
    until = spans_of(Compare("<=", options.until), days[-1:])[0][1] if options.until else None
    return since, until


def _outside(store: Store, options: Options) -> tuple[str, str]:
    """SQL for records in ``hashed`` h and ``untimed`` u that stand before, and after, what *options* ask for.

    InputError when that leaves nothing.
    """
    if not options.since and not options.until:
        return "false", "false"
    first, last = store.execute("SELECT min(time), max(time) FROM hashed")[0]
    since, until = since_until(options, [times.iso(at)[:10] for at in (first or 0, last or 0)])
    if since is not None and until is not None and since >= until:
        raise InputError(f"--since {options.since} is not before --until {options.until}")
    if first is not None and ((since or first) > last or (until or last + 1) <= first):
        span = f"{times.iso(first)} to {times.iso(last)}"
        raise InputError(f"--since and --until leave nothing: the records are from {span}")
    moment = "coalesce(h.time, u.moment)"
    early = "false" if since is None else f"coalesce({moment} < {since}, false)"
    return early, "false" if until is None else f"coalesce({moment} >= {until}, false)"


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
