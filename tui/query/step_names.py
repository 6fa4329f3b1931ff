"""What steps and variants are called, from the data: the role that wrote a step, the states and apps of a variant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from tui.query.about import about
from tui.query.catalog import Catalog
from tui.query.charts.told import kept
from tui.query.entities import WRITERS, levels, unique
from tui.query.model import ANYWHERE

Array = np.ndarray[Any, Any]

_NUMBER = re.compile(r"\d+|[0-9a-f]{6,}(?:-[0-9a-f]+)*…?", re.ASCII)
_COUNTED = re.compile(r"(?<=\w)[-_.]?\d+$", re.ASCII)


def default_keys(catalog: Catalog) -> tuple[str, ...]:
    """The keys of what takes steps, where the user does not say: Parsl's tasks, else of the things that end a hierarchy
    the first, in the order of the rules, that many records are about. Empty when the data have none."""
    return kept(catalog, "steps by", lambda: _default(catalog))


def _default(catalog: Catalog) -> tuple[str, ...]:
    known = levels(catalog)
    hierarchies = [h.levels for h in catalog.rules.hierarchy if h.levels[0][0] not in WRITERS]
    ends = dict.fromkeys([*(h[0] for h in hierarchies[:1]), *(h[-1] for h in hierarchies[1:])])
    counts: dict[tuple[str, ...], int] = {}
    for keys in ends:
        if keys not in known:
            continue
        held = " AND ".join(f"{catalog.key_column(key)} IS NOT NULL" for key in keys)
        [(counts[keys],)] = catalog.reader("steps").rows(
            f"SELECT count(*) FROM stream WHERE ctx IN (SELECT ctx FROM aspects WHERE {held})"
        )
        if counts[keys] and keys == hierarchies[0][0]:
            return keys
    most = max(counts.values(), default=0)
    return next((keys for keys, count in counts.items() if count and 2 * count >= most), ())


def roles(catalog: Catalog) -> tuple[Array, tuple[str, ...]]:
    """For the number of every place the position, in what is returned with it, of the role of what wrote it: ``worker``
    for ``worker 0`` and ``worker 1``. Where the name holds nothing else it is the log kind."""
    return kept(catalog, "roles", lambda: _roles(catalog))


def _roles(catalog: Catalog) -> tuple[Array, tuple[str, ...]]:
    files = dict(catalog.reader("steps").rows("SELECT id, file FROM places"))
    labels = catalog.labels
    shared = Counter(_COUNTED.sub("", label) for label in set(labels.values()))
    names: dict[str, int] = {}
    codes = np.zeros(max(labels, default=0) + 1, np.int32)
    for place, label in labels.items():
        words = [word for word in label.split() if not _NUMBER.fullmatch(word)]
        role = " ".join(words)
        if len(words) == 1 and shared[_COUNTED.sub("", label)] > 1:
            role = _COUNTED.sub("", role)
        if not role:
            file = catalog.files.get(files.get(place, -1))
            role = file["source"] if file else label
        codes[place] = names.setdefault(role, len(names))
    return codes, tuple(names)


def states(catalog: Catalog, keys: Sequence[str]) -> dict[int, str]:
    """The state that records of a template tell, by the template's number: of the keys of states that belong to the
    same program as *keys* (any, if it has none). A template that tells several is left out."""
    return kept(catalog, ("steps states", tuple(keys)), lambda: _states(catalog, keys))


def _states(catalog: Catalog, keys: Sequence[str]) -> dict[int, str]:
    known = [rule.name for rule in catalog.rules.key if rule.state and catalog.key_column(rule.name)]
    program = keys[-1].partition(".")[0] + "."
    found: dict[int, set[str]] = {}
    for key in [key for key in known if key.startswith(program)] or known:
        column = catalog.key_column(key)
        held = " AND ".join(f"{catalog.key_column(name)} IS NOT NULL" for name in (key, *keys))
        for template, value in catalog.reader("steps").rows(
            "SELECT DISTINCT s.template, a.state FROM stream s JOIN "
            f"(SELECT DISTINCT ctx, {column} AS state FROM aspects WHERE {held}) a USING (ctx)"
        ):
            found.setdefault(template, set()).add(value)
    return {template: values.pop() for template, values in found.items() if len(values) == 1}


def groups(catalog: Catalog, keys: tuple[str, ...]) -> tuple[Array, tuple[str, ...]]:
    """For every thing that *keys* name (see ``about``) the position, in what is returned with it, of what it is one of:
    the app of a task. Minus 1 where that is not known, and no values where the things are of one kind."""
    return kept(catalog, ("steps groups", keys), lambda: _groups(catalog, keys))


def _groups(catalog: Catalog, keys: tuple[str, ...]) -> tuple[Array, tuple[str, ...]]:
    pairs = about(catalog, keys, "steps")
    best: tuple[Array, tuple[str, ...]] = np.full(len(pairs.values), -1, np.int32), ()
    above = [h.levels[0] for h in catalog.rules.hierarchy if len(h.levels) == 2 and h.levels[1] == keys]
    numbers = {thing: i for i, thing in enumerate(zip(pairs.scopes, pairs.values, strict=True))}
    scope = str(ANYWHERE) if unique(catalog, keys) else "scope"
    columns = [catalog.key_column(key) for key in keys]
    for group, *more in above:
        column = catalog.key_column(group)
        if more or column is None:
            continue
        held = " AND ".join(f"{each} IS NOT NULL" for each in (column, *columns))
        found = catalog.reader("steps").rows(
            f"SELECT DISTINCT {scope}, {column}, {', '.join(map(str, columns))} FROM aspects WHERE {held} ORDER BY ALL"
        )
        names: dict[str, int] = {}
        codes = np.full(len(pairs.values), -1, np.int32)
        for place, name, *values in found:
            if (thing := numbers.get((place, tuple(values)))) is not None:
                codes[thing] = names.setdefault(name, len(names))
        if len(names) > 1 and (not best[1] or len(names) < len(best[1])):
            best = codes, tuple(names)
    return best


def named(reached: Sequence[str], usual: frozenset[str]) -> str:
    """What a variant is called whose entities *reached* these states, in order: the last one, and what it came through
    that is not *usual*: ``failed after fail_retryable``. Empty where there are no states."""
    if not reached:
        return ""
    through = [state for state in dict.fromkeys(reached[:-1]) if state not in usual and state != reached[-1]]
    return f"{reached[-1]} after {', '.join(through)}" if through else reached[-1]
