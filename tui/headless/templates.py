"""``wideview templates``: a line a template, or an object with all that is known of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from tui import times
from tui.errors import WideviewError
from tui.headless.commands import DONE, NOTHING, open_
from tui.headless.names import shortened
from tui.headless.output import columns, fail, json_lines, line, say
from tui.query import filters
from tui.query.info import many
from tui.query.model import Selection
from tui.query.templates import PARTS, SORTS, Template, Templates, ordered, templates
from tui.records import LEVELS
from tui.widgets.safe import shorten
from tui.widgets.spark import spark


def run(options: argparse.Namespace) -> int:
    """What the command does; its exit status."""
    if options.sort not in SORTS:
        raise WideviewError(f"--sort is one of {', '.join(SORTS)}")
    catalog = open_(options, options.paths)
    for note in filters.check(catalog, options.where):
        fail(note)
    found = ordered(templates(catalog, Selection(options.where)), options.sort)
    if options.json:
        json_lines(objects(found))
    elif found.rows:
        show(found, columns())
    return DONE if found.rows else NOTHING


def show(found: Templates, width: int) -> None:
    """Print a line a template in *width* columns: records, share, level, over time, first, things touched, marks; last
    and source, too, where there is room."""
    cells = PARTS // 3 if width < 110 else PARTS
    line(f"{many(found.records, 'record')}, {many(len(found.rows), 'template')}")
    line()
    counts = max(len("count"), *(len(f"{t.count:,}") for t in found.rows))
    things = max(len("of"), *(len(_touched(t)) for t in found.rows))
    used = [mark for mark, _ in found.means if any(mark in t.marks for t in found.rows)]
    over_time = "over time"[: max(4, cells)]
    gap = " " * (len(used) + bool(used))
    wide = width >= 110
    last_source = f"{'last':<8} {'source':<16} " if wide else ""
    line(f"{'count':>{counts}}       {over_time:<{cells}} {'first':<8} {last_source}{'of':<{things}} {gap}template")
    for t in found.rows:
        more = f"{_clock(t.last):<8} {shorten(t.sources[0][0] if t.sources else '', 16):<16} " if wide else ""
        marks = "".join(mark[0].upper() if mark in t.marks else " " for mark in used) + " " * bool(used)
        left = (
            f"{t.count:>{counts},} {_share(t.share):>3} {LEVELS[t.level][:1] or '-'} {spark(t.rate, cells)} "
            f"{_clock(t.first):<8} {more}{_touched(t):<{things}} {marks}"
        )
        line(left + shortened(t.text, max(20, width - len(left))))
    line()
    narrow = min(80, width)
    say("of: how many different things it is about, of the kind that is nearest to most of its records", 0, narrow)
    for mark, meaning in found.means:
        if mark in used:
            say(f"{mark[0].upper()} {mark}: {meaning}", 0, narrow)


def _clock(nanos: int | None) -> str:
    return "" if nanos is None else times.iso(nanos)[11:19]


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 else "<1%"


def _touched(template: Template) -> str:
    return f"{template.touched:,} {shorten(template.kind, 8)}" if template.kind else ""


def objects(found: Templates) -> Iterator[dict[str, Any]]:
    """The templates one object a line; times are ISO 8601, ``rate`` has the records in equal parts of the time from
    ``rate_start``, each ``rate_width`` seconds long."""
    for t in found.rows:
        yield {
            "template": t.text,
            "count": t.count,
            "share": t.share,
            "levels": {LEVELS[rank] or "UNKNOWN": count for rank, count in enumerate(t.levels) if count},
            "sources": dict(t.sources),
            "first": None if t.first is None else times.iso(t.first),
            "last": None if t.last is None else times.iso(t.last),
            "rate": list(t.rate),
            "rate_start": times.iso(found.start) if found.width else None,
            "rate_width": found.width / times.SECOND,
            "touched": t.touched,
            "kind": t.kind or None,
            "marks": list(t.marks),
        }
