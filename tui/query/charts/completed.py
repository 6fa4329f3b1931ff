"""How many tasks have come to an end, over time."""

from __future__ import annotations

import numpy as np

from tui.query import select
from tui.query.catalog import Catalog
from tui.query.charts import reduce
from tui.query.charts.base import TIME, Axis, Plot, Series, both, chosen, unwindowed
from tui.query.charts.states import best, changes, counts, things
from tui.query.charts.told import among, kept, told
from tui.query.expression import literal
from tui.query.model import Selection

#: States that are left for no other.
_FINAL = {
    "parsl.task_state": ("exec_done", "memo_done", "failed", "dep_fail"),
    "wq.state": ("DONE", "CANCELED"),
    "vine.state": ("DONE",),
    "academy.action_state": ("success", "exception", "cancelled"),
}
_APP = "parsl.app_name"


class Completed:
    """Ends of tasks."""

    name = "completed"
    title = "Tasks that have ended"
    help = "how many tasks have ended, and how; of all or of one app"

    def of(self, catalog: Catalog) -> tuple[str, ...]:
        """The keys of states, and every app as ``parsl.app_name=simulate``."""
        return kept(catalog, "completed", lambda: self._of(catalog))

    def _of(self, catalog: Catalog) -> tuple[str, ...]:
        keys = [key for key in _FINAL if set(_FINAL[key]) & set(changes(catalog, key).states)]
        apps = told(catalog, _APP).values if "parsl.task_state" in keys else ()
        return (*keys, *(f"{_APP}={app}" for app in apps))

    def lacks(self, catalog: Catalog) -> str | None:
        """Nothing ended."""
        if self.of(catalog):
            return None
        return "no record tells that a task or an action ended (parsl.log, monitoring.db, transaction_log do)"

    def plot(self, catalog: Catalog, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """A series a way to end."""
        name = chosen(self, catalog, of)
        key, _, app = name.partition("=")
        app_filter = f"{_APP}:{literal(app)}" if app else ""
        key = "parsl.task_state" if app else key
        found = changes(catalog, key)
        asked = unwindowed(selection)
        ids = select.ids(catalog, asked, "chart")
        if len(ids) < catalog.count:
            found = found.kept(among(catalog, ids)[found.records])
        if app:
            apps = told(catalog, _APP)
            mine = apps.records[apps.codes == apps.values.index(app)]
            found = found.kept(np.isin(found.records, mine, assume_unique=False))
        found, notes = best(catalog, found)
        moments, rows = counts(found)
        start, end = reduce.extent(moments, selection.window)
        taken = [i for i, row in enumerate(rows) if found.states[i] in _FINAL[key] and row.any()]
        x, values = reduce.together(moments, rows[taken], start, end, width)
        series = tuple(
            Series(found.states[i], x, y, expression=f"{key}:{literal(found.states[i])}")
            for i, y in zip(taken, values, strict=True)
        )
        what = things(catalog, key)[1]
        return Plot(
            self.name, f"{what[:1].upper()}{what[1:]} that have ended", TIME, Axis(what), start, end, series,
            stacked=True, of=name, notes=tuple(notes),
            expression=both(app_filter, f"{key}:({' OR '.join(map(literal, _FINAL[key]))})"),
        )  # fmt: skip


CHART = Completed()
