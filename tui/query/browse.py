"""One door to all questions, for screens, scripts and notebooks. Every method may be called from any thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.query import detail, entities, export, facets, filters, flow, hierarchy, histogram, info, links, pages, select
from tui.query.catalog import Catalog
from tui.query.expression import literal
from tui.query.model import Detail, Entity, Facet, Flow, Histogram, Node, Pair, Row, Selection

if TYPE_CHECKING:
    import pandas

    from tui.query.charts.base import Chart, Plot
    from tui.query.charts.offers import Offer
    from tui.query.placeholders import Distribution
    from tui.query.steps import Steps
    from tui.query.templates import Templates
    from tui.query.typical import Usual

Array = np.ndarray[Any, Any]


class Browser:
    """Asks one :class:`Catalog`. *complete* is False while only the heads of the files are loaded."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.complete = catalog.complete

    def ids(self, selection: Selection) -> np.ndarray[Any, Any]:
        """Numbers of the selected records, in stream order. FilterError when the expression does not parse."""
        return select.ids(self.catalog, selection)

    def rows(self, ids: Sequence[int]) -> list[Row]:
        """These records, in the given order."""
        return pages.rows(self.catalog, ids)

    def detail(self, id: int) -> Detail:
        """Everything about one record."""
        return detail.detail(self.catalog, id)

    def histogram(self, selection: Selection, bins: int) -> Histogram:
        """Records over time by level, in at most *bins* parts."""
        return histogram.histogram(self.catalog, selection, bins)

    def entities(self, id: int) -> list[Entity]:
        """What a record is about, nearest first; its run is the last."""
        return entities.of_record(self.catalog, id)

    def resolve(self, pairs: Sequence[Pair]) -> Entity:
        """The one entity these keys name. EntityError when none or several."""
        return entities.resolve(self.catalog, pairs)

    def flow(self, entity: Entity) -> Flow:
        """Every record about *entity*, in order, with the time between steps."""
        return flow.flow(self.catalog, entity)

    def steps(self, selection: Selection = Selection(), by: Sequence[str] = ()) -> Steps:
        """The steps that entities typically take among the selected records, by the keys that name them (none: tasks).
        EntityError when there are no such entities."""
        from tui.query import steps

        return steps.steps(self.catalog, selection, by)

    def typical(self, entity: Entity) -> dict[int, Usual]:
        """How usual the waits of *entity* are among all of its kind, by the number of the record that ended each."""
        from tui.query import typical

        return typical.typical(self.catalog, entity)

    def linked(self, entity: Entity) -> list[tuple[str, Entity]]:
        """What *entity* points to, with what the link says."""
        return links.linked(self.catalog, entity)

    def hierarchies(self) -> list[str]:
        """Names of the key hierarchies that the data have."""
        return hierarchy.names(self.catalog)

    def nodes(self, name: str, path: tuple[Pair, ...] = (), sort: str = "name") -> list[Node]:
        """The nodes right below *path*; *sort* is name, count, errors, first or last."""
        return hierarchy.nodes(self.catalog, name, path, sort)

    def node_selection(self, node: Node) -> Selection:
        """The records of *node*. Keys that cannot be followed become a filter expression."""
        if node.entity is not None:
            return Selection(entity=node.entity)
        pairs = [(key, value) for key, value in node.path if key != hierarchy.RUN]
        run = entities.run(self.catalog, int(dict(node.path)[hierarchy.RUN]))
        return Selection(" AND ".join(f"{key}:{literal(value)}" for key, value in pairs), entity=run)

    def keys(self) -> list[str]:
        """Every key of the data, sorted."""
        return list(self.catalog.keys)

    def values(self, selection: Selection, key: str, prefix: str = "", limit: int = 20) -> Facet:
        """The commonest values of *key* that begin with *prefix*."""
        return facets.facet(self.catalog, selection, key, prefix, limit)

    def check(self, expression: str) -> list[str]:
        """What to say about an expression that parses; FilterError, with its column, when it does not."""
        return filters.check(self.catalog, expression)

    def find(self, selection: Selection, text: str) -> np.ndarray[Any, Any]:
        """Positions in ``ids(selection)`` of the records whose body holds *text* (``/regex/`` for a pattern)."""
        return select.find(self.catalog, selection, text)

    def charts(self) -> list[Chart]:
        """The charts that the data can fill, by name; ``of`` and ``lacks`` of a chart take this browser's catalog."""
        from tui.query import charts

        return [chart for chart in charts.charts().values() if chart.lacks(self.catalog) is None]

    def best_chart(self) -> str | None:
        """The chart that says most about the data; None when they can fill none."""
        from tui.query.charts import offers

        return offers.best(self.catalog)

    def offers(self) -> list[Offer]:
        """Every chart, with what it can be about, or what it lacks."""
        from tui.query.charts import offers

        return offers.offers(self.catalog)

    def chart(self, name: str, selection: Selection, of: str = "", width: int = 0) -> Plot:
        """The numbers of a chart, for *width* columns (0: all of them). ChartError says what it lacks."""
        from tui.query import charts

        return charts.plot(self.catalog, name, selection, of, width)

    def series(self, name: str, of: str = "", where: str = "") -> dict[str, tuple[Array, Array]]:
        """The numbers of a chart by the names of its series: x (``datetime64[ns]``, UTC) and y. ChartError says what it
        lacks."""
        from tui.query import rows_of

        return rows_of.series(self.chart(name, Selection(where), of))

    def sql(self, sql: str, params: Sequence[object] = (), where: str = "") -> list[dict[str, Any]]:
        """The rows of a SELECT as dicts; a ``?`` in it stands for each of *params* in turn. *where* is a filter
        expression that its records must fit. What there is to read stands in ``sql_tables.py``. SqlError when it is
        wrong."""
        from tui.query import rows_of

        return list(rows_of.dicts(rows_of.ask(self.catalog, sql, params, where)))

    def records(self, where: str = "", columns: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
        """The records that the filter expression *where* leaves, in stream order: a dict of the keys that each has."""
        from tui.query import rows_of

        return rows_of.dicts(rows_of.records(self.catalog, where, columns), sparse=True)

    def flows(self, kind: str = "", where: str = "", columns: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
        """Every record about everything of *kind* (``task``), thing by thing, with the seconds ``since`` the step
        before."""
        from tui.query import rows_of

        return rows_of.dicts(rows_of.flows(self.catalog, kind, where, columns), sparse=True)

    def frame(self, sql: str = "", params: Sequence[object] = (), where: str = "") -> pandas.DataFrame:
        """As :meth:`sql`, but a pandas DataFrame; without *sql* all records. WideviewError without pandas."""
        from tui.query import rows_of

        asked = rows_of.ask(self.catalog, sql, params, where) if sql else rows_of.records(self.catalog, where)
        return rows_of.frame(asked)

    def templates(self, selection: Selection, parts: int = 24) -> Templates:
        """The templates of the selection, commonest first, with rates in *parts* parts of its time."""
        from tui.query import templates

        return templates.templates(self.catalog, selection, parts)

    def kinds(self, ids: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """The number of the template of each of these records."""
        return np.asarray(self.catalog.template_of[ids])

    def template(self, id: int) -> tuple[int, str]:
        """Number and text of a record's template."""
        number = int(self.catalog.template_of[id])
        return number, self.catalog.templates[number]

    def template_texts(self) -> tuple[str, ...]:
        """The texts of all templates, by number."""
        return self.catalog.templates

    def count_of(self, templates: Sequence[int]) -> int:
        """How many records have one of these templates."""
        counts = np.bincount(self.catalog.template_of, minlength=len(self.catalog.templates))
        return int(counts[list(templates)].sum())

    def placeholder(self, selection: Selection, template: int, number: int) -> Distribution:
        """The values behind placeholder *number* (from 1) of a template in the selection."""
        from tui.query import placeholders

        return placeholders.distribution(self.catalog, selection, template, number)

    def export(self, selection: Selection, path: str) -> int:
        """Write the selection to *path* as JSON lines, whole or not at all; returns the number of records."""
        return export.save(self.catalog, selection, path)

    def conflicts(self) -> list[str]:
        """Every contradiction between the data and an implication, one sentence each."""
        return [conflict.sentence for conflict in info.conflicts(self.catalog)]

    def summary(self) -> str:
        """One line: how many records, runs and files."""
        return info.summary(self.catalog)

    def notices(self) -> list[str]:
        """What the user should know about how the data were opened (no index could be kept, say)."""
        return list(self.catalog.notices)

    def interrupt(self, group: str) -> None:
        """Stop what runs for the panel *group* (``stream``, ``page``, ``flow``, ``find``, ``facet``, ``keys``, ...)."""
        self.catalog.reader(group).interrupt()

    def close(self) -> None:
        """Close the store."""
        self.catalog.store.close()
