"""``wideview flow``: one entity's records across all sources, with the time of every step."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from tui import times
from tui.headless.output import line
from tui.query import links
from tui.query.catalog import Catalog
from tui.query.info import many
from tui.query.model import Flow
from tui.query.typical import FEW, Usual, typical
from tui.records import LEVELS

_SOURCE = 24


def show(catalog: Catalog, flow: Flow) -> None:
    """Print the flow for people: clock, time since the step before, source, body. Slow steps are marked ``>``, with
    what they waited for and how usual that is; those that are in it by a guess are called inferred."""
    length = "no times"
    if flow.start is not None and flow.end is not None:
        length = f"{times.duration(flow.end - flow.start)} from {times.iso(flow.start)}"
    records, files = many(len(flow.steps), "record"), many(flow.files, "file")
    whose = f" of {flow.entity.run}" if flow.entity.run else ""
    line(f"{flow.entity.label}{whose}: {records} from {files}, {length}")
    for say, other in links.linked(catalog, flow.entity):
        run = f" of {other.run}" if other.scope != flow.entity.scope else ""
        line(f"  {say} {other.label}{run}")
    text = "  ".join(f"{key}={value}" for key, value in flow.about)
    for part in textwrap.wrap(text, 78, break_long_words=False, break_on_hyphens=False):
        line(f"  {part}")
    line()
    usual = typical(catalog, flow.entity)
    width = max((min(_SOURCE, len(step.row.source)) for step in flow.steps), default=0)
    aside = f"  {'':15} {'':>9}  {'':<{width}}     "
    for step in flow.steps:
        first, _, rest = step.row.body.partition("\n")
        more = f"  (+{many(rest.count(chr(10)) + 1, 'line')})" if rest else ""
        since = (
            times.duration(step.waited if step.slow and step.waited else step.since) if step.since is not None else ""
        )
        mark = ">" if step.slow else " "
        level = LEVELS[step.row.level][:1] or "-"
        first = f"(inferred) {first}" if step.inferred else first
        clock = _clock(step.row.time)
        line(f"{mark} {clock} {since:>9}  {step.row.source[:_SOURCE]:<{width}}  {level}  {first}{more}")
        if step.slow and step.waited_from is not None:
            origin = flow.steps[step.waited_from].row
            line(f"{aside}waited since: {origin.body.partition(chr(10))[0]}")
        among = usual.get(step.row.id)
        if among and (among.notable or (step.slow and among.of >= FEW)):
            others = f"of {many(among.of, flow.entity.kind)}, typical {times.duration(round(among.typical))}"
            line(f"{aside}{times.duration(among.waited)}, p{among.percentile:.0f} {others}")


def _clock(time: int | None) -> str:
    """Time of day to the microsecond, aligned."""
    if time is None:
        return " " * 15
    text = times.iso(time)[11:-1]
    whole, _, part = text.partition(".")
    return f"{whole}.{part[:6]:0<6}"


def objects(flow: Flow, usual: Mapping[int, Usual] = MappingProxyType({})) -> Iterator[dict[str, Any]]:
    """The flow one object a step; durations in seconds. *usual* is what ``typical`` gives for its entity."""
    for position, step in enumerate(flow.steps):
        yield {
            "position": position,
            "wideview.time": None if step.row.time is None else times.iso(step.row.time),
            "since": _seconds(step.since),
            "waited": _seconds(step.waited),
            "waited_from": step.waited_from,
            "percentile": among.percentile if (among := usual.get(step.row.id)) else None,
            "typical": among.typical / times.SECOND if among else None,
            "slow": step.slow,
            "source": step.row.source,
            "wideview.source": f"{step.row.file}:{step.row.line}",
            "level": LEVELS[step.row.level] or None,
            "body": step.row.body,
            **({"inferred": True} if step.inferred else {}),
        } | ({"wideview.error": step.row.error} if step.row.error else {})


def _seconds(nanos: int | None) -> float | None:
    return None if nanos is None else nanos / times.SECOND
