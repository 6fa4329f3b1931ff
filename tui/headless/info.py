"""``wideview info``: what was read, as text. ``--json`` gives the same facts one object a line."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tui.headless.output import line, table
from tui.query import info
from tui.query.catalog import Catalog


def show(catalog: Catalog) -> None:
    """Print everything that ``info`` knows, for people."""
    facts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fact in info.report(catalog):
        facts[fact["kind"]].append(fact)
    whole = facts["summary"][0]
    line(info.summary(catalog))
    if whole["first"]:
        line(f"from {whole['first']} to {whole['last']}; {whole['untimed']:,} records have no time")
    if whole["folded"]:
        line(f"{whole['folded']:,} copies of records folded")
    line()
    line("Runs")
    runs = [(r["run"], r["dfk"] or "", r["records"], r["tasks"], " ".join(r["executors"])) for r in facts["run"]]
    table(runs, ("run", "parsl.dfk", "records", "tasks", "executors"))
    _files(facts["file"])
    for kind, title in (("rejected", "Rejected lines"), ("mended", "Mended lines")):
        if facts[kind]:
            line()
            line(title)
            for fact in facts[kind]:
                line(f"  {fact['file']}:{fact['line']}: {fact['reason']}")
    _skipped(facts["skipped"])
    line()
    levels = facts["levels"][0]["levels"]
    line("Levels  " + "  ".join(f"{level} {count:,}" for level, count in levels.items()))
    line()
    line("Keys (records that have them, as emitted)")
    _columns([f"{fact['key']} {fact['records']:,}" for fact in facts["key"]])
    line()
    line("Rules that gave a record a key")
    table([(r["records"], r["form"], r["rule"]) for r in facts["rule"]], ("records", "kind", "rule"))
    line()
    line(f"Conflicts: {len(facts['conflict']) or 'none'}")
    for conflict in info.conflicts(catalog):
        line(f"  {conflict.sentence}")
        line(f"    contradicts: {conflict.rule}")


def _files(files: list[dict[str, Any]]) -> None:
    lines = [f for f in files if "lines" in f]
    rows = [f for f in files if "rows" in f]
    folded = any(f["folded"] for f in files)
    line()
    line("Files of lines: every line is the first of a record, a continuation, damaged or blank")
    head = ["lines", "first", "cont.", "damaged", "blank", *(["folded"] if folded else []), "source", "file"]
    names = ("lines", "first", "continuation", "damaged", "blank", *(["folded"] if folded else []))
    table([[*(f[n] for n in names), f["source"], _named(f)] for f in _gathered(lines, names)], head)
    sums = "  ".join(f"{n} {sum(f[n] for f in lines):,}" for n in names)
    line(f"  sum of {info.many(len(lines), 'file')}: {sums}")
    if rows:
        line()
        line("Databases and documents: rows")
        table([(f["rows"], f["records"], f["source"], _named(f)) for f in rows], ("rows", "records", "source", "file"))


def _gathered(files: list[dict[str, Any]], sums: tuple[str, ...], most: int = 8) -> list[dict[str, Any]]:
    """*files*, those of one kind in one directory as one line when there are more than *most* of them."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for fact in files:
        groups[fact["file"].rpartition("/")[0], fact["source"]].append(fact)
    made: list[dict[str, Any]] = []
    for (directory, source), group in groups.items():
        if len(group) <= most:
            made += group
            continue
        name = f"{directory}/ ({len(group):,} files; --json lists each)"
        made.append({n: sum(f[n] for f in group) for n in sums} | {"source": source, "file": name, "zone": None})
    return sorted(made, key=lambda fact: str(fact["file"]))


def _named(fact: dict[str, Any]) -> str:
    return f"{fact['file']}  [{fact['zone']}]" if fact["zone"] else str(fact["file"])


def _skipped(skipped: list[dict[str, Any]]) -> None:
    if not skipped:
        return
    by_reason: dict[str, list[str]] = defaultdict(list)
    for fact in skipped:
        by_reason[fact["reason"]].append(fact["file"])
    line()
    line("Skipped files")
    for reason, names in by_reason.items():
        line(f"  {reason}: {len(names)}")
        for name in names[:5]:
            line(f"    {name}")
        if len(names) > 5:
            line(f"    and {len(names) - 5:,} more")


def _columns(items: list[str], width: int = 78) -> None:
    text = " "
    for item in items:
        if len(text) + len(item) + 2 > width and text.strip():
            line(text)
            text = " "
        text += f" {item},"
    line(text.rstrip(","))
