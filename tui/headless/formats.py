"""``wideview formats``: the log kinds that are known; ``wideview formats check FILE...``: are a user's own any good?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from textwrap import wrap
from typing import Any

from tui import sources
from tui.errors import RuleError
from tui.headless import format_check
from tui.headless.output import fail, json_lines, line
from tui.query import rules
from tui.sources import plugins
from tui.sources.formats import Format

_WIDTH = 80


def listed(extra: Sequence[str]) -> list[dict[str, Any]]:
    """``name``, ``title`` and ``from`` of log kinds in force with the rule files *extra*; RuleError for a bad one."""
    known = sources.known(rules.load(extra).format)
    found = [
        {"name": each.name, "title": each.title, "from": getattr(each, "origin", "built in")}
        for each in sorted(known, key=lambda each: each.name)
    ]
    return sorted(found, key=lambda each: each["from"] != "built in")


def show(extra: Sequence[str], json: bool) -> None:
    """Print them, for people or as one object a line; what is wrong with a plugin goes to standard error."""
    kinds = listed(extra)
    for origin, problem in plugins.problems():
        fail(f"plugin {origin}: {problem}")
    if json:
        json_lines(kinds)
        return
    wide = min(30, max(len(kind["name"]) for kind in kinds))
    for number, origin in enumerate(dict.fromkeys(kind["from"] for kind in kinds)):
        if number:
            line()
        line(origin)
        for kind in (kind for kind in kinds if kind["from"] == origin):
            _say(kind["title"], f"  {kind['name']:<{wide}}  ", " " * (wide + 4))


def check(files: Sequence[str], json: bool) -> tuple[int, int]:
    """Check the formats in *files* and print what came out; returns how many samples differ and how many files are not
    rule files at all."""
    differ = unreadable = 0
    for file in files:
        try:
            read = rules.parse([(file, Path(file).read_text(encoding="utf-8"))])
        except (OSError, UnicodeDecodeError, RuleError) as error:
            fail(str(error) if isinstance(error, RuleError) else f"{file}: cannot be read: {error}")
            unreadable += 1
            continue
        others = [source for source in sources.known() if source.name not in {made.name for made in read.format}]
        found = [(made, list(format_check.facts(made, others))) for made in read.format]
        differ += sum(bool(fact.get("differences")) for _, facts in found for fact in facts)
        if json:
            json_lines(_objects(file, found))
        else:
            _show(file, found, read)
    return differ, unreadable


def _objects(file: str, found: Sequence[tuple[Format, list[dict[str, Any]]]]) -> Iterator[dict[str, Any]]:
    for made, facts in found:
        yield {"kind": "format", "file": file, "format": made.name, "title": made.title, "samples": len(made.samples)}
        for fact in facts:
            yield {"kind": fact.pop("kind"), "file": file, "format": made.name} | fact


def _show(file: str, found: Sequence[tuple[Format, list[dict[str, Any]]]], read: rules.RuleSet) -> None:
    others = sum(len(getattr(read, each.name)) for each in fields(read) if each.name not in ("format", "texts"))
    line(f"{file}: {_many(len(found), 'format')}, {_many(others, 'other rule')}")
    for made, facts in found:
        line(f"  {made.name}: {made.title}")
        for fact in facts:
            if fact["kind"] == "warning":
                _say(fact["warning"], "    warning: ", " " * 6)
                continue
            line(f"    sample {fact['sample']}: {'differs' if fact['differences'] else 'ok'}")
            for each in fact["differences"]:
                told = f"expected {_shown(each['expected'])}, got {_shown(each['got'])}"
                _say(each["got"] if each["what"] == "line" else f"{each['what']}: {told}", " " * 6, " " * 8)
            if fact["found"] and not fact["differences"]:
                _say(_summary(fact["found"]), " " * 6, " " * 8)


def _summary(found: dict[str, Any]) -> str:
    at = "no time" if found["time"] is None else str(found["time"])
    keys = [f"{key}={_shown(value)}" for key, value in found["keys"].items() if key not in ("time", "level")]
    return "  ".join([at, found["level"] or "no level", *keys])


def _shown(value: object) -> str:
    if value is None:
        return "none"
    text = str(value)
    return repr(value) if isinstance(value, str) and (not text or not text.isprintable() or " " in text) else text


def _say(text: str, first: str, more: str) -> None:
    for each in wrap(text, _WIDTH, initial_indent=first, subsequent_indent=more, break_on_hyphens=False) or [first]:
        line(each.rstrip())


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
