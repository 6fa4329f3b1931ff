"""``wideview lint``: what is wrong with the data, as text. ``--json`` gives the same facts one object a line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tui import times
from tui.headless.output import line
from tui.query import lint
from tui.query.catalog import Catalog
from tui.query.info import many

_TITLES = {
    "conflict": "Contradictions: records that agree on one key disagree on another that it implies",
    "missing key": "Records without a key that they should carry",
    "ends early": "Sequences that end early",
    "misses a step": "Sequences that miss a step",
    "note": "What these files cannot tell",
}


def show(catalog: Catalog) -> int:
    """Print everything that ``lint`` finds, for people; returns the number of findings."""
    facts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for fact in lint.report(catalog):
        facts[fact["kind"]].append(fact)
    whole = facts["summary"][0]
    line(
        f"{whole['findings'] or 'no'} finding{'' if whole['findings'] == 1 else 's'} in {many(catalog.count, 'record')}"
    )
    tell = {
        "conflict": _conflict,
        "missing key": _missing,
        "ends early": _ends,
        "misses a step": _misses,
        "note": _note,
    }
    for kind, title in _TITLES.items():
        if facts[kind]:
            line()
            line(title)
        for fact in facts[kind]:
            tell[kind](fact)
    return int(whole["findings"])


def _conflict(fact: dict[str, Any]) -> None:
    about = f"{fact['given']} has" if fact["given"] else "has"
    line(f"  {fact['run']}: {about} {len(fact['values'])} values of {fact['key']}: {', '.join(fact['values'])}")
    for where in fact["where"]:
        line(f"    {where}")
    line(f"    contradicts: {fact['rule']}")


def _missing(fact: dict[str, Any]) -> None:
    line(f"  {fact['run']}: {_share(fact['records'], fact['of'], 'record')} without {' and '.join(fact['key'])}")
    line(f"    rule: {fact['rule']}")
    for example in fact["examples"]:
        line(f"    {example['records']:,} x {example['shape'][:100] or '(no text)'}")
        line(f"      {example['where']}")


def _ends(fact: dict[str, Any]) -> None:
    share = _share(fact["entities"], fact["of"], fact["rule"])
    line(f"  {fact['run']}: {share}: {fact['step']}, never {fact['missing']}")
    if fact["seconds"] is not None:
        line(f"    the first {times.duration(int(fact['seconds'] * times.SECOND))} before the run's last record")
    _entities(fact["examples"], fact["entities"])


def _misses(fact: dict[str, Any]) -> None:
    share = _share(fact["entities"], fact["of"], fact["rule"])
    line(f"  {fact['run']}: {share}: {fact['step']}, but no record of: {fact['missing']}")
    _entities(fact["examples"], fact["entities"])


def _note(fact: dict[str, Any]) -> None:
    line(f"  {fact['run']}: {fact['rule']}: {fact['note']}")


def _share(count: int, of: int, what: str) -> str:
    return f"{count:,} of {many(of, what)}"


def _entities(examples: Sequence[dict[str, Any]], count: int) -> None:
    for example in examples:
        line(f"    {example['entity']}   ({example['where']})")
    if count > len(examples):
        line(f"    and {count - len(examples):,} more")
