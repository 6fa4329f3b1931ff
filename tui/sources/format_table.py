"""A ``[[format]]`` table of a rule file as a :class:`tui.sources.formats.Format`, or what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tui.errors import RuleError
from tui.records import LEVELS, level_rank
from tui.sources import stamps
from tui.sources.formats import BODY, LEVEL, TIME, Format, Sample
from tui.sources.patterns import PatternError, compile_pattern

#: Forms of time that a format may name; any other has a percent sign and is one of ``strptime``.
TIME_FORMS = (*stamps.FORMS, "any")

_NAMED = "a table of texts"
_SETTINGS: dict[str, str] = {
    "name": "a text",
    "title": "a text",
    "file": "a text or a list of texts",
    "line": "a text or a list of texts",
    "json": _NAMED,
    "time": "a text",
    "zone": "a text",
    "levels": _NAMED,
    "keys": _NAMED,
    "numbers": "a list of texts",
    "single": "true or false",
    "sample": "a list of tables, [[format.sample]]",
}
_SAMPLE: dict[str, str] = {
    "line": "a text",
    "time": "a time in ISO 8601, or a number of seconds",
    "level": "a text",
    "body": "a text",
    "keys": "a table of texts and numbers",
}
"""Setting -> how it is written."""


def _texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


_WRITTEN: dict[str, Callable[[Any], bool]] = {
    "a text": lambda value: isinstance(value, str),
    "a text or a list of texts": lambda value: isinstance(value, str) or (_texts(value) and bool(value)),
    "a list of texts": _texts,
    _NAMED: lambda value: isinstance(value, dict) and _texts(list(value.values())),
    "true or false": lambda value: isinstance(value, bool),
    _SETTINGS["sample"]: lambda value: isinstance(value, list) and all(isinstance(each, dict) for each in value),
    _SAMPLE["time"]: lambda value: isinstance(value, str | float | int | datetime) and not isinstance(value, bool),
    _SAMPLE["keys"]: lambda v: isinstance(v, dict) and not any(isinstance(x, dict | list | date) for x in v.values()),
}


def read(where: str, table: dict[str, Any], origin: str) -> Format:
    """The format that *table* describes, from the file *origin*. RuleError, which begins with *where*, names the wrong
    setting."""
    _written(where, table, _SETTINGS)
    if ("line" in table) == ("json" in table):
        raise RuleError(f"{where}: a format has either line, patterns of its lines, or json, the names of its keys")
    made = Format(table["name"], table.get("title", f"log of {table['name']}"), origin)
    made.file = _listed(table.get("file", []))
    if "json" in table:
        _objects(where, table, made)
    else:
        _lines(where, table, made)
    made.form = table.get("time", "any")
    if made.form not in TIME_FORMS and "%" not in made.form:
        raise RuleError(f"{where}: time is one of {', '.join(TIME_FORMS)}, or a form of strptime such as '%H:%M:%S'")
    if "zone" in table:
        try:
            made.zone = ZoneInfo(table["zone"])
        except (KeyError, ValueError, OSError) as error:
            raise RuleError(f"{where}: zone '{table['zone']}': no such time zone") from error
    for name, level in table.get("levels", {}).items():
        if not level_rank(level):
            raise RuleError(f"{where}: levels: {name} = '{level}' is no level (known: {', '.join(LEVELS[1:])})")
        made.levels[name] = LEVELS[level_rank(level)]
    made.samples = tuple(_sample(where, number, each) for number, each in enumerate(table.get("sample", []), 1))
    return made


def _written(where: str, table: dict[str, Any], settings: dict[str, str]) -> None:
    for setting, value in table.items():
        if setting not in settings:
            raise RuleError(f"{where}: no such setting '{setting}' (known: {', '.join(sorted(settings))})")
        if not _WRITTEN[settings[setting]](value):
            raise RuleError(f"{where}: {setting} is {settings[setting]}")


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _lines(where: str, table: dict[str, Any], made: Format) -> None:
    groups: dict[str, None] = {}
    for text in _listed(table["line"]):
        try:
            pattern = compile_pattern(text)
        except PatternError as error:
            raise RuleError(f"{where}: line {text!r}: {error}") from error
        if not pattern.compiled.groupindex:
            raise RuleError(f"{where}: line {text!r} names no group, as (?P<body>.*) does")
        made.patterns += (pattern,)
        groups.update(dict.fromkeys(pattern.compiled.groupindex))
    for setting, needed in (("time", TIME), ("zone", TIME), ("levels", LEVEL)):
        if setting in table and needed not in groups:
            raise RuleError(f"{where}: {setting} is set, but no line has a group named {needed}")
    made.single = table.get("single", False)
    _keys(where, table, made, groups)


def _objects(where: str, table: dict[str, Any], made: Format) -> None:
    made.objects = table["json"]
    if wrong := [name for name in made.objects if name not in (TIME, LEVEL, BODY)]:
        raise RuleError(f"{where}: json has no '{wrong[0]}' (known: {TIME}, {LEVEL}, {BODY})")
    if "single" in table:
        raise RuleError(f"{where}: single is for formats with line; every line of JSON is a record")
    for setting, needed in (("time", TIME), ("zone", TIME), ("levels", LEVEL)):
        if setting in table and needed not in made.objects:
            raise RuleError(f"{where}: {setting} is set, but json does not say which key is the {needed}")
    _keys(where, table, made, None)


def _keys(where: str, table: dict[str, Any], made: Format, groups: dict[str, None] | None) -> None:
    """``keys`` and ``numbers`` name *groups* (None: keys of JSON, which may be any) and give names of keys."""
    made.keys = table.get("keys", {})
    made.numbers = frozenset(table.get("numbers", []))
    for setting, names in (("keys", list(made.keys)), ("numbers", table.get("numbers", []))):
        for name in names if groups is not None else ():
            if name not in (groups or {}):
                raise RuleError(f"{where}: {setting}: no line has a group named {name}")
            if name in (TIME, LEVEL, BODY):
                raise RuleError(f"{where}: {setting}: the group {name} has a meaning of its own; name it otherwise")
    given = list(made.keys.values())
    for key in given:
        if not key or key.startswith("wideview."):
            raise RuleError(f"{where}: keys: '{key}' cannot be the name of a key")
        if given.count(key) > 1 or (key in (groups or {}) and key not in made.keys):
            raise RuleError(f"{where}: keys: two groups are called '{key}'")


def _sample(where: str, number: int, table: dict[str, Any]) -> Sample:
    where = f"{where}: sample {number}"
    _written(where, table, _SAMPLE)
    if not table.get("line", "").strip():
        raise RuleError(f"{where}: it has no line")
    time = table.get("time")
    if isinstance(time, datetime):
        time = time.isoformat()
    if isinstance(time, str) and (stamps.read("iso", time) is None):
        raise RuleError(f"{where}: time is {_SAMPLE['time']}")
    level = table.get("level")
    if level and not level_rank(level):
        raise RuleError(f"{where}: '{level}' is no level (known: {', '.join(LEVELS[1:])})")
    return Sample(table["line"], time, level, table.get("body"), table.get("keys", {}))
