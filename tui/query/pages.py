"""A page of records, for a list."""

from __future__ import annotations

from collections.abc import Sequence

from tui.query.catalog import Catalog
from tui.query.entities import WRITERS
from tui.query.model import Row

#: Rows that are remembered, and the length of a body that is too long for that.
REMEMBERED = 8192
LONG = 4096

#: What a record is said to be about, nearest first: these, then the ends of other hierarchies, then the rest of both.
_TASKS = ("parsl.task", "parsl.executor_task")
_PLACES = ("parsl.worker", "parsl.manager", "parsl.block")


def rows(catalog: Catalog, ids: Sequence[int], group: str = "page") -> list[Row]:
    """The records *ids*, in the given order. Numbers that are not in the stream are left out.

    The last few thousand are remembered: who goes back sees at once what was there.
    """
    wanted = [int(i) for i in ids if i >= 0]
    known = catalog.rows
    made = {i: row for i in wanted if (row := known.get(i)) is not None}
    missing = [i for i in wanted if i not in made]
    if missing:
        fetched = _fetch(catalog, missing, group)
        made.update(fetched)
        if len(known) > REMEMBERED:
            known.clear()
        known.update((i, row) for i, row in fetched.items() if len(row.body) < LONG)
    return [made[i] for i in wanted if i in made]


def _nearest(catalog: Catalog) -> list[str]:
    """The keys that name what a record may be about, nearest first; what wrote it, and a try, are not among them."""
    others = [[keys[-1] for keys in h.levels] for h in catalog.rules.hierarchy if h.levels[0][0] not in WRITERS]
    ends = [keys[-1] for keys in others if keys[-1] != "parsl.try"]
    above = [key for keys in others for key in reversed(keys[:-1]) if key != "parsl.executor"]
    every = dict.fromkeys([*_TASKS, *ends, *_PLACES, *above, "parsl.executor"])
    return [key for key in every if key not in catalog.plain_keys]


def _fetch(catalog: Catalog, wanted: Sequence[int], group: str) -> dict[int, Row]:
    listed = ", ".join(map(str, wanted))
    reader = catalog.reader(group)
    columns = [(catalog.rules.kind(key), column) for key in _nearest(catalog) if (column := catalog.key_column(key))]
    found = reader.rows(
        f"SELECT s.rowid, s.time, s.level, s.file, s.place, s.line, s.ctx, {catalog.body()}, e.reason "
        f"FROM (SELECT rowid, * FROM stream WHERE rowid IN ({listed})) s JOIN records r ON s.record = r.rowid "
        "LEFT JOIN errors e ON e.record = s.record"
    )
    if not found:
        return {}
    contexts = ", ".join({str(row[6]) for row in found})
    about = "".join(f", {column}" for _, column in columns)
    values: dict[int, list[dict[str, None]]] = {}
    for ctx, *aspect in reader.rows(f"SELECT ctx{about} FROM aspects WHERE ctx IN ({contexts}) ORDER BY ALL"):
        kept = values.setdefault(ctx, [{} for _ in columns])
        for held, value in zip(kept, aspect, strict=True):
            if value is not None:
                held[value] = None
    entities = {
        ctx: next((f"{kind} {' '.join(v)}" for (kind, _), v in zip(columns, kept, strict=True) if v), "")
        for ctx, kept in values.items()
    }
    return {
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
