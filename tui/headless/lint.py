"""``wideview lint``: what is wrong with the data, as text. ``--json`` gives the same facts one object a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tui import times
from tui.headless.names import shortened
from tui.headless.output import line, say
from tui.query import lint
from tui.query.catalog import Catalog
from tui.query.info import many

_TITLES = {
    "conflict": "Contradictions: what one key implies of another does not hold",
    "missing key": "Records without a key that they should carry",
    "ends early": "Sequences that end early",
    "misses a step": "Sequences that miss a step",
    "note": "What these files cannot tell",
}
_WIDTH = 78
_NAMED = 3


def show(catalog: Catalog) -> int:
    """Print everything that ``lint`` finds, for people; returns the number of findings."""
    facts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fact in lint.report(catalog):
        facts[fact["kind"]].append(fact)
    count = int(facts["summary"][0]["findings"])
    line(f"{many(count, 'finding') if count else 'no findings'} in {many(catalog.count, 'record')}")
    tell = {"conflict": _conflicts, "missing key": _missing, "ends early": _ends, "misses a step": _misses}
    for kind, title in _TITLES.items():
        if facts[kind]:
            line()
            line(title)
            tell.get(kind, _notes)(facts[kind])
    return count


def _conflicts(facts: Sequence[dict[str, Any]]) -> None:
    same: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    for fact in facts:
        same[fact["rule"], fact["run"], fact["key"]].append(fact)
    for (rule, run, key), group in same.items():
        say(f"{run}: {key} has several values, {many(len(group), 'time')}; contradicts: {rule}")
        for fact in group[:_NAMED]:
            say(f"{fact['given'] or 'the run'}: {', '.join(fact['values'])}", 4)
            for where in fact["where"][:_NAMED]:
                _place(where, 6)
        _more(len(group))


def _missing(facts: Sequence[dict[str, Any]]) -> None:
    for fact in facts:
        keys = " and ".join(fact["key"])
        say(f"{fact['run']}: {fact['records']:,} of {many(fact['of'], 'record')} without {keys} ({fact['rule']})")
        _place(fact["file"], 4)
        for example in fact["examples"]:
            at = f", line {example['where'].rpartition(':')[2]}"
            count = f"    {example['records']:>5,} x "
            line(f"{count}{(example['shape'] or '(no text)')[: _WIDTH - len(count + at)]}{at}")


def _ends(facts: Sequence[dict[str, Any]]) -> None:
    for fact in facts:
        long = ""
        if fact["seconds"] is not None:
            since = times.duration(int(fact["seconds"] * times.SECOND))
            long = f"; the first of them {since} before the run's last record"
        say(f"{_share(fact)}: '{fact['step']}', never '{fact['missing']}'{long}")
        _entities(fact)


def _misses(facts: Sequence[dict[str, Any]]) -> None:
    for fact in facts:
        missing = ", ".join(f"'{name}'" for name in fact["missing"])
        say(f"{_share(fact)}: '{fact['step']}', but no record of {missing}")
        _entities(fact)


def _notes(facts: Sequence[dict[str, Any]]) -> None:
    for fact in facts:
        say(f"{fact['run']}, {fact['rule']}: {fact['note']}")


def _share(fact: dict[str, Any]) -> str:
    return f"{fact['run']}, {fact['rule']}: {fact['entities']:,} of {fact['of']:,}"


def _entities(fact: dict[str, Any]) -> None:
    for example in fact["examples"]:
        line(f"    {example['entity']}")
        _place(example["where"], 6)
    _more(fact["entities"])


def _more(count: int) -> None:
    if count > _NAMED:
        line(f"    and {count - _NAMED:,} more")


def _place(where: str, indent: int) -> None:
    line(" " * indent + shortened(where, _WIDTH - indent))
