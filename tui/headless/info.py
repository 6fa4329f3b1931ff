"""``wideview info``: what was read, as text. ``--json`` gives the same facts one object a line."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tui import times
from tui.headless import info_files
from tui.headless.names import above, shortened
from tui.headless.output import line, say, table
from tui.query import info
from tui.query.catalog import Catalog

_WIDTH = 80
_KEYS = 60
_CONFLICTS = 10
_SILENCES = 5

Facts = dict[str, list[dict[str, Any]]]


def show(catalog: Catalog) -> None:
    """Print everything that ``info`` knows, for people, in lines of at most 80 columns."""
    facts: Facts = defaultdict(list)
    for fact in info.report(catalog):
        facts[fact["kind"]].append(fact)
    _summary(catalog, facts)
    _runs(facts["run"])
    info_files.show(facts)
    _clocks(facts)
    line()
    levels = facts["levels"][0]["levels"]
    _columns([f"{level} {count:,}" for level, count in levels.items()], "Levels  ", "  ")
    line()
    line("Keys (records that have them, as emitted)")
    keys = [f"{fact['key']} {fact['records']:,}" for fact in facts["key"]]
    more = [f"… and {len(keys) - _KEYS:,} more (--json lists all)"] if len(keys) > _KEYS else []
    _columns([*keys[:_KEYS], *more], "  ", ", ")
    line()
    line("Rules that gave a record a key")
    table([(r["records"], r["form"], r["rule"]) for r in facts["rule"]], ("records", "kind", "rule"), width=_WIDTH)
    _conflicts(info.conflicts(catalog))


def _summary(catalog: Catalog, facts: Facts) -> None:
    whole = facts["summary"][0]
    line(info.summary(catalog))
    if whole["first"]:
        line(f"from {whole['first']} to {whole['last']}")
    if whole["untimed"]:
        line(f"{info.many(whole['untimed'], 'record')} without a time")
    if whole["folded"]:
        line(f"{whole['folded']:,} copies of records folded")
    for fact in facts["left out"]:
        line(f"left out: {fact['before']:,} records before the time asked for, {fact['after']:,} after it")


def _runs(runs: list[dict[str, Any]]) -> None:
    line()
    line("Runs")
    named = any(run["dfk"] for run in runs)
    head = ["records", "tasks", *(["parsl.dfk"] if named else []), "run"]
    rows = [[r["records"], r["tasks"], *([r["dfk"] or ""] if named else []), r["run"]] for r in runs]
    table(rows, head, width=_WIDTH)
    users: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for run in runs:
        if run["executors"]:
            users[tuple(run["executors"])].append(run["run"])
    if users:
        line()
        line("Executors")
    for executors, names in users.items():
        say(", ".join(executors) + (f": {', '.join(names)}" if len(users) > 1 else ""))


def _clocks(facts: Facts) -> None:
    zones: dict[tuple[str, str], list[str]] = defaultdict(list)
    for fact in facts["file"]:
        if fact["zone"]:
            zones[fact["source"], fact["zone"]].append(fact["file"])
    if zones:
        line()
        line("Clocks that name no zone, or no start")
    for (source, zone), names in zones.items():
        say(f"{source}: {zone} ({info.many(len(names), 'file')})")
    if facts["clock"]:
        line()
        line("Clocks that disagree: what a record caused stands before it")
    for fact in facts["clock"]:
        _clock(fact)
    if facts["silence"]:
        line()
        line("Silences: nothing in a file while others of its run went on")
    for fact in facts["silence"][:_SILENCES]:
        line(f"  {shortened(fact['file'], _WIDTH - 2)}")
        others = info.many(fact["others"], "record")
        line(f"    {fact['seconds']:,.1f} s from {fact['from']}, {others} of others meanwhile")
    if len(facts["silence"]) > _SILENCES:
        line(f"  … and {len(facts['silence']) - _SILENCES:,} more (--json lists them)")


def _clock(fact: dict[str, Any]) -> None:
    line(f"  {fact['run']}: {shortened(fact['directory'], _WIDTH - 4 - len(fact['run']))}")
    told = f"{fact['out of order']:,} of {info.many(fact['pairs'], 'pair')} of steps out of order"
    if fact["shift"] is None:
        say(f"{told}, and no shift puts all in order", 4)
    else:
        way = "behind" if fact["shift"] > 0 else "ahead"
        limit = "" if fact["at most"] is None else f", at most {abs(fact['at most']):,.6g} s"
        say(f"{told}: {way} by at least {abs(fact['shift']):,.6g} s{limit}", 4)
    example = fact["example"]
    by = times.duration(round(example["by"] * times.SECOND))
    for text, at in ((f"'{example['late']}'", "late_at"), (f"stands {by} before '{example['early']}'", "early_at")):
        say(text, 4)
        line(f"      {shortened(example[at], _WIDTH - 6)}")
    for option in fact["options"]:
        line(f"    to put it right: {option}")


def _conflicts(conflicts: list[info.Conflict]) -> None:
    line()
    line(f"Conflicts: {len(conflicts) or 'none'}")
    base = above(where for each in conflicts for where in each.where)
    if base:
        line(f"  in {shortened(base, _WIDTH - 5)}")
    shorter = {where: where.removeprefix(base) for each in conflicts for where in each.where}
    for conflict in conflicts[:_CONFLICTS]:
        say(conflict.told([shorter[where] for where in conflict.where]))
        say(f"contradicts: {conflict.rule}", 4)
    if len(conflicts) > _CONFLICTS:
        line(f"  … and {len(conflicts) - _CONFLICTS:,} more (wideview lint groups them, --json lists all)")


def _columns(items: list[str], lead: str, between: str) -> None:
    """*items* one after the other, in as many lines as they need."""
    text = lead
    for number, item in enumerate(items):
        part = item + (between.rstrip() if number < len(items) - 1 else "")
        if text.strip() and len(text) + len(part) > _WIDTH:
            line(text.rstrip())
            text = " " * len(lead)
        text += part + " " * (len(between) - len(between.rstrip()))
    line(text.rstrip())
