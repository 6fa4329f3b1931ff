"""The flow of one entity: every record about it, in one order, with the time between steps."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from tui.query import pages, select
from tui.query.catalog import Catalog
from tui.query.model import Entity, Flow, Row, Selection, Step

#: A wait of at least this share of the whole flow stands out.
SLOW_SHARE = 0.1


#: A wait is ended by the first log line within this share of it, when a database's row comes a moment earlier.
_MOMENT = 0.01


def flow(catalog: Catalog, entity: Entity) -> Flow:
    """The flow of *entity*. It is empty when the store holds no record about it."""
    ids = select.ids(catalog, Selection(entity=entity), "flow")
    databases = {file["name"] for file in catalog.files.values() if not file["of_lines"]}
    return Flow(entity, *steps(pages.rows(catalog, ids.tolist(), "flow"), databases))


def steps(rows: Sequence[Row], databases: Collection[str] = ()) -> tuple[tuple[Step, ...], int | None, int | None]:
    """(steps, first time, last time) of records in order.

    A step's wait counts from the step before in the same file: that is what this component waited for. The first step
    in a file counts from the last step anywhere. A stretch in which nothing happened anywhere, and that is a good part
    of the whole, is slow: the step that ends it is marked. Where that is a row of one of *databases* (which retell what
    others do), and a log line that waited as long follows at once, it is that line.
    """
    known = [row.time for row in rows if row.time is not None]
    start, end = (min(known), max(known)) if known else (None, None)
    made: list[Step] = []
    last: int | None = None  # index of the last step with a time, in any file
    in_file: dict[str, int] = {}
    for i, row in enumerate(rows):
        if row.time is None:
            made.append(Step(row, None, None, None, False))
            continue
        before = in_file.get(row.file, last)
        since = None if last is None else row.time - (rows[last].time or 0)
        waited = None if before is None else row.time - (rows[before].time or 0)
        made.append(Step(row, since, waited, before, False))
        in_file[row.file] = last = i
    if start is not None and end is not None and end > start:
        for i, step in enumerate(made):
            if step.since is not None and step.since >= SLOW_SHARE * (end - start):
                slow = _ends_wait(made, i, databases)
                made[slow] = replace(made[slow], slow=True)
    return tuple(made), start, end


def _ends_wait(made: Sequence[Step], first: int, databases: Collection[str]) -> int:
    """The index of the step that ends the stretch before step *first*."""
    gap, at = made[first].since or 0, made[first].row.time or 0
    for i in range(first, len(made)):
        step = made[i]
        if (step.row.time or at) - at > _MOMENT * gap:
            break
        if step.row.file not in databases and (step.waited or 0) >= gap * (1 - _MOMENT):
            return i
    return first
