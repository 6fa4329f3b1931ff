"""What is wrong with the data, by the rules: keys that contradict or are missing, sequences that end early.

Absence is a finding only where the log that would tell is there; where it is not, that is a note: such records may be
missing because nobody kept them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tui import times
from tui.query import expected, info, sequences
from tui.query.catalog import Catalog
from tui.query.rules import Expects, Sequence
from tui.query.sequences import Example, Reached

#: The kinds of facts that are findings; ``note`` and ``summary`` are none.
FINDINGS = ("conflict", "missing key", "ends early", "misses a step")


def report(catalog: Catalog) -> Iterator[dict[str, Any]]:
    """Every finding and note, one flat object each, told apart by ``kind``; the last is the summary."""
    counts: dict[str, int] = defaultdict(int)
    for fact in _facts(catalog):
        counts[fact["kind"]] += 1
        yield fact
    yield {
        "kind": "summary",
        "records": catalog.count,
        "findings": sum(counts[kind] for kind in FINDINGS),
        "notes": counts["note"],
    }


def _facts(catalog: Catalog) -> Iterator[dict[str, Any]]:
    for conflict in info.conflicts(catalog):
        given, values, where = conflict.given, list(conflict.values), list(conflict.where)
        yield {
            "kind": "conflict",
            "rule": conflict.rule,
            "run": conflict.run,
            "given": given,
            "key": conflict.key,
            "values": values,
            "where": where,
        }
    for rule in catalog.rules.expects:
        yield from _missing(catalog, rule)
    for sequence in catalog.rules.sequence:
        yield from _sequence(catalog, sequence)


def _run(catalog: Catalog, scope: int) -> str:
    known = catalog.scopes.get(scope)
    return known.name if known else ""


def _missing(catalog: Catalog, rule: Expects) -> Iterator[dict[str, Any]]:
    silent: dict[int, list[expected.Lack]] = defaultdict(list)
    for lack in expected.lacks(catalog, rule):
        if not lack.known:
            silent[lack.scope].append(lack)
            continue
        file = str(catalog.files[lack.file]["name"])
        yield {
            "kind": "missing key",
            "rule": rule.name,
            "run": _run(catalog, lack.scope),
            "file": file,
            "key": list(rule.then),
            "records": lack.count,
            "of": lack.of,
            "examples": [
                {"shape": shape, "records": count, "where": f"{file}:{line}"} for shape, count, line in lack.shapes
            ],
            "why": rule.why,
        }
    for scope, lacking in silent.items():
        count = sum(lack.count for lack in lacking)
        keys = " and ".join(rule.then)
        yield {
            "kind": "note",
            "rule": rule.name,
            "run": _run(catalog, scope),
            "note": f"none of {info.many(count, 'record')} in {info.many(len(lacking), 'file')} carries {keys}: "
            "the log that tells it may be missing",
        }


def _sequence(catalog: Catalog, rule: Sequence) -> Iterator[dict[str, Any]]:
    found = sequences.reached(catalog, rule)
    if not found:
        return
    logged = sequences.logged(catalog, rule)
    groups: dict[tuple[int, tuple[str, ...]], list[Reached]] = defaultdict(list)
    for each in found:
        groups[each.scope, each.group].append(each)
    ends = dict(catalog.reader("lint").rows("SELECT scope, max(time) FROM stream JOIN aspects USING (ctx) GROUP BY 1"))
    for (scope, group), same in groups.items():
        there = [sequences.stands(places, scope, group) for places in logged]
        yield from _group(catalog, rule, same, there, ends.get(scope))


def _group(
    catalog: Catalog, rule: Sequence, same: list[Reached], there: list[bool], end: int | None
) -> Iterator[dict[str, Any]]:
    """Findings and notes on entities of one group; *there* says for every step whether its log is, *end* is the time
    of the run's last record."""
    steps = rule.step
    total = sum(each.count for each in same)
    needed = [i for i, step in enumerate(steps) if not step.optional]
    somebody = frozenset().union(*(each.steps for each in same))
    about: dict[str, Any] = {"rule": rule.name, "run": _run(catalog, same[0].scope), "of": total}
    unknown: dict[int, None] = {}
    stopped: dict[tuple[int, int], list[Reached]] = defaultdict(list)
    skipped: dict[tuple[int, ...], list[Reached]] = defaultdict(list)
    for each in same:
        last = max(each.steps)
        missed = tuple(i for i in needed if i < last and i not in each.steps)
        unknown.update(dict.fromkeys(i for i in missed if not there[i] or i not in somebody))
        if missed := tuple(i for i in missed if there[i] and i in somebody):
            skipped[missed].append(each)
        if any(steps[i].end for i in each.steps):
            continue
        later = [i for i in needed if i > last]
        if told := [i for i in later if there[i]]:
            stopped[last, told[0]].append(each)
        unknown.update(dict.fromkeys(i for i in later if not there[i]))
    for (last, after), ended in stopped.items():
        since = min((each.since for each in ended if each.since is not None), default=None)
        yield about | {
            "kind": "ends early",
            "step": steps[last].name,
            "missing": steps[after].name,
            "entities": sum(each.count for each in ended),
            "since": None if since is None else times.iso(since),
            "seconds": None if since is None or end is None else (end - since) / times.SECOND,
            "examples": _examples(catalog, rule, ended),
            "why": rule.why,
        }
    for missed, entities in skipped.items():
        yield about | {
            "kind": "misses a step",
            "step": steps[max(max(each.steps) for each in entities)].name,
            "missing": [steps[i].name for i in missed],
            "entities": sum(each.count for each in entities),
            "examples": _examples(catalog, rule, entities),
            "why": rule.why,
        }
    if unknown:
        known = [i for i in needed if i not in unknown]
        names = ", ".join(f"'{steps[i].name}'" for i in sorted(unknown))
        if len(known) == 1 and len(unknown) > 1:
            names = f"a step other than '{steps[known[0]].name}'"
        yield {
            "kind": "note",
            "rule": rule.name,
            "run": about["run"],
            "note": f"{_group_name(rule, same[0])}no record of {names} anywhere: the log may be missing",
        }


def _group_name(rule: Sequence, reached: Reached) -> str:
    pairs = " ".join(f"{key}={value}" for key, value in zip(rule.key, reached.group, strict=False))
    return f"{pairs}: " if pairs else ""


def _examples(catalog: Catalog, rule: Sequence, found: list[Reached]) -> list[dict[str, Any]]:
    """Some of the entities, earliest first: the keys that ``wideview flow`` takes, and their last record."""
    every: list[tuple[Reached, Example]] = [(each, example) for each in found for example in each.examples]
    every.sort(key=lambda pair: (pair[1].time is None, pair[1].time))
    return [
        {
            "entity": _entity(catalog, rule, each, example),
            "where": f"{catalog.files[example.file]['name']}:{example.line}",
            "time": None if example.time is None else times.iso(example.time),
        }
        for each, example in every[: sequences.EXAMPLES]
    ]


def _entity(catalog: Catalog, rule: Sequence, each: Reached, example: Example) -> str:
    """``parsl.rundir=000 parsl.task=5``: what names the entity alone."""
    pairs = [f"{key}={value}" for key, value in zip(rule.key, (*each.group, example.value), strict=True)]
    if len(catalog.scopes) > 1 and (scope := catalog.scopes.get(each.scope)):
        alone = scope.run and sum(other.run == scope.run for other in catalog.scopes.values()) == 1
        pairs.insert(0, f"parsl.dfk={scope.run}" if alone else f"wideview.scope={scope.path}")
    return " ".join(pairs)
