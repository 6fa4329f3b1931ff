"""Whether a table of a rule file is a rule: its settings, their types, its patterns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from tui.errors import RuleError
from tui.query.filter_regex import refusal
from tui.query.rule_kinds import FORMS, Between, Constant, Extract, Implies, Key, Life, Sequence, Step, Within
from tui.sources.patterns import PatternError, compile_pattern


def made(where: str, cls: type[Any], entry: dict[str, Any]) -> Any:
    """An object of *cls* with the settings *entry*; RuleError, saying *where*, for what does not fit."""
    entry = {_WORDS.get(k, k): v for k, v in entry.items()}
    known = {f.name: str(f.type) for f in fields(cls)}
    for key, value in entry.items():
        setting = key.rstrip("_")
        if key not in known:
            names = ", ".join(sorted(name.rstrip("_") for name in known))
            raise RuleError(f"{where}: no such setting '{setting}' (known: {names})")
        if isinstance(value, list) and known[key] == "tuple[Step, ...]" and all(isinstance(v, dict) for v in value):
            value = entry[key] = tuple(made(f"{where}: step {n}", Step, v) for n, v in enumerate(value, 1))
        elif isinstance(value, list):
            value = entry[key] = tuple(tuple(v) if isinstance(v, list) else v for v in value)
        shape, fits = _SHAPES[known[key]]
        if not fits(value):
            raise RuleError(f"{where}: {setting} is {shape}")
    try:
        return cls(**entry)
    except TypeError as error:
        raise RuleError(f"{where}: {str(error).partition(' ')[2]}") from error


_WORDS = {"with": "with_", "is": "is_"}
"""Settings that are words of Python."""


def _texts(value: object) -> bool:
    return isinstance(value, tuple) and all(isinstance(each, str) for each in value)


_SHAPES: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "str": ("a text", lambda value: isinstance(value, str)),
    "bool": ("true or false", lambda value: isinstance(value, bool)),
    "int": ("a whole number", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "tuple[str, ...]": ("a list of texts", _texts),
    "tuple[tuple[str, ...], ...]": ("a list of lists of texts", lambda v: isinstance(v, tuple) and all(map(_texts, v))),
    "tuple[Step, ...]": ("a list of tables", lambda v: isinstance(v, tuple) and all(isinstance(s, Step) for s in v)),
    "dict[str, str]": ("a table of texts", lambda v: isinstance(v, dict) and _texts(tuple(v.values()))),
}
"""How a setting is written, by its type."""


#: What a pattern has that may take for ever on a path: a part that is repeated, or many. To look closer takes a while.
_FREE = re.compile(r"\)(?:[*+]|\{\d*,)|(?:[*+}].*){5}", re.DOTALL)


def check(where: str, rule: Any) -> None:
    """RuleError, saying *where*, for a rule whose settings do not go together or whose patterns are none."""
    if isinstance(rule, Key) and rule.form not in FORMS:
        raise RuleError(f"{where}: form is one of {', '.join(FORMS)}")
    if isinstance(rule, Key) and rule.failed and not rule.state:
        raise RuleError(f"{where}: failed names states, and needs state = true")
    if isinstance(rule, Implies) and rule.scope not in ("run", "all"):
        raise RuleError(f"{where}: scope is one of run, all")
    patterns: list[tuple[str, Iterable[str]]] = []
    if isinstance(rule, Constant):
        patterns.append((rule.path, [*rule.keys, "scope"]))
    elif isinstance(rule, Extract):
        patterns.append((rule.pattern, [*rule.keys, *rule.list]))
    elif isinstance(rule, Within):
        patterns += [(begin, ["value"]) for begin in rule.begin] + [(end, []) for end in rule.end]
    elif isinstance(rule, Between):
        patterns += [(rule.begin, ["given", "value"]), (rule.end, ["given"])]
    elif isinstance(rule, Life) and rule.made:
        patterns.append((rule.made, ["value"]))
    elif isinstance(rule, Sequence):
        patterns += [(pattern, []) for step in rule.step for pattern in step.pattern]
        for step in rule.step:
            if bool(step.key) == bool(step.pattern) or bool(step.key) != bool(step.is_):
                raise RuleError(f"{where}: step '{step.name}' needs a pattern, or a key and what it is")
        if not rule.key or not rule.step:
            raise RuleError(f"{where}: key and step may not be empty")
    for pattern, groups in patterns:
        try:
            compiled = re.compile(pattern)
        except re.error as error:
            raise RuleError(f"{where}: pattern {pattern!r}: {error}") from error
        if missing := [group for group in groups if group not in compiled.groupindex]:
            raise RuleError(f"{where}: pattern {pattern!r} has no group named {', '.join(missing)}")
        if isinstance(rule, Constant | Life) and _FREE.search(pattern):  # Python's, on paths
            try:
                freedom = compile_pattern(pattern).freedom
            except PatternError as error:
                raise RuleError(f"{where}: pattern {pattern!r}: {error}") from error
            if isinstance(rule, Life) and freedom > 2:
                raise RuleError(f"{where}: pattern {pattern!r}: more than 2 of its parts can end in several places")
        if not isinstance(rule, Constant) and (refused := refusal(pattern)):
            raise RuleError(f"{where}: pattern {pattern!r}: {refused[0]}")
        if isinstance(rule, Constant):
            try:
                rule.source.format(**dict.fromkeys(compiled.groupindex, ""))
            except (LookupError, ValueError, AttributeError) as error:
                raise RuleError(f"{where}: source {rule.source!r} names a group that the path has not") from error
