"""Silences: a file in which nothing was written for long while other files of its run went on."""

from __future__ import annotations

from dataclasses import dataclass

from tui import times
from tui.query.catalog import Catalog

#: A silence is at least this long (nanoseconds), and this many times as long as 99 of 100 of the file's pauses.
LEAST = 10 * times.SECOND
TIMES = 10

#: Files with fewer records have no usual pause.
RECORDS = 20

_MOST = 100


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing in *file* from *begin* to *end* (UTC nanoseconds), while others of its run wrote *others* records."""

    file: str
    begin: int
    end: int
    others: int


def gaps(catalog: Catalog) -> list[Gap]:
    """The longest silences, longest first, at most a hundred."""
    found = catalog.reader("info").rows(
        "WITH own AS (SELECT s.file, any_value(p.scope) AS scope FROM stream s JOIN places p ON p.id = s.place "
        "GROUP BY s.file), "
        "pauses AS (SELECT file, time, lead(time) OVER (PARTITION BY file ORDER BY time) AS next FROM stream "
        "WHERE time IS NOT NULL), "
        f"usual AS (SELECT file, quantile_disc(next - time, 0.99) AS pause FROM pauses GROUP BY file "
        f"HAVING count(*) >= {RECORDS}), "
        "long AS (SELECT p.file, o.scope, p.time, p.next FROM pauses p JOIN usual u USING (file) "
        "JOIN own o USING (file) "
        f"WHERE p.next - p.time > greatest({LEAST}, {TIMES} * u.pause) "
        f"ORDER BY p.next - p.time DESC, p.file LIMIT {_MOST}) "
        "SELECT f.name, l.time, l.next, count(*) AS others FROM long l JOIN own o ON o.scope = l.scope "
        "AND o.file <> l.file JOIN stream s ON s.file = o.file AND s.time > l.time AND s.time < l.next "
        "JOIN files f ON f.id = l.file GROUP BY f.name, l.time, l.next ORDER BY l.next - l.time DESC, f.name"
    )
    return [Gap(*row) for row in found]
