"""Rules: widening as data.

A rule file is TOML with tables ``[[key]]``, ``[[hierarchy]]``, ``[[constant]]``, ``[[alias]]``, ``[[extract]]``,
``[[implies]]``, ``[[within]]``, ``[[between]]``, ``[[life]]``, ``[[alive]]``, ``[[belongs]]``,
``[[shift]]``, ``[[expects]]`` and ``[[sequence]]``;
``tui/rules`` holds ours and shows what each may say. ``[[format]]`` describes a log kind of the user's own
(:mod:`tui.sources.format_table`). Rules are read in the order: ours, the files in the user's configuration directory,
the files given with ``--rules``. A rule of the same kind and name replaces the earlier one; ``disable = true`` takes it
away.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui.errors import RuleError
from tui.query.rule_checks import check, made
from tui.query.rule_kinds import (
    Alias,
    Alive,
    Belongs,
    Between,
    Constant,
    Expects,
    Extract,
    Hierarchy,
    Implies,
    Key,
    Life,
    Rule,
    Sequence,
    Shift,
    Step,
    Within,
)

if TYPE_CHECKING:
    from tui.sources.formats import Format

__all__ = [
    "Alias",
    "Alive",
    "Belongs",
    "Between",
    "Constant",
    "Expects",
    "Extract",
    "Hierarchy",
    "Implies",
    "Key",
    "Life",
    "Rule",
    "RuleSet",
    "Sequence",
    "Shift",
    "Step",
    "Within",
    "load",
    "normal",
    "parse",
]


_KINDS: dict[str, type[Any]] = {
    "key": Key,
    "hierarchy": Hierarchy,
    "constant": Constant,
    "alias": Alias,
    "extract": Extract,
    "implies": Implies,
    "within": Within,
    "between": Between,
    "life": Life,
    "alive": Alive,
    "belongs": Belongs,
    "shift": Shift,
    "expects": Expects,
    "sequence": Sequence,
    "format": object,
}


@dataclass(frozen=True)
class RuleSet:
    """All rules in force, each kind in order of precedence."""

    key: tuple[Key, ...] = ()
    hierarchy: tuple[Hierarchy, ...] = ()
    constant: tuple[Constant, ...] = ()
    alias: tuple[Alias, ...] = ()
    extract: tuple[Extract, ...] = ()
    implies: tuple[Implies, ...] = ()
    within: tuple[Within, ...] = ()
    between: tuple[Between, ...] = ()
    life: tuple[Life, ...] = ()
    alive: tuple[Alive, ...] = ()
    belongs: tuple[Belongs, ...] = ()
    shift: tuple[Shift, ...] = ()
    expects: tuple[Expects, ...] = ()
    sequence: tuple[Sequence, ...] = ()
    format: tuple[Format, ...] = ()
    texts: tuple[str, ...] = ()
    """The files' texts: what an index was built with."""

    def form(self, key: str) -> str:
        """The form that values of *key* are compared in."""
        return next((k.form for k in self.key if k.name == key), "text")

    def kind(self, key: str) -> str:
        """What a person calls the thing that *key* names."""
        return next((k.kind for k in self.key if k.name == key and k.kind), key.rpartition(".")[2].replace("_", " "))

    def keys(self) -> tuple[str, ...]:
        """Every key that a rule can give a record or that names what can be followed, once each."""
        names: dict[str, None] = {}
        for constant in self.constant:
            names.update(dict.fromkeys([*constant.keys.values(), *([constant.scope_key] * bool(constant.scope_key))]))
        names.update(dict.fromkeys(alias.key for alias in self.alias))
        names.update(dict.fromkeys(key for extract in self.extract for key in extract.keys.values()))
        names.update(dict.fromkeys(key for rule in self.implies for key in (*rule.given, *rule.then, *rule.has)))
        names.update(dict.fromkeys(key for rule in self.within for key in (rule.key, *rule.lacks)))
        names.update(dict.fromkeys(key for rule in self.between for key in (rule.given, rule.then)))
        names.update(dict.fromkeys(key for life in self.life for key in (life.key, life.of, *life.each, *life.bound)))
        names.update(dict.fromkeys(key for rule in self.alive for key in (rule.key, rule.of, *rule.then)))
        names.update(dict.fromkeys(rule.key for rule in self.belongs))
        names.update(dict.fromkeys(key for rule in self.shift for key in (rule.key, rule.of, *rule.has)))
        names.update(dict.fromkeys(key for rule in self.expects for key in (*rule.given, *rule.then)))
        names.update(dict.fromkeys(key for rule in self.sequence for key in rule.key))
        names.update(dict.fromkeys(step.key for rule in self.sequence for step in rule.step if step.key))
        levels = [keys for hierarchy in self.hierarchy for keys in hierarchy.levels]
        names.update(dict.fromkeys(key for keys in levels for key in keys if key != "thread"))  # which are too many
        return tuple(names)

    def aliases(self, key: str) -> str:
        """The canonical name of *key*: itself unless an unconditional alias says otherwise."""
        return next((a.key for a in self.alias if key in a.of and not a.with_), key)


def normal(form: str, value: str) -> str:
    """*value* in the form it is compared in; ``canonical.normal_sql`` is the same for the engine."""
    if form == "integer" and value.isdecimal() and value.isascii():
        return str(int(value))
    if form == "bytes" and (found := re.fullmatch(r"b'(.*)'", value)):
        return found[1]
    if form == "angle" and (found := re.fullmatch(r"\w+<(.+)>", value, re.ASCII | re.DOTALL)):
        return found[1]
    if form == "uuid":
        return value.lower()
    return value.rstrip("/").rpartition("/")[2] if form == "basename" else value


def config_dir() -> Path:
    """Where the user's own rules lie: ``$XDG_CONFIG_HOME/wideview/rules`` or ``~/.config/wideview/rules``."""
    base = os.environ.get("XDG_CONFIG_HOME") or os.path.join(os.path.expanduser("~"), ".config")
    return Path(base) / "wideview" / "rules"


def optional() -> dict[str, Path]:
    """Rules of ours that are in force only when they are named: ``--rules NAME``."""
    found = resources.files("tui") / "rules" / "optional"
    return {Path(str(each)).stem: Path(str(each)) for each in sorted(found.iterdir(), key=lambda each: each.name)}


def _file(given: str) -> Path:
    """The file that *given* names: one of ours by its bare name, or a path."""
    if os.path.basename(given) != given or given.endswith(".toml") or os.path.exists(given):
        return Path(given)
    if given not in optional():
        raise RuleError(f"{given}: no such file, and no rules of that name (there are: {', '.join(optional())})")
    return optional()[given]


def load(extra: Iterable[str] = (), user: bool = True) -> RuleSet:
    """The rules in force: ours, the user's unless *user* is false, then *extra*: files, or names of optional rules.
    RuleError for a bad one."""
    texts: list[tuple[str, str]] = []
    ours = resources.files("tui") / "rules"
    for entry in sorted(ours.iterdir(), key=lambda e: (e.name != "keys.toml", e.name)):  # whose hierarchy is the first
        if entry.name.endswith(".toml"):
            texts.append((entry.name, entry.read_text(encoding="utf-8")))
    paths = sorted(config_dir().glob("*.toml")) if user else []
    for path in [*paths, *map(_file, extra)]:
        try:
            texts.append((str(path), path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            raise RuleError(f"{path}: cannot be read: {why}") from error
    return parse(texts)


def parse(texts: Iterable[tuple[str, str]]) -> RuleSet:
    """Rules from (name of the file, TOML text), later ones replacing earlier ones. RuleError names file and rule."""
    return _parse(tuple(texts))


@lru_cache(maxsize=16)
def _parse(texts: tuple[tuple[str, str], ...]) -> RuleSet:
    """The same; a command asks for the same rules more than once, and reading them takes a while."""
    kept: dict[str, dict[str, Any]] = {kind: {} for kind in _KINDS}
    for file, text in texts:
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise RuleError(f"{file}: {error}") from error
        for kind, entries in tables.items():
            if kind not in _KINDS or not isinstance(entries, list):
                raise RuleError(f"{file}: there is no rule kind '{kind}' (known: {', '.join(_KINDS)})")
            for entry in entries:
                if not isinstance(entry, dict):
                    raise RuleError(f"{file}: {kind} rules are tables, [[{kind}]]")
                name = _name(file, kind, entry)
                if entry.pop("disable", False):
                    kept[kind].pop(name, None)
                    continue
                kept[kind][name] = (_format if kind == "format" else _rule)(file, kind, name, entry)
    return RuleSet(**{kind: tuple(rules.values()) for kind, rules in kept.items()}, texts=tuple(t for _, t in texts))


def _name(file: str, kind: str, entry: dict[str, Any]) -> str:
    """What the rule is called; some may leave that to what they say."""
    name = entry.get("name")
    if name is None and kind == "implies":
        name = f"{_listed(entry, 'given') or 'the run'} implies {_listed(entry, 'then')}"
    elif name is None and kind == "alias":
        name = f"{_listed(entry, 'of')} is {entry.get('key', '')}"
    elif name is None:
        name = entry.get({"constant": "path", "extract": "pattern"}.get(kind, "name"))
    if not name or not isinstance(name, str):
        raise RuleError(f"{file}: a {kind} rule has no name")
    return name


def _listed(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key, ())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _rule(file: str, kind: str, name: str, entry: dict[str, Any]) -> Any:
    where = f"{file}: {kind} rule '{name}'"
    rule = made(where, _KINDS[kind], entry | {"name": name})
    check(where, rule)
    return rule


def _format(file: str, kind: str, name: str, entry: dict[str, Any]) -> Format:
    from tui.sources import format_table  # with readers, which rules have no other use for

    return format_table.read(f"{file}: format '{name}'", entry, file)
