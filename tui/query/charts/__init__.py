"""The charts, one a module. A module that has ``CHART`` is found; nothing is registered.

A chart gives plain numbers (:class:`~tui.query.charts.base.Plot`); drawing is somebody else's.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

from tui.errors import ChartError

if TYPE_CHECKING:
    from tui.query.catalog import Catalog
    from tui.query.charts.base import Chart, Plot
    from tui.query.model import Selection


@cache
def charts() -> dict[str, Chart]:
    """Every chart of every module of this package, by name."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found: list[Chart] = [module.CHART for module in modules if hasattr(module, "CHART")]
    return {chart.name: chart for chart in sorted(found, key=lambda chart: chart.name)}


def chart(name: str) -> Chart:
    """The chart called *name*. ChartError when there is none."""
    found = charts().get(name)
    if found is None:
        raise ChartError(f"there is no chart '{name}'; there are {', '.join(charts())}")
    return found


def plot(catalog: Catalog, name: str, selection: Selection, of: str = "", width: int = 0) -> Plot:
    """The numbers of the chart *name* for *selection*, about *of* (empty: what it is most useful for), reduced to what
    *width* columns can show (0: all of them).

    ChartError when there is no such chart, when the data lack what it needs, or when it cannot be about *of*.
    """
    found = chart(name)
    if lack := found.lacks(catalog):
        raise ChartError(f"no chart '{name}' of these data: {lack}")
    return found.plot(catalog, selection, of, width)
