"""What there is to draw of some data, and what the rest lacks."""

from __future__ import annotations

from dataclasses import dataclass

from tui.query import charts
from tui.query.catalog import Catalog

#: The charts that say most about a run, best first; the others follow by name.
_FIRST = ("states", "running", "queue", "executing", "workers", "lifelines", "messages", "rate")


@dataclass(frozen=True, slots=True)
class Offer:
    """A chart, what it can be about in these data, the most useful first, and what they lack for it (None: nothing)."""

    name: str
    help: str
    of: tuple[str, ...] = ()
    lack: str | None = None


def best(catalog: Catalog) -> str | None:
    """The chart that says most of those that the data can fill; None when there is none. Others are not looked at."""
    known = charts.charts()
    ranked = [name for name in _FIRST if name in known] + [name for name in known if name not in _FIRST]
    return next((name for name in ranked if known[name].lacks(catalog) is None), None)


def offers(catalog: Catalog) -> list[Offer]:
    """Every chart, those first that say most, those last for which something is missing."""
    found = []
    for chart in charts.charts().values():
        lack = chart.lacks(catalog)
        found.append(Offer(chart.name, chart.help, chart.of(catalog) if lack is None else (), lack))
    rank = {name: i for i, name in enumerate(_FIRST)}
    return sorted(found, key=lambda offer: (offer.lack is not None, rank.get(offer.name, len(rank)), offer.name))
