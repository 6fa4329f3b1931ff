"""Records, flows and answers to SQL as plain rows, for scripts and notebooks: dicts, or a pandas DataFrame.

They are asked as any user's SQL is (``sql_view.py``): the same columns, the same values.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tui.errors import WideviewError
from tui.query import select, sql_view
from tui.query.catalog import Catalog
from tui.query.model import Selection
from tui.query.sql_text import quoted
from tui.query.sql_view import Answer

if TYPE_CHECKING:
    import pandas

    from tui.query.charts.base import Plot

_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")


def ask(catalog: Catalog, sql: str, params: Sequence[object] = (), where: str = "") -> Answer:
    """The answer to *sql* among the records that the filter expression *where* leaves. SqlError, FilterError."""
    ids = select.ids(catalog, Selection(where)) if where.strip() else None
    return sql_view.ask(catalog, sql, params, ids)


def records(catalog: Catalog, where: str = "", columns: Sequence[str] = ()) -> Answer:
    """Records in stream order. *columns* as SQL has them (none: all of them)."""
    return ask(catalog, f'SELECT {_listed(columns)} FROM records ORDER BY "wideview.id"', where=where)


def flows(catalog: Catalog, kind: str = "", where: str = "", columns: Sequence[str] = ()) -> Answer:
    """The steps of every thing of *kind* (none: of all kinds), thing by thing, each in stream order.

    The times between steps are those of the whole flow, also where *where* leaves out some of its records.
    """
    only = "WHERE kind = ? " if kind else ""
    order = 'ORDER BY kind, "wideview.run", try_cast(entity AS BIGINT), entity, "wideview.id"'
    sql = f"SELECT {_listed(columns)} FROM flows {only}{order}"
    return ask(catalog, sql, (kind,) if kind else (), where)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(map(quoted, columns)) or "*"


def dicts(answer: Answer, sparse: bool = False) -> Iterator[dict[str, Any]]:
    """Each row as a dict, of what it has alone if *sparse* is said. Two columns of one name are ``n`` and ``n_2``."""
    names: list[str] = []
    for name in answer.names:
        count = 1
        while (called := name if count == 1 else f"{name}_{count}") in names:
            count += 1
        names.append(called)
    for page in answer.pages:
        for row in page:
            pairs = zip(names, row, strict=True)
            yield {name: value for name, value in pairs if value is not None} if sparse else dict(pairs)


def frame(answer: Answer) -> pandas.DataFrame:
    """*answer* as a DataFrame: whole numbers as ``Int64`` where some are missing, times with their zone (UTC).

    WideviewError when pandas is not installed.
    """
    try:
        import pandas
    except ImportError as error:
        raise WideviewError("a DataFrame needs pandas: pip install 'wideview[pandas]'") from error
    made = pandas.DataFrame([row for page in answer.pages for row in page], columns=list(answer.names))
    for i, kind in enumerate(answer.types):
        if kind in _WHOLE and made.iloc[:, i].isna().any():
            made.isetitem(i, made.iloc[:, i].astype("Int64"))
        elif kind.startswith("TIMESTAMP"):
            made.isetitem(i, pandas.to_datetime(made.iloc[:, i], utc=True))
    return made


def series(plot: Plot) -> dict[str, tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """The numbers of a chart by the names of its series: x and y. A time is a ``datetime64[ns]`` in UTC."""
    return {
        each.name: (np.asarray(each.x).astype("int64").view("datetime64[ns]") if plot.x.time else each.x, each.y)
        for each in plot.series
    }
