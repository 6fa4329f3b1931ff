"""The values of a key in a selection."""

from __future__ import annotations

from tui.query.catalog import Catalog
from tui.query.model import Facet, Selection
from tui.query.select import where
from tui.records import LEVELS


def facet(catalog: Catalog, selection: Selection, key: str, prefix: str = "", limit: int = 20) -> Facet:
    """The commonest values of *key* that begin with *prefix* (in any case), with their counts.

    One more than *limit* is asked for, so that "more" can be said without counting them.
    """
    condition = where(catalog, selection)
    column = catalog.key_column(key)
    if key == "level":
        select, source = "s.level", "stream s"
    elif key == "source":
        select, source = "p.label", "stream s JOIN places p ON s.place = p.id"
    elif key == "template":
        select, source = "t.text", "stream s JOIN templates t ON s.template = t.id"
    elif key == "file":
        select, source = "f.name", "stream s JOIN files f ON s.file = f.id"
    elif column:
        select, source = f"a.{column}", "stream s JOIN aspects a USING (ctx)"
    elif key in catalog.schema.columns:
        select, source = f"r.{catalog.schema.columns[key]}", "stream s JOIN records r ON s.record = r.rowid"
    else:
        return Facet(key)
    rows = catalog.reader("facet").rows(
        f"SELECT CAST({select} AS VARCHAR) AS value, count(DISTINCT s.record) FROM {source} "
        f"WHERE {select} IS NOT NULL AND {condition.text} GROUP BY 1 "
        f"HAVING starts_with(lower(value), lower(?)) ORDER BY 2 DESC, 1 LIMIT ?",
        (*condition.params, "" if key == "level" else prefix, limit + 1),
    )
    values = [(LEVELS[int(value)] or "unknown" if key == "level" else value, count) for value, count in rows]
    values = [(value, count) for value, count in values if value.lower().startswith(prefix.lower())]
    return Facet(key, tuple(values[:limit]), len(values) > limit)
