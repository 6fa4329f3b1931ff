"""The typical steps of tasks as a table for SQL: a row for every step of every variant, and of all tasks (variant 0).

Columns: ``variant``, ``name`` (of the variant), ``tasks`` (that have the step), ``position``, ``template``, ``source``;
in seconds ``mean``, ``median``, ``p95``, ``p99`` of the time since the first step, ``waited`` (the median) and
``waited_p95``, ``waited_p99`` of that waited for it the first time, since ``waited_from``; ``share`` of the whole (0 to
1), ``repeated`` (the part of ``share`` of repeats), ``times`` (occurrences in a task, on average) and ``waiting``
(tasks at once, at most). ``flow.py`` and ``steps.py`` say what a wait is.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tui.errors import EntityError
from tui.query.catalog import Catalog
from tui.query.steps import ALL, Spread, steps
from tui.times import SECOND

Array = np.ndarray[Any, Any]

_TEXTS = ("name", "template", "source", "waited_from")
_COUNTS = ("variant", "tasks", "position", "waiting")
_NUMBERS = ("mean", "median", "p95", "p99", "waited", "waited_p95", "waited_p99", "share", "repeated", "times")
_ORDER = ("variant", "name", "tasks", "position", "template", "source", *_NUMBERS[:4], "waited", "waited_from")


def columns(catalog: Catalog) -> dict[str, Array]:
    """The columns of the table; empty ones where there are no tasks."""
    rows: list[dict[str, object]] = []
    try:
        found = steps(catalog)
        names = {ALL: ""} | {variant.number: variant.name for variant in found.variants}
    except EntityError:
        names = {}
    for variant, name in names.items():
        for step in found.steps(variant):
            since, waited = _seconds(step.since), _seconds(step.waited)
            rows.append(
                {"variant": variant, "name": name or None, "tasks": step.count, "position": step.position}
                | {"template": step.text, "source": step.source, "share": step.share, "waiting": step.waiting}
                | {"repeated": step.repeated, "times": step.times}
                | {key: since[key] for key in ("mean", "median", "p95", "p99")}
                | {"waited": waited["median"], "waited_p95": waited["p95"], "waited_p99": waited["p99"]}
                | {"waited_from": None if step.waited_from is None else catalog.templates[step.waited_from]}
            )
    made: dict[str, Array] = {}
    for key in (*_ORDER, *(name for name in (*_NUMBERS, *_COUNTS) if name not in _ORDER)):
        text = object if rows else np.dtype("U1")  # of no objects the engine cannot tell what they are
        kind = text if key in _TEXTS else np.int64 if key in _COUNTS else np.float64
        made[key] = np.array([row[key] for row in rows], kind)
    return made


def _seconds(spread: Spread | None) -> dict[str, float]:
    keys = ("mean", "median", "p95", "p99")
    return {key: getattr(spread, key) / SECOND if spread else np.nan for key in keys}
