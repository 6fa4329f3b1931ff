"""A page of records, for a list."""

from __future__ import annotations

from collections.abc import Sequence

from tui.query.catalog import Catalog
from tui.query.model import Row

#: What a record is said to be about, nearest first.
_NEAREST = ("parsl.task", "parsl.executor_task", "parsl.worker", "parsl.manager", "parsl.block", "parsl.executor")


def rows(catalog: Catalog, ids: Sequence[int], group: str = "page") -> list[Row]:
    """The records *ids*, in the given order. Numbers that are not in the stream are left out."""
    wanted = [int(i) for i in ids]
    if not wanted:
        return []
    listed = ", ".join(map(str, wanted))
    reader = catalog.reader(group)
    columns = [(catalog.rules.kind(key), column) for key in _NEAREST if (column := catalog.key_column(key))]
    about = ", ".join(f"list_sort(list(DISTINCT {c}) FILTER ({c} IS NOT NULL))" for _, c in columns) or "NULL"
    found = reader.rows(
        f"SELECT s.record, s.time, s.level, s.file, s.place, s.line, s.ctx, {catalog.body()}, e.reason "
        f"FROM stream s JOIN records r ON s.record = r.rowid LEFT JOIN errors e ON e.record = s.record "
        f"WHERE s.record IN ({listed}) AND r.rowid IN ({listed})"
    )
    contexts = {row[6] for row in found}
    entities = {
        ctx: next((f"{kind} {' '.join(v)}" for (kind, _), v in zip(columns, values, strict=True) if v), "")
        for ctx, *values in reader.rows(
            f"SELECT ctx, {about} FROM aspects WHERE ctx IN ({', '.join(map(str, contexts))}) GROUP BY ctx"
        )
    }
    made = {
        record: Row(
            record,
            time,
            level,
            catalog.labels.get(place, ""),
            catalog.files[file]["name"],
            line,
            entities.get(ctx, ""),
            body or "",
            reason,
        )
        for record, time, level, file, place, line, ctx, body, reason in found
    }
    return [made[i] for i in wanted if i in made]
