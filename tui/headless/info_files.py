"""Files in ``wideview info``: what became of every line, under the directories that they lie in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from tui.headless.names import above, shortened
from tui.headless.output import line, say
from tui.query.info import many

_WIDTH = 80
#: Files of one kind in one directory that are listed; more are one line.
_MOST = 8
#: Columns that log kinds have at least, and files' names at most when the two do not fit.
_KIND, _NAME = 12, 24
_NAMED = 3
_SPANS = 100

Fact = dict[str, Any]


def show(facts: dict[str, list[Fact]]) -> None:
    """Print the files of lines and those of rows, lines that are damaged or mended, and files that were skipped."""
    lines = [fact for fact in facts["file"] if "lines" in fact]
    rows = [fact for fact in facts["file"] if "rows" in fact]
    classes = ("lines", "first", "continuation", "damaged", "blank")
    if lines:
        line()
        line("Files of lines: every line is the first of a record, a continuation, damaged")
        line("or blank")
        folded = ("folded",) if any(fact["folded"] for fact in lines) else ()
        _table(lines, (*classes, *folded), {"continuation": "cont."})
        sums = ", ".join(f"{name} {sum(fact[name] for fact in lines):,}" for name in (*classes, *folded))
        say(f"sum of {many(len(lines), 'file')}: {sums}")
    if rows:
        line()
        line("Databases and documents: rows")
        _table(rows, ("rows", "records"), {})
    for kind, title in (("rejected", "Rejected lines"), ("mended", "Mended lines")):
        _lines(title, facts[kind])
    _skipped(facts["skipped"])


def _table(files: Sequence[Fact], names: tuple[str, ...], short: dict[str, str]) -> None:
    base = above(fact["file"] for fact in files)
    if base:
        line(f"  in {shortened(base, _WIDTH - 5)}")
    shown = list(_gathered(files, names))
    heads = [short.get(name, name) for name in names]
    widths = [
        max(len(head), *(len(f"{fact[name]:,}") for fact in shown)) for head, name in zip(heads, names, strict=True)
    ]
    left = _WIDTH - 3 - sum(widths) - len(widths)
    kind = min(max(len(fact["source"]) for fact in shown), max(_KIND, left - _NAME))
    line("  " + " ".join(head.rjust(width) for head, width in zip(heads, widths, strict=True)) + "  source")
    directory = ""
    for fact in shown:
        where, _, name = fact["file"].removeprefix(base).rpartition("/")
        if where != directory:
            line(f"  {shortened(where or '.', _WIDTH - 3)}/")
            directory = where
        numbers = " ".join(f"{fact[n]:,}".rjust(width) for n, width in zip(names, widths, strict=True))
        source, file = shortened(fact["source"], kind), shortened(fact.get("label") or name, left - kind - 1)
        line(f"  {numbers}  {source:<{kind}} {file}")


def _gathered(files: Sequence[Fact], names: tuple[str, ...]) -> Iterable[Fact]:
    """*files* in order, those of one kind in one directory as one when there are more than :data:`_MOST` of them."""
    groups: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in files:
        groups[fact["file"].rpartition("/")[0], fact["source"]].append(fact)
    made: list[Fact] = []
    for (directory, source), group in groups.items():
        if len(group) <= _MOST:
            made += group
        else:
            sums = {name: sum(fact[name] for fact in group) for name in names}
            made.append({**sums, "source": source, "file": f"{directory}/", "label": f"{many(len(group), 'file')}"})
    return sorted(made, key=lambda fact: (fact["file"].rpartition("/")[0], fact["file"]))


def _lines(title: str, facts: Sequence[Fact]) -> None:
    """Lines by file and reason; several in a row are written as one span."""
    if not facts:
        return
    line()
    line(title)
    files: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for fact in facts:
        files[fact["file"]][fact["reason"]].append(fact["line"])
    for file, reasons in files.items():
        line(f"  {shortened(file, _WIDTH - 2)}")
        for reason, numbers in reasons.items():
            spans = _spans(numbers)
            more = f" … and {len(spans) - _SPANS:,} more" if len(spans) > _SPANS else ""
            say(reason if spans == ["0"] else f"{', '.join(spans[:_SPANS])}{more}: {reason}", 4)


def _spans(numbers: Sequence[int]) -> list[str]:
    """``5``, ``7-9``: *numbers*, which ascend."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return [f"{first:,}" if first == last else f"{first:,}-{last:,}" for first, last in spans]


def _skipped(skipped: Sequence[Fact]) -> None:
    if not skipped:
        return
    by_reason: dict[str, list[str]] = defaultdict(list)
    for fact in skipped:
        by_reason[fact["reason"]].append(fact["file"])
    line()
    line(f"Skipped files: {len(skipped):,}")
    for reason, names in sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        say(f"{len(names):,}: {reason}")
        for name in names[:_NAMED]:
            line(f"    {shortened(name, _WIDTH - 4)}")
        if len(names) > _NAMED:
            line(f"    … and {len(names) - _NAMED:,} more (--json lists them)")
